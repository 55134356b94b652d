import { asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { guard, rowsBy } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, instant, money, Named, number, price, Stamps } from '../../schema.ts'
import { glAccounts } from '../ledger/tables.ts'
import { suppliers } from '../purchasing/tables.ts'
import { purchaseInvoiceLines, purchaseInvoices, vatTreatments } from './tables.ts'

/** As shown: a booked one becomes overdue by itself. */
export const shownStatuses = ['draft', 'booked', 'overdue', 'paid', 'cancelled'] as const

/** A purchase invoice in a list. */
export const PurchaseInvoice = z.object({
  id: id(),
  supplier_id: id(),
  supplier: Named.extend({ name: z.string().meta({ examples: ['Parts Direct B.V.'] }) }),
  invoice_number: z
    .string()
    .describe("The supplier's")
    .meta({ examples: ['2026-10482'] }),
  status: z.enum(shownStatuses),
  invoice_date: day(),
  due_date: day().meta({ examples: ['2026-04-26'] }),
  notes: z.string().nullable(),
  subtotal: money().describe('Excl. VAT; below zero on a credit note'),
  vat_total: money()
    .describe('What the supplier charges; VAT that is shifted to the shop is not in it')
    .meta({ examples: [18.69] }),
  total: money().meta({ examples: [107.69] }),
  amount_paid: money().meta({ examples: [0] }),
  amount_due: money().meta({ examples: [107.69] }),
  booked_at: instant().nullable(),
  cancelled_at: instant().nullable(),
  ...Stamps,
})

const Line = z.object({
  id: id(),
  description: z.string().meta({ examples: ['iPhone 15 Screen'] }),
  account_id: id().nullable(),
  account: Named.extend({
    name: z.string().meta({ examples: ['Kantoorkosten'] }),
    code: z.string().meta({ examples: ['4400'] }),
  }).nullable(),
  goods_receipt_line_id: id().nullable().describe('The received goods that it bills'),
  quantity: number(1),
  unit_price: price(),
  total: money().describe('Excl. VAT'),
  vat_treatment: z.enum(vatTreatments),
  vat_rate: number(21),
  vat: money()
    .describe('Charged by the supplier, or owed by the shop where it is shifted')
    .meta({ examples: [18.69] }),
})

/** A purchase invoice by itself. */
export const PurchaseInvoiceDetail = PurchaseInvoice.extend({ lines: z.array(Line) })

/** Open after its due date. */
export const isOverdue = sql`(${purchaseInvoices.status} = 'booked' and ${purchaseInvoices.due_cents} > 0
  and ${purchaseInvoices.due_date} < app.today())`

/** Purchase invoices as `PurchaseInvoice` has them. */
export const purchaseInvoiceRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: purchaseInvoices.id,
      supplier_id: purchaseInvoices.supplier_id,
      supplier: { id: suppliers.id, name: suppliers.name },
      invoice_number: purchaseInvoices.invoice_number,
      status: sql<(typeof shownStatuses)[number]>`case when ${isOverdue} then 'overdue'
        else ${purchaseInvoices.status} end`,
      invoice_date: purchaseInvoices.invoice_date,
      due_date: purchaseInvoices.due_date,
      notes: purchaseInvoices.notes,
      subtotal: purchaseInvoices.subtotal_cents,
      vat_total: purchaseInvoices.vat_cents,
      total: purchaseInvoices.total_cents,
      amount_paid: purchaseInvoices.paid_cents,
      amount_due: sql`case when ${purchaseInvoices.status} = 'cancelled' then 0
        else ${purchaseInvoices.due_cents} end`.mapWith(Number),
      booked_at: purchaseInvoices.booked_at,
      cancelled_at: purchaseInvoices.cancelled_at,
      created_at: purchaseInvoices.created_at,
      updated_at: purchaseInvoices.updated_at,
    })
    .from(purchaseInvoices)
    .innerJoin(suppliers, eq(suppliers.id, purchaseInvoices.supplier_id))

const lineRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: purchaseInvoiceLines.id,
      description: purchaseInvoiceLines.description,
      account_id: purchaseInvoiceLines.account_id,
      account: { id: glAccounts.id, name: glAccounts.name, code: glAccounts.code },
      goods_receipt_line_id: purchaseInvoiceLines.goods_receipt_line_id,
      quantity: purchaseInvoiceLines.quantity,
      unit_price: purchaseInvoiceLines.unit_price,
      total: purchaseInvoiceLines.net_cents,
      vat_treatment: purchaseInvoiceLines.vat_treatment,
      vat_rate: purchaseInvoiceLines.vat_rate,
      vat: purchaseInvoiceLines.vat_cents,
    })
    .from(purchaseInvoiceLines)
    .leftJoin(glAccounts, eq(glAccounts.id, purchaseInvoiceLines.account_id))
    .$dynamic()
    .orderBy(asc(purchaseInvoiceLines.position))

/** One purchase invoice as answered; its two statements start at once. */
export async function onePurchaseInvoice(ctx: Selecting, id: number | SQL<number>) {
  const [[invoice], lines] = await Promise.all([
    rowsBy(ctx, purchaseInvoiceRows, purchaseInvoices.id, id),
    rowsBy(ctx, lineRows, purchaseInvoiceLines.purchase_invoice_id, id),
  ])
  return { ...found(invoice), lines }
}

/** Locks it for the rest of the batch; 422 when it is no draft any more. */
export const mustBeDraft = (ctx: Writing, id: number) =>
  guard(
    ctx,
    sql`exists (select from ${purchaseInvoices}
      where ${purchaseInvoices.id} = ${id} and ${purchaseInvoices.status} = 'draft' for update)`,
    { code: 'not_draft', message: 'Only a draft purchase invoice can be changed.' },
  )
