import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { id, instant, Stamps, text } from '../../schema.ts'
import { automationLogs, automationRules, outcomes } from './tables.ts'
import { triggerKeys } from './triggers.ts'

const name = () => z.string().meta({ examples: ['Auto-close after 30 days'] })
const trigger = () => z.enum(triggerKeys).meta({ examples: ['wo_idle'] })

export const Rule = z.object({
  id: id().meta({ examples: [1] }),
  name: name(),
  trigger: trigger(),
  active: z.boolean().meta({ examples: [true] }),
  last_run_at: instant()
    .nullable()
    .meta({ examples: ['2026-03-26T23:00:00Z'] }),
  conditions: z.array(
    z.object({
      field: z.string().meta({ examples: ['idle_days'] }),
      operator: z.string().meta({ examples: ['>='] }),
      value: z.unknown().meta({ examples: [30] }),
    }),
  ),
  actions: z.array(
    z.object({
      type: z.string().meta({ examples: ['set_status'] }),
      params: z.record(z.string(), z.unknown()).meta({ examples: [{ status: 'cancelled' }] }),
    }),
  ),
  ...Stamps,
})

export const Draft = z.object({
  name: text().meta({ examples: ['Auto-close after 30 days'] }),
  trigger: trigger().describe('See `GET /automation-rules/triggers`'),
  conditions: z
    .array(
      z.object({
        field: text(100).meta({ examples: ['idle_days'] }),
        operator: text(50).meta({ examples: ['>='] }),
        value: z
          .unknown()
          .optional()
          .meta({ examples: [30] }),
      }),
    )
    .max(20)
    .optional()
    .describe('All must hold'),
  actions: z
    .array(
      z.object({
        type: text(50).meta({ examples: ['set_status'] }),
        params: z
          .record(z.string(), z.unknown())
          .optional()
          .meta({ examples: [{ status: 'cancelled' }] }),
      }),
    )
    .min(1)
    .max(20)
    .describe('Done in their order; one that is refused does not stop the others'),
  active: z.boolean().optional().describe('true when absent'),
})

const columns = {
  id: automationRules.id,
  name: automationRules.name,
  trigger: sql<z.input<typeof Rule>['trigger']>`${automationRules.trigger}`,
  active: automationRules.active,
  last_run_at: automationRules.last_run_at,
  conditions: automationRules.conditions,
  actions: automationRules.actions,
  created_at: automationRules.created_at,
  updated_at: automationRules.updated_at,
}

export const ruleRows = (ctx: Selecting) => ctx.db.select(columns).from(automationRules)

export const oneRule = async (ctx: Selecting, id: number | SQL<number>) =>
  found((await rowsBy(ctx, ruleRows, automationRules.id, id))[0])

const Touched = z.object({
  entity: z.string().meta({ examples: ['work_order'] }),
  id: id().meta({ examples: [101] }),
})

/** What a run did. */
export const Log = z.object({
  id: id(),
  ran_at: instant().meta({ examples: ['2026-03-26T23:00:00Z'] }),
  outcome: z
    .enum(outcomes)
    .describe('`partial`: some of its actions failed; `skipped`: there was nothing to do'),
  affected_records: z.int().meta({ examples: [3] }),
  error: z.string().nullable(),
  records: z.array(Touched).describe('What it changed, or made'),
  results: z
    .array(
      z.object({
        type: z.string().meta({ examples: ['set_status'] }),
        outcome: z.enum(['success', 'failed', 'skipped']),
        record: Touched.nullable().describe('What the rule was about'),
        did: z
          .string()
          .optional()
          .meta({ examples: ['status = cancelled'] }),
        error: z.string().optional(),
      }),
    )
    .describe('Each action on each record'),
  event_id: id().nullable(),
  dry_run: z.boolean(),
})

const logColumns = {
  id: automationLogs.id,
  ran_at: automationLogs.ran_at,
  outcome: automationLogs.outcome,
  affected_records: automationLogs.affected_records,
  error: automationLogs.error,
  records: automationLogs.records,
  results: automationLogs.results,
  event_id: automationLogs.event_id,
  dry_run: automationLogs.dry_run,
}

export const logRows = (ctx: Selecting) => ctx.db.select(logColumns).from(automationLogs)

export const oneLog = async (ctx: Selecting, id: number | SQL<number>) =>
  found((await rowsBy(ctx, logRows, automationLogs.id, id))[0])
