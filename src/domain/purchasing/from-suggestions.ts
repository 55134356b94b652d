import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { mustBeOurs } from '../../db/rows.ts'
import { lineTotalCents } from '../../lib/money.ts'
import { id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { addDrafts, type NewLine, type NewOrder } from './drafts.ts'
import { maxLines, maxQuantity, maxTotal_cents } from './purchase-order-lines.ts'
import { type Suggestion, suggestions } from './suggestions.ts'
import { suppliers } from './tables.ts'

const reasons = ['not_needed', 'other_supplier', 'no_supplier', 'no_price', 'too_large'] as const
type Reason = (typeof reasons)[number]

const Request = z.object({
  supplier_id: id().optional().describe('Only what is ordered there'),
  product_ids: z.array(id()).max(1000).optional().describe('Only these'),
})

export const orderSuggested = transact(
  {
    summary: 'Make purchase orders of suggestions',
    description:
      'A new draft for each supplier. What is on a draft is on its way, so nothing is ordered twice.',
    can: 'purchase_orders:write',
    module: 'inventory',
    body: Request,
    output: z.object({
      purchase_orders: z.array(id()),
      left_out: z.array(z.object({ product_id: id(), reason: z.enum(reasons) })),
    }),
  },
  async (ctx, { body }) => {
    const { supplier_id, product_ids } = body
    // One after the other: the second finds the drafts of the first.
    await ctx.db.execute(
      sql`select pg_advisory_xact_lock(hashtextextended('purchase suggestions ' || app.tenant(), 0))`,
    )
    const [, , found] = await Promise.all([
      mustBeOurs(ctx, suppliers, supplier_id, 'supplier_id'),
      mustBeOurs(ctx, products, product_ids, 'product_ids'),
      suggestions(ctx, product_ids ? { product_ids } : { supplier_id }),
    ])
    const { orders, left_out } = arranged(found, supplier_id)
    const needed = new Set(found.map(({ product_id }) => product_id))
    for (const product_id of new Set(product_ids)) {
      if (!needed.has(product_id)) left_out.push({ product_id, reason: 'not_needed' })
    }
    return { purchase_orders: await addDrafts(ctx, orders), left_out }
  },
)

/** Suggestions as orders, by supplier; a large one in several. */
function arranged(found: readonly Suggestion[], supplier_id: number | undefined) {
  const orders: NewOrder[] = []
  const left_out: { product_id: number; reason: Reason }[] = []
  for (const suggestion of found) {
    const line = lineOf(suggestion, supplier_id)
    if (typeof line === 'string') {
      left_out.push({ product_id: suggestion.product_id, reason: line })
      continue
    }
    const { supplier, ...row } = line
    let order = orders.findLast((open) => open.supplier_id === supplier)
    const isFull =
      order &&
      (order.lines.length === maxLines || order.total_cents + row.total_cents > maxTotal_cents)
    if (!order || isFull) {
      order = { supplier_id: supplier, lines: [], total_cents: 0 }
      orders.push(order)
    }
    order.lines.push(row)
    order.total_cents += row.total_cents
  }
  return { orders, left_out }
}

/** The line that orders a product, or why there is none. */
function lineOf(
  { supplier, unit_price, suggested_qty: quantity, product_id, article_code }: Suggestion,
  supplier_id: number | undefined,
): (NewLine & { supplier: number }) | Reason {
  if (supplier === null) return 'no_supplier'
  if (supplier_id !== undefined && supplier.id !== supplier_id) return 'other_supplier'
  if (unit_price === null) return 'no_price'
  if (quantity > maxQuantity) return 'too_large'
  const total_cents = lineTotalCents({ quantity, unit_price })
  if (total_cents > maxTotal_cents) return 'too_large'
  return { supplier: supplier.id, product_id, quantity, unit_price, article_code, total_cents }
}
