import { sql } from 'drizzle-orm'
import { boolean, check, date, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { products } from '../catalog/tables.ts'
import { customers } from '../customers/tables.ts'
import { documentLine, documentTotals } from '../sales/columns.ts'
import { branches, ownBranch } from '../staff/tables.ts'
import { taxRates } from '../tax/tables.ts'

export const frequencies = ['weekly', 'monthly', 'quarterly', 'yearly'] as const

/** A schedule of invoices. */
export const recurringInvoices = pgTable(
  'recurring_invoices',
  {
    ...tenantColumns,
    ...documentTotals,
    customer_id: reference().notNull(),
    /** Of its invoices. */
    branch_id: ownBranch(),
    frequency: text({ enum: frequencies }).notNull(),
    next_run_date: date({ mode: 'string' }).notNull(),
    /** Day of the month that it aims at: after 28 February comes 31 March. */
    anchor_day: integer().notNull(),
    last_run_date: date({ mode: 'string' }),
    auto_send: boolean().notNull().default(false),
    active: boolean().notNull().default(true),
    notes: text(),
    /** Why the last run made no invoice, or did not mail it. */
    last_error: text(),
    /** Until then one consumer has the mailing of its invoices to itself. */
    mailing_until: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.customer_id, customers),
    belongsTo(t, t.branch_id, branches),
    index('recurring_invoices_branch_id_idx').on(t.tenant_id, t.branch_id),
    index('recurring_invoices_customer_id_idx').on(t.tenant_id, t.customer_id),
    // What the job looks for, across the shops.
    index('recurring_invoices_due_idx').on(t.next_run_date).where(sql`${t.active}`),
    check(
      'recurring_invoices_frequency_check',
      sql`${t.frequency} in ('weekly', 'monthly', 'quarterly', 'yearly')`,
    ),
    check('recurring_invoices_anchor_day_check', sql`${t.anchor_day} between 1 and 31`),
  ],
)

export const recurringInvoiceLines = pgTable(
  'recurring_invoice_lines',
  { ...documentLine, recurring_invoice_id: reference().notNull() },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.recurring_invoice_id, recurringInvoices, 'cascade'),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.tax_rate_id, taxRates),
    index('recurring_invoice_lines_tax_rate_id_idx').on(t.tenant_id, t.tax_rate_id),
    index('recurring_invoice_lines_product_id_idx').on(t.tenant_id, t.product_id),
    index('recurring_invoice_lines_recurring_invoice_id_idx').on(
      t.tenant_id,
      t.recurring_invoice_id,
      t.position,
    ),
    check('recurring_invoice_lines_quantity_check', sql`${t.quantity} > 0`),
  ],
)
