import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  index,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { belongsTo, cents, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { invoices } from '../sales/tables.ts'

/**
 * Money that came in, or that a provider was asked for. Append-only for clients; a refund is counted
 * on its payment. What it settles of its invoice: amount + rounding − unapplied − refunded.
 */
export const payments = pgTable(
  'payments',
  {
    ...tenantColumns,
    invoice_id: reference().notNull(),
    amount_cents: cents().notNull(),
    method: text().notNull(),
    status: text().notNull().default('paid'),
    /** Given back, by hand, by the provider or by a chargeback. */
    refunded_cents: cents().notNull().default(0),
    charged_back_cents: cents().notNull().default(0),
    /** Cash is rounded to 5 cents: 10.02 open and 10.00 paid is 2. */
    rounding_cents: cents().notNull().default(0),
    /** Paid through a provider beyond what was open: owed to the customer. */
    unapplied_cents: cents().notNull().default(0),
    provider: text(),
    provider_id: text(),
    /** Where the customer pays, until `expires_at`. */
    checkout_url: text(),
    expires_at: instant(),
    /** When the provider was asked for what is known here; what it said earlier is no news. */
    checked_at: instant(),
    /** Why it failed, in the provider's words. */
    failure: text(),
    reference: text(),
    /** Null while pending, and when it failed. */
    paid_at: instant().default(sql`app.now()`),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.invoice_id, invoices),
    // One row per payment at the provider, whatever it repeats.
    unique('payments_provider_id_unique').on(t.tenant_id, t.provider, t.provider_id),
    index('payments_invoice_id_idx').on(t.tenant_id, t.invoice_id, t.id),
    index('payments_updated_at_idx').on(t.tenant_id, t.updated_at, t.id),
    index('payments_pending_idx').on(t.expires_at).where(sql`${t.status} = 'pending'`),
    check('payments_amount_check', sql`${t.amount_cents} > 0`),
    check('payments_refunded_check', sql`${t.refunded_cents} between 0 and ${t.amount_cents}`),
    check(
      'payments_charged_back_check',
      sql`${t.charged_back_cents} between 0 and ${t.refunded_cents}`,
    ),
    check('payments_unapplied_check', sql`${t.unapplied_cents} between 0 and ${t.amount_cents}`),
    check('payments_rounding_check', sql`${t.rounding_cents} between -2 and 2`),
    check('payments_provider_check', sql`${t.provider} in ('mollie', 'stripe')`),
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

/** Money given back of one payment, once, whatever the provider repeats. */
export const refunds = pgTable(
  'refunds',
  {
    ...tenantColumns,
    payment_id: reference().notNull(),
    kind: text().notNull().default('refund'),
    amount_cents: cents().notNull(),
    /** `pending` is counted on the payment already, `failed` no more. */
    status: text().notNull().default('done'),
    reason: text(),
    /** The refund's or the chargeback's id there. */
    provider_id: text(),
    failure: text(),
    /** No money went back: a line of a bank statement had been matched by mistake. */
    is_correction: boolean().notNull().default(false),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.payment_id, payments),
    index('refunds_payment_id_idx').on(t.tenant_id, t.payment_id, t.id),
    index('refunds_pending_idx').on(t.created_at).where(sql`${t.status} = 'pending'`),
    unique('refunds_provider_id_unique').on(t.tenant_id, t.payment_id, t.provider_id),
    check('refunds_amount_check', sql`${t.amount_cents} > 0`),
    check('refunds_kind_check', sql`${t.kind} in ('refund', 'chargeback')`),
    check('refunds_status_check', sql`${t.status} in ('pending', 'done', 'failed')`),
  ],
)

/** What a customer will not pay: a loss, and VAT that comes back. */
export const writeOffs = pgTable(
  'write_offs',
  {
    ...tenantColumns,
    invoice_id: reference().notNull(),
    amount_cents: cents().notNull(),
    written_off_on: date({ mode: 'string' }).notNull().default(sql`app.today()`),
    reason: text().notNull(),
    /** The customer paid after all. */
    reversed_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.invoice_id, invoices),
    index('write_offs_invoice_id_idx').on(t.tenant_id, t.invoice_id, t.id),
    uniqueIndex('write_offs_live_unique')
      .on(t.tenant_id, t.invoice_id)
      .where(sql`${t.reversed_at} is null`),
    check('write_offs_amount_check', sql`${t.amount_cents} > 0`),
  ],
)

/** What a payment provider, or the terminal's, paid out: what came in there less what it cost. */
export const settlements = pgTable(
  'settlements',
  {
    ...tenantColumns,
    provider: text({ enum: ['mollie', 'stripe', 'pin'] }).notNull(),
    settled_on: date({ mode: 'string' }).notNull(),
    gross_cents: cents().notNull(),
    /** Excl. VAT. */
    fee_cents: cents().notNull().default(0),
    fee_vat_cents: cents().notNull().default(0),
    net_cents: cents().generatedAlwaysAs(sql.raw('gross_cents - fee_cents - fee_vat_cents')),
    reference: text(),
    voided_at: instant(),
  },
  (t) => [
    tenantKey(t),
    // One that was a mistake may be entered again.
    uniqueIndex('settlements_reference_unique')
      .on(t.tenant_id, t.provider, t.reference)
      .where(sql`${t.voided_at} is null`),
    index('settlements_settled_on_idx').on(t.tenant_id, t.settled_on, t.id),
    check('settlements_provider_check', sql`${t.provider} in ('mollie', 'stripe', 'pin')`),
    check(
      'settlements_amounts_check',
      sql`${t.gross_cents} > 0 and ${t.fee_cents} >= 0 and ${t.fee_vat_cents} >= 0
        and ${t.gross_cents} > ${t.fee_cents} + ${t.fee_vat_cents}`,
    ),
  ],
)
