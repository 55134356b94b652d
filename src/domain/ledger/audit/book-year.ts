import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import { addDays, addMonths } from '../../../lib/dates.ts'
import { fiscalYears } from '../tables.ts'

/** The year of an audit file; that of the calendar where the shop has not said otherwise. */
export interface BookYear {
  year: number
  start_date: string
  end_date: string
}

/** Query of whatever is about a book year. */
export const YearQuery = z.object({
  year: z
    .string()
    .regex(/^20\d\d$/, 'must be a year from 2000 to 2099')
    .transform(Number)
    .meta({ type: 'integer', minimum: 2000, maximum: 2099, examples: [2026] })
    .describe('Fiscal year; without one of that number, the calendar year'),
})

/** A book year as a row of `start_date` and `end_date`. */
export const bookYearRow = (year: number): SQL => sql`(
  select coalesce(min(${fiscalYears.start_date}), make_date(${year}::int, 1, 1)) as start_date,
    coalesce(min(${fiscalYears.end_date}), make_date(${year}::int, 12, 31)) as end_date
  from ${fiscalYears} where ${fiscalYears.year} = ${year})`

/** `2026`, or `2026-2027` for a year that begins in one and ends in the next. */
export function labelOf({ year, start_date, end_date }: BookYear): string {
  const [from, to] = [start_date.slice(0, 4), end_date.slice(0, 4)]
  return from === to ? String(year) : `${from}-${to}`
}

/** Months of a book year, the first is 1; the first and the last end where the year does. */
export function monthsOf({ start_date, end_date }: Omit<BookYear, 'year'>) {
  const months: { number: number; start_date: string; end_date: string }[] = []
  let from = start_date
  while (from <= end_date) {
    const next = addMonths(`${from.slice(0, 7)}-01`, 1)
    const last = addDays(next, -1)
    months.push({
      number: months.length + 1,
      start_date: from,
      end_date: last < end_date ? last : end_date,
    })
    from = next
  }
  return months
}
