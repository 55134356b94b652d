import { between, inArray, or, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insert, record, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { transact } from '../../verb.ts'
import { tenants } from '../identity/tables.ts'
import { type CallRow, changeOf, clockSlack_ms, isSame, merged, rowOf } from './merge.ts'
import { calls, extensions } from './tables.ts'
import type { ToldCall } from './told-call.ts'

/** Longer ago than this nobody is called for a call that was missed. */
const newsFor_ms = 24 * 3600_000

/** Calls that one transaction takes in. */
export const atOnce = 200

/** Takes in what the exchange tells of calls that are over: each is one row, however often it is told. */
export const tellCalls = transact(
  {
    summary: 'Take in calls',
    can: 'calls:write',
    body: z.object({ told: z.array(z.custom<ToldCall>()).max(atOnce) }),
  },
  async (ctx, { body: { told } }) => {
    if (told.length === 0) return
    // One after the other, so that two ways of telling of a call see each other's row.
    await ctx.db.execute(
      sql`select pg_advisory_xact_lock(hashtextextended('calls ' || app.tenant(), 0))`,
    )
    const [shop] = await ctx.db.select({ country: tenants.country }).from(tenants)
    const { country } = found(shop)
    const rows = told.map((call) => rowOf(call, country))
    const stored = await storedCalls(ctx, rows)
    const wanted = unite(stored, rows)
    const users = await usersOf(ctx, wanted)
    for (const { id, was, now } of wanted) {
      const user_id = (now.extension && users.get(now.extension)) || null
      await keep(ctx, { id, was, now, user_id })
    }
  },
)

interface Stored extends CallRow {
  id: number
}

/** A call before and after; new without an id. */
interface Wanted {
  id: number | null
  was: CallRow | null
  now: CallRow
}

const { id, direction, caller, callee, phone, extension, queue, outcome, duration_sec } = calls
const { started_at, answered_at, ended_at, journal_key, provider_id } = calls
const kept = {
  ...{ id, direction, caller, callee, phone, extension, queue, outcome, duration_sec },
  ...{ started_at, answered_at, ended_at, journal_key, provider_id },
}

/** The stored calls that these may be. */
function storedCalls(ctx: Transacting, rows: CallRow[]): Promise<Stored[]> {
  const starts = rows.map((row) => Date.parse(row.started_at))
  const from = new Date(Math.min(...starts) - clockSlack_ms).toISOString()
  const to = new Date(Math.max(...starts) + clockSlack_ms).toISOString()
  const keys = (name: 'journal_key' | 'provider_id') =>
    rows.map((row) => row[name]).filter((key) => key !== null)
  return ctx.db
    .select(kept)
    .from(calls)
    .where(
      or(
        between(calls.started_at, from, to),
        inArray(calls.journal_key, keys('journal_key')),
        inArray(calls.provider_id, keys('provider_id')),
      ),
    )
}

/** Each told call put to the call that it is, or made a new one. */
function unite(stored: Stored[], rows: CallRow[]): Wanted[] {
  const all: Wanted[] = stored.map(({ id, ...was }) => ({ id, was, now: was }))
  for (const row of rows) {
    const same = all.find(({ now }) => isSame(now, row))
    if (same) same.now = merged(same.now, row)
    else all.push({ id: null, was: null, now: row })
  }
  return all.filter(({ was, now }) => was === null || changeOf(was, now) !== undefined)
}

/** Whose extensions these are. */
async function usersOf(ctx: Transacting, wanted: Wanted[]): Promise<Map<string, number>> {
  const numbers = wanted.map(({ now }) => now.extension).filter((number) => number !== null)
  if (numbers.length === 0) return new Map()
  const owners = await ctx.db
    .select({ extension: extensions.extension, user_id: extensions.user_id })
    .from(extensions)
    .where(inArray(extensions.extension, numbers))
  return new Map(owners.map(({ extension, user_id }) => [extension, user_id]))
}

async function keep(
  ctx: Transacting,
  { id, was, now, user_id }: Wanted & { user_id: number | null },
) {
  const call_id = id ?? found((await insert(ctx, calls, { ...now, user_id }))[0]).id
  if (was && id !== null) {
    // Whose extension it was then stays true when it is given to somebody else.
    const isMoved = was.extension !== now.extension
    await update(ctx, calls, id, { ...changeOf(was, now), ...(isMoved && { user_id }) })
  }
  const isNews = (ctx.now ?? new Date()).getTime() - Date.parse(now.started_at) < newsFor_ms
  if (now.outcome === 'missed' && was?.outcome !== 'missed' && isNews) {
    await record(ctx, 'call.missed', 'call', call_id)
  }
}
