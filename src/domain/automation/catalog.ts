import { asc } from 'drizzle-orm'
import * as z from 'zod'
import { read } from '../../verb.ts'
import { workOrderStatuses } from '../workshop/tables.ts'
import { actions, fits } from './actions.ts'
import { type FieldType, fieldTypes } from './fields.ts'
import { operators } from './operators.ts'
import { type Trigger, triggerKeys, triggers } from './triggers.ts'

const Param = z.object({
  name: z.string().meta({ examples: ['status'] }),
  type: z.string().meta({ examples: ['status'] }),
  required: z.boolean(),
  values: z.array(z.string()).optional(),
  description: z.string().optional(),
})

const Catalog = z.object({
  triggers: z.array(
    z.object({
      key: z.enum(triggerKeys).meta({ examples: ['wo_idle'] }),
      label: z.string(),
      fields: z
        .array(
          z.object({
            name: z.string().meta({ examples: ['idle_days'] }),
            type: z.enum(fieldTypes).meta({ examples: ['number'] }),
            values: z.array(z.string()).optional().describe('Of an enum'),
            changes: z
              .boolean()
              .optional()
              .describe('Takes `changed`, `changed_to` and `changed_from`'),
          }),
        )
        .describe('For conditions, and as `{{placeholder}}` in texts'),
      actions: z.array(z.string()).describe('Types of actions that fit it'),
    }),
  ),
  operators: z.array(z.string()).meta({ examples: [['=', '!=', '>=']] }),
  types: z
    .record(z.string(), z.array(z.string()))
    .meta({ examples: [{ number: ['=', '!=', '>='] }] })
    .describe('Operators by type of field'),
  actions: z.array(
    z.object({
      type: z.string().meta({ examples: ['set_status'] }),
      label: z.string(),
      params: z.array(Param),
    }),
  ),
})

export const listTriggers = read(
  {
    summary: 'List triggers, operators and actions',
    description: 'What may be named in trigger, conditions and actions of a rule.',
    can: 'automation_rules:read',
    module: 'automation',
    output: Catalog,
  },
  async (ctx) => {
    const statuses = await ctx.db
      .select({ slug: workOrderStatuses.slug })
      .from(workOrderStatuses)
      .orderBy(asc(workOrderStatuses.position), asc(workOrderStatuses.id))
    const slugs = statuses.map(({ slug }) => slug)
    return {
      triggers: triggerKeys.map((key) => shown(key, triggers[key], slugs)),
      operators: Object.keys(operators),
      types: Object.fromEntries(fieldTypes.map((type) => [type, operatorsOf(type)])),
      actions: Object.entries(actions).map(([type, { label, params }]) => ({
        type,
        label,
        params: Object.entries(params).map(([name, param]) => ({
          name,
          type: param.type,
          required: param.required ?? false,
          ...(param.values && { values: [...param.values] }),
          ...(param.type === 'status' && { values: slugs }),
          ...(param.description && { description: param.description }),
        })),
      })),
    }
  },
)

const shown = (key: (typeof triggerKeys)[number], trigger: Trigger, slugs: string[]) => ({
  key,
  label: trigger.label,
  fields: Object.entries(trigger.fields).map(([name, { type, values, names }]) => ({
    name,
    type,
    ...(values && { values: [...values] }),
    ...(names === workOrderStatuses.slug && { values: slugs }),
    ...(trigger.tells.includes(name) && { changes: true }),
  })),
  actions: Object.keys(actions).filter((type) => {
    const action = actions[type]
    return action && fits(action, trigger)
  }),
})

const operatorsOf = (type: FieldType) =>
  Object.keys(operators).filter((key) => operators[key]?.fits.includes(type))
