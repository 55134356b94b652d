import { and, asc, eq, gt, gte } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Selecting } from '../../context.ts'
import { page, settled } from '../../db/pages.ts'
import { atShopTime, same } from '../../db/rows.ts'
import { events } from '../../db/tables.ts'
import { invalid } from '../../refusal.ts'
import { id, idText, instant, moment, Named, Syncing, syncPageOf } from '../../schema.ts'
import { read } from '../../verb.ts'
import { users } from './tables.ts'

const Event = z.object({
  id: id(),
  name: z.string().meta({ examples: ['work_order.status_changed'] }),
  entity: z.string().meta({ examples: ['work_order'] }),
  entity_id: id(),
  actor: z
    .string()
    .meta({ examples: ['user'] })
    .describe(
      "`user`, `customer` through a link, `platform`: the service's own staff, or `system:<job>`",
    ),
  user: Named.nullable(),
  request_id: z.string().nullable(),
  changes: z
    .record(z.string(), z.tuple([z.unknown(), z.unknown()]))
    .meta({ examples: [{ status: ['new', 'in_repair'] }] })
    .describe('Field → value before and after'),
  at: instant(),
})

const columns = {
  id: events.id,
  name: events.name,
  entity: events.entity,
  entity_id: events.entity_id,
  actor: events.actor,
  user: { id: users.id, name: users.name },
  request_id: events.request_id,
  changes: events.changes,
  at: events.at,
}

const rows = (ctx: Selecting) =>
  ctx.db.select(columns).from(events).leftJoin(users, eq(users.id, events.user_id))

const word = () => z.string().max(100)

const Query = Syncing.extend({
  entity: word().optional(),
  entity_id: idText().optional(),
  name: word().optional(),
  actor: word()
    .optional()
    .describe('`user`, `customer`, `platform`, `system:<job>`, or the id of a user'),
  since: moment().optional(),
})

export const listEvents = read(
  {
    summary: 'List events',
    description: 'Everything that happened to the records of the shop, newest first.',
    can: 'events:read',
    query: Query,
    output: syncPageOf(Event),
  },
  (ctx, { query }) => {
    const where = and(
      same(events.entity, query.entity),
      same(events.entity_id, query.entity_id),
      same(events.name, query.name),
      query.actor !== undefined && /^\d{1,15}$/.test(query.actor)
        ? eq(events.user_id, Number(query.actor))
        : same(events.actor, query.actor),
      query.since === undefined ? undefined : gte(events.at, atShopTime(query.since)),
    )
    return query.updated_since === undefined && query.cursor === undefined
      ? page(ctx, events, query, where, rows)
      : following(ctx, query, where)
  },
)

/** The next stretch for a system that copies the events: oldest first, by id. */
async function following(
  ctx: Reading,
  { updated_since, cursor, per_page = 25 }: z.output<typeof Query>,
  where: ReturnType<typeof and>,
) {
  const start =
    cursor === undefined
      ? gte(events.at, atShopTime(updated_since as string))
      : gt(events.id, readCursor(cursor))
  const data = await rows(ctx)
    .where(and(where, start, settled(events)))
    .orderBy(asc(events.id))
    .limit(per_page)
  const last = data.at(-1)
  const next_cursor = last && data.length === per_page ? btoa(`event|${last.id}`) : null
  return { data, per_page, next_cursor }
}

function readCursor(cursor: string): number {
  const id = /^ZXZlbnR8[\w+/]+=*$/.test(cursor) ? /^event\|(\d{1,15})$/.exec(atob(cursor)) : null
  if (!id) throw invalid({ cursor: ['The cursor field is invalid.'] })
  return Number(id[1])
}
