import { describe, expect, test } from 'vitest'
import { addWorkingTime, type Calendar, workingMinutes } from '../../src/lib/working-time.ts'

const shop = (hours: Calendar['opening_hours'], more: Partial<Calendar> = {}): Calendar => ({
  timezone: 'Europe/Amsterdam',
  opening_hours: hours,
  holidays: ['2026-12-25', '2026-12-26'],
  ...more,
})

const weekday = ['09:00-12:30', '13:00-17:30']
/** Eight hours a day with a lunch break, closed in the weekend. */
const office = shop({ mon: weekday, tue: weekday, wed: weekday, thu: weekday, fri: weekday })
const always = shop(null)
const sundays = (...hours: string[]) => shop({ sun: hours })
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const roundTheClock = shop(Object.fromEntries(everyDay.map((day) => [day, ['00:00-24:00']])))

const utc = (moment: Date | null) => moment?.toISOString() ?? null

// 16 November 2026 is a Monday. Amsterdam is at +01:00, and at +02:00 from 29 March to 25 October.
describe('so much working time later', () => {
  test.each<[string, Calendar, string, number, string]>([
    // 3½ hours until lunch at 12:30, half an hour after it.
    ['over lunch', office, '2026-11-16T09:00+01:00', 4, '2026-11-16T13:30+01:00'],
    // 3½ and 4½ hours are the whole day: due when it ends, not when the next begins.
    ['a whole day', office, '2026-11-16T09:00+01:00', 8, '2026-11-16T17:30+01:00'],
    // An hour is left on Monday, the other is Tuesday's first.
    ['over night', office, '2026-11-16T16:30+01:00', 2, '2026-11-17T10:00+01:00'],
    // Half an hour on Friday, half an hour on Monday.
    ['over the weekend', office, '2026-11-20T17:00+01:00', 1, '2026-11-23T09:30+01:00'],
    // Five days of eight hours.
    ['a week', office, '2026-11-16T09:00+01:00', 40, '2026-11-20T17:30+01:00'],
    ['from the weekend', office, '2026-11-21T12:00+01:00', 1, '2026-11-23T10:00+01:00'],
    ['from before opening', office, '2026-11-16T07:00+01:00', 1, '2026-11-16T10:00+01:00'],
    ['from within lunch', office, '2026-11-16T12:45+01:00', 0.5, '2026-11-16T13:30+01:00'],
    ['from closing time', office, '2026-11-16T17:30+01:00', 1, '2026-11-17T10:00+01:00'],
    ['no time at all', office, '2026-11-16T10:00+01:00', 0, '2026-11-16T10:00+01:00'],
    ['no time at all, at night', office, '2026-11-16T03:00+01:00', 0, '2026-11-16T03:00+01:00'],
    // Half an hour on Thursday; Friday and Saturday are holidays; 1½ hours on Monday.
    ['over Christmas', office, '2026-12-24T17:00+01:00', 2, '2026-12-28T10:30+01:00'],
    ['from a holiday', office, '2026-12-25T10:00+01:00', 1, '2026-12-28T10:00+01:00'],
    ['around the clock', always, '2026-11-20T17:00+01:00', 24, '2026-11-21T17:00+01:00'],
    ['around the clock, Christmas', always, '2026-12-24T17:00+01:00', 24, '2026-12-25T17:00+01:00'],
    // With hours set holidays count, even where the hours are all there are.
    ['24 hours a day', roundTheClock, '2026-12-24T17:00+01:00', 24, '2026-12-27T17:00+01:00'],
    // The day has 23 hours: a day later by the clock would be 12:00.
    ['around the clock, spring', always, '2026-03-28T12:00+01:00', 24, '2026-03-29T13:00+02:00'],
    [
      '24 hours a day, spring',
      roundTheClock,
      '2026-03-28T12:00+01:00',
      24,
      '2026-03-29T13:00+02:00',
    ],
    // Half an hour on Friday at +01:00, half an hour on Monday at +02:00.
    ['over the spring change', office, '2026-03-27T17:00+01:00', 1, '2026-03-30T09:30+02:00'],
    // From 00:00 to 06:00 are five hours: the clock goes from 02:00 to 03:00.
    [
      'the short night',
      sundays('00:00-06:00'),
      '2026-03-29T00:00+01:00',
      5,
      '2026-03-29T06:00+02:00',
    ],
    ['to the jump', sundays('00:00-06:00'), '2026-03-29T00:00+01:00', 2, '2026-03-29T03:00+02:00'],
    [
      'past the jump',
      sundays('00:00-06:00'),
      '2026-03-29T00:00+01:00',
      3,
      '2026-03-29T04:00+02:00',
    ],
    // 02:30 does not exist: it opens at the jump, and has one hour until 04:00.
    [
      'opening in the jump',
      sundays('02:30-04:00'),
      '2026-03-29T01:00+01:00',
      1,
      '2026-03-29T04:00+02:00',
    ],
    // 03:00 is when 02:30 would have been: one hour before it.
    [
      'closing in the jump',
      sundays('01:00-02:30'),
      '2026-03-29T00:00+01:00',
      1,
      '2026-03-29T03:00+02:00',
    ],
    // The only hour of that Sunday does not exist; half of the next one's.
    [
      'lost in the jump',
      sundays('02:00-03:00'),
      '2026-03-29T00:00+01:00',
      0.5,
      '2026-04-05T02:30+02:00',
    ],
    // The day has 25 hours: two days later by the clock would be 12:00.
    ['around the clock, autumn', always, '2026-10-24T12:00+02:00', 48, '2026-10-26T11:00+01:00'],
    [
      '24 hours a day, autumn',
      roundTheClock,
      '2026-10-24T12:00+02:00',
      48,
      '2026-10-26T11:00+01:00',
    ],
    ['over the autumn change', office, '2026-10-23T17:00+02:00', 1, '2026-10-26T09:30+01:00'],
    // From 00:00 to 06:00 are seven hours: the one from 02:00 comes twice.
    [
      'the long night',
      sundays('00:00-06:00'),
      '2026-10-25T00:00+02:00',
      7,
      '2026-10-25T06:00+01:00',
    ],
    [
      'to the second 02:00',
      sundays('00:00-06:00'),
      '2026-10-25T00:00+02:00',
      3,
      '2026-10-25T02:00+01:00',
    ],
    [
      'the hour that comes twice',
      sundays('02:00-03:00'),
      '2026-10-25T00:00+02:00',
      2,
      '2026-10-25T03:00+01:00',
    ],
    // It closes at the first 02:30, an hour and a half after 01:00; the rest is next Sunday's.
    [
      'closing at the first',
      sundays('01:00-02:30'),
      '2026-10-25T00:00+02:00',
      2,
      '2026-11-01T01:30+01:00',
    ],
    // Two hours on Friday evening, the third on Saturday after midnight.
    [
      'over midnight',
      shop({ fri: ['22:00-24:00'], sat: ['00:00-02:00'] }),
      '2026-11-20T12:00+01:00',
      3,
      '2026-11-21T01:00+01:00',
    ],
    // 09:00–17:00 in all.
    [
      'hours that overlap',
      shop({ mon: ['13:00-17:00', '09:00-14:00'] }),
      '2026-11-16T00:00+01:00',
      8,
      '2026-11-16T17:00+01:00',
    ],
    // 17:00 in New York is 22:00 UTC: half an hour, and until 09:30 another.
    [
      'in another zone',
      { ...office, timezone: 'America/New_York' },
      '2026-11-16T22:00Z',
      1,
      '2026-11-17T14:30Z',
    ],
    [
      'in a zone of half hours',
      { ...office, timezone: 'Asia/Kolkata' },
      '2026-11-16T03:30Z',
      1,
      '2026-11-16T04:30Z',
    ],
    // At midnight the clock goes to 01:00: one hour until 02:00, and the other a week later.
    [
      'without a midnight',
      { ...sundays('00:00-02:00'), timezone: 'America/Havana' },
      '2026-03-07T12:00-05:00',
      2,
      '2026-03-15T01:00-04:00',
    ],
    // Samoa had no 30 December 2011, a Friday.
    [
      'without a day',
      { ...shop({ fri: ['09:00-17:00'] }), timezone: 'Pacific/Apia' },
      '2011-12-29T12:00-10:00',
      1,
      '2012-01-06T10:00+14:00',
    ],
  ])('%s', (_, calendar, from, hours, expected) => {
    const due = addWorkingTime(calendar, new Date(from), hours * 60)
    expect(utc(due)).toBe(utc(new Date(expected)))
  })

  test('never comes in a shop that is never open, or hardly ever', () => {
    const from = new Date('2026-11-16T09:00+01:00')
    expect(addWorkingTime(shop({}), from, 1)).toBeNull()
    expect(addWorkingTime(shop({ mon: [] }), from, 1)).toBeNull()
    expect(addWorkingTime(sundays('09:00-10:00'), from, 60 * 1000)).toBeNull()
    expect(workingMinutes(shop({}), from, new Date('2027-01-01T00:00Z'))).toBe(0)
  })
})

describe('working time between', () => {
  test.each<[string, Calendar, string, string, number]>([
    ['a morning and an afternoon', office, '2026-11-16T11:30+01:00', '2026-11-16T14:00+01:00', 120],
    // Half an hour on Friday, one hour on Monday.
    ['a weekend', office, '2026-11-20T17:00+01:00', '2026-11-23T10:00+01:00', 90],
    // From Monday the 14th to Sunday the 27th nine days are worked: Friday the 25th is a holiday.
    [
      'two weeks with Christmas',
      office,
      '2026-12-14T00:00+01:00',
      '2026-12-28T00:00+01:00',
      9 * 480,
    ],
    ['a night', office, '2026-11-16T20:00+01:00', '2026-11-17T06:00+01:00', 0],
    ['a holiday', office, '2026-12-25T09:00+01:00', '2026-12-25T17:00+01:00', 0],
    ['the short day', roundTheClock, '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00', 23 * 60],
    ['the long day', roundTheClock, '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00', 25 * 60],
    [
      'the long day, around the clock',
      always,
      '2026-10-25T00:00+02:00',
      '2026-10-26T00:00+01:00',
      25 * 60,
    ],
    ['a moment and itself', office, '2026-11-16T10:00+01:00', '2026-11-16T10:00+01:00', 0],
    ['a moment and an earlier one', always, '2026-11-16T10:00+01:00', '2026-11-16T09:00+01:00', 0],
  ])('%s', (_, calendar, from, to, minutes) => {
    expect(workingMinutes(calendar, new Date(from), new Date(to))).toBe(minutes)
  })
})
