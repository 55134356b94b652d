import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, addMonths, dayIn, formatDate, isCalendarDate } from '../../src/lib/dates.ts'

describe('isCalendarDate', () => {
  test.each(['2026-02-28', '2024-02-29', '2026-12-31', '0001-01-01', '9999-12-31'])(
    '%s exists',
    (date) => expect(isCalendarDate(date)).toBe(true),
  )

  test.each([
    '2026-02-30',
    '2025-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '0000-01-01',
    '2026-1-1',
    '26-01-01',
    '2026-01-01T00:00:00Z',
    '2026-01-01\n',
    '',
  ])('%j does not', (date) => expect(isCalendarDate(date)).toBe(false))
})

describe('addDays', () => {
  test.each([
    ['2026-12-31', 1, '2027-01-01'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2026-03-28', 2, '2026-03-30'],
    ['2026-01-31', 0, '2026-01-31'],
  ])('%s + %i = %s', (date, days, expected) => expect(addDays(date, days)).toBe(expected))

  test('refuses days that do not exist', () => {
    expect(() => addDays('2026-02-30', 1)).toThrow(RangeError)
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError)
    expect(() => addDays('2026-01-01', Number.NaN)).toThrow(RangeError)
  })
})

describe('addMonths', () => {
  test.each([
    ['2026-01-31', 1, 31, '2026-02-28'],
    ['2026-02-28', 1, 31, '2026-03-31'],
    ['2026-03-31', 1, 31, '2026-04-30'],
    ['2024-01-30', 1, 30, '2024-02-29'],
    ['2026-02-28', 1, 28, '2026-03-28'],
    ['2026-11-30', 3, 30, '2027-02-28'],
    ['2024-02-29', 12, 29, '2025-02-28'],
    ['2027-02-28', 12, 29, '2028-02-29'],
    ['2026-01-15', -1, 15, '2025-12-15'],
    ['0099-12-31', 2, 31, '0100-02-28'],
  ])('%s + %i months, aiming at %i = %s', (date, months, day, expected) => {
    expect(addMonths(date, months, day)).toBe(expected)
  })

  test('refuses days that do not exist', () => {
    expect(() => addMonths('2026-02-30', 1)).toThrow(RangeError)
    expect(() => addMonths('9999-12-31', 1)).toThrow(RangeError)
  })

  test('skips no month, and meets the day that it aims at wherever there is one', () => {
    const start = fc.record({
      year: fc.integer({ min: 1, max: 9000 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 31 }),
    })
    fc.assert(
      fc.property(start, fc.constantFrom(1, 3, 12), ({ year, month, day }, step) => {
        const written = (y: number, m: number, d: number) =>
          `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`
        let date = addMonths(written(year, month, 1), 0, day)
        for (let run = 0; run <= 24; run++) {
          const months = year * 12 + (month - 1) + run * step
          const [y, m] = [Math.floor(months / 12), (months % 12) + 1]
          expect(date.slice(0, 7)).toBe(written(y, m, 1).slice(0, 7))
          if (date !== written(y, m, day)) {
            // Too short a month: its last day, and the day aimed at is none of it.
            expect(addDays(date, 1).slice(8)).toBe('01')
            expect(isCalendarDate(written(y, m, day))).toBe(false)
          }
          date = addMonths(date, step, day)
        }
      }),
    )
  })
})

test('formatDate writes the month out', () => {
  expect(formatDate('2026-03-27', 'nl')).toBe('27 maart 2026')
  expect(formatDate('2026-03-27', 'en')).toBe('27 March 2026')
})

test.each([
  ['Europe/Amsterdam', '2026-03-26T23:30:00Z', '2026-03-27'],
  ['Europe/Amsterdam', '2026-07-01T21:59:59Z', '2026-07-01'],
  ['Europe/Amsterdam', '2026-07-01T22:00:00Z', '2026-07-02'],
  ['America/Los_Angeles', '2026-01-01T07:59:59Z', '2025-12-31'],
  ['UTC', '2026-12-31T23:59:59Z', '2026-12-31'],
])('in %s it is at %s %s', (zone, instant, expected) => {
  expect(dayIn(zone, new Date(instant))).toBe(expected)
})
