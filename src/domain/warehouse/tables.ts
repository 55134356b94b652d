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
import { belongsTo, cents, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { productCategories, products } from '../catalog/tables.ts'
import { users } from '../identity/tables.ts'
import { workOrderLines, workOrders } from '../workshop/tables.ts'
import { bins, warehouses } from './bins-table.ts'

export { bins, warehouses }

export const movementKinds = [
  'initial',
  'adjust',
  'receipt',
  'putaway',
  'transfer',
  'pick',
  'count',
  'return',
  'sale',
] as const

/** What a movement may come from; `source_id` is its id. */
export const movementSources = [
  'goods_receipt',
  'pick_list',
  'invoice',
  'credit_note',
  'stock_count',
] as const

/** One piece of a product that tracks serial numbers. It is in one bin, or, without one, not in stock. */
export const serialNumbers = pgTable(
  'serial_numbers',
  {
    ...tenantColumns,
    product_id: reference().notNull(),
    serial: text().notNull(),
    bin_id: reference(),
  },
  (t) => [
    tenantKey(t),
    unique('serial_numbers_serial_unique').on(t.tenant_id, t.product_id, t.serial),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.bin_id, bins),
    index('serial_numbers_bin_id_idx').on(t.tenant_id, t.bin_id),
    index('serial_numbers_serial_idx').on(t.tenant_id, t.serial),
  ],
)

/**
 * Append-only: every change of stock is one row. The database adds it to the bin, the product, the value
 * and the serial number (app.apply_stock_movement); nothing else can change those. Written by the functions
 * of moves.ts alone.
 */
export const stockMovements = pgTable(
  'stock_movements',
  {
    ...tenantColumns,
    product_id: reference().notNull(),
    bin_id: reference().notNull(),
    kind: text({ enum: movementKinds }).notNull(),
    /** Signed: what came in, or went out. */
    quantity: integer().notNull(),
    reason: text(),
    source: text({ enum: movementSources }),
    source_id: reference(),
    serial_id: reference(),
    /** Of a move between bins: where the goods that leave `bin_id` go. */
    to_bin_id: reference(),
    /** Of the other half of such a move: the half that left. Written by the database. */
    pair_id: reference(),
    /** What one piece cost, or was worth when it left. */
    unit_cost: numeric({ precision: 14, scale: 4 }),
    /** What the stock became worth more, or less; worked out by the database. */
    value_cents: cents().notNull().default(0),
    /** Of goods under the margin scheme, when it moved; kept by the database. */
    is_margin: boolean().notNull().default(false),
    user_id: reference().default(sql`app.user_id()`),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.bin_id, bins),
    belongsTo(t, t.to_bin_id, bins),
    belongsTo(t, t.serial_id, serialNumbers),
    belongsTo(t, t.pair_id, t),
    belongsTo(t, t.user_id, users),
    index('stock_movements_user_id_idx').on(t.tenant_id, t.user_id),
    index('stock_movements_product_id_idx').on(t.tenant_id, t.product_id, t.id),
    index('stock_movements_bin_id_idx').on(t.tenant_id, t.bin_id, t.id),
    index('stock_movements_to_bin_id_idx').on(t.tenant_id, t.to_bin_id),
    index('stock_movements_pair_id_idx').on(t.tenant_id, t.pair_id),
    index('stock_movements_serial_id_idx').on(t.tenant_id, t.serial_id, t.id),
    index('stock_movements_source_idx').on(t.tenant_id, t.source, t.source_id),
    index('stock_movements_created_at_idx').on(t.tenant_id, t.created_at),
    check(
      'stock_movements_kind_check',
      sql`${t.kind} in ('initial', 'adjust', 'receipt', 'putaway', 'transfer', 'pick', 'count', 'return', 'sale')`,
    ),
    check(
      'stock_movements_source_check',
      sql`${t.source} in ('goods_receipt', 'pick_list', 'invoice', 'credit_note', 'stock_count')
        and ${t.source_id} is not null or ${t.source} is null and ${t.source_id} is null`,
    ),
    check('stock_movements_quantity_check', sql`${t.quantity} <> 0`),
    check(
      'stock_movements_pair_check',
      sql`case when ${t.kind} in ('putaway', 'transfer')
        then (${t.quantity} < 0) = (${t.to_bin_id} is not null) and (${t.quantity} > 0) = (${t.pair_id} is not null)
        else ${t.to_bin_id} is null and ${t.pair_id} is null end`,
    ),
  ],
)

/** Kept by the database: what stands in a bin, the sum of its movements. */
export const binStock = pgTable(
  'bin_stock',
  {
    ...tenantColumns,
    bin_id: reference().notNull(),
    product_id: reference().notNull(),
    quantity: integer().notNull(),
  },
  (t) => [
    tenantKey(t),
    unique('bin_stock_product_unique').on(t.tenant_id, t.product_id, t.bin_id),
    belongsTo(t, t.bin_id, bins),
    belongsTo(t, t.product_id, products),
    index('bin_stock_bin_id_idx').on(t.tenant_id, t.bin_id, t.product_id),
  ],
)

/** Kept by the database where a shop values first in, first out: what is left of a movement that came in. */
export const stockLayers = pgTable(
  'stock_layers',
  {
    ...tenantColumns,
    product_id: reference().notNull(),
    quantity: integer().notNull(),
    value_cents: cents().notNull(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.product_id, products),
    index('stock_layers_product_id_idx').on(t.tenant_id, t.product_id, t.id),
    check('stock_layers_quantity_check', sql`${t.quantity} > 0`),
  ],
)

export const pickListStatuses = ['open', 'in_progress', 'completed', 'cancelled'] as const

/** What to take from the shelves for a work order. */
export const pickLists = pgTable(
  'pick_lists',
  {
    ...tenantColumns,
    pick_list_number: text().notNull().default(sql`app.next_document_number('PL')`),
    work_order_id: reference().notNull(),
    status: text({ enum: pickListStatuses }).notNull().default('open'),
    completed_at: instant(),
    cancelled_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('pick_lists_number_unique').on(t.tenant_id, t.pick_list_number),
    uniqueIndex('pick_lists_open_unique')
      .on(t.tenant_id, t.work_order_id)
      .where(sql`${t.status} in ('open', 'in_progress')`),
    belongsTo(t, t.work_order_id, workOrders),
    index('pick_lists_work_order_id_idx').on(t.tenant_id, t.work_order_id, t.id),
    index('pick_lists_status_idx').on(t.tenant_id, t.status, t.id),
    check(
      'pick_lists_status_check',
      sql`${t.status} in ('open', 'in_progress', 'completed', 'cancelled')`,
    ),
  ],
)

export const pickListLines = pgTable(
  'pick_list_lines',
  {
    ...tenantColumns,
    pick_list_id: reference().notNull(),
    product_id: reference().notNull(),
    work_order_line_id: reference(),
    /** Where it is best taken from; null when it stands nowhere. */
    bin_id: reference(),
    quantity: integer().notNull(),
    picked_qty: integer().notNull().default(0),
    /** Brought back to the shelf after it was picked. */
    returned_qty: integer().notNull().default(0),
    /** Held for this line out of the stock; its sum per product is `products.reserved_quantity`. */
    reserved_qty: integer().notNull().default(0),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.pick_list_id, pickLists, 'cascade'),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.work_order_line_id, workOrderLines),
    belongsTo(t, t.bin_id, bins),
    index('pick_list_lines_pick_list_id_idx').on(t.tenant_id, t.pick_list_id, t.id),
    index('pick_list_lines_product_id_idx').on(t.tenant_id, t.product_id, t.id),
    index('pick_list_lines_work_order_line_id_idx').on(t.tenant_id, t.work_order_line_id),
    index('pick_list_lines_bin_id_idx').on(t.tenant_id, t.bin_id),
    // What is held of a product, and which lines wait for it: few of all lines that there ever were.
    index('pick_list_lines_reserved_idx')
      .on(t.tenant_id, t.product_id, t.id)
      .where(sql`${t.reserved_qty} > 0`),
    index('pick_list_lines_lacking_idx')
      .on(t.tenant_id, t.product_id, t.id)
      .where(sql`${t.quantity} - ${t.picked_qty} > ${t.reserved_qty}`),
    check('pick_list_lines_quantity_check', sql`${t.quantity} > 0`),
    check('pick_list_lines_picked_qty_check', sql`${t.picked_qty} between 0 and ${t.quantity}`),
    check(
      'pick_list_lines_returned_qty_check',
      sql`${t.returned_qty} between 0 and ${t.picked_qty}`,
    ),
    check(
      'pick_list_lines_reserved_qty_check',
      sql`${t.reserved_qty} between 0 and ${t.quantity} - ${t.picked_qty}`,
    ),
  ],
)

export const stockCountStatuses = ['open', 'applied', 'cancelled'] as const

export const stockCounts = pgTable(
  'stock_counts',
  {
    ...tenantColumns,
    count_number: text().notNull().default(sql`app.next_document_number('SC')`),
    status: text({ enum: stockCountStatuses }).notNull().default('open'),
    /** Who counts is not shown what should be there. */
    blind: boolean().notNull().default(false),
    category_id: reference(),
    notes: text(),
    user_id: reference().default(sql`app.user_id()`),
    applied_at: instant(),
    cancelled_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('stock_counts_number_unique').on(t.tenant_id, t.count_number),
    belongsTo(t, t.category_id, productCategories),
    belongsTo(t, t.user_id, users),
    index('stock_counts_category_id_idx').on(t.tenant_id, t.category_id),
    index('stock_counts_user_id_idx').on(t.tenant_id, t.user_id),
    index('stock_counts_status_idx').on(t.tenant_id, t.status, t.id),
    check('stock_counts_status_check', sql`${t.status} in ('open', 'applied', 'cancelled')`),
  ],
)

export const stockCountLines = pgTable(
  'stock_count_lines',
  {
    ...tenantColumns,
    stock_count_id: reference().notNull(),
    bin_id: reference().notNull(),
    product_id: reference().notNull(),
    /** What stood there by the books when it was counted; until then, when the list was made. */
    expected_qty: integer().notNull(),
    /** Of a product that tracks serial numbers, when it was counted: those that stood there by the books. */
    expected_serials: jsonb().$type<string[]>(),
    counted_qty: integer(),
    /** Of a product that tracks serial numbers: those that were found. */
    serials: jsonb().$type<string[]>(),
    counted_at: instant(),
    user_id: reference(),
  },
  (t) => [
    tenantKey(t),
    unique('stock_count_lines_place_unique').on(
      t.tenant_id,
      t.stock_count_id,
      t.bin_id,
      t.product_id,
    ),
    belongsTo(t, t.stock_count_id, stockCounts, 'cascade'),
    belongsTo(t, t.bin_id, bins),
    belongsTo(t, t.product_id, products),
    belongsTo(t, t.user_id, users),
    index('stock_count_lines_bin_id_idx').on(t.tenant_id, t.bin_id),
    index('stock_count_lines_product_id_idx').on(t.tenant_id, t.product_id),
    index('stock_count_lines_user_id_idx').on(t.tenant_id, t.user_id),
    check('stock_count_lines_counted_qty_check', sql`${t.counted_qty} >= 0`),
  ],
)
