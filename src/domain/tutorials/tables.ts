import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { belongsTo, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { users } from '../identity/tables.ts'

export const languages = ['nl', 'en'] as const
/** A text in each language; a shop's own is the same in both. */
export type Wording = Record<(typeof languages)[number], string>

export const tutorials = pgTable(
  'tutorials',
  {
    ...tenantColumns,
    /** Name of a default tutorial; null: the shop's own. */
    key: text(),
    /** Whom it is for: a role of the shop, or `all`. */
    role: text().notNull().default('all'),
    /** Place in the list. The defaults begin at 1; what the shop adds comes behind them. */
    position: integer().notNull().default(100),
    title: jsonb().$type<Wording>().notNull(),
  },
  (t) => [
    tenantKey(t),
    unique('tutorials_key_unique').on(t.tenant_id, t.key),
    check(
      'tutorials_role_check',
      sql`${t.role} in ('all', 'admin', 'manager', 'technician', 'frontdesk', 'accountant')`,
    ),
  ],
)

export const tutorialSteps = pgTable(
  'tutorial_steps',
  {
    ...tenantColumns,
    tutorial_id: reference().notNull(),
    /** From 1. */
    position: integer().notNull(),
    title: jsonb().$type<Wording>().notNull(),
    body: jsonb().$type<Wording>().notNull(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.tutorial_id, tutorials, 'cascade'),
    unique('tutorial_steps_position_unique').on(t.tenant_id, t.tutorial_id, t.position),
  ],
)

/** A step that somebody completed. */
export const tutorialProgress = pgTable(
  'tutorial_progress',
  {
    ...tenantColumns,
    user_id: reference().notNull(),
    step_id: reference().notNull(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.user_id, users, 'cascade'),
    belongsTo(t, t.step_id, tutorialSteps, 'cascade'),
    unique('tutorial_progress_step_unique').on(t.tenant_id, t.user_id, t.step_id),
    index('tutorial_progress_step_id_idx').on(t.tenant_id, t.step_id),
  ],
)

/** What somebody wants of tutorials; no row: the defaults. */
export const tutorialSettings = pgTable(
  'tutorial_settings',
  {
    ...tenantColumns,
    user_id: reference().notNull(),
    tutorials_enabled: boolean().notNull().default(true),
    completed_onboarding: boolean().notNull().default(false),
    dismissed_hints: jsonb().$type<string[]>().notNull().default([]),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.user_id, users, 'cascade'),
    unique('tutorial_settings_user_id_unique').on(t.tenant_id, t.user_id),
  ],
)
