import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { Refusal } from '../../refusal.ts'
import { call, read } from '../../verb.ts'
import { pbxConnection } from './pbx.ts'
import { calls } from './tables.ts'

const Today = z.object({
  calls_today: z.int().meta({ examples: [38] }),
  missed_today: z.int().meta({ examples: [4] }),
  avg_duration_sec: z
    .int()
    .describe("Of today's calls that were answered")
    .meta({ examples: [187] }),
})

const today = read(
  { summary: 'Count the calls of today', can: 'calls:read', output: Today },
  async (ctx) => {
    const midnight = sql`(select app.instant(app.today()::text))`
    const isAnswered = sql`${calls.outcome} = 'answered'`
    const [sums] = await ctx.db
      .select({
        calls_today: sql<number>`count(*)::int`,
        missed_today: sql<number>`count(*) filter (where ${calls.outcome} = 'missed')::int`,
        avg_duration_sec: sql<number>`coalesce(round(avg(${calls.duration_sec}) filter (where ${isAnswered})), 0)::int`,
      })
      .from(calls)
      .where(sql`${calls.started_at} >= ${midnight}`)
    return sums as NonNullable<typeof sums>
  },
)

export const getStatus = call(
  {
    summary: 'Connection status of 3CX',
    description:
      'Asked of the exchange itself, the day being the shop’s own. An exchange that is switched off or does not answer is not connected.',
    can: 'calls:read',
    module: 'telephony',
    asks: true,
    output: z.object({
      connected: z.boolean(),
      ...Today.shape,
      active_calls: z.int().meta({ examples: [2] }),
    }),
  },
  async (ctx) => {
    const sums = await today(ctx, {})
    const active = await activeCalls(ctx)
    return { connected: active !== null, ...sums, active_calls: active ?? 0 }
  },
)

/** How many calls there are now; null when nobody can tell. */
async function activeCalls(ctx: Calling): Promise<number | null> {
  try {
    const pbx = await pbxConnection(ctx)
    return pbx?.enabled ? (await pbx.provider.activeCalls()).length : null
  } catch (error) {
    // An address that may no longer be talked to is no connection either.
    if (error instanceof ProviderError || (error instanceof Refusal && error.errors)) return null
    throw error
  }
}
