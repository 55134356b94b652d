import { and, asc, eq, gt } from 'drizzle-orm'
import type { Reading } from '../../context.ts'
import { mustExist, onDays, same } from '../../db/rows.ts'
import { products } from '../catalog/tables.ts'
import {
  purchaseOrderLines,
  type purchaseOrderStatuses,
  purchaseOrders,
  suppliers,
} from '../purchasing/tables.ts'
import type { Separator } from './separator.ts'
import { pagesOf, sheetOf } from './writing.ts'

interface Query {
  separator?: Separator | undefined
  status?: (typeof purchaseOrderStatuses)[number] | undefined
  supplier_id?: number | undefined
  from?: string | undefined
  to?: string | undefined
}

const headers = [
  'po_number',
  'status',
  'supplier_id',
  'supplier',
  'reference',
  'expected_at',
  'product_id',
  'sku',
  'name',
  'article_code',
  'quantity',
  'received_qty',
  'cancelled_qty',
  'unit_price',
  'total',
] as const

/** The lines of purchase orders, the oldest first. */
export async function* exportOrders(ctx: Reading, query: Query): AsyncGenerator<Uint8Array> {
  await mustExist(ctx, suppliers, query.supplier_id)
  const wanted = and(
    same(purchaseOrders.status, query.status),
    same(purchaseOrders.supplier_id, query.supplier_id),
    onDays(purchaseOrders.created_at, query),
  )
  const pages = pagesOf(async (after, limit) => {
    const rows = await linesOf(ctx)
      .where(and(gt(purchaseOrderLines.id, after), wanted))
      .orderBy(asc(purchaseOrderLines.id))
      .limit(limit)
    return rows.map(({ unit_price, total_cents, ...line }) => ({
      ...line,
      unit_price: Number(unit_price),
      total: total_cents / 100,
    }))
  })
  yield* sheetOf(headers, pages, query.separator)
}

const linesOf = (ctx: Reading) =>
  ctx.db
    .select({
      id: purchaseOrderLines.id,
      po_number: purchaseOrders.po_number,
      status: purchaseOrders.status,
      supplier_id: suppliers.id,
      supplier: suppliers.name,
      reference: purchaseOrders.reference,
      expected_at: purchaseOrders.expected_at,
      product_id: products.id,
      sku: products.sku,
      name: products.name,
      article_code: purchaseOrderLines.article_code,
      quantity: purchaseOrderLines.quantity,
      received_qty: purchaseOrderLines.received_qty,
      cancelled_qty: purchaseOrderLines.cancelled_qty,
      unit_price: purchaseOrderLines.unit_price,
      total_cents: purchaseOrderLines.total_cents,
    })
    .from(purchaseOrderLines)
    .innerJoin(purchaseOrders, eq(purchaseOrders.id, purchaseOrderLines.purchase_order_id))
    .innerJoin(suppliers, eq(suppliers.id, purchaseOrders.supplier_id))
    .innerJoin(products, eq(products.id, purchaseOrderLines.product_id))
