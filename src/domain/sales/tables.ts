import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  index,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { belongsTo, cents, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { products } from '../catalog/tables.ts'
import { customers } from '../customers/tables.ts'
import { recurringInvoices } from '../recurring/tables.ts'
import { branches, ownBranch } from '../staff/tables.ts'
import { taxRates } from '../tax/tables.ts'
import { workOrderLines, workOrders } from '../workshop/tables.ts'
import { documentLine, documentTotals, type Party, type Seller } from './columns.ts'

export const quotations = pgTable(
  'quotations',
  {
    ...tenantColumns,
    ...documentTotals,
    quotation_number: text().notNull().default(sql`app.next_document_number('QU')`),
    status: text().notNull().default('draft'),
    customer_id: reference().notNull(),
    work_order_id: reference(),
    branch_id: ownBranch(),
    valid_until: date({ mode: 'string' }),
    notes: text(),
    rejection_reason: text(),
    /** Who accepted it, as the customer wrote it on its page. */
    accepted_by: text(),
    sent_at: instant(),
    accepted_at: instant(),
    rejected_at: instant(),
    /** When the job found that its last day had passed: the moment of the event. */
    expired_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('quotations_quotation_number_unique').on(t.tenant_id, t.quotation_number),
    belongsTo(t, t.customer_id, customers),
    belongsTo(t, t.work_order_id, workOrders),
    belongsTo(t, t.branch_id, branches),
    index('quotations_branch_id_idx').on(t.tenant_id, t.branch_id, t.id.desc()),
    index('quotations_status_idx').on(t.tenant_id, t.status, t.id.desc()),
    index('quotations_customer_id_idx').on(t.tenant_id, t.customer_id, t.id.desc()),
    index('quotations_work_order_id_idx').on(t.tenant_id, t.work_order_id),
    index('quotations_valid_until_idx')
      .on(t.valid_until)
      .where(sql`${t.status} = 'sent' and ${t.expired_at} is null`),
    check(
      'quotations_status_check',
      sql`${t.status} in ('draft', 'sent', 'accepted', 'rejected', 'expired')`,
    ),
  ],
)

export const quotationLines = pgTable(
  'quotation_lines',
  {
    ...documentLine,
    quotation_id: reference().notNull(),
    /**
     * What it became in the work order made from the quotation; null again when that line is deleted.
     * The foreign key stands in the migration alone: Drizzle cannot name the column of SET NULL.
     */
    work_order_line_id: reference(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.quotation_id, quotations, 'cascade'),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.tax_rate_id, taxRates),
    index('quotation_lines_tax_rate_id_idx').on(t.tenant_id, t.tax_rate_id),
    index('quotation_lines_product_id_idx').on(t.tenant_id, t.product_id),
    index('quotation_lines_quotation_id_idx').on(t.tenant_id, t.quotation_id, t.position),
    index('quotation_lines_work_order_line_id_idx').on(t.tenant_id, t.work_order_line_id),
    check('quotation_lines_quantity_check', sql`${t.quantity} > 0`),
  ],
)

export const invoices = pgTable(
  'invoices',
  {
    ...tenantColumns,
    ...documentTotals,
    /** Taken when issued: a draft may vanish, a number may not. */
    invoice_number: text(),
    status: text().notNull().default('draft'),
    customer_id: reference().notNull(),
    work_order_id: reference(),
    quotation_id: reference(),
    branch_id: ownBranch(),
    kind: text().notNull().default('standard'),
    /** The schedule that made it, and the day for which. */
    recurring_invoice_id: reference(),
    recurring_date: date({ mode: 'string' }),
    invoice_date: date({ mode: 'string' }).notNull(),
    supply_date: date({ mode: 'string' }),
    due_date: date({ mode: 'string' }),
    notes: text(),
    buyer: jsonb().$type<Party>(),
    seller: jsonb().$type<Seller>(),
    paid_cents: cents().notNull().default(0),
    credited_cents: cents().notNull().default(0),
    /** Will not be paid: see write_offs. */
    written_off_cents: cents().notNull().default(0),
    due_cents: cents().generatedAlwaysAs(
      sql.raw('total_cents - paid_cents - credited_cents - written_off_cents'),
    ),
    /** Kept when issued: is its VAT due by it, or by its payments? */
    vat_basis: text(),
    /** Its own VAT period was closed when it was issued: it counts in the open one. */
    late: boolean().notNull().default(false),
    issued_at: instant(),
    sent_at: instant(),
    paid_at: instant(),
    cancelled_at: instant(),
    /** When the job found it past its due date: the moment of the event. */
    overdue_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('invoices_invoice_number_unique').on(t.tenant_id, t.invoice_number),
    belongsTo(t, t.customer_id, customers),
    belongsTo(t, t.work_order_id, workOrders),
    belongsTo(t, t.quotation_id, quotations),
    belongsTo(t, t.branch_id, branches),
    index('invoices_branch_id_idx').on(t.tenant_id, t.branch_id, t.id.desc()),
    index('invoices_status_idx').on(t.tenant_id, t.status, t.id.desc()),
    index('invoices_customer_id_idx').on(t.tenant_id, t.customer_id, t.id.desc()),
    index('invoices_work_order_id_idx').on(t.tenant_id, t.work_order_id),
    index('invoices_quotation_id_idx').on(t.tenant_id, t.quotation_id),
    index('invoices_invoice_date_idx').on(t.tenant_id, t.invoice_date),
    // What the jobs look for: across the shops, and for a shop's rules.
    index('invoices_due_date_idx')
      .on(t.due_date)
      .where(sql`${t.status} = 'sent' and ${t.due_cents} > 0 and ${t.overdue_at} is null`),
    index('invoices_sent_due_date_idx')
      .on(t.tenant_id, t.due_date)
      .where(sql`${t.status} = 'sent'`),
    index('invoices_updated_at_idx').on(t.tenant_id, t.updated_at, t.id),
    belongsTo(t, t.recurring_invoice_id, recurringInvoices),
    // One invoice per schedule and day, however often the job runs.
    unique('invoices_recurring_date_unique').on(
      t.tenant_id,
      t.recurring_invoice_id,
      t.recurring_date,
    ),
    check('invoices_kind_check', sql`${t.kind} in ('standard', 'deposit')`),
    check('invoices_status_check', sql`${t.status} in ('draft', 'sent', 'paid', 'cancelled')`),
    check('invoices_number_check', sql`(${t.issued_at} is null) = (${t.invoice_number} is null)`),
    check(
      'invoices_due_check',
      sql`${t.total_cents} >= ${t.paid_cents} + ${t.credited_cents} + ${t.written_off_cents}`,
    ),
    check(
      'invoices_paid_check',
      sql`${t.paid_cents} >= 0 and ${t.credited_cents} >= 0 and ${t.written_off_cents} >= 0`,
    ),
  ],
)

export const invoiceLines = pgTable(
  'invoice_lines',
  {
    ...documentLine,
    invoice_id: reference().notNull(),
    work_order_line_id: reference(),
    /** Of a product that tracks serial numbers: the pieces that are sold. */
    serials: jsonb().$type<string[]>(),
    /** The line deducts this deposit; its price is negative. */
    deposit_invoice_id: reference(),
    /** Kept by the database: it deducts a deposit, or did before its invoice was cancelled. */
    is_deposit: boolean().notNull().default(false),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.invoice_id, invoices, 'cascade'),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.work_order_line_id, workOrderLines),
    belongsTo(t, t.deposit_invoice_id, invoices),
    belongsTo(t, t.tax_rate_id, taxRates),
    index('invoice_lines_tax_rate_id_idx').on(t.tenant_id, t.tax_rate_id),
    // A deposit is deducted once.
    uniqueIndex('invoice_lines_deposit_invoice_id_unique').on(t.tenant_id, t.deposit_invoice_id),
    index('invoice_lines_product_id_idx').on(t.tenant_id, t.product_id),
    index('invoice_lines_invoice_id_idx').on(t.tenant_id, t.invoice_id, t.position),
    index('invoice_lines_work_order_line_id_idx').on(t.tenant_id, t.work_order_line_id),
    check('invoice_lines_quantity_check', sql`${t.quantity} > 0`),
  ],
)

/** A correction of an issued invoice; its amounts are kept positive and shown negative. */
export const creditNotes = pgTable(
  'credit_notes',
  {
    ...tenantColumns,
    ...documentTotals,
    credit_note_number: text().notNull().default(sql`app.next_document_number('CN')`),
    status: text().notNull().default('open'),
    invoice_id: reference().notNull(),
    customer_id: reference().notNull(),
    credit_date: date({ mode: 'string' }).notNull().default(sql`app.today()`),
    reason: text().notNull(),
    /** The goods came back too. */
    restock: boolean().notNull().default(false),
    buyer: jsonb().$type<Party>(),
    seller: jsonb().$type<Seller>(),
    applied_at: instant(),
    voided_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('credit_notes_credit_note_number_unique').on(t.tenant_id, t.credit_note_number),
    belongsTo(t, t.invoice_id, invoices),
    belongsTo(t, t.customer_id, customers),
    index('credit_notes_invoice_id_idx').on(t.tenant_id, t.invoice_id),
    index('credit_notes_customer_id_idx').on(t.tenant_id, t.customer_id, t.id.desc()),
    index('credit_notes_status_idx').on(t.tenant_id, t.status, t.id.desc()),
    check('credit_notes_status_check', sql`${t.status} in ('open', 'applied', 'voided')`),
    check('credit_notes_total_check', sql`${t.total_cents} >= 0`),
  ],
)

export const creditNoteLines = pgTable(
  'credit_note_lines',
  {
    ...documentLine,
    credit_note_id: reference().notNull(),
    /** The line that it takes back; null for one that names none. */
    invoice_line_id: reference(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.credit_note_id, creditNotes, 'cascade'),
    belongsTo(t, t.invoice_line_id, invoiceLines),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.tax_rate_id, taxRates),
    index('credit_note_lines_tax_rate_id_idx').on(t.tenant_id, t.tax_rate_id),
    index('credit_note_lines_product_id_idx').on(t.tenant_id, t.product_id),
    index('credit_note_lines_credit_note_id_idx').on(t.tenant_id, t.credit_note_id, t.position),
    index('credit_note_lines_invoice_line_id_idx').on(t.tenant_id, t.invoice_line_id),
    check('credit_note_lines_quantity_check', sql`${t.quantity} > 0`),
  ],
)
