import type { Condition } from './tables.ts'
import type { Trigger } from './triggers.ts'

const fromDay = ['=', '>=', '>']

/**
 * The conditions as they hold for a record that crossed the line of a rule about time: `= 30` was met on the
 * thirtieth day, and is not lost when it is looked at a day later. A rule that names no line has the usual one.
 */
export function conditionsInTime({
  conditions,
  trigger: { line },
}: {
  conditions: readonly Condition[]
  trigger: Trigger
}): Condition[] {
  if (!line) return [...conditions]
  const { field, usual_days } = line
  const isLine = (one: Condition) => one.field === field && fromDay.includes(one.operator)
  const reached = conditions.map((one) =>
    isLine(one) && one.operator === '=' ? { ...one, operator: '>=' } : one,
  )
  return conditions.some(isLine)
    ? reached
    : [...reached, { field, operator: '>=', value: usual_days }]
}
