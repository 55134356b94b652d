import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { day, id, Named, price, Stamps } from '../../schema.ts'
import { products } from '../catalog/tables.ts'
import { NamedProduct, namedProduct } from './purchase-order-record.ts'
import { purchaseOrderLines, purchaseOrderStatuses, purchaseOrders, suppliers } from './tables.ts'

/** A line of a purchase order that a work order waits for. */
export const SpecialOrder = z.object({
  po_line_id: id(),
  purchase_order_id: id(),
  po_number: z.string().meta({ examples: ['PO-2026-0001'] }),
  status: z.enum(purchaseOrderStatuses).describe('Of the purchase order'),
  work_order_id: id(),
  supplier: Named.meta({ examples: [{ id: 3, name: 'Parts & Co' }] }),
  product: NamedProduct,
  article_code: z.string().nullable().describe('What the supplier calls it'),
  quantity: z.int().meta({ examples: [1] }),
  received_qty: z.int().meta({ examples: [0] }),
  cancelled_qty: z.int().meta({ examples: [0] }),
  outstanding_qty: z
    .int()
    .describe('Is still to come')
    .meta({ examples: [1] }),
  unit_price: price(),
  expected_at: day().nullable(),
  ...Stamps,
})

const columns = {
  po_line_id: purchaseOrderLines.id,
  purchase_order_id: purchaseOrderLines.purchase_order_id,
  po_number: purchaseOrders.po_number,
  status: purchaseOrders.status,
  work_order_id: sql<number>`${purchaseOrderLines.work_order_id}`.mapWith(Number),
  supplier: { id: suppliers.id, name: suppliers.name },
  product: namedProduct,
  article_code: purchaseOrderLines.article_code,
  quantity: purchaseOrderLines.quantity,
  received_qty: purchaseOrderLines.received_qty,
  cancelled_qty: purchaseOrderLines.cancelled_qty,
  outstanding_qty: sql<number>`case when ${purchaseOrders.status} = 'cancelled' then 0 else greatest(
    ${purchaseOrderLines.quantity} - ${purchaseOrderLines.cancelled_qty} - ${purchaseOrderLines.received_qty}, 0) end`,
  unit_price: purchaseOrderLines.unit_price,
  expected_at: purchaseOrders.expected_at,
  created_at: purchaseOrderLines.created_at,
  updated_at: purchaseOrderLines.updated_at,
}

/** Parts ordered for work orders; a select for lists. */
export const rows = (ctx: Selecting) =>
  ctx.db
    .select(columns)
    .from(purchaseOrderLines)
    .innerJoin(purchaseOrders, eq(purchaseOrders.id, purchaseOrderLines.purchase_order_id))
    .innerJoin(suppliers, eq(suppliers.id, purchaseOrders.supplier_id))
    .innerJoin(products, eq(products.id, purchaseOrderLines.product_id))
