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
import { read, write } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { type DraftLine, type PricedLine, priced, QuotationLinesInput } from './lines.ts'
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
  valid_until: day().nullable().optional(),
  lines: QuotationLinesInput.min(1),
  notes: optionalText(5000),
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
      page(ctx, quotations, query, where, quotationRows),
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
      oneQuotation(ctx, newId(quotations)),
    ])
    return quotation
  },
)

const insertLines = (ctx: Writing, quotation_id: QuotationId, lines: PricedLine<DraftLine>[]) =>
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
      oneQuotation(ctx, params.id),
    ])
    return quotation
  },
)

const replaceLines = (ctx: Writing, quotation_id: number, lines: PricedLine<DraftLine>[]) =>
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
