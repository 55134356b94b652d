import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  numeric,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { users } from '../identity/tables.ts'
import { branches, employees } from '../staff/tables.ts'

export const leaveStatuses = ['pending', 'approved', 'rejected', 'cancelled'] as const

/** The two halves of a day off. */
export const halves = ['morning', 'afternoon'] as const

const days = () => numeric({ precision: 6, scale: 2 })

export const leaveTypes = pgTable(
  'leave_types',
  {
    ...tenantColumns,
    name: text().notNull(),
    /** Of who works five days a week, all year; null: as many as it takes. */
    days_per_year: days(),
    paid: boolean().notNull().default(true),
    /** What may go over into the next year at most; null: all that is left. */
    carry_over_days: days().default('0'),
    /** `MM-DD`, the last day on which days of the year before may be taken; null: no end. */
    carry_over_until: text(),
    needs_approval: boolean().notNull().default(true),
    active: boolean().notNull().default(true),
    /** The first year whose balance is kept; nothing comes over from before. */
    counts_from: integer().notNull().default(sql`extract(year from app.today())`),
  },
  (t) => [
    tenantKey(t),
    uniqueIndex('leave_types_name_unique').on(t.tenant_id, sql`lower(${t.name})`),
    check('leave_types_days_per_year_check', sql`${t.days_per_year} between 0 and 366`),
    check('leave_types_carry_over_days_check', sql`${t.carry_over_days} between 0 and 999`),
    check('leave_types_counts_from_check', sql`${t.counts_from} between 2000 and 2100`),
  ],
)

export const leaveRequests = pgTable(
  'leave_requests',
  {
    ...tenantColumns,
    employee_id: reference().notNull(),
    leave_type_id: reference().notNull(),
    start_date: date({ mode: 'string' }).notNull(),
    /** The first half day that is off. */
    start_half: text({ enum: halves }).notNull().default('morning'),
    end_date: date({ mode: 'string' }).notNull(),
    /** The last half day that is off. */
    end_half: text({ enum: halves }).notNull().default('afternoon'),
    /** Working days in it, reckoned by the database (app.reckon_leave). */
    days: days().notNull().default('0'),
    status: text({ enum: leaveStatuses }).notNull().default('pending'),
    notes: text(),
    /** Why it was rejected. */
    reason: text(),
    /** The user who approved, rejected or cancelled it. */
    decided_by: reference(),
    approved_at: instant(),
    rejected_at: instant(),
    cancelled_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.employee_id, employees),
    belongsTo(t, t.leave_type_id, leaveTypes),
    belongsTo(t, t.decided_by, users),
    index('leave_requests_employee_id_idx').on(t.tenant_id, t.employee_id, t.id.desc()),
    index('leave_requests_leave_type_id_idx').on(t.tenant_id, t.leave_type_id),
    index('leave_requests_decided_by_idx').on(t.tenant_id, t.decided_by),
    index('leave_requests_end_date_idx').on(t.tenant_id, t.end_date),
    check('leave_requests_end_date_check', sql`${t.end_date} >= ${t.start_date}`),
    check(
      'leave_requests_start_date_check',
      sql`${t.start_date} between '2000-01-01' and '2100-12-31'`,
    ),
    check(
      'leave_requests_status_check',
      sql`${t.status} in ('pending', 'approved', 'rejected', 'cancelled')`,
    ),
    check(
      'leave_requests_halves_check',
      sql`${t.start_half} in ('morning', 'afternoon') and ${t.end_half} in ('morning', 'afternoon')`,
    ),
  ],
)

/** The working days of a request, as they were when it was written: whole or half. */
export const leaveDays = pgTable(
  'leave_days',
  {
    ...tenantColumns,
    leave_request_id: reference().notNull(),
    day: date({ mode: 'string' }).notNull(),
    days: numeric({ precision: 2, scale: 1 }).notNull(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.leave_request_id, leaveRequests, 'cascade'),
    uniqueIndex('leave_days_day_unique').on(t.tenant_id, t.leave_request_id, t.day),
  ],
)

/** What a balance is more or less than its type gives. */
export const leaveAdjustments = pgTable(
  'leave_adjustments',
  {
    ...tenantColumns,
    employee_id: reference().notNull(),
    leave_type_id: reference().notNull(),
    year: integer().notNull(),
    /** Below zero: taken off. */
    days: days().notNull(),
    reason: text().notNull(),
    user_id: reference().default(sql`app.user_id()`),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.employee_id, employees),
    belongsTo(t, t.leave_type_id, leaveTypes),
    belongsTo(t, t.user_id, users),
    index('leave_adjustments_employee_id_idx').on(t.tenant_id, t.employee_id),
    index('leave_adjustments_leave_type_id_idx').on(t.tenant_id, t.leave_type_id),
    index('leave_adjustments_user_id_idx').on(t.tenant_id, t.user_id),
    check('leave_adjustments_days_check', sql`${t.days} <> 0`),
  ],
)

/** Addresses at which a calendar program reads who is off. */
export const leaveFeeds = pgTable(
  'leave_feeds',
  {
    ...tenantColumns,
    name: text().notNull(),
    token_hash: text().notNull(),
    /** Whose it is: it ends with the account. */
    user_id: reference().notNull().default(sql`app.user_id()`),
    branch_id: reference(),
    /** null: everybody. */
    employee_ids: bigint({ mode: 'number' }).array(),
  },
  (t) => [
    tenantKey(t),
    uniqueIndex('leave_feeds_token_hash_unique').on(t.token_hash),
    belongsTo(t, t.user_id, users, 'cascade'),
    belongsTo(t, t.branch_id, branches),
    index('leave_feeds_user_id_idx').on(t.tenant_id, t.user_id),
    index('leave_feeds_branch_id_idx').on(t.tenant_id, t.branch_id),
  ],
)
