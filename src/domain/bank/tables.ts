import { sql } from 'drizzle-orm'
import { check, date, index, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { belongsTo, cents, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { glAccounts } from '../ledger/tables.ts'
import { purchasePayments } from '../payables/tables.ts'
import { payments, refunds, settlements } from '../payments/tables.ts'

export const bankAccounts = pgTable(
  'bank_accounts',
  {
    ...tenantColumns,
    iban: text().notNull(),
    name: text().notNull(),
    account_id: reference().notNull(),
  },
  (t) => [
    tenantKey(t),
    unique('bank_accounts_iban_unique').on(t.tenant_id, t.iban),
    belongsTo(t, t.account_id, glAccounts),
    index('bank_accounts_account_id_idx').on(t.tenant_id, t.account_id),
  ],
)

export const bankStatements = pgTable(
  'bank_statements',
  {
    ...tenantColumns,
    bank_account_id: reference().notNull(),
    format: text({ enum: ['camt053', 'mt940'] }).notNull(),
    /** The bank's own. */
    statement_number: text().notNull(),
    from_date: date({ mode: 'string' }).notNull(),
    to_date: date({ mode: 'string' }).notNull(),
    opening_cents: cents().notNull(),
    closing_cents: cents().notNull(),
  },
  (t) => [
    tenantKey(t),
    unique('bank_statements_statement_number_unique').on(
      t.tenant_id,
      t.bank_account_id,
      t.statement_number,
      t.from_date,
      t.to_date,
    ),
    belongsTo(t, t.bank_account_id, bankAccounts),
    check('bank_statements_format_check', sql`${t.format} in ('camt053', 'mt940')`),
  ],
)

/** A line of a statement. In the ledger from its import on; what it was for is said by its allocations. */
export const bankTransactions = pgTable(
  'bank_transactions',
  {
    ...tenantColumns,
    bank_statement_id: reference().notNull(),
    bank_account_id: reference().notNull(),
    booked_on: date({ mode: 'string' }).notNull(),
    /** Below zero: out of the account. */
    amount_cents: cents().notNull(),
    counterparty_name: text(),
    counterparty_iban: text(),
    description: text().notNull().default(''),
    end_to_end_id: text(),
    /** Makes it one, however many files hold it: the bank's own reference, else a digest with a place. */
    bank_reference: text().notNull(),
    /** Kept by the database: what no allocation explains; it stands on the suspense account. */
    open_cents: cents().notNull().default(0),
  },
  (t) => [
    tenantKey(t),
    unique('bank_transactions_bank_reference_unique').on(
      t.tenant_id,
      t.bank_account_id,
      t.bank_reference,
    ),
    belongsTo(t, t.bank_statement_id, bankStatements),
    belongsTo(t, t.bank_account_id, bankAccounts),
    index('bank_transactions_bank_statement_id_idx').on(t.tenant_id, t.bank_statement_id, t.id),
    index('bank_transactions_booked_on_idx').on(t.tenant_id, t.booked_on, t.id),
    index('bank_transactions_open_idx').on(t.tenant_id, t.id).where(sql`${t.open_cents} <> 0`),
    check('bank_transactions_amount_check', sql`${t.amount_cents} <> 0`),
  ],
)

/**
 * What a transaction, or a part of it, was for. `payment` and `purchase_payment` were made by it, as was
 * `settlement`; a `known_payment` or `known_refund` had been entered by hand before the statement came.
 */
export const bankAllocations = pgTable(
  'bank_allocations',
  {
    ...tenantColumns,
    bank_transaction_id: reference().notNull(),
    kind: text({
      enum: [
        'payment',
        'known_payment',
        'known_refund',
        'purchase_payment',
        'known_purchase_payment',
        'settlement',
        'account',
      ],
    }).notNull(),
    /** Signed as the transaction. */
    amount_cents: cents().notNull(),
    payment_id: reference(),
    refund_id: reference(),
    purchase_payment_id: reference(),
    settlement_id: reference(),
    account_id: reference(),
    description: text(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.bank_transaction_id, bankTransactions),
    belongsTo(t, t.payment_id, payments),
    belongsTo(t, t.refund_id, refunds),
    belongsTo(t, t.purchase_payment_id, purchasePayments),
    belongsTo(t, t.settlement_id, settlements),
    belongsTo(t, t.account_id, glAccounts),
    unique('bank_allocations_payment_id_unique').on(t.tenant_id, t.payment_id),
    unique('bank_allocations_refund_id_unique').on(t.tenant_id, t.refund_id),
    unique('bank_allocations_purchase_payment_id_unique').on(t.tenant_id, t.purchase_payment_id),
    unique('bank_allocations_settlement_id_unique').on(t.tenant_id, t.settlement_id),
    index('bank_allocations_bank_transaction_id_idx').on(t.tenant_id, t.bank_transaction_id, t.id),
    index('bank_allocations_account_id_idx').on(t.tenant_id, t.account_id),
    check('bank_allocations_amount_check', sql`${t.amount_cents} <> 0`),
    check(
      'bank_allocations_kind_check',
      sql`case ${t.kind}
        when 'payment' then ${t.payment_id} is not null
        when 'known_payment' then ${t.payment_id} is not null
        when 'known_refund' then ${t.refund_id} is not null
        when 'purchase_payment' then ${t.purchase_payment_id} is not null
        when 'known_purchase_payment' then ${t.purchase_payment_id} is not null
        when 'settlement' then ${t.settlement_id} is not null
        when 'account' then ${t.account_id} is not null
        else false end
        and num_nonnulls(${t.payment_id}, ${t.refund_id}, ${t.purchase_payment_id}, ${t.settlement_id}, ${t.account_id}) = 1`,
    ),
  ],
)
