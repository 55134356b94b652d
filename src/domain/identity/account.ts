import { createHash } from 'node:crypto'
import { and, eq, ne, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { mustMatch, record, removeWhere, update, updateWhere } from '../../db/rows.ts'
import { forbidden, found, invalid, tooMany } from '../../refusal.ts'
import { email, id, instant, text } from '../../schema.ts'
import { call, read, transact, write } from '../../verb.ts'
import { employees } from '../staff/tables.ts'
import { hashPassword, newPassword, verifyPassword } from './passwords.ts'
import { Profile } from './sessions.ts'
import { apiTokens, users } from './tables.ts'

/** An account as its owner and the administrators see it. */
export const Me = Profile.extend({
  branch_id: id().nullable(),
  employee_id: id().nullable(),
  last_login_at: instant().nullable(),
  created_at: instant(),
  updated_at: instant(),
})

/** Columns of an account as its owner sees it. */
export const profile = {
  id: users.id,
  name: users.name,
  email: users.email,
  role: users.role,
  company_id: users.tenant_id,
  branch_id: users.branch_id,
  employee_id: employees.id,
  last_login_at: users.last_login_at,
  created_at: users.created_at,
  updated_at: users.updated_at,
}

const self = sql<number>`app.user_id()`

async function me(ctx: Selecting) {
  const [account] = await ctx.db
    .select(profile)
    .from(users)
    .leftJoin(employees, eq(employees.user_id, users.id))
    .where(eq(users.id, self))
  return found(account)
}

export const currentUser = read({ summary: 'Current user', can: 'account', output: Me }, me)

export const updateCurrentUser = transact(
  {
    summary: 'Update current user',
    description: 'A new e-mail address takes a login, or a token with all abilities.',
    can: 'account',
    body: z.object({ name: text(), email: email() }).partial(),
    output: Me,
  },
  async (ctx, { body }) => {
    // Who changes the address can have a new password mailed to it: more than a narrow token may do.
    if (body.email !== undefined && !ctx.session.abilities.includes('*')) throw forbidden()
    await mustMatch(ctx, users, self)
    await update(ctx, users, ctx.session.user_id ?? 0, body)
    return me(ctx)
  },
)

export const changePassword = call(
  {
    summary: 'Change password',
    description: 'Ends every other session and token of the account.',
    can: 'account',
    body: z.object({ current_password: z.string().min(1).max(1024), password: newPassword() }),
    output: z.object({ message: z.string().meta({ examples: ['Password changed'] }) }),
  },
  async (ctx, { body }) => {
    const { user_id, stored } = await ownPassword(ctx, {})
    const key = createHash('sha256').update(`password ${user_id}`).digest('hex')
    if (!(await ctx.env.LOGIN_RATE.limit({ key })).success) throw tooMany()
    const { matches } = await verifyPassword(body.current_password, stored)
    if (!matches) throw invalid({ current_password: ['The current password is incorrect.'] })
    const password_hash = await hashPassword(body.password)
    await replacePassword(ctx, { body: { user_id, password_hash } })
    return { message: 'Password changed' }
  },
)

const ownPassword = read(
  {
    summary: 'Stored password of the caller',
    can: 'account',
    output: z.object({ user_id: z.number(), stored: z.string() }),
  },
  async (ctx) => {
    const [account] = await ctx.db
      .select({ user_id: users.id, stored: users.password_hash })
      .from(users)
      .where(eq(users.id, self))
    return found(account)
  },
)

const replacePassword = write(
  {
    summary: 'Replace the password of the caller',
    can: 'account',
    body: z.object({ user_id: z.number(), password_hash: z.string() }),
  },
  async (ctx, { body: { user_id, password_hash } }) => {
    const hash = ctx.caller.kind === 'token' ? ctx.caller.hash : ''
    await Promise.all([
      mustMatch(ctx, users, self),
      updateWhere(ctx, users, eq(users.id, user_id), { password_hash }),
      removeWhere(
        ctx,
        apiTokens,
        and(eq(apiTokens.user_id, user_id), ne(apiTokens.token_hash, hash)),
      ),
      record(ctx, 'user.password_changed', 'user', user_id),
    ])
  },
)
