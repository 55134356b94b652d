import type { Env } from '../../env.ts'
import { ProviderError } from '../exchange.ts'
import { fieldsOf, oneLine, type Sender, unbracketed } from '../mail-fields.ts'
import type { Mail, SentMail } from '../mail-provider.ts'
import { failureOf, MailFailure } from './failure.ts'
import { opener } from './socket.ts'

/** `tls`: STARTTLS or nothing; `ssl`: TLS from the start; `none`: in clear, for relays of one's own; `offered`: STARTTLS where there is one. */
export type Encryption = 'tls' | 'ssl' | 'none' | 'offered'

export interface SmtpServer {
  host: string
  port: number
  encryption: Encryption
  /** Without login when absent. */
  login: { username: string; password: string } | undefined
  from: Sender
}

const silence_ms = 15_000

/**
 * Sends one mail through a server.
 *
 * @param timeout_ms how long the server may be silent; in all it gets three times as long
 * @throws MailFailure `no_answer` for what may pass
 */
export async function sendBySmtp(
  server: SmtpServer,
  mail: Mail,
  { timeout_ms }: { timeout_ms: number },
): Promise<SentMail> {
  const { host, port, encryption, login, from } = server
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'ssl',
    requireTLS: encryption === 'tls',
    ignoreTLS: encryption === 'none',
    ...(login && { auth: { user: login.username, pass: login.password } }),
    name: heloName(from),
    getSocket: opener(host, timeout_ms),
    greetingTimeout: timeout_ms,
    socketTimeout: timeout_ms,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const fields = { ...fieldsOf(mail, from), signal: AbortSignal.timeout(3 * timeout_ms) }
  try {
    await transport.sendMail(fields)
    return { message_id: unbracketed(fields.messageId), provider_id: null }
  } catch (error) {
    throw failureOf(error, server)
  } finally {
    transport.close()
  }
}

/** We have no name of our own: an address without one is what a client behind many addresses says. */
const heloName = ({ address }: Sender) =>
  /^[\w.-]+$/.exec(address.split('@').at(-1) ?? '')?.[0] ?? '[127.0.0.1]'

/**
 * Sends one mail of the service itself through `SMTP_URL`.
 *
 * @throws Refusal 502 `mail_failed` when the server does not take it
 */
export async function sendMail(env: Env, mail: Mail): Promise<SentMail> {
  const timeout_ms = Number(env.PROVIDER_TIMEOUT_MS) || silence_ms
  try {
    return await sendBySmtp(serverOf(env), mail, { timeout_ms })
  } catch (error) {
    // A wrong login of the service's own server is for its operator to mend; no mail is lost over it.
    if (!(error instanceof ProviderError) || error.failure !== 'unauthorized') throw error
    throw new MailFailure('no_answer', error.message)
  }
}

function serverOf(env: Env): SmtpServer {
  const url = URL.parse(env.SMTP_URL ?? '')
  if (!url) throw new MailFailure('no_answer', 'No mail server is configured.')
  const isSecure = url.protocol === 'smtps:'
  const username = decodeURIComponent(url.username)
  const password = decodeURIComponent(url.password)
  // A password travels over TLS, or not at all; this machine's own mailbox has none.
  const needsTls = password !== '' && !isLoopback(url.hostname)
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (isSecure ? 465 : 587),
    encryption: isSecure ? 'ssl' : needsTls ? 'tls' : 'offered',
    login: username ? { username, password } : undefined,
    from: senderOf(env, url),
  }
}

/** `MAIL_FROM`, or an address of the mail server itself. */
function senderOf(env: Env, server: URL): Sender {
  const [, name = '', address = ''] =
    /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(env.MAIL_FROM ?? '') ?? []
  return {
    name: oneLine(name),
    address: address || env.MAIL_FROM || `no-reply@${server.hostname}`,
  }
}

const isLoopback = (host: string) => ['localhost', '127.0.0.1', '[::1]'].includes(host)
