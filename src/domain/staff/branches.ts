import { and, eq, getTableColumns, isNull, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { insert, newId, same, subquery, updateWhere } from '../../db/rows.ts'
import { found, notFound } from '../../refusal.ts'
import {
  ArrayPaging,
  flag,
  Id,
  id,
  optionalEmail,
  optionalText,
  Stamps,
  text,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { users } from '../identity/tables.ts'
import { warehouses } from '../warehouse/bins-table.ts'
import { branches, employees } from './tables.ts'

const Branch = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Amsterdam HQ'] }),
  address: z
    .string()
    .nullable()
    .meta({ examples: ['Damrak 1, Amsterdam'] }),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  active: z.boolean().meta({ examples: [true] }),
  ...Stamps,
})

/** A branch by itself. */
const BranchDetail = Branch.extend({
  users_count: z.int().meta({ examples: [4] }),
  employees_count: z.int().meta({ examples: [6] }),
  warehouses_count: z.int().meta({ examples: [1] }),
})

const Draft = z.object({
  name: text(),
  address: optionalText(),
  phone: optionalText(50),
  email: optionalEmail(),
  active: z.boolean().optional(),
})

const { tenant_id: _tenant, deleted_at: _deleted, ...columns } = getTableColumns(branches)

const rows = (ctx: Selecting) => ctx.db.select(columns).from(branches)

const countOf = (table: PgTable & { branch_id: PgColumn }) =>
  subquery<number>(
    sql`select count(*)::int from ${table} where ${table.branch_id} = ${branches.id}`,
  )

const detailRows = (ctx: Selecting) =>
  ctx.db
    .select({
      ...columns,
      users_count: countOf(users),
      employees_count: countOf(employees),
      warehouses_count: countOf(warehouses),
    })
    .from(branches)

/** A deleted branch is there only for the old records that name it. */
const existing = (id: number | ReturnType<typeof newId>) =>
  and(eq(branches.id, id), isNull(branches.deleted_at))

const one = async (ctx: Selecting, id: number | ReturnType<typeof newId>) => {
  const [branch] = await detailRows(ctx).where(existing(id))
  return found(branch)
}

/** 404 for lists of a branch that is not there, or not any more. */
export async function mustBeBranch(ctx: Selecting, id: number) {
  found((await ctx.db.select({ id: branches.id }).from(branches).where(existing(id)))[0])
}

export const listBranches = read(
  {
    summary: 'List branches',
    can: 'branches:read',
    query: ArrayPaging.extend({ active: flag().optional() }),
    output: z.array(Branch),
  },
  (ctx, { query }) =>
    arrayPage(
      ctx,
      branches,
      query,
      and(isNull(branches.deleted_at), same(branches.active, query.active)),
      [sql`${branches.id}`],
      rows,
    ),
)

export const createBranch = write(
  {
    summary: 'Create branch',
    can: 'branches:write',
    body: Draft,
    output: BranchDetail,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, branch] = await Promise.all([insert(ctx, branches, body), one(ctx, newId(branches))])
    return branch
  },
)

export const getBranch = read(
  { summary: 'Get branch', can: 'branches:read', params: Id, output: BranchDetail, on: branches },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateBranch = write(
  {
    summary: 'Update branch',
    description: 'Update branch name, address, contact details, or active state.',
    can: 'branches:write',
    params: Id,
    body: Draft.partial(),
    output: BranchDetail,
    on: branches,
  },
  async (ctx, { params, body }) => {
    const [, branch] = await Promise.all([
      updateWhere(ctx, branches, existing(params.id), body),
      one(ctx, params.id),
    ])
    return branch
  },
)

export const deleteBranch = write(
  {
    summary: 'Delete branch',
    description:
      'Soft-deletes the branch: it leaves the lists, stays on the records that name it, and no new one may, but ' +
      'for a document that is made from one of its records. Its people, warehouses and open work stay until ' +
      'somebody moves them.',
    can: 'branches:write',
    params: Id,
    on: branches,
  },
  async (ctx, { params }) => {
    const deleted_at = sql`app.now()`
    if ((await updateWhere(ctx, branches, existing(params.id), { deleted_at })) === 0) {
      throw notFound()
    }
  },
)
