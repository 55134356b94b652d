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
    suspend: (to: 'suspended' | 'active') => {
      status = to
    },
  }
}

const rfc2822 = (ms: number) => new Date(ms).toUTCString().replace('GMT', '+0000')
