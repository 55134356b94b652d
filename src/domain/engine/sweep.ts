import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { call, read } from '../../verb.ts'
import { callShops, shopsFrom } from './call-shops.ts'

/** More shops than this wait for the next sweep. */
const most = 20_000

const shopsDue = read(
  {
    summary: 'Find shops with reactions due',
    can: 'tenants:manage',
    output: z.array(z.number()),
  },
  (ctx) => shopsFrom(ctx, sql`app.shops_with_reactions_due(${most})`),
)

/** Calls to work in every shop with reactions that no consumer took up in time, or that are due again. */
export const sweepReactions = call(
  {
    summary: 'Sweep reactions',
    can: 'tenants:manage',
    output: z.object({ shops: z.number() }),
  },
  async (ctx) => {
    const shops = await shopsDue(ctx, {})
    await callShops(ctx, shops)
    return { shops: shops.length }
  },
)
