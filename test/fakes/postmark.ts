import { secret } from '../harness/secrets.ts'
import { type FakeRequest, startFake } from './provider.ts'
import { strictJson } from './strict.ts'

const refusal = (status: number, ErrorCode: number, Message: string) => ({
  status,
  body: { ErrorCode, Message },
})

const known =
  'From To Cc Bcc Subject HtmlBody TextBody ReplyTo Tag MessageStream Metadata Headers Attachments'.split(
    ' ',
  )

interface Header {
  Name: string
  Value: string
}

/** Postmark as its documentation describes it, and strict about what it is sent. */
export async function startPostmark({ server_token = crypto.randomUUID() } = {}) {
  secret(server_token)
  const sent: (Record<string, unknown> & { headers: Record<string, string> })[] = []
  const inactive = new Set<string>()

  function send(request: FakeRequest) {
    const message = strictJson(request, known, (why) => refusal(422, 402, why))
    const { From, To, Subject, TextBody, HtmlBody, Headers = [], MessageStream } = message
    if (!/^(".*" <)?shop@example\.com>?$/.test(String(From)))
      throw refusal(422, 400, `The sender ${From} is not known.`)
    if (!/^[^\s@,]+@[^\s@,]+$/.test(String(To))) throw refusal(422, 300, `Invalid 'To': ${To}`)
    if (typeof Subject !== 'string' || (!TextBody && !HtmlBody))
      throw refusal(422, 300, 'A body is required')
    if (MessageStream !== undefined && MessageStream !== 'outbound')
      throw refusal(422, 1235, 'Unknown stream')
    if (inactive.has(String(To))) throw refusal(422, 406, `The recipient ${To} is inactive.`)
    const headers = Object.fromEntries((Headers as Header[]).map((it) => [it.Name, it.Value]))
    sent.push({ ...message, headers })
    const MessageID = crypto.randomUUID()
    const SubmittedAt = new Date().toISOString()
    return { status: 200, body: { To, SubmittedAt, MessageID, ErrorCode: 0, Message: 'OK' } }
  }

  const fake = await startFake({
    handle(request) {
      const { method, url, headers } = request
      if (headers['x-postmark-server-token'] !== server_token)
        throw refusal(401, 10, 'No valid server token')
      const path = `${method} ${url.pathname}`
      if (path === 'GET /server') {
        return { status: 200, body: { ID: 1, Name: 'RepairAngel Mail', DeliveryType: 'Live' } }
      }
      if (path === 'POST /email') return send(request)
      throw refusal(404, 0, 'Not found')
    },
  })
  return {
    ...fake,
    sent,
    /** Mails to an address are refused from now on. */
    bounce: (address: string) => inactive.add(address),
    vars: { POSTMARK_BASE_URL: fake.url },
    config: { server_token, from_email: 'shop@example.com', message_stream: 'outbound' },
  }
}
