import { and, eq, gte, lte, not, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { syncPage } from '../../db/pages.ts'
import {
  guard,
  insert,
  matching,
  mustExist,
  newId,
  remove,
  removeWhere,
  same,
  subquery,
  update,
} from '../../db/rows.ts'
import { day, Id, id, idText, optionalText, Syncing, searchText, syncPageOf } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { companies, customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import {
  Invoice,
  InvoiceDetail,
  invoiceRows,
  invoiceStatuses,
  isOverdue,
  mustBeDraft,
  oneInvoice,
  shown,
} from './invoice-record.ts'
import { InvoiceLinesInput, type PricedLine, priced, productsMustExist } from './lines.ts'
import { invoiceLines, invoices } from './tables.ts'

const module = 'invoices'

const Draft = z.object({
  customer_id: id(),
  work_order_id: id().nullable().optional().describe('Link to work order'),
  invoice_date: day(),
  supply_date: day().nullable().optional().describe('When it is not the invoice date'),
  due_date: day()
    .nullable()
    .optional()
    .describe('Payment due date; by the terms of the company or the shop when absent')
    .meta({ examples: ['2026-04-27'] }),
  notes: optionalText(5000),
  lines: InvoiceLinesInput.optional(),
})

/**
 * The invoice date plus the days agreed with the customer's company, or else those of the shop; never
 * beyond the last day that can be written in four digits.
 */
export const dueDate = (invoice_date: SQL, customer_id: number | SQL): SQL => {
  const days = subquery<number>(sql`
    select coalesce(
      (select ${companies.payment_term_days} from ${customers}
        join ${companies} on ${companies.id} = ${customers.company_id} where ${customers.id} = ${customer_id}),
      ${tenants.invoice_terms_days})
    from ${tenants} where ${tenants.id} = app.tenant()`)
  return sql`least(${invoice_date} + ${days}, date '9999-12-31')`
}

const mustNotBeDueBefore = (ctx: Writing, id: number | SQL<number>) =>
  guard(
    ctx,
    sql`exists (select from ${invoices} where ${invoices.id} = ${id} and ${invoices.due_date} >= ${invoices.invoice_date})`,
    {
      code: 'validation_failed',
      message: 'The due date field must be a date on or after the invoice date.',
      field: 'due_date',
    },
  )

const withStatus = (status: (typeof invoiceStatuses)[number] | undefined) => {
  if (status === 'overdue') return and(eq(invoices.status, 'sent'), isOverdue)
  if (status === 'sent') return and(eq(invoices.status, 'sent'), not(isOverdue))
  return same(invoices.status, status)
}

const search = (q: string | undefined) =>
  q
    ? or(
        sql`position(lower(${q}) in lower(${invoices.invoice_number})) > 0`,
        matching(invoices.customer_id, 'customers', q),
      )
    : undefined

export const listInvoices = read(
  {
    summary: 'List invoices',
    can: 'invoices:read',
    module,
    query: Syncing.extend({
      status: z.enum(invoiceStatuses).optional(),
      customer_id: idText().optional(),
      work_order_id: idText().optional(),
      from: day().optional().describe('Invoice date from'),
      to: day().optional().describe('Invoice date to, that day included'),
      q: searchText().optional().describe('Number, or whatever finds the customer'),
    }),
    output: syncPageOf(Invoice),
  },
  async (ctx, { query }) => {
    const where = and(
      withStatus(query.status),
      same(invoices.customer_id, query.customer_id),
      same(invoices.work_order_id, query.work_order_id),
      query.from === undefined ? undefined : gte(invoices.invoice_date, query.from),
      query.to === undefined ? undefined : lte(invoices.invoice_date, query.to),
      search(query.q),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, customers, query.customer_id),
      mustExist(ctx, workOrders, query.work_order_id),
      syncPage(ctx, invoices, query, where, invoiceRows(ctx).$dynamic()),
    ])
    return { ...list, data: list.data.map(shown) }
  },
)

export const createInvoice = write(
  {
    summary: 'Create invoice',
    description: 'A draft: it gets its number when it is issued.',
    can: 'invoices:write',
    module,
    body: Draft,
    output: InvoiceDetail,
    status: 201,
  },
  async (ctx, { body: { lines = [], ...fields } }) => {
    const document = priced(lines)
    const due_date =
      fields.due_date ?? dueDate(sql`${fields.invoice_date}::date`, fields.customer_id)
    const rows = document.lines.map(({ id: _, ...line }) => ({
      ...line,
      invoice_id: newId(invoices),
    }))
    const [, , , , invoice] = await Promise.all([
      productsMustExist(ctx, lines),
      insert(ctx, invoices, { ...fields, ...document.totals, due_date }),
      mustNotBeDueBefore(ctx, newId(invoices)),
      insert(ctx, invoiceLines, rows),
      oneInvoice(ctx, newId(invoices)),
    ])
    return invoice
  },
)

export const getInvoice = read(
  {
    summary: 'Get invoice',
    can: 'invoices:read',
    module,
    params: Id,
    output: InvoiceDetail,
    on: invoices,
  },
  (ctx, { params }) => oneInvoice(ctx, params.id),
)

export const updateInvoice = write(
  {
    summary: 'Update invoice',
    description: 'A draft only. `lines`, when given, replace all lines.',
    can: 'invoices:write',
    module,
    params: Id,
    body: Draft.partial(),
    output: InvoiceDetail,
    on: invoices,
  },
  async (ctx, { params, body: { lines, ...fields } }) => {
    const document = lines && priced(lines)
    const agreed = () =>
      dueDate(
        fields.invoice_date ? sql`${fields.invoice_date}::date` : sql`${invoices.invoice_date}`,
        fields.customer_id ?? sql`${invoices.customer_id}`,
      )
    const due_date = fields.due_date === null ? agreed() : fields.due_date
    const [, , , , , invoice] = await Promise.all([
      mustBeDraft(ctx, params.id),
      productsMustExist(ctx, lines ?? []),
      update(ctx, invoices, params.id, { ...fields, ...document?.totals, due_date }),
      mustNotBeDueBefore(ctx, params.id),
      document && replaceLines(ctx, params.id, document.lines),
      oneInvoice(ctx, params.id),
    ])
    return invoice
  },
)

type NewLine = PricedLine<z.output<typeof InvoiceLinesInput>[number]>

/** The new lines come in before the old ones go, so that a line that stays can hand on its link. */
async function replaceLines(ctx: Writing, invoice_id: number, lines: NewLine[]) {
  const link = (id: number) =>
    subquery<number>(sql`select ${invoiceLines.work_order_line_id} from ${invoiceLines}
      where ${invoiceLines.id} = ${id} and ${invoiceLines.invoice_id} = ${invoice_id}`)
  const rows = lines.map(({ id, ...line }) => ({
    ...line,
    invoice_id,
    work_order_line_id: id === undefined ? null : link(id),
  }))
  const added = sql`(select id from ${invoiceLines} where invoice_id = ${invoice_id} order by id desc limit ${rows.length})`
  await Promise.all([
    insert(ctx, invoiceLines, rows),
    removeWhere(
      ctx,
      invoiceLines,
      and(eq(invoiceLines.invoice_id, invoice_id), sql`${invoiceLines.id} not in ${added}`),
    ),
  ])
}

export const deleteInvoice = write(
  {
    summary: 'Delete invoice',
    description: 'A draft only: an issued invoice keeps its number for ever.',
    can: 'invoices:write',
    module,
    params: Id,
    on: invoices,
  },
  async (ctx, { params }) => {
    await Promise.all([mustBeDraft(ctx, params.id), remove(ctx, invoices, params.id)])
  },
)
