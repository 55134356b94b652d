import { createHash } from 'node:crypto'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import type { Calling, Db, Session, Transacting, WritableDb } from '../src/context.ts'
import { startingAtOnce } from '../src/db/dialect.ts'

type Send = (query: pg.QueryConfig, values?: unknown[]) => Promise<pg.QueryResult>

/**
 * One transaction over a plain connection, for work that no Worker waits for. The seed runs some ten
 * thousand statements of a few kinds: prepared ones, without a WebSocket between, take a third of the
 * time.
 *
 * @param url the Worker's role sees one shop at a time; the owner sees all of them, so as the owner only
 * verbs that merely add may run
 */
export async function directTransaction<T>(
  url: string,
  ctx: Calling,
  work: (ctx: Transacting) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin')
    const db = startingAtOnce(drizzle(prepared(client)) as unknown as Db) as unknown as WritableDb
    const result = await work({ ...ctx, gate: everything, db, session: {} as Session })
    await client.query('commit')
    return result
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
