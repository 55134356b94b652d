import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  index,
  numeric,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { belongsTo, reference, tenantColumns, tenantKey } from '../../db/columns.ts'

export const taxCategories = [
  'standard',
  'reduced',
  'zero',
  'exempt',
  'reverse_charge',
  'intra_eu',
  'export',
  'margin',
] as const

/** Boxes of the Dutch VAT return that a sale can end in. */
export const salesBoxes = ['1a', '1b', '1c', '1e', '3a', '3b', '3c'] as const

/** A tax rate, and the tax code that tells 0 % export from a reverse charge and from the margin scheme. */
export const taxRates = pgTable(
  'tax_rates',
  {
    ...tenantColumns,
    name: text().notNull(),
    rate: numeric({ precision: 5, scale: 2 }).notNull(),
    description: text(),
    is_default: boolean().notNull().default(false),
    category: text({ enum: taxCategories }).notNull(),
    /** Null: exempt turnover is not reported. */
    vat_box: text({ enum: salesBoxes }),
    /** Said on the document in place of VAT. */
    exemption_text: text(),
    valid_from: date({ mode: 'string' }),
    valid_until: date({ mode: 'string' }),
    /** The code whose place it took on `valid_from`. */
    replaces_id: reference(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.replaces_id, t),
    uniqueIndex('tax_rates_replaces_id_unique').on(t.tenant_id, t.replaces_id),
    uniqueIndex('tax_rates_default_unique').on(t.tenant_id).where(sql`${t.is_default}`),
    index('tax_rates_valid_until_idx').on(t.valid_until).where(sql`${t.valid_until} is not null`),
    check('tax_rates_rate_check', sql`${t.rate} between 0 and 100`),
    check('tax_rates_valid_until_check', sql`${t.valid_until} >= ${t.valid_from}`),
    check(
      'tax_rates_category_check',
      sql`${t.category} in ('standard', 'reduced', 'zero', 'exempt', 'reverse_charge', 'intra_eu', 'export', 'margin')`,
    ),
    check(
      'tax_rates_vat_box_check',
      sql`${t.vat_box} in ('1a', '1b', '1c', '1e', '3a', '3b', '3c')`,
    ),
  ],
)
