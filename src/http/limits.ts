import type { MiddlewareHandler } from 'hono'
import { tooMany } from '../refusal.ts'
import type { HttpEnv } from './context.ts'

const window_ms = 60_000
let windowEnds_ms = 0
let used = new Map<string, number>()

/**
 * Requests a minute per token. The count of this isolate gives the headers and the exact limit; the
 * platform's own limiter, which counts for a whole location but tells no remainder, stands behind it.
 */
export const apiLimit: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const limit = Number(c.env.API_REQUESTS_PER_MINUTE ?? 0)
  const { caller } = c.get('ctx')
  if (!limit || caller.kind !== 'token') return next()
  // By the hash, not the row id, or anyone could use up a stranger's limit.
  const { count, reset_s } = take(caller.hash)
  const headers = {
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': String(Math.max(0, limit - count)),
    'RateLimit-Reset': String(reset_s),
  }
  const within = count <= limit && (await c.env.API_RATE.limit({ key: caller.hash })).success
  if (!within) throw tooMany({ ...headers, 'Retry-After': String(reset_s) })
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  await next()
}

function take(key: string) {
  const now_ms = Date.now()
  if (now_ms >= windowEnds_ms) {
    windowEnds_ms = now_ms + window_ms
    used = new Map()
  }
  const count = (used.get(key) ?? 0) + 1
  used.set(key, count)
  return { count, reset_s: Math.ceil((windowEnds_ms - now_ms) / 1000) }
}
