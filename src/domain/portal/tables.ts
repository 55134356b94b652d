import { sql } from 'drizzle-orm'
import { check, index, pgTable, text } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { customers } from '../customers/tables.ts'

export const linkSubjects = ['quotation', 'invoice', 'work_order', 'price_agreement'] as const
export type LinkSubject = (typeof linkSubjects)[number]

/** A link that was given to a customer, to one document; the token is signed and not kept. */
export const customerLinks = pgTable(
  'customer_links',
  {
    ...tenantColumns,
    customer_id: reference().notNull(),
    /** What it shows. */
    subject: text({ enum: linkSubjects }).notNull(),
    subject_id: reference().notNull(),
    expires_at: instant().notNull(),
    revoked_at: instant(),
    opened_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.customer_id, customers, 'cascade'),
    index('customer_links_customer_id_idx').on(t.tenant_id, t.customer_id),
    index('customer_links_subject_idx').on(t.tenant_id, t.subject, t.subject_id),
    check(
      'customer_links_subject_check',
      sql`${t.subject} in ('quotation', 'invoice', 'work_order', 'price_agreement')`,
    ),
  ],
)
