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
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { customers, tags } from '../customers/tables.ts'
import { users } from '../identity/tables.ts'

export const smsStatuses = ['queued', 'sent', 'delivered', 'failed', 'received'] as const

export const smsDirections = ['outbound', 'inbound'] as const

/** A text that is used again and again; `{{placeholders}}` are filled in for each receiver. */
export const smsTemplates = pgTable(
  'sms_templates',
  { ...tenantColumns, name: text().notNull(), body: text().notNull() },
  (t) => [
    tenantKey(t),
    uniqueIndex('sms_templates_name_unique').on(t.tenant_id, sql`lower(${t.name})`),
  ],
)

export const smsBulkStatuses = ['queued', 'sending', 'done'] as const

/** One text to many customers; its messages name it in `bulk_id`. */
export const smsBulks = pgTable(
  'sms_bulks',
  {
    ...tenantColumns,
    body: text().notNull(),
    template_id: reference(),
    /** Who was meant: all who have the tag, all businesses; null does not narrow. */
    tag_id: reference(),
    is_business: boolean(),
    status: text({ enum: smsBulkStatuses }).notNull().default('queued'),
    /** Messages written for it. */
    queued: integer().notNull().default(0),
    /** Customers left out, by the reason: opted_out, no_number, invalid_number, same_number. */
    left_out: jsonb().$type<Record<string, number>>().notNull().default({}),
    user_id: reference(),
    finished_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.template_id, smsTemplates),
    belongsTo(t, t.tag_id, tags),
    belongsTo(t, t.user_id, users),
    index('sms_bulks_template_id_idx').on(t.tenant_id, t.template_id),
    index('sms_bulks_tag_id_idx').on(t.tenant_id, t.tag_id),
    index('sms_bulks_user_id_idx').on(t.tenant_id, t.user_id),
    check('sms_bulks_status_check', sql`${t.status} in ('queued', 'sending', 'done')`),
  ],
)

/** A text message, sent or received. */
export const smsMessages = pgTable(
  'sms_messages',
  {
    ...tenantColumns,
    direction: text({ enum: smsDirections }).notNull().default('outbound'),
    /** E.164. */
    phone: text().notNull(),
    body: text().notNull(),
    status: text({ enum: smsStatuses }).notNull().default('queued'),
    customer_id: reference(),
    /** When the provider was first asked to send it; what came of that may be unknown. */
    attempted_at: instant(),
    /** The provider's number of it. */
    provider_id: text(),
    /** Parts that it is sent in, each of which is paid: one credit each. */
    credits: integer().notNull().default(1),
    bulk_id: reference(),
    /** As the provider charges it, in the currency of the shop's account there. */
    cost: numeric({ precision: 10, scale: 5 }),
    /** Why it was not sent or did not arrive. */
    failure: text(),
    sent_at: instant(),
    delivered_at: instant(),
    failed_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.customer_id, customers),
    belongsTo(t, t.bulk_id, smsBulks),
    index('sms_messages_bulk_id_idx').on(t.tenant_id, t.bulk_id, t.status),
    index('sms_messages_created_at_idx').on(t.tenant_id, t.created_at),
    unique('sms_messages_provider_id_unique').on(t.tenant_id, t.provider_id),
    index('sms_messages_customer_id_idx').on(t.tenant_id, t.customer_id),
    index('sms_messages_phone_idx').on(t.tenant_id, t.phone, t.id.desc()),
    check('sms_messages_direction_check', sql`${t.direction} in ('outbound', 'inbound')`),
    check(
      'sms_messages_status_check',
      sql`${t.status} in ('queued', 'sent', 'delivered', 'failed', 'received')`,
    ),
  ],
)
