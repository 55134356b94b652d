/** Calendar days as `YYYY-MM-DD` strings; they have no zone, so the arithmetic is done in UTC. */

const day_ms = 24 * 60 * 60 * 1000

/** True for a day that exists, years 0001–9999: `2026-02-30` does not. */
export function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value) || value.startsWith('0000')) return false
  const instant = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value)
}

/** The day n days later, earlier when negative. RangeError when a day does not exist. */
export function addDays(date: string, days: number): string {
  const moved = new Date(midnight(date).getTime() + days * day_ms).toISOString().slice(0, 10)
  if (!isCalendarDate(moved)) throw new RangeError('Day out of range')
  return moved
}

/** Days from one day to another, negative when it is earlier. RangeError when a day does not exist. */
export const daysBetween = (from: string, to: string): number =>
  (midnight(to).getTime() - midnight(from).getTime()) / day_ms

/**
 * The month that many months later, on the day that is aimed at or the last one before it: of 31 January
 * comes 28 February and, aiming at 31, then 31 March. RangeError when a day does not exist.
 */
export function addMonths(date: string, months: number, aimed_day = Number(date.slice(8))): string {
  const first = midnight(date)
  first.setUTCDate(1)
  first.setUTCMonth(first.getUTCMonth() + months)
  const last = new Date(first)
  last.setUTCMonth(last.getUTCMonth() + 1, 0)
  const day = Math.min(aimed_day, last.getUTCDate())
  return addDays(first.toISOString().slice(0, 10), day - 1)
}

/** For people: `27 maart 2026` or `27 March 2026`. RangeError when the day does not exist. */
export function formatDate(date: string, locale: 'nl' | 'en'): string {
  return new Intl.DateTimeFormat(locale === 'nl' ? 'nl-NL' : 'en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(midnight(date))
}

/** The calendar day it is at that instant in an IANA zone. RangeError on an unknown zone. */
export function dayIn(zone: string, instant: Date): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(instant)
  const part = (type: 'year' | 'month' | 'day') =>
    parts.find((found) => found.type === type)?.value ?? ''
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`
}

function midnight(date: string): Date {
  if (!isCalendarDate(date)) throw new RangeError('Not a calendar day')
  return new Date(`${date}T00:00:00Z`)
}
