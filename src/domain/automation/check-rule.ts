import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Writing } from '../../context.ts'
import { guard } from '../../db/rows.ts'
import { type FieldErrors, invalid } from '../../refusal.ts'
import type { Action as ActionType } from './action.ts'
import { actionOf, actions, fits } from './actions.ts'
import { paramNames, paramProblem } from './check-params.ts'
import { operatorOf, operators, operatorsFor, valueProblem } from './operators.ts'
import type { Action, Condition } from './tables.ts'
import { unknownPlaceholders } from './texts.ts'
import { type Trigger, triggerOf } from './triggers.ts'

interface Rule {
  trigger: string
  conditions: readonly Condition[]
  actions: readonly Action[]
}

/** A value that must be found among the shop's own records. */
interface Named {
  path: string
  column: PgColumn
  value: unknown
}

/**
 * Refuses a rule that could not run: a field that the trigger does not know, an operator that does not fit the
 * field, an action without its parameters. Every mistake is named by its place: `conditions.0.field`.
 *
 * @returns what it names, to be looked for in the shop (see `mustBeKnown`)
 */
export function checkRule(rule: Rule): Named[] {
  const trigger = triggerOf(rule.trigger)
  if (!trigger) throw invalid({ trigger: ['The selected trigger is invalid.'] })
  const errors: FieldErrors = {}
  const refuse = (path: string, problem: string) => {
    errors[path] ??= [`The ${path.replaceAll('_', ' ')} field ${problem}.`]
  }
  const named = [
    ...rule.conditions.flatMap((condition, i) =>
      checkCondition(condition, trigger, `conditions.${i}`, refuse),
    ),
    ...rule.actions.flatMap((action, i) => checkAction(action, trigger, `actions.${i}`, refuse)),
  ]
  if (Object.keys(errors).length > 0) throw invalid(errors)
  return named
}

type Refuse = (path: string, problem: string) => void

function checkCondition(
  condition: Condition,
  trigger: Trigger,
  path: string,
  refuse: Refuse,
): Named[] {
  const { field: name, operator, value } = condition
  const field = Object.hasOwn(trigger.fields, name) ? trigger.fields[name] : undefined
  const signs = Object.keys(operators).join(', ')
  if (!field) refuse(`${path}.field`, 'is not a field of the trigger')
  if (!operatorOf(operator)) {
    refuse(`${path}.operator`, `must be one of: ${signs}`)
    return []
  }
  if (!field) return []
  const fitting = operatorsFor(trigger, name, field)
  if (!fitting.includes(operator)) {
    refuse(`${path}.operator`, `does not fit ${name}; it takes ${fitting.join(', ')}`)
    return []
  }
  const problem = valueProblem(trigger, condition)
  if (problem) refuse(`${path}.value`, problem)
  const { takes } = operatorOf(operator) ?? {}
  if (problem || !field.names || (takes !== 'value' && takes !== 'list')) return []
  return [{ path: `${path}.value`, column: field.names, value }]
}

function checkAction(
  { type, params }: Action,
  trigger: Trigger,
  path: string,
  refuse: Refuse,
): Named[] {
  const action = actionOf(type)
  if (!action) {
    refuse(`${path}.type`, `must be one of: ${Object.keys(actions).join(', ')}`)
    return []
  }
  if (!fits(action, trigger)) {
    const what = action.needs?.replaceAll('_', ' ')
    refuse(`${path}.type`, `does not fit the trigger, which is about no ${what}`)
    return []
  }
  return checkParams(action, params, trigger, `${path}.params`, refuse)
}

function checkParams(
  action: ActionType,
  params: Record<string, unknown>,
  trigger: Trigger,
  path: string,
  refuse: Refuse,
): Named[] {
  for (const name of Object.keys(params)) {
    if (!Object.hasOwn(action.params, name)) refuse(`${path}.${name}`, 'is not a parameter of it')
  }
  const together = action.problem?.(params, (link) => trigger.source?.links[link] !== undefined)
  if (together) refuse(`${path}.${together[0]}`, together[1])
  return Object.entries(action.params).flatMap(([name, param]): Named[] => {
    const value = params[name]
    const place = `${path}.${name}`
    if (value === undefined) {
      if (param.required) refuse(place, 'is required')
      return []
    }
    const problem = paramProblem(param, value)
    if (problem) refuse(place, problem)
    const [unknown] = param.type === 'text' ? unknownPlaceholders(String(value), trigger) : []
    if (unknown !== undefined) refuse(place, `holds an unknown placeholder: {{${unknown}}}`)
    const column = paramNames[param.type]
    return column && !problem ? [{ path: place, column, value }] : []
  })
}

/** A null of a client is a parameter that is not there. */
export const given = ({ type, params = {} }: { type: string; params?: object | undefined }) => ({
  type,
  params: Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null)),
})

/** What a rule names, must be the shop's. */
export const mustBeKnown = (ctx: Writing, named: readonly Named[]) =>
  Promise.all(
    named.map(({ path, column, value }) =>
      guard(ctx, isKnown(column, Array.isArray(value) ? value : [value]), {
        code: 'validation_failed',
        message: `The selected ${path.replaceAll('_', ' ')} is invalid.`,
        field: path,
      }),
    ),
  )

const isKnown = (column: PgColumn, values: readonly unknown[]): SQL =>
  sql`not exists (
    select from jsonb_array_elements_text(${JSON.stringify(values)}::jsonb) as one (value)
    where not exists (select from ${column.table}
      where ${column} = one.value::${sql.raw(column.getSQLType())}))`
