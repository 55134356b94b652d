import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import {
  belongsTo,
  cents,
  instant,
  reference,
  searchable,
  tenantColumns,
  tenantKey,
} from '../../db/columns.ts'
import { products } from '../catalog/tables.ts'
import { customers, devices } from '../customers/tables.ts'
import { users } from '../identity/tables.ts'
import { slaConfigs } from '../sla/configs-table.ts'
import { branches, employees, ownBranch } from '../staff/tables.ts'
import type { TaxCategory } from '../tax/codes.ts'
import { taxRates } from '../tax/tables.ts'

export const statusKinds = ['open', 'waiting', 'done', 'cancelled'] as const
export const priorities = ['normal', 'high', 'urgent'] as const

export const workOrderStatuses = pgTable(
  'work_order_statuses',
  {
    ...tenantColumns,
    slug: text().notNull(),
    label: text().notNull(),
    color: text(),
    kind: text({ enum: statusKinds }).notNull().default('open'),
    position: integer().notNull().default(0),
    /** Slugs that a work order may go to from here. */
    allowed_next: text().array().notNull().default([]),
  },
  (t) => [
    tenantKey(t),
    unique('work_order_statuses_slug_unique').on(t.tenant_id, t.slug),
    check(
      'work_order_statuses_kind_check',
      sql`${t.kind} in ('open', 'waiting', 'done', 'cancelled')`,
    ),
  ],
)

/** What the lines of a work order with one VAT rate and tax category come to. */
export interface LineSum {
  vat_rate: number
  /** Absent where the lines have no tax code. */
  category?: TaxCategory
  total_excl_cents: number
  /** Of lines whose VAT was agreed on. */
  vat_cents?: number
  lines: number
}

export const workOrders = pgTable(
  'work_orders',
  {
    ...tenantColumns,
    ticket_no: text().notNull().default(sql`app.next_document_number('WO')`),
    customer_id: reference().notNull(),
    device_id: reference(),
    device_brand: text(),
    device_model: text(),
    /** Kind of repair, in the shop's own words: what a warranty policy is for. */
    category: text(),
    problem_description: text(),
    priority: text({ enum: priorities }).notNull().default('normal'),
    status: text().notNull().default('new'),
    assigned_to: reference(),
    branch_id: ownBranch(),
    sla_config_id: reference(),
    /** The paid repair that this one does again under warranty; never changes. */
    warranty_of_id: reference(),
    expected_ready_at: instant(),
    completed_at: instant(),
    /** Kept by a trigger: since when nothing happened to it; null when it is done or cancelled. */
    idle_since: instant(),
    status_changed_at: instant().notNull().default(sql`app.now()`),
    /** Kept by triggers of the lines and notes, so that a list need not read them. */
    line_sums: jsonb().$type<LineSum[]>().notNull().default([]),
    notes_count: integer().notNull().default(0),
    search: searchable('ticket_no', 'device_brand', 'device_model'),
  },
  (t) => [
    tenantKey(t),
    unique('work_orders_ticket_no_unique').on(t.tenant_id, t.ticket_no),
    belongsTo(t, t.customer_id, customers),
    belongsTo(t, t.device_id, devices),
    belongsTo(t, t.assigned_to, employees),
    belongsTo(t, t.branch_id, branches),
    belongsTo(t, t.sla_config_id, slaConfigs),
    belongsTo(t, t.warranty_of_id, t),
    foreignKey({
      name: 'work_orders_status_fk',
      columns: [t.tenant_id, t.status],
      foreignColumns: [workOrderStatuses.tenant_id, workOrderStatuses.slug],
    }).onUpdate('cascade'),
    index('work_orders_status_idx').on(t.tenant_id, t.status, t.id.desc()),
    index('work_orders_customer_id_idx').on(t.tenant_id, t.customer_id, t.id.desc()),
    index('work_orders_device_id_idx').on(t.tenant_id, t.device_id),
    index('work_orders_assigned_to_idx').on(t.tenant_id, t.assigned_to, t.id.desc()),
    index('work_orders_branch_id_idx').on(t.tenant_id, t.branch_id, t.id.desc()),
    index('work_orders_sla_config_id_idx').on(t.tenant_id, t.sla_config_id),
    index('work_orders_warranty_of_id_idx').on(t.tenant_id, t.warranty_of_id),
    index('work_orders_category_idx')
      .on(t.tenant_id, t.category, t.id.desc())
      .where(sql`${t.category} is not null`),
    // What rules about time look for.
    index('work_orders_idle_since_idx')
      .on(t.tenant_id, t.idle_since)
      .where(sql`${t.idle_since} is not null`),
    index('work_orders_status_changed_at_idx')
      .on(t.tenant_id, t.status, t.status_changed_at)
      .where(sql`${t.idle_since} is not null`),
    index('work_orders_updated_at_idx').on(t.tenant_id, t.updated_at, t.id),
    index('work_orders_search_idx').using('gin', t.tenant_id, sql`${t.search} gin_trgm_ops`),
    check('work_orders_priority_check', sql`${t.priority} in ('normal', 'high', 'urgent')`),
  ],
)

export const workOrderLines = pgTable(
  'work_order_lines',
  {
    ...tenantColumns,
    work_order_id: reference().notNull(),
    description: text().notNull(),
    product_id: reference(),
    quantity: numeric({ precision: 12, scale: 3 }).notNull().default('1'),
    unit_price: numeric({ precision: 14, scale: 4 }).notNull(),
    vat_rate: numeric({ precision: 5, scale: 2 }).notNull().default('21'),
    tax_rate_id: reference(),
    total_excl_cents: cents().notNull(),
    /** VAT as it was offered, incl. VAT, where the rate does not tell it to the cent. */
    vat_cents: cents(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.work_order_id, workOrders, 'cascade'),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.tax_rate_id, taxRates),
    index('work_order_lines_tax_rate_id_idx').on(t.tenant_id, t.tax_rate_id),
    index('work_order_lines_work_order_id_idx').on(t.tenant_id, t.work_order_id, t.id),
    index('work_order_lines_product_id_idx').on(t.tenant_id, t.product_id),
    check('work_order_lines_quantity_check', sql`${t.quantity} > 0`),
    check('work_order_lines_vat_rate_check', sql`${t.vat_rate} between 0 and 100`),
  ],
)

export const workOrderNotes = pgTable(
  'work_order_notes',
  {
    ...tenantColumns,
    work_order_id: reference().notNull(),
    note: text().notNull(),
    is_internal: boolean().notNull().default(true),
    user_id: reference().default(sql`app.user_id()`),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.work_order_id, workOrders, 'cascade'),
    belongsTo(t, t.user_id, users),
    index('work_order_notes_user_id_idx').on(t.tenant_id, t.user_id),
    index('work_order_notes_work_order_id_idx').on(t.tenant_id, t.work_order_id, t.id),
  ],
)

/** A file of a work order; the bytes are in R2 under `storage_key`. */
export const attachments = pgTable(
  'attachments',
  {
    ...tenantColumns,
    work_order_id: reference().notNull(),
    kind: text().notNull().default('other'),
    filename: text().notNull(),
    content_type: text().notNull(),
    size_bytes: integer().notNull(),
    storage_key: text().notNull(),
    user_id: reference().default(sql`app.user_id()`),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.work_order_id, workOrders),
    belongsTo(t, t.user_id, users),
    index('attachments_user_id_idx').on(t.tenant_id, t.user_id),
    index('attachments_work_order_id_idx').on(t.tenant_id, t.work_order_id, t.id),
    check('attachments_kind_check', sql`${t.kind} in ('photo', 'document', 'signature', 'other')`),
  ],
)
