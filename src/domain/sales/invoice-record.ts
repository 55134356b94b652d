import { asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { guard, rowsBy } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, instant, money, Named, number, Stamps } from '../../schema.ts'
import { customers } from '../customers/tables.ts'
import type { VatGroup } from './columns.ts'
import { pricingColumns, pricingOutput } from './document-pricing.ts'
import { lineColumns, lineOutput, totalsColumns, totalsOutput } from './lines.ts'
import { invoiceLines, invoices } from './tables.ts'

export const invoiceStatuses = ['draft', 'sent', 'paid', 'overdue', 'cancelled'] as const

export const invoiceKinds = ['standard', 'deposit'] as const

/** An invoice in a list. */
export const Invoice = z.object({
  id: id(),
  invoice_number: z
    .string()
    .nullable()
    .describe('null in a draft')
    .meta({ examples: ['INV-2026-0001'] }),
  status: z
    .string()
    .describe(invoiceStatuses.join(' | '))
    .meta({ examples: ['sent'] }),
  customer_id: id(),
  customer: Named,
  work_order_id: id().nullable(),
  branch_id: id().nullable(),
  quotation_id: id().nullable(),
  kind: z
    .string()
    .describe(invoiceKinds.join(' | '))
    .meta({ examples: ['standard'] }),
  invoice_date: day(),
  supply_date: day().nullable(),
  due_date: day()
    .nullable()
    .meta({ examples: ['2026-04-27'] }),
  ...pricingOutput,
  ...totalsOutput,
  vat_breakdown: z.array(
    z.object({
      vat_rate: number(21),
      category: z.string().meta({ examples: ['S'] }),
      base: money(),
      vat: money().meta({ examples: [18.69] }),
      exemption_text: z
        .string()
        .optional()
        .describe('Why no VAT is charged')
        .meta({ examples: ['Btw verlegd'] }),
    }),
  ),
  amount_paid: money().meta({ examples: [0] }),
  amount_credited: money().meta({ examples: [0] }),
  amount_written_off: money()
    .describe('Will not be paid')
    .meta({ examples: [0] }),
  amount_due: money().meta({ examples: [107.69] }),
  notes: z.string().nullable(),
  late: z.boolean().describe('It counts in a later VAT period than that of its date'),
  issued_at: instant().nullable(),
  sent_at: instant().nullable().describe('When it was mailed last'),
  paid_at: instant().nullable(),
  ...Stamps,
})

/** An invoice by itself. */
export const InvoiceDetail = Invoice.extend({
  lines: z.array(
    z.object({
      ...lineOutput,
      vat_rate: number(21),
      serials: z.array(z.string()).nullable().describe('Of a product that tracks serial numbers'),
      work_order_line_id: id().nullable(),
      deposit_invoice_id: id().nullable().describe('The deposit that this line deducts'),
    }),
  ),
})

/** Nobody has to mark it: the day after the due date an open invoice is overdue. */
export const isOverdue = sql`(${invoices.status} = 'sent' and ${invoices.due_cents} > 0 and ${invoices.due_date} < app.today())`

const columns = {
  id: invoices.id,
  invoice_number: invoices.invoice_number,
  status: sql<string>`case when ${isOverdue} then 'overdue' else ${invoices.status} end`,
  customer_id: invoices.customer_id,
  customer: { id: customers.id, name: sql<string>`${customers.name}` },
  work_order_id: invoices.work_order_id,
  branch_id: invoices.branch_id,
  quotation_id: invoices.quotation_id,
  kind: invoices.kind,
  invoice_date: invoices.invoice_date,
  supply_date: invoices.supply_date,
  due_date: invoices.due_date,
  ...pricingColumns(invoices),
  ...totalsColumns(invoices),
  vat_breakdown: invoices.vat_breakdown,
  amount_paid: invoices.paid_cents,
  amount_credited: invoices.credited_cents,
  amount_written_off: invoices.written_off_cents,
  amount_due:
    sql`case when ${invoices.status} = 'cancelled' then 0 else ${invoices.due_cents} end`.mapWith(
      Number,
    ),
  notes: invoices.notes,
  late: invoices.late,
  issued_at: invoices.issued_at,
  sent_at: invoices.sent_at,
  paid_at: invoices.paid_at,
  created_at: invoices.created_at,
  updated_at: invoices.updated_at,
}

/** Invoices as `Invoice` has them, but for `shown`. */
export const invoiceRows = (ctx: Selecting) =>
  ctx.db.select(columns).from(invoices).innerJoin(customers, eq(customers.id, invoices.customer_id))

/** A row of `invoiceRows` as answered. */
export const shown = <T extends { vat_breakdown: VatGroup[] }>(row: T) => ({
  ...row,
  vat_breakdown: row.vat_breakdown.map((group) => ({
    vat_rate: group.vat_rate,
    // Who is not of the shop knows no margin scheme: EN 16931 has it exempt, with its text.
    category: group.category === 'M' ? 'E' : group.category,
    base: group.base_cents,
    vat: group.vat_cents,
    ...(group.exemption_text && { exemption_text: group.exemption_text }),
  })),
})

const lineRows = (ctx: Selecting) =>
  ctx.db
    .select({
      ...lineColumns(invoiceLines),
      vat_rate: invoiceLines.vat_rate,
      serials: invoiceLines.serials,
      work_order_line_id: invoiceLines.work_order_line_id,
      deposit_invoice_id: invoiceLines.deposit_invoice_id,
    })
    .from(invoiceLines)
    .$dynamic()
    .orderBy(asc(invoiceLines.position))

/** One invoice with its lines, by id or by a subquery for it. */
export async function oneInvoice(ctx: Selecting, id: number | SQL<number>) {
  const [[invoice], lines] = await Promise.all([
    rowsBy(ctx, invoiceRows, invoices.id, id),
    rowsBy(ctx, lineRows, invoiceLines.invoice_id, id),
  ])
  return { ...shown(found(invoice)), lines }
}

/** Locks the invoice for the rest of the batch; 422 when it is no draft any more. */
export const mustBeDraft = (ctx: Writing, id: number) =>
  guard(
    ctx,
    sql`exists (select from ${invoices} where ${invoices.id} = ${id} and ${invoices.status} = 'draft' for update)`,
    { code: 'not_draft', message: 'Only a draft invoice can be changed.' },
  )
