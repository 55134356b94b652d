import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'

/** An address of the shop's own software that is told what happens (Standard Webhooks). */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    ...tenantColumns,
    url: text().notNull(),
    /** Names of events; `*` for all. */
    events: text().array().notNull(),
    description: text(),
    active: boolean().notNull().default(true),
    /** Keys that sign, as a JWE: `{current, previous}`. */
    secrets: text().notNull(),
    /** Until then messages carry a signature of the previous key too. */
    previous_until: instant(),
    /** Since when nothing has arrived; null while all is well. */
    failing_since: instant(),
    disabled_at: instant(),
    disabled_reason: text(),
  },
  (t) => [
    tenantKey(t),
    index('webhook_endpoints_active_idx').on(t.tenant_id).where(sql`${t.active}`),
  ],
)

export interface Attempt {
  at: string
  /** null when there was no answer. */
  status_code: number | null
  duration_ms: number
  error: string | null
}

/** A message to an endpoint, and how it fared. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    ...tenantColumns,
    endpoint_id: reference().notNull(),
    event_id: reference(),
    /** `webhook-id`: the same in every attempt and replay. */
    message_id: text().notNull(),
    event: text().notNull(),
    /** The body, byte for byte as it is signed. */
    body: text().notNull(),
    status: text().notNull().default('pending'),
    attempts: jsonb().$type<Attempt[]>().notNull().default([]),
    response_code: integer(),
    next_attempt_at: instant(),
    delivered_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.endpoint_id, webhookEndpoints, 'cascade'),
    unique('webhook_deliveries_message_id_unique').on(t.tenant_id, t.endpoint_id, t.message_id),
    index('webhook_deliveries_endpoint_id_idx').on(t.tenant_id, t.endpoint_id, t.id.desc()),
    index('webhook_deliveries_created_at_idx').on(t.created_at),
    check(
      'webhook_deliveries_status_check',
      sql`${t.status} in ('pending', 'delivered', 'failed')`,
    ),
  ],
)
