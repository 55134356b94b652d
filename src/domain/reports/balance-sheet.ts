import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { sumCents } from '../../lib/money.ts'
import { found } from '../../refusal.ts'
import { day, money } from '../../schema.ts'
import { glAccounts } from '../ledger/tables.ts'
import { DayQuery, dayOf } from './period.ts'
import type { PrintedReport } from './printed.ts'
import { AccountRow, filenameOf, type Printing, report } from './report.ts'

const amount = () => money().meta({ examples: [107.69] })
const Row = AccountRow.extend({ amount: amount() })

const BalanceSheet = z.object({
  date: day(),
  assets: z.array(Row),
  liabilities: z.array(Row),
  equity: z.array(Row).describe('With the results of earlier years in the retained earnings'),
  result: amount().describe('Of the fiscal year until that day; part of the total of equity'),
  total_assets: amount(),
  total_liabilities: amount(),
  total_equity: amount(),
  total_liabilities_and_equity: amount().describe('Equals the total of assets'),
})

type Figures = z.input<typeof BalanceSheet>
type Rows = Figures['assets']

export const getBalanceSheet = report(
  {
    summary: 'Balance sheet',
    description:
      'What the shop has, what it owes, and the difference. VAT that a return asks back is a liability below zero.',
    query: DayQuery,
    output: BalanceSheet,
  },
  figuresOf,
  printed,
)

interface Standing {
  date: string
  result: number
  rows: (Rows[number] & { type: 'asset' | 'liability' | 'equity' })[]
}

async function figuresOf(ctx: Reading, query: z.output<typeof DayQuery>): Promise<Figures> {
  const { rows } = await ctx.db.execute<{ standing: Standing }>(sql`
    with ${dayOf(query)},
    balance as materialized (select b.* from at cross join lateral app.balances_before(next, year) b), standing as (
      select day, a.id, a.code, a.name, a.type, a.type in ('revenue', 'expense') as is_result,
        case a.type when 'asset' then b.balance_cents else -b.balance_cents end as amount
      from at cross join ${glAccounts} a
      join balance b on b.account_id = a.id
    )
    select jsonb_build_object('date', min(day), 'result', coalesce(sum(amount) filter (where is_result), 0),
      'rows', coalesce(jsonb_agg(jsonb_build_object('account_id', id, 'code', code, 'name', name, 'type', type, 'amount', amount)
        order by code, id) filter (where not is_result and amount <> 0), '[]')) as standing
    from standing`)
  const { date, result, rows: accounts } = found(rows[0]).standing
  const of = (type: string) => accounts.filter((account) => account.type === type)
  const total = (rows: Rows) => sumCents(rows.map((row) => row.amount))
  const total_liabilities = total(of('liability'))
  const total_equity = sumCents([total(of('equity')), result])
  return {
    date,
    assets: of('asset'),
    liabilities: of('liability'),
    equity: of('equity'),
    result,
    total_assets: total(of('asset')),
    total_liabilities,
    total_equity,
    total_liabilities_and_equity: sumCents([total_liabilities, total_equity]),
  }
}

function printed(figures: Figures, { words, date }: Printing): PrintedReport {
  const total = (name: string, amount: number) => ({
    cells: { name, amount },
    strong: true as const,
  })
  const section = (
    heading: string,
    rows: Rows,
    sum: number,
    others: { name: string; amount: number }[] = [],
  ) => [
    { cells: { name: heading }, strong: true as const },
    ...[...rows, ...others].map((cells) => ({ cells: { ...cells } })),
    total(words.totalOf(heading), sum),
  ]
  const { assets, liabilities, equity, result } = figures
  return {
    name: filenameOf('balance-sheet', figures.date),
    title: words.titles['balance-sheet'],
    about: [words.asAt(date(figures.date))],
    columns: [
      { key: 'code', kind: 'text' },
      { key: 'name', kind: 'text', is_wide: true },
      { key: 'amount', kind: 'money' },
    ],
    rows: [
      ...section(words.assets, assets, figures.total_assets),
      ...section(words.equity, equity, figures.total_equity, [
        { name: words.resultOfYear, amount: result },
      ]),
      ...section(words.liabilities, liabilities, figures.total_liabilities),
      total(words.liabilitiesAndEquity, figures.total_liabilities_and_equity),
    ],
  }
}
