import * as z from 'zod'
import { found } from '../../refusal.ts'
import { read } from '../../verb.ts'
import { tenants } from '../identity/tables.ts'

/** Whose national numbers the shop's exchange shows. */
export const shopCountry = read(
  { summary: 'Read the country of the shop', can: 'public', output: z.string() },
  async (ctx) => {
    const [shop] = await ctx.db.select({ country: tenants.country }).from(tenants)
    return found(shop).country
  },
)
