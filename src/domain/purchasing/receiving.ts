import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { mustExist, onDays, same } from '../../db/rows.ts'
import { found, invalid, refused } from '../../refusal.ts'
import { day, Id, id, idText, optionalText, Paging, pageOf, unitPrice } from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { ofBranch } from '../staff/of-branch.ts'
import { branches } from '../staff/tables.ts'
import { pieces, serials } from '../warehouse/moves.ts'
import { warehouses } from '../warehouse/tables.ts'
import { holdWorkOrders, tellArrivals } from './arrivals.ts'
import { maxLines } from './purchase-order-lines.ts'
import { one, Receipt, ReceiptDetail, rows } from './receipt-record.ts'
import { type Delivered, receiveGoods } from './receive-goods.ts'
import {
  goodsReceiptLines,
  goodsReceipts,
  purchaseOrderLines,
  purchaseOrders,
  suppliers,
} from './tables.ts'

const place = () =>
  id().optional().describe('Where the goods are put; where goods come in when absent')

const deliveryNote = () =>
  optionalText()
    .describe('Delivery note / reference')
    .meta({ examples: ['DN-48213'] })

export const listReceipts = read(
  {
    summary: 'List goods receipts',
    can: 'stock:read',
    module: 'inventory',
    query: Paging.extend({
      purchase_order_id: idText().optional(),
      supplier_id: idText().optional(),
      product_id: idText().optional(),
      branch_id: idText().optional().describe('Of the warehouse where the goods came in'),
      reference: z.string().max(255).optional().describe('Of the delivery note, exactly'),
      from: day().optional(),
      to: day().optional(),
    }),
    output: pageOf(Receipt),
  },
  async (ctx, { query }) => {
    const hasProduct =
      query.product_id === undefined
        ? undefined
        : inArray(
            goodsReceipts.id,
            sql`(select ${goodsReceiptLines.goods_receipt_id} from ${goodsReceiptLines}
              where ${goodsReceiptLines.product_id} = ${query.product_id})`,
          )
    const where = and(
      same(goodsReceipts.purchase_order_id, query.purchase_order_id),
      same(goodsReceipts.supplier_id, query.supplier_id),
      ofBranch(goodsReceipts.warehouse_id, warehouses, query.branch_id),
      same(goodsReceipts.reference, query.reference),
      onDays(goodsReceipts.created_at, query),
      hasProduct,
    )
    const [, , , , list] = await Promise.all([
      mustExist(ctx, purchaseOrders, query.purchase_order_id),
      mustExist(ctx, suppliers, query.supplier_id),
      mustExist(ctx, products, query.product_id),
      mustExist(ctx, branches, query.branch_id),
      page(ctx, goodsReceipts, query, where, rows),
    ])
    return list
  },
)

export const getReceipt = read(
  {
    summary: 'Get goods receipt',
    can: 'stock:read',
    module: 'inventory',
    params: Id,
    output: ReceiptDetail,
    on: goodsReceipts,
  },
  (ctx, { params }) => one(ctx, params.id),
)

const OrderedLine = z.object({
  po_line_id: id(),
  received_qty: pieces().meta({ examples: [10] }),
  unit_cost: unitPrice()
    .optional()
    .describe('What was charged for a piece, where it is not as ordered'),
  serials: serials().optional(),
})

/** Of a line more can come than was ordered, as far as the shop said when it ordered (see `over_receipt_pct`). */
export const receiveOrder = transact(
  {
    summary: 'Receive against purchase order',
    description:
      'Part of it or all; of each line never more than was ordered and `over_receipt_pct` allows. The goods stand ' +
      'where goods come in until they are put away; pick lists that lack them hold them at once. When nothing more ' +
      'is to come for a work order, its technician is told, and it leaves `waiting_parts`.',
    can: 'stock:write',
    module: 'inventory',
    params: Id,
    body: z.object({
      lines: z.array(OrderedLine).min(1).max(maxLines),
      reference: deliveryNote(),
      bin_id: place(),
    }),
    output: ReceiptDetail,
    on: purchaseOrders,
    status: 201,
  },
  async (ctx, { params, body: { lines: asked, ...delivery } }) => {
    const { supplier_id, warehouse_id } = await holdPlaced(ctx, params.id)
    const ordered = await linesOf(ctx, params.id)
    const goods = goodsOf(asked, ordered)
    const completed = waitedFor(asked, ordered)
    await holdWorkOrders(ctx, completed)
    const receipt_id = await receiveGoods(
      ctx,
      { ...delivery, purchase_order_id: params.id, supplier_id, warehouse_id },
      goods,
    )
    await tellArrivals(ctx, completed)
    return one(ctx, receipt_id)
  },
)

/** Holds a purchase order; 422 when nothing can come of it. */
async function holdPlaced(ctx: Transacting, id: number) {
  const [row] = await ctx.db
    .select({
      po_number: purchaseOrders.po_number,
      status: purchaseOrders.status,
      supplier_id: purchaseOrders.supplier_id,
      warehouse_id: purchaseOrders.warehouse_id,
    })
    .from(purchaseOrders)
    .where(eq(purchaseOrders.id, id))
    .for('update')
  const order = found(row)
  if (order.status === 'ordered' || order.status === 'partially_received') return order
  const status = order.status.replaceAll('_', ' ')
  throw refused('not_ordered', `${order.po_number} is ${status}: nothing is to come of it.`)
}

const linesOf = (ctx: Transacting, purchase_order_id: number) =>
  ctx.db
    .select({
      id: purchaseOrderLines.id,
      product_id: purchaseOrderLines.product_id,
      work_order_id: purchaseOrderLines.work_order_id,
      unit_price: purchaseOrderLines.unit_price,
      outstanding_qty: sql<number>`quantity - cancelled_qty - received_qty`,
      receivable_qty: sql<number>`coalesce(max_receivable, 0) - received_qty`,
    })
    .from(purchaseOrderLines)
    .where(eq(purchaseOrderLines.purchase_order_id, purchase_order_id))
    .orderBy(asc(purchaseOrderLines.id))

type AskedLine = z.output<typeof OrderedLine>
type LineOfOrder = Awaited<ReturnType<typeof linesOf>>[number]

function goodsOf(asked: readonly AskedLine[], ordered: readonly LineOfOrder[]): Delivered[] {
  const receivable = new Map(ordered.map((line) => [line.id, { ...line }]))
  return asked.map(({ po_line_id, received_qty, unit_cost, serials }, i) => {
    const at = `lines.${i}.`
    const line = receivable.get(po_line_id)
    if (!line) throw invalid({ [`${at}po_line_id`]: ['The selected po line id is invalid.'] })
    if (received_qty > line.receivable_qty) throw overDelivery(at, line.receivable_qty)
    line.receivable_qty -= received_qty
    return {
      at,
      po_line_id,
      product_id: line.product_id,
      quantity: received_qty,
      unit_cost: unit_cost ?? line.unit_price,
      serials,
    }
  })
}

function overDelivery(at: string, left: number) {
  const message = `That is more than was ordered: of this line ${left} can still be received.`
  return refused('over_delivery', message, { [`${at}received_qty`]: [message] })
}

/** The work orders for which something comes that they wait for. */
function waitedFor(asked: readonly AskedLine[], ordered: readonly LineOfOrder[]): number[] {
  const came = new Set(asked.map(({ po_line_id }) => po_line_id))
  const waited = ordered.filter((line) => came.has(line.id) && line.outstanding_qty > 0)
  return [...new Set(waited.flatMap(({ work_order_id }) => work_order_id ?? []))]
}

const DirectLine = z.object({
  product_id: id(),
  quantity: pieces().meta({ examples: [10] }),
  unit_cost: unitPrice()
    .optional()
    .describe('Per piece; what the stock costs on average, else the purchase price, when absent'),
  serials: serials().optional(),
})

const isRequired = { code: 'custom', message: 'is required' } as const

const Direct = DirectLine.partial()
  .extend({
    supplier_id: id().optional(),
    reference: deliveryNote(),
    bin_id: place(),
    lines: z
      .array(DirectLine)
      .min(1)
      .max(maxLines)
      .optional()
      .describe('What came besides, or in place of `product_id` and `quantity`'),
  })
  .superRefine(({ product_id, quantity, unit_cost, serials, lines }, issues) => {
    const isOne = [product_id, quantity, unit_cost, serials].some((given) => given !== undefined)
    if (lines && !isOne) return
    if (product_id === undefined) issues.addIssue({ ...isRequired, path: ['product_id'] })
    if (quantity === undefined) issues.addIssue({ ...isRequired, path: ['quantity'] })
  })

export const receiveDirect = transact(
  {
    summary: 'Direct receive (no PO)',
    description: '`product_id` and `quantity`, or `lines` of them.',
    can: 'stock:write',
    module: 'inventory',
    body: Direct,
    output: ReceiptDetail,
    status: 201,
  },
  async (ctx, { body: { supplier_id, reference, bin_id, lines = [], ...first } }) => {
    const { product_id, quantity, ...rest } = first
    const goods: Delivered[] = lines.map((line, i) => ({ ...line, at: `lines.${i}.` }))
    if (product_id !== undefined && quantity !== undefined) {
      goods.unshift({ ...rest, product_id, quantity, at: '' })
    }
    await mustKnow(ctx, goods)
    return one(ctx, await receiveGoods(ctx, { supplier_id, reference, bin_id }, goods))
  },
)

/** A foreign key cannot say which of several products it does not know. */
async function mustKnow(ctx: Transacting, goods: readonly Delivered[]) {
  const ids = goods.map(({ product_id }) => product_id)
  const known = await ctx.db
    .select({ id: products.id })
    .from(products)
    .where(inArray(products.id, ids))
  const unknown = goods.find(({ product_id }) => !known.some(({ id }) => id === product_id))
  if (!unknown) return
  throw invalid({ [`${unknown.at}product_id`]: ['The selected product id is invalid.'] })
}
