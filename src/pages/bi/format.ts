import type { Locale } from './words.ts'

const tags: Record<Locale, string> = { nl: 'nl-NL', en: 'en-GB' }

/** Writes figures the way the shop does; `null` is a dash. */
export function formatter(locale: Locale, timeZone: string) {
  const tag = tags[locale]
  const numbers = (options: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(tag, options)
    return (value: number | null) => (value === null ? '–' : format.format(value))
  }
  // A calendar day has no zone: it is written as the day it is.
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(tag, { ...options, timeZone: 'UTC' })
  const midnight = (date: string) => new Date(`${date}T00:00:00Z`)
  const short = dates({ day: 'numeric', month: 'short' })
  const full = dates({ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' })
  const span = dates({ day: 'numeric', month: 'short', year: 'numeric' })
  const clock = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', timeZone })
  const percent = numbers({ style: 'percent', maximumFractionDigits: 1 })
  const growth = numbers({
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  })
  return {
    euro: numbers({ style: 'currency', currency: 'EUR' }),
    /** For an axis. */
    roundEuro: numbers({
      style: 'currency',
      currency: 'EUR',
      notation: 'compact',
      maximumFractionDigits: 1,
    }),
    count: numbers({ maximumFractionDigits: 2 }),
    percent: (value: number | null) => percent(value === null ? null : value / 100),
    growth: (value: number | null) => growth(value === null ? null : value / 100),
    hours: numbers({ style: 'unit', unit: 'hour', unitDisplay: 'long', maximumFractionDigits: 1 }),
    days: numbers({ style: 'unit', unit: 'day', unitDisplay: 'long', maximumFractionDigits: 1 }),
    day: (date: string) => short.format(midnight(date)),
    fullDay: (date: string) => full.format(midnight(date)),
    span: (from: string, to: string) => span.formatRange(midnight(from), midnight(to)),
    time: (instant: Date) => clock.format(instant),
  }
}

export type Format = ReturnType<typeof formatter>
