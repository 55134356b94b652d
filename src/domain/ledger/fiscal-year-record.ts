import { asc, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, instant, money, Stamps } from '../../schema.ts'
import { NamedAccount, namedAccount } from './account-record.ts'
import { accountTypes, fiscalYears, glAccounts } from './tables.ts'

/** A fiscal year in a list. */
export const FiscalYear = z.object({
  id: id(),
  year: z.int().meta({ examples: [2026] }),
  start_date: day().meta({ examples: ['2026-01-01'] }),
  end_date: day().meta({ examples: ['2026-12-31'] }),
  status: z.enum(['open', 'closed']).meta({ examples: ['open'] }),
  result: money().describe('Profit, or, negative, loss; of an open year, of what is posted so far'),
  closed_at: instant().nullable(),
  ...Stamps,
})

/** A fiscal year by itself. */
export const FiscalYearDetail = FiscalYear.extend({
  balances: z
    .array(
      z.object({
        account_id: id(),
        account: NamedAccount.extend({ type: z.enum(accountTypes) }),
        balance: money().describe('Debit less credit'),
      }),
    )
    .describe(
      'Of every account at its last day; what earlier years earned stands on the account with role ' +
        '`retained_earnings`',
    ),
})

/** What the year of a row earned so far, in cents. */
export const result = sql<number>`coalesce((
  select -sum(b.balance_cents) from app.balances_before(${fiscalYears}.end_date + 1, ${fiscalYears}.start_date) b
  join ${glAccounts} a on a.id = b.account_id and a.type in ('revenue', 'expense')), 0)`

const columns = {
  id: fiscalYears.id,
  year: fiscalYears.year,
  start_date: fiscalYears.start_date,
  end_date: fiscalYears.end_date,
  status: fiscalYears.status,
  result: subquery<number>(sql`coalesce(${fiscalYears}.result_cents, ${result})`).mapWith(Number),
  closed_at: fiscalYears.closed_at,
  created_at: fiscalYears.created_at,
  updated_at: fiscalYears.updated_at,
}

/** Fiscal years; a select for lists. */
export const rows = (ctx: Selecting) => ctx.db.select(columns).from(fiscalYears)

const balanceRows = (ctx: Selecting) =>
  ctx.db
    .select({
      account_id: glAccounts.id,
      account: { ...namedAccount, type: glAccounts.type },
      balance: sql<number>`b.balance_cents`.mapWith(Number),
    })
    .from(fiscalYears)
    .innerJoin(
      sql`lateral app.balances_before(${fiscalYears.end_date} + 1, ${fiscalYears.start_date}) b`,
      sql`b.balance_cents <> 0`,
    )
    .innerJoin(glAccounts, sql`${glAccounts.id} = b.account_id`)
    .$dynamic()
    .orderBy(asc(glAccounts.code))

/** One fiscal year as answered, with its balances. */
export async function one(ctx: Selecting, id: number | SQL<number>) {
  const [[year], balances] = await Promise.all([
    rowsBy(ctx, rows, fiscalYears.id, id),
    rowsBy(ctx, balanceRows, fiscalYears.id, id),
  ])
  return { ...found(year), balances }
}
