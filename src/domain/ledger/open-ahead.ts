import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { call, write } from '../../verb.ts'
import { callShops } from '../engine/call-shops.ts'

/** Shops of one transaction: it holds the books of each until it ends. */
const most = 500

/** What is left after so many goes is left to the next hour. */
const rounds = 200

const openSome = write(
  {
    summary: 'Open the books ahead of some shops',
    can: 'tenants:manage',
    output: z.object({ changed: z.number(), shops: z.array(z.number()) }),
  },
  async (ctx) => {
    const { rows } = await ctx.db.execute<{ changed: number; shops: number[] }>(
      sql`select changed, to_json(shops) as shops from app.open_books_ahead(${most})`,
    )
    return rows[0] ?? { changed: 0, shops: [] }
  },
)

/** Adds the VAT periods and book years that begin within three months, in all shops; answers how many. */
export const openBooksAhead = call(
  {
    summary: 'Open the books ahead',
    can: 'tenants:manage',
    output: z.object({ added: z.number() }),
  },
  async (ctx) => {
    let added = 0
    for (let round = 0; round < rounds; round++) {
      const { changed, shops } = await openSome(ctx, {})
      if (changed === 0) break
      added += changed
      await callShops(ctx, shops)
    }
    return { added }
  },
)
