import { and, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy } from '../../db/rows.ts'
import { found, notFound } from '../../refusal.ts'
import { id, instant, money, number, Stamps } from '../../schema.ts'
import type { Carrier } from './carriers.ts'
import { carriers, shipmentStatuses, shipments } from './tables.ts'

const optional = () => z.string().nullable()

const End = z.object({
  name: z.string().meta({ examples: ['Jane Smith'] }),
  contact: optional(),
  address: z.string().meta({ examples: ['Damrak 1'] }),
  postal_code: z.string().meta({ examples: ['1012LG'] }),
  city: z.string().meta({ examples: ['Amsterdam'] }),
  country: z.string().meta({ examples: ['NL'] }),
  phone: optional(),
  email: optional(),
})

/** A label, as the API shows it. */
export const Shipment = z.object({
  id: id(),
  carrier: z.enum(carriers),
  status: z
    .enum(shipmentStatuses)
    .describe('`uncertain`: the carrier was asked, and nobody knows what came of it'),
  work_order_id: id().nullable(),
  tracking_code: z
    .string()
    .nullable()
    .meta({ examples: ['1Z12345E0205271688'] }),
  is_return: z.boolean(),
  label_url: z
    .string()
    .nullable()
    .meta({ examples: ['/api/ups/labels/7/file'] }),
  error: z.string().nullable().describe('Why there is no label'),
  ship_to: End,
  ship_from: End,
  weight: number(1.5).describe('kg'),
  service: z.string().nullable(),
  reference: z.string().nullable(),
  cost: money().nullable().describe('As the carrier says; null where it does not'),
  currency: z
    .string()
    .nullable()
    .meta({ examples: ['EUR'] }),
  tracking_status: z
    .string()
    .nullable()
    .meta({ examples: ['In Transit'] }),
  tracked_at: instant().nullable(),
  delivered_at: instant().nullable(),
  voided_at: instant().nullable(),
  ...Stamps,
})

export const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: shipments.id,
      carrier: shipments.carrier,
      status: shipments.status,
      work_order_id: shipments.work_order_id,
      tracking_code: shipments.tracking_code,
      is_return: shipments.is_return,
      label_url: sql<string | null>`case when ${shipments.label_key} is not null
        then '/api/' || ${shipments.carrier} || '/labels/' || ${shipments.id} || '/file' end`,
      error: shipments.error,
      ship_to: shipments.ship_to,
      ship_from: shipments.ship_from,
      weight: shipments.weight_kg,
      service: shipments.service,
      reference: shipments.reference,
      cost: shipments.cost_cents,
      currency: shipments.currency,
      tracking_status: shipments.tracking_status,
      tracked_at: shipments.tracked_at,
      delivered_at: shipments.delivered_at,
      voided_at: shipments.voided_at,
      created_at: shipments.created_at,
      updated_at: shipments.updated_at,
    })
    .from(shipments)

/** A label; 404 when it is another carrier's than the one that is asked for. */
export async function oneShipment(ctx: Selecting, id: number | SQL<number>, carrier?: Carrier) {
  const [row] = await rowsBy(ctx, rows, shipments.id, id)
  if (carrier && row && row.carrier !== carrier) throw notFound()
  return found(row)
}

/** What a verb on a label needs of it that nobody else sees; 404 for another carrier's. */
export async function shipmentWithin(ctx: Selecting, id: number, carrier: Carrier) {
  const [row] = await ctx.db
    .select({
      status: shipments.status,
      work_order_id: shipments.work_order_id,
      provider_id: shipments.provider_id,
      tracking_code: shipments.tracking_code,
      label_key: shipments.label_key,
      label_content_type: shipments.label_content_type,
      request_id: shipments.request_id,
    })
    .from(shipments)
    .where(and(eq(shipments.id, id), eq(shipments.carrier, carrier)))
  return found(row)
}
