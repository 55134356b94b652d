import { and, eq, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import { updateWhere } from '../../db/rows.ts'
import { refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { call, read, transact } from '../../verb.ts'
import { type Carrier, terms } from './carriers.ts'
import { oneShipment, Shipment, shipmentWithin } from './label-record.ts'
import { mustCarry } from './provider.ts'
import { carriers, shipments } from './tables.ts'
import { tellWorkOrder } from './work-order-story.ts'

export const voidLabel = (carrier: Carrier) => {
  const { name, voids } = terms[carrier]
  return call(
    {
      summary: `Void ${name} label`,
      description: voids
        ? `${name} is asked first; after a 502 ask again.`
        : `${name} has no request for it: the label is marked as void here, and must not be used.`,
      can: 'shipments:write',
      module: 'shipping',
      params: Id,
      output: Shipment,
      on: shipments,
    },
    async (ctx, { params }) => {
      const provider_id = await voidable(ctx, { params, body: { carrier } })
      if (voids) {
        const provider = await mustCarry(ctx, carrier)
        await provider.void?.(provider_id)
      }
      return keepVoided(ctx, { params })
    },
  )
}

const voidable = read(
  {
    summary: 'Find a label to void',
    can: 'shipments:read',
    params: Id,
    body: z.object({ carrier: z.enum(carriers) }),
    output: z.string(),
  },
  async (ctx, { params, body: { carrier } }) => {
    const { status, provider_id } = await shipmentWithin(ctx, params.id, carrier)
    if (status === 'voided') throw refused('already_voided', 'The label is void already.')
    if (!provider_id) throw refused('no_label', `There is no label to void: it is ${status}.`)
    return provider_id
  },
)

const keepVoided = transact(
  { summary: 'Keep a voided label', can: 'shipments:write', params: Id, output: Shipment },
  async (ctx, { params: { id } }) => {
    const isIt = and(eq(shipments.id, id), isNull(shipments.voided_at))
    const change = { status: 'voided', voided_at: sql`app.now()` } as const
    const voided = await updateWhere(ctx, shipments, isIt, change)
    if (voided > 0) await tellWorkOrder(ctx, 'label_voided', id)
    return oneShipment(ctx, id)
  },
)
