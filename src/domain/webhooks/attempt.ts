import type { Env } from '../../env.ts'
import { checkedUrl } from '../../integrations/outside.ts'
import { retryAfter_s } from '../../lib/retry-after.ts'
import { Refusal } from '../../refusal.ts'
import { waits } from '../integrations/connection.ts'
import { signatureOf } from './signing-keys.ts'
import type { Attempt } from './tables.ts'

export interface Outgoing {
  url: string
  /** `webhook-id` */
  id: string
  body: string
  /** Each signs; without any the message is unsigned. */
  keys: readonly string[]
}

export interface Outcome extends Attempt {
  /** What the receiver asked for. */
  retry_after_s: number | null
}

const longest_ms = 15_000

/** No receiver can put a message off for ever. */
const longestWish_s = 24 * 3600

/** One try to deliver a message. What goes wrong is part of the outcome, never thrown. */
export async function attempt(env: Env, outgoing: Outgoing): Promise<Outcome> {
  const started = Date.now()
  const outcome = (
    status_code: number | null,
    error: string | null,
    retry_after_s: number | null = null,
  ) => ({
    at: new Date(started).toISOString(),
    status_code,
    duration_ms: Date.now() - started,
    error,
    retry_after_s,
  })
  try {
    const { status, headers, body } = await post(env, outgoing, Math.floor(started / 1000))
    // What it says is of no use to us, and may be of any length.
    await body?.cancel()
    const wish_s = retryAfter_s(headers.get('retry-after'), started)
    return outcome(status, problemOf(status), wish_s && Math.min(wish_s, longestWish_s))
  } catch (error) {
    return outcome(null, reasonOf(error))
  }
}

const post = (env: Env, { url, id, body, keys }: Outgoing, timestamp_s: number) =>
  fetch(checkedUrl(env, url), {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'RepairAngel-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp_s),
      ...(keys.length > 0 && { 'webhook-signature': signatureOf(keys, { id, timestamp_s, body }) }),
    },
    body,
    // Where it would lead was not checked, and the message is for this address alone.
    redirect: 'manual',
    signal: AbortSignal.timeout(waits(env, longest_ms).timeout_ms),
  })

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400
    ? `It answered ${status}; redirects are not followed.`
    : `It answered ${status}.`
}

function reasonOf(error: unknown): string {
  if (error instanceof Refusal)
    return Object.values(error.errors ?? {})
      .flat()
      .join(' ')
  const { name } = error as Error
  return name === 'TimeoutError' || name === 'AbortError'
    ? 'It did not answer in time.'
    : 'It could not be reached.'
}
