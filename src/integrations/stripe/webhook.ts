import * as z from 'zod'

const tolerance_s = 300

/**
 * Does `Stripe-Signature` prove that Stripe wrote this body, within the last five minutes? Any one of
 * its `v1` signatures will do: there are two while a secret is being replaced.
 */
export async function isSignedByStripe(
  body: Uint8Array,
  header: string,
  { secret, now_s }: { secret: string; now_s: number },
): Promise<boolean> {
  const parts = header.split(',').map((part) => part.trim().split('='))
  const time = parts.find(([name]) => name === 't')?.[1] ?? ''
  if (!/^\d{1,12}$/.test(time) || now_s - Number(time) > tolerance_s) return false
  const encoder = new TextEncoder()
  const key = await crypto.subtle.importKey(
    'raw',
    encoder.encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  )
  const signed = new Uint8Array([...encoder.encode(`${time}.`), ...body])
  const signatures = parts.flatMap(([name, value = '']) => (name === 'v1' ? [bytesOf(value)] : []))
  // Compares in constant time.
  const matches = await Promise.all(
    signatures.map((signature) => crypto.subtle.verify('HMAC', key, signature, signed)),
  )
  return matches.includes(true)
}

const bytesOf = (hex: string) =>
  Uint8Array.from(/^(?:[\da-f]{2})+$/i.test(hex) ? (hex.match(/../g) ?? []) : [], (pair) =>
    Number.parseInt(pair, 16),
  )

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
