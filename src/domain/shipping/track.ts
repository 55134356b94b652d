import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import { updateWhere } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import { notFound } from '../../refusal.ts'
import { Id, instant } from '../../schema.ts'
import { call, read, transact } from '../../verb.ts'
import { type Carrier, terms } from './carriers.ts'
import { mustCarry } from './provider.ts'
import { carriers, shipments } from './tables.ts'
import { tellWorkOrder } from './work-order-story.ts'

const TrackingCode = z.object({
  tracking_code: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z0-9-]{5,40}$/)
    .meta({ type: 'string', examples: ['1Z12345E0205271688'] }),
})

const Tracked = z.object({
  carrier: z.enum(carriers),
  tracking_code: z.string(),
  status: z.string().meta({ examples: ['In Transit'] }),
  activities: z.array(
    z.object({
      location: z
        .string()
        .nullable()
        .meta({ examples: ['Amsterdam'] }),
      description: z.string().meta({ examples: ['Departed facility'] }),
      date: z.string().meta({ examples: ['2026-03-27'] }),
    }),
  ),
  delivered_at: instant().nullable(),
})

export const trackParcel = (carrier: Carrier) => {
  const { name } = terms[carrier]
  return call(
    {
      summary: carrier === 'ups' ? 'Track shipment' : `Track ${name} shipment`,
      description: 'Also of parcels that others sent.',
      can: 'shipments:read',
      module: 'shipping',
      asks: true,
      params: TrackingCode,
      query: z.object({
        postal_code: z
          .string()
          .trim()
          .max(10)
          .optional()
          .describe(
            'Of the receiver: some carriers tell more to who knows it. Known of own labels',
          ),
      }),
      output: Tracked,
    },
    async (ctx, { params: { tracking_code }, query }) => {
      const own = await ownParcel(ctx, { body: { carrier, tracking_code } })
      const provider = await mustCarry(ctx, carrier)
      const postal_code = query.postal_code ?? own?.postal_code ?? null
      const tracking = await provider.track(tracking_code, postal_code).catch((error: unknown) => {
        const isUnknown = error instanceof ProviderError && error.failure === 'not_found'
        throw isUnknown ? notFound('Parcel') : error
      })
      if (own) await keepTracking(ctx, { params: own, body: tracking })
      return { carrier, tracking_code, ...tracking }
    },
  )
}

const ownParcel = read(
  {
    summary: 'Find a parcel of the shop',
    can: 'shipments:read',
    body: TrackingCode.extend({ carrier: z.enum(carriers) }),
    output: z.object({ id: z.number(), postal_code: z.string() }).optional(),
  },
  async (ctx, { body: { carrier, tracking_code } }) => {
    const [row] = await ctx.db
      .select({ id: shipments.id, ship_to: shipments.ship_to })
      .from(shipments)
      .where(and(eq(shipments.carrier, carrier), eq(shipments.tracking_code, tracking_code)))
      .orderBy(desc(shipments.id))
      .limit(1)
    return row && { id: row.id, postal_code: row.ship_to.postal_code }
  },
)

/** What a carrier said of a parcel of ours; that it arrived is told once. */
export const keepTracking = transact(
  {
    summary: 'Keep where a parcel is',
    can: 'shipments:read',
    params: Id,
    body: z.object({ status: z.string(), delivered_at: z.string().nullable() }),
  },
  async (ctx, { params: { id }, body: { status: tracking_status, delivered_at } }) => {
    const isIt = eq(shipments.id, id)
    await updateWhere(ctx, shipments, isIt, { tracking_status, tracked_at: sql`app.now()` })
    if (!delivered_at) return
    const isUnderWay = and(isIt, eq(shipments.status, 'created'), isNull(shipments.delivered_at))
    const arrived = await updateWhere(ctx, shipments, isUnderWay, { delivered_at })
    if (arrived > 0) await tellWorkOrder(ctx, 'parcel_delivered', id)
  },
)
