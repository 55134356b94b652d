import type { Calling } from '../../context.ts'
import { type DhlAccount, dhl, fetchDhlToken } from '../../integrations/dhl/client.ts'
import type { ShippingProvider } from '../../integrations/shipping-provider.ts'
import { fetchUpsToken, type UpsAccount, ups } from '../../integrations/ups/client.ts'
import {
  baseUrl,
  type Connection,
  openConnection,
  otherBaseUrl,
  switchedOff,
  waits,
} from '../integrations/connection.ts'
import { tokensOf } from '../integrations/tokens.ts'
import type { Carrier } from './carriers.ts'

export interface ConnectedShippingProvider extends Connection {
  provider: ShippingProvider
}

/** The client of a carrier; null when the shop has no credentials for it. */
const makers: Record<Carrier, (ctx: Calling, connection: Connection) => ShippingProvider | null> = {
  ups(ctx, { config, secrets }) {
    const { client_id, account_number, environment } = config
    const { client_secret } = secrets
    if (!client_id || !account_number || !client_secret) return null
    const account: UpsAccount = { client_id, client_secret, account_number }
    const live = { given: ctx.env.UPS_BASE_URL, usual: 'https://onlinetools.ups.com' }
    const trial = { given: ctx.env.UPS_TEST_BASE_URL, usual: 'https://wwwcie.ups.com' }
    const isLive = (environment ?? 'production') === 'production'
    const url = isLive ? baseUrl(live.given, live.usual) : otherBaseUrl(trial, live)
    const wait = waits(ctx.env)
    const credentials = [url, client_id, client_secret, account_number]
    const fetchToken = () => fetchUpsToken(url, account, wait)
    return ups(url, account, tokensOf(ctx, { slug: 'ups', credentials }, fetchToken), wait)
  },

  dhl(ctx, { config, secrets }) {
    const { user_id, account_id } = config
    const { api_key } = secrets
    if (!user_id || !account_id || !api_key) return null
    const account: DhlAccount = { user_id, api_key, account_id }
    const url = baseUrl(ctx.env.DHL_BASE_URL, 'https://api-gw.dhlparcel.nl')
    const wait = waits(ctx.env)
    const credentials = [url, user_id, api_key]
    const fetchToken = () => fetchDhlToken(url, account, wait)
    return dhl(url, account, tokensOf(ctx, { slug: 'dhl', credentials }, fetchToken), wait)
  },
}

/** The shop's own account at a carrier; null when it has no credentials. */
export async function shippingConnection(
  ctx: Calling,
  carrier: Carrier,
): Promise<ConnectedShippingProvider | null> {
  const connection = await openConnection(ctx, carrier)
  const provider = connection && makers[carrier](ctx, connection)
  return provider && { ...connection, provider }
}

/** The carrier, for a parcel: 422 when the shop has not switched it on. */
export async function mustCarry(ctx: Calling, carrier: Carrier): Promise<ShippingProvider> {
  const connection = await shippingConnection(ctx, carrier)
  if (!connection?.enabled) throw switchedOff(carrier)
  return connection.provider
}
