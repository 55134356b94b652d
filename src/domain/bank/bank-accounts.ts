import { asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { guard, insert, newId, remove, rowsBy, subquery, update } from '../../db/rows.ts'
import { isIban } from '../../lib/iban.ts'
import { found } from '../../refusal.ts'
import { ArrayPaging, Id, id, money, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { glAccounts } from '../ledger/tables.ts'
import { bankAccounts, bankStatements, bankTransactions } from './tables.ts'

const ofBank = { examples: ['NL91ABNA0417164300'] }

const BankAccount = z.object({
  id: id(),
  iban: z.string().meta(ofBank),
  name: z.string().meta({ examples: ['Zakelijke rekening'] }),
  account_id: id().describe('Of the chart of accounts'),
  balance: money()
    .nullable()
    .describe('At the end of the last statement; null before the first')
    .meta({ examples: [1250.5] }),
  balance_date: z
    .string()
    .nullable()
    .meta({ format: 'date', examples: ['2026-03-27'] }),
  open_transactions: z
    .int()
    .describe('Not explained yet')
    .meta({ examples: [3] }),
  ...Stamps,
})

const Draft = z.object({
  iban: z
    .string()
    .max(50)
    .transform((value) => value.replace(/[\s.-]/g, '').toUpperCase())
    .refine(isIban, 'must be a valid IBAN')
    .meta({ type: 'string', ...ofBank }),
  name: text(),
  account_id: id()
    .optional()
    .describe('An asset or a liability without postings of its own; the account Bank when absent'),
})

/** Statements of one day follow each other as they came. */
const lastStatement = <T>(column: SQL) =>
  subquery<T | null>(sql`select ${column} from ${bankStatements}
    where ${bankStatements.bank_account_id} = ${bankAccounts.id}
    order by ${bankStatements.to_date} desc, ${bankStatements.id} desc limit 1`)

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: bankAccounts.id,
      iban: bankAccounts.iban,
      name: bankAccounts.name,
      account_id: bankAccounts.account_id,
      balance: lastStatement<number>(sql`${bankStatements.closing_cents}`).mapWith((value) =>
        value === null ? null : Number(value),
      ),
      balance_date: lastStatement<string>(sql`${bankStatements.to_date}::text`),
      open_transactions: subquery<number>(
        sql`select count(*)::int from ${bankTransactions}
          where ${bankTransactions.bank_account_id} = ${bankAccounts.id} and ${bankTransactions.open_cents} <> 0`,
      ),
      created_at: bankAccounts.created_at,
      updated_at: bankAccounts.updated_at,
    })
    .from(bankAccounts)

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [account] = await rowsBy(ctx, rows, bankAccounts.id, id)
  return found(account)
}

export const listBankAccounts = read(
  {
    summary: 'List bank accounts',
    can: 'bank:read',
    module: 'accounting',
    query: ArrayPaging,
    output: z.array(BankAccount),
  },
  (ctx, { query }) => arrayPage(ctx, bankAccounts, query, undefined, [asc(bankAccounts.id)], rows),
)

/** Money in the bank stands on an account of its own, which nothing else is posted to. */
const mustHoldMoney = (ctx: Writing, account_id: number, except = 0) =>
  guard(
    ctx,
    // One that is not there is refused by its foreign key.
    sql`not exists (select from ${glAccounts} where ${glAccounts.id} = ${account_id} and (
        ${glAccounts.type} not in ('asset', 'liability') or not ${glAccounts.is_active}
        or coalesce(${glAccounts.role} <> 'bank', false)))
      and not exists (select from ${bankAccounts} where ${bankAccounts.account_id} = ${account_id}
        and ${bankAccounts.id} <> ${except})`,
    {
      code: 'validation_failed',
      message:
        'The account id field must name an account for money that no other bank account and no posting of the shop uses.',
      field: 'account_id',
    },
  )

/** The account with the role `bank`, as long as no bank account has it. */
const mustBeFirst = (ctx: Writing) =>
  guard(
    ctx,
    sql`not exists (select from ${bankAccounts} where ${bankAccounts.account_id} = app.account_of('bank'))`,
    {
      code: 'validation_failed',
      message: 'The account id field is required: another bank account uses the account Bank.',
      field: 'account_id',
    },
  )

export const createBankAccount = write(
  {
    summary: 'Create bank account',
    can: 'bank:write',
    module: 'accounting',
    body: Draft,
    output: BankAccount,
    status: 201,
  },
  async (ctx, { body }) => {
    const { account_id } = body
    const [, , account] = await Promise.all([
      account_id === undefined ? mustBeFirst(ctx) : mustHoldMoney(ctx, account_id),
      insert(ctx, bankAccounts, {
        ...body,
        account_id: account_id ?? sql`app.account_of('bank')`,
      }),
      one(ctx, newId(bankAccounts)),
    ])
    return account
  },
)

export const getBankAccount = read(
  {
    summary: 'Get bank account',
    can: 'bank:read',
    module: 'accounting',
    params: Id,
    output: BankAccount,
    on: bankAccounts,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateBankAccount = write(
  {
    summary: 'Update bank account',
    description: 'With statements it keeps its IBAN and its account in the ledger.',
    can: 'bank:write',
    module: 'accounting',
    params: Id,
    body: Draft.partial(),
    output: BankAccount,
    on: bankAccounts,
  },
  async (ctx, { params: { id }, body }) => {
    const [, , , account] = await Promise.all([
      mustStay(ctx, id, body),
      body.account_id !== undefined && mustHoldMoney(ctx, body.account_id, id),
      update(ctx, bankAccounts, id, body),
      one(ctx, id),
    ])
    return account
  },
)

/** What was posted does not move to another account, nor a statement to another IBAN. */
async function mustStay(
  ctx: Writing,
  id: number,
  { iban, account_id }: { iban?: string | undefined; account_id?: number | undefined },
) {
  if (iban === undefined && account_id === undefined) return
  await guard(
    ctx,
    sql`exists (select from ${bankAccounts} where ${eq(bankAccounts.id, id)}
        and ${bankAccounts.iban} = coalesce(${iban ?? null}, ${bankAccounts.iban})
        and ${bankAccounts.account_id} = coalesce(${account_id ?? null}::bigint, ${bankAccounts.account_id}))
      or not exists (select from ${bankStatements} where ${eq(bankStatements.bank_account_id, id)})`,
    {
      code: 'account_used',
      message: 'A bank account with statements keeps its IBAN and its account in the ledger.',
    },
  )
}

export const deleteBankAccount = write(
  {
    summary: 'Delete bank account',
    can: 'bank:write',
    module: 'accounting',
    params: Id,
    on: bankAccounts,
  },
  async (ctx, { params }) => {
    await remove(ctx, bankAccounts, params.id)
  },
)
