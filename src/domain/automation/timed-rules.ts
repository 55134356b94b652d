import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { call, write } from '../../verb.ts'
import { callShops } from '../engine/call-shops.ts'
import { triggerKeys, triggerOf } from './triggers.ts'

/** Records that one run takes on for each trigger; what is more waits for the next. */
const mostRecords = 20_000

const timed = triggerKeys.filter((key) => triggerOf(key)?.line)

interface Found {
  shops: number[]
  records: number
}

/** Writes a reaction for every record that crossed the line of a rule, in all shops: one round trip. */
const reactToTime = write(
  {
    summary: 'React to time',
    can: 'tenants:manage',
    output: z.custom<Found>(),
  },
  async (ctx) => {
    const results = await Promise.all(
      [
        ...timed.map((key) => sql`app.react_to_time(${key}, ${mostRecords})`),
        sql`app.react_to_schedule()`,
      ].map((find) =>
        ctx.db.execute<{ shops: number[]; records: number }>(
          sql`select to_json(shops) as shops, records from ${find}`,
        ),
      ),
    )
    const found = results.flatMap(({ rows }) => rows)
    return {
      shops: [...new Set(found.flatMap(({ shops }) => shops))],
      records: found.reduce((sum, { records }) => sum + records, 0),
    }
  },
)

/** Lets the rules about time react, and calls to work the shops where one does. */
export const runTimedRules = call(
  {
    summary: 'Run the automation rules whose time has come',
    can: 'tenants:manage',
    output: z.object({ records: z.int(), shops: z.int() }),
  },
  async (ctx) => {
    const { shops, records } = await reactToTime(ctx, {})
    await callShops(ctx, shops)
    return { records, shops: shops.length }
  },
)
