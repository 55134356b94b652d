import { and, eq } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { refusalOf } from '../../db/errors.ts'
import { insert } from '../../db/rows.ts'
import { found, invalid, Refusal } from '../../refusal.ts'
import { bins, warehouses } from '../warehouse/bins-table.ts'
import { holdProducts, putStock } from '../warehouse/moves.ts'
import { goodsReceiptLines, goodsReceipts } from './tables.ts'

/** Pieces of a product that came in. */
export interface Delivered {
  /** Where the body names them: `lines.0.`; nothing for its top. */
  at: string
  product_id: number
  /** Above 0. */
  quantity: number
  /** Per piece; what the stock costs on average, else the purchase price, when absent. */
  unit_cost?: string | undefined
  serials?: readonly string[] | undefined
  po_line_id?: number | undefined
}

/** What a receipt says besides its goods. */
export interface Delivery {
  purchase_order_id?: number
  supplier_id?: number | undefined
  reference?: string | null | undefined
  /** Where the goods come in: this bin, else the receiving bin of this warehouse, else of the default one. */
  bin_id?: number | undefined
  warehouse_id?: number | null
}

/**
 * Writes a receipt and puts its goods into stock. Its documents are held by the caller, the products are from
 * here on.
 *
 * @returns the receipt's id
 */
export async function receiveGoods(
  ctx: Transacting,
  { bin_id: wanted, warehouse_id: expected = null, ...receipt }: Delivery,
  goods: readonly Delivered[],
): Promise<number> {
  const { bin_id, warehouse_id } = await placeOf(ctx, wanted, expected)
  await holdProducts(
    ctx,
    goods.map(({ product_id }) => product_id),
  )
  const [added] = await insert(ctx, goodsReceipts, { ...receipt, warehouse_id })
  const goods_receipt_id = found(added).id
  await insert(
    ctx,
    goodsReceiptLines,
    goods.map(({ at, serials, ...line }) => ({ ...line, goods_receipt_id })),
  )
  const source = { kind: 'receipt', source: 'goods_receipt', source_id: goods_receipt_id } as const
  for (const { at, po_line_id, ...pieces } of goods) {
    await atLine(at, putStock(ctx, { ...pieces, ...source, bin_id }))
  }
  return goods_receipt_id
}

async function placeOf(
  ctx: Transacting,
  bin_id: number | undefined,
  warehouse_id: number | null,
): Promise<{ bin_id: number; warehouse_id: number }> {
  const isWhereGoodsComeIn = and(
    eq(bins.kind, 'receiving'),
    warehouse_id === null ? warehouses.is_default : eq(warehouses.id, warehouse_id),
  )
  const [place] = await ctx.db
    .select({ bin_id: bins.id, warehouse_id: bins.warehouse_id })
    .from(bins)
    .innerJoin(warehouses, eq(warehouses.id, bins.warehouse_id))
    .where(bin_id === undefined ? isWhereGoodsComeIn : eq(bins.id, bin_id))
  if (!place) throw invalid({ bin_id: ['The selected bin id is invalid.'] })
  return place
}

/** What is said of the whole receipt, where one of its lines is refused. */
const ofTheReceipt = new Set(['bin_id'])

/** The database names the field of a movement; the client's field is that of the line. */
async function atLine<T>(at: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal?.errors) throw error
    const errors = Object.entries(refusal.errors).map(([field, sentences]) => [
      ofTheReceipt.has(field) ? field : `${at}${field}`,
      sentences,
    ])
    throw new Refusal(
      refusal.status,
      refusal.code,
      refusal.message,
      Object.fromEntries(errors),
      refusal.headers,
    )
  }
}
