import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { day, flag, money } from '../../schema.ts'
import { glAccounts } from '../ledger/tables.ts'
import { PeriodQuery, postedIn } from './period.ts'
import type { PrintedReport } from './printed.ts'
import { AccountRow, filenameOf, type Printing, report } from './report.ts'

const Query = PeriodQuery.extend({
  zero: flag().optional().describe('With accounts that have neither balance nor movement'),
})

const TrialBalance = z.object({
  from: day(),
  to: day(),
  rows: z.array(
    AccountRow.extend({
      type: z.string().meta({ examples: ['asset'] }),
      opening: money()
        .describe('When the period begins; debit is above zero')
        .meta({ examples: [0] }),
      debit: money().meta({ examples: [107.69] }),
      credit: money().meta({ examples: [0] }),
      balance: money().meta({ examples: [107.69] }),
    }),
  ),
  total_debit: money().meta({ examples: [107.69] }),
  total_credit: money().meta({ examples: [107.69] }),
})

type Figures = z.input<typeof TrialBalance>

export const getTrialBalance = report(
  {
    summary: 'Trial balance',
    description:
      'Debit and credit of the period by account, with the balances before and after it. Revenue and expenses ' +
      'start at zero each fiscal year; the results of earlier years are in the opening of the retained earnings.',
    query: Query,
    output: TrialBalance,
  },
  figuresOf,
  printed,
)

async function figuresOf(ctx: Reading, query: z.output<typeof Query>): Promise<Figures> {
  const { rows } = await ctx.db.execute<{ figures: Figures }>(sql`
    with ${postedIn(query)}, posted as (
      select first, last, a.id, a.code, a.name, a.type, opened.balance_cents as opening,
        upto.debit_cents - since.debit_cents as debit, upto.credit_cents - since.credit_cents as credit
      from span
      cross join ${glAccounts} a
      join opened on opened.account_id = a.id join since on since.account_id = a.id join upto on upto.account_id = a.id
    )
    select jsonb_build_object('from', min(first), 'to', min(last),
      'total_debit', coalesce(sum(debit), 0), 'total_credit', coalesce(sum(credit), 0),
      'rows', coalesce(jsonb_agg(jsonb_build_object('account_id', id, 'code', code, 'name', name, 'type', type,
          'opening', opening, 'debit', debit, 'credit', credit, 'balance', opening + debit - credit) order by code, id)
        filter (where ${query.zero === true} or opening <> 0 or debit <> 0 or credit <> 0), '[]')) as figures
    from posted`)
  return found(rows[0]).figures
}

function printed(figures: Figures, { words, date }: Printing): PrintedReport {
  const { from, to, total_debit, total_credit } = figures
  return {
    name: filenameOf('trial-balance', from, to),
    title: words.titles['trial-balance'],
    about: [words.period(date(from), date(to))],
    columns: [
      { key: 'code', kind: 'text' },
      { key: 'name', kind: 'text', is_wide: true },
      { key: 'opening', kind: 'money' },
      { key: 'debit', kind: 'money' },
      { key: 'credit', kind: 'money' },
      { key: 'balance', kind: 'money' },
    ],
    rows: [
      ...figures.rows.map((cells) => ({ cells })),
      {
        cells: { name: words.total, debit: total_debit, credit: total_credit },
        strong: true,
      },
    ],
  }
}
