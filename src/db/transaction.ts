import type { Client } from '@neondatabase/serverless'
import { drizzle } from 'drizzle-orm/neon-serverless'
import type { Context, Db, Gate, Session, Transacting, WritableDb } from '../context.ts'
import { unavailable } from '../refusal.ts'
import { socketClient } from './client.ts'
import { startingAtOnce } from './dialect.ts'
import { callToWork, reactingStatement } from './reacting.ts'
import { beginStatements, enter } from './session.ts'

/**
 * Runs `work` in one interactive transaction over a WebSocket: commits its result, rolls back when it
 * throws. `begin` and the caller's check travel in one message, together with the connection's start.
 */
export async function transaction<T>(
  ctx: Context,
  gate: Gate,
  work: (ctx: Transacting) => Promise<T>,
): Promise<T> {
  const head = beginStatements(ctx, gate, 'write')
  const client = socketClient(ctx.env)
  // A socket that breaks rejects the statement under way; the event itself must not be unhandled.
  client.on('error', () => {})
  await client.connect().catch(() => {
    throw unavailable()
  })
  try {
    await begin(ctx, client, head)
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

/** One simple-protocol message, so the values are written into the text as literals. */
async function begin(ctx: Context, client: Client, head: ReturnType<typeof beginStatements>) {
  const statements = head.map(({ text, params }) =>
    text.replace(/\$(\d)/g, (_, n) => literal(client, params[Number(n) - 1])),
  )
  const preamble = ['begin', `set local idle_in_transaction_session_timeout = '30s'`]
  const results: unknown = await client.query([...preamble, ...statements].join(';'))
  const rows = (results as { rows: Record<string, unknown>[] }[])[preamble.length]?.rows
  enter(ctx, rows?.[0], 'write')
}

function literal(client: Client, value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `array[${value.map((v) => literal(client, v)).join()}]::text[]`
  return client.escapeLiteral(String(value))
}
