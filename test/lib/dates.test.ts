import { describe, expect, test } from 'vitest'
import { addDays, dayIn, formatDate, isCalendarDate } from '../../src/lib/dates.ts'

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
