import { addDays, daysBetween } from '../../lib/dates.ts'

/** A bar of the revenue: a day, or the days of a week that lie in the period. */
export interface Stretch {
  from: string
  to: string
  amount: number
}

/** More bars than this are thinner than a finger can tell apart on a phone. */
const mostDays = 92

/** Day by day, or week by week (from Monday) where that would be too many. Amounts in euros. */
export function stretchesOf(data: readonly { date: string; amount: number }[]): Stretch[] {
  const byDay = data.map(({ date, amount }) => ({ from: date, to: date, amount }))
  if (byDay.length <= mostDays) return byDay
  const weeks = Map.groupBy(byDay, ({ from }) => mondayOf(from))
  return [...weeks.values()].map((days) => ({
    from: days[0]?.from ?? '',
    to: days.at(-1)?.to ?? '',
    amount: days.reduce((sum_cents, { amount }) => sum_cents + Math.round(amount * 100), 0) / 100,
  }))
}

/** 1 January 2024 was a Monday. */
function mondayOf(date: string): string {
  const days = daysBetween('2024-01-01', date)
  return addDays(date, -(((days % 7) + 7) % 7))
}
