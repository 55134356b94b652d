import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { belongsTo, cents, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import type { IcpLine, VatReturn } from '../../lib/vat-return.ts'
import { customers } from '../customers/tables.ts'
import { users } from '../identity/tables.ts'
import { suppliers } from '../purchasing/tables.ts'
import { taxRates } from '../tax/tables.ts'

export const accountTypes = ['asset', 'liability', 'equity', 'revenue', 'expense'] as const

/** The chart of accounts. What the shop does is posted by `role`; number and name are the shop's own. */
export const glAccounts = pgTable(
  'gl_accounts',
  {
    ...tenantColumns,
    code: text().notNull(),
    name: text().notNull(),
    type: text({ enum: accountTypes }).notNull(),
    /** Of the Dutch reference chart (RGS). */
    rgs_code: text(),
    /** What is posted to it by itself: `debtors`, `vat_1a`. Given by the service. */
    role: text(),
    /** Box of the VAT return in which a line of the account stands, unless the line says otherwise. */
    vat_box: text(),
    is_active: boolean().notNull().default(true),
  },
  (t) => [
    tenantKey(t),
    unique('gl_accounts_code_unique').on(t.tenant_id, t.code),
    unique('gl_accounts_role_unique').on(t.tenant_id, t.role),
    unique('gl_accounts_rgs_code_unique').on(t.tenant_id, t.rgs_code),
    check(
      'gl_accounts_type_check',
      sql`${t.type} in ('asset', 'liability', 'equity', 'revenue', 'expense')`,
    ),
  ],
)

/** A period of the VAT return. Closed is filed: nothing is posted into it any more, from any path. */
export const btwPeriods = pgTable(
  'btw_periods',
  {
    ...tenantColumns,
    year: integer().notNull(),
    /** Null for a month or a year. */
    quarter: integer(),
    month: integer(),
    start_date: date({ mode: 'string' }).notNull(),
    end_date: date({ mode: 'string' }).notNull(),
    /** To be filed and paid on that day at the latest. */
    due_date: date({ mode: 'string' }).notNull(),
    status: text({ enum: ['open', 'closed'] })
      .notNull()
      .default('open'),
    /** As filed; null while open. */
    vat_return: jsonb().$type<VatReturn>(),
    icp: jsonb().$type<IcpLine[]>(),
    closed_at: instant(),
    closed_by: reference(),
  },
  (t) => [
    tenantKey(t),
    unique('btw_periods_start_date_unique').on(t.tenant_id, t.start_date),
    belongsTo(t, t.closed_by, users),
    index('btw_periods_closed_by_idx').on(t.tenant_id, t.closed_by),
    check('btw_periods_end_date_check', sql`${t.end_date} >= ${t.start_date}`),
    check('btw_periods_status_check', sql`${t.status} in ('open', 'closed')`),
    check(
      'btw_periods_closed_check',
      sql`(${t.status} = 'closed') = (${t.closed_at} is not null and ${t.vat_return} is not null)`,
    ),
  ],
)

/** A book year. The result of a year is carried over by the reports, so that nothing is posted to close it. */
export const fiscalYears = pgTable(
  'fiscal_years',
  {
    ...tenantColumns,
    year: integer().notNull(),
    start_date: date({ mode: 'string' }).notNull(),
    end_date: date({ mode: 'string' }).notNull(),
    status: text({ enum: ['open', 'closed'] })
      .notNull()
      .default('open'),
    /** Of a closed year: profit, or, negative, loss. */
    result_cents: cents(),
    closed_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('fiscal_years_year_unique').on(t.tenant_id, t.year),
    check('fiscal_years_end_date_check', sql`${t.end_date} > ${t.start_date}`),
    check('fiscal_years_status_check', sql`${t.status} in ('open', 'closed')`),
  ],
)

export const journals = [
  'sales',
  'purchases',
  'cash',
  'bank',
  'stock',
  'memorial',
  'opening',
  'vat',
] as const

/** What an entry may be posted for by itself; `source_id` is its id. */
export const entrySources = [
  'invoice',
  'cash_vat',
  'credit_note',
  'payment',
  'write_off',
  'settlement',
  'goods_receipt',
  'goods_of_invoice',
  'goods_of_credit_note',
  'pick_list',
  'stock_count',
  'stock_movement',
  'product',
  'purchase_invoice',
  'purchase_payment',
  'bank_transaction',
  'btw_period',
  'fiscal_year',
] as const

/**
 * Append-only, balanced when the transaction commits, sealed with it. Number, period and seal are given by
 * the database (app.enter_journal).
 */
export const journalEntries = pgTable(
  'journal_entries',
  {
    ...tenantColumns,
    entry_number: text().notNull().default(''),
    journal: text({ enum: journals }).notNull().default('memorial'),
    entry_date: date({ mode: 'string' }).notNull(),
    /** The day of what it is posted for: before `entry_date` where its own period was closed already. */
    document_date: date({ mode: 'string' }).notNull().default(sql`app.today()`),
    description: text().notNull().default(''),
    /** Number of the document. */
    reference: text(),
    source: text({ enum: entrySources }),
    source_id: reference(),
    /** The first posting of a document is 0; what changed of it later follows. */
    source_part: integer().notNull().default(0),
    reverses_id: reference(),
    customer_id: reference(),
    supplier_id: reference(),
    btw_period_id: reference().notNull().default(0),
    user_id: reference().default(sql`app.user_id()`),
    /** The transaction that wrote it: no other may add lines. */
    sealed_by: bigint({ mode: 'number' }).notNull().default(0),
  },
  (t) => [
    tenantKey(t),
    unique('journal_entries_entry_number_unique').on(t.tenant_id, t.entry_number),
    unique('journal_entries_source_unique').on(t.tenant_id, t.source, t.source_id, t.source_part),
    unique('journal_entries_reverses_id_unique').on(t.tenant_id, t.reverses_id),
    belongsTo(t, t.reverses_id, t),
    belongsTo(t, t.customer_id, customers),
    belongsTo(t, t.supplier_id, suppliers),
    belongsTo(t, t.btw_period_id, btwPeriods),
    belongsTo(t, t.user_id, users),
    index('journal_entries_customer_id_idx').on(t.tenant_id, t.customer_id, t.id),
    index('journal_entries_supplier_id_idx').on(t.tenant_id, t.supplier_id, t.id),
    index('journal_entries_btw_period_id_idx').on(t.tenant_id, t.btw_period_id, t.id),
    index('journal_entries_user_id_idx').on(t.tenant_id, t.user_id),
    index('journal_entries_entry_date_idx').on(t.tenant_id, t.entry_date, t.id),
    index('journal_entries_late_idx')
      .on(t.tenant_id, t.btw_period_id)
      .where(sql`${t.document_date} < ${t.entry_date}`),
    check(
      'journal_entries_journal_check',
      sql`${t.journal} in ('sales', 'purchases', 'cash', 'bank', 'stock', 'memorial', 'opening', 'vat')`,
    ),
    check('journal_entries_source_check', sql`(${t.source} is null) = (${t.source_id} is null)`),
  ],
)

/** Append-only. One side of the two, above zero. */
export const journalLines = pgTable(
  'journal_lines',
  {
    ...tenantColumns,
    journal_entry_id: reference().notNull(),
    position: integer().notNull(),
    account_id: reference().notNull(),
    debit_cents: cents().notNull().default(0),
    credit_cents: cents().notNull().default(0),
    description: text(),
    /** Why the service chose the account; null for one that a person chose. */
    role: text(),
    /** Of the VAT return: turnover, or the VAT itself, stands in this box. */
    vat_box: text(),
    vat_part: text({ enum: ['turnover', 'vat'] }),
    tax_rate_id: reference(),
    /** Of the entry, kept by the database: what reports look for. */
    entry_date: date({ mode: 'string' }).notNull().default('0001-01-01'),
  },
  (t) => [
    tenantKey(t),
    unique('journal_lines_position_unique').on(t.tenant_id, t.journal_entry_id, t.position),
    belongsTo(t, t.journal_entry_id, journalEntries),
    belongsTo(t, t.account_id, glAccounts),
    belongsTo(t, t.tax_rate_id, taxRates),
    index('journal_lines_account_id_idx').on(t.tenant_id, t.account_id, t.entry_date, t.id),
    index('journal_lines_tax_rate_id_idx').on(t.tenant_id, t.tax_rate_id),
    index('journal_lines_vat_box_idx')
      .on(t.tenant_id, t.vat_box, t.entry_date, t.id)
      .where(sql`${t.vat_box} is not null`),
    check(
      'journal_lines_one_side_check',
      sql`${t.debit_cents} >= 0 and ${t.credit_cents} >= 0 and (${t.debit_cents} = 0) <> (${t.credit_cents} = 0)`,
    ),
    check('journal_lines_vat_box_check', sql`(${t.vat_box} is null) = (${t.vat_part} is null)`),
  ],
)

/** Kept by the database: what was posted to an account in a month, so that reports need not add up the lines. */
export const ledgerBalances = pgTable(
  'ledger_balances',
  {
    ...tenantColumns,
    account_id: reference().notNull(),
    /** Its first day. */
    month: date({ mode: 'string' }).notNull(),
    debit_cents: cents().notNull(),
    credit_cents: cents().notNull(),
  },
  (t) => [
    tenantKey(t),
    unique('ledger_balances_account_unique').on(t.tenant_id, t.account_id, t.month),
    belongsTo(t, t.account_id, glAccounts),
  ],
)

/** Kept by the database: what the lines of a VAT period add up to in a box. */
export const btwBoxes = pgTable(
  'btw_boxes',
  {
    ...tenantColumns,
    btw_period_id: reference().notNull(),
    box: text().notNull(),
    turnover_cents: cents().notNull(),
    vat_cents: cents().notNull(),
  },
  (t) => [
    tenantKey(t),
    unique('btw_boxes_box_unique').on(t.tenant_id, t.btw_period_id, t.box),
    belongsTo(t, t.btw_period_id, btwPeriods),
  ],
)

/** Documents that the running transaction changed; posted, and forgotten, when it commits. */
export const ledgerQueue = pgTable(
  'ledger_queue',
  {
    ...tenantColumns,
    source: text({ enum: entrySources }).notNull(),
    source_id: reference().notNull(),
  },
  (t) => [tenantKey(t)],
)
