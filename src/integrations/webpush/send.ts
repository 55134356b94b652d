import type { Env } from '../../env.ts'
import { checkedUrl } from '../outside.ts'

// RFC 8030 (delivery), RFC 8291 (encryption), RFC 8292 (VAPID: who sends).

/** A browser that takes messages; its keys are base64url. */
export interface Browser {
  endpoint: string
  p256dh: string
  auth: string
}

export interface PushMessage {
  /** At most 3993 bytes as UTF-8. */
  text: string
  /** How long the push service keeps it for a browser that is away. */
  ttl_s: number
  urgency: 'low' | 'normal' | 'high'
  /** A later message of the same topic replaces one that still waits: 32 characters of base64url. */
  topic: string
}

/** `gone`: the browser will never take a message again. */
export type PushOutcome =
  | { outcome: 'sent' | 'gone' }
  | { outcome: 'refused'; reason: string }
  /** Another try may do. */
  | { outcome: 'failed'; reason: string; after_s: number | null }

/** Is there a key pair to sign with? */
export const isPushConfigured = ({ VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY, VAPID_SUBJECT }: Env) =>
  Boolean(VAPID_PUBLIC_KEY && VAPID_PRIVATE_KEY && VAPID_SUBJECT)

const timeout_ms = 10_000

/**
 * Gives one message to the push service of a browser, encrypted for that browser alone.
 *
 * @throws Refusal 422 when the endpoint is no address of the public internet
 */
export async function sendPush(
  env: Env,
  browser: Browser,
  { text, ttl_s, urgency, topic }: PushMessage,
): Promise<PushOutcome> {
  const { origin } = checkedUrl(env, browser.endpoint, 'endpoint')
  const [authorization, body] = await Promise.all([vapid(env, origin), encrypted(browser, text)])
  try {
    const response = await fetch(browser.endpoint, {
      method: 'POST',
      headers: {
        Authorization: authorization,
        'Content-Encoding': 'aes128gcm',
        'Content-Type': 'application/octet-stream',
        TTL: String(ttl_s),
        Urgency: urgency,
        Topic: topic,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout_ms),
    })
    await response.body?.cancel()
    return outcomeOf(response)
  } catch {
    return { outcome: 'failed', reason: 'The push service did not answer.', after_s: null }
  }
}

function outcomeOf({ ok, status, headers }: Response): PushOutcome {
  if (ok) return { outcome: 'sent' }
  if (status === 404 || status === 410) return { outcome: 'gone' }
  const reason = `The push service answered ${status}.`
  return status === 429 || status >= 500
    ? { outcome: 'failed', reason, after_s: secondsUntil(headers.get('retry-after')) }
    : { outcome: 'refused', reason }
}

/** `Retry-After`: seconds, or a moment. */
function secondsUntil(value: string | null): number | null {
  if (value === null) return null
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null
}

async function encrypted({ endpoint, p256dh, auth }: Browser, text: string) {
  const { encryptNotification } = await import('@block65/webcrypto-web-push')
  const subscription = { endpoint, expirationTime: null, keys: { p256dh, auth } }
  return encryptNotification(subscription, new TextEncoder().encode(text))
}

/** Says who sends, to one push service alone; the service may keep it for the hours that it holds. */
async function vapid(env: Env, audience: string): Promise<string> {
  const { base64url, importJWK, SignJWT } = await import('jose')
  const { VAPID_PUBLIC_KEY = '', VAPID_PRIVATE_KEY = '', VAPID_SUBJECT = '' } = env
  const point = base64url.decode(VAPID_PUBLIC_KEY)
  const [x, y] = [point.slice(1, 33), point.slice(33)].map((half) => base64url.encode(half))
  const key = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '', d: VAPID_PRIVATE_KEY }
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
    .setAudience(audience)
    .setSubject(VAPID_SUBJECT)
    .setExpirationTime('12h')
    .sign(await importJWK(key, 'ES256'))
  return `vapid t=${token}, k=${VAPID_PUBLIC_KEY}`
}
