import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insert, newId, update } from '../../db/rows.ts'
import { parseDecimal } from '../../lib/money.ts'
import { found, refused } from '../../refusal.ts'
import { countryCode, Id, id, optionalEmail, optionalText, text } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { react } from '../engine/reaction.ts'
import { tenants } from '../identity/tables.ts'
import { switchedOff } from '../integrations/connection.ts'
import { integrations } from '../integrations/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { customersEnd, shopsEnd } from './addresses.ts'
import { type Carrier, terms } from './carriers.ts'
import { oneShipment, Shipment, shipmentWithin } from './label-record.ts'
import { shipments } from './tables.ts'

const kilograms = (most_kg: number) =>
  z
    .union([z.number(), z.string().trim()])
    .refine((value) => parseDecimal(value, 3) !== undefined, {
      error: 'must be a weight in kg with at most 3 decimals',
      abort: true,
    })
    .refine((value) => Number(value) > 0, 'must be greater than 0')
    .refine((value) => Number(value) <= most_kg, `may not be greater than ${most_kg}`)
    .transform(String)
    .meta({ type: 'number', exclusiveMinimum: 0, maximum: most_kg, examples: [1.5] })

const draftFor = ({ most_kg, services }: (typeof terms)[Carrier]) =>
  z.object({
    ship_to_name: text()
      .describe('The customer, also of a return')
      .meta({
        examples: ['Jane Smith'],
      }),
    ship_to_address: text()
      .describe('Street and number')
      .meta({ examples: ['Damrak 1'] }),
    ship_to_city: text().meta({ examples: ['Amsterdam'] }),
    ship_to_postal: text(20).meta({ examples: ['1012 LG'] }),
    ship_to_country: countryCode().default('NL'),
    work_order_id: id().nullable().optional(),
    is_return: z.boolean().default(false).describe('From the customer to the shop'),
    weight: kilograms(most_kg).optional().describe('kg; 1 when absent'),
    contact: optionalText().describe('When the name is a company’s'),
    phone: optionalText(50).describe('As the country writes it, or E.164'),
    email: optionalEmail(),
    service: z.enum(services).optional().describe(`\`${services[0]}\` when absent`),
    reference: optionalText(35).describe('Printed; the number of the work order when absent'),
  })

export const orderLabel = (carrier: Carrier) => {
  const { name } = terms[carrier]
  return transact(
    {
      summary: `Create ${name} shipping label`,
      description: `It is made after the answer; GET /${carrier}/labels/{id} shows what became of it.`,
      can: 'shipments:write',
      module: 'shipping',
      body: draftFor(terms[carrier]),
      output: Shipment,
      status: 201,
    },
    async (ctx, { body }) => {
      const { work_order_id, is_return, weight: weight_kg, service } = body
      const theirs = customersEnd(carrier, body)
      const shop = await shopFor(ctx, carrier, work_order_id)
      const ours = shopsEnd(carrier, shop, theirs)
      const [ship_from, ship_to] = is_return ? [theirs, ours] : [ours, theirs]
      const request_id = crypto.randomUUID()
      const reference = body.reference ?? shop.ticket_no
      const parcel = { carrier, work_order_id, is_return, ship_from, ship_to, weight_kg }
      const [added] = await insert(ctx, shipments, { ...parcel, service, reference, request_id })
      await askForLabel(ctx, found(added).id)
      return oneShipment(ctx, newId(shipments))
    },
  )
}

/** The shop that sends, once its account at the carrier is switched on. */
async function shopFor(ctx: Transacting, carrier: Carrier, work_order_id: number | null = null) {
  const [shop] = await ctx.db
    .select({
      name: tenants.name,
      address: tenants.address,
      postal_code: tenants.postal_code,
      city: tenants.city,
      country: tenants.country,
      phone: tenants.phone,
      email: tenants.email,
      enabled: integrations.enabled,
      ticket_no: workOrders.ticket_no,
    })
    .from(tenants)
    .leftJoin(integrations, eq(integrations.slug, carrier))
    .leftJoin(workOrders, eq(workOrders.id, sql`${work_order_id}::bigint`))
  if (!shop?.enabled) throw switchedOff(carrier)
  return shop
}

const askForLabel = (ctx: Transacting, id: number) =>
  react(ctx, { kind: 'label', key: `label:${id}/${crypto.randomUUID()}`, subject_id: id })

/** For people only: they have looked whether the first one is there. */
export const retryLabel = (carrier: Carrier) => {
  const { name, repeats } = terms[carrier]
  return transact(
    {
      summary: `Ask ${name} for a label again`,
      description: repeats
        ? `After a failure, or when it is uncertain what came of it: ${name} makes a second label if it made the first one.`
        : 'After a failure, or when it is uncertain what came of it.',
      can: 'shipments:write',
      module: 'shipping',
      params: Id,
      output: Shipment,
      on: shipments,
    },
    async (ctx, { params }) => {
      const { status, provider_id, request_id } = await shipmentWithin(ctx, params.id, carrier)
      if (status !== 'failed' && status !== 'uncertain') {
        throw refused(
          'not_retryable',
          'Only a label that failed or is uncertain can be asked again.',
        )
      }
      if (repeats && provider_id) {
        throw refused('not_retryable', `${name} has made this label; void it, and create another.`)
      }
      await update(ctx, shipments, params.id, {
        status: 'queued',
        error: null,
        attempted_at: null,
        // Where the carrier knows an order by its number, the same one cannot be two.
        request_id: repeats ? crypto.randomUUID() : request_id,
      })
      await askForLabel(ctx, params.id)
      return oneShipment(ctx, params.id)
    },
  )
}
