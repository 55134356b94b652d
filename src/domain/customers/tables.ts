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
  instant,
  reference,
  searchable,
  squeezed,
  tenantColumns,
  tenantKey,
} from '../../db/columns.ts'

export const companies = pgTable(
  'companies',
  {
    ...tenantColumns,
    name: text().notNull(),
    vat_number: text(),
    /** The name that the tax authorities have for the VAT number, and when they confirmed it last. */
    vat_validated_name: text(),
    vat_validated_at: instant(),
    kvk_number: text(),
    email: text(),
    phone: text(),
    address: text(),
    city: text(),
    postal_code: text(),
    country: text().notNull().default('NL'),
    discount_pct: numeric({ precision: 5, scale: 2 }).notNull().default('0'),
    payment_term_days: integer(),
    search: searchable('name', 'email', 'vat_number', 'kvk_number', squeezed('phone')),
  },
  (t) => [
    tenantKey(t),
    index('companies_email_idx').on(t.tenant_id, t.email),
    index('companies_search_idx').using('gin', t.tenant_id, sql`${t.search} gin_trgm_ops`),
    check('companies_discount_pct_check', sql`${t.discount_pct} between 0 and 100`),
  ],
)

export const customers = pgTable(
  'customers',
  {
    ...tenantColumns,
    first_name: text().notNull(),
    last_name: text(),
    name: text()
      .generatedAlwaysAs(sql.raw(`btrim(first_name || ' ' || coalesce(last_name, ''))`))
      .notNull(),
    email: text(),
    phone: text(),
    /** The phone in E.164, so that any writing of a number finds its customer. */
    phone_e164: text(),
    address: text(),
    city: text(),
    postal_code: text(),
    country: text().notNull().default('NL'),
    company_id: reference(),
    is_business: boolean().notNull().generatedAlwaysAs(sql.raw('company_id is not null')),
    sms_opt_out: boolean().notNull().default(false),
    email_bounced_at: instant(),
    /** The first name a second time, so that "smith jane" is found as well. */
    search: searchable(
      'first_name',
      'last_name',
      'first_name',
      'email',
      squeezed('phone_e164'),
      squeezed('phone'),
    ),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.company_id, companies),
    index('customers_company_id_idx').on(t.tenant_id, t.company_id),
    index('customers_updated_at_idx').on(t.tenant_id, t.updated_at, t.id),
    index('customers_phone_e164_idx').on(t.tenant_id, t.phone_e164),
    index('customers_email_idx').on(t.tenant_id, t.email),
    index('customers_search_idx').using('gin', t.tenant_id, sql`${t.search} gin_trgm_ops`),
  ],
)

export const tags = pgTable('tags', { ...tenantColumns, name: text().notNull() }, (t) => [
  tenantKey(t),
  uniqueIndex('tags_name_unique').on(t.tenant_id, sql`lower(${t.name})`),
])

export const customerTags = pgTable(
  'customer_tags',
  { ...tenantColumns, customer_id: reference().notNull(), tag_id: reference().notNull() },
  (t) => [
    tenantKey(t),
    uniqueIndex('customer_tags_tag_id_unique').on(t.tenant_id, t.customer_id, t.tag_id),
    index('customer_tags_tag_id_idx').on(t.tenant_id, t.tag_id),
    belongsTo(t, t.customer_id, customers, 'cascade'),
    belongsTo(t, t.tag_id, tags, 'cascade'),
  ],
)

export const deviceKinds = [
  'phone',
  'tablet',
  'laptop',
  'console',
  'car',
  'aircraft',
  'boat',
  'other',
] as const

export const devices = pgTable(
  'devices',
  {
    ...tenantColumns,
    customer_id: reference().notNull(),
    /** What the shop mostly repairs, when nobody says. */
    kind: text({ enum: deviceKinds }).notNull().default(sql`app.usual_device_kind()`),
    brand: text(),
    model: text(),
    serial_number: text(),
    imei: text(),
    license_plate: text(),
    vin: text(),
    /** Registration of an aircraft: PH-ABC. */
    tail_number: text(),
    /** Hull identification number of a boat (HIN). */
    hull_number: text(),
    color: text(),
    notes: text(),
    search: searchable(
      'brand',
      'model',
      'serial_number',
      'license_plate',
      squeezed('serial_number'),
      squeezed('license_plate'),
      'imei',
      'vin',
      'tail_number',
      'hull_number',
      squeezed('tail_number'),
      squeezed('hull_number'),
    ),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.customer_id, customers),
    index('devices_customer_id_idx').on(t.tenant_id, t.customer_id),
    index('devices_search_idx').using('gin', t.tenant_id, sql`${t.search} gin_trgm_ops`),
    check(
      'devices_kind_check',
      sql.raw(`kind in (${deviceKinds.map((kind) => `'${kind}'`).join(', ')})`),
    ),
  ],
)
