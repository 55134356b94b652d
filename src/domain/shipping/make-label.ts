import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { updateWhere } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import {
  type Party,
  type ShippingProvider,
  UnknownOutcome,
} from '../../integrations/shipping-provider.ts'
import { found, Refusal } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact, write } from '../../verb.ts'
import { finish, mayPass, type Reaction, type ReactionHandler } from '../engine/reaction.ts'
import { delayOf } from '../engine/retry.ts'
import { type Carrier, terms } from './carriers.ts'
import { type KeptLabel, keptLabel, keyOf, putLabel } from './label-files.ts'
import { mustCarry } from './provider.ts'
import { shipments } from './tables.ts'
import { tellWorkOrder } from './work-order-story.ts'

/**
 * Has the carrier make the label that a reaction names. UPS knows no key of idempotency, so that it is asked
 * is noted before it is asked, and asked it is once: a consumer that finds the note, and no label in the file
 * store, leaves the rest to people.
 */
export const makeLabel: ReactionHandler = async (ctx, reaction) => {
  const params = { id: found(reaction.subject_id ?? undefined) }
  const shipment = await beginLabel(ctx, { params })
  try {
    const label = shipment.status === 'queued' ? await obtain(ctx, shipment) : null
    await keepLabel(ctx, { params, body: { reaction, request_id: shipment.request_id, label } })
  } catch (error) {
    const end = endOf(error, reaction, shipment.carrier)
    if (!end) {
      if (error instanceof ProviderError) await releaseLabel(ctx, { params })
      throw error
    }
    await endLabel(ctx, { params, body: { reaction, ...end } })
  }
}

/** How it ends without a label; undefined when another try may mend it, and cannot do harm. */
function endOf(error: unknown, { kind, attempts }: Reaction, carrier: Carrier) {
  const { name } = terms[carrier]
  if (error instanceof UnknownOutcome) {
    const look = `Whether there is a label nobody knows: look at ${name} before you ask again.`
    return { status: 'uncertain' as const, error: `${error.message} ${look}` }
  }
  if (!(error instanceof Refusal)) return undefined
  const isDefinite =
    error instanceof ProviderError ? error.failure !== 'no_answer' : !mayPass(error)
  const isLast = delayOf(kind, attempts) === null
  return isDefinite || isLast ? { status: 'failed' as const, error: error.message } : undefined
}

/** A shipment, as this try found it. */
interface Begun {
  id: number
  tenant_id: number
  carrier: Carrier
  status: (typeof shipments.$inferSelect)['status']
  request_id: string
  is_return: boolean
  ship_to: Party
  ship_from: Party
  weight_kg: string
  service: string | null
  reference: string | null
  provider_id: string | null
  tracking_code: string | null
  /** Nobody asked the carrier before. */
  is_first: boolean
}

const beginLabel = write(
  { summary: 'Begin to make a label', can: 'public', params: Id, output: z.custom<Begun>() },
  async (ctx, { params: { id } }) => {
    const isNew = and(
      eq(shipments.id, id),
      eq(shipments.status, 'queued'),
      isNull(shipments.attempted_at),
    )
    const [begun, rows] = await Promise.all([
      updateWhere(ctx, shipments, isNew, { attempted_at: sql`app.now()` }),
      ctx.db
        .select({
          id: shipments.id,
          tenant_id: shipments.tenant_id,
          carrier: shipments.carrier,
          status: shipments.status,
          request_id: shipments.request_id,
          is_return: shipments.is_return,
          ship_to: shipments.ship_to,
          ship_from: shipments.ship_from,
          weight_kg: shipments.weight_kg,
          service: shipments.service,
          reference: shipments.reference,
          provider_id: shipments.provider_id,
          tracking_code: shipments.tracking_code,
        })
        .from(shipments)
        .where(eq(shipments.id, id)),
    ])
    return { ...found(rows[0]), is_first: begun > 0 }
  },
)

async function obtain(ctx: Calling, shipment: Begun): Promise<KeptLabel> {
  const { carrier, provider_id, tracking_code, is_first } = shipment
  const key = keyOf(shipment)
  const kept = is_first ? null : await keptLabel(ctx, key)
  if (kept) return kept
  const isOrdered = provider_id !== null && tracking_code !== null
  if (!isOrdered && !is_first) {
    throw new UnknownOutcome(`The work broke off while ${terms[carrier].name} was asked.`)
  }
  const provider = await mustCarry(ctx, carrier)
  const ordered = isOrdered
    ? { provider_id, tracking_code, cost: null, file: null }
    : await order(ctx, provider, shipment)
  const file = ordered.file ?? (await provider.label?.(ordered.provider_id))
  if (!file) throw new Error('a carrier gives a label with the order, or afterwards')
  try {
    return await putLabel(ctx, key, ordered, file)
  } catch (error) {
    // Without the file only its number is left, to void it by.
    await noteOrder(ctx, { params: shipment, body: ordered })
    throw error
  }
}

async function order(ctx: Calling, provider: ShippingProvider, shipment: Begun) {
  const { ship_from: from, ship_to: to, is_return, weight_kg, ...rest } = shipment
  const shop = is_return ? to : from
  const parcel = { ...rest, from, to, shop, is_return, weight_kg: Number(weight_kg) }
  const ordered = await provider.order(parcel)
  // Its label is fetched by this number, in another try if need be.
  if (!ordered.file) await noteOrder(ctx, { params: shipment, body: ordered })
  return ordered
}

const noteOrder = write(
  {
    summary: 'Note the number of a label',
    can: 'public',
    params: Id,
    body: z.object({ provider_id: z.string(), tracking_code: z.string() }),
  },
  async (ctx, { params: { id }, body: { provider_id, tracking_code } }) => {
    await updateWhere(ctx, shipments, eq(shipments.id, id), { provider_id, tracking_code })
  },
)

/** It was not asked for after all. */
const releaseLabel = write(
  { summary: 'Leave a label to another try', can: 'public', params: Id },
  async (ctx, { params: { id } }) => {
    await updateWhere(ctx, shipments, isQueued(id), { attempted_at: null })
  },
)

const isQueued = (id: number) => and(eq(shipments.id, id), eq(shipments.status, 'queued'))

const Outcome = z.object({ reaction: z.custom<Reaction>() })

/** The label, and the end of the reaction; who comes late with a label knows more than who gave it up. */
const keepLabel = transact(
  {
    summary: 'Keep a label',
    can: 'public',
    params: Id,
    body: Outcome.extend({ request_id: z.string(), label: z.custom<KeptLabel>().nullable() }),
  },
  async (ctx, { params: { id }, body: { reaction, request_id, label } }) => {
    await finish(ctx, reaction)
    if (!label) return
    const { provider_id, tracking_code, key, content_type, cost } = label
    const isOpen = and(
      eq(shipments.id, id),
      eq(shipments.request_id, request_id),
      inArray(shipments.status, ['queued', 'uncertain']),
    )
    const kept = await updateWhere(ctx, shipments, isOpen, {
      status: 'created',
      provider_id,
      tracking_code,
      label_key: key,
      label_content_type: content_type,
      cost_cents: cost?.amount_cents,
      currency: cost?.currency,
      error: null,
    })
    if (kept > 0) await tellWorkOrder(ctx, 'label_created', id)
  },
)

const endLabel = transact(
  {
    summary: 'Give a label up',
    can: 'public',
    params: Id,
    body: Outcome.extend({ status: z.enum(['failed', 'uncertain']), error: z.string() }),
  },
  async (ctx, { params: { id }, body: { reaction, status, error } }) => {
    if (await finish(ctx, reaction))
      await updateWhere(ctx, shipments, isQueued(id), { status, error })
  },
)
