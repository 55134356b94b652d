import { createHmac } from 'node:crypto'
import { secret } from '../harness/secrets.ts'
import { type FakeRequest, startFake } from './provider.ts'

interface Session {
  id: string
  amount_total: number
  metadata: Record<string, string>
  expires_at: number
  status: 'open' | 'complete' | 'expired'
  payment_status: 'paid' | 'unpaid'
  payment_intent: Intent | null
}
interface Intent {
  id: string
  status: string
  metadata: Record<string, string>
  last_payment_error: { message: string } | null
  latest_charge: { created: number; payment_method_details: { type: string } } | null
}
interface Refund {
  id: string
  payment_intent: string
  amount: number
  status: string
  metadata: Record<string, string>
}
interface Dispute {
  id: string
  payment_intent: string
  amount: number
  status: string
  reason: string
}

const error = (status: number, message: string, param?: string) => ({
  status,
  body: { error: { type: 'invalid_request_error', message, ...(param && { param }) } },
})
const token = () => Math.random().toString(36).slice(2, 16)
const now_s = () => Math.floor(Date.now() / 1000)

const known = new Set([
  'mode',
  'success_url',
  'cancel_url',
  'line_items[0][quantity]',
  'line_items[0][price_data][currency]',
  'line_items[0][price_data][unit_amount]',
  'line_items[0][price_data][product_data][name]',
  'client_reference_id',
  'metadata[repair_angel_payment]',
  'payment_intent_data[metadata][repair_angel_payment]',
  'payment_intent_data[description]',
  'locale',
  'expires_at',
])

/** Stripe Checkout as its documentation describes it, and strict about what it is sent. */
export async function startStripe({
  secret_key = 'sk_test_of_the_shop',
  webhook_secret = 'whsec_test_secret',
} = {}) {
  secret(secret_key)
  secret(webhook_secret)
  const sessions = new Map<string, Session>()
  const refunds: Refund[] = []
  const disputes: Dispute[] = []

  function formOf({ headers, body }: FakeRequest) {
    if (headers['content-type'] !== 'application/x-www-form-urlencoded') {
      throw error(400, 'Invalid request: the body must be form encoded')
    }
    if (!headers['idempotency-key']) throw error(400, 'Every POST of ours carries a key')
    return new URLSearchParams(body)
  }

  function create(request: FakeRequest) {
    const form = formOf(request)
    const strange = [...form.keys()].find((key) => !known.has(key))
    if (strange) throw error(400, `Received unknown parameter: ${strange}`, strange)
    const needed = [...known].find((key) => !form.get(key))
    if (needed) throw error(400, `Missing required param: ${needed}`, needed)
    const amount = form.get('line_items[0][price_data][unit_amount]') ?? ''
    if (!/^[1-9]\d*$/.test(amount)) throw error(400, `Invalid integer: ${amount}`)
    const expires_at = Number(form.get('expires_at'))
    const ahead_s = expires_at - now_s()
    if (ahead_s < 30 * 60 - 60 || ahead_s > 24 * 3600) {
      throw error(
        400,
        'The expires_at timestamp must be 30 minutes to 24 hours ahead',
        'expires_at',
      )
    }
    const session: Session = {
      id: `cs_test_${token()}`,
      amount_total: Number(amount),
      metadata: { repair_angel_payment: form.get('metadata[repair_angel_payment]') ?? '' },
      expires_at,
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
    }
    sessions.set(session.id, session)
    return { status: 200, body: shown(session, false) }
  }

  const shown = ({ payment_intent, ...session }: Session, expanded: boolean) => ({
    object: 'checkout.session',
    ...session,
    currency: 'eur',
    url: session.status === 'open' ? `https://checkout.stripe.com/c/pay/${session.id}` : null,
    payment_intent: expanded ? payment_intent : (payment_intent?.id ?? null),
  })

  function refund(request: FakeRequest) {
    const form = formOf(request)
    const payment_intent = form.get('payment_intent') ?? ''
    const session = [...sessions.values()].find((s) => s.payment_intent?.id === payment_intent)
    if (!session) throw error(400, `No such payment_intent: '${payment_intent}'`, 'payment_intent')
    const amount = Number(form.get('amount'))
    const gone = refunds
      .filter((made) => made.payment_intent === payment_intent)
      .reduce((sum, made) => sum + made.amount, 0)
    if (!(amount >= 1 && amount <= session.amount_total - gone)) {
      throw error(400, 'Refund amount is greater than unrefunded amount on charge')
    }
    const reason = form.get('reason') ?? ''
    if (!['duplicate', 'fraudulent', 'requested_by_customer'].includes(reason)) {
      throw error(400, `Invalid reason: ${reason}`, 'reason')
    }
    const made: Refund = {
      id: `re_${token()}`,
      payment_intent,
      amount,
      status: 'succeeded',
      metadata: { repair_angel_refund: form.get('metadata[repair_angel_refund]') ?? '' },
    }
    refunds.push(made)
    return { status: 200, body: { object: 'refund', ...made, reason } }
  }

  function handle(request: FakeRequest) {
    const { method, url, headers } = request
    if (headers.authorization !== `Bearer ${secret_key}`) {
      return error(401, 'Invalid API Key provided: sk_test_***')
    }
    if (headers['stripe-version'] !== '2026-07-29.dahlia') throw error(400, 'Unknown version')
    const query = url.searchParams
    const intent = query.get('payment_intent') ?? undefined
    const list = (data: unknown[]) => ({ status: 200, body: { object: 'list', data } })
    const id = /^\/v1\/checkout\/sessions\/(\w+)$/.exec(url.pathname)?.[1]
    if (id && method === 'GET') {
      const session = sessions.get(id)
      if (!session) throw error(404, `No such checkout.session: ${id}`)
      const expanded = query.get('expand[0]') === 'payment_intent.latest_charge'
      return { status: 200, body: shown(session, expanded) }
    }
    switch (`${method} ${url.pathname}`) {
      case 'GET /v1/account':
        return {
          status: 200,
          body: {
            id: 'acct_1',
            business_profile: { name: null },
            settings: { dashboard: { display_name: null } },
          },
        }
      case 'POST /v1/checkout/sessions':
        return create(request)
      case 'GET /v1/checkout/sessions':
        return list(
          [...sessions.values()]
            .filter((session) => session.payment_intent?.id === intent)
            .map((session) => shown(session, false)),
        )
      case 'POST /v1/refunds':
        return refund(request)
      case 'GET /v1/refunds':
        return list(refunds.filter(({ payment_intent }) => payment_intent === intent))
      case 'GET /v1/disputes':
        return list(disputes.filter(({ payment_intent }) => payment_intent === intent))
      default:
        throw error(404, `Unrecognized request URL (${method}: ${url.pathname})`)
    }
  }

  const fake = await startFake({
    handle,
    keys: {
      reused: error(400, 'Keys for idempotent requests can only be used with the same parameters'),
      running: error(409, 'There is currently another in-progress request using this key'),
      keepsFailures: true,
    },
  })
  const existing = (id: string) => sessions.get(id) as Session
  const intentOf = (session: Session, status: string): Intent => ({
    id: session.payment_intent?.id ?? `pi_${token()}`,
    status,
    metadata: session.metadata,
    last_payment_error: null,
    latest_charge: null,
  })
  return {
    ...fake,
    secret_key,
    webhook_secret,
    sessions,
    refunds,
    /** The customer went through; a slow method (`paid: false`) is under way. */
    complete(id: string, { paid = true, type = 'card' } = {}) {
      const session = existing(id)
      const intent = intentOf(session, paid ? 'succeeded' : 'processing')
      if (paid) intent.latest_charge = { created: now_s(), payment_method_details: { type } }
      Object.assign(session, {
        status: 'complete',
        payment_status: paid ? 'paid' : 'unpaid',
        payment_intent: intent,
      })
      return intent.id
    },
    /** The slow method came to nothing. */
    failSlowly(id: string) {
      const session = existing(id)
      session.payment_intent = {
        ...intentOf(session, 'requires_payment_method'),
        last_payment_error: { message: 'The debit was refused.' },
      }
    },
    expire(id: string) {
      existing(id).status = 'expired'
    },
    refundThere(payment_intent: string, amount: number) {
      const refund = {
        id: `re_${token()}`,
        payment_intent,
        amount,
        status: 'succeeded',
        metadata: {},
      }
      refunds.push(refund)
      return refund
    },
    dispute(payment_intent: string, amount: number, status = 'needs_response') {
      const reason = 'fraudulent'
      const dispute: Dispute = { id: `dp_${token()}`, payment_intent, amount, status, reason }
      disputes.push(dispute)
      return dispute
    },
    /** An event as Stripe posts it, signed. */
    event(type: string, object: object, { at_s = now_s(), id = `evt_${token()}` } = {}) {
      const body = JSON.stringify({ id, object: 'event', type, created: at_s, data: { object } })
      const signature = createHmac('sha256', webhook_secret).update(`${at_s}.${body}`).digest('hex')
      return { body, signature: `t=${at_s},v1=${signature},v0=${'0'.repeat(64)}` }
    },
  }
}
