import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'

export const bookkeepers = ['moneybird', 'snelstart'] as const

export const syncedDocuments = ['invoice', 'credit_note'] as const

export const syncStatuses = ['queued', 'done', 'failed'] as const

/** A document in the bookkeeping outside: each once. */
export const documentSyncs = pgTable(
  'document_syncs',
  {
    ...tenantColumns,
    slug: text({ enum: bookkeepers }).notNull(),
    document_type: text({ enum: syncedDocuments }).notNull(),
    document_id: reference().notNull(),
    /** The document's number, by which it is looked up there. */
    reference: text().notNull(),
    /** Whose document it is: those of one customer go one after the other, so that he is made there once. */
    customer_id: reference().notNull(),
    status: text({ enum: syncStatuses }).notNull().default('queued'),
    attempts: integer().notNull().default(0),
    /** When the service was first asked; what came of that may be unknown. */
    attempted_at: instant(),
    /** Until then somebody is at it. */
    busy_until: instant(),
    /** The customer as the service numbers it. */
    contact_id: text(),
    external_id: text(),
    /** Why it is not there. */
    failure: text(),
    synced_at: instant(),
    /** When it failed for good, the first time. */
    failed_at: instant(),
    /** When the service told us that it was paid there; no payment follows from it. */
    paid_at: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('document_syncs_document_unique').on(
      t.tenant_id,
      t.slug,
      t.document_type,
      t.document_id,
    ),
    index('document_syncs_status_idx').on(t.tenant_id, t.slug, t.status, t.id.desc()),
    index('document_syncs_customer_id_idx').on(t.tenant_id, t.slug, t.customer_id),
    index('document_syncs_external_id_idx').on(t.tenant_id, t.slug, t.external_id),
    check('document_syncs_slug_check', sql`${t.slug} in ('moneybird', 'snelstart')`),
    check(
      'document_syncs_document_type_check',
      sql`${t.document_type} in ('invoice', 'credit_note')`,
    ),
    check('document_syncs_status_check', sql`${t.status} in ('queued', 'done', 'failed')`),
  ],
)
