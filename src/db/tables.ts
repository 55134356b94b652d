import { sql } from 'drizzle-orm'
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import { instant, reference, tenantColumns } from './columns.ts'

/**
 * What happened, append-only: written by the history trigger of every tenant table, in the same
 * transaction as the change. Audit log, timeline, notifications and webhooks read it.
 */
export const events = pgTable(
  'events',
  {
    id: tenantColumns.id,
    tenant_id: tenantColumns.tenant_id,
    name: text().notNull(),
    entity: text().notNull(),
    entity_id: reference().notNull(),
    /** The record that this one is part of (a line's work order), else the record itself. */
    root: text().notNull(),
    root_id: reference().notNull(),
    actor: text().notNull(),
    user_id: reference(),
    request_id: text(),
    changes: jsonb().$type<Record<string, [unknown, unknown]>>().notNull(),
    at: instant().notNull().default(sql`app.now()`),
  },
  (t) => [
    index('events_tenant_id_id_idx').on(t.tenant_id, t.id.desc()),
    index('events_root_idx').on(t.tenant_id, t.root, t.root_id, t.id.desc()),
    index('events_entity_idx').on(t.tenant_id, t.entity, t.entity_id, t.id.desc()),
  ],
)

/** Next number per series; the row is locked until the document commits, so no gap and no double. */
export const documentCounters = pgTable(
  'document_counters',
  {
    tenant_id: tenantColumns.tenant_id,
    series: text().notNull(),
    next_no: bigint({ mode: 'number' }).notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.tenant_id, t.series] })],
)

/** Changes of how many rows a shop has in a table; their sum is the total of an unfiltered list. */
export const rowDeltas = pgTable(
  'row_deltas',
  {
    tenant_id: tenantColumns.tenant_id,
    table_name: text().notNull(),
    delta: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [index('row_deltas_table_name_idx').on(t.tenant_id, t.table_name)],
)

/** Answers kept for 24 hours, so that a retried POST gets the first answer instead of a second effect. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    id: tenantColumns.id,
    tenant_id: tenantColumns.tenant_id,
    token_id: reference().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    /** null while a call that talks to a provider is under way. */
    status: integer(),
    body: text(),
    created_at: tenantColumns.created_at,
  },
  (t) => [
    unique('idempotency_keys_key_unique').on(t.tenant_id, t.token_id, t.key),
    index('idempotency_keys_created_at_idx').on(t.created_at),
  ],
)
