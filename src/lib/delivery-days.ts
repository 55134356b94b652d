import { addDays } from './dates.ts'

/** Easter Sunday of a year, after the Gregorian calendar (Meeus, Jones, Butcher). */
function easter(year: number): string {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const h =
    (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  const day = ((h + l - 7 * m + 114) % 31) + 1
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

const weekday = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay()

/** King's Day is a day earlier when the 27th is a Sunday. */
const kingsDay = (year: number) =>
  weekday(`${year}-04-27`) === 0 ? `${year}-04-26` : `${year}-04-27`

/** The Dutch public holidays of a year (Algemene termijnenwet, art. 3): on these no letter comes. */
export function holidays(year: number): ReadonlySet<string> {
  const sunday = easter(year)
  return new Set([
    `${year}-01-01`,
    // Good Friday, Easter, Ascension and Whitsun.
    ...[-2, 0, 1, 39, 49, 50].map((days) => addDays(sunday, days)),
    kingsDay(year),
    `${year}-05-05`,
    `${year}-12-25`,
    `${year}-12-26`,
  ])
}

/** Does the post deliver letters that day? Not on Sundays and Mondays, nor on public holidays. */
export function isDeliveryDay(date: string): boolean {
  const day = weekday(date)
  return day !== 0 && day !== 1 && !holidays(Number(date.slice(0, 4))).has(date)
}

/** The day itself when letters come on it, else the first one after on which they do. */
export function deliveryDayFrom(date: string): string {
  let day = date
  while (!isDeliveryDay(day)) day = addDays(day, 1)
  return day
}

/** When a letter posted that day has come, as far as a court assumes: on the second delivery day after. */
export const assumedDelivery = (posted: string): string =>
  deliveryDayFrom(addDays(deliveryDayFrom(addDays(posted, 1)), 1))
