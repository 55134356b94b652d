import type { Client } from '@neondatabase/serverless'
import { drizzle } from 'drizzle-orm/neon-serverless'
import type {
  Calling,
  Context,
  Db,
  Gate,
  Reading,
  Session,
  Transacting,
  WritableDb,
} from '../context.ts'
import { unavailable } from '../refusal.ts'
import { socketClient } from './client.ts'
import { startingAtOnce } from './dialect.ts'
import { callToWork, reactingStatement } from './reacting.ts'
import { beginStatements, enter } from './session.ts'

/** `read`: sees one moment of the database, however long it takes, and cannot change it. */
type Kind = 'read' | 'write'

const starts = { read: 'begin isolation level repeatable read read only', write: 'begin' }

/**
 * Runs `work` in one interactive transaction over a WebSocket: commits its result, rolls back when it
 * throws. `begin` and the caller's check travel in one message, together with the connection's start.
 */
export async function transaction<T>(
  ctx: Context,
  gate: Gate,
  work: (ctx: Transacting) => Promise<T>,
  kind: Kind = 'write',
): Promise<T> {
  const head = beginStatements(ctx, gate, kind)
  const client = socketClient(ctx.env)
  // A socket that breaks rejects the statement under way; the event itself must not be unhandled.
  client.on('error', () => {})
  await client.connect().catch(() => {
    throw unavailable()
  })
  try {
    await begin(ctx, client, head, kind)
    const db = startingAtOnce(drizzle(client) as unknown as Db) as unknown as WritableDb
    const result = await work({ ...ctx, gate, db, session: ctx.session as Session })
    const ends: unknown = await client.query(`${reactingStatement}; commit`)
    callToWork(ctx, (ends as { rows: Record<string, unknown>[] }[])[0]?.rows[0])
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    ctx.defer(client.end())
  }
}

/**
 * What is read piece by piece at one moment of the database, as it is taken off. The transaction ends with
 * the last piece, with a client that goes away, or, by idle_in_transaction_session_timeout, with one that
 * stops reading. Who asks is known when the stream is answered.
 */
export async function streamFrom(
  ctx: Calling,
  pieces: (ctx: Reading) => AsyncIterable<Uint8Array>,
): Promise<ReadableStream<Uint8Array>> {
  if (!ctx.gate) throw new Error('Only a verb may stream')
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const first = Promise.withResolvers<void>()
  const whole = transaction(
    ctx,
    ctx.gate,
    async (inner) => {
      for await (const piece of pieces(inner)) {
        first.resolve()
        await writer.write(piece)
      }
      await writer.close()
    },
    'read',
  )
  ctx.defer(
    whole.catch(async (error: unknown) => {
      first.reject(error)
      await writer.abort(error).catch(() => {})
    }),
  )
  await first.promise
  return readable
}

/** One simple-protocol message, so the values are written into the text as literals. */
async function begin(
  ctx: Context,
  client: Client,
  head: ReturnType<typeof beginStatements>,
  kind: Kind,
) {
  const statements = head.map(({ text, params }) =>
    text.replace(/\$(\d)/g, (_, n) => literal(client, params[Number(n) - 1])),
  )
  const preamble = [starts[kind], `set local idle_in_transaction_session_timeout = '30s'`]
  const results: unknown = await client.query([...preamble, ...statements].join(';'))
  const rows = (results as { rows: Record<string, unknown>[] }[])[preamble.length]?.rows
  enter(ctx, rows?.[0], kind)
}

function literal(client: Client, value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `array[${value.map((v) => literal(client, v)).join()}]::text[]`
  return client.escapeLiteral(String(value))
}
