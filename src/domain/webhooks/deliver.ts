import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { checkedUrl } from '../../integrations/outside.ts'
import { sha256Hex } from '../../lib/digest.ts'
import { GiveUp, type Reaction, type ReactionHandler, TryLater } from '../engine/reaction.ts'
import { delayOf } from '../engine/retry.ts'
import { attempt, type Outcome } from './attempt.ts'
import {
  type Delivery,
  type Endpoint,
  endQuietly,
  keepBody,
  keepDelivery,
  longestFailure,
  look,
  type Seen,
  settle,
} from './delivery-steps.ts'
import { eventBody, RuleRun, ruleBody } from './message.ts'
import { getterOf } from './resources.ts'
import { keysOf } from './signing-keys.ts'

/** A delivery that is to be made again. */
const Again = z.object({ delivery_id: z.number() })

/** What a rule tells an address that is no endpoint; after the first try the body comes beside it. */
const ToAddress = RuleRun.extend({ url: z.string(), body: z.string().optional() })

/** Nothing: the event is to be told, to the endpoint that is the reaction's subject. */
const EventItself = z.strictObject({}).transform(() => ({ event: 'itself' as const }))

const Payload = z.union([Again, ToAddress, RuleRun, EventItself])
type Payload = z.output<typeof Payload>

/**
 * Tells an endpoint, or an address that a rule names, what happened. The body is made at the first try and
 * then kept, so that every try sends the same bytes under the same `webhook-id`.
 */
export const deliverWebhook: ReactionHandler = async (ctx, reaction) => {
  const { data: payload } = Payload.safeParse(reaction.payload)
  if (!payload) throw new GiveUp('It does not say what to tell.')
  await ('url' in payload
    ? tellAddress(ctx, reaction, payload)
    : tellEndpoint(ctx, reaction, payload))
}

async function tellEndpoint(ctx: Calling, reaction: Reaction, payload: Payload) {
  const which = 'delivery_id' in payload ? payload : { message_id: idOf(reaction) }
  const seen = await look(ctx, { body: { reaction, ...which } })
  const { endpoint } = seen
  const isOver = !endpoint?.active || seen.delivery?.status === 'delivered'
  const delivery = isOver
    ? undefined
    : (seen.delivery ?? (await begin(ctx, reaction, payload, seen)))
  if (!endpoint || !delivery) {
    return endQuietly(ctx, { body: { reaction, delivery_id: seen.delivery?.id ?? null } })
  }
  const { message_id: id, body } = delivery
  const keys = await keysOf(ctx.env, endpoint)
  const outcome = await attempt(ctx.env, { url: endpoint.url, id, body, keys })
  await conclude(ctx, reaction, { endpoint, delivery }, outcome)
}

/** `webhook-id`: the same for every try of a reaction; of an event it says which. */
const idOf = ({ id, key, event_id, subject_id, payload }: Reaction) =>
  event_id === null || subject_id === null || 'rule_id' in payload
    ? `msg_${sha256Hex(`${id}/${key}`).slice(0, 32)}`
    : `msg_${event_id}_${subject_id}`

/** The delivery, at the first try; undefined when there is nothing to tell. */
async function begin(
  ctx: Calling,
  reaction: Reaction,
  payload: Payload,
  { event }: Seen,
): Promise<Delivery | undefined> {
  const { event_id, subject_id } = reaction
  const about = { endpoint_id: subject_id ?? 0, event_id, message_id: idOf(reaction) }
  if ('rule_id' in payload) {
    const body = await ruleBody(ctx, payload)
    return keepDelivery(ctx, { body: { ...about, event: payload.type, body } })
  }
  if (!event || !getterOf(event.entity)) return undefined
  const body = await eventBody(ctx, event)
  return keepDelivery(ctx, { body: { ...about, event: event.name, body } })
}

/** Keeps what came of a try. Throws TryLater unless that is the end of it. */
async function conclude(
  ctx: Calling,
  reaction: Reaction,
  { endpoint, delivery }: { endpoint: Endpoint; delivery: Delivery },
  { retry_after_s, ...tried }: Outcome,
) {
  const about = { reaction, endpoint_id: endpoint.id, delivery_id: delivery.id, tried }
  if (tried.error === null) return settle(ctx, { body: { ...about, as: 'delivered' } })
  if (tried.status_code === 410) {
    const reason = 'It answered 410: gone.'
    return settle(ctx, { body: { ...about, as: 'disabled', reason } })
  }
  if (endpoint.fails_long) {
    const reason = `Nothing has arrived for ${longestFailure}. ${tried.error}`
    return settle(ctx, { body: { ...about, as: 'disabled', reason } })
  }
  const after_s = delayOf('webhook', reaction.attempts, retry_after_s)
  await settle(ctx, {
    body: { ...about, ...(after_s === null ? { as: 'failed' } : { as: 'pending', after_s }) },
  })
  throw new TryLater(tried.error, after_s)
}

/** Unsigned, for there is no secret that both sides know; it has no log but the rule's own. */
async function tellAddress(
  ctx: Calling,
  reaction: Reaction,
  { url, body: kept, ...run }: z.output<typeof ToAddress>,
) {
  // A refusal, which is final: another try would not make the address a better one.
  checkedUrl(ctx.env, url)
  const body = kept ?? (await ruleBody(ctx, run))
  if (kept === undefined) await keepBody(ctx, { body: { reaction, body } })
  const { status_code, error, retry_after_s } = await attempt(ctx.env, {
    url,
    id: idOf(reaction),
    body,
    keys: [],
  })
  if (error !== null && status_code !== 410) throw new TryLater(error, retry_after_s)
  await endQuietly(ctx, { body: { reaction, delivery_id: null } })
}
