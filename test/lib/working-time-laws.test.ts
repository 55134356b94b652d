import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addWorkingTime, workingMinutes } from '../../src/lib/working-time.ts'

const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

describe('for any calendar', () => {
  const time = fc.integer({ min: 0, max: 96 }).map((quarters) => {
    const [hours, minutes] = [Math.floor(quarters / 4), (quarters % 4) * 15]
    return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
  })
  const hours = fc
    .tuple(time, time)
    .map((times) => times.toSorted((a, b) => a.localeCompare(b)))
    .filter(([from, until]) => from !== until)
    .map((times) => times.join('-'))
  const week = fc.dictionary(fc.constantFrom(...everyDay), fc.array(hours, { maxLength: 3 }))
  const zone = fc.constantFrom(
    'Europe/Amsterdam',
    'America/New_York',
    'America/Havana',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'UTC',
  )
  const calendar = fc.record({
    timezone: zone,
    opening_hours: fc.option(week, { nil: null }),
    holidays: fc.constant<string[]>(['2026-03-28', '2026-04-27', '2026-10-26']),
  })
  // Around both changes of the clock.
  const moment = fc
    .tuple(fc.constantFrom('2026-03-25', '2026-10-21', '2026-04-03', '2026-11-01'), fc.nat(14_400))
    .map(([day, minutes]) => new Date(Date.parse(`${day}T00:00:00Z`) + minutes * 60_000))

  test('so much later is so much between', () => {
    fc.assert(
      fc.property(calendar, moment, fc.nat(20_000), (shop, from, minutes) => {
        const due = addWorkingTime(shop, from, minutes)
        if (due) expect(workingMinutes(shop, from, due)).toBe(minutes)
        else expect(workingMinutes(shop, from, new Date('2035-01-01'))).toBeLessThan(minutes)
      }),
    )
  })

  test('is the first such moment', () => {
    fc.assert(
      fc.property(calendar, moment, fc.integer({ min: 1, max: 5000 }), (shop, from, minutes) => {
        const due = addWorkingTime(shop, from, minutes)
        if (!due) return
        const before = new Date(due.getTime() - 1)
        expect(workingMinutes(shop, from, before)).toBeLessThan(minutes)
      }),
    )
  })

  test('two stretches are as long as the whole', () => {
    fc.assert(
      fc.property(calendar, moment, fc.nat(9000), fc.nat(9000), (shop, from, a, b) => {
        const [middle, to] = [a, a + b].map((n) => new Date(from.getTime() + n * 60_000))
        if (!middle || !to) return
        const whole = workingMinutes(shop, from, to)
        const parts = workingMinutes(shop, from, middle) + workingMinutes(shop, middle, to)
        expect(parts).toBeCloseTo(whole, 6)
      }),
    )
  })

  /** Minute by minute, by what the clock on the wall shows. */
  test('is what the clock on the wall says', () => {
    const names = new Map(everyDay.map((day) => [`${day[0]?.toUpperCase()}${day.slice(1)}`, day]))
    // At a time that comes twice the hours are the first one's: such ends are tested above.
    const isPlain = (span: string) => !/0[0-3]:(15|30|45)|02:00/.test(span)
    const shops = calendar.filter(
      ({ opening_hours }) =>
        opening_hours !== null && Object.values(opening_hours).flat().every(isPlain),
    )
    fc.assert(
      fc.property(shops, moment, fc.nat(3000), (shop, from, minutes) => {
        const wall = new Intl.DateTimeFormat('en', {
          timeZone: shop.timezone,
          weekday: 'short',
          year: 'numeric',
          month: '2-digit',
          day: '2-digit',
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
        })
        let open = 0
        for (let n = 0; n < minutes; n++) {
          const parts = wall.formatToParts(from.getTime() + n * 60_000)
          const part = (type: string) => parts.find((found) => found.type === type)?.value ?? ''
          const day = `${part('year')}-${part('month')}-${part('day')}`
          const now = `${part('hour')}:${part('minute')}`
          const spans = shop.opening_hours?.[names.get(part('weekday')) ?? ''] ?? []
          const isOpen = spans.some((span) => span.slice(0, 5) <= now && now < span.slice(6))
          if (isOpen && !shop.holidays.includes(day)) open += 1
        }
        const to = new Date(from.getTime() + minutes * 60_000)
        expect(workingMinutes(shop, from, to)).toBe(open)
      }),
      { numRuns: 60 },
    )
  })
})
