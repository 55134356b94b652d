import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { call, write } from '../../verb.ts'
import { callShops } from './call-shops.ts'

/** What the passing of a day changes, and the function that changes it in all shops, each by its own day. */
const daily = {
  'overdue-invoices': sql`app.mark_overdue_invoices`,
  'expired-quotations': sql`app.expire_quotations`,
  'expired-price-agreements': sql`app.expire_price_agreements`,
  'expiring-licenses': sql`app.announce_license_ends`,
  'expired-licenses': sql`app.expire_licenses`,
  'beginning-licenses': sql`app.begin_licenses`,
  'due-tasks': sql`app.tell_due_tasks`,
  'succeeded-tax-codes': sql`app.follow_tax_codes`,
}

/** What a moment changes that people have set to the minute. */
const timed = { 'task-reminders': sql`app.remind_of_tasks` }

const changes = { ...daily, ...timed }
type Change = keyof typeof changes

export const dayChanges = Object.keys(daily) as (keyof typeof daily)[]

export const minuteChanges = Object.keys(timed) as (keyof typeof timed)[]

/** Rows of one transaction. */
const most = 5_000

/** What is left after so many goes is left to the next run. */
const rounds = 20

const What = z.object({ what: z.enum(Object.keys(changes) as Change[]) })

const changeSome = write(
  {
    summary: 'Change some of what time has passed of',
    can: 'tenants:manage',
    body: What,
    output: z.object({ changed: z.number(), shops: z.array(z.number()) }),
  },
  async (ctx, { body: { what } }) => {
    const { rows } = await ctx.db.execute<{ changed: number; shops: number[] }>(
      sql`select changed, to_json(shops) as shops from ${changes[what]}(${most})`,
    )
    return rows[0] ?? { changed: 0, shops: [] }
  },
)

/** Changes what the passing of time changes, and has done what follows from it; answers how many records. */
export const passTime = call(
  {
    summary: 'Change what time has passed of',
    can: 'tenants:manage',
    body: What,
    output: z.object({ changed: z.number() }),
  },
  async (ctx, { body }) => {
    let total = 0
    for (let round = 0; round < rounds; round++) {
      const { changed, shops } = await changeSome(ctx, { body })
      total += changed
      await callShops(ctx, shops)
      if (changed < most) break
    }
    return { changed: total }
  },
)
