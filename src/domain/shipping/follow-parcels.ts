import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { updateWhere } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { Id } from '../../schema.ts'
import { call, read, transact, write } from '../../verb.ts'
import { callShops, shopsFrom } from '../engine/call-shops.ts'
import { finish, type Reaction, type ReactionHandler, react } from '../engine/reaction.ts'
import type { Carrier } from './carriers.ts'
import { shippingConnection } from './provider.ts'
import { carriers, shipments } from './tables.ts'
import { keepTracking } from './track.ts'

/** Shops that one run of the job takes on; the rest is next. */
const mostShops = 20_000
/** Parcels of a reaction: so many that the slowest carrier is done with them within its lease. */
const mostParcels = 20
const atOnce = 5

const queueShops = write(
  {
    summary: 'Queue the shops with parcels under way',
    can: 'tenants:manage',
    output: z.array(z.number()),
  },
  (ctx) =>
    shopsFrom(
      ctx,
      sql`app.queue_in_shops('parcels', 'parcels:' || to_char(now(), 'YYYY-MM-DD"T"HH24'),
        array(select app.shops_with_parcels_under_way(${mostShops})))`,
    ),
)

/** Has each shop that sent parcels look, every few hours, where they are. */
export const queueFollowing = call(
  { summary: 'Queue parcels', can: 'tenants:manage', output: z.object({ shops: z.int() }) },
  async (ctx) => {
    const shops = await queueShops(ctx, {})
    await callShops(ctx, shops)
    return { shops: shops.length }
  },
)

const Parcel = z.object({
  id: z.number(),
  carrier: z.enum(carriers),
  tracking_code: z.string(),
  postal_code: z.string(),
})
type Parcel = z.output<typeof Parcel>

/** A shop's parcels that nobody has looked for lately; more than these are another reaction's. */
export const followParcels: ReactionHandler = async (ctx, reaction) => {
  const parcels = await parcelsDue(ctx, {})
  for (const carrier of carriers) {
    await followWith(
      ctx,
      carrier,
      parcels.filter((parcel) => parcel.carrier === carrier),
    )
  }
  const isMore = parcels.length === mostParcels
  await endFollowing(ctx, { body: { reaction, isMore } })
}

const parcelsDue = read(
  { summary: 'Find parcels under way', can: 'public', output: z.array(Parcel) },
  async (ctx) => {
    const rows = await ctx.db
      .select({
        id: shipments.id,
        carrier: shipments.carrier,
        tracking_code: shipments.tracking_code,
        ship_to: shipments.ship_to,
      })
      .from(shipments)
      .where(
        and(
          eq(shipments.status, 'created'),
          isNull(shipments.delivered_at),
          sql`${shipments.created_at} > app.now() - interval '30 days'`,
          sql`coalesce(${shipments.tracked_at}, ${shipments.created_at}) < app.now() - interval '3 hours'`,
        ),
      )
      .orderBy(asc(shipments.created_at))
      .limit(mostParcels)
    return rows.map(({ tracking_code, ship_to, ...row }) => ({
      ...row,
      tracking_code: tracking_code ?? '',
      postal_code: ship_to.postal_code,
    }))
  },
)

/** A few at once, until the carrier fails: then it is left alone until the next round. */
async function followWith(ctx: Calling, carrier: Carrier, parcels: Parcel[]) {
  if (parcels.length === 0) return
  const connection = await shippingConnection(ctx, carrier)
  let works = connection?.enabled ?? false
  for (let start = 0; start < parcels.length; start += atOnce) {
    const some = parcels.slice(start, start + atOnce)
    await Promise.all(
      some.map(async (params) => {
        const { tracking_code, postal_code } = params
        const asked = works ? connection?.provider.track(tracking_code, postal_code) : undefined
        const body = await asked?.catch((error: unknown) => {
          if (!(error instanceof ProviderError)) throw error
          if (error.failure !== 'not_found') works = false
        })
        if (body) return keepTracking(ctx, { params, body })
        return keepLook(ctx, { params })
      }),
    )
  }
}

/** Nothing came of it: not scanned yet, or nobody to ask. */
const keepLook = write(
  { summary: 'Keep that a parcel was looked for', can: 'public', params: Id },
  async (ctx, { params: { id } }) => {
    await updateWhere(ctx, shipments, eq(shipments.id, id), { tracked_at: sql`app.now()` })
  },
)

const endFollowing = transact(
  {
    summary: 'End a look for parcels',
    can: 'public',
    body: z.object({ reaction: z.custom<Reaction>(), isMore: z.boolean() }),
  },
  async (ctx, { body: { reaction, isMore } }) => {
    const isOurs = await finish(ctx, reaction)
    if (isOurs && isMore) await react(ctx, { kind: 'parcels', key: `${reaction.key}+` })
  },
)
