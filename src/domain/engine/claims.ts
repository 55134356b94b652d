import { and, eq, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import { insert, updateWhere } from '../../db/rows.ts'
import { events } from '../../db/tables.ts'
import { Id } from '../../schema.ts'
import { write } from '../../verb.ts'
import type { Reaction } from './reaction.ts'
import { deadLetters, reactions } from './tables.ts'

/** Reactions of a shop that one consumer takes at once. */
export const atOnce = 5

/** Longer than the slowest of them takes; one whose consumer died is taken up again after it. */
const lease = '2 minutes'

/** As the driver gives it: a bigint is text. */
type Claimed = Omit<Reaction, 'id' | 'event_id' | 'subject_id' | 'attempts'> & {
  id: string
  event_id: string | null
  subject_id: string | null
  attempts: string
}

/** Takes the reactions that are due, longest due first: for a while nobody else gets them. */
export const claimReactions = write(
  { summary: 'Claim reactions', can: 'public', output: z.custom<Reaction[]>() },
  async (ctx) => {
    const { rows } = await ctx.db.execute<Claimed>(sql`
      with claimed as (
        update ${reactions} set next_at = app.now() + ${lease}::interval, attempts = attempts + 1
        where id in (
          select id from ${reactions}
          where done_at is null and failed_at is null and next_at <= (select app.now())
          order by next_at, id limit ${atOnce} for update skip locked)
        returning *)
      select c.id, c.kind, c.key, c.event_id, c.subject_id, c.payload, to_json(c.chain) as chain, c.attempts,
        case when e.id is not null then json_build_object('id', e.id, 'name', e.name, 'root', e.root,
          'root_id', e.root_id, 'user_id', e.user_id, 'at', e.at, 'changes', e.changes) end as event
      from claimed c left join ${events} e on e.id = c.event_id
      order by c.id`)
    return rows.map(({ id, event_id, subject_id, attempts, ...row }) => ({
      ...row,
      id: Number(id),
      event_id: event_id === null ? null : Number(event_id),
      subject_id: subject_id === null ? null : Number(subject_id),
      attempts: Number(attempts),
    }))
  },
)

const isOpen = (id: number) =>
  and(eq(reactions.id, id), isNull(reactions.done_at), isNull(reactions.failed_at))

/** To be tried again. */
export const postponeReaction = write(
  {
    summary: 'Postpone a reaction',
    can: 'public',
    params: Id,
    body: z.object({ after_s: z.number(), failure: z.string() }),
  },
  async (ctx, { params: { id }, body: { after_s, failure } }) => {
    await updateWhere(ctx, reactions, isOpen(id), {
      next_at: sql`app.now() + make_interval(secs => ${after_s})`,
      failure,
    })
  },
)

/** Not to be tried again unless somebody says so: it becomes a dead letter. */
export const buryReaction = write(
  {
    summary: 'Give a reaction up',
    can: 'public',
    body: z.object({ reaction: z.custom<Reaction>(), failure: z.string() }),
  },
  async (ctx, { body: { reaction, failure } }) => {
    const { id, kind, key, attempts } = reaction
    const body = { reaction_id: id, key }
    await Promise.all([
      insert(ctx, deadLetters, { queue: 'reactions', kind, body, attempts, failure }),
      updateWhere(ctx, reactions, isOpen(id), { failed_at: sql`app.now()`, failure }),
    ])
  },
)
