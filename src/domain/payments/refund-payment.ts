import { desc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { guard, insert, mustExist, record, subquery, update } from '../../db/rows.ts'
import { ArrayPaging, Id, id, money, optionalText, positiveAmount, Stamps } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { invoices } from '../sales/tables.ts'
import { book, mustBeIssued } from './booking.ts'
import { onePayment, Payment } from './payments.ts'
import { payments, refunds } from './tables.ts'

const Refund = z.object({
  id: id(),
  payment_id: id(),
  kind: z.string().describe('refund | chargeback'),
  amount: money().meta({ examples: [10] }),
  status: z
    .string()
    .describe('pending | done | failed')
    .meta({ examples: ['done'] }),
  reason: z.string().nullable(),
  provider_id: z.string().nullable().describe('Of the refund or the chargeback there'),
  ...Stamps,
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: refunds.id,
      payment_id: refunds.payment_id,
      kind: refunds.kind,
      amount: refunds.amount_cents,
      status: refunds.status,
      reason: refunds.reason,
      provider_id: refunds.provider_id,
      created_at: refunds.created_at,
      updated_at: refunds.updated_at,
    })
    .from(refunds)

export const listRefunds = read(
  {
    summary: 'List refunds of payment',
    description: 'What was given back, newest first.',
    can: 'payments:read',
    module: 'invoices',
    params: Id,
    query: ArrayPaging,
    output: z.array(Refund),
    on: payments,
  },
  async (ctx, { params, query }) => {
    const where = eq(refunds.payment_id, params.id)
    const [, list] = await Promise.all([
      mustExist(ctx, payments, params.id),
      arrayPage(ctx, refunds, query, where, [desc(refunds.id)], rows),
    ])
    return list
  },
)

export const refundPayment = write(
  {
    summary: 'Refund payment',
    description: 'Money given back by hand; the invoice is open again for that amount.',
    can: 'payments:write',
    module: 'invoices',
    params: Id,
    body: z.object({
      amount: positiveAmount().optional().describe('All that was not refunded yet when absent'),
      reason: optionalText(1000),
    }),
    output: Payment,
    on: payments,
  },
  async (ctx, { params: { id }, body }) => {
    const of = <T>(value: SQL) =>
      subquery<T>(sql`select ${value} from ${payments} where ${payments.id} = ${id}`)
    const left = of<number>(
      sql`case when ${payments.status} in ('paid', 'partially_refunded')
        then ${payments.amount_cents} - ${payments.refunded_cents} end`,
    )
    const amount_cents = body.amount === undefined ? left : sql`${body.amount}::bigint`
    const reason = body.reason ?? null
    const [, , , , , , payment] = await Promise.all([
      guard(ctx, sql`${of(sql`${payments.provider}`)} is null`, {
        code: 'provider_refund',
        message: 'This payment is refunded through its provider.',
      }),
      mustBeIssued(ctx, of<number>(sql`${payments.invoice_id}`)),
      guard(ctx, sql`${amount_cents} between 1 and ${left}`, {
        code: 'refund_exceeds_payment',
        message: 'The amount exceeds what is left of the payment.',
        field: 'amount',
      }),
      insert(ctx, refunds, { payment_id: id, amount_cents, reason }),
      giveBack(ctx, id, amount_cents),
      record(ctx, 'payment.refunded', 'payment', id, { reason: [null, reason] }),
      onePayment(ctx, id),
    ])
    return payment
  },
)

/**
 * Counts money that goes back on its payment, and opens the invoice for it. What the invoice never needed
 * goes first: what was paid beyond the open amount, and what rounding took too much. Rounding that the
 * customer had the good of falls away, because it is for a settled invoice only.
 */
export async function giveBack(ctx: Writing, payment_id: number, amount_cents: SQL) {
  const { unapplied_cents, rounding_cents, refunded_cents } = payments
  const needed = sql`greatest(${amount_cents} - ${unapplied_cents}, 0)`
  const rounding = sql`case when ${needed} = 0 then ${rounding_cents}
    when ${rounding_cents} > 0 then 0 else least(${rounding_cents} + ${needed}, 0) end`
  const of = (value: SQL) =>
    subquery<number>(sql`select ${value} from ${payments} where ${payments.id} = ${payment_id}`)
  await Promise.all([
    book(
      ctx,
      of(sql`${payments.invoice_id}`),
      of(sql`${rounding} - ${rounding_cents} - ${needed}`),
      sql`${invoices.paid_at}`,
    ),
    update(ctx, payments, payment_id, {
      refunded_cents: sql`${refunded_cents} + ${amount_cents}`,
      unapplied_cents: sql`greatest(${unapplied_cents} - ${amount_cents}, 0)`,
      rounding_cents: rounding,
      status: sql`case when ${payments.amount_cents} - ${refunded_cents} = ${amount_cents}
        then 'refunded' else 'partially_refunded' end`,
    }),
  ])
}
