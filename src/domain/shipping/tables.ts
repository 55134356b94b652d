import { sql } from 'drizzle-orm'
import { boolean, check, index, jsonb, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { belongsTo, cents, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import type { Party } from '../../integrations/shipping-provider.ts'
import { workOrders } from '../workshop/tables.ts'

export const carriers = ['ups', 'dhl'] as const

/** `uncertain`: the carrier was asked, and nobody knows what came of it; somebody has to look. */
export const shipmentStatuses = ['queued', 'created', 'uncertain', 'failed', 'voided'] as const

/** A parcel and its label. */
export const shipments = pgTable(
  'shipments',
  {
    ...tenantColumns,
    carrier: text({ enum: carriers }).notNull(),
    status: text({ enum: shipmentStatuses }).notNull().default('queued'),
    work_order_id: reference(),
    /** From the customer to us. */
    is_return: boolean().notNull().default(false),
    /** As they were when it was ordered; the shop's own side comes from its settings. */
    ship_to: jsonb().$type<Party>().notNull(),
    ship_from: jsonb().$type<Party>().notNull(),
    weight_kg: numeric({ precision: 8, scale: 3 }).notNull().default('1'),
    service: text(),
    reference: text(),
    /** Ours, chosen before the carrier is asked. */
    request_id: text().notNull(),
    /** When the carrier was first asked; what came of that may be unknown. */
    attempted_at: instant(),
    /** The carrier's own number of it. */
    provider_id: text(),
    tracking_code: text(),
    /** Where the file store has the label. */
    label_key: text(),
    label_content_type: text(),
    cost_cents: cents(),
    currency: text(),
    /** Why there is no label. */
    error: text(),
    voided_at: instant(),
    /** What the carrier said last of where it is. */
    tracking_status: text(),
    tracked_at: instant(),
    delivered_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.work_order_id, workOrders),
    unique('shipments_request_id_unique').on(t.tenant_id, t.request_id),
    index('shipments_work_order_id_idx').on(t.tenant_id, t.work_order_id),
    index('shipments_tracking_code_idx').on(t.tenant_id, t.tracking_code),
    index('shipments_under_way_idx')
      .on(t.created_at)
      .where(sql`${t.status} = 'created' and ${t.delivered_at} is null`),
    check('shipments_carrier_check', sql`${t.carrier} in ('ups', 'dhl')`),
    check(
      'shipments_status_check',
      sql`${t.status} in ('queued', 'created', 'uncertain', 'failed', 'voided')`,
    ),
    check('shipments_weight_kg_check', sql`${t.weight_kg} > 0`),
  ],
)
