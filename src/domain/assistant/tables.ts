import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { belongsTo, cents, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { users } from '../identity/tables.ts'
import { taxRates } from '../tax/tables.ts'

/** How the shop wants its assistant. */
export const assistantConfigs = pgTable(
  'assistant_configs',
  {
    ...tenantColumns,
    enabled: boolean().notNull().default(true),
    openai_model: text(),
    /** Without VAT. */
    diagnosis_cost_cents: cents().notNull().default(0),
    diagnosis_tax_rate_id: reference(),
    max_suggestions: integer().notNull().default(5),
    /** Tokens that may be spent in a day of the shop. */
    daily_token_limit: integer().notNull().default(200_000),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.diagnosis_tax_rate_id, taxRates),
    unique('assistant_configs_tenant_id_unique').on(t.tenant_id),
    index('assistant_configs_diagnosis_tax_rate_id_idx').on(t.tenant_id, t.diagnosis_tax_rate_id),
    check('assistant_configs_max_suggestions_check', sql`${t.max_suggestions} between 1 and 10`),
    check('assistant_configs_diagnosis_cost_cents_check', sql`${t.diagnosis_cost_cents} >= 0`),
    check('assistant_configs_daily_token_limit_check', sql`${t.daily_token_limit} >= 0`),
  ],
)

export const consultationOutcomes = [
  'running',
  'answered',
  'refused',
  'incomplete',
  'invalid',
  'failed',
] as const

/** A question to the assistant: what it cost, and what came of it. No personal data. */
export const consultations = pgTable(
  'consultations',
  {
    ...tenantColumns,
    device_brand: text().notNull(),
    device_model: text().notNull(),
    openai_model: text().notNull(),
    outcome: text({ enum: consultationOutcomes }).notNull().default('running'),
    /** Held back for it while it runs, then what it really used. */
    tokens: integer().notNull(),
    answer: jsonb().$type<Record<string, unknown>>(),
    failure: text(),
    user_id: reference(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.user_id, users),
    index('consultations_user_id_idx').on(t.tenant_id, t.user_id),
    index('consultations_created_at_idx').on(t.tenant_id, t.created_at),
    check(
      'consultations_outcome_check',
      sql`${t.outcome} in ('running', 'answered', 'refused', 'incomplete', 'invalid', 'failed')`,
    ),
  ],
)
