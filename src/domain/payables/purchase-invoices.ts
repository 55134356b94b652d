import { and, eq, gte, lte, not, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import { page } from '../../db/pages.ts'
import {
  insert,
  matching,
  mustExist,
  newId,
  remove,
  removeWhere,
  same,
  update,
} from '../../db/rows.ts'
import {
  day,
  Id,
  id,
  idText,
  money,
  optionalText,
  Paging,
  pageOf,
  searchText,
  text,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { suppliers } from '../purchasing/tables.ts'
import { insertLines, LinesInput, mustBeBookable, reckoned } from './purchase-invoice-lines.ts'
import {
  isOverdue,
  mustBeDraft,
  onePurchaseInvoice,
  PurchaseInvoice,
  PurchaseInvoiceDetail,
  purchaseInvoiceRows,
  shownStatuses,
} from './purchase-invoice-record.ts'
import { purchaseInvoiceLines, purchaseInvoices } from './tables.ts'

const module = 'accounting'

const Draft = z.object({
  supplier_id: id(),
  invoice_number: text(100)
    .describe("The supplier's")
    .meta({ examples: ['2026-10482'] }),
  invoice_date: day(),
  due_date: day().optional().describe("By the supplier's payment term when absent"),
  notes: optionalText(5000),
  lines: LinesInput,
})

const withStatus = (status: (typeof shownStatuses)[number] | undefined): SQL | undefined => {
  if (status === 'overdue') return isOverdue
  if (status === 'booked') return and(eq(purchaseInvoices.status, 'booked'), not(isOverdue))
  return same(purchaseInvoices.status, status)
}

const search = (q: string | undefined) =>
  q
    ? or(
        sql`position(lower(${q}) in lower(${purchaseInvoices.invoice_number})) > 0`,
        matching(purchaseInvoices.supplier_id, 'suppliers', q),
      )
    : undefined

export const listPurchaseInvoices = read(
  {
    summary: 'List purchase invoices',
    can: 'purchase_invoices:read',
    module,
    query: Paging.extend({
      status: z.enum(shownStatuses).optional(),
      supplier_id: idText().optional(),
      from: day().optional().describe('Invoice date from'),
      to: day().optional().describe('Invoice date to, that day included'),
      q: searchText().optional().describe('Number, or whatever finds the supplier'),
    }),
    output: pageOf(PurchaseInvoice).extend({
      total_due: money()
        .describe('Open on booked invoices, of all pages')
        .meta({ examples: [107.69] }),
    }),
  },
  async (ctx, { query }) => {
    const where = and(
      withStatus(query.status),
      same(purchaseInvoices.supplier_id, query.supplier_id),
      query.from === undefined ? undefined : gte(purchaseInvoices.invoice_date, query.from),
      query.to === undefined ? undefined : lte(purchaseInvoices.invoice_date, query.to),
      search(query.q),
    )
    const [, list, [sum]] = await Promise.all([
      mustExist(ctx, suppliers, query.supplier_id),
      page(ctx, purchaseInvoices, query, where, purchaseInvoiceRows),
      ctx.db
        .select({ due: sql`coalesce(sum(${purchaseInvoices.due_cents}), 0)`.mapWith(Number) })
        .from(purchaseInvoices)
        .where(and(where, eq(purchaseInvoices.status, 'booked'))),
    ])
    return { ...list, total_due: sum?.due ?? 0 }
  },
)

export const createPurchaseInvoice = write(
  {
    summary: 'Create purchase invoice',
    description:
      "A draft of what a supplier bills, with the supplier's own number; a credit note has quantities or prices " +
      'below zero.',
    can: 'purchase_invoices:write',
    module,
    body: Draft,
    output: PurchaseInvoiceDetail,
    status: 201,
  },
  async (ctx, { body: { lines: drafts, due_date, ...draft } }) => {
    const { lines, totals } = reckoned(drafts)
    const [, , , invoice] = await Promise.all([
      insert(ctx, purchaseInvoices, {
        ...draft,
        ...totals,
        due_date: due_date ?? dueBy(draft.supplier_id, draft.invoice_date),
      }),
      insertLines(ctx, newId(purchaseInvoices), lines),
      mustBeBookable(ctx, newId(purchaseInvoices)),
      onePurchaseInvoice(ctx, newId(purchaseInvoices)),
    ])
    return invoice
  },
)

/** By the supplier's term; a supplier who is not there is refused by the row itself. */
const dueBy = (supplier_id: number, invoice_date: string) => sql`${invoice_date}::date + coalesce((
  select ${suppliers.payment_term_days} from ${suppliers} where ${suppliers.id} = ${supplier_id}), 0)`

export const getPurchaseInvoice = read(
  {
    summary: 'Get purchase invoice',
    can: 'purchase_invoices:read',
    module,
    params: Id,
    output: PurchaseInvoiceDetail,
    on: purchaseInvoices,
  },
  (ctx, { params }) => onePurchaseInvoice(ctx, params.id),
)

export const updatePurchaseInvoice = write(
  {
    summary: 'Update purchase invoice',
    description: 'A draft only. `lines`, when given, replace all lines.',
    can: 'purchase_invoices:write',
    module,
    params: Id,
    body: Draft.partial(),
    output: PurchaseInvoiceDetail,
    on: purchaseInvoices,
  },
  async (ctx, { params: { id }, body: { lines: drafts, ...fields } }) => {
    const { lines, totals } = drafts ? reckoned(drafts) : {}
    const [, , , , , invoice] = await Promise.all([
      mustBeDraft(ctx, id),
      update(ctx, purchaseInvoices, id, { ...fields, ...totals }),
      lines &&
        removeWhere(ctx, purchaseInvoiceLines, eq(purchaseInvoiceLines.purchase_invoice_id, id)),
      lines && insertLines(ctx, id, lines),
      mustBeBookable(ctx, id),
      onePurchaseInvoice(ctx, id),
    ])
    return invoice
  },
)

export const deletePurchaseInvoice = write(
  {
    summary: 'Delete purchase invoice',
    description: 'A draft only; cancel what was booked.',
    can: 'purchase_invoices:write',
    module,
    params: Id,
    on: purchaseInvoices,
  },
  async (ctx, { params: { id } }) => {
    await Promise.all([mustBeDraft(ctx, id), remove(ctx, purchaseInvoices, id)])
  },
)
