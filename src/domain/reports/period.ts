import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import { invalid } from '../../refusal.ts'
import { day } from '../../schema.ts'

/** Query of a report over a period. */
export const PeriodQuery = z.object({
  from: day().optional().describe('First day; that of the fiscal year of `to` when absent'),
  to: day().optional().describe('Last day; today when absent'),
})

/** Query of a report at the end of a day. */
export const DayQuery = z.object({
  date: day().optional().describe('The end of that day; of today when absent'),
  to: day().optional().describe('Another name of `date`'),
})

type Period = z.output<typeof PeriodQuery>

/**
 * A table of a with: `span`, one row with the `first` and `last` day of a period, `year`, the first day of the
 * fiscal year of the first, and `next`, the day after the last. Throws a Refusal when it ends before it begins.
 */
export function spanOf({ from, to }: Period): SQL {
  if (from !== undefined && to !== undefined && from > to) {
    throw invalid({ to: ['The to field must be a date on or after from.'] })
  }
  return sql`span as materialized (
    select first, last, app.book_year_of(first) as year, last + 1 as next from (
      select coalesce(${from ?? null}::date, app.book_year_of(last)) as first, last
      from (select coalesce(${to ?? null}::date, greatest(app.today(), ${from ?? null}::date)) as last) given
    ) span
  )`
}

/** The same, and what stood on each account when it began (`opened`), what was posted before it (`since`) and with it (`upto`). */
export const postedIn = (period: Period): SQL => sql`${spanOf(period)},
  opened as materialized (select b.* from span cross join lateral app.balances_before(first, year) b),
  since as materialized (select b.* from span cross join lateral app.booked_before(first) b),
  upto as materialized (select b.* from span cross join lateral app.booked_before(next) b)`

/** A table of a with: `at`, one row with the `day`, `next`, the one after it, and the first of its fiscal `year`. */
export const dayOf = ({ date, to }: z.output<typeof DayQuery>): SQL => sql`at as materialized (
  select day, day + 1 as next, app.book_year_of(day) as year
  from (select coalesce(${date ?? to ?? null}::date, app.today()) as day) given
)`
