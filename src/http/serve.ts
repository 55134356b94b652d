import { sql } from 'drizzle-orm'
import type { Handler } from 'hono'
import { batchDb } from '../db/batch.ts'
import { Refusal } from '../refusal.ts'
import { type FileAnswer, gateOf, type Spec, type Verb } from '../verb.ts'
import { answerOf, type Described, respond } from './answer.ts'
import type { HttpContext, HttpEnv } from './context.ts'
import { withIdempotency } from './idempotency.ts'
import { inputOf, pathOf } from './input.ts'

export type ServedHandler = Handler<HttpEnv> & { verb: Verb }

/** Mounts a verb on a route: input by its schemas, answer by its output schema. */
export function serve<S extends Spec>(verb: Verb<S>): ServedHandler {
  const parse = inputOf(verb.spec)

  const handler = async (c: HttpContext): Promise<Response> => {
    const ctx = c.get('ctx')
    const input = await parse(c).catch((problem: unknown) => refuseInOrder(c, verb, problem))
    const run = (inner = ctx) =>
      verb(inner, input as Parameters<typeof verb>[1]).catch((error: unknown) =>
        // A rule of the verb itself, before any statement: who asks comes first here too.
        ctx.session.tenant_id === undefined ? refuseInOrder(c, verb, error) : Promise.reject(error),
      )
    const act = async (inner = ctx) => answerOf(verb.spec, await run(inner))
    if (verb.spec.file || verb.spec.files) {
      const result = await run()
      return isFile(result) ? sendFile(c, result) : respond(c, answerOf(verb.spec, result))
    }
    const key = c.req.method === 'POST' && c.req.header('idempotency-key')
    if (key && ctx.caller.kind === 'token') return withIdempotency(c, verb, input, key, act)
    return respond(c, await act())
  }
  return Object.assign(handler, { verb: verb as unknown as Verb })
}

/**
 * 401 and 403 come before any complaint about the input, and a path that names nothing before one
 * about the body; so a request with bad input still asks the database who is asking.
 */
async function refuseInOrder(c: HttpContext, verb: Described, problem: unknown): Promise<never> {
  if (!(problem instanceof Refusal)) throw problem
  const ctx = c.get('ctx')
  const path = problem.status === 404 ? {} : await pathOf(verb.spec, c)
  const gate = gateOf(ctx, verb.spec, verb.kind === 'read' ? 'read' : 'call', path)
  if (!gate.open) await batchDb(ctx, gate, 'write').execute(sql`select 1`)
  throw problem
}

const isFile = (result: unknown): result is FileAnswer =>
  (result as Partial<FileAnswer>).content_type !== undefined

/** A stranger's file must never run as a page of ours: no sniffing, no scripts. */
export function sendFile(
  c: HttpContext,
  { content, content_type, filename, inline }: FileAnswer,
): Response {
  const ascii = filename.replace(/[^\w.-]+/g, '_')
  const place = inline ? 'inline' : 'attachment'
  return c.body(content as ReadableStream, 200, {
    'Content-Type': content_type,
    'Content-Disposition': `${place}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(filename)}`,
    'Cache-Control': 'private, no-store',
  })
}
