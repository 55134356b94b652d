import { ilike, or, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** Rows in which one of these columns holds what was typed, taken literally; no condition without it. */
export function containing(typed: string | undefined, ...columns: PgColumn[]): SQL | undefined {
  if (!typed) return undefined
  const pattern = `%${typed.replace(/[\\%_]/g, '\\$&')}%`
  return or(...columns.map((column) => ilike(column, pattern)))
}
