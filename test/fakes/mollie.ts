import { secret } from '../harness/secrets.ts'
import { type FakeRequest, startFake } from './provider.ts'

interface Amount {
  currency: string
  value: string
}
interface Payment {
  id: string
  status: string
  amount: Amount
  method: string | null
  metadata: unknown
  description: string
  redirectUrl: string
  webhookUrl: string | undefined
  createdAt: string
  expiresAt?: string
  paidAt?: string
  refunds: { id: string; status: string; amount: Amount; metadata: unknown; description: string }[]
  chargebacks: { id: string; amount: Amount; reversedAt: string | null }[]
}

const error = (status: number, title: string, detail: string, field?: string) => ({
  status,
  body: { status, title, detail, ...(field && { field }), _links: {} },
})
const missing = (field: string) =>
  error(422, 'Unprocessable Entity', `The '${field}' field is missing or invalid`, field)

const centsOf = ({ value }: Amount) => Math.round(Number(value) * 100)
const euros = (cents: number): Amount => ({ currency: 'EUR', value: (cents / 100).toFixed(2) })
const token = () => Math.random().toString(36).slice(2, 12)

/** The API key that it takes when not told another. */
export const mollieKey = 'test_mollie_key_of_the_shop_000000'

/** Mollie's payments as its documentation describes them, and strict about what it is sent. */
export async function startMollie({ api_key = mollieKey } = {}) {
  secret(api_key)
  const payments = new Map<string, Payment>()

  function amountOf(body: { amount?: Amount }, most_cents = Number.POSITIVE_INFINITY): Amount {
    const { amount } = body
    if (amount?.currency !== 'EUR' || !/^\d+\.\d\d$/.test(amount.value)) throw missing('amount')
    if (centsOf(amount) < 1)
      throw error(422, 'Unprocessable Entity', 'The amount is too low', 'amount')
    if (centsOf(amount) > most_cents) {
      throw error(422, 'Unprocessable Entity', 'The specified amount is too high', 'amount')
    }
    return amount
  }

  function jsonOf({ headers, body }: FakeRequest) {
    if (headers['content-type'] !== 'application/json') throw error(400, 'Bad Request', 'Not JSON')
    const key = headers['idempotency-key']
    if (!/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(String(key))) {
      throw error(400, 'Bad Request', 'Use a UUID v4 as Idempotency-Key')
    }
    return JSON.parse(body)
  }

  function create(request: FakeRequest) {
    const body = jsonOf(request)
    if (!body.description || body.description.length > 255) throw missing('description')
    if (!URL.canParse(body.redirectUrl)) throw missing('redirectUrl')
    // Mollie must be able to reach it.
    if (body.webhookUrl !== undefined && !/^https:\/\/(?!localhost|127\.)/.test(body.webhookUrl)) {
      throw error(422, 'Unprocessable Entity', 'The webhook URL is invalid', 'webhookUrl')
    }
    if (!['nl_NL', 'en_GB', 'en_US'].includes(body.locale)) throw missing('locale')
    const payment: Payment = {
      id: `tr_${token()}`,
      status: 'open',
      amount: amountOf(body),
      method: null,
      metadata: body.metadata ?? null,
      description: body.description,
      redirectUrl: body.redirectUrl,
      webhookUrl: body.webhookUrl,
      createdAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 15 * 60_000).toISOString().replace('.000Z', '+00:00'),
      refunds: [],
      chargebacks: [],
    }
    payments.set(payment.id, payment)
    return { status: 201, body: shown(payment) }
  }

  const shown = ({ refunds, chargebacks, ...payment }: Payment, embeds = '') => ({
    resource: 'payment',
    mode: 'test',
    ...payment,
    ...(refunds.length > 0 && {
      amountRefunded: euros(refunds.reduce((sum, { amount }) => sum + centsOf(amount), 0)),
    }),
    _links: {
      ...(payment.status === 'open' && {
        checkout: { href: `https://www.mollie.com/checkout/${payment.id}`, type: 'text/html' },
      }),
    },
    _embedded: {
      ...(embeds.includes('refunds') && { refunds }),
      ...(embeds.includes('chargebacks') && { chargebacks }),
    },
  })

  function refund(request: FakeRequest, payment: Payment) {
    const body = jsonOf(request)
    if (payment.status !== 'paid')
      throw error(422, 'Unprocessable Entity', 'The payment is not paid')
    const gone = payment.refunds.reduce((sum, { amount }) => sum + centsOf(amount), 0)
    const made = {
      id: `re_${token()}`,
      status: 'pending',
      amount: amountOf(body, centsOf(payment.amount) - gone),
      metadata: body.metadata ?? null,
      description: body.description ?? '',
    }
    payment.refunds.push(made)
    return { status: 201, body: { resource: 'refund', paymentId: payment.id, ...made } }
  }

  function handle(request: FakeRequest) {
    const { method, url, headers } = request
    if (headers.authorization !== `Bearer ${api_key}`) {
      throw error(401, 'Unauthorized Request', 'Missing authentication, or failed to authenticate')
    }
    const [, version, resource, id, sub] = url.pathname.split('/')
    if (version !== 'v2') throw error(404, 'Not Found', 'No such version')
    if (resource === 'profiles' && id === 'me' && method === 'GET') {
      return {
        status: 200,
        body: { resource: 'profile', id: 'pfl_85dxyKqNHa', name: 'RepairAngel BV' },
      }
    }
    if (resource !== 'payments') throw error(404, 'Not Found', 'No such resource')
    if (method === 'POST' && !id) return create(request)
    const payment = payments.get(id ?? '')
    if (!payment) throw error(404, 'Not Found', 'No payment exists with this ID')
    if (method === 'POST' && sub === 'refunds') return refund(request, payment)
    if (method === 'GET' && !sub) {
      return { status: 200, body: shown(payment, url.searchParams.get('embed') ?? '') }
    }
    throw error(405, 'Method Not Allowed', 'Not here')
  }

  const fake = await startFake({
    handle,
    keys: {
      reused: error(400, 'Bad Request', 'The key was used with other parameters'),
      running: error(409, 'Conflict', 'The key is in use'),
      keepsFailures: false,
    },
    descriptions: ['mollie.yaml'],
  })
  const existing = (id: string) => payments.get(id) as Payment
  return {
    ...fake,
    api_key,
    payments,
    pay(id: string, method = 'ideal') {
      Object.assign(existing(id), { status: 'paid', method, paidAt: new Date().toISOString() })
    },
    end(id: string, status: 'failed' | 'canceled' | 'expired') {
      existing(id).status = status
    },
    /** A refund made in Mollie's own dashboard. */
    refundThere(id: string, value: string) {
      const amount = { currency: 'EUR', value }
      const refund = {
        id: `re_${token()}`,
        status: 'refunded',
        amount,
        metadata: null,
        description: '',
      }
      existing(id).refunds.push(refund)
      return refund
    },
    chargeBack(id: string, value: string) {
      const chargeback = {
        id: `chb_${token()}`,
        amount: { currency: 'EUR', value },
        reversedAt: null as string | null,
      }
      existing(id).chargebacks.push(chargeback)
      return chargeback
    },
  }
}
