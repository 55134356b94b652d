import {
  bigint,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { cents, reference, tenantColumns } from '../../db/columns.ts'

const { tenant_id } = tenantColumns
const day = () => date({ mode: 'string' }).notNull()
const number = () => bigint({ mode: 'number' }).notNull().default(0)

/**
 * What a change of a record adds to the figures, or takes from them; written by its trigger, and folded into
 * `bi_totals` later, so that no writer waits for another. See app.facts_of and decision 0022.
 */
export const biDeltas = pgTable(
  'bi_deltas',
  {
    tenant_id,
    /** created, completed, revenue, earned, due, paid, used, stock or visit. */
    kind: text().notNull(),
    branch_id: reference(),
    day: day(),
    /** What a kind is kept by besides the day: a status, an employee, a product, a customer. */
    subject: text().notNull().default(''),
    count: number(),
    /** Cents, seconds, days or pieces, as the kind has it. */
    amount: number(),
  },
  (t) => [index('bi_deltas_kind_idx').on(t.tenant_id, t.kind)],
)

/** Sums of what was folded: of days, and of blocks of 4, 16, 64 and 256 of them, so that a year is a dozen rows. */
export const biTotals = pgTable(
  'bi_totals',
  {
    tenant_id,
    /** A branch; 0 is the whole shop. */
    scope: reference().notNull(),
    kind: text().notNull(),
    /** Days that the row sums up, from `day` on. */
    width: integer().notNull().default(1),
    day: day(),
    subject: text().notNull().default(''),
    count: number(),
    amount: number(),
  },
  (t) => [
    // In the migration it includes count and amount, so that sums are read in the index alone.
    primaryKey({
      name: 'bi_totals_pk',
      columns: [t.tenant_id, t.scope, t.kind, t.width, t.day, t.subject],
    }),
  ],
)

/** Days on which a customer came: a work order was written or an invoice dated. Written by the fold. */
export const customerVisits = pgTable(
  'customer_visits',
  {
    tenant_id,
    /** No foreign key: a customer without records may go, and its row goes with the next fold. */
    customer_id: reference().notNull(),
    /** A branch; 0 is the whole shop. */
    scope: reference().notNull(),
    day: day(),
    visits: number(),
    invoices: number(),
  },
  (t) => [
    primaryKey({
      name: 'customer_visits_pk',
      columns: [t.tenant_id, t.customer_id, t.scope, t.day],
    }),
  ],
)

/**
 * Whose work a document sold: an issued invoice of a work order, or a credit note of one, below zero. Kept at the
 * commit, from the rows as they are then.
 */
export const repairSales = pgTable(
  'repair_sales',
  {
    tenant_id,
    source: text({ enum: ['invoice', 'credit_note'] }).notNull(),
    source_id: reference().notNull(),
    work_order_id: reference().notNull(),
    employee_id: reference(),
    branch_id: reference(),
    day: day(),
    amount_cents: cents().notNull(),
  },
  (t) => [
    unique('repair_sales_source_unique').on(t.tenant_id, t.source, t.source_id),
    index('repair_sales_work_order_id_idx').on(t.tenant_id, t.work_order_id),
  ],
)
