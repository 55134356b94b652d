import { sql } from 'drizzle-orm'
import { check, index, numeric, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { customers } from '../customers/tables.ts'

export const smsStatuses = ['queued', 'sent', 'delivered', 'failed', 'received'] as const

export const smsDirections = ['outbound', 'inbound'] as const

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
    /** As the provider charges it, in the currency of the shop's account there. */
    cost: numeric({ precision: 10, scale: 5 }),
    /** Why it was not sent or did not arrive. */
    failure: text(),
    sent_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.customer_id, customers),
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
