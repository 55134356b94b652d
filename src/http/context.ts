import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { Hono } from 'hono'
import type { Caller, Context } from '../context.ts'
import type { Env } from '../env.ts'
import { sha256Hex } from '../lib/digest.ts'
import { versionsOf } from './etag.ts'

export interface HttpEnv {
  Bindings: Env
  Variables: { ctx: Context; request_id: string }
}

export type HttpContext = HonoContext<HttpEnv>

/** A router of one resource. */
export const router = () => new Hono<HttpEnv>()

const requestIdPattern = /^[\w.:-]{8,64}$/

/** Builds the context that verbs get: who asks, under which request id, against which version. */
export const requestContext: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const given = c.req.header('x-request-id')
  const request_id = given && requestIdPattern.test(given) ? given : newRequestId()
  const if_match = c.req.header('if-match')
  c.set('request_id', request_id)
  c.set('ctx', {
    env: c.env,
    caller: callerOf(c.req.header('authorization')),
    request_id,
    address: c.req.header('cf-connecting-ip') ?? 'unknown',
    get origin() {
      return new URL(c.req.url).origin
    },
    session: {},
    defer: (work) => c.executionCtx.waitUntil(work),
    ...(if_match && changes.has(c.req.method) && ifMatch(if_match)),
  } satisfies Context)
  c.header('X-Request-Id', request_id)
  await next()
}

/** `*` matches any record that is there, which is checked anyway. */
function ifMatch(header: string) {
  const versions = versionsOf(header)
  return versions && { if_match: { versions, checked: false } }
}

const changes = new Set(['PUT', 'PATCH', 'DELETE'])

let isolate = ''
let requests = 0

/** A UUID whose last part counts: unique, and cheaper than a random one for every request. */
function newRequestId(): string {
  isolate ||= crypto.randomUUID().slice(0, 24)
  requests += 1
  return isolate + requests.toString(16).padStart(12, '0')
}

const callers = new Map<string, Caller>()

/** A token is used many times in a row; its hash is kept in this isolate's memory, like the token itself. */
function callerOf(authorization: string | undefined): Caller {
  if (!authorization) return { kind: 'anonymous' }
  let caller = callers.get(authorization)
  if (!caller) {
    caller = readCaller(authorization)
    if (callers.size >= 1000) callers.clear()
    callers.set(authorization, caller)
  }
  return caller
}

/** `Bearer 5|secret`, or Sanctum's other form without the row id. Only the hash goes to the database. */
function readCaller(authorization: string): Caller {
  const token = /^Bearer +(?:(\d{1,15})\|)?([^|\s]{1,200})$/i.exec(authorization)
  if (!token?.[2]) return { kind: 'anonymous' }
  return { kind: 'token', id: token[1] ? Number(token[1]) : null, hash: sha256Hex(token[2]) }
}
