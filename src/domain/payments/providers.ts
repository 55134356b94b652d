import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import type { Env } from '../../env.ts'
import { mollie } from '../../integrations/mollie/client.ts'
import type { PaymentProvider, PaymentProviderName } from '../../integrations/payment-provider.ts'
import { stripe } from '../../integrations/stripe/client.ts'
import { refused } from '../../refusal.ts'
import { read } from '../../verb.ts'
import { entryOf } from '../integrations/catalog.ts'
import { openSecrets, type Secrets } from '../integrations/secrets.ts'
import { integrations } from '../integrations/tables.ts'

const longest_ms = 10_000

const makers: Record<PaymentProviderName, (env: Env, secrets: Secrets) => PaymentProvider | null> =
  {
    mollie: (env, { api_key }) =>
      api_key
        ? mollie(baseUrl(env.MOLLIE_BASE_URL, 'https://api.mollie.com'), api_key, waits(env))
        : null,
    stripe: (env, { secret_key }) =>
      secret_key
        ? stripe(baseUrl(env.STRIPE_BASE_URL, 'https://api.stripe.com'), secret_key, waits(env))
        : null,
  }

const baseUrl = (given: string | undefined, usual: string) => (given || usual).replace(/\/$/, '')

const waits = (env: Env) => ({ timeout_ms: Number(env.PROVIDER_TIMEOUT_MS) || longest_ms })

export interface ConnectedProvider {
  /** The database's clock, from before anything that the provider will say. */
  asked_at: string
  provider: PaymentProvider
  enabled: boolean
  webhook_key: string
  secrets: Secrets
}

/** The shop's own connection to a provider; null when it has no credentials. */
export async function connectionTo(
  ctx: Calling,
  name: PaymentProviderName,
): Promise<ConnectedProvider | null> {
  const row = await storedConnection(ctx, { body: { name } })
  if (!row) return null
  const secrets = await openSecrets(ctx.env, row.secrets)
  const provider = makers[name](ctx.env, secrets)
  const { enabled, webhook_key, asked_at } = row
  return provider && { provider, enabled, webhook_key, asked_at, secrets }
}

interface StoredConnection {
  enabled: boolean
  webhook_key: string
  secrets: string | null
  asked_at: string
}

const storedConnection = read(
  {
    summary: 'Read how a provider is reached',
    can: 'integrations:read',
    body: z.object({ name: z.string() }),
    output: z.custom<StoredConnection>().optional(),
  },
  async (ctx, { body: { name } }) => {
    const { enabled, webhook_key, secrets } = integrations
    const [row] = await ctx.db
      .select({ enabled, webhook_key, secrets, asked_at: sql<string>`clock_timestamp()::text` })
      .from(integrations)
      .where(eq(integrations.slug, name))
    return row
  },
)

/** The same, for money that is to move: 422 when the shop has not switched the provider on. */
export async function mustBeConnected(
  ctx: Calling,
  name: PaymentProviderName,
): Promise<ConnectedProvider> {
  const connection = await connectionTo(ctx, name)
  if (!connection?.enabled) {
    const label = entryOf(name).name
    throw refused('integration_disabled', `${label} is not switched on for this shop.`)
  }
  return connection
}
