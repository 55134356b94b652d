import type { callDirections, callOutcomes } from './tables.ts'

/** A call that is over, as the exchange tells of it. Moments are ISO 8601 with their offset. */
export interface ToldCall {
  /** By the journal, when it ends; or by the history, when it is asked for it. */
  by: 'journal' | 'history'
  /** What makes two tellings in the same way one. */
  key: string
  direction: (typeof callDirections)[number]
  /** The other side as it was dialled or shown; null when withheld. Of an internal call, whom was called. */
  number: string | null
  extension: string | null
  queue: string | null
  outcome: (typeof callOutcomes)[number]
  duration_sec: number
  started_at: string
  answered_at: string | null
  ended_at: string | null
}
