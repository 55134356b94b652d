import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callsOf, secondsOf } from '../../src/domain/telephony/history.ts'
import { callOfJournal } from '../../src/domain/telephony/journal.ts'
import { type CallRow, isSame, merged, rowOf } from '../../src/domain/telephony/merge.ts'
import type { ToldCall } from '../../src/domain/telephony/told-call.ts'

const start_ms = Date.parse('2026-03-27T09:00:00Z')

interface Talk {
  number: string | null
  inbound: boolean
  extension: string
  answered: boolean
  /** Other phones that rang, and were reported as missed. */
  others: string[]
  /** The history writes its moments more finely, and not quite at the same time. */
  drift_ms: number
  talking_s: number
}

const talk = fc.record<Talk>({
  number: fc.constantFrom('0612345678', '+31612345678', '+3225551234', null),
  inbound: fc.boolean(),
  extension: fc.constantFrom('100', '101'),
  answered: fc.boolean(),
  others: fc.subarray(['102', '103']),
  drift_ms: fc.integer({ min: -1500, max: 1500 }),
  talking_s: fc.integer({ min: 1, max: 4000 }),
})

/** All that is told of the n-th call of a day; a minute lies between two. */
function tellingsOf(call: Talk, n: number): ToldCall[] {
  const at_ms = start_ms + n * 60_000
  const { number, inbound, extension, answered, talking_s } = call
  const told = {
    direction: inbound ? ('inbound' as const) : ('outbound' as const),
    number,
    extension,
    queue: null,
    outcome: answered
      ? ('answered' as const)
      : inbound
        ? ('missed' as const)
        : ('unanswered' as const),
    duration_sec: answered ? talking_s : 0,
    answered_at: null,
    ended_at: null,
  }
  const started_at = new Date(at_ms).toISOString()
  const journal: ToldCall = { ...told, by: 'journal', key: `${extension} ${n}`, started_at }
  const rang = (other: string): ToldCall => ({
    ...journal,
    key: `${other} ${n}`,
    extension: other,
    outcome: 'missed',
    duration_sec: 0,
  })
  const history: ToldCall = {
    ...told,
    by: 'history',
    key: `cdr ${n}`,
    started_at: new Date(at_ms + call.drift_ms).toISOString(),
  }
  // Who withholds his number is told apart by the phone alone.
  const others = inbound && number !== null ? call.others.map(rang) : []
  return [journal, history, ...others]
}

const tell = (known: CallRow[], told: ToldCall): CallRow[] => {
  const row = rowOf(told, 'NL')
  const place = known.findIndex((call) => isSame(call, row))
  return place < 0 ? [...known, row] : known.with(place, merged(known[place] as CallRow, row))
}

const bySubstance = (rows: CallRow[]) =>
  rows
    .map(({ journal_key: _, ...row }) => row)
    .toSorted((a, b) => a.started_at.localeCompare(b.started_at))

describe('a call is one row', () => {
  test('however often it is told, by whom, and in which order', () => {
    const day = fc.array(talk, { minLength: 1, maxLength: 6 }).chain((talks) => {
      const tellings = talks.flatMap(tellingsOf)
      const again = fc.array(fc.constantFrom(...tellings), { maxLength: 8 })
      const order = again.chain((more) =>
        fc.shuffledSubarray([...tellings, ...more], {
          minLength: tellings.length + more.length,
        }),
      )
      return fc.tuple(fc.constant(talks), fc.constant(tellings), order)
    })
    fc.assert(
      fc.property(day, ([talks, tellings, order]) => {
        const rows = order.reduce(tell, [])
        expect(rows).toHaveLength(talks.length)
        expect(bySubstance(rows)).toEqual(bySubstance(tellings.reduce(tell, [])))
        expect(rows.every((row) => row.journal_key && row.provider_id)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('but another number, another time or the other direction is another call', () => {
    const [journal] = tellingsOf(
      {
        number: '0612345678',
        inbound: true,
        extension: '100',
        answered: true,
        others: [],
        drift_ms: 0,
        talking_s: 10,
      },
      0,
    )
    const row = rowOf(journal as ToldCall, 'NL')
    const other = { ...row, journal_key: 'other' }
    expect(isSame(row, other)).toBe(true)
    expect(isSame(row, { ...other, phone: '+31612345679' })).toBe(false)
    expect(isSame(row, { ...other, phone: null, caller: 'anonymous' })).toBe(false)
    expect(isSame(row, { ...other, direction: 'outbound' })).toBe(false)
    expect(isSame(row, { ...other, started_at: '2026-03-27T09:00:04.000Z' })).toBe(false)
  })
})

describe('the journal', () => {
  const report = {
    call_type: 'Inbound',
    number: '0612345678',
    agent: '100',
    queue: '[QueueExtension]',
    duration: '00:04:03',
    started_at: '2026-03-27T09:05:00Z',
    established_at: '2026-03-27T09:05:08Z',
    ended_at: '2026-03-27T09:09:11Z',
  }

  test('is read as the template has it written', () => {
    expect(callOfJournal(report)).toEqual({
      by: 'journal',
      key: '100|0612345678|2026-03-27T09:05:00.000Z',
      direction: 'inbound',
      outcome: 'answered',
      number: '0612345678',
      extension: '100',
      queue: null,
      duration_sec: 243,
      started_at: '2026-03-27T09:05:00.000Z',
      answered_at: '2026-03-27T09:05:08.000Z',
      ended_at: '2026-03-27T09:09:11.000Z',
    })
  })

  test.each([
    ['Inbound', 'inbound', 'answered'],
    ['Outbound', 'outbound', 'answered'],
    ['Missed', 'inbound', 'missed'],
    ['Notanswered', 'outbound', 'unanswered'],
    ['Unanswered', 'outbound', 'unanswered'],
  ])('%s is %s, %s', (call_type, direction, outcome) => {
    expect(callOfJournal({ ...report, call_type })).toMatchObject({ direction, outcome })
  })

  test('a variable that the exchange had nothing for is nothing', () => {
    const empty = { number: '[Number]', agent: '', established_at: '0001-01-01T00:00:00Z' }
    expect(callOfJournal({ ...report, ...empty })).toMatchObject({
      number: null,
      extension: null,
      answered_at: null,
    })
  })

  test('whatever else comes is refused or read, and never breaks', () => {
    const some = fc.oneof(fc.jsonValue(), fc.constant(report.started_at), fc.constant('Missed'))
    const body = fc.record(Object.fromEntries(Object.keys(report).map((name) => [name, some])), {
      requiredKeys: [],
    })
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue()), (given) => {
        try {
          expect(callOfJournal(given).by).toBe('journal')
        } catch (error) {
          expect(error).toMatchObject({ status: 422 })
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the history', () => {
  const leg = {
    MainCallHistoryId: '1',
    StartTime: '2026-03-27T09:05:00.25Z',
    SourceDn: '10001',
    SourceCallerId: '0612345678',
    DestinationDn: '100',
    DestinationCallerId: '100',
    Answered: true,
    Direction: 'Inbound',
    RingingDuration: 'PT8S',
    TalkingDuration: 'PT4M2.6S',
  }

  test('puts the legs of a call together', () => {
    const queue = { ...leg, DestinationDn: '800', Answered: false, TalkingDuration: 'PT0S' }
    const moved = { ...leg, StartTime: '2026-03-27T09:10:00Z', DestinationDn: '101' }
    const later = { ...leg, MainCallHistoryId: '2', StartTime: '2026-03-27T10:00:00Z' }
    expect(callsOf([moved, later, { ...leg, StartTime: '2026-03-27T09:05:02Z' }, queue])).toEqual([
      {
        by: 'history',
        key: '1',
        direction: 'inbound',
        number: '0612345678',
        extension: '101',
        queue: null,
        outcome: 'answered',
        duration_sec: 485,
        started_at: '2026-03-27T09:05:00.250Z',
        answered_at: '2026-03-27T09:05:10.000Z',
        ended_at: '2026-03-27T09:14:10.600Z',
      },
      expect.objectContaining({ key: '2', duration_sec: 243, extension: '100' }),
    ])
  })

  test('tells missed calls from those that nobody took outside, and internal ones from both', () => {
    const untaken = { ...leg, Answered: false, TalkingDuration: null }
    const outside = { SourceDn: '100', DestinationCallerId: '0203334444', Direction: 'Outbound' }
    const within = {
      SourceDn: '100',
      DestinationDn: '101',
      DestinationCallerId: '',
      Direction: 'Internal',
    }
    expect(callsOf([untaken])).toMatchObject([{ outcome: 'missed', duration_sec: 0 }])
    expect(callsOf([{ ...untaken, ...outside }])).toMatchObject([
      { direction: 'outbound', outcome: 'unanswered', extension: '100', number: '0203334444' },
    ])
    expect(callsOf([{ ...leg, ...within }])).toMatchObject([
      { direction: 'internal', outcome: 'answered', extension: '100', number: '101' },
    ])
  })

  test.each([
    ['PT1M2.5S', 62.5],
    ['PT2H', 7200],
    ['P1DT1S', 86401],
    ['PT0S', 0],
    ['', 0],
    ['1:02', 0],
    [null, 0],
  ])('%s is %d seconds', (duration, seconds) => {
    expect(secondsOf(duration)).toBe(seconds)
  })
})
