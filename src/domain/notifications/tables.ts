import { sql } from 'drizzle-orm'
import { check, index, jsonb, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { users } from '../identity/tables.ts'

export const notificationTypes = [
  'work_order',
  'invoice',
  'task',
  'sla',
  'customer',
  'system',
] as const
export const channels = ['in_app', 'email', 'push'] as const

/** What a person of the shop is told. */
export const notifications = pgTable(
  'notifications',
  {
    ...tenantColumns,
    user_id: reference().notNull(),
    type: text({ enum: notificationTypes }).notNull(),
    /** Of the preferences: `wo_status_changed`. */
    key: text().notNull(),
    title: text().notNull(),
    body: text().notNull(),
    /** The record that it is about. */
    entity: text(),
    entity_id: reference(),
    event_id: reference(),
    /** Where it is shown or sent; one that only a mail told is not in the list. */
    channels: jsonb().$type<(typeof channels)[number][]>().notNull(),
    read_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.user_id, users, 'cascade'),
    // One message per event and person, whatever reacts to it.
    unique('notifications_event_id_unique').on(t.tenant_id, t.event_id, t.user_id),
    index('notifications_user_id_idx').on(t.tenant_id, t.user_id, t.id.desc()),
    index('notifications_created_at_idx').on(t.created_at),
    index('notifications_read_at_idx').on(t.read_at).where(sql`${t.read_at} is not null`),
    index('notifications_unread_idx')
      .on(t.tenant_id, t.user_id, t.id.desc())
      .where(sql`${t.read_at} is null`),
    check(
      'notifications_type_check',
      sql`${t.type} in ('work_order', 'invoice', 'task', 'sla', 'customer', 'system')`,
    ),
  ],
)

/** Where a person wants to be told of a kind of event; the catalog's own channels where there is no row. */
export const notificationPreferences = pgTable(
  'notification_preferences',
  {
    ...tenantColumns,
    user_id: reference().notNull(),
    key: text().notNull(),
    channels: jsonb().$type<(typeof channels)[number][]>().notNull(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.user_id, users, 'cascade'),
    unique('notification_preferences_key_unique').on(t.tenant_id, t.user_id, t.key),
  ],
)

/** A browser that takes push messages for a person (RFC 8030, 8291). */
export const pushSubscriptions = pgTable(
  'push_subscriptions',
  {
    ...tenantColumns,
    user_id: reference().notNull(),
    endpoint: text().notNull(),
    /** Public key and secret of the browser, base64url. */
    p256dh: text().notNull(),
    auth: text().notNull(),
    user_agent: text(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.user_id, users, 'cascade'),
    index('push_subscriptions_user_id_idx').on(t.tenant_id, t.user_id),
    uniqueIndex('push_subscriptions_endpoint_unique').on(t.tenant_id, sql`md5(${t.endpoint})`),
  ],
)
