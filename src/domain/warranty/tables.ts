import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { users } from '../identity/tables.ts'
import { workOrders } from '../workshop/tables.ts'

export const warrantyConfigs = pgTable(
  'warranty_configs',
  {
    ...tenantColumns,
    name: text().notNull(),
    duration_days: integer().notNull(),
    /** Category of work orders, else kind of device; null: everything. */
    applies_to: text(),
    active: boolean().notNull().default(true),
  },
  (t) => [
    tenantKey(t),
    check('warranty_configs_duration_days_check', sql`${t.duration_days} between 1 and 3650`),
  ],
)

export const claimStatuses = ['pending', 'approved', 'rejected'] as const

/** What a claim says besides, by names of the client's own. */
export type ClaimMetadata = Record<string, string | number | boolean | null>

export const warrantyClaims = pgTable(
  'warranty_claims',
  {
    ...tenantColumns,
    work_order_id: reference().notNull(),
    description: text().notNull(),
    claimed_at: date({ mode: 'string' }).notNull().default(sql`app.today()`),
    status: text({ enum: claimStatuses }).notNull().default('pending'),
    metadata: jsonb().$type<ClaimMetadata>().notNull().default({}),
    /** What applied when it was filed, found by the database (app.cover_claim): later policies change nothing. */
    warranty_config_id: reference().notNull(),
    warranty_until: date({ mode: 'string' }).notNull(),
    decided_at: instant(),
    decided_by: reference(),
    reason: text(),
    warranty_work_order_id: reference(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.work_order_id, workOrders),
    belongsTo(t, t.warranty_config_id, warrantyConfigs),
    belongsTo(t, t.decided_by, users),
    belongsTo(t, t.warranty_work_order_id, workOrders),
    index('warranty_claims_status_idx').on(t.tenant_id, t.status, t.id.desc()),
    index('warranty_claims_claimed_at_idx').on(t.tenant_id, t.claimed_at),
    index('warranty_claims_work_order_id_idx').on(t.tenant_id, t.work_order_id, t.id.desc()),
    index('warranty_claims_warranty_config_id_idx').on(t.tenant_id, t.warranty_config_id),
    index('warranty_claims_decided_by_idx').on(t.tenant_id, t.decided_by),
    uniqueIndex('warranty_claims_warranty_work_order_id_unique').on(
      t.tenant_id,
      t.warranty_work_order_id,
    ),
    uniqueIndex('warranty_claims_pending_unique')
      .on(t.tenant_id, t.work_order_id)
      .where(sql`${t.status} = 'pending'`),
    check('warranty_claims_status_check', sql`${t.status} in ('pending', 'approved', 'rejected')`),
    check(
      'warranty_claims_decided_check',
      sql`(${t.status} = 'pending') = (${t.decided_at} is null)
        and (${t.status} = 'approved') = (${t.warranty_work_order_id} is not null)
        and (${t.status} = 'rejected') = (${t.reason} is not null)`,
    ),
  ],
)
