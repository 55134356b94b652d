import type * as z from 'zod'
import { jsonOf } from '../lib/json.ts'
import { retryAfter_s } from '../lib/retry-after.ts'
import { Refusal } from '../refusal.ts'

/**
 * `no_answer`: late, unreachable, busy or unreadable, so nobody knows what came of it, and it may be tried
 * again. The others are definite: nothing was done.
 */
export type ProviderFailure = 'no_answer' | 'unauthorized' | 'not_found' | 'refused'

/** A service outside that did not do what was asked; answered as a 502. */
export class ProviderError extends Refusal {
  readonly failure: ProviderFailure
  /** What the provider itself calls the reason of a refusal. */
  readonly reason: string | undefined
  /** When it wants to be asked again; null when it did not say. */
  readonly retry_after_s: number | null
  /** The HTTP status of its answer, where it was a failure. */
  readonly http_status: number | undefined

  constructor(
    failure: ProviderFailure,
    message: string,
    {
      reason,
      retry_after_s = null,
      http_status,
    }: { reason?: string; retry_after_s?: number | null; http_status?: number } = {},
  ) {
    super(502, 'provider_failed', message)
    this.failure = failure
    this.reason = reason
    this.retry_after_s = retry_after_s
    this.http_status = http_status
  }
}

export interface Exchange {
  /** As people call it. */
  provider: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers: Record<string, string>
  body?: string
  /** Lets a POST be repeated without being done twice. */
  idempotency_key?: string
  /** A request that may be made twice though it is no GET: one for a token, say. */
  repeatable?: true
  /** `Retry-After` names a moment in Unix seconds, as Moneybird's does. */
  retry_after_is_epoch?: true
  timeout_ms: number
  /** The provider's own sentence in the body of a refusal. */
  sentenceOf: (body: unknown) => string | undefined
  /** The provider's own name of the reason, where somebody acts on it. */
  reasonOf?: (body: unknown) => string | undefined
}

type Attempt<T> = { answer: T } | { error: ProviderError; again_in_ms?: number }

const pause_ms = 300
/** Longer than this the caller is not kept waiting. */
const longestPause_ms = 2000

/**
 * One request and its JSON answer (undefined when it is empty). What is safe to repeat (a GET, a POST with its
 * key) is repeated once after a broken connection, a 5xx, a 409 or a 429; not after a timeout, which the
 * caller has sat out.
 *
 * @throws ProviderError
 */
export async function exchange<T>(request: Exchange, answer: z.ZodType<T>): Promise<T> {
  const first = await attempt(request, answer)
  if ('answer' in first) return first.answer
  const { method, idempotency_key, repeatable } = request
  const isSafe = method === 'GET' || idempotency_key !== undefined || repeatable
  if (!isSafe || first.again_in_ms === undefined) throw first.error
  await new Promise((resolve) => setTimeout(resolve, first.again_in_ms))
  const second = await attempt(request, answer)
  if ('answer' in second) return second.answer
  throw second.error
}

async function attempt<T>(request: Exchange, schema: z.ZodType<T>): Promise<Attempt<T>> {
  const { provider, method, url, headers, body, idempotency_key, timeout_ms } = request
  try {
    const response = await fetch(url, {
      method,
      headers: {
        Accept: 'application/json',
        ...headers,
        ...(idempotency_key && { 'Idempotency-Key': idempotency_key }),
      },
      ...(body !== undefined && { body }),
      // The credentials are for this address alone.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout_ms),
    })
    const text = await response.text()
    if (!response.ok) return failed(request, response, text)
    const parsed = schema.safeParse(jsonOf(text))
    return parsed.success
      ? { answer: parsed.data }
      : { error: new ProviderError('no_answer', `${provider} gave an answer that makes no sense.`) }
  } catch (error) {
    const { name } = error as Error
    return name === 'TimeoutError' || name === 'AbortError'
      ? { error: new ProviderError('no_answer', `${provider} did not answer in time.`) }
      : {
          error: new ProviderError('no_answer', `Could not reach ${provider}.`),
          again_in_ms: pause_ms,
        }
  }
}

function failed(
  { provider, sentenceOf, reasonOf, retry_after_is_epoch }: Exchange,
  { status, headers }: Response,
  text: string,
): { error: ProviderError; again_in_ms?: number } {
  if (status === 401 || status === 403) {
    return { error: new ProviderError('unauthorized', `${provider} does not accept our API key.`) }
  }
  if (status === 404 || status === 410) {
    return { error: new ProviderError('not_found', `${provider} does not know it.`) }
  }
  if (status === 409 || status === 429 || status >= 500 || status < 400) {
    // A failure that is given again under its key will be given for ever.
    const isFinal = headers.get('idempotent-replayed') === 'true'
    const message = `${provider} failed (HTTP ${status}).`
    const retry_after_s = wishOf(headers, retry_after_is_epoch)
    const failure = isFinal ? 'refused' : 'no_answer'
    const error = new ProviderError(failure, message, { retry_after_s, http_status: status })
    const again_in_ms = pauseOf(headers, retry_after_s)
    return again_in_ms === undefined || status < 400 ? { error } : { error, again_in_ms }
  }
  const body = jsonOf(text)
  const sentence = sentenceOf(body)?.slice(0, 200)
  const reason = reasonOf?.(body)
  return {
    error: new ProviderError(
      'refused',
      `${provider} refused${sentence ? `: ${sentence}` : ` (HTTP ${status}).`}`,
      reason === undefined ? {} : { reason },
    ),
  }
}

function wishOf(headers: Headers, isEpoch: true | undefined): number | null {
  const text = headers.get('retry-after')
  if (!isEpoch || !text) return retryAfter_s(text, Date.now())
  return Math.max(Math.ceil(Number(text) - Date.now() / 1000), 0) || null
}

/** How long to wait before the repetition; undefined when it is not wanted, or not soon. */
function pauseOf(headers: Headers, retry_after_s: number | null): number | undefined {
  // Stripe says so itself.
  if (headers.get('stripe-should-retry') === 'false') return undefined
  if (retry_after_s === null) return pause_ms
  const after_ms = retry_after_s * 1000
  return after_ms <= longestPause_ms ? after_ms : undefined
}
