import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { belongsTo, cents, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'

export const licenses = pgTable(
  'licenses',
  {
    ...tenantColumns,
    license_type: text().notNull().default('SMR'),
    tier: text().notNull().default('starter'),
    status: text().notNull().default('trial'),
    valid_from: date({ mode: 'string' }).notNull(),
    valid_until: date({ mode: 'string' }),
    billing_cycle: text().notNull().default('monthly'),
    max_users: integer().notNull(),
    price_monthly_cents: cents().notNull(),
    is_current: boolean().notNull().default(true),
    /** When it became the shop's current licence; null: its first day is still to come. */
    began_at: instant().default(sql`app.now()`),
    /** When it was activated for the first time; null: it was never more than a trial. */
    activated_at: instant(),
    /** When the job said that it would end soon, and that it had ended. */
    expiring_at: instant(),
    expired_at: instant(),
  },
  (t) => [
    tenantKey(t),
    uniqueIndex('licenses_current_unique').on(t.tenant_id).where(sql`${t.is_current}`),
    index('licenses_valid_until_idx')
      .on(t.valid_until)
      .where(sql`${t.is_current} and ${t.expired_at} is null`),
    index('licenses_valid_from_idx').on(t.valid_from).where(sql`${t.began_at} is null`),
    check('licenses_type_check', sql`${t.license_type} in ('SMR', 'AUTO', 'AVIATION', 'MARINE')`),
    check('licenses_tier_check', sql`${t.tier} in ('starter', 'growth', 'enterprise')`),
    check('licenses_status_check', sql`${t.status} in ('trial', 'active', 'suspended', 'expired')`),
  ],
)

export const licenseModules = pgTable(
  'license_modules',
  {
    ...tenantColumns,
    license_id: reference().notNull(),
    module_key: text().notNull(),
    is_active: boolean().notNull().default(true),
    activated_at: instant(),
    /** It was on when the tier ceased to have it; a tier that has it again switches it on. */
    dropped_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('license_modules_module_key_unique').on(t.tenant_id, t.license_id, t.module_key),
    belongsTo(t, t.license_id, licenses, 'cascade'),
  ],
)
