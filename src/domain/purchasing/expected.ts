import { and, eq, gt, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { mustExist, same } from '../../db/rows.ts'
import { ArrayPaging, day, id, idText, Named } from '../../schema.ts'
import { read } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { NamedProduct, namedProduct, outstanding } from './purchase-order-record.ts'
import { purchaseOrderLines, purchaseOrders, suppliers } from './tables.ts'

const Arrival = z.object({
  id: id().describe('The line of the purchase order'),
  purchase_order_id: id(),
  po_number: z.string().meta({ examples: ['PO-2026-0001'] }),
  supplier: Named,
  product: NamedProduct,
  work_order_id: id().nullable().describe('The work order that waits for it'),
  quantity: z.int().meta({ examples: [10] }),
  received_qty: z.int().meta({ examples: [4] }),
  outstanding_qty: z.int().meta({ examples: [6] }),
  expected_at: day().nullable(),
  is_late: z.boolean().describe('The day is over'),
})

const arrivals = (ctx: Selecting) =>
  ctx.db
    .select({
      id: purchaseOrderLines.id,
      purchase_order_id: purchaseOrders.id,
      po_number: purchaseOrders.po_number,
      supplier: { id: suppliers.id, name: suppliers.name },
      product: namedProduct,
      work_order_id: purchaseOrderLines.work_order_id,
      quantity: purchaseOrderLines.quantity,
      received_qty: purchaseOrderLines.received_qty,
      outstanding_qty: outstanding,
      expected_at: purchaseOrders.expected_at,
      is_late: sql<boolean>`coalesce(${purchaseOrders.expected_at} < (select app.today()), false)`,
    })
    .from(purchaseOrderLines)
    .innerJoin(purchaseOrders, eq(purchaseOrders.id, purchaseOrderLines.purchase_order_id))
    .innerJoin(suppliers, eq(suppliers.id, purchaseOrders.supplier_id))
    .innerJoin(products, eq(products.id, purchaseOrderLines.product_id))

export const listExpected = read(
  {
    summary: 'Expected arrivals',
    description:
      'What of ordered goods is still to come, the first day first; last what nobody said a day for.',
    can: 'purchase_orders:read',
    module: 'inventory',
    query: ArrayPaging.extend({
      from: day().optional(),
      to: day().optional(),
      supplier_id: idText().optional(),
      product_id: idText().optional(),
    }),
    output: z.array(Arrival),
  },
  async (ctx, { query }) => {
    const where = and(
      gt(outstanding, 0),
      same(purchaseOrderLines.product_id, query.product_id),
      ofOrders(query),
    )
    const order = [sql`${purchaseOrders.expected_at} nulls last`, sql`${purchaseOrderLines.id}`]
    const [, , list] = await Promise.all([
      mustExist(ctx, suppliers, query.supplier_id),
      mustExist(ctx, products, query.product_id),
      arrayPage(ctx, purchaseOrderLines, query, where, order, arrivals),
    ])
    return list
  },
)

interface Asked {
  from?: string | undefined
  to?: string | undefined
  supplier_id?: number | undefined
}

/** Lines of orders that are under way; a subquery, so that lines can be counted without their orders. */
const ofOrders = ({ from, to, supplier_id }: Asked) => sql`
  ${purchaseOrderLines.purchase_order_id} in (
    select o.id from purchase_orders o
    where o.status in ('ordered', 'partially_received')
      and ${from === undefined ? sql`true` : sql`o.expected_at >= ${from}`}
      and ${to === undefined ? sql`true` : sql`o.expected_at <= ${to}`}
      and ${supplier_id === undefined ? sql`true` : sql`o.supplier_id = ${supplier_id}`})`
