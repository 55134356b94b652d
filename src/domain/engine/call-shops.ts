import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling, Selecting } from '../../context.ts'
import { workCall } from '../../db/reacting.ts'
import { enqueue } from '../../lib/enqueue.ts'
import { write } from '../../verb.ts'

/** The shops that a function answers, of all. */
export async function shopsFrom(ctx: Selecting, find: SQL): Promise<number[]> {
  const { rows } = await ctx.db.execute<{ shop: string }>(sql`select ${find} as shop`)
  return rows.map(({ shop }) => Number(shop))
}

/** Has a consumer work off what is due in each of these shops. */
export const callShops = (ctx: Calling, shops: readonly number[]) =>
  enqueue(
    ctx.env.EVENTS_QUEUE,
    shops.map((shop) => workCall(shop, ctx)),
  )

const queueReactions = write(
  {
    summary: 'Queue a kind of reaction in shops',
    can: 'tenants:manage',
    body: z.object({ kind: z.string(), key: z.string(), shops: z.custom<SQL>() }),
    output: z.array(z.number()),
  },
  (ctx, { body: { kind, key, shops } }) =>
    shopsFrom(ctx, sql`app.queue_in_shops(${kind}, ${key}, array(select ${shops}))`),
)

/**
 * Has a kind of reaction done in each of these shops, once in a period: a second run of the same period adds
 * none.
 *
 * @param work.shops a function that answers the shops
 */
export async function queueOncePerPeriod(
  ctx: Calling,
  { kind, period_ms, shops }: { kind: string; period_ms: number; shops: SQL },
): Promise<{ shops: number }> {
  const now_ms = (ctx.now ?? new Date()).getTime()
  const period = new Date(now_ms - (now_ms % period_ms)).toISOString()
  const queued = await queueReactions(ctx, { body: { kind, key: `${kind}:${period}`, shops } })
  await callShops(ctx, queued)
  return { shops: queued.length }
}
