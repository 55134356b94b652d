import { asc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { guard, type newId, rowsBy } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, instant, money, Named, price, Stamps } from '../../schema.ts'
import { products } from '../catalog/tables.ts'
import { warehouses } from '../warehouse/bins-table.ts'
import { purchaseOrderLines, purchaseOrderStatuses, purchaseOrders, suppliers } from './tables.ts'

/** A product as documents of purchasing name it. */
export const NamedProduct = Named.extend({
  name: z.string().meta({ examples: ['iPhone 15 Screen'] }),
  sku: z
    .string()
    .nullable()
    .meta({ examples: ['SCR-IP15-BLK'] }),
})

/** The columns of `NamedProduct`. */
export const namedProduct = { id: products.id, name: products.name, sku: products.sku }

/** A purchase order in a list. */
export const PurchaseOrder = z.object({
  id: id(),
  po_number: z.string().meta({ examples: ['PO-2026-0001'] }),
  status: z.enum(purchaseOrderStatuses),
  supplier_id: id(),
  supplier: Named,
  warehouse_id: id().nullable(),
  warehouse: Named.nullable().describe('Where it is delivered; the default warehouse when null'),
  expected_at: day().nullable(),
  reference: z.string().nullable(),
  notes: z.string().nullable(),
  total: money()
    .describe('Excl. VAT')
    .meta({ examples: [455] }),
  ordered_at: instant().nullable(),
  sent_at: instant().nullable().describe('When it was last mailed to the supplier'),
  cancelled_at: instant().nullable(),
  ...Stamps,
})

const Line = z.object({
  id: id(),
  product_id: id(),
  product: NamedProduct,
  work_order_id: id().nullable().describe('The work order that waits for it'),
  article_code: z.string().nullable(),
  quantity: z.int().meta({ examples: [10] }),
  received_qty: z.int().meta({ examples: [0] }),
  cancelled_qty: z
    .int()
    .describe('Will not come any more')
    .meta({ examples: [0] }),
  outstanding_qty: z
    .int()
    .describe('Still to come')
    .meta({ examples: [10] }),
  unit_price: price().meta({ examples: [45.5] }),
  total: money().meta({ examples: [455] }),
})

/** A purchase order with its lines, as every verb of one purchase order answers it. */
export const PurchaseOrderDetail = PurchaseOrder.extend({ lines: z.array(Line) })

/** Purchase orders as `PurchaseOrder` has them. */
export const purchaseOrderRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: purchaseOrders.id,
      po_number: purchaseOrders.po_number,
      status: purchaseOrders.status,
      supplier_id: purchaseOrders.supplier_id,
      supplier: { id: suppliers.id, name: suppliers.name },
      warehouse_id: purchaseOrders.warehouse_id,
      warehouse: { id: warehouses.id, name: warehouses.name },
      expected_at: purchaseOrders.expected_at,
      reference: purchaseOrders.reference,
      notes: purchaseOrders.notes,
      total: purchaseOrders.total_cents,
      ordered_at: purchaseOrders.ordered_at,
      sent_at: purchaseOrders.sent_at,
      cancelled_at: purchaseOrders.cancelled_at,
      created_at: purchaseOrders.created_at,
      updated_at: purchaseOrders.updated_at,
    })
    .from(purchaseOrders)
    .innerJoin(suppliers, eq(suppliers.id, purchaseOrders.supplier_id))
    .leftJoin(warehouses, eq(warehouses.id, purchaseOrders.warehouse_id))

/** What of a line is still to come, whatever the state of its order. */
export const outstanding = sql<number>`greatest(
  ${purchaseOrderLines.quantity} - ${purchaseOrderLines.received_qty} - ${purchaseOrderLines.cancelled_qty}, 0)`

const lineRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: purchaseOrderLines.id,
      product_id: purchaseOrderLines.product_id,
      product: namedProduct,
      work_order_id: purchaseOrderLines.work_order_id,
      article_code: purchaseOrderLines.article_code,
      quantity: purchaseOrderLines.quantity,
      received_qty: purchaseOrderLines.received_qty,
      cancelled_qty: purchaseOrderLines.cancelled_qty,
      outstanding_qty: outstanding,
      unit_price: purchaseOrderLines.unit_price,
      total: purchaseOrderLines.total_cents,
    })
    .from(purchaseOrderLines)
    .innerJoin(products, eq(products.id, purchaseOrderLines.product_id))
    .orderBy(asc(purchaseOrderLines.id))

export type PurchaseOrderId = number | ReturnType<typeof newId>

/** One purchase order as answered; its two statements start at once. */
export async function onePurchaseOrder(ctx: Selecting, id: PurchaseOrderId) {
  const [[order], lines] = await Promise.all([
    rowsBy(ctx, purchaseOrderRows, purchaseOrders.id, id),
    rowsBy(ctx, lineRows, purchaseOrderLines.purchase_order_id, id),
  ])
  return { ...found(order), lines }
}

type Status = (typeof purchaseOrderStatuses)[number]

/** Refuses the batch unless the purchase order has one of these statuses; locks it for what follows. */
export const mustBe = (
  ctx: Writing,
  id: number,
  allowed: readonly Status[],
  refusal: { code: string; message: string; field?: string },
) =>
  guard(
    ctx,
    sql`exists (
      select from ${purchaseOrders}
      where ${purchaseOrders.id} = ${id} and ${purchaseOrders.status} in ${allowed} for update)`,
    refusal,
  )
