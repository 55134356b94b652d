import type { Calling } from '../../context.ts'
import { fetchGoogleToken, googleWorkspace } from '../../integrations/google-workspace/client.ts'
import type { Sender } from '../../integrations/mail-fields.ts'
import type { MailProvider } from '../../integrations/mail-provider.ts'
import { mailpit } from '../../integrations/mailpit/client.ts'
import { fetchOutlookToken, outlook } from '../../integrations/outlook/client.ts'
import { checkedUrl } from '../../integrations/outside.ts'
import { postmark } from '../../integrations/postmark/client.ts'
import { baseUrl, type Connection, openConnection, waits } from '../integrations/connection.ts'
import { tokensOf } from '../integrations/tokens.ts'

/** Services that send mail; where several are on, the first one does. */
export const mailSlugs = ['postmark', 'outlook', 'google_workspace', 'mailpit'] as const
export type MailSlug = (typeof mailSlugs)[number]

type Credentials = Pick<Connection, 'config' | 'secrets'>
type Connect = (
  ctx: Calling,
  credentials: Credentials,
  from: Partial<Sender>,
) => MailProvider | null

/** The shop's account at a mail service; null when it has no credentials. */
export async function mailConnection(ctx: Calling, slug: MailSlug) {
  const connection = await openConnection(ctx, slug)
  const provider = connection && mailProvider(ctx, slug, connection)
  return provider ? { provider } : null
}

/**
 * A service that sends the shop's mail, or that of one of its mailboxes.
 *
 * @param from in place of the service's own address, where it has several
 */
export const mailProvider = (
  ctx: Calling,
  slug: MailSlug,
  credentials: Credentials,
  from: Partial<Sender> = {},
): MailProvider | null => connects[slug](ctx, credentials, from)

const connects: Record<MailSlug, Connect> = {
  postmark(ctx, { config, secrets }, { name = '' }) {
    const { from_email, message_stream } = config
    const { server_token } = secrets
    if (!server_token || !from_email) return null
    const url = baseUrl(ctx.env.POSTMARK_BASE_URL, 'https://api.postmarkapp.com')
    const from = { name, address: from_email }
    return postmark(url, { server_token, message_stream, from }, waits(ctx.env))
  },

  outlook(ctx, { config, secrets }, { name = '', address = config.mailbox }) {
    const { tenant_id, client_id } = config
    const { client_secret } = secrets
    if (!tenant_id || !client_id || !client_secret || !address) return null
    const account = { tenant_id, client_id, client_secret }
    const login = baseUrl(ctx.env.MICROSOFT_LOGIN_BASE_URL, 'https://login.microsoftonline.com')
    const fresh = () => fetchOutlookToken(login, account, waits(ctx.env))
    const credentials = [tenant_id, client_id, client_secret]
    const tokens = tokensOf(ctx, { slug: 'outlook', credentials }, fresh)
    const url = baseUrl(ctx.env.GRAPH_BASE_URL, 'https://graph.microsoft.com')
    return outlook(url, { from: { name, address }, tokens, fresh }, waits(ctx.env))
  },

  google_workspace(ctx, { config, secrets }, { name = '', address = config.subject }) {
    const { client_email } = config
    const { private_key } = secrets
    if (!client_email || !private_key || !address) return null
    const account = { client_email, private_key }
    const oauth = baseUrl(ctx.env.GOOGLE_OAUTH_BASE_URL, 'https://oauth2.googleapis.com')
    const fresh = (scope?: string) =>
      fetchGoogleToken(oauth, account, address, { ...waits(ctx.env), ...(scope && { scope }) })
    const credentials = [client_email, private_key]
    const of = { slug: 'google_workspace', account: address, credentials } as const
    const tokens = tokensOf(ctx, of, () => fresh())
    const url = baseUrl(ctx.env.GMAIL_BASE_URL, 'https://gmail.googleapis.com')
    return googleWorkspace(url, { name, address }, { tokens, fresh }, waits(ctx.env))
  },

  mailpit(ctx, { config, secrets }, { name = '' }) {
    const { base_url, username, from_email } = config
    if (!base_url) return null
    const url = checkedUrl(ctx.env, base_url, 'config.base_url')
    const login = username ? { username, password: secrets.password ?? '' } : undefined
    const address = from_email ?? `no-reply@${url.hostname}`
    return mailpit(baseUrl(base_url, ''), { login, from: { name, address } }, waits(ctx.env))
  },
}
