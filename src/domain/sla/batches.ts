import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { events } from '../../db/tables.ts'
import { transact } from '../../verb.ts'
import { finish, type Reaction, type ReactionHandler, react } from '../engine/reaction.ts'
import { reactions } from '../engine/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { atOnce, settle } from './settle.ts'
import { slaClocks } from './tables.ts'

/** Of whose deadlines there is something to say; a subselect, so that under row security the index serves. */
const due = sql`
  select work_order_id as id from ${slaClocks} where next_check_at <= (select app.now())`

/** Those that are not done, or were not when they were last looked at. */
const open = sql`
  select id from ${workOrders} where idle_since is not null
  union select work_order_id from ${slaClocks} where next_check_at is not null`

const waiting = sql`done_at is null and failed_at is null`

/** All of whom the check may not know yet: what happened to them, or to all, is still to be settled. */
const dueOrChanged = sql`
  ${due}
  union select e.root_id from ${reactions} r join ${events} e on e.id = r.event_id
    where r.kind = 'sla' and r.done_at is null and r.failed_at is null
  union select id from (${open}) o
    where exists (select from ${reactions} where kind = 'sla_shop' and ${waiting})`

/** The next of these work orders, by their ids. */
async function next(ctx: Transacting, among: typeof due, after: number): Promise<number[]> {
  const { rows } = await ctx.db.execute<{ id: string }>(
    sql`select id from (${among}) o where id > ${after} order by id limit ${atOnce}`,
  )
  return rows.map(({ id }) => Number(id))
}

const hidden = { can: 'sla:write', module: 'work_orders' } as const

/** Checks a batch of the shop's work orders; `last` is absent when there are no more. */
export const checkBatch = transact(
  {
    ...hidden,
    summary: 'Check a batch of work orders',
    body: z.object({ after: z.number() }),
    output: z.object({ new_breaches: z.number(), last: z.number().optional() }),
  },
  async (ctx, { body: { after } }) => {
    const ids = await next(ctx, dueOrChanged, after)
    const new_breaches = await settle(ctx, ids, { isCheck: true })
    return { new_breaches, last: ids[atOnce - 1] }
  },
)

/** What each kind of reaction looks at; only the check says that a deadline is missed, or near. */
function workOf({ kind, event_id }: Reaction) {
  if (kind === 'sla_check') return { among: due, isCheck: true }
  if (kind === 'sla_shop') return { among: open, isCheck: false }
  return {
    among: sql`select root_id as id from ${events} where id = ${event_id}`,
    isCheck: false,
  }
}

const settleBatch = transact(
  {
    ...hidden,
    summary: 'Settle work orders for a reaction',
    body: z.object({ reaction: z.custom<Reaction>() }),
  },
  async (ctx, { body: { reaction } }) => {
    if (!(await finish(ctx, reaction))) return
    const { among, isCheck } = workOf(reaction)
    const ids = await next(ctx, among, Number(reaction.payload.after ?? 0))
    await settle(ctx, ids, { isCheck })
    const last = ids[atOnce - 1]
    if (last === undefined) return
    const [cause] = reaction.key.split('/after:')
    const { kind, event_id } = reaction
    await react(ctx, { kind, event_id, key: `${cause}/after:${last}`, payload: { after: last } })
  },
)

/** Settles the work order that something happened to, all open ones, or those that are due; in batches. */
export const settleWorkOrders: ReactionHandler = async (ctx, reaction) => {
  await settleBatch(ctx, { body: { reaction } })
}
