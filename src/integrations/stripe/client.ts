import * as z from 'zod'
import { exchange, ProviderError } from '../exchange.ts'
import {
  idIn,
  ourPayment,
  ourRefund,
  type PaymentMethod,
  type PaymentProvider,
  type ProviderPayment,
  type ProviderRefund,
} from '../payment-provider.ts'

// Stripe Checkout: https://docs.stripe.com/api/checkout/sessions

/** The shapes below are of this version, whatever the account's own is. */
const version = '2026-07-29.dahlia'

const Metadata = z.record(z.string(), z.string()).nullish()
const cents = z.int().nonnegative()

const Charge = z.object({
  created: z.int(),
  payment_method_details: z.object({ type: z.string() }).nullish(),
})

const Intent = z.object({
  id: z.string(),
  status: z.string(),
  last_payment_error: z.object({ message: z.string().nullish() }).nullish(),
  latest_charge: Charge.nullish(),
})

const Session = z.object({
  id: z.string(),
  url: z.string().nullish(),
  status: z.string().nullish(),
  payment_status: z.string(),
  amount_total: cents.nullish(),
  currency: z.literal('eur').nullish(),
  metadata: Metadata,
  expires_at: z.int(),
  payment_intent: z.union([z.string(), Intent]).nullish(),
})

const Refund = z.object({
  id: z.string(),
  amount: cents,
  status: z.string().nullish(),
  reason: z.string().nullish(),
  metadata: Metadata,
})

const Dispute = z.object({
  id: z.string(),
  amount: cents,
  status: z.string(),
  reason: z.string().nullish(),
})

const Account = z.object({
  id: z.string(),
  business_profile: z.object({ name: z.string().nullish() }).nullish(),
  settings: z
    .object({ dashboard: z.object({ display_name: z.string().nullish() }).nullish() })
    .nullish(),
})

const listOf = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item) })
const Failure = z.object({ error: z.object({ message: z.string() }) })

/** @param base_url without the version: `https://api.stripe.com` */
export function stripe(
  base_url: string,
  secret_key: string,
  { timeout_ms }: { timeout_ms: number },
): PaymentProvider {
  const request = {
    provider: 'Stripe',
    timeout_ms,
    sentenceOf: (body: unknown) => Failure.safeParse(body).data?.error.message,
  }
  const headers = { Authorization: `Bearer ${secret_key}`, 'Stripe-Version': version }
  const get = <T>(path: string, query: Query, answer: z.ZodType<T>) => {
    const text = formOf(query)
    const url = `${base_url}/v1${path}${text && `?${text}`}`
    return exchange({ ...request, method: 'GET', url, headers }, answer)
  }
  const post = <T>(path: string, body: Query, idempotency_key: string, answer: z.ZodType<T>) =>
    exchange(
      {
        ...request,
        method: 'POST',
        url: `${base_url}/v1${path}`,
        headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: formOf(body),
        idempotency_key,
      },
      answer,
    )

  /** Reports of refunds and disputes name the payment intent, ours is the session around it. */
  async function sessionIdOf(id: string): Promise<string> {
    if (!id.startsWith('pi_')) return id
    const { data } = await get(
      '/checkout/sessions',
      { payment_intent: id },
      listOf(z.object({ id: z.string() })),
    )
    if (!data[0]) throw new ProviderError('not_found', 'Stripe knows no session of it.')
    return data[0].id
  }

  const sessionOf = (id: string) =>
    get(
      `/checkout/sessions/${encodeURIComponent(id)}`,
      { expand: ['payment_intent.latest_charge'] },
      Session,
    )

  return {
    async accountName() {
      const { id, business_profile, settings } = await get('/account', {}, Account)
      return settings?.dashboard?.display_name || business_profile?.name || id
    },

    async createPayment(order) {
      const metadata = { [ourPayment]: String(order.payment_id) }
      const body = {
        mode: 'payment',
        success_url: order.return_url,
        cancel_url: order.return_url,
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: 'eur',
              unit_amount: order.amount_cents,
              product_data: { name: order.description },
            },
          },
        ],
        client_reference_id: String(order.payment_id),
        metadata,
        payment_intent_data: { metadata, description: order.description },
        locale: order.locale,
        expires_at: Math.floor(Date.parse(order.expires_at) / 1000),
      }
      const session = await post(
        '/checkout/sessions',
        body,
        order.idempotency_key,
        Session.extend({ url: z.string() }),
      )
      return { provider_id: session.id, url: session.url, expires_at: iso(session.expires_at) }
    },

    async getPayment(provider_id) {
      const session = await sessionOf(await sessionIdOf(provider_id))
      const intent = session.payment_intent
      const payment_intent = typeof intent === 'string' ? intent : intent?.id
      if (session.payment_status !== 'paid' || !payment_intent) return paymentOf(session, [])
      const [refunds, disputes] = await Promise.all([
        get('/refunds', { payment_intent, limit: 100 }, listOf(Refund)),
        get('/disputes', { payment_intent, limit: 100 }, listOf(Dispute)),
      ])
      return paymentOf(session, [
        ...refunds.data.map(refundOf),
        ...disputes.data.filter(tookMoney).map(chargebackOf),
      ])
    },

    async refund({ provider_id, amount_cents, refund_id, idempotency_key }) {
      const { payment_intent: intent } = await sessionOf(provider_id)
      const body = {
        payment_intent: typeof intent === 'string' ? intent : intent?.id,
        amount: amount_cents,
        reason: 'requested_by_customer',
        metadata: { [ourRefund]: String(refund_id) },
      }
      return refundOf(await post('/refunds', body, idempotency_key, Refund))
    },
  }
}

type Query = { [key: string]: Value }
type Value = string | number | undefined | Query | Value[]

/** Nested values get bracket keys: `line_items[0][quantity]=1`. */
function formOf(query: Query): string {
  const form = new URLSearchParams()
  const add = (key: string, value: Value) => {
    if (value === undefined) return
    if (typeof value !== 'object') return form.append(key, String(value))
    for (const [name, inner] of Object.entries(value)) add(key ? `${key}[${name}]` : name, inner)
  }
  add('', query)
  return form.toString()
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString()

function paymentOf(session: z.output<typeof Session>, refunds: ProviderRefund[]): ProviderPayment {
  const { id, metadata, amount_total, payment_intent } = session
  const intent = typeof payment_intent === 'object' ? payment_intent : null
  const charge = intent?.latest_charge
  const status = statusOf(session, intent?.status)
  const reason = session.status === 'expired' ? 'expired' : intent?.last_payment_error?.message
  return {
    provider_id: id,
    payment_id: idIn(metadata, ourPayment),
    status,
    amount_cents: amount_total ?? 0,
    method: methods[charge?.payment_method_details?.type ?? ''] ?? 'other',
    paid_at: status === 'paid' && charge ? iso(charge.created) : null,
    failure: status === 'failed' ? (reason ?? 'failed') : null,
    refunds,
  }
}

/** A completed session is unpaid while a slow method is under way, and when that came to nothing. */
function statusOf(session: z.output<typeof Session>, intent: string | undefined) {
  if (session.payment_status === 'paid') return 'paid'
  if (session.status === 'expired') return 'failed'
  const cameToNothing = intent === 'requires_payment_method' || intent === 'canceled'
  return session.status === 'complete' && cameToNothing ? 'failed' : 'open'
}

const refundOf = (refund: z.output<typeof Refund>): ProviderRefund => ({
  provider_id: refund.id,
  refund_id: idIn(refund.metadata, ourRefund),
  kind: 'refund',
  amount_cents: refund.amount,
  status:
    refund.status === 'succeeded'
      ? 'done'
      : ['failed', 'canceled'].includes(refund.status ?? '')
        ? 'failed'
        : 'pending',
  reason: refund.reason ?? null,
})

/** An inquiry (`warning_…`) leaves the money where it is. */
const tookMoney = ({ status }: { status: string }) => !status.startsWith('warning_')

const chargebackOf = (dispute: z.output<typeof Dispute>): ProviderRefund => ({
  provider_id: dispute.id,
  refund_id: null,
  kind: 'chargeback',
  amount_cents: dispute.amount,
  status: dispute.status === 'won' ? 'failed' : 'done',
  reason: dispute.reason ?? null,
})

const methods: Record<string, PaymentMethod> = {
  ideal: 'ideal',
  card: 'card',
  card_present: 'pin',
  customer_balance: 'bank',
}
