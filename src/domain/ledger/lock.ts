import { sql } from 'drizzle-orm'
import type { Writing } from '../../context.ts'

/**
 * One writer of the shop's books at a time, until the transaction ends. Who takes this lock before the commit
 * locks nothing but the books afterwards.
 */
export async function holdLedger(ctx: Writing) {
  await ctx.db.execute(sql`select app.hold_ledger()`)
}
