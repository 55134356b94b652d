import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { call, write } from '../../verb.ts'
import { callShops } from './call-shops.ts'

/** What the passing of a day changes, and the function that changes it in all shops, each by its own day. */
const changes = {
  'overdue-invoices': sql`app.mark_overdue_invoices`,
  'expired-quotations': sql`app.expire_quotations`,
  'expired-price-agreements': sql`app.expire_price_agreements`,
  'expiring-licenses': sql`app.announce_license_ends`,
  'expired-licenses': sql`app.expire_licenses`,
  'beginning-licenses': sql`app.begin_licenses`,
  'due-tasks': sql`app.tell_due_tasks`,
  'succeeded-tax-codes': sql`app.follow_tax_codes`,
}
type DayChange = keyof typeof changes

export const dayChanges = Object.keys(changes) as DayChange[]

/** Rows of one transaction. */
const most = 5_000

/** What is left after so many goes is left to the next hour. */
const rounds = 20

const What = z.object({ what: z.enum(dayChanges) })

const changeSome = write(
  {
    summary: 'Change some of what a day has passed of',
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

/** Changes what the passing of a day changes, and has done what follows from it; answers how many records. */
export const passDay = call(
  {
    summary: 'Change what a day has passed of',
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
