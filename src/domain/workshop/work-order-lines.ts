import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Transacting, Writing } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { guard, insert, mustExist, newId, remove, rowsBy, subquery, update } from '../../db/rows.ts'
import { lineTotalCents } from '../../lib/money.ts'
import { found, refused } from '../../refusal.ts'
import {
  Id,
  id,
  idText,
  money,
  number,
  Paging,
  pageOf,
  percent,
  price,
  quantity,
  Stamps,
  text,
  unitPrice,
} from '../../schema.ts'
import { read, transact, write } from '../../verb.ts'
import { invoiceLines, invoices } from '../sales/tables.ts'
import { mustAgree, taxOfChanged, taxOfNew } from '../tax/assigned.ts'
import { workOrderLines, workOrderStatuses, workOrders } from './tables.ts'

/** A part or labour on a work order; prices exclude VAT. */
export const Line = z.object({
  id: id(),
  description: z.string().meta({ examples: ['Screen replacement'] }),
  product_id: id().nullable(),
  quantity: number(),
  unit_price: price(),
  vat_rate: number(21),
  tax_rate_id: id().nullable(),
  total_excl: money(),
  ...Stamps,
})

const Draft = z.object({
  description: text(1000),
  product_id: id().nullable().optional(),
  quantity: quantity().optional().describe('1 when absent'),
  unit_price: unitPrice().describe('Price per unit excl. VAT'),
  vat_rate: percent()
    .optional()
    .describe("VAT %; that of the product, else the shop's default, when absent"),
  tax_rate_id: id().nullable().optional().describe('In place of a bare percentage'),
})

/** The path's `id` is the line's: it is what is checked, and what If-Match speaks of. */
const LineOfOrder = z.object({ work_order_id: idText(), id: idText() })

const columns = {
  id: workOrderLines.id,
  description: workOrderLines.description,
  product_id: workOrderLines.product_id,
  quantity: workOrderLines.quantity,
  unit_price: workOrderLines.unit_price,
  vat_rate: workOrderLines.vat_rate,
  tax_rate_id: workOrderLines.tax_rate_id,
  total_excl: workOrderLines.total_excl_cents,
  created_at: workOrderLines.created_at,
  updated_at: workOrderLines.updated_at,
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(workOrderLines)

/** The lines of a work order, as they were entered. */
export const linesOf = (ctx: Selecting, work_order_id: number | SQL<number>) =>
  rowsBy(ctx, rowsAsEntered, workOrderLines.work_order_id, work_order_id)

const rowsAsEntered = (ctx: Selecting) => rows(ctx).$dynamic().orderBy(asc(workOrderLines.id))

async function one(ctx: Selecting, id: number | SQL<number>) {
  const [line] = await rowsBy(ctx, rows, workOrderLines.id, id)
  return found(line)
}

/**
 * The work order's version moves with its lines, so that who copies it sees the new totals; and it stays
 * locked, so that its invoice and a change of its lines wait for each other.
 */
const touchOrder = (ctx: Writing, work_order_id: number) =>
  update(ctx, workOrders, work_order_id, {})

const notCancelled = (ctx: Writing, work_order_id: number) =>
  guard(
    ctx,
    sql`exists (select from ${workOrders} join ${workOrderStatuses}
      on ${workOrderStatuses.slug} = ${workOrders.status}
      where ${workOrders.id} = ${work_order_id} and ${workOrderStatuses.kind} <> 'cancelled')`,
    { code: 'work_order_cancelled', message: 'The work order is cancelled.' },
  )

export const listLines = read(
  {
    summary: 'List work order lines',
    can: 'work_orders:read',
    module: 'work_orders',
    params: Id,
    query: Paging,
    output: pageOf(Line),
  },
  async (ctx, { params, query }) => {
    const where = eq(workOrderLines.work_order_id, params.id)
    const [, list] = await Promise.all([
      mustExist(ctx, workOrders, params.id),
      pageInOrder(ctx, workOrderLines, query, where, [asc(workOrderLines.id)], rows),
    ])
    return list
  },
)

export const addLine = write(
  {
    summary: 'Add work order line (part/labour)',
    can: 'work_orders:write',
    module: 'work_orders',
    params: Id,
    body: Draft,
    output: Line,
    on: workOrders,
    status: 201,
  },
  async (ctx, { params, body }) => {
    const total_excl_cents = lineTotalCents({ quantity: 1, ...body })
    const tax = taxOfNew(body, body.product_id)
    const [, , , , line] = await Promise.all([
      touchOrder(ctx, params.id),
      notCancelled(ctx, params.id),
      mustAgree(ctx, body),
      insert(ctx, workOrderLines, { ...body, ...tax, work_order_id: params.id, total_excl_cents }),
      one(ctx, newId(workOrderLines)),
    ])
    return line
  },
)

const isBilled = (line_id: number) => sql<boolean>`exists (
  select from ${invoiceLines} join ${invoices} on ${invoices.id} = ${invoiceLines.invoice_id}
  where ${invoiceLines.work_order_line_id} = ${line_id} and ${invoices.status} <> 'cancelled')`

/** The line, when it may still change; its work order is locked from here on. */
async function changeable(ctx: Transacting, params: z.output<typeof LineOfOrder>) {
  await touchOrder(ctx, params.work_order_id)
  const [line] = await ctx.db
    .select({ ...columns, is_billed: subquery<boolean>(sql`select ${isBilled(params.id)}`) })
    .from(workOrderLines)
    .where(
      and(eq(workOrderLines.id, params.id), eq(workOrderLines.work_order_id, params.work_order_id)),
    )
  if (found(line).is_billed) {
    throw refused('line_invoiced', 'The line is on an invoice and cannot change.')
  }
  await notCancelled(ctx, params.work_order_id)
  return found(line)
}

export const updateLine = transact(
  {
    summary: 'Update work order line',
    description: 'Refused once the line is on an invoice.',
    can: 'work_orders:write',
    module: 'work_orders',
    params: LineOfOrder,
    body: Draft.partial(),
    output: Line,
    on: workOrderLines,
  },
  async (ctx, { params, body }) => {
    const line = await changeable(ctx, params)
    const total_excl_cents = lineTotalCents({
      quantity: body.quantity ?? line.quantity,
      unit_price: body.unit_price ?? line.unit_price,
    })
    await mustAgree(ctx, body)
    const tax = taxOfChanged(body, workOrderLines, body.product_id ?? line.product_id)
    const isPriced = body.quantity ?? body.unit_price ?? tax.tax_rate_id
    await update(ctx, workOrderLines, params.id, {
      ...body,
      ...tax,
      total_excl_cents,
      ...(isPriced && { vat_cents: null }),
    })
    return one(ctx, params.id)
  },
)

export const removeLine = transact(
  {
    summary: 'Remove work order line',
    description: 'Refused once the line is on an invoice.',
    can: 'work_orders:write',
    module: 'work_orders',
    params: LineOfOrder,
    on: workOrderLines,
  },
  async (ctx, { params }) => {
    await changeable(ctx, params)
    await remove(ctx, workOrderLines, params.id)
  },
)
