import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { users } from '../identity/tables.ts'
import { employees } from '../staff/tables.ts'

/** Whose telephone it is that rings at an extension of the exchange. */
export const extensions = pgTable(
  'extensions',
  { ...tenantColumns, user_id: reference().notNull(), extension: text().notNull() },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.user_id, users, 'cascade'),
    unique('extensions_user_id_unique').on(t.tenant_id, t.user_id),
    unique('extensions_extension_unique').on(t.tenant_id, t.extension),
  ],
)

/** How an employee is reached by telephone. */
export const employeePhones = pgTable(
  'employee_phones',
  {
    ...tenantColumns,
    employee_id: reference().notNull(),
    provider: text(),
    extension: text(),
    /** E.164, as the forwarding number. */
    mobile_number: text(),
    forwarding_number: text(),
    sip_username: text(),
    /** As a JWE. */
    sip_password: text(),
    is_active: boolean().notNull().default(true),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.employee_id, employees, 'cascade'),
    unique('employee_phones_employee_id_unique').on(t.tenant_id, t.employee_id),
  ],
)

export const callDirections = ['inbound', 'outbound', 'internal'] as const

export const callOutcomes = ['answered', 'missed', 'unanswered'] as const

/** A telephone call that is over. */
export const calls = pgTable(
  'calls',
  {
    ...tenantColumns,
    direction: text({ enum: callDirections }).notNull(),
    /** Who called, and whom: a number in E.164 where it is one, or an extension. */
    caller: text().notNull(),
    callee: text(),
    /** The other side in E.164; its customer is whoever has that number. Null when withheld. */
    phone: text(),
    extension: text(),
    /** The extension of the queue that it came through. */
    queue: text(),
    /** Whose extension it was then. */
    user_id: reference(),
    /** missed: nobody here took it; unanswered: nobody there did. */
    outcome: text({ enum: callOutcomes }).notNull(),
    duration_sec: integer().notNull().default(0),
    started_at: instant().notNull(),
    answered_at: instant(),
    ended_at: instant(),
    /** Of the journal: who, with whom, when; the exchange gives no number of its own there. */
    journal_key: text(),
    /** The exchange's own number of it, from its history. */
    provider_id: text(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.user_id, users),
    unique('calls_journal_key_unique').on(t.tenant_id, t.journal_key),
    unique('calls_provider_id_unique').on(t.tenant_id, t.provider_id),
    index('calls_started_at_idx').on(t.tenant_id, t.started_at.desc(), t.id.desc()),
    index('calls_user_id_idx').on(t.tenant_id, t.user_id),
    index('calls_phone_idx').on(t.tenant_id, t.phone, t.started_at.desc()),
    check('calls_direction_check', sql`${t.direction} in ('inbound', 'outbound', 'internal')`),
    check('calls_outcome_check', sql`${t.outcome} in ('answered', 'missed', 'unanswered')`),
    check('calls_duration_sec_check', sql`${t.duration_sec} >= 0`),
  ],
)
