import { isNotNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import { logPage, type PbxLogRow, type TelephoneExchange } from '../../integrations/3cx/client.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { call, read, write } from '../../verb.ts'
import { queueOncePerPeriod } from '../engine/call-shops.ts'
import { finish, type Reaction, type ReactionHandler } from '../engine/reaction.ts'
import { callsOf } from './history.ts'
import { pbxConnection } from './pbx.ts'
import { calls } from './tables.ts'
import { atOnce, tellCalls } from './tell.ts'

/** Has every shop with a telephone exchange ask it for its calls, once in five minutes. */
export const queueCallPulls = call(
  {
    summary: 'Queue the fetching of calls',
    can: 'tenants:manage',
    output: z.object({ shops: z.int() }),
  },
  (ctx) =>
    queueOncePerPeriod(ctx, {
      kind: 'call_pull',
      period_ms: 5 * 60_000,
      shops: sql`app.shops_with_telephony()`,
    }),
)

/**
 * Asks the exchange for the calls since the last one that it told of. One that does not answer is asked again
 * in five minutes for the same and more, so that nothing has to be tried again in between.
 */
export const pullCalls: ReactionHandler = async (ctx, reaction) => {
  try {
    await pullHistory(ctx, {})
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
  }
  await endPull(ctx, { body: { reaction } })
}

const endPull = write(
  {
    summary: 'End the fetching of calls',
    can: 'calls:write',
    body: z.object({ reaction: z.custom<Reaction>() }),
  },
  async (ctx, { body: { reaction } }) => {
    await finish(ctx, reaction)
  },
)

/** Fetches the history and takes it in; answers how many calls it held. */
export const pullHistory = call(
  { summary: 'Fetch calls', can: 'calls:write', output: z.number() },
  async (ctx) => {
    const pbx = await pbxConnection(ctx)
    if (!pbx?.enabled) return 0
    const to = ctx.now ?? new Date()
    const from = startOf(await latestCall(ctx, {}), to)
    const told = callsOf(await rowsOf(pbx.provider, { from, to }))
    for (let first = 0; first < told.length; first += atOnce) {
      await tellCalls(ctx, { body: { told: told.slice(first, first + atOnce) } })
    }
    return told.length
  },
)

const hour_ms = 3600_000
/** A call is in the log when it ends, under when it began: none is longer than this. */
const longestCall_ms = 6 * hour_ms
const firstLook_ms = 24 * hour_ms
const longestGap_ms = 30 * 24 * hour_ms

function startOf(latest: string | null, now: Date): Date {
  const from_ms = latest ? Date.parse(latest) - longestCall_ms : now.getTime() - firstLook_ms
  return new Date(Math.min(Math.max(from_ms, now.getTime() - longestGap_ms), now.getTime()))
}

/** The beginning of the latest call that the history told of. */
const latestCall = read(
  { summary: 'Find the latest call', can: 'calls:read', output: z.string().nullable() },
  async (ctx) => {
    const [latest] = await ctx.db
      .select({ at: sql<string | null>`max(${calls.started_at})::text` })
      .from(calls)
      .where(isNotNull(calls.provider_id))
    return latest?.at ?? null
  },
)

/** Rows that one fetching takes; what is beyond comes next time. */
const mostRows = 5000

async function rowsOf(
  exchange: TelephoneExchange,
  period: { from: Date; to: Date },
): Promise<PbxLogRow[]> {
  const rows: PbxLogRow[] = []
  for (;;) {
    const page = await exchange.callLog(period, rows.length)
    rows.push(...page)
    if (page.length < logPage || rows.length >= mostRows) return rows
  }
}
