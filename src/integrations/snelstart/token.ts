import * as z from 'zod'
import type { AccessToken } from '../access-token.ts'
import { exchange, ProviderError } from '../exchange.ts'

const Token = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() })
const Failure = z.object({ error: z.string() })

/**
 * A token for the administration of a client key.
 *
 * @param login_url `https://auth.snelstart.nl`
 * @throws ProviderError
 */
export async function fetchSnelStartToken(
  login_url: string,
  client_key: string,
  { timeout_ms }: { timeout_ms: number },
): Promise<AccessToken> {
  const form = new URLSearchParams({ grant_type: 'clientkey', clientkey: client_key })
  try {
    const { access_token, expires_in } = await exchange(
      {
        provider: 'SnelStart',
        method: 'POST',
        url: `${login_url}/b2b/token`,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        repeatable: true,
        timeout_ms,
        // It may repeat the key.
        sentenceOf: () => undefined,
        reasonOf: (body) => Failure.safeParse(body).data?.error,
      },
      Token,
    )
    return { token: access_token, expires_in_s: expires_in }
  } catch (error) {
    if (!(error instanceof ProviderError) || !isOfKey(error)) throw error
    throw new ProviderError('unauthorized', 'SnelStart does not accept our API key.')
  }
}

/** A wrong key is a bad request to the login. */
const isOfKey = ({ reason }: ProviderError) =>
  reason === 'invalid_grant' || reason === 'invalid_client'
