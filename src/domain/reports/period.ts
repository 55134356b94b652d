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
 * A table expression of one row: `first` and `last` day of a period, `year`, the first day of the fiscal year
 * of the first, and `next`, the day after the last. Throws a Refusal when it ends before it begins.
 */
export function spanOf({ from, to }: Period): SQL {
  if (from !== undefined && to !== undefined && from > to) {
    throw invalid({ to: ['The to field must be a date on or after from.'] })
  }
  return sql`(
    select span.*, app.book_year_of(first) as year, last + 1 as next from (
      select coalesce(${from ?? null}::date, app.book_year_of(last)) as first, last
      from (select coalesce(${to ?? null}::date, greatest(app.today(), ${from ?? null}::date)) as last) given
    ) span
  )`
}

/** A table expression of one row: the `day`, `next`, the one after it, and the first of its fiscal `year`. */
export const dayOf = ({ date, to }: z.output<typeof DayQuery>): SQL => sql`(
  select day, day + 1 as next, app.book_year_of(day) as year
  from (select coalesce(${date ?? to ?? null}::date, app.today()) as day) given
)`
