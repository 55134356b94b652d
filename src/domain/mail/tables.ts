import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import {
  belongsTo,
  instant,
  reference,
  searchable,
  tenantColumns,
  tenantKey,
} from '../../db/columns.ts'
import { customers } from '../customers/tables.ts'
import { users } from '../identity/tables.ts'
import { employees } from '../staff/tables.ts'

export const encryptions = ['tls', 'ssl', 'none'] as const

/** The shop's own mail server. */
export const smtpConfigs = pgTable(
  'smtp_configs',
  {
    ...tenantColumns,
    host: text().notNull(),
    port: integer().notNull(),
    encryption: text({ enum: encryptions }).notNull().default('tls'),
    username: text().notNull(),
    /** As a JWE. */
    password: text(),
    from_name: text(),
    from_address: text(),
  },
  (t) => [
    tenantKey(t),
    unique('smtp_configs_tenant_id_unique').on(t.tenant_id),
    check('smtp_configs_encryption_check', sql`${t.encryption} in ('tls', 'ssl', 'none')`),
    check('smtp_configs_port_check', sql`${t.port} between 1 and 65535`),
  ],
)

export const mailboxProviders = ['smtp', 'outlook', 'google_workspace'] as const

/** From where an employee's mail goes, in place of the shop's. */
export const employeeMailboxes = pgTable(
  'employee_mailboxes',
  {
    ...tenantColumns,
    employee_id: reference().notNull(),
    provider: text({ enum: mailboxProviders }).notNull().default('smtp'),
    email_address: text(),
    display_name: text(),
    smtp_host: text(),
    smtp_port: integer(),
    smtp_encryption: text({ enum: encryptions }),
    smtp_username: text(),
    /** As a JWE. */
    smtp_password: text(),
    /** Their mail goes from here; else from where the shop's goes. */
    is_default: boolean().notNull().default(true),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.employee_id, employees, 'cascade'),
    unique('employee_mailboxes_employee_id_unique').on(t.tenant_id, t.employee_id),
    check(
      'employee_mailboxes_provider_check',
      sql`${t.provider} in ('smtp', 'outlook', 'google_workspace')`,
    ),
    check(
      'employee_mailboxes_smtp_encryption_check',
      sql`${t.smtp_encryption} in ('tls', 'ssl', 'none')`,
    ),
    check('employee_mailboxes_smtp_port_check', sql`${t.smtp_port} between 1 and 65535`),
  ],
)

/** A subject, a text and `{{placeholders}}`, used again and again. */
export const emailTemplates = pgTable(
  'email_templates',
  {
    ...tenantColumns,
    name: text().notNull(),
    subject: text().notNull(),
    body_html: text().notNull(),
  },
  (t) => [
    tenantKey(t),
    uniqueIndex('email_templates_name_unique').on(t.tenant_id, sql`lower(${t.name})`),
  ],
)

/** A conversation with somebody outside. */
export const emailThreads = pgTable(
  'email_threads',
  {
    ...tenantColumns,
    subject: text().notNull(),
    /** The other side's address. */
    address: text().notNull(),
    customer_id: reference(),
    /** The part of our reply address that brings an answer back here. */
    reply_key: text().notNull(),
    message_count: integer().notNull().default(0),
    unread_count: integer().notNull().default(0),
    last_inbound_at: instant(),
    last_outbound_at: instant(),
    last_message_at: instant().notNull().default(sql`app.now()`),
    search: searchable('subject'),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.customer_id, customers),
    unique('email_threads_reply_key_unique').on(t.tenant_id, t.reply_key),
    index('email_threads_customer_id_idx').on(t.tenant_id, t.customer_id),
    index('email_threads_last_message_at_idx').on(t.tenant_id, t.last_message_at.desc()),
    index('email_threads_last_inbound_at_idx').on(t.tenant_id, t.last_inbound_at.desc()),
    index('email_threads_last_outbound_at_idx').on(t.tenant_id, t.last_outbound_at.desc()),
    index('email_threads_search_idx').using('gin', t.tenant_id, sql`${t.search} gin_trgm_ops`),
  ],
)

export const emailDirections = ['outbound', 'inbound'] as const

export const emailStatuses = [
  'queued',
  'sent',
  'delivered',
  'bounced',
  'failed',
  'received',
] as const

/** A mail of a conversation. */
export const emailMessages = pgTable(
  'email_messages',
  {
    ...tenantColumns,
    thread_id: reference().notNull(),
    direction: text({ enum: emailDirections }).notNull(),
    /** What this is the one mail of, such as `invoice:5/…`; a second try finds the first. */
    key: text(),
    /** As in the header Message-ID, without its brackets. */
    message_id: text().notNull(),
    in_reply_to: text(),
    /** Message-IDs of the conversation so far, the oldest first. */
    references: text().array().notNull().default(sql`'{}'`),
    from_name: text(),
    from_address: text().notNull(),
    to_addresses: text().array().notNull(),
    cc_addresses: text().array().notNull().default(sql`'{}'`),
    subject: text().notNull(),
    /** As it came; it is cleaned when shown. */
    body_html: text(),
    body_text: text(),
    status: text({ enum: emailStatuses }).notNull(),
    /** Why it was not sent or did not arrive. */
    failure: text(),
    /** Which service took it: smtp, postmark, outlook, google_workspace, mailpit. */
    provider: text(),
    /** The service's own number of it. */
    provider_id: text(),
    /** The record that it is about. */
    entity: text(),
    entity_id: reference(),
    /** Who sent it. */
    user_id: reference(),
    /** A machine wrote it: out of office, not delivered. Nothing may answer it. */
    is_automatic: boolean().notNull().default(false),
    sent_at: instant(),
    read_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.thread_id, emailThreads, 'cascade'),
    belongsTo(t, t.user_id, users),
    unique('email_messages_message_id_unique').on(t.tenant_id, t.direction, t.message_id),
    unique('email_messages_key_unique').on(t.tenant_id, t.key),
    index('email_messages_thread_id_idx').on(t.tenant_id, t.thread_id, t.id),
    index('email_messages_user_id_idx').on(t.tenant_id, t.user_id),
    index('email_messages_provider_id_idx').on(t.tenant_id, t.provider_id),
    index('email_messages_entity_idx').on(t.tenant_id, t.entity, t.entity_id),
    check('email_messages_direction_check', sql`${t.direction} in ('outbound', 'inbound')`),
    check(
      'email_messages_status_check',
      sql`${t.status} in ('queued', 'sent', 'delivered', 'bounced', 'failed', 'received')`,
    ),
  ],
)

/** A file that came or went with a mail. */
export const emailAttachments = pgTable(
  'email_attachments',
  {
    ...tenantColumns,
    message_id: reference().notNull(),
    filename: text().notNull(),
    content_type: text().notNull(),
    size_bytes: integer().notNull(),
    /** Where the file store has it; null for a document that is made anew when it is wanted. */
    file_key: text(),
    /** How the HTML names a picture of its own. */
    content_id: text(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.message_id, emailMessages, 'cascade'),
    index('email_attachments_message_id_idx').on(t.tenant_id, t.message_id, t.id),
  ],
)
