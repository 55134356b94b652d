import type { Calling } from '../../context.ts'
import type { Env } from '../../env.ts'
import { mollie } from '../../integrations/mollie/client.ts'
import type { PaymentProvider, PaymentProviderName } from '../../integrations/payment-provider.ts'
import { stripe } from '../../integrations/stripe/client.ts'
import {
  baseUrl,
  type Connection,
  openConnection,
  switchedOff,
  waits,
} from '../integrations/connection.ts'
import type { Secrets } from '../integrations/secrets.ts'

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

export interface ConnectedProvider extends Connection {
  provider: PaymentProvider
}

/** The shop's own connection to a provider; null when it has no credentials. */
export async function connectionTo(
  ctx: Calling,
  name: PaymentProviderName,
): Promise<ConnectedProvider | null> {
  const connection = await openConnection(ctx, name)
  const provider = connection && makers[name](ctx.env, connection.secrets)
  return provider && { ...connection, provider }
}

/** The same, for money that is to move: 422 when the shop has not switched the provider on. */
export async function mustBeConnected(
  ctx: Calling,
  name: PaymentProviderName,
): Promise<ConnectedProvider> {
  const connection = await connectionTo(ctx, name)
  if (!connection?.enabled) throw switchedOff(name)
  return connection
}
