import * as z from 'zod'
import { type AccessToken, type TokenSource, withToken } from '../access-token.ts'
import { exchange, ProviderError } from '../exchange.ts'
import type { Sender } from '../mail-fields.ts'
import type { MailProvider } from '../mail-provider.ts'
import { mimeOf } from '../mime.ts'
import { fetchAccessToken } from '../oauth-token.ts'

// Gmail: https://developers.google.com/workspace/gmail/api/reference/rest

const Profile = z.object({ emailAddress: z.string() })
const Sent = z.object({ id: z.string() })
const Failure = z.object({ error: z.object({ errors: z.array(z.object({ reason: z.string() })) }) })

const sending = 'https://www.googleapis.com/auth/gmail.send'
/** What shows whose mailbox it is; sending alone does not. */
const showing = `${sending} https://www.googleapis.com/auth/gmail.metadata`

const validity_s = 3600

export interface ServiceAccount {
  client_email: string
  /** PKCS#8. */
  private_key: string
}

/** A token of a service account that acts as a mailbox (RFC 7523). */
export async function fetchGoogleToken(
  oauth_url: string,
  { client_email, private_key }: ServiceAccount,
  mailbox: string,
  { timeout_ms, scope = sending }: { timeout_ms: number; scope?: string },
): Promise<AccessToken> {
  const assertion = await signed(client_email, private_key, mailbox, scope)
  return fetchAccessToken({
    provider: 'Google Workspace',
    url: `${oauth_url}/token`,
    form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion },
    timeout_ms,
  })
}

async function signed(client_email: string, private_key: string, mailbox: string, scope: string) {
  const { importPKCS8, SignJWT } = await import('jose')
  const key = await importPKCS8(private_key, 'RS256').catch(() => {
    throw new ProviderError('unauthorized', 'The private key of the service account is no key.')
  })
  const now_s = Math.floor(Date.now() / 1000)
  return (
    new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(client_email)
      .setSubject(mailbox)
      // Whatever way we reach it: this is its name.
      .setAudience('https://oauth2.googleapis.com/token')
      .setIssuedAt(now_s)
      .setExpirationTime(now_s + validity_s)
      .sign(key)
  )
}

/**
 * A mailbox at Google.
 *
 * @param base_url `https://gmail.googleapis.com`
 * @param fresh asks anew, so that a test of the connection tests the credentials too
 */
export function googleWorkspace(
  base_url: string,
  from: Sender,
  { tokens, fresh }: { tokens: TokenSource; fresh(scope?: string): Promise<AccessToken> },
  { timeout_ms }: { timeout_ms: number },
): MailProvider {
  const mailbox = `${base_url}/gmail/v1/users/me`
  const request = {
    provider: 'Google Workspace',
    timeout_ms,
    sentenceOf: (body: unknown) => Failure.safeParse(body).data?.error.errors[0]?.reason,
  }

  return {
    async accountName() {
      try {
        const { token } = await fresh(showing)
        const headers = { Authorization: `Bearer ${token}` }
        const url = `${mailbox}/profile`
        return (await exchange({ ...request, method: 'GET', url, headers }, Profile)).emailAddress
      } catch (error) {
        if (!(error instanceof ProviderError) || error.failure !== 'unauthorized') throw error
        // The domain may have allowed us to send, and no more.
        await fresh()
        return null
      }
    },

    async send(mail) {
      const { mime, message_id } = await mimeOf(mail, from)
      const { id } = await withToken(tokens, (token) => {
        const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
        const body = JSON.stringify({ raw: mime.toString('base64url') })
        const url = `${mailbox}/messages/send`
        return exchange({ ...request, method: 'POST', url, headers, body }, Sent)
      })
      return { message_id, provider_id: id }
    },
  }
}
