import { type SQL, sql } from 'drizzle-orm'
import type { Selecting, Transacting } from '../../context.ts'
import { milliOf, shareOf } from '../../lib/money.ts'
import { goodsReceiptLines, goodsReceipts } from '../purchasing/tables.ts'

/**
 * Received goods, as far as suppliers billed them: a line of a receipt, and with it the line of the receipt that
 * took it back. Quantities are thousandths.
 */
export interface Goods {
  /** Of the receipt itself, never of the one that took it back. */
  line_id: number
  /** As received, and what the receipt put down for it. */
  milli: number
  cost_cents: number
  /** Nothing, once it was taken back. */
  kept_milli: number
  kept_cents: number
  /** On booked invoices, and what these cleared of the cost. */
  billed_milli: number
  received_cents: number
}

type Row = Record<
  | 'line_id'
  | 'quantity'
  | 'cost_cents'
  | 'kept_quantity'
  | 'kept_cents'
  | 'billed_quantity'
  | 'received_cents',
  string
> & { line_ids: string[] }

/** Goods of these receipts, by the id of each line, also of those that took back. */
export async function goodsOf(ctx: Selecting, receipt_ids: SQL): Promise<Map<number, Goods>> {
  const { rows } = await ctx.db.execute<Row>(
    sql`select * from app.billed_goods(array(${receipt_ids})) order by line_id`,
  )
  return new Map(
    rows.flatMap((row) => {
      const goods: Goods = {
        line_id: Number(row.line_id),
        milli: milliOf(row.quantity),
        cost_cents: Number(row.cost_cents),
        kept_milli: milliOf(row.kept_quantity),
        kept_cents: Number(row.kept_cents),
        billed_milli: milliOf(row.billed_quantity),
        received_cents: Number(row.received_cents),
      }
      return row.line_ids.map((id) => [Number(id), goods] as const)
    }),
  )
}

/** The receipts behind lines of receipts; of one that took another back, that other. */
export const receiptsOf = (line_ids: SQL) => sql`
  select distinct coalesce(${goodsReceipts.reverses_id}, ${goodsReceipts.id})
  from ${goodsReceipts} join ${goodsReceiptLines} on ${goodsReceiptLines.goods_receipt_id} = ${goodsReceipts.id}
  where ${goodsReceiptLines.id} in (${line_ids})`

/** One at a time bills the goods of a receipt; receipts are append-only, so that no row of theirs can be locked. */
export async function holdBilling(ctx: Transacting, receipt_ids: SQL) {
  await ctx.db.execute(sql`
    select pg_advisory_xact_lock(hashtextextended('billing', id))
    from (select id from (${receipt_ids}) receipt (id) order by id offset 0) ordered`)
}

/**
 * Counts a billed quantity on its goods, and answers what it clears of their cost: so much that the cost is gone
 * when all pieces are billed. Undefined when more is billed than was kept, or credited than was billed.
 */
export function bill(goods: Goods, milli: number): number | undefined {
  const after = goods.billed_milli + milli
  const fits =
    milli > 0 ? after <= Math.max(goods.kept_milli, 0) : after >= Math.min(goods.kept_milli, 0)
  if (!fits) return undefined
  const received_cents = shareOf(goods.cost_cents, after, goods.milli) - goods.received_cents
  goods.billed_milli = after
  goods.received_cents += received_cents
  return received_cents
}

/** Takes a billed quantity off again; false when that leaves more billed than came, or less than nothing. */
export function unbill(goods: Goods, milli: number): boolean {
  goods.billed_milli -= milli
  return (
    goods.billed_milli >= Math.min(goods.milli, 0) && goods.billed_milli <= Math.max(goods.milli, 0)
  )
}
