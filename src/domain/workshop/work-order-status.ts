import { and, eq, ne, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { updateWhere } from '../../db/rows.ts'
import { Id, optionalText, text } from '../../schema.ts'
import { write } from '../../verb.ts'
import { workOrderStatuses, workOrders } from './tables.ts'
import { one, WorkOrder } from './work-order.ts'
import { writeNote } from './work-order-notes.ts'

/** A status in a body: the slug of one of the shop's own. */
export const statusSlug = () => text(50).meta({ examples: ['in_repair'] })

/**
 * Refuses a status that does not follow the present one; staying is no change. Holds the work order, so
 * that of two changes at once the second is judged by what the first left. An unknown status is left to
 * the foreign key.
 */
export async function allowTransition(ctx: Writing, id: number, status: string) {
  const message = sql`format('A work order in %s cannot go to %s; allowed: %s.', present.label,
    ${status}::text, coalesce(nullif(array_to_string(present.allowed_next, ', '), ''), 'nothing'))`
  await ctx.db.execute(sql`
    select app.guard(
      held.status = ${status} or ${status} = any (present.allowed_next)
        or not exists (select from ${workOrderStatuses} where slug = ${status}),
      'transition_not_allowed', ${message}, 'status')
    from (select status from ${workOrders} where id = ${id} for update) held
    left join ${workOrderStatuses} present on present.slug = held.status`)
}

/** What changes on a work order that takes this status: it is completed while in a status of kind done. */
export const entering = (status: string) => ({
  status,
  completed_at: sql`case when
    (select ${workOrderStatuses.kind} from ${workOrderStatuses} where ${workOrderStatuses.slug} = ${status}) = 'done'
    then coalesce(${workOrders.completed_at}, app.now()) end`,
})

export const changeStatus = write(
  {
    summary: 'Change status',
    description:
      'To one of `allowed_next` of the present status; the same status again changes nothing.',
    can: 'work_orders:write',
    module: 'work_orders',
    params: Id,
    body: z.object({
      status: statusSlug(),
      note: optionalText(10_000).describe('Added as an internal note'),
    }),
    output: WorkOrder,
    on: workOrders,
  },
  async (ctx, { params: { id }, body: { status, note } }) => {
    const [, , , order] = await Promise.all([
      allowTransition(ctx, id, status),
      updateWhere(
        ctx,
        workOrders,
        and(eq(workOrders.id, id), ne(workOrders.status, status)),
        entering(status),
      ),
      note && writeNote(ctx, id, { note }),
      one(ctx, id),
    ])
    return order
  },
)
