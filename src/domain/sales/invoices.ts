import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { guard, insert, newId, remove, removeWhere, subquery, update } from '../../db/rows.ts'
import { day, Id, id, optionalText } from '../../schema.ts'
import { read, write, writeAfterLook } from '../../verb.ts'
import { companies, customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { branchOf, documentBranch } from './branch.ts'
import { subtractDeposits, withoutDeductions } from './deposit-deduction.ts'
import {
  mustBeAsTaken,
  needsNoLook,
  priceable,
  pricingInput,
  pricingOf,
  repriced,
  reweigh,
  seeDocument,
} from './document-pricing.ts'
import { InvoiceDetail, mustBeDraft, oneInvoice } from './invoice-record.ts'
import { areComplete, completeLines, mustBePlain, plain, type Ready } from './line-prices.ts'
import { InvoiceLinesInput, type PricedLine, priced, productsMustExist } from './lines.ts'
import { invoiceLines, invoices } from './tables.ts'

const module = 'invoices'

const Draft = z.object({
  customer_id: id(),
  work_order_id: id().nullable().optional().describe('Link to work order'),
  branch_id: documentBranch(),
  invoice_date: day(),
  supply_date: day().nullable().optional().describe('When it is not the invoice date'),
  due_date: day()
    .nullable()
    .optional()
    .describe('Payment due date; by the terms of the company or the shop when absent')
    .meta({ examples: ['2026-04-27'] }),
  notes: optionalText(5000),
  lines: z.preprocess(withoutDeductions, InvoiceLinesInput).optional(),
  ...pricingInput,
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

type LineDraft = z.output<typeof InvoiceLinesInput>[number]

/** The body's lines, and how they are priced, apart from the rest of it. */
function parted({
  lines,
  prices_include_vat,
  discount_pct,
  discount_amount,
  ...fields
}: Partial<z.output<typeof Draft>>) {
  return {
    lines,
    pricing: pricingOf({ prices_include_vat, discount_pct, discount_amount }),
    fields,
  }
}

const dayOf = ({ invoice_date }: { invoice_date: string }) => sql`${invoice_date}::date`

export const createInvoice = writeAfterLook(
  {
    summary: 'Create invoice',
    description: 'A draft: it gets its number when it is issued.',
    can: 'invoices:write',
    module,
    body: Draft,
    output: InvoiceDetail,
    status: 201,
  },
  {
    needless: ({ body }) => areComplete(body.lines ?? []),
    see: (ctx, { body: { lines = [], ...draft } }) =>
      completeLines(ctx, { ...draft, lines, day: dayOf(draft) }),
  },
  async (ctx, { body }, completed) => {
    const { customer_id, lines = [] } = body
    const { fields, pricing } = parted(body)
    const day = dayOf(body)
    const drafts: Ready<LineDraft>[] = completed ?? plain(lines, day)
    const document = priced(drafts, pricing)
    const rows = document.lines.map(({ id: _, ...line }) => ({
      ...line,
      invoice_id: newId(invoices),
    }))
    const [, , , , , invoice] = await Promise.all([
      productsMustExist(ctx, lines),
      completed ? undefined : mustBePlain(ctx, lines, day),
      insert(ctx, invoices, {
        ...fields,
        ...pricing,
        ...document.totals,
        branch_id: branchOf(body),
        customer_id,
        invoice_date: body.invoice_date,
        due_date: body.due_date ?? dueDate(day, customer_id),
      }),
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

const changeOf = (id: number, body: Partial<z.output<typeof Draft>>) => ({
  ...parted(body),
  customer_id: body.customer_id,
  day: body.invoice_date
    ? sql`${body.invoice_date}::date`
    : sql`(select ${invoices.invoice_date} from ${invoices} where ${invoices.id} = ${id})`,
})

export const updateInvoice = writeAfterLook(
  {
    summary: 'Update invoice',
    description:
      'A draft only. `lines`, when given, replace all lines but those that deduct a deposit, which stay.',
    can: 'invoices:write',
    module,
    params: Id,
    body: Draft.partial(),
    output: InvoiceDetail,
    on: invoices,
  },
  {
    needless: ({ params, body }) => needsNoLook(changeOf(params.id, body)),
    see: (ctx, { params, body }) =>
      seeDocument(ctx, priceable.invoice, params.id, changeOf(params.id, body)),
  },
  async (ctx, { params: { id }, body }, seen) => {
    const change = changeOf(id, body)
    const { fields, lines, pricing } = change
    const document = repriced(change, seen)
    const agreed = () =>
      dueDate(
        fields.invoice_date ? sql`${fields.invoice_date}::date` : sql`${invoices.invoice_date}`,
        fields.customer_id ?? sql`${invoices.customer_id}`,
      )
    const due_date = fields.due_date === null ? agreed() : fields.due_date
    const [, , , , , , , , invoice] = await Promise.all([
      mustBeDraft(ctx, id),
      mustBeAsTaken(ctx, priceable.invoice, id, change, seen),
      productsMustExist(ctx, lines ?? []),
      update(ctx, invoices, id, { ...fields, ...pricing, ...document?.totals, due_date }),
      mustNotBeDueBefore(ctx, id),
      document?.kept && reweigh(ctx, priceable.invoice, id, document.kept),
      document?.made && replaceLines(ctx, id, document.made),
      document && subtractDeposits(ctx, id),
      oneInvoice(ctx, id),
    ])
    return invoice
  },
)

type NewLine = PricedLine<Ready<LineDraft>>

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
      and(
        eq(invoiceLines.invoice_id, invoice_id),
        isNull(invoiceLines.deposit_invoice_id),
        sql`${invoiceLines.id} not in ${added}`,
      ),
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
