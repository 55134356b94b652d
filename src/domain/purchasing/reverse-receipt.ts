import { and, asc, eq, gt, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insert, subquery } from '../../db/rows.ts'
import { found, refused } from '../../refusal.ts'
import { Id, optionalText } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { holdProducts, takeStock } from '../warehouse/moves.ts'
import { serialNumbers, stockMovements } from '../warehouse/tables.ts'
import { one, ReceiptDetail } from './receipt-record.ts'
import { goodsReceiptLines, goodsReceipts, purchaseOrders } from './tables.ts'

/** A receipt that was wrong is not changed: another one takes it back, whole and once. */
export const reverseReceipt = transact(
  {
    summary: 'Reverse goods receipt',
    description:
      'Takes the goods out again, first where they came in, then where they went to; refused when they are gone ' +
      'or held for pick lists. What was received of the purchase order is to come again.',
    can: 'stock:write',
    module: 'inventory',
    params: Id,
    body: z.object({
      reason: optionalText().meta({ examples: ['Counted wrong'] }),
    }),
    output: ReceiptDetail,
    on: goodsReceipts,
    status: 201,
  },
  async (ctx, { params, body: { reason } }) => {
    const receipt = await reversible(ctx, params.id)
    const [lines, pieces] = [await linesOf(ctx, receipt.id), await cameIn(ctx, receipt.id)]
    await holdProducts(ctx, [...pieces.keys()])
    const [added] = await insert(ctx, goodsReceipts, {
      purchase_order_id: receipt.purchase_order_id,
      supplier_id: receipt.supplier_id,
      warehouse_id: receipt.warehouse_id,
      reference: receipt.reference,
      reverses_id: receipt.id,
      reason,
    })
    const goods_receipt_id = found(added).id
    await insert(
      ctx,
      goodsReceiptLines,
      lines.map(({ quantity, ...line }) => ({ ...line, quantity: -quantity, goods_receipt_id })),
    )
    const source = {
      kind: 'receipt',
      source: 'goods_receipt',
      source_id: goods_receipt_id,
    } as const
    for (const [product_id, taken] of pieces) {
      await takeStock(ctx, { ...taken, ...source, product_id, reason })
    }
    return one(ctx, goods_receipt_id)
  },
)

/**
 * A receipt that can be taken back, with its purchase order held; 422 when it takes back itself, or was taken
 * back. Of two that take it back at the same time the database lets one.
 */
async function reversible(ctx: Transacting, id: number) {
  const [row] = await ctx.db
    .select({ receipt: goodsReceipts, reversal: subquery<string | null>(reversal) })
    .from(goodsReceipts)
    .where(eq(goodsReceipts.id, id))
  const { receipt, reversal: by } = found(row)
  if (receipt.reverses_id !== null) {
    throw refused('is_reversal', `${receipt.receipt_number} takes back another receipt.`)
  }
  if (by) {
    throw refused('already_reversed', `${receipt.receipt_number} was taken back by ${by}.`)
  }
  if (receipt.purchase_order_id !== null) {
    await ctx.db
      .select({ id: purchaseOrders.id })
      .from(purchaseOrders)
      .where(eq(purchaseOrders.id, receipt.purchase_order_id))
      .for('update')
  }
  return receipt
}

const reversal = sql`
  select later.receipt_number from ${goodsReceipts} later where later.reverses_id = ${goodsReceipts.id}`

const linesOf = (ctx: Transacting, receipt_id: number) =>
  ctx.db
    .select({
      product_id: goodsReceiptLines.product_id,
      po_line_id: goodsReceiptLines.po_line_id,
      quantity: goodsReceiptLines.quantity,
      unit_cost: goodsReceiptLines.unit_cost,
    })
    .from(goodsReceiptLines)
    .where(eq(goodsReceiptLines.goods_receipt_id, receipt_id))
    .orderBy(asc(goodsReceiptLines.id))

interface CameIn {
  quantity: number
  prefer_bin_id: number
  serials: string[] | undefined
}

/** What came in by a receipt, by product: how many, where, and which pieces. */
async function cameIn(ctx: Transacting, receipt_id: number): Promise<Map<number, CameIn>> {
  const movements = await ctx.db
    .select({
      product_id: stockMovements.product_id,
      bin_id: stockMovements.bin_id,
      quantity: stockMovements.quantity,
      serial: serialNumbers.serial,
    })
    .from(stockMovements)
    .leftJoin(serialNumbers, eq(serialNumbers.id, stockMovements.serial_id))
    .where(
      and(
        eq(stockMovements.source, 'goods_receipt'),
        eq(stockMovements.source_id, receipt_id),
        gt(stockMovements.quantity, 0),
      ),
    )
    .orderBy(asc(stockMovements.id))
  const pieces = new Map<number, CameIn>()
  for (const { product_id, bin_id, quantity, serial } of movements) {
    const known = pieces.get(product_id)
    const serials = serial === null ? known?.serials : [...(known?.serials ?? []), serial]
    pieces.set(product_id, {
      quantity: quantity + (known?.quantity ?? 0),
      prefer_bin_id: bin_id,
      serials,
    })
  }
  return pieces
}
