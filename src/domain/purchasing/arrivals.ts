import { and, asc, eq, inArray, not, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { record, subquery, updateWhere } from '../../db/rows.ts'
import { products } from '../catalog/tables.ts'
import { workOrderStatuses, workOrders } from '../workshop/tables.ts'
import { entering } from '../workshop/work-order-status.ts'
import { purchaseOrderLines, purchaseOrders } from './tables.ts'

/** Where a work order waits for what was ordered for it; a shop that has no such status lets it stay. */
export const waitingForParts = 'waiting_parts'

/**
 * Holds work orders until the transaction ends, in the order of their ids: after the purchase order, before
 * the products, so that nobody waits in a circle.
 */
export async function holdWorkOrders(ctx: Transacting, ids: readonly number[]) {
  if (ids.length === 0) return
  await ctx.db
    .select({ id: workOrders.id })
    .from(workOrders)
    .where(inArray(workOrders.id, [...ids]))
    .orderBy(asc(workOrders.id))
    .for('no key update')
}

/**
 * Of these work orders, which are held, those for which nothing is to come any more: says so, which tells
 * the technician, and lets them go on where they wait for parts.
 *
 * The goods are held for the work order by its pick list, as soon as it has one; nothing else holds them.
 */
export async function tellArrivals(ctx: Transacting, ids: readonly number[]) {
  if (ids.length === 0) return
  for (const { id, parts, next } of await arrivedOf(ctx, ids)) {
    await record(ctx, 'work_order.parts_arrived', 'work_order', id, { parts: [null, parts] })
    if (next === null) continue
    await updateWhere(
      ctx,
      workOrders,
      and(eq(workOrders.id, id), eq(workOrders.status, waitingForParts)),
      entering(next),
    )
  }
}

/** What was ordered for the work order of the outer query, but for what was cancelled. */
const ordered = sql`from ${purchaseOrderLines} l join ${purchaseOrders} o on o.id = l.purchase_order_id
  join ${products} p on p.id = l.product_id
  where l.work_order_id = ${workOrders.id} and o.status <> 'cancelled'`

const somethingIsToCome = sql`exists (select ${ordered} and l.quantity > l.received_qty + l.cancelled_qty)`

/** `in_repair`, else the first open status that may follow; null where it does not wait, or none may. */
const nextStatus = sql`
  select next.slug from ${workOrderStatuses} present
  join ${workOrderStatuses} next on next.slug = any (present.allowed_next)
  where present.slug = ${waitingForParts} and ${workOrders.status} = present.slug
    and (next.slug = 'in_repair' or next.kind = 'open')
  order by next.slug = 'in_repair' desc, array_position(present.allowed_next, next.slug) limit 1`

const arrivedOf = (ctx: Transacting, ids: readonly number[]) =>
  ctx.db
    .select({
      id: workOrders.id,
      parts: subquery<string>(
        sql`select string_agg(distinct p.name, ', ') ${ordered} and l.received_qty > 0`,
      ),
      next: subquery<string | null>(nextStatus),
    })
    .from(workOrders)
    .where(and(inArray(workOrders.id, [...ids]), not(somethingIsToCome)))
    .orderBy(asc(workOrders.id))
