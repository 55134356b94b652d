import { and, desc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { arrayPage, pageInOrder } from '../../db/pages.ts'
import {
  guard,
  insert,
  mustExist,
  newId,
  remove,
  same,
  update,
  updateWhere,
} from '../../db/rows.ts'
import { ArrayPaging, flag, Id, Paging, pageOf } from '../../schema.ts'
import { lookFirst, read, write, writeAfterLook } from '../../verb.ts'
import { checkRule, given, mustBeKnown } from './check-rule.ts'
import { Draft, Log, logRows, oneRule, Rule, ruleRows } from './rule-record.ts'
import { automationLogs, automationRules, outcomes } from './tables.ts'
import { triggerKeys } from './triggers.ts'

const reading = { can: 'automation_rules:read', module: 'automation' } as const
const writing = { can: 'automation_rules:write', module: 'automation' } as const
const onRule = { params: Id, on: automationRules } as const

export const listRules = read(
  {
    ...reading,
    summary: 'List automation rules',
    description: 'Newest first.',
    query: ArrayPaging.extend({
      trigger: z.enum(triggerKeys).optional(),
      active: flag().optional(),
    }),
    output: z.array(Rule),
  },
  (ctx, { query: { trigger, active, ...paging } }) =>
    arrayPage(
      ctx,
      automationRules,
      paging,
      and(same(automationRules.trigger, trigger), same(automationRules.active, active)),
      [desc(automationRules.id)],
      ruleRows,
    ),
)

type Given = Partial<z.output<typeof Draft>>

/** As it is kept: without the values and parameters that are null. */
const kept = ({ conditions, actions, ...draft }: Given) => ({
  ...draft,
  ...(conditions && {
    conditions: conditions.map(({ value = null, ...condition }) => ({ ...condition, value })),
  }),
  ...(actions && { actions: actions.map(given) }),
})

export const createRule = write(
  {
    ...writing,
    summary: 'Create automation rule',
    description:
      'Fields, operators, actions and their parameters are those of `GET /automation-rules/triggers`; a mistake is named by its place, such as `conditions.0.field`. A rule about time also reacts to what is over its line already.',
    body: Draft,
    output: Rule,
    status: 201,
  },
  async (ctx, { body }) => {
    const { conditions = [], actions = [], ...draft } = kept(body)
    const rule = { ...draft, name: body.name, trigger: body.trigger, conditions, actions }
    const named = checkRule(rule)
    const [, , added] = await Promise.all([
      mustBeKnown(ctx, named),
      insert(ctx, automationRules, rule),
      oneRule(ctx, newId(automationRules)),
    ])
    return added
  },
)

export const getRule = read(
  { ...reading, ...onRule, summary: 'Get automation rule', output: Rule },
  (ctx, { params }) => oneRule(ctx, params.id),
)

const parts = ['trigger', 'conditions', 'actions'] as const

export const updateRule = writeAfterLook(
  {
    ...writing,
    ...onRule,
    summary: 'Update automation rule',
    description:
      'Update rule definition. Partial updates supported; what is left out must fit what is given. A rule about time looks at everything anew when its trigger or conditions change, or when it is activated.',
    body: Draft.partial(),
    output: Rule,
  },
  {
    needless: ({ body }) => [0, parts.length].includes(parts.filter((part) => body[part]).length),
    see: (ctx, { params }) => oneRule(ctx, params.id),
  },
  async (ctx, { params: { id }, body }, seen) => {
    const changes = kept(body)
    const named = seen || body.trigger ? checkRule({ ...fromNothing, ...seen, ...changes }) : []
    const [, , , rule] = await Promise.all([
      mustBeKnown(ctx, named),
      seen && mustBeAsSeen(ctx, id, seen.updated_at),
      update(ctx, automationRules, id, { ...changes, checked_until: lookedUntil(changes) }),
      oneRule(ctx, id),
    ])
    return rule
  },
)

const fromNothing = { trigger: '', conditions: [], actions: [] }

const mustBeAsSeen = (ctx: Parameters<typeof guard>[0], id: number, updated_at: string) =>
  guard(
    ctx,
    sql`exists (select from ${automationRules}
      where ${automationRules.id} = ${id} and ${automationRules.updated_at} = ${updated_at}
      for update)`,
    lookFirst,
  )

/** Another question, or a rule that slept: what it has looked at is to be looked at again. */
const lookedUntil = ({ trigger, conditions, active }: ReturnType<typeof kept>) => {
  const { checked_until, ...now } = automationRules
  return sql`case when ${now.trigger} = ${trigger ?? now.trigger}
    and ${now.conditions} = ${conditions ? sql`${JSON.stringify(conditions)}::jsonb` : now.conditions}
    and ${now.active} = ${active ?? now.active} then ${checked_until} end`
}

export const deleteRule = write(
  {
    ...writing,
    ...onRule,
    summary: 'Delete automation rule',
    description: 'Permanently deletes the rule, with its log.',
  },
  (ctx, { params }) => remove(ctx, automationRules, params.id),
)

export const toggleRule = write(
  {
    ...writing,
    ...onRule,
    summary: 'Toggle rule active state',
    output: z.object({
      active: z.boolean().meta({ examples: [false] }),
      message: z.string().meta({ examples: ['Rule deactivated'] }),
    }),
  },
  async (ctx, { params: { id } }) => {
    const [, { active }] = await Promise.all([
      updateWhere(ctx, automationRules, eq(automationRules.id, id), {
        active: sql`not ${automationRules.active}`,
        checked_until: null,
      }),
      oneRule(ctx, id),
    ])
    return { active, message: active ? 'Rule activated' : 'Rule deactivated' }
  },
)

export const listRuleLogs = read(
  {
    ...reading,
    summary: 'Rule execution log',
    description:
      'Execution history for the rule, newest first, including outcome and any errors. What did not meet the conditions is no run.',
    params: Id,
    query: Paging.extend({
      outcome: z.enum(outcomes).optional(),
      dry_run: flag().optional(),
    }),
    output: pageOf(Log),
  },
  async (ctx, { params: { id }, query: { outcome, dry_run, ...paging } }) => {
    const where = and(
      eq(automationLogs.rule_id, id),
      same(automationLogs.outcome, outcome),
      same(automationLogs.dry_run, dry_run),
    )
    const [, logs] = await Promise.all([
      mustExist(ctx, automationRules, id),
      pageInOrder(ctx, automationLogs, paging, where, [desc(automationLogs.id)], logRows),
    ])
    return logs
  },
)
