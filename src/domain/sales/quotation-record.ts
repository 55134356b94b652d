import { and, asc, eq, gte, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { guard, type newId, same, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, instant, number, Stamps } from '../../schema.ts'
import { customers } from '../customers/tables.ts'
import { pricingColumns, pricingOutput } from './document-pricing.ts'
import { lineColumns, lineOutput, totalsColumns, totalsOutput } from './lines.ts'
import { invoices, quotationLines, quotations } from './tables.ts'

export const quotationStatuses = ['draft', 'sent', 'accepted', 'rejected', 'expired'] as const
type Status = (typeof quotationStatuses)[number]

/** A quotation in a list. */
export const Quotation = z.object({
  id: id(),
  quotation_number: z.string().meta({ examples: ['QU-2026-0001'] }),
  status: z.enum(quotationStatuses),
  customer_id: id(),
  customer: z.object({
    id: id(),
    name: z
      .string()
      .nullable()
      .meta({ examples: ['Jane Smith'] }),
    email: z.string().nullable(),
    phone: z.string().nullable(),
  }),
  work_order_id: id().nullable(),
  branch_id: id().nullable(),
  invoice_id: id().nullable().describe('The invoice made from it'),
  valid_until: day().nullable(),
  ...pricingOutput,
  ...totalsOutput,
  notes: z.string().nullable(),
  rejection_reason: z.string().nullable(),
  sent_at: instant().nullable(),
  accepted_at: instant().nullable(),
  rejected_at: instant().nullable(),
  ...Stamps,
})

/** A quotation with its lines, as every verb of one quotation answers it. */
export const QuotationDetail = Quotation.extend({
  lines: z.array(z.object({ ...lineOutput, vat_pct: number(21) })),
})

/** A sent quotation whose last day is over shows as expired at once, without waiting for a job. */
const expired = sql`(${quotations.status} = 'sent' and ${quotations.valid_until} < (select app.today()))`

/** The status as shown. */
export const shownStatus = sql<Status>`case when ${expired} then 'expired' else ${quotations.status} end`

const columns = {
  id: quotations.id,
  quotation_number: quotations.quotation_number,
  status: shownStatus,
  customer_id: quotations.customer_id,
  customer: {
    id: customers.id,
    name: customers.name,
    email: customers.email,
    phone: customers.phone,
  },
  work_order_id: quotations.work_order_id,
  branch_id: quotations.branch_id,
  invoice_id: subquery<number | null>(sql`
    select max(${invoices.id}) from ${invoices}
    where ${invoices.quotation_id} = ${quotations.id} and ${invoices.status} <> 'cancelled'
      and ${invoices.kind} = 'standard'`).mapWith((value) =>
    value === null ? null : Number(value),
  ),
  valid_until: quotations.valid_until,
  ...pricingColumns(quotations),
  ...totalsColumns(quotations),
  notes: quotations.notes,
  rejection_reason: quotations.rejection_reason,
  sent_at: quotations.sent_at,
  accepted_at: quotations.accepted_at,
  rejected_at: quotations.rejected_at,
  created_at: quotations.created_at,
  updated_at: quotations.updated_at,
}

export type QuotationId = number | ReturnType<typeof newId>

/** Quotations as `Quotation` has them. */
export const quotationRows = (ctx: Selecting) =>
  ctx.db
    .select(columns)
    .from(quotations)
    .innerJoin(customers, eq(customers.id, quotations.customer_id))

/** One quotation as answered, by id or by a subquery for it; its two statements start at once. */
export const oneQuotation = async (ctx: Selecting, quotation_id: QuotationId) => {
  const [[quotation], lines] = await Promise.all([
    quotationRows(ctx).where(eq(quotations.id, quotation_id)),
    ctx.db
      .select({ ...lineColumns(quotationLines), vat_pct: quotationLines.vat_rate })
      .from(quotationLines)
      .where(eq(quotationLines.quotation_id, quotation_id))
      .orderBy(asc(quotationLines.position)),
  ])
  return { ...found(quotation), lines }
}

/** A filter by the status as shown; written so that the index of the stored one serves it. */
export function shownAs(status: Status | undefined): SQL | undefined {
  const { valid_until } = quotations
  const today = sql`(select app.today())`
  if (status === 'expired') return and(eq(quotations.status, 'sent'), lt(valid_until, today))
  if (status !== 'sent') return same(quotations.status, status)
  return and(eq(quotations.status, 'sent'), or(isNull(valid_until), gte(valid_until, today)))
}

/** Refuses the batch unless the quotation shows one of these statuses; locks it for what follows. */
export const mustBe = (
  ctx: Writing,
  quotation_id: number,
  allowed: readonly Status[],
  refusal: { code: string; message: string; field?: string },
) =>
  guard(
    ctx,
    sql`exists (
      select from ${quotations}
      where ${quotations.id} = ${quotation_id} and ${shownStatus} in ${allowed} for update)`,
    refusal,
  )
