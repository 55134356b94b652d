import { e164 } from '../customers/phone.ts'
import type { calls } from './tables.ts'
import type { ToldCall } from './told-call.ts'

type Row = typeof calls.$inferSelect

/** What is kept of a call. */
export type CallRow = Pick<
  Row,
  | 'direction'
  | 'caller'
  | 'callee'
  | 'phone'
  | 'extension'
  | 'queue'
  | 'outcome'
  | 'duration_sec'
  | 'started_at'
  | 'answered_at'
  | 'ended_at'
  | 'journal_key'
  | 'provider_id'
>

/** So far apart the journal and the history may put the beginning of one call. */
export const clockSlack_ms = 3000

/** @param country whose national numbers the exchange shows */
export function rowOf(told: ToldCall, country: string): CallRow {
  const { by, key, direction, number, extension, queue, ...rest } = told
  const phone = direction === 'internal' ? null : e164(number, country)
  const other = phone ?? number
  const [caller, callee] =
    direction === 'inbound' ? [other ?? 'anonymous', extension ?? queue] : [extension ?? '', other]
  const keys =
    by === 'journal'
      ? { journal_key: key, provider_id: null }
      : { journal_key: null, provider_id: key }
  return { direction, caller, callee, phone, extension, queue, ...keys, ...rest }
}

/**
 * Are these one call? An exchange may tell of it once for each phone that rang; who withholds his number is
 * told apart by where it rang.
 */
export function isSame(a: CallRow, b: CallRow): boolean {
  if (a.provider_id && b.provider_id) return a.provider_id === b.provider_id
  if (a.journal_key && a.journal_key === b.journal_key) return true
  const apart_ms = Math.abs(Date.parse(a.started_at) - Date.parse(b.started_at))
  if (apart_ms > clockSlack_ms || a.direction !== b.direction) return false
  if (a.phone || b.phone) return a.phone === b.phone
  const isElsewhere = a.extension && b.extension && a.extension !== b.extension
  return !isElsewhere && otherSide(a) === otherSide(b)
}

const otherSide = ({ direction, caller, callee }: CallRow) =>
  direction === 'inbound' ? caller : callee

/**
 * What is known of a call that is told of again, in whichever order: the history knows it as a whole, so the
 * journal adds to it only what it leaves open; of two phones that rang, the one that was taken counts.
 */
export function merged(known: CallRow, told: CallRow): CallRow {
  const keys = {
    journal_key: known.journal_key ?? told.journal_key,
    provider_id: known.provider_id ?? told.provider_id,
  }
  const better = isBetter(told, known) ? told : known
  const other = better === told ? known : told
  return {
    ...better,
    ...keys,
    callee: better.callee ?? other.callee,
    extension: better.extension ?? other.extension,
    queue: better.queue ?? other.queue,
  }
}

function isBetter(a: CallRow, b: CallRow): boolean {
  if (a.provider_id) return true
  if (b.provider_id) return false
  const isTaken = (row: CallRow) => row.outcome === 'answered'
  if (isTaken(a) !== isTaken(b)) return isTaken(a)
  if (a.duration_sec !== b.duration_sec) return a.duration_sec > b.duration_sec
  return (a.extension ?? '') > (b.extension ?? '')
}

/** What has to be written to make of the one row the other; undefined when they say the same. */
export function changeOf(known: CallRow, wanted: CallRow): Partial<CallRow> | undefined {
  const changes = Object.entries(wanted).filter(
    ([name, value]) => !isEqual(known[name as keyof CallRow], value),
  )
  return changes.length > 0 ? (Object.fromEntries(changes) as Partial<CallRow>) : undefined
}

/** Postgres writes a moment another way. */
const isEqual = (a: unknown, b: unknown) =>
  a === b ||
  (typeof a === 'string' && typeof b === 'string' && isMoment(a) && Date.parse(a) === Date.parse(b))

const isMoment = (text: string) => /^\d{4}-\d\d-\d\d[T ]\d\d:/.test(text)
