import { addDays, dayIn } from './dates.ts'

/** When a shop works. */
export interface Calendar {
  /** IANA name. */
  timezone: string
  /**
   * `mon` … `sun` → hours such as `09:00-12:30`, the end up to `24:00`; a day that is not there is closed.
   * null: open always, on holidays too, because such a shop has not said when it works at all.
   */
  opening_hours: Readonly<Record<string, readonly string[]>> | null
  /** Days on which it is closed, `YYYY-MM-DD`. */
  holidays: readonly string[]
}

/** From and until, in ms since the epoch. */
type Span = readonly [from: number, until: number]

const minute_ms = 60_000
const day_ms = 24 * 60 * minute_ms

/** Ten years: what is further away is no deadline any more, nor is the end of work that never begins. */
const horizon_days = 3660

/**
 * The first moment at which so much working time has gone by: of eight hours from nine to five it is five,
 * not nine the next day, and of no time at all the start itself.
 *
 * @returns null when that is more than ten years away, as in a shop that is never open
 */
export function addWorkingTime(calendar: Calendar, from: Date, minutes: number): Date | null {
  const start = from.getTime()
  let left_ms = Math.round(minutes * minute_ms)
  if (!calendar.opening_hours || left_ms <= 0) return new Date(start + Math.max(0, left_ms))
  for (const [opens, closes] of openSpans(calendar, from, horizon_days)) {
    const begins = Math.max(opens, start)
    const open_ms = Math.max(0, closes - begins)
    if (left_ms <= open_ms) return new Date(begins + left_ms)
    left_ms -= open_ms
  }
  return null
}

/** Minutes of working time between two moments; 0 when the second is not after the first. */
export function workingMinutes(calendar: Calendar, from: Date, to: Date): number {
  const [start, end] = [from.getTime(), to.getTime()]
  if (end <= start) return 0
  if (!calendar.opening_hours) return (end - start) / minute_ms
  let open_ms = 0
  // A day more at either end than there can be between them.
  for (const [opens, closes] of openSpans(calendar, from, (end - start) / day_ms + 2)) {
    if (opens >= end) break
    open_ms += Math.max(0, Math.min(closes, end) - Math.max(opens, start))
  }
  return open_ms / minute_ms
}

/** The hours of the day of that moment, in the shop's zone, and of so many days after, in order. */
function* openSpans(calendar: Calendar, from: Date, days: number): Generator<Span> {
  let day = dayIn(calendar.timezone, from)
  for (let n = 0; n <= days; n++) {
    yield* spansOf(calendar, day)
    day = addDays(day, 1)
  }
}

/** What was worked out for a calendar: reports ask for the same days again and again. */
const known = new WeakMap<Calendar, Map<string, Span[]>>()

function spansOf(calendar: Calendar, day: string): Span[] {
  let days = known.get(calendar)
  if (!days) {
    days = new Map()
    known.set(calendar, days)
  }
  let spans = days.get(day)
  if (!spans) {
    spans = reckonSpans(calendar, day)
    days.set(day, spans)
  }
  return spans
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

function reckonSpans({ timezone, opening_hours, holidays }: Calendar, day: string): Span[] {
  const weekday = weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? ''
  const hours = opening_hours?.[weekday] ?? []
  if (hours.length === 0 || holidays.includes(day)) return []
  const spans = hours.map((span): Span => {
    const [from = '', until = ''] = span.split('-')
    return [momentOf(timezone, day, from), momentOf(timezone, day, until)]
  })
  return joined(spans)
}

/** In order, and hours that overlap count once. */
function joined(spans: Span[]): Span[] {
  const result: Span[] = []
  for (const [from, until] of spans.toSorted(([a], [b]) => a - b)) {
    const last = result.at(-1)
    if (last && from <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], until)]
    else result.push([from, until])
  }
  return result
}

/**
 * When the clock on the wall first shows a time of a day, in ms since the epoch. A time that the clock
 * jumps over is the moment of the jump, so that no hours end before they begin.
 *
 * @param time `09:00`; `24:00` is the next day's midnight
 */
function momentOf(zone: string, day: string, time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  const local = Date.parse(`${day}T00:00:00Z`) + (hours * 60 + minutes) * minute_ms
  // No zone is as far as a day from UTC, so these are its offsets before and after any change near by.
  const before = offset_ms(zone, local - day_ms)
  const after = offset_ms(zone, local + day_ms)
  if (before === after) return local - before
  for (const offset of [before, after]) {
    if (offset_ms(zone, local - offset) === offset) return local - offset
  }
  return jumpBetween(zone, local - after, local - before)
}

/** The moment between two at which the zone's offset changes. */
function jumpBetween(zone: string, from: number, until: number): number {
  const before = offset_ms(zone, from)
  let [low, high] = [from, until]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offset_ms(zone, middle) === before) low = middle
    else high = middle
  }
  return high
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** How far the zone is ahead of UTC at that moment. RangeError on an unknown zone. */
function offset_ms(zone: string, moment: number): number {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    formats.set(zone, format)
  }
  // `GMT+02:00`, and plain `GMT` for none.
  const name = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value
  const [, sign, hours, minutes, seconds] =
    /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name ?? '') ?? []
  if (!sign) return 0
  const ahead_s = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)
  return (sign === '-' ? -ahead_s : ahead_s) * 1000
}
