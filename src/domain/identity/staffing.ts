import { and, asc, count, eq, ne, or, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { removeWhere, updateWhere } from '../../db/rows.ts'
import { forbidden, found, invalid, Refusal, refused } from '../../refusal.ts'
import { licenses } from '../licensing/tables.ts'
import { employees } from '../staff/tables.ts'
import { apiTokens, users } from './tables.ts'

/**
 * One more active user must fit the licence. The licence's row stays locked, so that two who come for
 * the last seat do not both get it.
 *
 * @throws Refusal 403 `user_limit`
 */
export async function takeSeat(ctx: Transacting) {
  const [license] = await ctx.db
    .select({ seats: licenses.max_users })
    .from(licenses)
    .where(eq(licenses.is_current, true))
    .for('update')
  const [taken] = await ctx.db.select({ seats: count() }).from(users).where(eq(users.active, true))
  const seats = license?.seats ?? 0
  if ((taken?.seats ?? 0) >= seats) {
    throw new Refusal(403, 'user_limit', `Your licence has ${seats} users; all are taken.`)
  }
}

/**
 * Locks the user together with the shop's administrators, so that of two who demote each other one is
 * refused, and answers what the user is now.
 *
 * @param leaves the user stops to be an active administrator, by what the caller asks
 * @throws Refusal 403 for the service's own staff, 422 `own_account`, 422 `last_admin`
 */
export async function lockUser(
  ctx: Transacting,
  id: number,
  leaves: (user: { role: string; active: boolean }) => boolean,
) {
  const locked = await ctx.db
    .select({ id: users.id, role: users.role, active: users.active })
    .from(users)
    .where(or(eq(users.id, id), eq(users.role, 'admin')))
    .orderBy(asc(users.id))
    .for('update')
  const user = found(locked.find((it) => it.id === id))
  if (user.role === 'platform' && ctx.session.role === 'admin') throw forbidden()
  if (!leaves(user)) return user
  if (id === ctx.session.user_id) {
    throw refused('own_account', 'You cannot remove, deactivate or demote yourself.')
  }
  const isAdmin = (it: { role: string; active: boolean }) => it.role === 'admin' && it.active
  if (isAdmin(user) && !locked.some((it) => it.id !== id && isAdmin(it))) {
    throw refused('last_admin', 'A shop needs at least one active administrator.')
  }
  return user
}

/** The employee that the account belongs to; null: none. */
export async function linkEmployee(ctx: Transacting, user_id: number, employee_id: number | null) {
  await updateWhere(
    ctx,
    employees,
    and(eq(employees.user_id, user_id), ne(employees.id, employee_id ?? 0)),
    { user_id: null },
  )
  if (employee_id === null) return
  const free = sql`(${employees.user_id} is null or ${employees.user_id} = ${user_id})`
  const linked = await updateWhere(ctx, employees, and(eq(employees.id, employee_id), free), {
    user_id,
  })
  if (linked === 0) throw invalid({ employee_id: ['The selected employee id is invalid.'] })
}

/** Ends every session and token of a user; the one that asks for it stays. */
export async function endTokens(ctx: Transacting, user_id: number) {
  const own = ctx.session.token_id ?? 0
  await removeWhere(ctx, apiTokens, and(eq(apiTokens.user_id, user_id), ne(apiTokens.id, own)))
}
