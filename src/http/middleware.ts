import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { httpClient } from '../db/client.ts'
import { Refusal } from '../refusal.ts'
import type { HttpContext, HttpEnv } from './context.ts'
import { log } from './log.ts'

const megabyte = 1024 * 1024

/**
 * Reads on for a second: a client that is still sending would see a broken connection instead of the
 * answer; one that announced a body and sends none is not waited for.
 */
const tooLarge = async (c: HonoContext) => {
  await Promise.race([drain(c.req.raw.body), scheduler.wait(1000)])
  throw new Refusal(413, 'payload_too_large', 'The body is too large.')
}

async function drain(body: ReadableStream | null) {
  const reader = body?.locked ? undefined : body?.getReader()
  while (reader && !(await reader.read()).done);
}

const jsonLimit = bodyLimit({ maxSize: megabyte, onError: tooLarge })
const fileLimit = bodyLimit({ maxSize: 10 * megabyte, onError: tooLarge })

/** A mail with its files, in base64: what Postmark posts at most. */
const mailLimit = bodyLimit({ maxSize: 36 * megabyte, onError: tooLarge })

/** Some 100,000 lines of a spreadsheet. */
const sheetLimit = bodyLimit({ maxSize: 20 * megabyte, onError: tooLarge })

/** 1 MB, files 10 MB, spreadsheets 20 MB, received mail what a mail may be. */
export const limitBody: MiddlewareHandler<HttpEnv> = (c, next) => {
  if (!c.req.raw.body) return next()
  if (c.req.path.startsWith('/webhooks/postmark/')) return mailLimit(c, next)
  if (/\/(import|bank-statements)$/.test(c.req.path)) return sheetLimit(c, next)
  const isForm = c.req.header('content-type')?.startsWith('multipart/form-data')
  return (isForm ? fileLimit : jsonLimit)(c, next)
}

const withCors = cors({
  origin: (origin, c: HttpContext) => {
    const allowed = c.env.CORS_ORIGINS?.split(',').map((entry) => entry.trim()) ?? []
    return allowed.includes('*') || allowed.includes(origin) ? origin : null
  },
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'X-Request-Id',
  ],
  exposeHeaders: [
    'ETag',
    'X-Request-Id',
    'X-Total-Count',
    'Idempotent-Replayed',
    'Retry-After',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
  ],
  maxAge: 86_400,
})

/** Browsers of the origins that the operator allows; others get no CORS headers. */
export const crossOrigin: MiddlewareHandler<HttpEnv> = (c, next) =>
  c.req.header('origin') ? withCors(c, next) : next()

/** What helmet would set for an API; before the answer is made, because touching it later copies it. */
const safety = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

export const safeHeaders: MiddlewareHandler<HttpEnv> = (c, next) => {
  for (const [name, value] of Object.entries(safety)) c.header(name, value)
  return next()
}

/** One line per request, and what may wait until after the answer. */
export const afterwards: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const started_ms = Date.now()
  await next()
  const { caller, session } = c.get('ctx')
  if (session.touch && caller.kind === 'token') c.executionCtx.waitUntil(touch(c, caller.hash))
  if (c.env.LOG_LEVEL === 'error') return
  log('info', 'request', {
    request_id: c.get('request_id'),
    method: c.req.method,
    route: c.req.routePath,
    status: c.res.status,
    duration_ms: Date.now() - started_ms,
    tenant_id: session.tenant_id,
    user_id: session.user_id,
  })
}

async function touch(c: HttpContext, hash: string) {
  await httpClient(c.env).query('select app.touch_token($1)', [hash])
}
