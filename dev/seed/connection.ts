import { createHash } from 'node:crypto'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import type { Calling, Session, Transacting, WritableDb } from '../../src/context.ts'
import type { Database } from '../database.ts'
import { tlsOf } from '../neon/server-socket.ts'

type Send = (query: pg.QueryConfig, values?: unknown[]) => Promise<pg.QueryResult>

/**
 * One transaction in the Worker's role over a plain connection. The seed runs some ten thousand
 * statements of a few kinds: prepared ones, without a WebSocket between, take a third of the time.
 */
export async function inTransaction(
  { database_url, owner_url }: Database,
  ctx: Calling,
  work: (ctx: Transacting) => Promise<void>,
): Promise<void> {
  const tls = tlsOf(owner_url)
  const client = new pg.Client({
    connectionString: database_url,
    ...(tls && { ssl: { rejectUnauthorized: tls === 'verified' } }),
  })
  await client.connect()
  try {
    await client.query('begin')
    const db = drizzle(prepared(client)) as unknown as WritableDb
    await work({ ...ctx, gate: everything, db, session: {} as Session })
    await client.query('commit')
  } finally {
    // Without the commit nothing has happened.
    await client.end()
  }
}

const everything = { permission: null, roles: [], module: null, writes: true, open: false }

/** Statements of one tick go one after the other, in their order. */
function prepared(client: pg.Client): pg.Client {
  const send = client.query.bind(client) as Send
  let before: Promise<unknown> = Promise.resolve()
  const query: Send = (config, values) => {
    const name = createHash('sha1').update(config.text).digest('base64')
    const result = before.then(() => send({ ...config, name }, values))
    before = result.catch(() => {})
    return result
  }
  return Object.assign(Object.create(client), { query })
}
