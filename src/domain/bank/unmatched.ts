import { sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Writing } from '../../context.ts'
import { guard } from '../../db/rows.ts'
import { bankAllocations } from './tables.ts'

/** 422 `bank_matched` while a line of a bank statement names this record, by this column of `bank_allocations`. */
export const mustBeUnmatched = (ctx: Writing, column: PgColumn, id: number, noun: string) =>
  guard(ctx, sql`not exists (select from ${bankAllocations} where ${column} = ${id})`, {
    code: 'bank_matched',
    message: `A bank statement names this ${noun}; undo that match instead.`,
  })
