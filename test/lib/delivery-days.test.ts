import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '../../src/lib/dates.ts'
import {
  assumedDelivery,
  deliveryDayFrom,
  holidays,
  isDeliveryDay,
} from '../../src/lib/delivery-days.ts'

describe('public holidays', () => {
  test('of 2026', () => {
    expect([...holidays(2026)].toSorted((a, b) => a.localeCompare(b))).toEqual([
      '2026-01-01',
      '2026-04-03',
      '2026-04-05',
      '2026-04-06',
      '2026-04-27',
      '2026-05-05',
      '2026-05-14',
      '2026-05-24',
      '2026-05-25',
      '2026-12-25',
      '2026-12-26',
    ])
  })

  // Easter at its earliest and latest, and in years where simpler rules go wrong.
  test.each([
    '1818-03-22',
    '1943-04-25',
    '1954-04-18',
    '1981-04-19',
    '2008-03-23',
    '2024-03-31',
    '2025-04-20',
    '2038-04-25',
    '2049-04-18',
    '2285-03-22',
  ])('%s was or is Easter', (easter) => {
    const days = holidays(Number(easter.slice(0, 4)))
    expect([days.has(easter), days.has(addDays(easter, 1)), days.has(addDays(easter, 39))]).toEqual(
      [true, true, true],
    )
  })

  test("King's Day is never on a Sunday", () => {
    expect(holidays(2025).has('2025-04-26')).toBe(true)
    expect(holidays(2025).has('2025-04-27')).toBe(false)
  })
})

describe('the post', () => {
  test.each([
    ['2026-11-17', 'Tuesday', true],
    ['2026-11-21', 'Saturday', true],
    ['2026-11-22', 'Sunday', false],
    ['2026-11-23', 'Monday', false],
    ['2026-05-05', 'Liberation Day, a Tuesday', false],
  ])('on %s, a %s: %s', (day, _, comes) => expect(isDeliveryDay(day)).toBe(comes))

  test.each([
    ['2026-11-18', '2026-11-20', 'Wednesday → Friday'],
    ['2026-11-20', '2026-11-24', 'Friday → Tuesday: Saturday is the first day'],
    ['2026-11-21', '2026-11-25', 'Saturday → Wednesday'],
    ['2026-12-23', '2026-12-29', 'Christmas, Sunday and Monday in between'],
    ['2026-12-31', '2027-01-05', "New Year's Day"],
  ])('posted on %s it is assumed to have come on %s: %s', (posted, came) => {
    expect(assumedDelivery(posted)).toBe(came)
  })

  test('always comes within ten days, on a day of delivery', () => {
    const day = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays('2000-01-01', days))
    fc.assert(
      fc.property(day, (posted) => {
        const came = assumedDelivery(posted)
        expect(isDeliveryDay(came)).toBe(true)
        expect(came > posted && came <= addDays(posted, 10)).toBe(true)
        expect(deliveryDayFrom(came)).toBe(came)
      }),
    )
  })
})
