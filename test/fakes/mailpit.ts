import { secret } from '../harness/secrets.ts'
import { startFake } from './provider.ts'
import { strictJson } from './strict.ts'

const known = 'From To Cc Bcc ReplyTo Subject Text HTML Attachments Headers Tags'.split(' ')
const refuse = (why: string) => ({ status: 400, body: { Error: why } })

/** Mailpit 1.30 behind a login, and strict about what it is sent. */
export async function startMailpit() {
  const [username, password] = ['shop', secret(crypto.randomUUID())]
  const sent: Record<string, unknown>[] = []
  const fake = await startFake({
    descriptions: ['mailpit.json'],
    handle(request) {
      const { method, url, headers } = request
      const basic = Buffer.from(`${username}:${password}`).toString('base64')
      if (headers.authorization !== `Basic ${basic}`)
        throw { status: 401, body: { Error: 'Unauthorised' } }
      const path = `${method} ${url.pathname}`
      if (path === 'GET /api/v1/info') {
        return { status: 200, body: { Version: 'v1.30.5', LatestVersion: 'v1.30.5', Messages: 0 } }
      }
      if (path !== 'POST /api/v1/send') throw { status: 404, body: { Error: 'Not found' } }
      const message = strictJson(request, known, refuse)
      if (!(message.From as { Email?: string } | undefined)?.Email) throw refuse('No sender')
      if (!(message.To as unknown[] | undefined)?.length) throw refuse('No recipients')
      sent.push(message)
      return { status: 200, body: { ID: crypto.randomUUID() } }
    },
  })
  const config = { base_url: fake.url, username, password, from_email: 'shop@example.com' }
  return { ...fake, sent, vars: {}, config }
}
