import * as z from 'zod'
import { isSigned } from '../signed-body.ts'

/** Does `Stripe-Signature` prove that Stripe wrote this body, within the last five minutes? */
export const isSignedByStripe = isSigned

const Event = z.object({
  id: z.string().startsWith('evt_').max(255),
  type: z.string().max(255),
  data: z.object({
    object: z.object({
      id: z.string().nullish(),
      object: z.string().nullish(),
      payment_intent: z.unknown().optional(),
    }),
  }),
})

/** An event, and the payment that it is about; undefined when it is about none. */
export function eventOf(
  body: unknown,
): { event_id: string; type: string; provider_id: string } | undefined {
  const { id: event_id, type, data } = Event.safeParse(body).data ?? {}
  if (!event_id || !type || !data) return undefined
  const { id, object, payment_intent } = data.object
  const named = object === 'checkout.session' || object === 'payment_intent' ? id : payment_intent
  return typeof named === 'string' && /^(cs|pi)_\w{1,250}$/.test(named)
    ? { event_id, type, provider_id: named }
    : undefined
}
