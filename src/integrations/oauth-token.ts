import * as z from 'zod'
import type { AccessToken } from './access-token.ts'
import { exchange, ProviderError } from './exchange.ts'

const Granted = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() })
const Refused = z.object({ error: z.string() })

/** What a server of OAuth calls credentials that it does not accept; some say so with a 400. */
const wrongCredentials = ['invalid_client', 'unauthorized_client', 'invalid_grant', 'access_denied']

/**
 * Asks for an access token with a form (RFC 6749).
 *
 * @throws ProviderError `unauthorized` for credentials that are not accepted
 */
export async function fetchAccessToken(request: {
  provider: string
  url: string
  form: Record<string, string>
  timeout_ms: number
}): Promise<AccessToken> {
  const { provider, url, form, timeout_ms } = request
  try {
    const { access_token, expires_in } = await exchange(
      {
        provider,
        method: 'POST',
        url,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
        repeatable: true,
        timeout_ms,
        // Their sentences repeat the credentials.
        sentenceOf: (body) => reasonOf(body)?.replaceAll('_', ' '),
        reasonOf,
      },
      Granted,
    )
    return { token: access_token, expires_in_s: expires_in }
  } catch (error) {
    const reason = error instanceof ProviderError ? error.reason : undefined
    if (!reason || !wrongCredentials.includes(reason)) throw error
    throw new ProviderError('unauthorized', `${provider} does not accept our credentials.`, {
      reason,
    })
  }
}

const reasonOf = (body: unknown) => Refused.safeParse(body).data?.error
