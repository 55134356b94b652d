import { eq, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Context, Writing } from '../../context.ts'
import { holdsAlso } from '../identity/also.ts'
import { employees } from '../staff/tables.ts'

/** May the caller see everybody's leave, and ask for it in anybody's name? */
export const seesAll = (ctx: Context): SQL<boolean> => holdsAlso(ctx, 'leave:approve')

/** The caller as an employee; null for an account that belongs to none. */
export const ownEmployee = sql<number | null>`(
  select ${employees.id} from ${employees} where ${employees.user_id} = app.user_id())`

/** Rows about the caller itself, or about anybody where it may see them all. */
export const visible = (ctx: Context, employee_id: PgColumn): SQL =>
  or(seesAll(ctx), eq(employee_id, ownEmployee)) as SQL

/** 404 for a request that the caller may not see. */
export async function mustSee(ctx: Writing, request_id: number) {
  await ctx.db.execute(sql`select app.must_see_leave(${request_id}, ${seesAll(ctx)})`)
}

/** 403 for the name of somebody else; nothing when no employee is named. */
export async function mustBeSelf(ctx: Writing, employee_id: number | undefined) {
  if (employee_id === undefined) return
  await ctx.db.execute(sql`select app.must_be_self(${employee_id}, ${seesAll(ctx)})`)
}
