import * as z from 'zod'
import { type AccessToken, type TokenSource, withToken } from '../access-token.ts'
import { exchange, ProviderError } from '../exchange.ts'
import type { Sender } from '../mail-fields.ts'
import type { MailProvider } from '../mail-provider.ts'
import { mimeOf } from '../mime.ts'
import { fetchAccessToken } from '../oauth-token.ts'

// Microsoft Graph: https://learn.microsoft.com/graph/api/user-sendmail

const Organizations = z.object({
  value: z.array(z.object({ displayName: z.string().nullish() })),
})
const Claims = z.object({ roles: z.array(z.string()).default([]) })
/** Taken, not delivered; Graph tells no id. */
const Accepted = z.undefined()

export interface OutlookAccount {
  tenant_id: string
  client_id: string
  client_secret: string
}

/** A token of the application itself (client credentials). */
export const fetchOutlookToken = (
  login_url: string,
  { tenant_id, client_id, client_secret }: OutlookAccount,
  { timeout_ms }: { timeout_ms: number },
): Promise<AccessToken> =>
  fetchAccessToken({
    provider: 'Outlook',
    url: `${login_url}/${encodeURIComponent(tenant_id)}/oauth2/v2.0/token`,
    form: {
      client_id,
      client_secret,
      scope: 'https://graph.microsoft.com/.default',
      grant_type: 'client_credentials',
    },
    timeout_ms,
  })

/**
 * A mailbox at Microsoft.
 *
 * @param base_url without the version: `https://graph.microsoft.com`
 * @param tokens `fresh` asks anew, so that a test of the connection tests the credentials too
 */
export function outlook(
  base_url: string,
  { from, tokens, fresh }: { from: Sender; tokens: TokenSource; fresh(): Promise<AccessToken> },
  { timeout_ms }: { timeout_ms: number },
): MailProvider {
  const request = { provider: 'Outlook', timeout_ms, sentenceOf: () => undefined }

  return {
    async accountName() {
      const { token } = await fresh()
      if (!(await rolesOf(token)).includes('Mail.Send')) {
        throw new ProviderError('refused', 'The application has no permission Mail.Send.')
      }
      const headers = { Authorization: `Bearer ${token}` }
      const url = `${base_url}/v1.0/organization`
      const asked = exchange({ ...request, method: 'GET', url, headers }, Organizations)
      // Another permission, which sending does not need: then the name stays unknown.
      const { value } = await asked.catch(unlessForbidden({ value: [] }))
      return value[0]?.displayName ?? null
    },

    async send(mail) {
      // Whole, because Graph sets the headers of a thread only in a mail that comes as MIME.
      const { mime, message_id } = await mimeOf(mail, from)
      const url = `${base_url}/v1.0/users/${encodeURIComponent(from.address)}/sendMail`
      await withToken(tokens, (token) => {
        const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'text/plain' }
        const body = mime.toString('base64')
        return exchange({ ...request, method: 'POST', url, headers, body }, Accepted)
      })
      return { message_id, provider_id: null }
    },
  }
}

/** Granted to the application; not checked here, because Graph does. */
async function rolesOf(token: string): Promise<string[]> {
  const { decodeJwt } = await import('jose')
  try {
    return Claims.parse(decodeJwt(token)).roles
  } catch {
    throw new ProviderError('no_answer', 'Outlook gave an answer that makes no sense.')
  }
}

const unlessForbidden =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (error instanceof ProviderError && error.failure === 'unauthorized') return otherwise
    throw error
  }
