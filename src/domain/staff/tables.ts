import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  index,
  pgTable,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { belongsTo, cents, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { users } from '../identity/tables.ts'

export const branches = pgTable(
  'branches',
  {
    ...tenantColumns,
    name: text().notNull(),
    address: text(),
    phone: text(),
    email: text(),
    active: boolean().notNull().default(true),
    deleted_at: instant(),
  },
  (t) => [tenantKey(t)],
)

/**
 * The branch that a record is of; where nothing is said, that of the user who makes it (app.own_branch), and
 * none when a job or a customer does.
 */
export function ownBranch() {
  return reference().default(sql`app.own_branch()`)
}

export const employees = pgTable(
  'employees',
  {
    ...tenantColumns,
    name: text().notNull(),
    email: text(),
    role: text(),
    phone: text(),
    branch_id: reference(),
    user_id: reference(),
    hourly_rate_cents: cents(),
    started_on: date({ mode: 'string' }),
    ended_on: date({ mode: 'string' }),
    /** ISO weekdays, 1 is Monday. */
    working_days: smallint().array().notNull().default(sql`'{1,2,3,4,5}'`),
  },
  (t) => [
    tenantKey(t),
    uniqueIndex('employees_user_id_unique').on(t.tenant_id, t.user_id),
    belongsTo(t, t.branch_id, branches),
    belongsTo(t, t.user_id, users),
    index('employees_branch_id_idx').on(t.tenant_id, t.branch_id),
    check('employees_ended_on_check', sql`${t.ended_on} >= ${t.started_on}`),
    check(
      'employees_working_days_check',
      sql`${t.working_days} <@ '{1,2,3,4,5,6,7}' and cardinality(${t.working_days}) between 1 and 7`,
    ),
  ],
)
