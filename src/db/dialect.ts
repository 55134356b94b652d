import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Db } from '../context.ts'

/** Once per isolate: it remembers the names of columns. */
export const dialect = new PgDialect()

/**
 * A database whose `execute(sql)` starts when it is called, not when it is awaited: statements of one tick
 * run in the order in which they stand (see `insert` and its like in rows.ts).
 */
export function startingAtOnce<T extends Pick<Db, 'execute'>>(db: T): T {
  const execute = db.execute.bind(db)
  return Object.assign(db, { execute: (query: SQL) => execute(query).execute() })
}
