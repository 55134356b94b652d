import { describe, expect, test } from 'vitest'
import { type Clock, judge, reckon, type Said, type Story } from '../../src/domain/sla/reckoning.ts'
import type { Calendar } from '../../src/lib/working-time.ts'

const weekday = ['09:00-12:30', '13:00-17:30']
const calendar: Calendar = {
  timezone: 'Europe/Amsterdam',
  opening_hours: { mon: weekday, tue: weekday, wed: weekday, thu: weekday, fri: weekday },
  holidays: ['2026-11-19'],
}
const promised = { response_hours: 2, resolution_hours: 8, warning_minutes: 60 }

/** A day of November 2026, the 16th a Monday, and a time in Amsterdam. */
const at = (text: string) => new Date(`2026-11-${text.replace(' ', 'T')}:00+01:00`)

type Kind = Story['statuses'][number]['kind']

const story = (began: string, moves: [Kind, string][], more: Partial<Story> = {}): Story => ({
  created_at: at(began),
  statuses: [
    { kind: 'open', since: at(began) },
    ...moves.map(([kind, since]) => ({ kind, since: at(since) })),
  ],
  noted_at: null,
  completed_at: null,
  ...more,
})

const due = (told: Story) => reckon(calendar, promised, told).resolution.due_at

describe('the end of a repair of eight hours is due', () => {
  test.each<[string, Story, string | null]>([
    ['the same evening', story('16 09:00', []), '16 17:30'],
    // Saturday does not count: all of Monday.
    ['from the weekend', story('14 12:00', []), '16 17:30'],
    // 4½ hours of Monday, 3½ of Tuesday.
    ['from lunch', story('16 12:30', []), '17 12:30'],
    // One hour was worked; the seven that are left begin on Tuesday at ten: 2½, then 4½ until 17:30.
    [
      'later by a pause',
      story('16 09:00', [
        ['waiting', '16 10:00'],
        ['open', '17 10:00'],
      ]),
      '17 17:30',
    ],
    // One hour before, one hour between, six after: 16:00 until 17:30, Wednesday 09:00 until 14:00 with lunch.
    [
      'later by two pauses',
      story('16 09:00', [
        ['waiting', '16 10:00'],
        ['open', '17 10:00'],
        ['waiting', '17 11:00'],
        ['open', '17 16:00'],
      ]),
      '18 14:00',
    ],
    // From waiting for approval to waiting for parts it still waits.
    [
      'later by a pause of two kinds',
      story('16 09:00', [
        ['waiting', '16 10:00'],
        ['waiting', '16 15:00'],
        ['open', '17 10:00'],
      ]),
      '17 17:30',
    ],
    // The pause begins after closing time and ends before opening: nothing was lost.
    [
      'as ever after a pause at night',
      story('16 15:00', [
        ['waiting', '16 18:00'],
        ['open', '17 08:00'],
      ]),
      '17 15:00',
    ],
    // 2½ hours on Monday, none on Thursday the holiday: 5½ hours of Friday, half an hour of them for lunch.
    [
      'after a pause over a holiday',
      story('16 15:00', [
        ['waiting', '17 09:00'],
        ['open', '19 12:00'],
      ]),
      '20 15:00',
    ],
    ['at no known time while it waits', story('16 09:00', [['waiting', '16 10:00']]), null],
    ['in the past though it waits', story('16 09:00', [['waiting', '17 10:00']]), '16 17:30'],
    // Done at 10:00 with seven hours left, opened again on Wednesday at 09:00: until 16:30.
    [
      'later by the time it was done',
      story('16 09:00', [
        ['done', '16 10:00'],
        ['open', '18 09:00'],
      ]),
      '18 16:30',
    ],
    [
      'later by the time it was cancelled',
      story('16 09:00', [
        ['cancelled', '16 10:00'],
        ['open', '18 09:00'],
      ]),
      '18 16:30',
    ],
    // Finished out of the pause: from then on seven hours would have been left.
    [
      'after what ended a pause',
      story('16 09:00', [
        ['waiting', '16 10:00'],
        ['done', '17 10:00'],
      ]),
      '17 17:30',
    ],
  ])('%s', (_, told, expected) => {
    expect(due(told)?.toISOString() ?? null).toBe(expected && at(expected).toISOString())
  })
})

describe('the first response', () => {
  const answered = (told: Story) => reckon(calendar, promised, told).response

  test.each<[string, Story, string | null]>([
    ['is open at first', story('16 09:00', []), null],
    ['is a change of status', story('16 09:00', [['open', '16 10:00']]), '16 10:00'],
    ['is a change to waiting', story('16 09:00', [['waiting', '16 10:00']]), '16 10:00'],
    ['is a word to the customer', story('16 09:00', [], { noted_at: at('16 11:00') }), '16 11:00'],
    [
      'is the first of both',
      story('16 09:00', [['open', '16 10:00']], { noted_at: at('16 09:30') }),
      '16 09:30',
    ],
  ])('%s', (_, told, met) => {
    expect(answered(told)).toEqual({ due_at: at('16 11:00'), met_at: met && at(met) })
  })
})

describe('a work order', () => {
  test('is finished when it is completed, or in a status of that kind', () => {
    const done: [Kind, string][] = [['done', '16 12:00']]
    const finished = (told: Story) => reckon(calendar, promised, told).resolution.met_at
    expect(finished(story('16 09:00', done))).toEqual(at('16 12:00'))
    const completed_at = at('16 11:00')
    expect(finished(story('16 09:00', done, { completed_at }))).toEqual(completed_at)
    expect(finished(story('16 09:00', [...done, ['open', '16 14:00']]))).toBeNull()
  })

  test('waits since the first of the statuses in which it waits', () => {
    const told = story('16 09:00', [
      ['waiting', '16 10:00'],
      ['waiting', '16 12:00'],
    ])
    expect(reckon(calendar, promised, told).paused_at).toEqual(at('16 10:00'))
  })
})

describe('the check', () => {
  const clock = (told: Story) => reckon(calendar, promised, told)
  const nothing: Said = { breached: [], warned: {} }
  const verdict = (standing: Clock, now: string, { said = nothing, isCheck = true } = {}) => {
    const { next_check_at, ...told } = judge(standing, said, 60, { now: at(now), isCheck })
    return { ...told, next_check_at: next_check_at?.toISOString() ?? null }
  }
  const next = (text: string) => ({ next_check_at: at(text).toISOString() })
  const unanswered = clock(story('16 09:00', []))

  test('comes first an hour before the response is due', () => {
    expect(verdict(unanswered, '16 09:30')).toEqual({
      breached: [],
      warned: [],
      ...next('16 10:00'),
    })
  })

  test('warns once of each deadline', () => {
    expect(verdict(unanswered, '16 10:05')).toEqual({
      breached: [],
      warned: ['response'],
      ...next('16 11:00'),
    })
    const said = { breached: [], warned: { response: at('16 11:00') } }
    expect(verdict(unanswered, '16 10:10', { said })).toEqual({
      breached: [],
      warned: [],
      ...next('16 11:00'),
    })
    const moved = { breached: [], warned: { response: at('16 10:45') } }
    expect(verdict(unanswered, '16 10:10', { said: moved }).warned).toEqual(['response'])
  })

  test('says what is missed, and goes on to what may be missed', () => {
    expect(verdict(unanswered, '16 11:00')).toEqual({
      breached: ['response'],
      warned: [],
      ...next('16 16:30'),
    })
    expect(verdict(unanswered, '18 09:00')).toEqual({
      breached: ['response', 'resolution'],
      warned: [],
      next_check_at: null,
    })
    const said: Said = { breached: ['response', 'resolution'], warned: {} }
    expect(verdict(unanswered, '18 09:00', { said }).breached).toEqual([])
  })

  test('leaves to itself what is open, and says at once what came too late', () => {
    expect(verdict(unanswered, '16 11:05', { isCheck: false })).toEqual({
      breached: [],
      warned: [],
      ...next('16 10:00'),
    })
    const late = clock(
      story('16 09:00', [
        ['open', '16 11:05'],
        ['done', '16 12:00'],
      ]),
    )
    expect(verdict(late, '16 12:00', { isCheck: false })).toEqual({
      breached: ['response'],
      warned: [],
      next_check_at: null,
    })
  })

  test('takes an answer at the deadline as in time', () => {
    const punctual = clock(
      story('16 09:00', [
        ['open', '16 11:00'],
        ['done', '16 17:30'],
      ]),
    )
    expect(verdict(punctual, '17 09:00').breached).toEqual([])
  })

  test('has nothing to say of what is cancelled', () => {
    const cancelled = clock(story('16 09:00', [['cancelled', '18 09:00']]))
    expect(verdict(cancelled, '18 10:00')).toEqual({
      breached: [],
      warned: [],
      next_check_at: null,
    })
  })
})
