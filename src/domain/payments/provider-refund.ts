import { eq } from 'drizzle-orm'
import * as z from 'zod'
import { insert, record, update } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import {
  type PaymentProviderName,
  type ProviderRefund,
  paymentProviders,
} from '../../integrations/payment-provider.ts'
import { found, refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { call, read, transact } from '../../verb.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { onePayment, Payment } from './payments.ts'
import { askAndBook, lockPayment, refundRows, settle } from './provider-booking.ts'
import { mustBeConnected } from './providers.ts'
import { refundPayment as refundByHand } from './refund-payment.ts'
import { payments, refunds } from './tables.ts'

export const refundPayment = call(
  {
    ...refundByHand.spec,
    description:
      'Money given back: by hand, or through the provider that it came in by. The invoice is open again for that amount. After a 502 ask again: it is not refunded twice.',
    on: payments,
  },
  async (ctx, { params, body }) => {
    const provider = await providerOf(ctx, { params })
    return provider === null
      ? refundByHand(ctx, { params, body })
      : refundAtProvider(ctx, { params, body: { ...body, provider } })
  },
)

const providerOf = read(
  {
    summary: 'Read the provider of a payment',
    can: 'payments:read',
    params: Id,
    output: z.enum(paymentProviders).nullable(),
  },
  async (ctx, { params }) =>
    (await onePayment(ctx, params.id)).provider as PaymentProviderName | null,
)

export const refundAtProvider = call(
  {
    summary: 'Refund through the provider',
    can: 'payments:write',
    params: Id,
    body: refundByHand.spec.body.extend({ provider: z.enum(paymentProviders) }),
    output: Payment,
  },
  async (ctx, { params, body: { provider: name, ...body } }) => {
    const { provider } = await mustBeConnected(ctx, name)
    const reserved = await reserveRefund(ctx, { params, body })
    const foundThere = async ({ refund_id, provider_id }: ReservedRefund) => {
      await askAndBook(ctx, name, provider_id)
      return refundedAlready(ctx, { params, body: { refund_id } })
    }
    if (reserved.isRepeated) {
      // A provider forgets a key after an hour: what it did of the first request, it tells itself.
      const payment = await foundThere(reserved)
      if (payment) return payment
    }
    const order = reserved.isRepeated ? await reserveRefund(ctx, { params, body }) : reserved
    const { isRepeated: _, ...request } = order
    const finish = (refund: Outcome) =>
      finishRefund(ctx, { params, body: { refund_id: order.refund_id, refund } })
    try {
      const idempotency_key = idempotencyKey('refund', request)
      return await finish(await provider.refund({ ...request, idempotency_key }))
    } catch (error) {
      // Without an answer nobody knows; the row counts, and the next try repeats the same request.
      if (!(error instanceof ProviderError) || error.failure === 'no_answer') throw error
      const payment = error.failure === 'refused' && (await foundThere(order))
      if (payment) return payment
      await finish({ status: 'failed', failure: error.message })
      throw error
    }
  },
)

type Outcome = ProviderRefund | { status: 'failed'; failure: string }

interface ReservedRefund {
  /** Asked for before; whether the provider got it is not known. */
  isRepeated: boolean
  refund_id: number
  provider_id: string
  amount_cents: number
  description: string
}

/** The refund stands, and counts, before the provider is asked: its number makes the request one. */
const reserveRefund = transact(
  {
    summary: 'Reserve a refund',
    can: 'payments:write',
    params: Id,
    body: refundByHand.spec.body,
    output: z.custom<ReservedRefund>(),
  },
  async (ctx, { params: { id }, body }) => {
    const locked = found(await lockPayment(ctx, eq(payments.id, id)))
    const { payment } = locked
    const rows = await refundRows(ctx, id)
    const orderOf = (refund_id: number, amount_cents: number, reason?: string | null) => ({
      refund_id,
      provider_id: payment.provider_id ?? '',
      amount_cents,
      description: reason ?? `Refund ${refund_id}`,
    })
    // One whose answer we never saw is what is asked again.
    const unanswered = rows.find(
      (row) =>
        row.status === 'pending' &&
        row.provider_id === null &&
        (body.amount === undefined || body.amount === row.amount_cents),
    )
    if (unanswered) {
      const { id: refund_id, amount_cents, reason } = unanswered
      return { ...orderOf(refund_id, amount_cents, reason), isRepeated: true }
    }
    const isPaid = payment.status === 'paid' || payment.status === 'partially_refunded'
    const left = isPaid ? payment.amount_cents - payment.refunded_cents : 0
    const amount_cents = body.amount ?? left
    if (amount_cents < 1 || amount_cents > left) {
      const message = 'The amount exceeds what is left of the payment.'
      throw refused('refund_exceeds_payment', message, { amount: [message] })
    }
    const [added] = await insert(ctx, refunds, {
      payment_id: id,
      amount_cents,
      status: 'pending',
      reason: body.reason ?? null,
    })
    await settle(ctx, locked, await refundRows(ctx, id))
    await record(ctx, 'payment.refunded', 'payment', id, { reason: [null, body.reason ?? null] })
    return { ...orderOf(found(added).id, amount_cents, body.reason), isRepeated: false }
  },
)

/** The payment, when the provider turned out to have the refund. */
const refundedAlready = read(
  {
    summary: 'Look for a refund that the provider has',
    can: 'payments:read',
    params: Id,
    body: z.object({ refund_id: z.number() }),
    output: Payment.nullable(),
  },
  async (ctx, { params: { id }, body: { refund_id } }) => {
    const [payment, rows] = await Promise.all([
      onePayment(ctx, id),
      ctx.db
        .select({ provider_id: refunds.provider_id })
        .from(refunds)
        .where(eq(refunds.id, refund_id)),
    ])
    return rows[0]?.provider_id ? payment : null
  },
)

/** What came of it; the provider's own report may have been faster. */
const finishRefund = transact(
  {
    summary: 'Finish a refund',
    can: 'payments:write',
    params: Id,
    body: z.object({
      refund_id: z.number(),
      refund: z.custom<Outcome>(),
    }),
    output: Payment,
  },
  async (ctx, { params: { id }, body: { refund_id, refund } }) => {
    const locked = found(await lockPayment(ctx, eq(payments.id, id)))
    const row = found((await refundRows(ctx, id)).find((candidate) => candidate.id === refund_id))
    if (row.status === 'pending') {
      await update(ctx, refunds, refund_id, {
        status: refund.status,
        ...('failure' in refund
          ? { failure: refund.failure }
          : { provider_id: refund.provider_id }),
      })
      await settle(ctx, locked, await refundRows(ctx, id))
    }
    return onePayment(ctx, id)
  },
)
