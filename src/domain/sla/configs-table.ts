import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, numeric, pgTable, text } from 'drizzle-orm/pg-core'
import { tenantColumns, tenantKey } from '../../db/columns.ts'

/** What a shop promises: hours to the first response, and to the end of the repair. */
export const slaConfigs = pgTable(
  'sla_configs',
  {
    ...tenantColumns,
    name: text().notNull(),
    response_hours: numeric({ precision: 7, scale: 2 }).notNull(),
    resolution_hours: numeric({ precision: 7, scale: 2 }).notNull(),
    /** A priority or a kind of device; null: every work order that no other one is for. */
    applies_to: text(),
    active: boolean().notNull().default(true),
    /** Told so long before a deadline. */
    warning_minutes: integer().notNull().default(60),
  },
  (t) => [
    tenantKey(t),
    index('sla_configs_active_idx').on(t.tenant_id).where(sql`${t.active}`),
    check('sla_configs_response_hours_check', sql`${t.response_hours} >= 0`),
    check('sla_configs_resolution_hours_check', sql`${t.resolution_hours} >= 0`),
  ],
)
