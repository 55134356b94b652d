import { and, asc } from 'drizzle-orm'
import * as z from 'zod'
import { orSetInactive } from '../../db/errors.ts'
import { arrayPage } from '../../db/pages.ts'
import { insert, newId, remove, same, update } from '../../db/rows.ts'
import { ArrayPaging, flag, Id, searchText } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { Account, AccountDetail, Draft, one, rows } from './account-record.ts'
import { containing } from './search.ts'
import { accountTypes, glAccounts } from './tables.ts'

const about = { module: 'accounting' } as const

export const listAccounts = read(
  {
    ...about,
    summary: 'List GL accounts',
    description: 'The chart of accounts, by code.',
    can: 'ledger:read',
    query: ArrayPaging.extend({
      type: z.enum(accountTypes).optional(),
      role: z.string().max(40).optional(),
      is_active: flag().optional(),
      q: searchText().optional().describe('In code and name'),
    }),
    output: z.array(Account),
  },
  (ctx, { query: { type, role, is_active, q, ...paging } }) =>
    arrayPage(
      ctx,
      glAccounts,
      paging,
      and(
        same(glAccounts.type, type),
        same(glAccounts.role, role),
        same(glAccounts.is_active, is_active),
        containing(q, glAccounts.code, glAccounts.name),
      ),
      [asc(glAccounts.code), asc(glAccounts.id)],
      rows,
    ),
)

export const createAccount = write(
  {
    ...about,
    summary: 'Create GL account',
    can: 'ledger:write',
    body: Draft,
    output: AccountDetail,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, account] = await Promise.all([
      insert(ctx, glAccounts, body),
      one(ctx, newId(glAccounts)),
    ])
    return account
  },
)

export const getAccount = read(
  {
    ...about,
    summary: 'Get GL account',
    can: 'ledger:read',
    params: Id,
    output: AccountDetail,
    on: glAccounts,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateAccount = write(
  {
    ...about,
    summary: 'Update GL account',
    description:
      'Any account may be renamed and renumbered: the service finds its own by their role. Such an account stays in ' +
      'use and keeps type and box; any account with entries keeps its type.',
    can: 'ledger:write',
    params: Id,
    body: Draft.partial(),
    output: AccountDetail,
    on: glAccounts,
  },
  async (ctx, { params: { id }, body }) => {
    const [, account] = await Promise.all([update(ctx, glAccounts, id, body), one(ctx, id)])
    return account
  },
)

export const deleteAccount = write(
  {
    ...about,
    summary: 'Delete GL account',
    description: 'Refused once it has entries, and for accounts that the service posts to.',
    can: 'ledger:write',
    params: Id,
    on: glAccounts,
  },
  async (ctx, { params }) => {
    await orSetInactive(remove(ctx, glAccounts, params.id))
  },
)
