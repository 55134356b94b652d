import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { sumCents } from '../../lib/money.ts'
import { found } from '../../refusal.ts'
import { day, money } from '../../schema.ts'
import { glAccounts } from '../ledger/tables.ts'
import { PeriodQuery, spanOf } from './period.ts'
import type { PrintedReport } from './printed.ts'
import { AccountRow, filenameOf, type Printing, report } from './report.ts'

const Query = PeriodQuery.extend({
  compare: z
    .enum(['previous_period', 'previous_year'])
    .optional()
    .describe('With the period as long just before it, or with the same days a year earlier'),
})

const amount = () => money().meta({ examples: [89] })
const previous = () => money().nullable().describe('Of the period that is compared with')

const Row = AccountRow.extend({ amount: amount(), previous: previous() })

const ProfitLoss = z.object({
  from: day(),
  to: day(),
  previous_from: day().nullable(),
  previous_to: day().nullable(),
  revenue: z.array(Row),
  expenses: z.array(Row),
  total_revenue: amount(),
  total_expenses: amount(),
  result: amount().describe('Revenue less expenses; below zero is a loss'),
  previous_total_revenue: previous(),
  previous_total_expenses: previous(),
  previous_result: previous(),
})

type Figures = z.input<typeof ProfitLoss>
type Rows = Figures['revenue']

export const getProfitLoss = report(
  {
    summary: 'Profit and loss',
    description:
      'Revenue and expenses of the period by account. A loss on an account of revenue is below zero.',
    query: Query,
    output: ProfitLoss,
  },
  figuresOf,
  printed,
)

/**
 * The period that another is compared with. Before whole months come as many whole months; a year before the
 * last day of a month is the last day of that month.
 */
const before = {
  previous_period: sql`(
    select case when is_whole then (first - make_interval(months => months))::date else first - (next - first) end as first, first as next
    from (select extract(day from first) = 1 and extract(day from next) = 1 as is_whole,
      (extract(year from age(next, first)) * 12 + extract(month from age(next, first)))::int as months) length)`,
  previous_year: sql`(select (first - interval '1 year')::date as first, (next - interval '1 year')::date as next)`,
}

interface Posted {
  from: string
  to: string
  previous_from: string | null
  previous_to: string | null
  rows: (Rows[number] & { type: 'revenue' | 'expense' })[]
}

async function figuresOf(ctx: Reading, query: z.output<typeof Query>): Promise<Figures> {
  const compared = query.compare
    ? before[query.compare]
    : sql`(select null::date as first, null::date as next)`
  const { rows } = await ctx.db.execute<{ posted: Posted }>(sql`
    with ${spanOf(query)},
    past as materialized (select past.first, past.next from span cross join lateral ${compared} past),
    since as materialized (select b.* from span cross join lateral app.booked_before(first) b),
    upto as materialized (select b.* from span cross join lateral app.booked_before(next) b),
    past_since as materialized (select b.* from past cross join lateral app.booked_before(first) b where first is not null),
    past_upto as materialized (select b.* from past cross join lateral app.booked_before(next) b where first is not null),
    posted as (
      select a.id, a.code, a.name, a.type, ${earned('upto', 'since')} as amount, ${earned('past_upto', 'past_since')} as previous
      from ${glAccounts} a
      join since on since.account_id = a.id join upto on upto.account_id = a.id
      left join past_since on past_since.account_id = a.id left join past_upto on past_upto.account_id = a.id
      where a.type in ('revenue', 'expense')
    )
    select jsonb_build_object('from', span.first, 'to', span.last,
      'previous_from', past.first, 'previous_to', past.next - 1,
      'rows', coalesce(jsonb_agg(jsonb_build_object('account_id', id, 'code', code, 'name', name, 'type', type,
          'amount', amount, 'previous', previous) order by code, id)
        filter (where amount <> 0 or previous <> 0), '[]')) as posted
    from span cross join past left join posted on true group by span.first, span.last, past.first, past.next`)
  const { rows: accounts, ...period } = found(rows[0]).posted
  const of = (type: string) => accounts.filter((account) => account.type === type)
  return { ...period, ...totalsOf(of('revenue'), of('expense'), query.compare !== undefined) }
}

/** Of revenue what was credited, of expenses what was debited, between two days. */
const earned = (upto: string, since: string) => {
  const credit = sql.raw(`(${upto}.credit_cents - ${since}.credit_cents)`)
  const debit = sql.raw(`(${upto}.debit_cents - ${since}.debit_cents)`)
  return sql`case a.type when 'revenue' then ${credit} - ${debit} else ${debit} - ${credit} end`
}

function totalsOf(revenue: Rows, expenses: Rows, isCompared: boolean) {
  const total = (rows: Rows) => sumCents(rows.map((row) => row.amount))
  const previous = (rows: Rows) => sumCents(rows.map((row) => row.previous ?? 0))
  return {
    revenue,
    expenses,
    total_revenue: total(revenue),
    total_expenses: total(expenses),
    result: total(revenue) - total(expenses),
    previous_total_revenue: isCompared ? previous(revenue) : null,
    previous_total_expenses: isCompared ? previous(expenses) : null,
    previous_result: isCompared ? previous(revenue) - previous(expenses) : null,
  }
}

function printed(figures: Figures, { words, date }: Printing): PrintedReport {
  const { from, to, previous_from, previous_to } = figures
  const isCompared = previous_from !== null && previous_to !== null
  return {
    name: filenameOf('profit-loss', from, to),
    title: words.titles['profit-loss'],
    about: [
      words.period(date(from), date(to)),
      ...(isCompared ? [words.comparedTo(date(previous_from), date(previous_to))] : []),
    ],
    columns: [
      { key: 'code', kind: 'text' },
      { key: 'name', kind: 'text', is_wide: true },
      { key: 'amount', kind: 'money' },
      ...(isCompared ? [{ key: 'previous', kind: 'money' } as const] : []),
    ],
    rows: [
      { cells: { name: words.revenue }, strong: true },
      ...figures.revenue.map((cells) => ({ cells })),
      total(words.totalOf(words.revenue), figures.total_revenue, figures.previous_total_revenue),
      { cells: { name: words.expenses }, strong: true },
      ...figures.expenses.map((cells) => ({ cells })),
      total(words.totalOf(words.expenses), figures.total_expenses, figures.previous_total_expenses),
      total(words.result, figures.result, figures.previous_result),
    ],
  }
}

const total = (name: string, amount: number, previous: number | null) => ({
  cells: { name, amount, previous },
  strong: true as const,
})
