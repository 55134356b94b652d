import { sql } from 'drizzle-orm'
import { boolean, check, index, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core'
import { belongsTo, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { branches } from '../staff/tables.ts'

/** A place with bins, of a branch or of the whole shop. Each shop has one default: where goods come in. */
export const warehouses = pgTable(
  'warehouses',
  {
    ...tenantColumns,
    name: text().notNull(),
    branch_id: reference(),
    is_default: boolean().notNull().default(false),
    is_active: boolean().notNull().default(true),
  },
  (t) => [
    tenantKey(t),
    unique('warehouses_name_unique').on(t.tenant_id, t.name),
    uniqueIndex('warehouses_default_unique').on(t.tenant_id).where(sql`${t.is_default}`),
    belongsTo(t, t.branch_id, branches),
    index('warehouses_branch_id_idx').on(t.tenant_id, t.branch_id),
    check('warehouses_default_check', sql`${t.is_active} or not ${t.is_default}`),
  ],
)

/** Goods stand in `receiving`, the database gives each warehouse one, until they are put away in `storage`. */
export const binKinds = ['storage', 'receiving'] as const

export const bins = pgTable(
  'bins',
  {
    ...tenantColumns,
    warehouse_id: reference().notNull(),
    /** Sorts as people walk: `A-01-02` is rack, shelf, place. */
    code: text().notNull(),
    kind: text({ enum: binKinds }).notNull().default('storage'),
    description: text(),
    is_active: boolean().notNull().default(true),
  },
  (t) => [
    tenantKey(t),
    unique('bins_code_unique').on(t.tenant_id, t.warehouse_id, t.code),
    uniqueIndex('bins_receiving_unique')
      .on(t.tenant_id, t.warehouse_id)
      .where(sql`${t.kind} = 'receiving'`),
    belongsTo(t, t.warehouse_id, warehouses),
    check('bins_kind_check', sql`${t.kind} in ('storage', 'receiving')`),
    check('bins_receiving_check', sql`${t.is_active} or ${t.kind} <> 'receiving'`),
  ],
)
