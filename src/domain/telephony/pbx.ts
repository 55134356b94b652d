import type { Calling } from '../../context.ts'
import { pbxToken, type TelephoneExchange, threeCx } from '../../integrations/3cx/client.ts'
import { checkedUrl } from '../../integrations/outside.ts'
import { type Connection, openConnection, switchedOff, waits } from '../integrations/connection.ts'
import { tokensOf } from '../integrations/tokens.ts'

export interface ConnectedPbx extends Connection {
  provider: TelephoneExchange
}

/** The shop's own telephone exchange; null when it has no credentials. */
export async function pbxConnection(ctx: Calling): Promise<ConnectedPbx | null> {
  const connection = await openConnection(ctx, '3cx')
  const { api_url, client_id } = connection?.config ?? {}
  const { api_key } = connection?.secrets ?? {}
  if (!connection || !api_url || !client_id || !api_key) return null
  const base_url = baseOf(checkedUrl(ctx.env, api_url, 'api_url'))
  const options = waits(ctx.env)
  const tokens = tokensOf(ctx, { slug: '3cx', credentials: [base_url, client_id, api_key] }, () =>
    pbxToken(base_url, { client_id, api_key }, options),
  )
  return { ...connection, provider: threeCx(base_url, tokens, options) }
}

/** Some write the path of the API behind the host. */
const baseOf = ({ origin, pathname }: URL) =>
  origin + pathname.replace(/\/+$/, '').replace(/\/xapi(\/v1)?$/, '')

/**
 * The exchange, where the shop has switched it on.
 *
 * @throws Refusal 422 `integration_disabled`
 */
export async function openPbx(ctx: Calling): Promise<ConnectedPbx> {
  const connection = await pbxConnection(ctx)
  if (!connection?.enabled) throw switchedOff('3cx')
  return connection
}
