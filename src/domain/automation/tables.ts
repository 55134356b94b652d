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
  ],
)

/** What a rule did, and to what. */
export const automationLogs = pgTable(
  'automation_logs',
  {
    ...tenantColumns,
    rule_id: reference().notNull(),
    ran_at: instant().notNull().default(sql`app.now()`),
    outcome: text().notNull(),
    affected_records: integer().notNull(),
    event_id: reference(),
    /** The records that it touched, or would touch. */
    records: jsonb().$type<{ entity: string; id: number }[]>().notNull().default([]),
    /** What became of each action. */
    results: jsonb()
      .$type<{ type: string; outcome: string; error?: string }[]>()
      .notNull()
      .default([]),
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
