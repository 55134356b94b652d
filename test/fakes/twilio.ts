import { createHmac } from 'node:crypto'
import { secret } from '../harness/secrets.ts'
import { type FakeRequest, startFake } from './provider.ts'

interface Text {
  sid: string
  to: string
  from: string | null
  messaging_service_sid: string | null
  body: string
  status_callback: string | null
  status: string
  price: string | null
  error_code: number | null
  created_ms: number
}

const refusal = (status: number, code: number, message: string) => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
})

const known = new Set(['To', 'From', 'MessagingServiceSid', 'Body', 'StatusCallback'])
const filters = new Set(['To', 'From', 'PageSize', 'DateSent', 'DateSent<', 'DateSent>'])

const hex = () => crypto.randomUUID().replaceAll('-', '')

/** Twilio's messages as its documentation describes them, and strict about what it is sent. */
export async function startTwilio({ account_sid = `AC${hex()}`, auth_token = hex() } = {}) {
  secret(auth_token)
  const messages: Text[] = []
  const refused = new Map<string, number>()
  let status = 'active'

  function create({ headers, body }: FakeRequest) {
    if (headers['content-type'] !== 'application/x-www-form-urlencoded') {
      throw refusal(400, 20001, 'The body must be form encoded')
    }
    const form = new URLSearchParams(body)
    const strange = [...form.keys()].find((key) => !known.has(key))
    if (strange) throw refusal(400, 20001, `Unknown parameter ${strange}`)
    const to = form.get('To') ?? ''
    const [from, service] = [form.get('From'), form.get('MessagingServiceSid')]
    const text = form.get('Body') ?? ''
    const callback = form.get('StatusCallback')
    if (!to) throw refusal(400, 21604, `A 'To' phone number is required.`)
    if (!/^\+[1-9]\d{6,14}$/.test(to)) {
      throw refusal(400, 21211, `The 'To' number ${to} is not a valid phone number.`)
    }
    if (!from && !service) throw refusal(400, 21603, `A 'From' phone number is required.`)
    if (service && !/^MG[\da-f]{32}$/.test(service)) throw refusal(400, 21701, 'Unknown service')
    if (!text) throw refusal(400, 21602, 'Message body is required.')
    if (text.length > 1600) throw refusal(400, 21617, 'The body exceeds the 1600 character limit.')
    if (callback && !/^https?:\/\/[^_/]+\//.test(callback))
      throw refusal(400, 21609, 'Bad callback')
    const code = refused.get(to)
    if (code) throw refusal(400, code, `Not to ${to}, says the fake.`)
    const message: Text = {
      sid: `SM${hex()}`,
      to,
      from,
      messaging_service_sid: service,
      body: text,
      status_callback: callback,
      status: service ? 'accepted' : 'queued',
      price: null,
      error_code: null,
      created_ms: Date.now(),
    }
    messages.push(message)
    return { status: 201, body: shown(message) }
  }

  /** What Twilio shows of a message; where it reports to is not in it. */
  const shown = ({ status_callback: _, created_ms, ...message }: Text) => ({
    ...message,
    account_sid,
    api_version: '2010-04-01',
    direction: 'outbound-api',
    num_segments: message.messaging_service_sid ? '0' : '1',
    price_unit: 'USD',
    error_message: null,
    date_created: rfc2822(created_ms),
    date_sent: ['queued', 'accepted'].includes(message.status) ? null : rfc2822(created_ms),
  })

  function list({ url: { searchParams: query } }: FakeRequest) {
    const strange = [...query.keys()].find((key) => !filters.has(key))
    if (strange) throw refusal(400, 20001, `Unknown parameter ${strange}`)
    const [to, from] = [query.get('To'), query.get('From')]
    const isDated = [...query.keys()].some((key) => key.startsWith('DateSent'))
    const matching = messages.filter(
      (message) =>
        (!to || message.to === to) &&
        (!from || message.from === from) &&
        // What was not sent yet has no date of sending.
        (!isDated || shown(message).date_sent !== null),
    )
    const page_size = Number(query.get('PageSize') ?? 50)
    const newest = matching.toReversed().slice(0, page_size)
    return { status: 200, body: { page: 0, page_size, messages: newest.map(shown) } }
  }

  function handle(request: FakeRequest) {
    const { method, url, headers } = request
    const basic = Buffer.from(`${account_sid}:${auth_token}`).toString('base64')
    if (headers.authorization !== `Basic ${basic}`) throw refusal(401, 20003, 'Authenticate')
    const sid = /\/Messages\/(\w+)\.json$/.exec(url.pathname)?.[1]
    if (method === 'GET' && sid) {
      const message = messages.find((one) => one.sid === sid)
      if (!message) throw refusal(404, 20404, 'The requested resource was not found')
      return { status: 200, body: shown(message) }
    }
    switch (`${method} ${url.pathname}`) {
      case `GET /2010-04-01/Accounts/${account_sid}.json`:
        return { status: 200, body: { sid: account_sid, friendly_name: 'RepairAngel SMS', status } }
      case `POST /2010-04-01/Accounts/${account_sid}/Messages.json`:
        return create(request)
      case `GET /2010-04-01/Accounts/${account_sid}/Messages.json`:
        return list(request)
      default:
        throw refusal(404, 20404, `The requested resource ${url.pathname} was not found`)
    }
  }

  const fake = await startFake({ handle, descriptions: ['twilio_api_v2010.json'] })
  return {
    ...fake,
    account_sid,
    auth_token,
    messages,
    /** What was sent to a number. */
    to: (phone: string) => messages.filter((message) => message.to === phone),
    /** Messages to a number are refused with a code. */
    refuse: (phone: string, code: number) => refused.set(phone, code),
    /** What becomes of a message at the network's. */
    become: (message: Text, change: Partial<Text>) => Object.assign(message, change),
    /** What Twilio posts about a message, signed for that address. */
    callback({ sid, to, from }: Text, MessageStatus: string, url: string, more: object = {}) {
      const ids = {
        MessageSid: sid,
        SmsSid: sid,
        AccountSid: account_sid,
        ApiVersion: '2010-04-01',
      }
      const told = { MessageStatus, SmsStatus: MessageStatus, To: to, From: from ?? '' }
      return signed({ ...ids, ...told, ...more }, url, auth_token)
    },
    /** What Twilio posts when somebody writes, signed for that address. */
    received(From: string, Body: string, url: string, more: Record<string, string> = {}) {
      const sid = `SM${hex()}`
      const ids = { MessageSid: sid, SmsSid: sid, SmsMessageSid: sid, AccountSid: account_sid }
      const told = { From, To: '+3197010000000', Body, NumMedia: '0', NumSegments: '1' }
      const place = { FromCountry: 'NL', FromCity: '', ApiVersion: '2010-04-01' }
      return signed({ ...ids, ...told, ...place, SmsStatus: 'received', ...more }, url, auth_token)
    },
    suspend: (to: 'suspended' | 'active') => {
      status = to
    },
  }
}

/** A form, and its signature (https://www.twilio.com/docs/usage/security). */
function signed(fields: Record<string, string>, url: string, auth_token: string) {
  const listed = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
  const text = url + listed.map((pair) => pair.join('')).join('')
  const signature = createHmac('sha1', auth_token).update(text).digest('base64')
  return { body: new URLSearchParams(fields).toString(), signature }
}

const rfc2822 = (ms: number) => new Date(ms).toUTCString().replace('GMT', '+0000')
