import type { SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import type { Calling, Selecting } from '../../context.ts'
import { workCall } from '../../db/reacting.ts'
import { enqueue } from '../../lib/enqueue.ts'

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
