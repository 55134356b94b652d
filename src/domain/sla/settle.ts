import { inArray, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { removeWhere } from '../../db/rows.ts'
import { workOrders } from '../workshop/tables.ts'
import {
  type Clock,
  endsOf,
  judge,
  reckon,
  type Said,
  type Verdict,
  wasWarned,
} from './reckoning.ts'
import {
  type Config,
  configFor,
  type Order,
  readOrders,
  readShop,
  type Shop,
  storyOf,
} from './stories.ts'
import { slaBreaches, slaClocks, slaConfigs, slaKinds } from './tables.ts'

/** Work orders that one transaction settles. */
export const atOnce = 200

interface Standing {
  order: Order
  config: Config
  clock: Clock
  said: Said
  verdict: Verdict
}

/**
 * Brings the clocks of these work orders in line with what happened to them, and says what is to be said of
 * them once. It holds them meanwhile, so that it sees what is just being done to them.
 *
 * @returns how many breaches are new
 */
export async function settle(
  ctx: Transacting,
  ids: number[],
  { isCheck }: { isCheck: boolean },
): Promise<number> {
  if (ids.length === 0) return 0
  await hold(ctx, ids)
  const shop = await readShop(ctx)
  const orders = await readOrders(ctx, ids)
  const standings = orders.flatMap((order) => standingOf(shop, order, isCheck))
  const held = new Set(standings.map(({ order }) => order.id))
  const without = ids.filter((id) => !held.has(id))
  if (without.length > 0)
    await removeWhere(ctx, slaClocks, inArray(slaClocks.work_order_id, without))
  await closeBreaches(ctx, shop, orders)
  if (standings.length === 0) return 0
  await keepClocks(ctx, standings)
  await warn(ctx, standings)
  return breach(ctx, standings)
}

/** A work order that is just being changed is waited for, and so is an agreement that is being deleted. */
async function hold(ctx: Transacting, ids: number[]) {
  await ctx.db.execute(sql`
    with orders as (
      select id from ${workOrders} where id = any (${sql.param(ids)}::bigint[]) order by id for no key update
    ), configs as (select id from ${slaConfigs} for key share)
    select (select count(*) from orders), (select count(*) from configs)`)
}

/** None when no agreement counts for it. */
function standingOf(shop: Shop, order: Order, isCheck: boolean): Standing[] {
  const config = configFor(shop, order)
  if (!config) return []
  const clock = reckon(shop.calendar, config, storyOf(shop, order))
  const said = saidOf(order)
  const verdict = judge(clock, said, config.warning_minutes, { now: shop.now, isCheck })
  return [{ order, config, clock, said, verdict }]
}

function saidOf({ clock, breaches }: Order): Said {
  const warned = (clock.warned ?? []).map((kind) => [kind, new Date(clock[kind] ?? 0)])
  return { breached: breaches, warned: Object.fromEntries(warned) }
}

const json = (rows: object[]) => sql`${JSON.stringify(rows)}::jsonb`

async function keepClocks(ctx: Transacting, standings: Standing[]) {
  const rows = standings.map(({ order, config, clock, said, verdict }) => ({
    work_order_id: order.id,
    sla_config_id: config.id,
    response_due_at: clock.response.due_at,
    resolution_due_at: clock.resolution.due_at,
    responded_at: clock.response.met_at,
    resolved_at: clock.resolution.met_at,
    paused_at: clock.paused_at,
    next_check_at: verdict.next_check_at,
    warned: slaKinds.filter(
      (kind) => verdict.warned.includes(kind) || wasWarned(clock, said, kind),
    ),
  }))
  await ctx.db.execute(sql`
    insert into ${slaClocks} as c (work_order_id, sla_config_id, response_due_at, resolution_due_at,
      responded_at, resolved_at, paused_at, next_check_at, warned)
    select * from jsonb_to_recordset(${json(rows)}) as n (work_order_id bigint, sla_config_id bigint,
      response_due_at timestamptz, resolution_due_at timestamptz, responded_at timestamptz,
      resolved_at timestamptz, paused_at timestamptz, next_check_at timestamptz, warned jsonb)
    on conflict (tenant_id, work_order_id) do update set sla_config_id = excluded.sla_config_id,
      response_due_at = excluded.response_due_at, resolution_due_at = excluded.resolution_due_at,
      responded_at = excluded.responded_at, resolved_at = excluded.resolved_at,
      paused_at = excluded.paused_at, next_check_at = excluded.next_check_at, warned = excluded.warned,
      updated_at = app.write_time()`)
}

/** One row per kind of deadline that the verdict names, with what its event tells. */
const told = (standings: Standing[], which: 'breached' | 'warned') =>
  standings.flatMap((standing) =>
    standing.verdict[which].map((kind) => ({
      work_order_id: standing.order.id,
      sla_config_id: standing.config.id,
      sla_config: standing.config.name,
      kind,
      due_at: standing.clock[kind].due_at,
      resolved_at: standing.clock[kind].met_at,
    })),
  )

const columns = sql`(work_order_id bigint, sla_config_id bigint, sla_config text, kind text,
  due_at timestamptz, resolved_at timestamptz)`

/** Tells of rows with these columns in the history of their work orders. */
const recorded = (name: 'sla.breached' | 'sla.warned') => sql`
  select app.record_event(${name}, 'work_order', work_order_id, jsonb_build_object(
    'kind', jsonb_build_array(null, kind), 'sla_config', jsonb_build_array(null, sla_config),
    'due_at', jsonb_build_array(null, due_at)))`

async function warn(ctx: Transacting, standings: Standing[]) {
  const rows = told(standings, 'warned')
  if (rows.length === 0) return
  await ctx.db.execute(
    sql`${recorded('sla.warned')} from jsonb_to_recordset(${json(rows)}) as n ${columns}`,
  )
}

/** Each once: of two that say it at the same time the second adds nothing. */
async function breach(ctx: Transacting, standings: Standing[]): Promise<number> {
  const rows = told(standings, 'breached')
  if (rows.length === 0) return 0
  const { rows: added } = await ctx.db.execute(sql`
    with added as (
      insert into ${slaBreaches} (work_order_id, sla_config_id, sla_config, kind, breached_at, resolved_at)
      select * from jsonb_to_recordset(${json(rows)}) as n ${columns}
      on conflict do nothing returning work_order_id, kind, sla_config, breached_at as due_at
    ) ${recorded('sla.breached')} from added`)
  return added.length
}

/** When what was late came after all; open again when the work order is. */
async function closeBreaches(ctx: Transacting, shop: Shop, orders: Order[]) {
  const rows = orders.flatMap((order) => {
    const ends = endsOf(storyOf(shop, order))
    return order.breaches.map((kind) => ({
      work_order_id: order.id,
      kind,
      resolved_at: ends[kind] ?? ends.cancelled_at,
    }))
  })
  if (rows.length === 0) return
  await ctx.db.execute(sql`
    update ${slaBreaches} b set resolved_at = n.resolved_at, updated_at = app.write_time()
    from jsonb_to_recordset(${json(rows)}) as n (work_order_id bigint, kind text, resolved_at timestamptz)
    where b.work_order_id = n.work_order_id and b.kind = n.kind
      and b.resolved_at is distinct from n.resolved_at`)
}
