import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  index,
  integer,
  numeric,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import {
  belongsTo,
  cents,
  reference,
  searchable,
  tenantColumns,
  tenantKey,
} from '../../db/columns.ts'
import { taxRates } from '../tax/tables.ts'
import { bins } from '../warehouse/bins-table.ts'

export const productCategories = pgTable(
  'product_categories',
  { ...tenantColumns, name: text().notNull(), parent_id: reference() },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.parent_id, t),
    index('product_categories_parent_id_idx').on(t.tenant_id, t.parent_id),
  ],
)

export const productKinds = ['part', 'accessory', 'service'] as const

export const products = pgTable(
  'products',
  {
    ...tenantColumns,
    name: text().notNull(),
    sku: text(),
    kind: text({ enum: productKinds }).notNull().default('part'),
    description: text(),
    barcode: text(),
    price_excl: numeric({ precision: 14, scale: 4 }).notNull(),
    purchase_price: numeric({ precision: 14, scale: 4 }),
    vat_rate: numeric({ precision: 5, scale: 2 }).notNull().default('21'),
    tax_rate_id: reference(),
    /** Kept by the database: the sum of the product's stock movements. */
    stock_quantity: integer().notNull().default(0),
    /** Kept by the database: held for pick lists. */
    reserved_quantity: integer().notNull().default(0),
    /** Kept by the database: what the stock is worth, at cost. */
    stock_value_cents: cents().notNull().default(0),
    min_stock: integer().notNull().default(0),
    /** Order up to here; null: up to `min_stock`. */
    max_stock: integer(),
    /** Where it is put away, when it has a fixed place. */
    default_bin_id: reference(),
    category_id: reference(),
    is_active: boolean().notNull().default(true),
    track_serials: boolean().notNull().default(false),
    allow_negative_stock: boolean().notNull().default(false),
    search: searchable('name', 'sku', 'barcode'),
  },
  (t) => [
    tenantKey(t),
    uniqueIndex('products_sku_unique').on(t.tenant_id, t.sku),
    belongsTo(t, t.category_id, productCategories),
    belongsTo(t, t.tax_rate_id, taxRates),
    belongsTo(t, t.default_bin_id, bins),
    index('products_default_bin_id_idx').on(t.tenant_id, t.default_bin_id),
    index('products_in_stock_idx').on(t.tenant_id, t.id).where(sql`${t.stock_quantity} > 0`),
    // What may have to be ordered.
    index('products_low_idx')
      .on(t.tenant_id, t.id)
      .where(
        sql`${t.is_active} and ${t.kind} <> 'service' and ${t.stock_quantity} - ${t.reserved_quantity} < ${t.min_stock}`,
      ),
    index('products_goods_idx').on(t.tenant_id, t.id).where(sql`${t.kind} <> 'service'`),
    index('products_barcode_idx').on(t.tenant_id, t.barcode),
    index('products_tax_rate_id_idx').on(t.tenant_id, t.tax_rate_id),
    index('products_category_id_idx').on(t.tenant_id, t.category_id),
    index('products_updated_at_idx').on(t.tenant_id, t.updated_at, t.id),
    index('products_search_idx').using('gin', t.tenant_id, sql`${t.search} gin_trgm_ops`),
    check('products_kind_check', sql`${t.kind} in ('part', 'accessory', 'service')`),
    check(
      'products_stock_quantity_check',
      sql`${t.stock_quantity} >= 0 or ${t.allow_negative_stock}`,
    ),
    check(
      'products_reserved_quantity_check',
      sql`${t.reserved_quantity} between 0 and greatest(${t.stock_quantity}, 0)`,
    ),
    check('products_max_stock_check', sql`${t.max_stock} >= ${t.min_stock}`),
    // A piece that is not there has no number.
    check(
      'products_track_serials_check',
      sql`not (${t.track_serials} and ${t.allow_negative_stock})`,
    ),
    check('products_price_excl_check', sql`${t.price_excl} >= 0`),
    check('products_vat_rate_check', sql`${t.vat_rate} between 0 and 100`),
  ],
)
