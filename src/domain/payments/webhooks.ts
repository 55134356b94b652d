import type { Calling } from '../../context.ts'
import { eventOf, isSignedByStripe } from '../../integrations/stripe/webhook.ts'
import { jsonOf } from '../../lib/json.ts'
import { Refusal } from '../../refusal.ts'
import { enterByWebhook, takeIn } from '../integrations/inbox.ts'
import { connectionTo } from './providers.ts'

/**
 * Mollie says only that something changed, unsigned: the id is kept, and the payment read there.
 * An id that cannot be one gets the same answer, so that nobody learns anything.
 */
export async function receiveFromMollie(ctx: Calling, key: string, body: string): Promise<void> {
  const shop = await enterByWebhook(ctx, 'mollie', key)
  const provider_id = new URLSearchParams(body).get('id') ?? ''
  if (!/^tr_\w{1,60}$/.test(provider_id)) return
  const message = { provider: 'mollie', external_id: provider_id, body: { provider_id } }
  await takeIn(shop, message, 'something changed')
}

/** Stripe signs the body, byte for byte; each event is acted on once. */
export async function receiveFromStripe(
  ctx: Calling,
  key: string,
  { body, signature }: { body: Uint8Array; signature: string },
): Promise<void> {
  const shop = await enterByWebhook(ctx, 'stripe', key)
  const secret = (await connectionTo(shop, 'stripe'))?.secrets.webhook_secret
  const now_s = Math.floor(Date.now() / 1000)
  if (!secret || !(await isSignedByStripe(body, signature, { secret, now_s }))) {
    throw new Refusal(400, 'bad_signature', 'The signature does not fit the body.')
  }
  const event = eventOf(jsonOf(new TextDecoder().decode(body)))
  if (!event) return
  const { event_id, type, provider_id } = event
  const message = { provider: 'stripe', external_id: event_id, body: { type, provider_id } }
  await takeIn(shop, message, 'once')
}
