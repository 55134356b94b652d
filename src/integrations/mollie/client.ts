import * as z from 'zod'
import { decimal, parseCents } from '../../lib/money.ts'
import { exchange } from '../exchange.ts'
import {
  idIn,
  ourPayment,
  ourRefund,
  type PaymentMethod,
  type PaymentProvider,
  type ProviderPayment,
  type ProviderRefund,
} from '../payment-provider.ts'

// Mollie's Payments API, v2: https://docs.mollie.com/reference/payments-api

const Amount = z
  .object({ currency: z.literal('EUR'), value: z.string() })
  .transform(({ value }, check) => {
    const cents = parseCents(value)
    if (cents === undefined) check.addIssue('not an amount')
    return cents ?? 0
  })

const Refund = z.object({
  id: z.string(),
  amount: Amount,
  status: z.string(),
  description: z.string().nullish(),
  metadata: z.unknown().optional(),
})

const Chargeback = z.object({
  id: z.string(),
  amount: Amount,
  reason: z.object({ description: z.string() }).nullish(),
  reversedAt: z.string().nullish(),
})

const Payment = z.object({
  id: z.string(),
  status: z.string(),
  statusReason: z.object({ message: z.string() }).nullish(),
  amount: Amount,
  method: z.string().nullish(),
  metadata: z.unknown().optional(),
  paidAt: z.string().nullish(),
  expiresAt: z.string().nullish(),
  _links: z.object({ checkout: z.object({ href: z.string() }).nullish() }),
  _embedded: z
    .object({ refunds: z.array(Refund).nullish(), chargebacks: z.array(Chargeback).nullish() })
    .nullish(),
})

const Failure = z.object({ detail: z.string() })
const Account = z.object({ name: z.string() })

/** @param base_url without the version: `https://api.mollie.com` */
export function mollie(
  base_url: string,
  api_key: string,
  { timeout_ms }: { timeout_ms: number },
): PaymentProvider {
  const request = {
    provider: 'Mollie',
    timeout_ms,
    sentenceOf: (body: unknown) => Failure.safeParse(body).data?.detail,
  }
  const headers = { Authorization: `Bearer ${api_key}` }
  const get = <T>(path: string, answer: z.ZodType<T>) =>
    exchange({ ...request, method: 'GET', url: `${base_url}/v2${path}`, headers }, answer)
  const post = <T>(path: string, body: object, idempotency_key: string, answer: z.ZodType<T>) =>
    exchange(
      {
        ...request,
        method: 'POST',
        url: `${base_url}/v2${path}`,
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        idempotency_key,
      },
      answer,
    )

  return {
    async accountName() {
      // A key opens one profile; only a token of an organization may read the organization.
      const path = api_key.startsWith('access_') ? '/organizations/me' : '/profiles/me'
      return (await get(path, Account)).name
    },

    async createPayment(order) {
      const body = {
        amount: { currency: 'EUR', value: decimal(order.amount_cents) },
        description: order.description,
        redirectUrl: order.return_url,
        cancelUrl: order.return_url,
        webhookUrl: order.webhook_url,
        locale: order.locale === 'nl' ? 'nl_NL' : 'en_GB',
        metadata: { [ourPayment]: order.payment_id },
      }
      const { id, expiresAt, _links } = await post(
        '/payments',
        body,
        order.idempotency_key,
        Payment.extend({ _links: z.object({ checkout: z.object({ href: z.string() }) }) }),
      )
      return { provider_id: id, url: _links.checkout.href, expires_at: expiresAt ?? null }
    },

    async getPayment(provider_id) {
      const path = `/payments/${encodeURIComponent(provider_id)}?embed=refunds,chargebacks`
      return paymentOf(await get(path, Payment))
    },

    async refund({ provider_id, amount_cents, description, refund_id, idempotency_key }) {
      const body = {
        amount: { currency: 'EUR', value: decimal(amount_cents) },
        description,
        metadata: { [ourRefund]: refund_id },
      }
      const path = `/payments/${encodeURIComponent(provider_id)}/refunds`
      return refundOf(await post(path, body, idempotency_key, Refund))
    },
  }
}

function paymentOf(payment: z.output<typeof Payment>): ProviderPayment {
  const { id, status, statusReason, amount, method, metadata, paidAt, _embedded } = payment
  const hasFailed = ['failed', 'canceled', 'expired'].includes(status)
  return {
    provider_id: id,
    payment_id: idIn(metadata, ourPayment),
    status: status === 'paid' ? 'paid' : hasFailed ? 'failed' : 'open',
    amount_cents: amount,
    method: methods[method ?? ''] ?? 'other',
    paid_at: paidAt ?? null,
    failure: hasFailed ? (statusReason?.message ?? status) : null,
    refunds: [
      ...(_embedded?.refunds ?? []).map(refundOf),
      ...(_embedded?.chargebacks ?? []).map(chargebackOf),
    ],
  }
}

const refundOf = (refund: z.output<typeof Refund>): ProviderRefund => ({
  provider_id: refund.id,
  refund_id: idIn(refund.metadata, ourRefund),
  kind: 'refund',
  amount_cents: refund.amount,
  status:
    refund.status === 'refunded'
      ? 'done'
      : ['failed', 'canceled'].includes(refund.status)
        ? 'failed'
        : 'pending',
  reason: refund.description ?? null,
})

const chargebackOf = (chargeback: z.output<typeof Chargeback>): ProviderRefund => ({
  provider_id: chargeback.id,
  refund_id: null,
  kind: 'chargeback',
  amount_cents: chargeback.amount,
  status: chargeback.reversedAt ? 'failed' : 'done',
  reason: chargeback.reason?.description ?? null,
})

const methods: Record<string, PaymentMethod> = {
  ideal: 'ideal',
  creditcard: 'card',
  applepay: 'card',
  googlepay: 'card',
  banktransfer: 'bank',
  pointofsale: 'pin',
}
