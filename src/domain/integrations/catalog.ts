/** A value of an integration's config: what may be seen of it, and whether it works without. */
interface ConfigKey {
  name: string
  /** Encrypted, and shown as the mask; `prefix`: no secret, but shown by its beginning only. */
  secret?: true | 'prefix'
  optional?: true
}

export interface CatalogEntry {
  slug: string
  name: string
  keys: readonly ConfigKey[]
  /** At least one of these must be there. */
  either?: readonly [string, string]
  /** The service posts to us. */
  posts?: true
}

const shown = (name: string): ConfigKey => ({ name })
const secret = (name: string): ConfigKey => ({ name, secret: true })
const optional = (key: ConfigKey): ConfigKey => ({ ...key, optional: true })

/** Every service that a shop can be connected to, in the order in which they are listed. */
export const catalog = [
  { slug: 'mollie', name: 'Mollie Payments', keys: [secret('api_key')], posts: true },
  {
    slug: 'twilio',
    name: 'Twilio',
    keys: [
      shown('account_sid'),
      secret('auth_token'),
      optional(shown('from_number')),
      optional(shown('messaging_service_sid')),
    ],
    either: ['from_number', 'messaging_service_sid'],
    posts: true,
  },
  {
    slug: 'snelstart',
    name: 'SnelStart',
    keys: [secret('client_key'), secret('subscription_key')],
  },
  {
    slug: 'moneybird',
    name: 'Moneybird',
    keys: [secret('api_token'), shown('administration_id'), optional(secret('webhook_secret'))],
    posts: true,
  },
  {
    slug: '3cx',
    name: '3CX',
    keys: [
      shown('api_url'),
      shown('client_id'),
      secret('api_key'),
      optional(secret('webhook_secret')),
    ],
    posts: true,
  },
  {
    slug: 'ups',
    name: 'UPS',
    keys: [
      shown('client_id'),
      secret('client_secret'),
      shown('account_number'),
      optional(shown('environment')),
    ],
  },
  {
    slug: 'openai',
    name: 'OpenAI',
    keys: [secret('api_key'), optional(secret('organisation_id')), optional(shown('model'))],
  },
  {
    slug: 'outlook',
    name: 'Outlook',
    keys: [shown('tenant_id'), shown('client_id'), secret('client_secret'), shown('mailbox')],
  },
  {
    slug: 'google_workspace',
    name: 'Google Workspace',
    keys: [shown('client_email'), secret('private_key'), shown('subject')],
  },
  {
    slug: 'mailpit',
    name: 'Mailpit',
    keys: [shown('base_url'), optional(shown('username')), optional(secret('password'))],
  },
  {
    slug: 'stripe',
    name: 'Stripe',
    keys: [
      optional({ name: 'publishable_key', secret: 'prefix' }),
      secret('secret_key'),
      secret('webhook_secret'),
    ],
    posts: true,
  },
  {
    slug: 'postmark',
    name: 'Postmark',
    keys: [
      secret('server_token'),
      shown('from_email'),
      optional(shown('message_stream')),
      optional(shown('webhook_user')),
      optional(secret('webhook_password')),
    ],
    posts: true,
  },
  {
    slug: 'dhl',
    name: 'DHL',
    keys: [shown('user_id'), secret('api_key'), shown('account_id')],
  },
] as const satisfies readonly CatalogEntry[]

export type Slug = (typeof catalog)[number]['slug']

export const slugs = catalog.map(({ slug }) => slug) as [Slug, ...Slug[]]

export const entryOf = (slug: Slug): CatalogEntry =>
  catalog.find((entry) => entry.slug === slug) as CatalogEntry
