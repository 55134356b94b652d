import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { branches } from '../staff/tables.ts'

/** A shop. Its own id is the tenant of everything else. */
export const tenants = pgTable('tenants', {
  id: tenantColumns.id,
  name: text().notNull(),
  address: text(),
  postal_code: text(),
  city: text(),
  country: text().notNull().default('NL'),
  email: text(),
  phone: text(),
  vat_number: text(),
  kvk_number: text(),
  iban: text(),
  bic: text(),
  timezone: text().notNull().default('Europe/Amsterdam'),
  locale: text().notNull().default('nl'),
  vat_basis: text().notNull().default('invoice'),
  vat_period: text().notNull().default('quarter'),
  margin_method: text().notNull().default('global'),
  /** Small-business scheme (kleineondernemersregeling): no VAT on sales. */
  kor: boolean().notNull().default(false),
  /** Cash is rounded to 5 cents. */
  cash_rounding: boolean().notNull().default(false),
  opening_hours: jsonb().$type<Record<string, string[]>>(),
  /** Days on which the shop is closed, `YYYY-MM-DD`. */
  holidays: jsonb().$type<string[]>().notNull().default([]),
  invoice_terms_days: integer().notNull().default(14),
  invoice_footer: text(),
  /** Overdue invoices are reminded of by themselves. */
  auto_reminders: boolean().notNull().default(false),
  /** So many days after the due date: the reminder, and the second one where there are two. */
  reminder_days: jsonb().$type<number[]>().notNull().default([3, 10]),
  /** How the stock is valued: moving average, or first in, first out. */
  valuation_method: text().notNull().default('average'),
  /** How much more than ordered is taken in, in percent of a purchase order's line. */
  over_receipt_pct: numeric({ precision: 5, scale: 2 }).notNull().default('0'),
  /** May an invoice be issued for more than is in stock? It then takes what is there. */
  sell_beyond_stock: boolean().notNull().default(true),
  /** PNG or JPEG as a data URL. */
  logo: text(),
  created_at: tenantColumns.created_at,
  updated_at: tenantColumns.updated_at,
})

export const users = pgTable(
  'users',
  {
    ...tenantColumns,
    name: text().notNull(),
    email: text().notNull(),
    password_hash: text().notNull(),
    role: text().notNull(),
    branch_id: reference(),
    active: boolean().notNull().default(true),
    last_login_at: instant(),
  },
  (t) => [
    tenantKey(t),
    // One login page for all shops: an address belongs to one account.
    unique('users_email_unique').on(t.email),
    belongsTo(t, t.branch_id, branches),
    index('users_branch_id_idx').on(t.tenant_id, t.branch_id),
    check('users_email_lowercase', sql`${t.email} = lower(${t.email})`),
  ],
)

/** Sanctum's form: the client holds `id|secret`, the row only the SHA-256 of the secret. */
export const apiTokens = pgTable(
  'api_tokens',
  {
    ...tenantColumns,
    user_id: reference().notNull(),
    name: text().notNull(),
    token_hash: text().notNull(),
    abilities: jsonb().$type<string[]>().notNull().default(['*']),
    last_used_at: instant(),
    expires_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('api_tokens_token_hash_unique').on(t.token_hash),
    belongsTo(t, t.user_id, users, 'cascade'),
    index('api_tokens_user_id_idx').on(t.tenant_id, t.user_id),
    index('api_tokens_expires_at_idx').on(t.expires_at).where(sql`${t.expires_at} is not null`),
  ],
)

export const passwordResets = pgTable(
  'password_resets',
  {
    ...tenantColumns,
    user_id: reference().notNull(),
    token_hash: text().notNull(),
    expires_at: instant().notNull(),
  },
  (t) => [
    tenantKey(t),
    uniqueIndex('password_resets_token_hash_unique').on(t.token_hash),
    index('password_resets_user_id_idx').on(t.tenant_id, t.user_id),
    index('password_resets_expires_at_idx').on(t.expires_at),
    belongsTo(t, t.user_id, users, 'cascade'),
  ],
)

/** Failed logins of one e-mail from one address in the current minute; keyed by a hash of both. */
export const loginFailures = pgTable(
  'login_failures',
  {
    key: text().primaryKey(),
    failures: integer().notNull(),
    since: instant().notNull(),
  },
  (t) => [index('login_failures_since_idx').on(t.since)],
)
