import { and, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { page } from '../../db/pages.ts'
import {
  guard,
  insert,
  mustExist,
  newId,
  remove,
  removeWhere,
  same,
  update,
} from '../../db/rows.ts'
import { day, Id, id, idText, optionalText, Paging, pageOf } from '../../schema.ts'
import { read, write, writeAfterLook } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { branches } from '../staff/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { branchOf, documentBranch } from './branch.ts'
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
import { areComplete, completeLines, mustBePlain, plain, type Ready } from './line-prices.ts'
import {
  type LineInput,
  type PricedLine,
  priced,
  productsMustExist,
  QuotationLinesInput,
} from './lines.ts'
import {
  mustBe,
  oneQuotation,
  Quotation,
  QuotationDetail,
  type QuotationId,
  quotationRows,
  quotationStatuses,
  shownAs,
} from './quotation-record.ts'
import { quotationLines, quotations } from './tables.ts'

const Draft = z.object({
  customer_id: id(),
  work_order_id: id().nullable().optional(),
  branch_id: documentBranch(),
  valid_until: day().nullable().optional(),
  lines: QuotationLinesInput.min(1),
  notes: optionalText(5000),
  ...pricingInput,
})

export const listQuotations = read(
  {
    summary: 'List quotations',
    can: 'quotations:read',
    module: 'quotations',
    query: Paging.extend({
      status: z.enum(quotationStatuses).optional(),
      customer_id: idText().optional(),
      work_order_id: idText().optional(),
      branch_id: idText().optional(),
    }),
    output: pageOf(Quotation),
  },
  async (ctx, { query }) => {
    const where = and(
      shownAs(query.status),
      same(quotations.customer_id, query.customer_id),
      same(quotations.work_order_id, query.work_order_id),
      same(quotations.branch_id, query.branch_id),
    )
    const [, , , list] = await Promise.all([
      mustExist(ctx, customers, query.customer_id),
      mustExist(ctx, workOrders, query.work_order_id),
      mustExist(ctx, branches, query.branch_id),
      page(ctx, quotations, query, where, quotationRows),
    ])
    return list
  },
)

/** The body's lines, and how they are priced, apart from the rest of it. */
function changeOf({
  lines,
  prices_include_vat,
  discount_pct,
  discount_amount,
  ...fields
}: Partial<z.output<typeof Draft>>) {
  const pricing = pricingOf({ prices_include_vat, discount_pct, discount_amount })
  return { lines, pricing, fields, customer_id: fields.customer_id, day: sql`app.today()` }
}

export const createQuotation = writeAfterLook(
  {
    summary: 'Create quotation',
    can: 'quotations:write',
    module: 'quotations',
    body: Draft,
    output: QuotationDetail,
    status: 201,
  },
  {
    needless: ({ body }) => areComplete(body.lines),
    see: (ctx, { body }) => completeLines(ctx, body),
  },
  async (ctx, { body }, completed) => {
    const { pricing, fields, day } = changeOf(body)
    const { customer_id, lines } = body
    const drafts: Ready<LineInput>[] = completed ?? plain(lines, day)
    const document = priced(drafts, pricing)
    const [, , , , , quotation] = await Promise.all([
      productsMustExist(ctx, lines),
      completed ? undefined : mustBePlain(ctx, lines, day),
      insert(ctx, quotations, {
        ...fields,
        ...pricing,
        ...document.totals,
        branch_id: branchOf(body),
        customer_id,
      }),
      insertLines(ctx, newId(quotations), document.lines),
      sameCustomer(ctx, newId(quotations)),
      oneQuotation(ctx, newId(quotations)),
    ])
    return quotation
  },
)

const insertLines = (ctx: Writing, quotation_id: QuotationId, lines: PricedLine[]) =>
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
  (ctx, { params }) => oneQuotation(ctx, params.id),
)

export const updateQuotation = writeAfterLook(
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
  {
    needless: ({ body }) => needsNoLook(changeOf(body)),
    see: (ctx, { params, body }) =>
      seeDocument(ctx, priceable.quotation, params.id, changeOf(body)),
  },
  async (ctx, { params: { id }, body }, seen) => {
    const change = changeOf(body)
    const { fields, pricing, lines } = change
    const document = repriced(change, seen)
    const other = Object.keys(body).find((field) => field !== 'notes')
    const [, , , , , , , , quotation] = await Promise.all([
      mustBe(ctx, id, ['draft', 'sent'], {
        code: 'quotation_closed',
        message: 'An accepted, rejected or expired quotation cannot change.',
      }),
      other &&
        mustBe(ctx, id, ['draft'], {
          code: 'not_draft',
          message: 'Only the notes of a sent quotation can change.',
          field: other,
        }),
      mustBeAsTaken(ctx, priceable.quotation, id, change, seen),
      productsMustExist(ctx, lines ?? []),
      update(ctx, quotations, id, { ...fields, ...pricing, ...document?.totals }),
      document?.kept && reweigh(ctx, priceable.quotation, id, document.kept),
      document?.made && replaceLines(ctx, id, document.made),
      other && sameCustomer(ctx, id),
      oneQuotation(ctx, id),
    ])
    return quotation
  },
)

const replaceLines = (ctx: Writing, quotation_id: number, lines: PricedLine[]) =>
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
