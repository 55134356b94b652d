import { asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { id, Named, price, Stamps } from '../../schema.ts'
import { products } from '../catalog/tables.ts'
import { users } from '../identity/tables.ts'
import { NamedProduct, namedProduct } from './purchase-order-record.ts'
import { goodsReceiptLines, goodsReceipts, suppliers } from './tables.ts'

/** A receipt in a list. */
export const Receipt = z.object({
  id: id(),
  receipt_number: z.string().meta({ examples: ['GR-2026-0001'] }),
  purchase_order_id: id().nullable(),
  supplier_id: id().nullable(),
  supplier: Named.nullable(),
  warehouse_id: id().nullable().describe('Where the goods came in'),
  reference: z
    .string()
    .nullable()
    .describe('Of the delivery note')
    .meta({ examples: ['DN-48213'] }),
  reverses_id: id().nullable().describe('The receipt that this one takes back'),
  reversed_by_id: id().nullable().describe('The receipt that takes this one back'),
  reason: z
    .string()
    .nullable()
    .describe('Why it takes another back')
    .meta({ examples: ['Counted wrong'] }),
  user: Named.nullable(),
  ...Stamps,
})

/** A receipt by itself; the lines as they were received. */
export const ReceiptDetail = Receipt.extend({
  lines: z.array(
    z.object({
      id: id(),
      product_id: id().meta({ examples: [5] }),
      product: NamedProduct,
      po_line_id: id().nullable(),
      quantity: z
        .int()
        .describe('Negative where it takes back')
        .meta({ examples: [10] }),
      unit_cost: price().nullable().describe('null: what the stock cost on average'),
    }),
  ),
})

const reversal = sql`
  select later.id from ${goodsReceipts} later where later.reverses_id = ${goodsReceipts.id}`

const columns = {
  id: goodsReceipts.id,
  receipt_number: goodsReceipts.receipt_number,
  purchase_order_id: goodsReceipts.purchase_order_id,
  supplier_id: goodsReceipts.supplier_id,
  supplier: { id: suppliers.id, name: suppliers.name },
  warehouse_id: goodsReceipts.warehouse_id,
  reference: goodsReceipts.reference,
  reverses_id: goodsReceipts.reverses_id,
  reversed_by_id: subquery<number | null>(reversal).mapWith(Number),
  reason: goodsReceipts.reason,
  user: { id: users.id, name: users.name },
  created_at: goodsReceipts.created_at,
  updated_at: goodsReceipts.updated_at,
}

/** Receipts as rows; a select for lists. */
export const rows = (ctx: Selecting) =>
  ctx.db
    .select(columns)
    .from(goodsReceipts)
    .leftJoin(suppliers, eq(suppliers.id, goodsReceipts.supplier_id))
    .leftJoin(users, eq(users.id, goodsReceipts.user_id))

const lineRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: goodsReceiptLines.id,
      product_id: goodsReceiptLines.product_id,
      product: namedProduct,
      po_line_id: goodsReceiptLines.po_line_id,
      quantity: goodsReceiptLines.quantity,
      unit_cost: goodsReceiptLines.unit_cost,
    })
    .from(goodsReceiptLines)
    .innerJoin(products, eq(products.id, goodsReceiptLines.product_id))
    .$dynamic()
    .orderBy(asc(goodsReceiptLines.id))

/** One receipt as answered. */
export async function one(ctx: Selecting, id: number | SQL<number>) {
  const [[receipt], lines] = await Promise.all([
    rowsBy(ctx, rows, goodsReceipts.id, id),
    rowsBy(ctx, lineRows, goodsReceiptLines.goods_receipt_id, id),
  ])
  return { ...found(receipt), lines }
}
