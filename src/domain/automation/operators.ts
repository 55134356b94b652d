import { dayIn, daysBetween, isCalendarDate } from '../../lib/dates.ts'
import type { Field, FieldType } from './fields.ts'
import type { Condition } from './tables.ts'
import type { Trigger } from './triggers.ts'

/** What an operator wants beside it. */
type Takes = 'value' | 'list' | 'days' | 'nothing'

interface Operator {
  /** Types of fields that it fits. */
  fits: readonly FieldType[]
  takes: Takes
  /** Asks what an event says of the field: only where the event tells of its change. */
  change?: true
  holds(asked: Asked): boolean
}

interface Asked {
  field: Field
  /** null when it is empty. */
  value: unknown
  against: unknown
  /** Before and after, when the event tells of it. */
  change: readonly [unknown, unknown] | undefined
  clock: Clock
}

/** The shop's own time. */
export interface Clock {
  /** YYYY-MM-DD */
  today: string
  zone: string
}

const single = ['string', 'number', 'boolean', 'date', 'enum', 'id'] as const
const ordered = ['number', 'date', 'timestamp'] as const
const mayBeEmpty = ['string', 'number', 'date', 'timestamp', 'enum', 'id', 'list'] as const

const inOrder = (test: (order: number) => boolean): Operator => ({
  fits: ordered,
  takes: 'value',
  holds: ({ field, value, against, clock }) =>
    value !== null && test(compare(field, value, against, clock)),
})

const aged = (test: (age_days: number, days: number) => boolean): Operator => ({
  fits: ['date', 'timestamp'],
  takes: 'days',
  holds: ({ field, value, against, clock }) =>
    value !== null &&
    test(daysBetween(dayOf(field, String(value), clock), clock.today), Number(against)),
})

/** By the signs that rules write. Text is compared without regard to letter case. */
export const operators: Record<string, Operator> = {
  '=': { fits: single, takes: 'value', holds: ({ value, against }) => same(value, against) },
  '!=': { fits: single, takes: 'value', holds: ({ value, against }) => !same(value, against) },
  '>': inOrder((order) => order > 0),
  '<': inOrder((order) => order < 0),
  '>=': inOrder((order) => order >= 0),
  '<=': inOrder((order) => order <= 0),
  in: {
    fits: ['string', 'number', 'enum', 'id'],
    takes: 'list',
    holds: ({ value, against }) => (against as unknown[]).some((one) => same(value, one)),
  },
  contains: {
    fits: ['string', 'list'],
    takes: 'value',
    holds: ({ field, value, against }) =>
      field.type === 'list'
        ? ((value ?? []) as unknown[]).some((one) => same(one, against))
        : value !== null && String(folded(value)).includes(String(folded(against))),
  },
  empty: { fits: mayBeEmpty, takes: 'nothing', holds: ({ value }) => isEmpty(value) },
  not_empty: { fits: mayBeEmpty, takes: 'nothing', holds: ({ value }) => !isEmpty(value) },
  changed: {
    fits: [...single, 'timestamp'],
    takes: 'nothing',
    change: true,
    holds: ({ change }) => change !== undefined,
  },
  changed_to: {
    fits: single,
    takes: 'value',
    change: true,
    holds: ({ change, against }) => change !== undefined && same(change[1], against),
  },
  changed_from: {
    fits: single,
    takes: 'value',
    change: true,
    holds: ({ change, against }) => change !== undefined && same(change[0], against),
  },
  older_than_days: aged((age, days) => age > days),
  newer_than_days: aged((age, days) => age < days),
}

export const operatorOf = (name: string) =>
  Object.hasOwn(operators, name) ? operators[name] : undefined

/** The operators that may stand beside a field of a trigger. */
export const operatorsFor = (trigger: Trigger, name: string, { type }: Field) =>
  Object.keys(operators).filter((key) => {
    const operator = operators[key]
    return operator?.fits.includes(type) && (!operator.change || trigger.tells.includes(name))
  })

const folded = (value: unknown) => (typeof value === 'string' ? value.trim().toLowerCase() : value)

const same = (one: unknown, other: unknown) => folded(one) === folded(other)

const isEmpty = (value: unknown) =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** The day that a date or a moment lies on in the shop. */
const dayOf = ({ type }: Field, value: string, { zone }: Clock) =>
  type === 'date' ? value : dayIn(zone, new Date(value))

function compare(field: Field, value: unknown, against: unknown, clock: Clock): number {
  if (field.type === 'number') return Number(value) - Number(against)
  const [one, other] = [String(value), String(against)]
  if (isCalendarDate(other)) {
    const day = dayOf(field, one, clock)
    return day < other ? -1 : day > other ? 1 : 0
  }
  return Date.parse(one) - Date.parse(other)
}

/** What a record is judged by. */
export interface Judged {
  values: Readonly<Record<string, unknown>>
  /** Absent when no event started it: a change is taken to have led to what is there now. */
  changes?: Readonly<Record<string, readonly [unknown, unknown]>> | undefined
}

/** Do all conditions of a rule hold for a record? */
export const allHold = (
  conditions: readonly Condition[],
  trigger: Trigger,
  { values, changes }: Judged,
  clock: Clock,
) =>
  conditions.every(({ field: name, operator, value: against }) => {
    const field = trigger.fields[name]
    if (!field) return false
    const value = values[name] ?? null
    const supposed = [operator === 'changed_from' ? against : null, value] as const
    const change = changes ? changes[name] : supposed
    return operatorOf(operator)?.holds({ field, value, against, change, clock }) ?? false
  })

const mostDays = 36_500

/** What is wrong with the value of a condition; undefined when it fits. */
export function valueProblem(
  trigger: Trigger,
  { field: name, operator, value }: Condition,
): string | undefined {
  const field = trigger.fields[name] as Field
  switch (operatorOf(operator)?.takes) {
    case 'nothing':
      return value === null || value === '' ? undefined : 'must be empty'
    case 'days':
      return isWhole(value, 0, mostDays) ? undefined : `must be an integer of 0 to ${mostDays}`
    case 'list':
      if (!Array.isArray(value) || value.length === 0 || value.length > 100) {
        return 'must be an array of 1 to 100 values'
      }
      return value.map((one) => problemOf(field, one)).find(Boolean)
    default:
      if (trigger.line?.field === name && ['=', '>=', '>'].includes(operator)) {
        const least = operator === '>' ? 0 : 1
        if (isWhole(value, least, mostDays)) return undefined
        return `must be an integer of ${least} to ${mostDays}`
      }
      return problemOf(field, value)
  }
}

const isWhole = (value: unknown, least: number, most: number) =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most

const mostNumber = 1e9

function problemOf({ type, values }: Field, value: unknown): string | undefined {
  const text = typeof value === 'string' && value.trim() !== '' && value.length <= 255
  const fits: Record<FieldType, [boolean, string]> = {
    string: [text, 'must be a string of 1 to 255 characters'],
    list: [text, 'must be a string of 1 to 255 characters'],
    number: [
      typeof value === 'number' && Math.abs(value) <= mostNumber,
      `must be a number of at most ${mostNumber}`,
    ],
    boolean: [typeof value === 'boolean', 'must be a boolean'],
    date: [text && isCalendarDate(value), 'must be a valid date (YYYY-MM-DD)'],
    timestamp: [text && isMoment(value), 'must be a valid date, or a moment with its offset'],
    enum: values
      ? [text && values.includes(value), `must be one of: ${values.join(', ')}`]
      : [text, 'must be a string of 1 to 255 characters'],
    id: [isWhole(value, 1, Number.MAX_SAFE_INTEGER), 'must be a valid id'],
  }
  const [isRight, problem] = fits[type]
  return isRight ? undefined : problem
}

const isMoment = (value: string) =>
  isCalendarDate(value) ||
  (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    isCalendarDate(value.slice(0, 10)) &&
    !Number.isNaN(Date.parse(value)))
