import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling, Transacting } from '../../context.ts'
import { insert, record, update } from '../../db/rows.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import {
  type PaymentProviderName,
  type ProviderPayment,
  type ProviderRefund,
  paymentProviders,
} from '../../integrations/payment-provider.ts'
import { found } from '../../refusal.ts'
import { transact } from '../../verb.ts'
import { invoices } from '../sales/tables.ts'
import { book } from './booking.ts'
import { connectionTo } from './providers.ts'
import { payments, refunds } from './tables.ts'
import { reopen } from './write-offs.ts'

type PaymentRow = typeof payments.$inferSelect
type RefundRow = typeof refunds.$inferSelect

/**
 * Asks the provider how a payment stands, and books that. Answers whether it is a payment of ours.
 *
 * @throws ProviderError
 */
export async function askAndBook(
  ctx: Calling,
  name: PaymentProviderName,
  provider_id: string,
): Promise<boolean> {
  const connection = await connectionTo(ctx, name)
  if (!connection) throw new ProviderError('unauthorized', 'The shop has no credentials for it.')
  const { provider, asked_at } = connection
  const state = await provider.getPayment(provider_id)
  return bookProviderPayment(ctx, { body: { provider: name, asked_at, state } })
}

/**
 * Brings our books in line with a payment as the provider knew it. It may be called any number of times,
 * in any order and at once: it books differences, what was asked before the last answer is no news, and a
 * payment that was paid stays paid.
 */
const bookProviderPayment = transact(
  {
    summary: 'Book what a provider knows of a payment',
    can: 'payments:write',
    body: z.object({
      provider: z.enum(paymentProviders),
      asked_at: z.string(),
      state: z.custom<ProviderPayment>(),
    }),
    output: z.boolean(),
  },
  async (ctx, { body: { provider, asked_at, state } }) => {
    const locked = await lockPayment(ctx, ourRow(provider, state))
    if (!locked || (locked.payment.provider_id ?? state.provider_id) !== state.provider_id) {
      return false
    }
    const { payment } = locked
    const { checked_at } = payment
    if (checked_at !== null && momentOf(checked_at) > momentOf(asked_at)) return true
    if (state.status === 'paid') {
      await bookPaid(ctx, locked, { ...state, asked_at })
      return true
    }
    const fails = state.status === 'failed' && payment.status === 'pending'
    if (fails || payment.provider_id === null) {
      await update(ctx, payments, payment.id, {
        provider_id: state.provider_id,
        checked_at: asked_at,
        ...(fails && { status: 'failed', failure: state.failure }),
      })
    }
    if (fails) await record(ctx, 'payment.failed', 'payment', payment.id)
    return true
  },
)

const momentOf = (text: string) => new Date(text).getTime()

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
  invoice: { status: string; due_cents: number | null; written_off_cents: number }
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
    .select({
      status: invoices.status,
      due_cents: invoices.due_cents,
      written_off_cents: invoices.written_off_cents,
    })
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

async function bookPaid(
  ctx: Transacting,
  { payment, invoice: locked }: Locked,
  state: ProviderPayment & { asked_at: string },
) {
  const isNew = payment.status === 'pending' || payment.status === 'failed'
  const paid = {
    ...payment,
    provider_id: state.provider_id,
    ...(isNew && {
      amount_cents: state.amount_cents,
      // Nothing of it has been applied yet.
      unapplied_cents: state.amount_cents,
      method: state.method,
      paid_at: state.paid_at ?? state.asked_at,
      failure: null,
    }),
  }
  const { rows, changed } = await syncRefunds(ctx, payment, state)
  if (!isNew && !changed) return
  const invoice = isNew ? await reopened(ctx, payment.invoice_id, locked) : locked
  await settle(ctx, { payment: { ...paid, checked_at: state.asked_at }, invoice }, rows)
  if (isNew) await record(ctx, 'payment.paid', 'payment', payment.id)
}

/** A customer who pays what was written off: it is open after all. */
async function reopened(ctx: Transacting, invoice_id: number, invoice: Locked['invoice']) {
  const { written_off_cents, due_cents } = invoice
  if (written_off_cents === 0) return invoice
  await reopen(ctx, invoice_id)
  return { ...invoice, written_off_cents: 0, due_cents: (due_cents ?? 0) + written_off_cents }
}

/** How long a refund may be unknown to the provider that we asked for it. */
const unknown_ms = 3600_000

/** One row per refund or chargeback there; answers all rows of the payment, and whether one is new. */
async function syncRefunds(
  ctx: Transacting,
  payment: PaymentRow,
  state: ProviderPayment,
): Promise<{ rows: RefundRow[]; changed: boolean }> {
  let changed = false
  const rows = await refundRows(ctx, payment.id)
  const isOurs = (row: RefundRow, known: ProviderRefund) =>
    row.provider_id === known.provider_id ||
    (row.provider_id === null && row.id === known.refund_id)
  for (const known of state.refunds) {
    const { provider_id, kind, amount_cents, status, reason } = known
    const row = rows.find((candidate) => isOurs(candidate, known))
    if (row?.status === status && row.provider_id === provider_id) continue
    changed = true
    if (!row) {
      await insert(ctx, refunds, {
        payment_id: payment.id,
        provider_id,
        kind,
        amount_cents,
        status,
        reason,
      })
    } else await update(ctx, refunds, row.id, { provider_id, status })
  }
  for (const row of rows) {
    const isKnown = state.refunds.some((known) => isOurs(row, known))
    const age_ms = Date.now() - new Date(row.created_at).getTime()
    // After this long its request cannot be repeated under the same key any more.
    if (row.provider_id === null && !isKnown && row.status === 'pending' && age_ms > unknown_ms) {
      changed = true
      await update(ctx, refunds, row.id, {
        status: 'failed',
        failure: 'The provider never got it.',
      })
    }
  }
  return { rows: changed ? await refundRows(ctx, payment.id) : rows, changed }
}

export const refundRows = (ctx: Transacting, payment_id: number): Promise<RefundRow[]> =>
  ctx.db.select().from(refunds).where(eq(refunds.payment_id, payment_id))

/**
 * Works out what a paid payment settles of its invoice, given all that went back of it, and books the
 * difference. A refund takes first what exceeded the invoice; what comes back pays what is open.
 */
export async function settle(ctx: Transacting, { payment, invoice }: Locked, all: RefundRow[]) {
  const { id, amount_cents, provider_id, method, paid_at, checked_at, failure } = payment
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
    provider_id,
    amount_cents,
    method,
    paid_at,
    checked_at,
    failure,
    refunded_cents,
    charged_back_cents,
    unapplied_cents: left - settles,
    status: refunded_cents === 0 ? 'paid' : left === 0 ? 'refunded' : 'partially_refunded',
  })
  if (settles !== settled) {
    const change = sql`${settles - settled}::bigint`
    await book(ctx, sql`${payment.invoice_id}::bigint`, change, sql`${paid_at}::timestamptz`)
  }
}
