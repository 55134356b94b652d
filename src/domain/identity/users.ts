import { and, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { insert, mustExist, record, remove, rowsBy, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { email, flag, Id, id, idText, Paging, pageOf, searchText, text } from '../../schema.ts'
import { call, read, transact } from '../../verb.ts'
import { mustBeBranch } from '../staff/branches.ts'
import { branches, employees } from '../staff/tables.ts'
import { Me, profile } from './account.ts'
import { hashPassword, newPassword } from './passwords.ts'
import { roles, shopRoles } from './permissions.ts'
import { endTokens, linkEmployee, lockUser, takeSeat } from './staffing.ts'
import { users } from './tables.ts'

const User = Me.extend({ active: z.boolean() })

const Draft = z.object({
  name: text(),
  email: email(),
  password: newPassword(),
  role: z.enum(shopRoles),
  branch_id: id().nullable().optional(),
  employee_id: id().nullable().optional(),
  active: z.boolean().optional().describe('An inactive user cannot log in and takes no seat'),
})

/** What a verb inside the transaction gets: the hash was made before, outside of it. */
const Hashed = Draft.omit({ password: true }).extend({ password_hash: z.string() })

const rows = (ctx: Selecting) =>
  ctx.db
    .select({ ...profile, active: users.active })
    .from(users)
    .leftJoin(employees, eq(employees.user_id, users.id))

const one = async (ctx: Selecting, id: number) => {
  const [user] = await rowsBy(ctx, rows, users.id, id)
  return found(user)
}

export const listRoles = read(
  {
    summary: 'List roles',
    description: 'The permissions of each role that a user can have.',
    can: 'account',
    output: z.array(
      z.object({ name: z.string(), label: z.string(), permissions: z.array(z.string()) }),
    ),
  },
  async (ctx) => {
    // Nothing is read, but only the database knows whether there is an account.
    await ctx.db.execute(sql`select 1`)
    return shopRoles.map((name) => {
      const { label, permissions } = found(roles[name])
      return { name, label, permissions: [...permissions] }
    })
  },
)

export const listUsers = read(
  {
    summary: 'List users',
    can: 'users:manage',
    query: Paging.extend({
      q: searchText().optional().describe('Name or e-mail'),
      role: z.enum(shopRoles).optional(),
      branch_id: idText().optional(),
      active: flag().optional(),
    }),
    output: pageOf(User),
  },
  async (ctx, { query }) => {
    const where = and(
      same(users.role, query.role),
      same(users.branch_id, query.branch_id),
      same(users.active, query.active),
      query.q
        ? sql`strpos(app.fold(${users.name} || ' ' || ${users.email}), btrim(app.fold(${query.q}))) > 0`
        : undefined,
    )
    const [, list] = await Promise.all([
      mustExist(ctx, branches, query.branch_id),
      page(ctx, users, query, where, rows),
    ])
    return list
  },
)

export const listBranchUsers = read(
  {
    summary: 'List users of branch',
    can: 'users:manage',
    params: Id,
    query: Paging.extend({ active: flag().optional() }),
    output: pageOf(User),
    on: branches,
  },
  async (ctx, { params: { id }, query }) => {
    const where = and(eq(users.branch_id, id), same(users.active, query.active))
    const [, list] = await Promise.all([
      mustBeBranch(ctx, id),
      page(ctx, users, query, where, rows),
    ])
    return list
  },
)

export const getUser = read(
  { summary: 'Get user', can: 'users:manage', params: Id, output: User, on: users },
  (ctx, { params }) => one(ctx, params.id),
)

export const createUser = call(
  {
    summary: 'Create user',
    description: 'Takes a seat of the licence. `employee_id` ties the account to an employee.',
    can: 'users:manage',
    body: Draft,
    output: User,
    status: 201,
  },
  async (ctx, { body: { password, ...user } }) =>
    addUser(ctx, { body: { ...user, password_hash: await hashPassword(password) } }),
)

const addUser = transact(
  { summary: 'Add a user', can: 'users:manage', body: Hashed, output: User },
  async (ctx, { body: { employee_id, ...user } }) => {
    if (user.active !== false) await takeSeat(ctx)
    const [added] = await insert(ctx, users, user)
    const { id } = found(added)
    if (employee_id !== undefined) await linkEmployee(ctx, id, employee_id)
    return one(ctx, id)
  },
)

export const updateUser = call(
  {
    summary: 'Update user',
    description:
      'A new role counts from the next request on. A new password, or `active: false`, ends the sessions and tokens of the user.',
    can: 'users:manage',
    params: Id,
    body: Draft.partial(),
    output: User,
    on: users,
  },
  async (ctx, { params, body: { password, ...changes } }) => {
    const password_hash = password === undefined ? undefined : await hashPassword(password)
    return changeUser(ctx, { params, body: { ...changes, password_hash } })
  },
)

const changeUser = transact(
  {
    summary: 'Change a user',
    can: 'users:manage',
    params: Id,
    body: Hashed.partial(),
    output: User,
    on: users,
  },
  async (ctx, { params: { id }, body: { employee_id, ...changes } }) => {
    const { role, active } = changes
    const before = await lockUser(
      ctx,
      id,
      (user) => active === false || (role !== undefined && role !== user.role),
    )
    if (active && !before.active) await takeSeat(ctx)
    await update(ctx, users, id, changes)
    if (employee_id !== undefined) await linkEmployee(ctx, id, employee_id)
    if (active === false || changes.password_hash) await endTokens(ctx, id)
    if (changes.password_hash) await record(ctx, 'user.password_changed', 'user', id)
    return one(ctx, id)
  },
)

export const deleteUser = transact(
  {
    summary: 'Delete user',
    description: 'Refused while notes or files carry the name of the user; deactivate instead.',
    can: 'users:manage',
    params: Id,
    on: users,
  },
  async (ctx, { params: { id } }) => {
    await lockUser(ctx, id, () => true)
    await linkEmployee(ctx, id, null)
    await remove(ctx, users, id)
  },
)
