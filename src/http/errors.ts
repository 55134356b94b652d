import type { Context as HonoContext } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { refusalOf } from '../db/errors.ts'
import { notFound, Refusal } from '../refusal.ts'
import type { HttpContext, HttpEnv } from './context.ts'
import { log } from './log.ts'

/** The body of every error: Laravel's `{message, errors?}`, with a code and the request's id. */
export function errorBody(refusal: Refusal, request_id: string) {
  const { message, code, errors } = refusal
  return { message, ...(errors && { errors }), code, request_id }
}

/** What was thrown, as the Refusal to answer; a defect is logged and answered without detail. */
export function refusalFrom(error: unknown, c: HttpContext): Refusal {
  if (error instanceof HTTPException) return new Refusal(error.status, 'http_error', error.message)
  const refusal = refusalOf(error, c.req.valid('json' as never))
  if (refusal) return refusal
  log('error', 'unplanned error', {
    request_id: c.get('request_id'),
    method: c.req.method,
    path: c.req.routePath,
    ...describe(error),
  })
  return new Refusal(500, 'server_error', 'Server Error')
}

export function answerError(error: unknown, c: HonoContext<HttpEnv>): Response {
  const refusal = refusalFrom(error, c)
  return c.json(errorBody(refusal, c.get('request_id')), refusal.status as 500, {
    'X-Request-Id': c.get('request_id'),
    ...refusal.headers,
  })
}

/** 405 with `Allow` when the path is served under another method, else 404. */
export function answerNotFound(c: HonoContext<HttpEnv>, allowed: string[]): Response {
  if (allowed.length === 0) return answerError(notFound('Route'), c)
  const message = `The ${c.req.method} method is not supported for this route.`
  const headers = { Allow: allowed.join(', ') }
  return answerError(new Refusal(405, 'method_not_allowed', message, undefined, headers), c)
}

/** Enough to find the defect, nothing that a client sent. */
function describe(error: unknown) {
  const { name, message, stack, cause } = error as Error
  const database = (cause ?? error) as { code?: string; constraint?: string; message?: string }
  return {
    error: name,
    // A failed query's own message repeats its parameters, which are the client's data.
    message: message.startsWith('Failed query') ? database.message : message,
    sqlstate: database.code,
    constraint: database.constraint,
    stack: stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 8),
  }
}
