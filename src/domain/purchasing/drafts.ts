import type { Writing } from '../../context.ts'
import { insertMany } from '../../db/many.ts'
import { insert } from '../../db/rows.ts'
import { purchaseOrderLines, purchaseOrders } from './tables.ts'

/** A purchase order that a program writes; its limits are those of the lines of any order. */
export interface NewOrder {
  supplier_id: number
  reference?: string | null
  expected_at?: string | null
  lines: NewLine[]
  /** Of its lines. */
  total_cents: number
}

export interface NewLine {
  product_id: number
  article_code: string | null
  quantity: number
  unit_price: string
  total_cents: number
}

const columns = [
  'purchase_order_id',
  'product_id',
  'article_code',
  'quantity',
  'unit_price',
  'total_cents',
] as const

/** Adds drafts with their lines, and answers their ids; their totals follow from the lines. */
export async function addDrafts(ctx: Writing, orders: readonly NewOrder[]): Promise<number[]> {
  const drafts = orders.map(({ lines: _, total_cents: __, ...draft }) => draft)
  const ids = (await insert(ctx, purchaseOrders, drafts)).map(({ id }) => id)
  const lines = orders.flatMap((order, i) =>
    order.lines.map((line) => ({ ...line, purchase_order_id: ids[i] as number })),
  )
  await insertMany(ctx, purchaseOrderLines, columns, lines)
  return ids
}
