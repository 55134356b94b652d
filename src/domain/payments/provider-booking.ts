import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insert, record, update } from '../../db/rows.ts'
import {
  type PaymentProviderName,
  type ProviderPayment,
  type ProviderRefund,
  paymentProviders,
} from '../../integrations/payment-provider.ts'
import { found } from '../../refusal.ts'
import { transact } from '../../verb.ts'
import { invoices } from '../sales/tables.ts'
import { book } from './payments.ts'
import { payments, refunds } from './tables.ts'

type PaymentRow = typeof payments.$inferSelect
type RefundRow = typeof refunds.$inferSelect

/**
 * Brings our books in line with a payment as the provider knows it now. It may be called any number of
 * times, in any order and at once: it books differences, and a payment that was paid stays paid.
 *
 * Answers whether the payment is one of ours.
 */
export const bookProviderPayment = transact(
  {
    summary: 'Book what a provider knows of a payment',
    can: 'payments:write',
    body: z.object({
      provider: z.enum(paymentProviders),
      state: z.custom<ProviderPayment>(),
    }),
    output: z.boolean(),
  },
  async (ctx, { body: { provider, state } }) => {
    const locked = await lockPayment(ctx, ourRow(provider, state))
    if (!locked || (locked.payment.provider_id ?? state.provider_id) !== state.provider_id) {
      return false
    }
    const { payment } = locked
    if (state.status === 'paid') {
      await bookPaid(ctx, locked, state)
    } else {
      const fails = state.status === 'failed' && payment.status === 'pending'
      await update(ctx, payments, payment.id, {
        provider_id: state.provider_id,
        ...(fails && { status: 'failed', failure: state.failure }),
      })
      if (fails) await record(ctx, 'payment.failed', 'payment', payment.id)
    }
    return true
  },
)

/** By the provider's id, or, when its report was faster than its answer to us, by ours. */
const ourRow = (provider: PaymentProviderName, { provider_id, payment_id }: ProviderPayment) =>
  and(
    eq(payments.provider, provider),
    or(
      eq(payments.provider_id, provider_id),
      payment_id === null
        ? undefined
        : and(eq(payments.id, payment_id), isNull(payments.provider_id)),
    ),
  )

interface Locked {
  payment: PaymentRow
  invoice: { status: string; due_cents: number | null }
}

/** Invoice first, then payment: the order in which everybody locks them. */
export async function lockPayment(
  ctx: Transacting,
  which: SQL | undefined,
): Promise<Locked | undefined> {
  const [named] = await ctx.db
    .select({ id: payments.id, invoice_id: payments.invoice_id })
    .from(payments)
    .where(which)
  if (!named) return undefined
  const [invoice] = await ctx.db
    .select({ status: invoices.status, due_cents: invoices.due_cents })
    .from(invoices)
    .where(eq(invoices.id, named.invoice_id))
    .for('update')
  const [payment] = await ctx.db
    .select()
    .from(payments)
    .where(eq(payments.id, named.id))
    .for('update')
  return { payment: found(payment), invoice: found(invoice) }
}

async function bookPaid(ctx: Transacting, { payment, invoice }: Locked, state: ProviderPayment) {
  const isNew = payment.status === 'pending' || payment.status === 'failed'
  const paid = {
    ...payment,
    provider_id: state.provider_id,
    amount_cents: isNew ? state.amount_cents : payment.amount_cents,
    ...(isNew && {
      // Nothing of it has been applied yet.
      unapplied_cents: state.amount_cents,
      method: state.method,
      paid_at: state.paid_at ?? ctx.now?.toISOString() ?? new Date().toISOString(),
      failure: null,
    }),
  }
  if (isNew) await record(ctx, 'payment.paid', 'payment', payment.id)
  const before = payment.refunded_cents
  const after = await settle(
    ctx,
    { payment: paid, invoice },
    await syncRefunds(ctx, payment, state),
  )
  if (after !== before) {
    await record(ctx, 'payment.refunded', 'payment', payment.id, { amount_cents: [before, after] })
  }
}

/** How long a refund may be unknown to the provider that we asked for it. */
const unknown_ms = 3600_000

/** One row per refund or chargeback there; answers all rows of the payment. */
async function syncRefunds(
  ctx: Transacting,
  payment: PaymentRow,
  state: ProviderPayment,
): Promise<RefundRow[]> {
  const rows = await refundRows(ctx, payment.id)
  const isOurs = (row: RefundRow, known: ProviderRefund) =>
    row.provider_id === known.provider_id ||
    (row.provider_id === null && row.id === known.refund_id)
  for (const known of state.refunds) {
    const { provider_id, kind, amount_cents, status, reason } = known
    const row = rows.find((candidate) => isOurs(candidate, known))
    if (!row) {
      await insert(ctx, refunds, {
        payment_id: payment.id,
        provider_id,
        kind,
        amount_cents,
        status,
        reason,
      })
    } else if (row.status !== status || row.provider_id === null) {
      await update(ctx, refunds, row.id, { provider_id, status })
    }
  }
  for (const row of rows) {
    const isKnown = state.refunds.some((known) => isOurs(row, known))
    const age_ms = Date.now() - new Date(row.created_at).getTime()
    // After this long its request cannot be repeated under the same key any more.
    if (row.provider_id === null && !isKnown && row.status === 'pending' && age_ms > unknown_ms) {
      await update(ctx, refunds, row.id, {
        status: 'failed',
        failure: 'The provider never got it.',
      })
    }
  }
  return refundRows(ctx, payment.id)
}

export const refundRows = (ctx: Transacting, payment_id: number): Promise<RefundRow[]> =>
  ctx.db.select().from(refunds).where(eq(refunds.payment_id, payment_id))

/**
 * Works out what a paid payment settles of its invoice, given all that went back of it, and books the
 * difference. A refund takes first what exceeded the invoice; what comes back pays what is open.
 *
 * @returns what went back in all
 */
export async function settle(
  ctx: Transacting,
  { payment, invoice }: Locked,
  all: RefundRow[],
): Promise<number> {
  const { id, amount_cents } = payment
  const sumOf = (rows: RefundRow[]) =>
    // A chargeback may come on top of a refund; more than the payment itself is not the invoice's.
    Math.min(
      amount_cents,
      rows.reduce((sum, row) => sum + row.amount_cents, 0),
    )
  const counted = all.filter(({ status }) => status !== 'failed')
  const refunded_cents = sumOf(counted)
  const charged_back_cents = sumOf(counted.filter(({ kind }) => kind === 'chargeback'))
  const settled = amount_cents - payment.unapplied_cents - payment.refunded_cents
  const open = invoice.status === 'cancelled' ? 0 : (invoice.due_cents ?? 0)
  const left = amount_cents - refunded_cents
  const settles = Math.min(left, settled + open)
  await update(ctx, payments, id, {
    provider_id: payment.provider_id,
    amount_cents,
    method: payment.method,
    paid_at: payment.paid_at,
    failure: payment.failure,
    refunded_cents,
    charged_back_cents,
    unapplied_cents: left - settles,
    status: refunded_cents === 0 ? 'paid' : left === 0 ? 'refunded' : 'partially_refunded',
  })
  if (settles !== settled) {
    const paid_at = sql`${payment.paid_at}::timestamptz`
    await book(ctx, sql`${payment.invoice_id}::bigint`, sql`${settles - settled}::bigint`, paid_at)
  }
  return refunded_cents
}
