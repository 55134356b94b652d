import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { listPage, mailPage } from './mailbox-page.ts'

const host = '127.0.0.1'
const keptMails = 200
const largestMail_bytes = 40_000_000

/** A received mail, as `mails()` and `GET /api/mails` give it. */
export type Mail = {
  id: number
  from: string
  /** The envelope's recipients, so those of a blind copy too. */
  to: string[]
  subject: string
  text: string
  html: string
  /** By lower-case name; the last one where a name repeats. */
  headers: Record<string, string>
  attachments: MailAttachment[]
  received_at: string
}

/** `size` in bytes, `url` absolute. */
export type MailAttachment = {
  filename: string
  content_type: string
  size: number
  url: string
}

/** `mails()` holds the last 200, newest first; a mail is in it before its sender gets the 250. */
export type Mailbox = {
  smtp_url: string
  url: string
  mails(): Mail[]
  clear(): void
  stop(): Promise<void>
}

type StoredMail = { mail: Mail; contents: Uint8Array<ArrayBuffer>[] }

/**
 * A mail server that delivers nothing: takes every mail and any login over SMTP, shows the mails
 * at `url`. Both listen on loopback, on a free port unless one is given.
 */
export async function startMailbox(
  options: { smtp_port?: number; http_port?: number } = {},
): Promise<Mailbox> {
  let stored: StoredMail[] = []
  let lastId = 0
  const mails = () => stored.map(({ mail }) => mail)
  const clear = () => {
    stored = []
  }

  const web = createServer(listener(mailboxApp(() => stored, clear)))
  web.listen(options.http_port ?? 0, host)
  await once(web, 'listening')
  const url = `http://${host}:${(web.address() as AddressInfo).port}`

  const smtp = new SMTPServer({
    // STARTTLS would need a certificate that the Worker trusts; over loopback plain text will do.
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    size: largestMail_bytes,
    closeTimeout: 100,
    onAuth: (_auth, _session, done) => done(null, { user: 'anyone' }),
    onData: (stream, { envelope }, done) => {
      simpleParser(stream)
        .then((parsed) => {
          lastId += 1
          const to = envelope.rcptTo.map(({ address }) => address)
          stored = [storedMail(lastId, parsed, to, url), ...stored].slice(0, keptMails)
          done()
        })
        .catch(done)
    },
  })
  const smtpPort = await listen(smtp, options.smtp_port ?? 0)

  const stop = async () => {
    await new Promise<void>((done) => smtp.close(done))
    web.closeAllConnections()
    await new Promise((done) => web.close(done))
  }
  return { smtp_url: `smtp://${host}:${smtpPort}`, url, mails, clear, stop }
}

async function listen(smtp: SMTPServer, port: number): Promise<number> {
  smtp.listen(port, host)
  await once(smtp.server, 'listening')
  // A client that hangs up half-way is its own problem.
  smtp.on('error', () => {})
  return (smtp.server.address() as AddressInfo).port
}

function storedMail(id: number, parsed: ParsedMail, to: string[], url: string): StoredMail {
  const headers = parsed.headerLines.map(({ key, line }) => [
    key,
    line.slice(line.indexOf(':') + 1).trim(),
  ])
  const mail = {
    id,
    from: parsed.from?.text ?? '',
    to,
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    headers: Object.fromEntries(headers),
    attachments: parsed.attachments.map(({ filename, contentType, size }, index) => ({
      filename: filename ?? `attachment-${index + 1}`,
      content_type: contentType,
      size,
      url: `${url}/mails/${id}/attachments/${index}`,
    })),
    received_at: new Date().toISOString(),
  }
  return { mail, contents: parsed.attachments.map(({ content }) => new Uint8Array(content)) }
}

function mailboxApp(stored: () => StoredMail[], clear: () => void): Hono {
  const find = (id: string) => stored().find(({ mail }) => mail.id === Number(id))
  const addressedTo = (to = '') =>
    stored()
      .map(({ mail }) => mail)
      .filter((mail) => !to || mail.to.some((it) => it.toLowerCase() === to.toLowerCase()))

  return new Hono()
    .get('/', (c) => c.html(listPage(addressedTo(c.req.query('to')))))
    .get('/api/mails', (c) => c.json(addressedTo(c.req.query('to'))))
    .delete('/api/mails', (c) => {
      clear()
      return c.body(null, 204)
    })
    .get('/mails/:id', (c) => {
      const found = find(c.req.param('id'))
      return found ? c.html(mailPage(found.mail)) : c.notFound()
    })
    .get('/mails/:id/html', (c) => {
      const found = find(c.req.param('id'))
      if (!found) return c.notFound()
      // The mail is foreign: no scripts, nothing fetched from outside, links open in a tab.
      c.header(
        'content-security-policy',
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
      )
      return c.html(`<base target="_blank">${found.mail.html}`)
    })
    .get('/mails/:id/attachments/:index', (c) => {
      const found = find(c.req.param('id'))
      const index = Number(c.req.param('index'))
      const attachment = found?.mail.attachments[index]
      const content = found?.contents[index]
      if (!attachment || !content) return c.notFound()
      const shown = /^(application\/pdf|image\/(png|jpeg|gif|webp)|text\/plain)$/
      const disposition = shown.test(attachment.content_type) ? 'inline' : 'attachment'
      const filename = encodeURIComponent(attachment.filename)
      return c.body(content, 200, {
        'content-type': attachment.content_type,
        'content-disposition': `${disposition}; filename*=UTF-8''${filename}`,
        'x-content-type-options': 'nosniff',
      })
    })
}

function listener(app: Hono) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = 'GET', url = '/' } = incoming
    const answer = await app.fetch(new Request(new URL(url, `http://${host}`), { method }))
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
    outgoing.end(new Uint8Array(await answer.arrayBuffer()))
  }
}
