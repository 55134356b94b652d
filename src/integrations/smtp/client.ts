import type { Env } from '../../env.ts'
import { Refusal } from '../../refusal.ts'
import type { Mail } from '../mail-provider.ts'
import { openSocket } from './socket.ts'

const silence_ms = 15_000
const total_ms = 45_000

/**
 * Sends one mail through `SMTP_URL`.
 *
 * @throws Refusal 502 `mail_failed` when the server does not take it
 */
export async function sendMail(env: Env, mail: Mail): Promise<{ message_id: string }> {
  const server = URL.parse(env.SMTP_URL ?? '')
  if (!server) throw failed('No mail server is configured.')
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    url: server.href,
    getSocket: openSocket,
    // A password travels over TLS, or not at all; this machine's own mailbox has none.
    requireTLS: server.password !== '' && !isLoopback(server.hostname),
    greetingTimeout: silence_ms,
    socketTimeout: silence_ms,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const from = sender(env, server, mail.from_name)
  try {
    const { messageId } = await transport.sendMail({
      from,
      ...(mail.id && { messageId: `<${oneLine(mail.id)}@${from.address.split('@').at(-1)}>` }),
      // As an object an address is one recipient, whatever it holds; a string would be parsed as a list.
      to: { name: '', address: oneLine(mail.to) },
      ...(mail.reply_to && { replyTo: { name: '', address: oneLine(mail.reply_to) } }),
      subject: oneLine(mail.subject),
      text: mail.text,
      ...(mail.html !== undefined && { html: mail.html }),
      attachments: (mail.attachments ?? []).map(({ filename, content_type, content }) => ({
        filename: oneLine(filename),
        contentType: oneLine(content_type),
        content: Buffer.from(content),
      })),
      signal: AbortSignal.timeout(total_ms),
    })
    return { message_id: messageId }
  } catch (error) {
    // The server's own words repeat addresses; the step's code and the answer's are enough to act on.
    const { code = 'unknown', responseCode } = error as { code?: string; responseCode?: number }
    const reason = [code, responseCode].filter(Boolean).join(' ')
    throw failed(`The mail could not be sent (${reason}).`)
  } finally {
    transport.close()
  }
}

const failed = (message: string) => new Refusal(502, 'mail_failed', message)

/** `MAIL_FROM`, or an address of the mail server itself; with the shop's name when there is one. */
function sender(env: Env, server: URL, name: string | undefined) {
  const [, ownName = '', address = ''] =
    /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(env.MAIL_FROM ?? '') ?? []
  return {
    name: oneLine(name ?? ownName),
    address: address || env.MAIL_FROM || `no-reply@${server.hostname}`,
  }
}

const isLoopback = (host: string) => ['localhost', '127.0.0.1', '[::1]'].includes(host)

/** Nothing that a header is made of may start another header. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes.
const oneLine = (text: string) => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim()
