import type { Calling } from '../../context.ts'
import type { Bookkeeper } from '../../integrations/bookkeeper.ts'
import { moneybird } from '../../integrations/moneybird/client.ts'
import { snelstart } from '../../integrations/snelstart/client.ts'
import { fetchSnelStartToken } from '../../integrations/snelstart/token.ts'
import {
  baseUrl,
  type Connection,
  openConnection,
  otherBaseUrl,
  waits,
} from '../integrations/connection.ts'
import { tokensOf } from '../integrations/tokens.ts'
import type { bookkeepers } from './tables.ts'

export type BookkeeperSlug = (typeof bookkeepers)[number]

export interface ConnectedBookkeeper extends Connection {
  provider: Bookkeeper
}

/** The shop's own administration at a service; null when it has no credentials. */
export async function bookkeeperConnection(
  ctx: Calling,
  slug: BookkeeperSlug,
): Promise<ConnectedBookkeeper | null> {
  const connection = await openConnection(ctx, slug)
  const provider = connection && opened[slug](ctx, connection)
  return provider ? { ...connection, provider } : null
}

type Open = (ctx: Calling, connection: Connection) => Bookkeeper | null

const opened: Record<BookkeeperSlug, Open> = {
  moneybird({ env }, { config, secrets }) {
    const { administration_id, ledger_account_id } = config
    const { api_token } = secrets
    if (!api_token || !administration_id) return null
    const url = baseUrl(env.MONEYBIRD_BASE_URL, 'https://moneybird.com/api')
    return moneybird(url, { api_token, administration_id, ledger_account_id }, waits(env))
  },

  snelstart(ctx, { secrets: { client_key, subscription_key } }) {
    if (!client_key || !subscription_key) return null
    const { env } = ctx
    const api = { given: env.SNELSTART_BASE_URL, usual: 'https://b2bapi.snelstart.nl' }
    const login = { given: env.SNELSTART_LOGIN_BASE_URL, usual: 'https://auth.snelstart.nl' }
    const login_url = otherBaseUrl(login, api)
    const tokens = tokensOf(ctx, { slug: 'snelstart', credentials: [client_key] }, () =>
      fetchSnelStartToken(login_url, client_key, waits(env)),
    )
    const url = baseUrl(api.given, api.usual)
    return snelstart(url, { subscription_key, tokens }, waits(env))
  },
}
