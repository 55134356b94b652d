import { eq, sql } from 'drizzle-orm'
import type { Selecting } from '../../context.ts'
import { subquery } from '../../db/rows.ts'
import { events } from '../../db/tables.ts'
import type { Calendar } from '../../lib/working-time.ts'
import { found } from '../../refusal.ts'
import { devices } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { workOrderNotes, workOrderStatuses, workOrders } from '../workshop/tables.ts'
import type { Promised, Story } from './reckoning.ts'
import { type SlaKind, slaBreaches, slaClocks, slaConfigs } from './tables.ts'

// What the reckoning needs, as JSON: numbers are numbers and moments ISO strings, whatever the driver does.

export interface Config extends Promised {
  id: number
  name: string
  applies_to: string | null
  active: boolean
}

/** What counts for all work orders of a shop. */
export interface Shop {
  calendar: Calendar
  now: Date
  /** By id. */
  configs: Config[]
  /** Kind of status by slug. */
  kinds: Record<string, Story['statuses'][number]['kind']>
  renames: Rename[]
}

/** The history keeps a status by the slug that it had then. */
interface Rename {
  before: string
  after: string
  at: string
}

const calendarColumns = {
  timezone: tenants.timezone,
  opening_hours: tenants.opening_hours,
  holidays: tenants.holidays,
  now: sql<string>`to_json(app.now())`,
}

const ownShop = eq(tenants.id, sql`app.tenant()`)

/** Calendar and clock of the shop. */
export async function calendarOf(ctx: Selecting) {
  const [shop] = await ctx.db.select(calendarColumns).from(tenants).where(ownShop)
  const { now, ...calendar } = found(shop)
  return { calendar: calendar satisfies Calendar, now: new Date(now) }
}

export async function readShop(ctx: Selecting): Promise<Shop> {
  const [shop] = await ctx.db
    .select({
      ...calendarColumns,
      configs: subquery<Config[]>(
        sql`select coalesce(json_agg(c order by c.id), '[]') from ${slaConfigs} c`,
      ),
      kinds: subquery<Shop['kinds']>(
        sql`select json_object_agg(s.slug, s.kind) from ${workOrderStatuses} s`,
      ),
      renames: subquery<Rename[]>(sql`
        select coalesce(json_agg(json_build_object('before', e.changes -> 'slug' ->> 0,
          'after', e.changes -> 'slug' ->> 1, 'at', e.at) order by e.id), '[]')
        from ${events} e where e.entity = 'work_order_status' and e.name = 'work_order_status.updated'
          and e.changes ? 'slug'`),
    })
    .from(tenants)
    .where(ownShop)
  const { configs, kinds, renames, now, ...calendar } = found(shop)
  return { configs, kinds, renames, calendar, now: new Date(now) }
}

/** A work order as the database has it. */
export interface Order {
  id: number
  priority: string
  device_kind: string | null
  sla_config_id: number | null
  status: string
  created_at: string
  completed_at: string | null
  noted_at: string | null
  moves: Rename[]
  clock: Partial<Record<SlaKind, string | null>> & { warned?: SlaKind[] }
  breaches: SlaKind[]
}

/** Work orders with all that was ever done about their status. */
export async function readOrders(ctx: Selecting, ids: number[]): Promise<Order[]> {
  const { rows } = await ctx.db.execute<{ work_order: Order }>(sql`
    select to_json(o) as work_order from (
      select w.id, w.priority, w.sla_config_id, w.status, w.created_at, w.completed_at,
        (select d.kind from ${devices} d where d.id = w.device_id) as device_kind,
        (select min(n.created_at) from ${workOrderNotes} n
          where n.work_order_id = w.id and not n.is_internal) as noted_at,
        (select coalesce(json_agg(json_build_object('before', e.changes -> 'status' ->> 0,
            'after', e.changes -> 'status' ->> 1, 'at', e.at) order by e.id), '[]')
          from ${events} e where e.entity = 'work_order' and e.entity_id = w.id
            and e.name = 'work_order.status_changed') as moves,
        coalesce((select json_build_object('response', c.response_due_at, 'resolution', c.resolution_due_at,
            'warned', c.warned) from ${slaClocks} c where c.work_order_id = w.id), '{}') as clock,
        (select coalesce(json_agg(b.kind), '[]') from ${slaBreaches} b where b.work_order_id = w.id) as breaches
      from ${workOrders} w where w.id = any (${sql.param(ids)}::bigint[]) order by w.id
    ) o`)
  return rows.map(({ work_order }) => work_order)
}

/**
 * The agreement that counts: the one that the work order names; else of the active ones the first for its
 * priority, for its kind of device, or for all.
 */
export function configFor({ configs }: Shop, order: Order): Config | undefined {
  if (order.sla_config_id !== null) return configs.find(({ id }) => id === order.sla_config_id)
  const active = configs.filter((config) => config.active)
  const scopes = [order.priority, order.device_kind ?? undefined, null]
  return scopes
    .map((scope) => active.find(({ applies_to }) => applies_to === scope))
    .find((config) => config !== undefined)
}

/** The story of a work order, told in kinds of status as they are now. */
export function storyOf({ kinds, renames }: Shop, order: Order): Story {
  const created_at = new Date(order.created_at)
  const kindOf = (slug: string, at: Date) => {
    let name = slug
    for (const rename of renames) {
      if (new Date(rename.at) > at && rename.before === name) name = rename.after
    }
    // Of a status that is gone nobody knows any more that it waited.
    return kinds[name] ?? 'open'
  }
  let at = created_at
  const statuses = [{ kind: kindOf(order.moves[0]?.before ?? order.status, at), since: at }]
  for (const { after, at: moved_at } of order.moves) {
    // By the order of the history: a transaction that waited has an earlier time than the one before it.
    at = new Date(Math.max(at.getTime(), Date.parse(moved_at)))
    statuses.push({ kind: kindOf(after, at), since: at })
  }
  const moment = (text: string | null) => (text === null ? null : new Date(text))
  return {
    created_at,
    statuses,
    noted_at: moment(order.noted_at),
    completed_at: moment(order.completed_at),
  }
}
