import { sql } from 'drizzle-orm'
import {
  check,
  date,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { belongsTo, cents, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { products } from '../catalog/tables.ts'
import { customers } from '../customers/tables.ts'
import { branches } from '../staff/tables.ts'
import { workOrderLines, workOrders } from '../workshop/tables.ts'

/** Name and address as they were when the document was issued; a later change of either is not retold. */
export interface Party {
  name: string
  company: string | null
  address: string | null
  postal_code: string | null
  city: string | null
  country: string
  email: string | null
  vat_number: string | null
  kvk_number: string | null
}

export interface VatGroup {
  vat_rate: number
  category: string
  base_cents: number
  vat_cents: number
}

const documentTotals = {
  subtotal_cents: cents().notNull().default(0),
  vat_cents: cents().notNull().default(0),
  total_cents: cents().notNull().default(0),
  vat_breakdown: jsonb().$type<VatGroup[]>().notNull().default([]),
}

const documentLine = {
  ...tenantColumns,
  position: integer().notNull(),
  description: text().notNull(),
  product_id: reference(),
  quantity: numeric({ precision: 12, scale: 3 }).notNull().default('1'),
  unit_price: numeric({ precision: 14, scale: 4 }).notNull(),
  vat_rate: numeric({ precision: 5, scale: 2 }).notNull().default('21'),
  category: text().notNull().default('S'),
  discount_pct: numeric({ precision: 5, scale: 2 }).notNull().default('0'),
  total_excl_cents: cents().notNull(),
}

export const quotations = pgTable(
  'quotations',
  {
    ...tenantColumns,
    ...documentTotals,
    quotation_number: text().notNull().default(sql`app.next_document_number('QU')`),
    status: text().notNull().default('draft'),
    customer_id: reference().notNull(),
    work_order_id: reference(),
    valid_until: date({ mode: 'string' }),
    notes: text(),
    rejection_reason: text(),
    sent_at: instant(),
    accepted_at: instant(),
    rejected_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('quotations_quotation_number_unique').on(t.tenant_id, t.quotation_number),
    belongsTo(t, t.customer_id, customers),
    belongsTo(t, t.work_order_id, workOrders),
    index('quotations_status_idx').on(t.tenant_id, t.status, t.id.desc()),
    index('quotations_customer_id_idx').on(t.tenant_id, t.customer_id, t.id.desc()),
    index('quotations_work_order_id_idx').on(t.tenant_id, t.work_order_id),
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
    branch_id: reference(),
    invoice_date: date({ mode: 'string' }).notNull(),
    supply_date: date({ mode: 'string' }),
    due_date: date({ mode: 'string' }),
    notes: text(),
    buyer: jsonb().$type<Party>(),
    paid_cents: cents().notNull().default(0),
    credited_cents: cents().notNull().default(0),
    due_cents: cents().generatedAlwaysAs(sql.raw('total_cents - paid_cents - credited_cents')),
    issued_at: instant(),
    sent_at: instant(),
    paid_at: instant(),
    cancelled_at: instant(),
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
    index('invoices_updated_at_idx').on(t.tenant_id, t.updated_at, t.id),
    check('invoices_status_check', sql`${t.status} in ('draft', 'sent', 'paid', 'cancelled')`),
    check('invoices_number_check', sql`(${t.issued_at} is null) = (${t.invoice_number} is null)`),
    check('invoices_due_check', sql`${t.total_cents} >= ${t.paid_cents} + ${t.credited_cents}`),
    check('invoices_paid_check', sql`${t.paid_cents} >= 0 and ${t.credited_cents} >= 0`),
  ],
)

export const invoiceLines = pgTable(
  'invoice_lines',
  { ...documentLine, invoice_id: reference().notNull(), work_order_line_id: reference() },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.invoice_id, invoices, 'cascade'),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.work_order_line_id, workOrderLines),
    index('invoice_lines_product_id_idx').on(t.tenant_id, t.product_id),
    index('invoice_lines_invoice_id_idx').on(t.tenant_id, t.invoice_id, t.position),
    index('invoice_lines_work_order_line_id_idx').on(t.tenant_id, t.work_order_line_id),
    check('invoice_lines_quantity_check', sql`${t.quantity} > 0`),
  ],
)

/** Money that came in. Append-only for clients; a refund is counted on its payment. */
export const payments = pgTable(
  'payments',
  {
    ...tenantColumns,
    invoice_id: reference().notNull(),
    amount_cents: cents().notNull(),
    method: text().notNull(),
    status: text().notNull().default('paid'),
    refunded_cents: cents().notNull().default(0),
    provider: text(),
    provider_id: text(),
    reference: text(),
    paid_at: instant().notNull().default(sql`app.now()`),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.invoice_id, invoices),
    index('payments_invoice_id_idx').on(t.tenant_id, t.invoice_id, t.id),
    index('payments_updated_at_idx').on(t.tenant_id, t.updated_at, t.id),
    check('payments_amount_check', sql`${t.amount_cents} > 0`),
    check('payments_refunded_check', sql`${t.refunded_cents} between 0 and ${t.amount_cents}`),
    check(
      'payments_method_check',
      sql`${t.method} in ('cash', 'pin', 'bank', 'ideal', 'card', 'other')`,
    ),
    check(
      'payments_status_check',
      sql`${t.status} in ('pending', 'paid', 'failed', 'refunded', 'partially_refunded')`,
    ),
  ],
)
