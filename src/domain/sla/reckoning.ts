import { addWorkingTime, type Calendar, workingMinutes } from '../../lib/working-time.ts'
import type { statusKinds } from '../workshop/tables.ts'
import { type SlaKind, slaKinds } from './tables.ts'

type StatusKind = (typeof statusKinds)[number]

/** What happened to a work order, as far as its deadlines go. */
export interface Story {
  created_at: Date
  /** The kinds of status it had, one after the other; the first is the one it began with. */
  statuses: readonly { kind: StatusKind; since: Date }[]
  /** When the customer was first written to. */
  noted_at: Date | null
  completed_at: Date | null
}

export interface Promised {
  response_hours: number
  resolution_hours: number
  warning_minutes: number
}

interface Deadline {
  /** null while the clock stands still, and in a shop that is never open. */
  due_at: Date | null
  /** When it was answered, or finished. */
  met_at: Date | null
}

/** How a work order stands. */
export interface Clock extends Record<SlaKind, Deadline> {
  /** Since when it waits for somebody else. */
  paused_at: Date | null
  cancelled_at: Date | null
}

/** What ended the two waits of a customer. */
export interface Ends extends Record<SlaKind, Date | null> {
  cancelled_at: Date | null
}

/** Answered by the first change of status or the first word to the customer, finished when it is done. */
export function endsOf({ created_at, statuses, noted_at, completed_at }: Story): Ends {
  const last = runsOf(statuses).at(-1)
  const since = last?.from ?? created_at
  return {
    response: earliest(noted_at, statuses[1]?.since ?? null),
    resolution: completed_at ?? (last?.kind === 'done' ? since : null),
    cancelled_at: last?.kind === 'cancelled' ? since : null,
  }
}

/**
 * Works out how a work order stands against an agreement. Time that it waits, or is finished or cancelled
 * before it is opened again, does not count.
 */
export function reckon(calendar: Calendar, promised: Promised, story: Story): Clock {
  const { created_at, statuses } = story
  const { response, resolution, cancelled_at } = endsOf(story)
  const last = runsOf(statuses).at(-1)
  const dueAfter = (hours: number, end: Date | null) =>
    dueDate(calendar, created_at, pausesOf(statuses, end), hours * 60)
  return {
    paused_at: last?.kind === 'waiting' && !resolution ? last.from : null,
    cancelled_at,
    response: { due_at: dueAfter(promised.response_hours, response), met_at: response },
    resolution: {
      due_at: dueAfter(promised.resolution_hours, resolution ?? cancelled_at),
      met_at: resolution,
    },
  }
}

const earliest = (a: Date | null, b: Date | null) => (a && b ? (a < b ? a : b) : (a ?? b))

interface Run {
  kind: StatusKind
  from: Date
  /** null: it lasts. */
  until: Date | null
}

/** Statuses of one kind that follow each other, as one. */
function runsOf(statuses: Story['statuses']): Run[] {
  const runs: Run[] = []
  for (const { kind, since } of statuses) {
    const last = runs.at(-1)
    if (last?.kind === kind) continue
    if (last) last.until = since
    runs.push({ kind, from: since, until: null })
  }
  return runs
}

/** When the clock stood still; what ended it at a moment ends a pause too. */
const pausesOf = (statuses: Story['statuses'], end: Date | null): Run[] =>
  runsOf(statuses)
    .filter(({ kind, from }) => kind !== 'open' && !(end && from >= end))
    .map((run) => ({ ...run, until: end && !(run.until && run.until < end) ? end : run.until }))

/** When so many minutes have gone by, without the pauses; null when that cannot be told yet. */
function dueDate(calendar: Calendar, start: Date, pauses: Run[], minutes: number): Date | null {
  let from = start
  let left = minutes
  for (const pause of pauses) {
    const due = addWorkingTime(calendar, from, left)
    if (due && due <= pause.from) return due
    if (!pause.until) return null
    left -= workingMinutes(calendar, from, pause.from)
    from = pause.until
  }
  return addWorkingTime(calendar, from, left)
}

/** What was said of a work order already. */
export interface Said {
  breached: readonly SlaKind[]
  /** Deadlines that were warned of. */
  warned: Readonly<Partial<Record<SlaKind, Date>>>
}

/** Was it warned of the deadline that it has now? */
export function wasWarned(clock: Clock, { warned }: Said, kind: SlaKind): boolean {
  const { due_at } = clock[kind]
  return due_at !== null && warned[kind]?.getTime() === due_at.getTime()
}

/** What is to be said of a work order now. */
export interface Verdict {
  breached: SlaKind[]
  warned: SlaKind[]
  /** When there may be something to say next. */
  next_check_at: Date | null
}

/**
 * What is new to say. What was answered or finished too late is a breach at once; what is late and open
 * still is for the check to say, and so are warnings.
 */
export function judge(
  clock: Clock,
  said: Said,
  warning_minutes: number,
  { now, isCheck }: { now: Date; isCheck: boolean },
): Verdict {
  const verdict: Verdict = { breached: [], warned: [], next_check_at: null }
  if (clock.cancelled_at) return verdict
  for (const kind of slaKinds) {
    const { due_at, met_at } = clock[kind]
    if (!due_at || said.breached.includes(kind)) continue
    if (met_at) {
      if (met_at > due_at) verdict.breached.push(kind)
    } else if (isCheck && now >= due_at) {
      verdict.breached.push(kind)
    } else {
      const warn_at = new Date(due_at.getTime() - warning_minutes * 60_000)
      const isKnown = warning_minutes === 0 || wasWarned(clock, said, kind)
      const isToWarn = !isKnown && isCheck && now >= warn_at
      if (isToWarn) verdict.warned.push(kind)
      const next = isKnown || isToWarn ? due_at : warn_at
      verdict.next_check_at = earliest(verdict.next_check_at, next)
    }
  }
  return verdict
}
