import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** What came in, by the id that a receiver would know a repetition by. */
export interface Receipt {
  id: string
  /** A mail's subject; a webhook's type and the id of its record. */
  about: string
}

/**
 * A mail server and an address for webhooks, both of which keep everything.
 *
 * @param onReceipt is called when something is there and its sender does not know yet
 */
export async function startReceivers(onReceipt: () => void) {
  const mails: Receipt[] = []
  const webhooks: Receipt[] = []

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        mails.push({ id: mail.messageId ?? '', about: mail.subject ?? '' })
        onReceipt()
        done()
      }, done)
    },
  })
  // A sender that was killed leaves its connection behind.
  smtp.on('error', () => {})
  smtp.listen(0, '127.0.0.1')

  const http = createServer(async (request, response) => {
    let body = ''
    try {
      for await (const chunk of request) body += chunk
    } catch {
      return
    }
    const { type, data } = JSON.parse(body)
    webhooks.push({ id: String(request.headers['webhook-id']), about: `${type} ${data.id}` })
    onReceipt()
    response.writeHead(204).end()
  })
  http.listen(0, '127.0.0.1')
  await Promise.all([once(smtp.server, 'listening'), once(http, 'listening')])
  const portOf = (address: string | AddressInfo | null) => (address as AddressInfo).port

  return {
    mails,
    webhooks,
    smtp_url: `smtp://localhost:${portOf(smtp.server.address())}`,
    webhook_url: `http://127.0.0.1:${portOf(http.address())}/hook`,
    async stop() {
      http.closeAllConnections()
      http.close()
      await new Promise<void>((resolve) => smtp.close(() => resolve()))
    },
  }
}

/** How many different ids there are per subject. */
export function countedOnce(receipts: Receipt[]): Record<string, number> {
  const ids = Map.groupBy(receipts, ({ about }) => about)
  return Object.fromEntries(
    [...ids].map(([about, all]) => [about, new Set(all.map(({ id }) => id)).size]),
  )
}

/** How many effects came in, and how many of them again. */
export function tally(receipts: Receipt[]) {
  const effects = new Set(receipts.map(({ id }) => id)).size
  return { effects, repetitions: receipts.length - effects }
}
