import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'

export interface Condition {
  field: string
  operator: string
  value: unknown
}
export interface Action {
  type: string
  params: Record<string, unknown>
}

/** When this happens, and that holds, do these things. */
export const automationRules = pgTable(
  'automation_rules',
  {
    ...tenantColumns,
    name: text().notNull(),
    /** The name of an event, or of a time: `wo_idle`. */
    trigger: text().notNull(),
    conditions: jsonb().$type<Condition[]>().notNull().default([]),
    actions: jsonb().$type<Action[]>().notNull(),
    active: boolean().notNull().default(true),
    last_run_at: instant(),
    /** Up to where a rule about time has looked: what crossed its line before was dealt with. */
    checked_until: instant(),
  },
  (t) => [
    tenantKey(t),
    index('automation_rules_trigger_idx').on(t.tenant_id, t.trigger).where(sql`${t.active}`),
    // What the job looks for, across the shops.
    index('automation_rules_active_idx').on(t.trigger).where(sql`${t.active}`),
  ],
)

export const outcomes = ['success', 'partial', 'failed', 'skipped'] as const

/** A record, by the name that events give to its kind. */
export interface Touched {
  entity: string
  id: number
}

/** What became of an action; in a dry run, what would. */
export interface Result {
  type: string
  outcome: Exclude<(typeof outcomes)[number], 'partial'>
  /** The record that the rule was about; null for a rule of the schedule. */
  record: Touched | null
  /** What it did, in a few words. */
  did?: string
  /** Why not. */
  error?: string
}

/** What a rule did, and to what. */
export const automationLogs = pgTable(
  'automation_logs',
  {
    ...tenantColumns,
    rule_id: reference().notNull(),
    ran_at: instant().notNull().default(sql`app.now()`),
    outcome: text({ enum: outcomes }).notNull(),
    affected_records: integer().notNull(),
    event_id: reference(),
    /** The records that it touched, or would touch. */
    records: jsonb().$type<Touched[]>().notNull().default([]),
    /** What became of each action, on each record. */
    results: jsonb().$type<Result[]>().notNull().default([]),
    error: text(),
    dry_run: boolean().notNull().default(false),
    /** The rules that led to this run. */
    chain: bigint({ mode: 'number' }).array().notNull().default(sql`'{}'`),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.rule_id, automationRules, 'cascade'),
    index('automation_logs_rule_id_idx').on(t.tenant_id, t.rule_id, t.id.desc()),
    index('automation_logs_ran_at_idx').on(t.ran_at),
    check(
      'automation_logs_outcome_check',
      sql`${t.outcome} in ('success', 'partial', 'failed', 'skipped')`,
    ),
  ],
)
