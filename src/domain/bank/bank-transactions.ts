import { and, eq, gt, gte, ilike, lt, lte, ne, or, type SQL } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { mustExist, rowsBy, same } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  day,
  flag,
  Id,
  id,
  idText,
  money,
  Paging,
  pageOf,
  Stamps,
  searchText,
} from '../../schema.ts'
import { read } from '../../verb.ts'
import { Allocation, allocationsOf } from './allocations.ts'
import { candidatesOf } from './candidates.ts'
import { Suggestion, suggestionsFor } from './suggestions.ts'
import { bankAccounts, bankStatements, bankTransactions } from './tables.ts'

const Transaction = z.object({
  id: id(),
  bank_account_id: id(),
  statement_id: id(),
  date: day().describe('On which the bank booked it'),
  amount: money()
    .describe('Below zero: out of the account')
    .meta({ examples: [107.69] }),
  open: money()
    .describe('Not explained yet: it stands on the suspense account')
    .meta({ examples: [107.69] }),
  counterparty_name: z
    .string()
    .nullable()
    .meta({ examples: ['J. Smith'] }),
  counterparty_iban: z
    .string()
    .nullable()
    .meta({ examples: ['NL44RABO0123456789'] }),
  description: z.string().meta({ examples: ['Factuur INV-2026-0001'] }),
  end_to_end_id: z.string().nullable(),
  ...Stamps,
})

/** With what it was for, and what it may be for. */
export const TransactionDetail = Transaction.extend({
  allocations: z.array(Allocation),
  suggestions: z.array(Suggestion).describe('Best first; none for what is explained'),
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: bankTransactions.id,
      bank_account_id: bankTransactions.bank_account_id,
      statement_id: bankTransactions.bank_statement_id,
      date: bankTransactions.booked_on,
      amount: bankTransactions.amount_cents,
      open: bankTransactions.open_cents,
      counterparty_name: bankTransactions.counterparty_name,
      counterparty_iban: bankTransactions.counterparty_iban,
      description: bankTransactions.description,
      end_to_end_id: bankTransactions.end_to_end_id,
      created_at: bankTransactions.created_at,
      updated_at: bankTransactions.updated_at,
    })
    .from(bankTransactions)

const directions = { in: gt, out: lt } as const

export const listBankTransactions = read(
  {
    summary: 'List bank transactions',
    can: 'bank:read',
    module: 'accounting',
    query: Paging.extend({
      bank_account_id: idText().optional(),
      statement_id: idText().optional(),
      open: flag().optional().describe('`1`: those that are not explained yet'),
      direction: z.enum(['in', 'out']).optional(),
      from: day().optional(),
      to: day().optional().describe('That day included'),
      q: searchText().optional().describe('In name, IBAN, description and reference'),
    }),
    output: pageOf(Transaction),
  },
  async (ctx, { query }) => {
    const { bank_account_id, statement_id, open, direction, from, to, q } = query
    const where = and(
      same(bankTransactions.bank_account_id, bank_account_id),
      same(bankTransactions.bank_statement_id, statement_id),
      open === undefined ? undefined : (open ? ne : eq)(bankTransactions.open_cents, 0),
      direction && directions[direction](bankTransactions.amount_cents, 0),
      from === undefined ? undefined : gte(bankTransactions.booked_on, from),
      to === undefined ? undefined : lte(bankTransactions.booked_on, to),
      saying(q),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, bankAccounts, bank_account_id),
      mustExist(ctx, bankStatements, statement_id),
      page(ctx, bankTransactions, query, where, rows),
    ])
    return list
  },
)

function saying(q: string | undefined): SQL | undefined {
  if (!q) return undefined
  const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`
  return or(
    ilike(bankTransactions.counterparty_name, pattern),
    ilike(bankTransactions.description, pattern),
    ilike(bankTransactions.end_to_end_id, pattern),
    ilike(bankTransactions.counterparty_iban, pattern.replaceAll(' ', '')),
  )
}

export const getBankTransaction = read(
  {
    summary: 'Get bank transaction',
    description:
      'With what may explain it; `allocations` of a suggestion go to `…/match` as they are.',
    can: 'bank:read',
    module: 'accounting',
    params: Id,
    output: TransactionDetail,
    on: bankTransactions,
  },
  (ctx, { params }) => transactionDetail(ctx, params.id),
)

/** A transaction with its allocations and suggestions; statements of one tick. */
export async function transactionDetail(ctx: Selecting, id: number) {
  const [[transaction], allocations, candidates] = await Promise.all([
    rowsBy(ctx, rows, bankTransactions.id, id),
    allocationsOf(ctx, id),
    candidatesOf(ctx, [id]),
  ])
  return {
    ...found(transaction),
    allocations,
    suggestions: suggestionsFor(candidates),
  }
}
