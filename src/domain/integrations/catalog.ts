import * as z from 'zod'

/** A value of an integration's config: what may be seen of it, and whether it works without. */
export interface ConfigKey {
  name: string
  /** Encrypted, and shown as the mask; `prefix`: no secret, but shown by its beginning only. */
  secret?: true | 'prefix'
  optional?: true
  /** What it looks like; anything when absent. */
  format?: z.ZodType<unknown>
  /** An address that we will talk to. */
  is_url?: true
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

const shown = (name: string, format?: z.ZodType<unknown>): ConfigKey => ({
  name,
  ...(format && { format }),
})
const secret = (name: string, format?: z.ZodType<unknown>): ConfigKey => ({
  ...shown(name, format),
  secret: true,
})
const url = (name: string): ConfigKey => ({ name, is_url: true })
const optional = (key: ConfigKey): ConfigKey => ({ ...key, optional: true })

const isEmail = (text: string) => z.email().safeParse(text).success
const email = z.string().refine(isEmail, 'must be a valid email address')
const like = (pattern: RegExp, what: string) => z.string().regex(pattern, `must be ${what}`)
// Twilio takes a name of up to 11 signs for a sender too.
const sender = like(
  /^(\+[1-9]\d{6,14}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
  'a phone number in E.164 format, such as +31612345678, or a name of up to 11 letters and digits',
)
const digits = like(/^\d+$/, 'a number')
const sid = (start: string) =>
  like(new RegExp(`^${start}\\w{1,32}$`), `an id that starts with ${start}`)
const pem = like(
  /^-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----\s*$/,
  'a PKCS#8 key (-----BEGIN PRIVATE KEY-----)',
)

/** Every service that a shop can be connected to, in the order in which they are listed. */
export const catalog = [
  { slug: 'mollie', name: 'Mollie Payments', keys: [secret('api_key')], posts: true },
  {
    slug: 'twilio',
    name: 'Twilio',
    keys: [
      shown('account_sid', sid('AC')),
      secret('auth_token'),
      optional(shown('from_number', sender)),
      optional(shown('messaging_service_sid', sid('MG'))),
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
    keys: [
      secret('api_token'),
      shown('administration_id', digits),
      optional(shown('ledger_account_id', digits)),
      optional(secret('webhook_secret')),
    ],
    posts: true,
  },
  {
    slug: '3cx',
    name: '3CX',
    keys: [
      url('api_url'),
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
      shown(
        'account_number',
        like(/^[A-Za-z0-9]{4,10}$/, 'an account number of letters and digits'),
      ),
      optional(
        shown(
          'environment',
          like(/^(production|test|sandbox|cie)$/, 'production, test, sandbox or cie'),
        ),
      ),
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
    keys: [
      shown('tenant_id', like(/^[\w.-]+$/, 'an id or a domain')),
      shown('client_id'),
      secret('client_secret'),
      shown('mailbox', email),
    ],
  },
  {
    slug: 'google_workspace',
    name: 'Google Workspace',
    keys: [shown('client_email', email), secret('private_key', pem), shown('subject', email)],
  },
  {
    slug: 'mailpit',
    name: 'Mailpit',
    keys: [
      url('base_url'),
      optional(shown('username')),
      optional(secret('password')),
      optional(shown('from_email', email)),
    ],
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
      shown('from_email', email),
      optional(shown('message_stream')),
      optional(shown('inbound_address', email)),
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
