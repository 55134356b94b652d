import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Lowest and highest value of minute, hour, day of the month, month and day of the week. */
const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const

/**
 * Fires the Worker's cron triggers when they are due, which `wrangler dev` leaves to others.
 *
 * @param fire is given a cron expression of wrangler.toml
 * @returns stops it
 */
export async function startCron(fire: (cron: string) => Promise<unknown>): Promise<() => void> {
  const toml = await readFile(join(import.meta.dirname, '../wrangler.toml'), 'utf8')
  const [, list = '[]'] = /^crons = (\[[^\]]*\])/m.exec(toml) ?? []
  const crons: string[] = JSON.parse(list)
  let timer: NodeJS.Timeout
  const untilNextMinute = () => {
    timer = setTimeout(tick, 60_000 - (Date.now() % 60_000))
  }
  const tick = () => {
    const now = new Date()
    untilNextMinute()
    for (const cron of crons) if (isDue(cron, now)) fire(cron).catch(() => {})
  }
  untilNextMinute()
  return () => clearTimeout(timer)
}

/** Is the expression due in the minute of that moment (UTC)? Numbers, `*`, lists, ranges and steps. */
export function isDue(cron: string, at: Date): boolean {
  const fields = cron.trim().split(/\s+/)
  const now = [
    at.getUTCMinutes(),
    at.getUTCHours(),
    at.getUTCDate(),
    at.getUTCMonth() + 1,
    at.getUTCDay(),
  ]
  const holds = ranges.map((range, place) => {
    const values = valuesOf(fields[place] ?? '*', range)
    const value = now[place] ?? -1
    // Sunday is 0 and 7.
    return values.has(value) || (place === 4 && value === 0 && values.has(7))
  })
  const [minute, hour, day, month, weekday] = holds
  // Where both days are restricted, one of them is enough.
  const both = fields[2] !== '*' && fields[4] !== '*'
  return Boolean(minute && hour && month && (both ? day || weekday : day && weekday))
}

function valuesOf(field: string, [lowest, highest]: readonly [number, number]): Set<number> {
  const values = field.split(',').flatMap((part) => {
    const [span = '*', step] = part.split('/')
    const [from, to] = span === '*' ? [lowest, highest] : span.split('-').map(Number)
    const last = to ?? (step === undefined ? from : highest)
    const length = Math.floor(((last ?? 0) - (from ?? 0)) / Number(step ?? 1)) + 1
    return Array.from({ length }, (_, place) => (from ?? 0) + place * Number(step ?? 1))
  })
  return new Set(values)
}
