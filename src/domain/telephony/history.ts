import type { PbxLogRow } from '../../integrations/3cx/client.ts'
import type { ToldCall } from './told-call.ts'

/** The calls of a stretch of the exchange's log: a row is a leg, and a call has as many as it was passed on. */
export function callsOf(rows: readonly PbxLogRow[]): ToldCall[] {
  const known = rows.filter((row): row is Leg => Boolean(keyOf(row)) && Boolean(row.StartTime))
  const calls = Map.groupBy(known, keyOf)
  return [...calls].map(([key, legs]) => callOf(key, legs.toSorted(byStart)))
}

/** No call lasts longer, whatever a log says: about three weeks. */
const longest_s = 2_000_000

type Leg = PbxLogRow & { StartTime: string }

const keyOf = ({ MainCallHistoryId, CdrId }: PbxLogRow) => MainCallHistoryId || CdrId || ''

const byStart = (a: Leg, b: Leg) => Date.parse(a.StartTime) - Date.parse(b.StartTime)

function callOf(key: string, legs: Leg[]): ToldCall {
  const [first] = legs as [Leg]
  const direction = directionOf(legs)
  const taken = legs.filter((leg) => leg.Answered && talking_s(leg) > 0)
  const last = taken.at(-1) ?? legs.at(-1) ?? first
  const [taker] = taken
  const isInbound = direction === 'inbound'
  return {
    by: 'history',
    key,
    direction,
    number: isInbound
      ? first.SourceCallerId || null
      : last.DestinationCallerId || last.DestinationDn || null,
    extension: (isInbound ? last.DestinationDn : first.SourceDn) || null,
    queue: null,
    outcome: taker ? 'answered' : isInbound ? 'missed' : 'unanswered',
    duration_sec: Math.round(Math.min(sumOf(taken), longest_s)),
    started_at: new Date(first.StartTime).toISOString(),
    answered_at: taker ? after(taker, secondsOf(taker.RingingDuration)) : null,
    ended_at: new Date(Math.max(...legs.map(end_ms))).toISOString(),
  }
}

const sumOf = (legs: Leg[]) => legs.reduce((sum, leg) => sum + talking_s(leg), 0)

const talking_s = ({ TalkingDuration }: Leg) => secondsOf(TalkingDuration)

const end_ms = (leg: Leg) => Date.parse(after(leg, secondsOf(leg.RingingDuration) + talking_s(leg)))

const after = ({ StartTime }: Leg, seconds: number) =>
  new Date(Date.parse(StartTime) + Math.min(seconds, longest_s) * 1000).toISOString()

function directionOf(legs: Leg[]): ToldCall['direction'] {
  const says = (word: RegExp) => legs.some(({ Direction }) => word.test(Direction ?? ''))
  if (says(/^inbound/i)) return 'inbound'
  return says(/^outbound/i) ? 'outbound' : 'internal'
}

/** Seconds of an ISO 8601 duration of days and less; 0 of anything else. */
export function secondsOf(duration: string | null | undefined): number {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(
    duration ?? '',
  )
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (parts ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0))
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
}
