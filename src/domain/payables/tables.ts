import { sql } from 'drizzle-orm'
import {
  check,
  date,
  index,
  integer,
  numeric,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { belongsTo, cents, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { glAccounts } from '../ledger/tables.ts'
import { goodsReceiptLines, suppliers } from '../purchasing/tables.ts'

export const purchaseInvoiceStatuses = ['draft', 'booked', 'paid', 'cancelled'] as const

/** An invoice of a supplier, or, below zero, its credit note. Booked, it stands in the ledger. */
export const purchaseInvoices = pgTable(
  'purchase_invoices',
  {
    ...tenantColumns,
    supplier_id: reference().notNull(),
    /** The supplier's. */
    invoice_number: text().notNull(),
    status: text({ enum: purchaseInvoiceStatuses }).notNull().default('draft'),
    invoice_date: date({ mode: 'string' }).notNull(),
    due_date: date({ mode: 'string' }).notNull(),
    notes: text(),
    subtotal_cents: cents().notNull().default(0),
    /** That the supplier charges; what is shifted to the shop is not in it. */
    vat_cents: cents().notNull().default(0),
    total_cents: cents().notNull().default(0),
    paid_cents: cents().notNull().default(0),
    due_cents: cents().generatedAlwaysAs(sql.raw('total_cents - paid_cents')),
    booked_at: instant(),
    cancelled_at: instant(),
  },
  (t) => [
    tenantKey(t),
    // The same invoice is not booked twice; a cancelled one may be entered again.
    uniqueIndex('purchase_invoices_invoice_number_unique')
      .on(t.tenant_id, t.supplier_id, t.invoice_number)
      .where(sql`${t.status} <> 'cancelled'`),
    belongsTo(t, t.supplier_id, suppliers),
    index('purchase_invoices_supplier_id_idx').on(t.tenant_id, t.supplier_id, t.id),
    index('purchase_invoices_status_idx').on(t.tenant_id, t.status, t.id),
    index('purchase_invoices_due_date_idx')
      .on(t.tenant_id, t.due_date)
      .where(sql`${t.status} = 'booked'`),
    check(
      'purchase_invoices_status_check',
      sql`${t.status} in ('draft', 'booked', 'paid', 'cancelled')`,
    ),
    check(
      'purchase_invoices_due_check',
      sql`${t.paid_cents} between least(${t.total_cents}, 0) and greatest(${t.total_cents}, 0)`,
    ),
  ],
)

/** Who owes the VAT of a line: the supplier charges it, or it is shifted to the shop (boxes 2a, 4b, 4a). */
export const vatTreatments = ['charged', 'reverse_charge', 'intra_eu', 'import', 'none'] as const

export const purchaseInvoiceLines = pgTable(
  'purchase_invoice_lines',
  {
    ...tenantColumns,
    purchase_invoice_id: reference().notNull(),
    position: integer().notNull(),
    description: text().notNull(),
    /** What it costs goes to this account; null where it pays for received goods. */
    account_id: reference(),
    goods_receipt_line_id: reference(),
    quantity: numeric({ precision: 12, scale: 3 }).notNull().default('1'),
    unit_price: numeric({ precision: 14, scale: 4 }).notNull(),
    net_cents: cents().notNull(),
    /** Of received goods: what the receipt had put down for them. The rest of `net_cents` is a price difference. */
    received_cents: cents().notNull().default(0),
    vat_treatment: text({ enum: vatTreatments }).notNull().default('charged'),
    vat_rate: numeric({ precision: 5, scale: 2 }).notNull().default('21'),
    /** As the invoice says, else worked out. */
    vat_cents: cents().notNull(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.purchase_invoice_id, purchaseInvoices, 'cascade'),
    belongsTo(t, t.account_id, glAccounts),
    belongsTo(t, t.goods_receipt_line_id, goodsReceiptLines),
    index('purchase_invoice_lines_purchase_invoice_id_idx').on(
      t.tenant_id,
      t.purchase_invoice_id,
      t.position,
    ),
    index('purchase_invoice_lines_account_id_idx').on(t.tenant_id, t.account_id),
    index('purchase_invoice_lines_goods_receipt_line_id_idx').on(
      t.tenant_id,
      t.goods_receipt_line_id,
    ),
    check(
      'purchase_invoice_lines_account_id_check',
      sql`(${t.account_id} is null) <> (${t.goods_receipt_line_id} is null)`,
    ),
    check(
      'purchase_invoice_lines_vat_treatment_check',
      sql`${t.vat_treatment} in ('charged', 'reverse_charge', 'intra_eu', 'import', 'none')`,
    ),
  ],
)

/** Money paid to a supplier, or, below zero, got back. */
export const purchasePayments = pgTable(
  'purchase_payments',
  {
    ...tenantColumns,
    purchase_invoice_id: reference().notNull(),
    amount_cents: cents().notNull(),
    method: text({ enum: ['bank', 'cash', 'other'] }).notNull(),
    paid_on: date({ mode: 'string' }).notNull().default(sql`app.today()`),
    reference: text(),
    voided_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.purchase_invoice_id, purchaseInvoices),
    index('purchase_payments_purchase_invoice_id_idx').on(t.tenant_id, t.purchase_invoice_id, t.id),
    check('purchase_payments_amount_check', sql`${t.amount_cents} <> 0`),
    check('purchase_payments_method_check', sql`${t.method} in ('bank', 'cash', 'other')`),
  ],
)
