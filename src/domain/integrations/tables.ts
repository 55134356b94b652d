import { sql } from 'drizzle-orm'
import { boolean, index, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'

/** How a shop reaches a service outside. */
export const integrations = pgTable(
  'integrations',
  {
    ...tenantColumns,
    slug: text().notNull(),
    enabled: boolean().notNull().default(false),
    /** What may be shown. */
    config: jsonb().$type<Record<string, string>>().notNull().default({}),
    /** What may not, as a JWE. */
    secrets: text(),
    /** The last part of our webhook's address: it names the shop. */
    webhook_key: text().notNull(),
    tested_at: instant(),
    test_message: text(),
  },
  (t) => [
    tenantKey(t),
    unique('integrations_slug_unique').on(t.tenant_id, t.slug),
    unique('integrations_webhook_key_unique').on(t.webhook_key),
    // Where the job looks that fetches the calls of telephone exchanges.
    index('integrations_telephony_idx')
      .on(t.tenant_id)
      .where(sql`${t.slug} = '3cx' and ${t.enabled}`),
  ],
)

/** Access tokens of services, kept until shortly before they expire: one for all Workers. */
export const providerTokens = pgTable(
  'provider_tokens',
  {
    ...tenantColumns,
    slug: text().notNull(),
    /** Whose it is where one set of credentials opens several accounts, such as mailboxes. */
    account: text().notNull().default(''),
    /** Of the credentials that it was given for: others end it. */
    fingerprint: text().notNull(),
    /** As a JWE; null while the first one is being fetched. */
    token: text(),
    expires_at: instant(),
    /** Until then somebody is fetching a new one. */
    renewing_until: instant(),
  },
  (t) => [
    tenantKey(t),
    unique('provider_tokens_account_unique').on(t.tenant_id, t.slug, t.account),
  ],
)

/** What a provider told us, each message once; a queue consumer acts on it. */
export const inbox = pgTable(
  'inbox',
  {
    ...tenantColumns,
    provider: text().notNull(),
    /** The provider's id of the message, or what makes it one. */
    external_id: text().notNull(),
    body: jsonb().$type<Record<string, unknown>>().notNull(),
    /** The record that it is about, once known. */
    subject_id: reference(),
    done_at: instant(),
    failure: text(),
  },
  (t) => [
    tenantKey(t),
    unique('inbox_external_id_unique').on(t.tenant_id, t.provider, t.external_id),
    index('inbox_done_at_idx').on(t.done_at).where(sql`${t.done_at} is not null`),
    index('inbox_waiting_idx')
      .on(t.created_at)
      .where(sql`${t.done_at} is null and ${t.failure} is null`),
  ],
)
