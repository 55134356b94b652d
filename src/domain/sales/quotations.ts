import { and, asc, eq, gte, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Writing } from '../../context.ts'
import {
  guard,
  insert,
  mustExist,
  newId,
  page,
  remove,
  removeWhere,
  same,
  subquery,
  update,
} from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  day,
  Id,
  id,
  idText,
  instant,
  number,
  optionalText,
  Paging,
  pageOf,
  Stamps,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import {
  type DraftLine,
  lineColumns,
  lineOutput,
  priced,
  QuotationLinesInput,
  totalsColumns,
  totalsOutput,
} from './lines.ts'
import { invoices, quotationLines, quotations } from './tables.ts'

const statuses = ['draft', 'sent', 'accepted', 'rejected', 'expired'] as const
type Status = (typeof statuses)[number]

const Quotation = z.object({
  id: id(),
  quotation_number: z.string().meta({ examples: ['QU-2026-0001'] }),
  status: z.enum(statuses),
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
  invoice_id: id().nullable().describe('The invoice made from it'),
  valid_until: day().nullable(),
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

const Draft = z.object({
  customer_id: id(),
  work_order_id: id().nullable().optional(),
  valid_until: day().nullable().optional(),
  lines: QuotationLinesInput.min(1),
  notes: optionalText(5000),
})

/** A sent quotation whose last day is over shows as expired at once, without waiting for a job. */
const expired = sql`(${quotations.status} = 'sent' and ${quotations.valid_until} < app.today())`

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
  invoice_id: subquery<number | null>(sql`
    select max(${invoices.id}) from ${invoices}
    where ${invoices.quotation_id} = ${quotations.id} and ${invoices.status} <> 'cancelled'`).mapWith(
    (value) => (value === null ? null : Number(value)),
  ),
  valid_until: quotations.valid_until,
  ...totalsColumns(quotations),
  notes: quotations.notes,
  rejection_reason: quotations.rejection_reason,
  sent_at: quotations.sent_at,
  accepted_at: quotations.accepted_at,
  rejected_at: quotations.rejected_at,
  created_at: quotations.created_at,
  updated_at: quotations.updated_at,
}

type QuotationId = number | ReturnType<typeof newId>

const rows = (ctx: Reading | Writing) =>
  ctx.db
    .select(columns)
    .from(quotations)
    .innerJoin(customers, eq(customers.id, quotations.customer_id))

/** One quotation as answered, by id or by a subquery for it; its two statements start at once. */
export const detail = async (ctx: Reading | Writing, quotation_id: QuotationId) => {
  const [[quotation], lines] = await Promise.all([
    rows(ctx).where(eq(quotations.id, quotation_id)),
    ctx.db
      .select({ ...lineColumns(quotationLines), vat_pct: quotationLines.vat_rate })
      .from(quotationLines)
      .where(eq(quotationLines.quotation_id, quotation_id))
      .orderBy(asc(quotationLines.position)),
  ])
  return { ...found(quotation), lines }
}

/** Written so that the index of the stored status serves it. */
function shownAs(status: Status | undefined): SQL | undefined {
  const { valid_until } = quotations
  const today = sql`app.today()`
  if (status === 'expired') return and(eq(quotations.status, 'sent'), lt(valid_until, today))
  if (status !== 'sent') return same(quotations.status, status)
  return and(eq(quotations.status, 'sent'), or(isNull(valid_until), gte(valid_until, today)))
}

export const listQuotations = read(
  {
    summary: 'List quotations',
    can: 'quotations:read',
    module: 'quotations',
    query: Paging.extend({
      status: z.enum(statuses).optional(),
      customer_id: idText().optional(),
      work_order_id: idText().optional(),
    }),
    output: pageOf(Quotation),
  },
  async (ctx, { query }) => {
    const where = and(
      shownAs(query.status),
      same(quotations.customer_id, query.customer_id),
      same(quotations.work_order_id, query.work_order_id),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, customers, query.customer_id),
      mustExist(ctx, workOrders, query.work_order_id),
      page(ctx, quotations, query, where, rows(ctx).$dynamic()),
    ])
    return list
  },
)

export const createQuotation = write(
  {
    summary: 'Create quotation',
    can: 'quotations:write',
    module: 'quotations',
    body: Draft,
    output: QuotationDetail,
    status: 201,
  },
  async (ctx, { body: { lines, ...draft } }) => {
    const { lines: pricedLines, totals } = priced(lines)
    const [, , , quotation] = await Promise.all([
      insert(ctx, quotations, { ...draft, ...totals }),
      insertLines(ctx, newId(quotations), pricedLines),
      sameCustomer(ctx, newId(quotations)),
      detail(ctx, newId(quotations)),
    ])
    return quotation
  },
)

const insertLines = (
  ctx: Writing,
  quotation_id: QuotationId,
  lines: ReturnType<typeof priced<DraftLine>>['lines'],
) =>
  insert(
    ctx,
    quotationLines,
    lines.map((line) => ({ ...line, quotation_id })),
  )

/** After the write: what a quotation offers for a work order goes to the customer of that order. */
const sameCustomer = (ctx: Writing, quotation_id: QuotationId) =>
  guard(
    ctx,
    sql`not exists (
      select from ${quotations} join ${workOrders} on ${workOrders.id} = ${quotations.work_order_id}
      where ${quotations.id} = ${quotation_id} and ${workOrders.customer_id} <> ${quotations.customer_id})`,
    {
      code: 'validation_failed',
      message: 'The work order belongs to another customer.',
      field: 'work_order_id',
    },
  )

export const getQuotation = read(
  {
    summary: 'Quotation detail',
    description: 'Returns quotation with full line items and customer info.',
    can: 'quotations:read',
    module: 'quotations',
    params: Id,
    output: QuotationDetail,
    on: quotations,
  },
  (ctx, { params }) => detail(ctx, params.id),
)

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

export const updateQuotation = write(
  {
    summary: 'Update quotation',
    description:
      'Only draft quotations may be fully edited; sent quotations allow notes-only updates.',
    can: 'quotations:write',
    module: 'quotations',
    params: Id,
    body: Draft.partial(),
    output: QuotationDetail,
    on: quotations,
  },
  async (ctx, { params, body: { lines, ...draft } }) => {
    const pricing = lines && priced(lines)
    const fields = Object.keys({ ...draft, ...(lines && { lines }) })
    const other = fields.find((field) => field !== 'notes')
    const [, , , , , quotation] = await Promise.all([
      mustBe(ctx, params.id, ['draft', 'sent'], {
        code: 'quotation_closed',
        message: 'An accepted, rejected or expired quotation cannot change.',
      }),
      other &&
        mustBe(ctx, params.id, ['draft'], {
          code: 'not_draft',
          message: 'Only the notes of a sent quotation can change.',
          field: other,
        }),
      update(ctx, quotations, params.id, { ...draft, ...pricing?.totals }),
      pricing && replaceLines(ctx, params.id, pricing.lines),
      other && sameCustomer(ctx, params.id),
      detail(ctx, params.id),
    ])
    return quotation
  },
)

const replaceLines = (
  ctx: Writing,
  quotation_id: number,
  lines: ReturnType<typeof priced<DraftLine>>['lines'],
) =>
  Promise.all([
    removeWhere(ctx, quotationLines, eq(quotationLines.quotation_id, quotation_id)),
    insertLines(ctx, quotation_id, lines),
  ])

export const deleteQuotation = write(
  {
    summary: 'Delete quotation',
    description: 'Only draft quotations can be deleted.',
    can: 'quotations:write',
    module: 'quotations',
    params: Id,
    on: quotations,
  },
  async (ctx, { params }) => {
    await Promise.all([
      mustBe(ctx, params.id, ['draft'], {
        code: 'not_draft',
        message: 'Only a draft quotation can be deleted.',
      }),
      remove(ctx, quotations, params.id),
    ])
  },
)
