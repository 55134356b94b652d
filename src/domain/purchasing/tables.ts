import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  index,
  integer,
  numeric,
  pgTable,
  text,
  unique,
  uniqueIndex,
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
import { users } from '../identity/tables.ts'
import { warehouses } from '../warehouse/bins-table.ts'
import { workOrders } from '../workshop/tables.ts'

export const suppliers = pgTable(
  'suppliers',
  {
    ...tenantColumns,
    name: text().notNull(),
    email: text(),
    phone: text(),
    address: text(),
    postal_code: text(),
    city: text(),
    country: text().notNull().default('NL'),
    vat_number: text(),
    kvk_number: text(),
    iban: text(),
    /** By which the supplier knows the shop. */
    customer_number: text(),
    payment_term_days: integer().notNull().default(30),
    /** From order to delivery, where an article says nothing else. */
    lead_time_days: integer(),
    notes: text(),
    is_active: boolean().notNull().default(true),
    search: searchable('name', 'email', 'city', 'customer_number'),
  },
  (t) => [
    tenantKey(t),
    index('suppliers_search_idx').using('gin', t.tenant_id, sql`${t.search} gin_trgm_ops`),
    check('suppliers_payment_term_days_check', sql`${t.payment_term_days} between 0 and 365`),
    check('suppliers_lead_time_days_check', sql`${t.lead_time_days} between 0 and 365`),
  ],
)

/** What a supplier calls a product, and asks for it. */
export const supplierProducts = pgTable(
  'supplier_products',
  {
    ...tenantColumns,
    supplier_id: reference().notNull(),
    product_id: reference().notNull(),
    article_code: text(),
    unit_price: numeric({ precision: 14, scale: 4 }),
    /** Sold by so many at once. */
    pack_size: integer().notNull().default(1),
    lead_time_days: integer(),
    /** Where the product is ordered when nobody says otherwise; one supplier per product. */
    is_preferred: boolean().notNull().default(false),
  },
  (t) => [
    tenantKey(t),
    unique('supplier_products_product_unique').on(t.tenant_id, t.supplier_id, t.product_id),
    uniqueIndex('supplier_products_preferred_unique')
      .on(t.tenant_id, t.product_id)
      .where(sql`${t.is_preferred}`),
    belongsTo(t, t.supplier_id, suppliers, 'cascade'),
    belongsTo(t, t.product_id, products, 'cascade'),
    index('supplier_products_product_id_idx').on(t.tenant_id, t.product_id),
    index('supplier_products_article_code_idx').on(t.tenant_id, t.article_code),
    check('supplier_products_unit_price_check', sql`${t.unit_price} >= 0`),
    check('supplier_products_pack_size_check', sql`${t.pack_size} > 0`),
    check('supplier_products_lead_time_days_check', sql`${t.lead_time_days} between 0 and 365`),
  ],
)

export const purchaseOrderStatuses = [
  'draft',
  'ordered',
  'partially_received',
  'received',
  'cancelled',
] as const

export const purchaseOrders = pgTable(
  'purchase_orders',
  {
    ...tenantColumns,
    po_number: text().notNull().default(sql`app.next_document_number('PO')`),
    supplier_id: reference().notNull(),
    status: text({ enum: purchaseOrderStatuses }).notNull().default('draft'),
    /** Where it is to be delivered; null: the default warehouse. */
    warehouse_id: reference(),
    expected_at: date({ mode: 'string' }),
    reference: text(),
    notes: text(),
    /** Kept by the database from the lines, excl. VAT. */
    total_cents: cents().notNull().default(0),
    ordered_at: instant(),
    sent_at: instant(),
    cancelled_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('purchase_orders_number_unique').on(t.tenant_id, t.po_number),
    belongsTo(t, t.supplier_id, suppliers),
    belongsTo(t, t.warehouse_id, warehouses),
    index('purchase_orders_supplier_id_idx').on(t.tenant_id, t.supplier_id, t.id),
    index('purchase_orders_warehouse_id_idx').on(t.tenant_id, t.warehouse_id),
    index('purchase_orders_status_idx').on(t.tenant_id, t.status, t.id),
    check(
      'purchase_orders_status_check',
      sql`${t.status} in ('draft', 'ordered', 'partially_received', 'received', 'cancelled')`,
    ),
  ],
)

export const purchaseOrderLines = pgTable(
  'purchase_order_lines',
  {
    ...tenantColumns,
    purchase_order_id: reference().notNull(),
    product_id: reference().notNull(),
    /** The work order that waits for it. */
    work_order_id: reference(),
    article_code: text(),
    quantity: integer().notNull(),
    unit_price: numeric({ precision: 14, scale: 4 }).notNull(),
    total_cents: cents().notNull(),
    /** Fixed when it is ordered: with what the shop takes beyond its order. */
    max_receivable: integer(),
    /** Kept by the database from the receipts. */
    received_qty: integer().notNull().default(0),
    /** Will not come any more. */
    cancelled_qty: integer().notNull().default(0),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.purchase_order_id, purchaseOrders, 'cascade'),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.work_order_id, workOrders),
    index('purchase_order_lines_purchase_order_id_idx').on(t.tenant_id, t.purchase_order_id, t.id),
    index('purchase_order_lines_product_id_idx').on(t.tenant_id, t.product_id),
    index('purchase_order_lines_work_order_id_idx').on(t.tenant_id, t.work_order_id),
    check('purchase_order_lines_quantity_check', sql`${t.quantity} > 0`),
    check('purchase_order_lines_unit_price_check', sql`${t.unit_price} >= 0`),
    check(
      'purchase_order_lines_received_qty_check',
      sql`${t.received_qty} between 0 and coalesce(${t.max_receivable}, 0)`,
    ),
    check(
      'purchase_order_lines_cancelled_qty_check',
      sql`${t.cancelled_qty} between 0 and ${t.quantity}`,
    ),
  ],
)

/** Append-only: what came in at one time, against a purchase order or without one. */
export const goodsReceipts = pgTable(
  'goods_receipts',
  {
    ...tenantColumns,
    receipt_number: text().notNull().default(sql`app.next_document_number('GR')`),
    purchase_order_id: reference(),
    supplier_id: reference(),
    warehouse_id: reference(),
    /** Of the delivery note. */
    reference: text(),
    /** The receipt that this one takes back. */
    reverses_id: reference(),
    /** Why it takes another back. */
    reason: text(),
    user_id: reference().default(sql`app.user_id()`),
  },
  (t) => [
    tenantKey(t),
    unique('goods_receipts_number_unique').on(t.tenant_id, t.receipt_number),
    unique('goods_receipts_reverses_unique').on(t.tenant_id, t.reverses_id),
    belongsTo(t, t.purchase_order_id, purchaseOrders),
    belongsTo(t, t.supplier_id, suppliers),
    belongsTo(t, t.warehouse_id, warehouses),
    belongsTo(t, t.reverses_id, t),
    belongsTo(t, t.user_id, users),
    index('goods_receipts_purchase_order_id_idx').on(t.tenant_id, t.purchase_order_id, t.id),
    index('goods_receipts_supplier_id_idx').on(t.tenant_id, t.supplier_id, t.id),
    index('goods_receipts_reference_idx').on(t.tenant_id, t.reference, t.id),
    index('goods_receipts_warehouse_id_idx').on(t.tenant_id, t.warehouse_id),
    index('goods_receipts_user_id_idx').on(t.tenant_id, t.user_id),
  ],
)

/** Append-only; negative on a receipt that takes another back. */
export const goodsReceiptLines = pgTable(
  'goods_receipt_lines',
  {
    ...tenantColumns,
    goods_receipt_id: reference().notNull(),
    product_id: reference().notNull(),
    po_line_id: reference(),
    quantity: integer().notNull(),
    /** Given by the database where nobody says it. */
    unit_cost: numeric({ precision: 14, scale: 4 }),
    /** What the supplier is owed for it, worked out by the database. */
    cost_cents: cents().notNull().default(0),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.goods_receipt_id, goodsReceipts),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.po_line_id, purchaseOrderLines),
    index('goods_receipt_lines_goods_receipt_id_idx').on(t.tenant_id, t.goods_receipt_id, t.id),
    index('goods_receipt_lines_product_id_idx').on(t.tenant_id, t.product_id),
    index('goods_receipt_lines_po_line_id_idx').on(t.tenant_id, t.po_line_id),
    check('goods_receipt_lines_quantity_check', sql`${t.quantity} <> 0`),
    check('goods_receipt_lines_unit_cost_check', sql`${t.unit_cost} >= 0`),
  ],
)
