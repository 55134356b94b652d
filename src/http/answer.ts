import { presenterOf } from '../lib/present.ts'
import type { Spec, Verb } from '../verb.ts'
import type { HttpContext } from './context.ts'
import { etagOf, names } from './etag.ts'

/** A verb's answer, before it is a Response: what an Idempotency-Key stores. */
export interface Answer {
  status: number
  body: string | null
  etag?: string
  /** Records in all, of a bare array. */
  total?: number
}

/** What the frame needs of a verb besides calling it. */
export type Described = Pick<Verb, 'spec' | 'kind'>

export function answerOf(spec: Spec, result: unknown): Answer {
  if (!spec.output) return { status: spec.status ?? 204, body: null }
  const body = JSON.stringify(presenterOf(spec.output)(result))
  const { updated_at } = result as { updated_at?: unknown }
  return {
    status: isKnown(result) ? 200 : (spec.status ?? 200),
    body,
    ...(typeof updated_at === 'string' && { etag: etagOf(updated_at, body) }),
    ...(Array.isArray(result) && 'total' in result && { total: Number(result.total) }),
  }
}

/** A POST that makes a record or changes the one that is there says so of the latter. */
const isKnown = (result: unknown) => (result as { isKnown?: true }).isKnown === true

export function respond(c: HttpContext, answer: Answer): Response {
  if (answer.etag) {
    c.header('ETag', answer.etag)
    if (c.req.method === 'GET' && names(c.req.header('if-none-match'), answer.etag)) {
      return c.body(null, 304)
    }
  }
  if (answer.total !== undefined) c.header('X-Total-Count', String(answer.total))
  if (answer.body === null) return c.body(null, answer.status as 204)
  return c.body(answer.body, answer.status as 200, { 'Content-Type': 'application/json' })
}
