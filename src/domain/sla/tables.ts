import { sql } from 'drizzle-orm'
import { check, index, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { workOrders } from '../workshop/tables.ts'
import { slaConfigs } from './configs-table.ts'

export { slaConfigs }
export const slaKinds = ['response', 'resolution'] as const
export type SlaKind = (typeof slaKinds)[number]

/** How a work order stands against its agreement: worked out anew whenever something changes. */
export const slaClocks = pgTable(
  'sla_clocks',
  {
    ...tenantColumns,
    work_order_id: reference().notNull(),
    sla_config_id: reference().notNull(),
    /** null while the clock stands still, and when the shop is never open. */
    response_due_at: instant(),
    resolution_due_at: instant(),
    responded_at: instant(),
    resolved_at: instant(),
    /** Since when it waits for the customer or for parts. */
    paused_at: instant(),
    /** When the check has something to say next: a warning or a breach. */
    next_check_at: instant(),
    /** Kinds that were warned of already, for the deadline of now. */
    warned: jsonb().$type<SlaKind[]>().notNull().default([]),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.work_order_id, workOrders, 'cascade'),
    belongsTo(t, t.sla_config_id, slaConfigs, 'cascade'),
    unique('sla_clocks_work_order_id_unique').on(t.tenant_id, t.work_order_id),
    index('sla_clocks_sla_config_id_idx').on(t.tenant_id, t.sla_config_id),
    // What the check looks for: the shops, and then their work orders.
    index('sla_clocks_next_check_at_idx')
      .on(t.next_check_at)
      .where(sql`${t.next_check_at} is not null`),
    index('sla_clocks_checked_idx')
      .on(t.tenant_id, t.next_check_at)
      .where(sql`${t.next_check_at} is not null`),
  ],
)

/** A deadline that was missed; said once. */
export const slaBreaches = pgTable(
  'sla_breaches',
  {
    ...tenantColumns,
    work_order_id: reference().notNull(),
    sla_config_id: reference(),
    /** Of the agreement as it was called then. */
    sla_config: text().notNull(),
    kind: text({ enum: slaKinds }).notNull(),
    /** The deadline. */
    breached_at: instant().notNull(),
    /** When it was answered or finished after all, or given up. */
    resolved_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.work_order_id, workOrders, 'cascade'),
    unique('sla_breaches_kind_unique').on(t.tenant_id, t.work_order_id, t.kind),
    index('sla_breaches_breached_at_idx').on(t.tenant_id, t.breached_at),
    check('sla_breaches_kind_check', sql`${t.kind} in ('response', 'resolution')`),
  ],
)
