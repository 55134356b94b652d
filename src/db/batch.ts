import { drizzle, NeonHttpDatabase, NeonHttpSession } from 'drizzle-orm/neon-http'
import type { Context, Db, Gate } from '../context.ts'
import { httpClient } from './client.ts'
import { dialect, startingAtOnce } from './dialect.ts'
import { callToWork, reactingStatement } from './reacting.ts'
import { beginStatements, enter } from './session.ts'

type Http = ReturnType<typeof httpClient>
type Statements = Extract<Parameters<Http['transaction']>[0], unknown[]>
type Result = Awaited<ReturnType<Http['transaction']>>[number]

interface Queued {
  query: Statements[number]
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * A database whose statements of one tick travel together, as one HTTP request and one transaction:
 * `await Promise.all([list, count])` is one round trip, with the caller's check at its head.
 *
 * A read sees one moment of the database, and cannot change it. A write is one batch: a second one would
 * not be atomic with the first, so it throws.
 */
export function batchDb(ctx: Context, gate: Gate, kind: 'read' | 'write'): Db {
  const http = httpClient(ctx.env)
  let queue: Queued[] = []
  let batches = 0

  async function send(batch: Queued[]) {
    batches += 1
    if (kind === 'write' && batches > 1) throw new Error('A write verb issued a second batch')
    const head = beginStatements(ctx, gate, kind).map(({ text, params }) =>
      http.query(text, params, { arrayMode: false }),
    )
    const tail = kind === 'write' ? [http.query(reactingStatement, [], { arrayMode: false })] : []
    const statements = [...head, ...batch.map(({ query }) => query), ...tail] as Statements
    const results: Result[] = await http.transaction(statements, kind === 'read' ? snapshot : {})
    if (head.length > 0) enter(ctx, firstRow(results[0]), kind)
    if (tail.length > 0) callToWork(ctx, firstRow(results.at(-1)))
    return results.slice(head.length)
  }

  async function flush() {
    const batch = queue
    queue = []
    try {
      const results = await send(batch)
      batch.forEach(({ resolve }, i) => {
        resolve(results[i] as Result)
      })
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  /** What Drizzle calls; statements awaited together arrive here within the same few microtasks. */
  const query = (text: string, params: unknown[], form: object) =>
    new Promise<Result>((resolve, reject) => {
      if (queue.length === 0) void settled().then(flush)
      queue.push({ query: http.query(text, params, form) as Statements[number], resolve, reject })
    })

  const session = new NeonHttpSession({ query } as unknown as Http, dialect, undefined)
  return startingAtOnce(new NeonHttpDatabase(dialect, session, undefined))
}

const firstRow = (result: Result | undefined) =>
  (result as { rows: Record<string, unknown>[] } | undefined)?.rows[0]

// Once per isolate: this sets the driver's type parsers.
drizzle.mock()

const snapshot = { readOnly: true, isolationLevel: 'RepeatableRead' } as const

/** A few turns of the microtask queue: enough for `async` functions around a first statement. */
async function settled() {
  for (let turn = 0; turn < 8; turn++) await null
}
