import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Writing } from '../../context.ts'
import { syncPage } from '../../db/pages.ts'
import {
  atShopTime,
  guard,
  insert,
  mustExist,
  newId,
  record,
  same,
  subquery,
  update,
  updateWhere,
} from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  day,
  Id,
  id,
  idText,
  instant,
  moment,
  money,
  optionalText,
  positiveAmount,
  Stamps,
  Syncing,
  syncPageOf,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { invoices } from '../sales/tables.ts'
import { payments } from './tables.ts'

const module = 'invoices'
const methods = ['cash', 'pin', 'bank', 'ideal', 'card', 'other'] as const
const statuses = ['pending', 'paid', 'failed', 'refunded', 'partially_refunded'] as const

export const Payment = z.object({
  id: id(),
  invoice_id: id(),
  amount: money().meta({ examples: [107.69] }),
  method: z.string().meta({ examples: ['pin'] }),
  status: z.string().meta({ examples: ['paid'] }),
  amount_refunded: money().meta({ examples: [0] }),
  provider: z.string().nullable(),
  provider_id: z.string().nullable(),
  reference: z.string().nullable(),
  paid_at: instant().nullable(),
  ...Stamps,
})

const rows = (ctx: Reading | Writing) =>
  ctx.db
    .select({
      id: payments.id,
      invoice_id: payments.invoice_id,
      amount: payments.amount_cents,
      method: payments.method,
      status: payments.status,
      amount_refunded: payments.refunded_cents,
      provider: payments.provider,
      provider_id: payments.provider_id,
      reference: payments.reference,
      paid_at: payments.paid_at,
      created_at: payments.created_at,
      updated_at: payments.updated_at,
    })
    .from(payments)

export const one = async (ctx: Reading | Writing, id: number | SQL<number>) => {
  const [payment] = await rows(ctx).where(eq(payments.id, id))
  return found(payment)
}

/** The first moment of the day after, in the shop's zone. */
const endOf = (date: string) => sql`app.instant((${date}::date + 1)::text)`

export const listPayments = read(
  {
    summary: 'List payments',
    can: 'payments:read',
    module,
    query: Syncing.extend({
      invoice_id: idText().optional(),
      method: z.enum(methods).optional(),
      status: z.enum(statuses).optional(),
      from: day().optional().describe('Paid from'),
      to: day().optional().describe('Paid to, that day included'),
    }),
    output: syncPageOf(Payment),
  },
  async (ctx, { query }) => {
    const where = and(
      same(payments.invoice_id, query.invoice_id),
      same(payments.method, query.method),
      same(payments.status, query.status),
      query.from === undefined ? undefined : gte(payments.paid_at, atShopTime(query.from)),
      query.to === undefined ? undefined : lt(payments.paid_at, endOf(query.to)),
    )
    const [, list] = await Promise.all([
      mustExist(ctx, invoices, query.invoice_id),
      syncPage(ctx, payments, query, where, rows(ctx).$dynamic()),
    ])
    return list
  },
)

export const getPayment = read(
  {
    summary: 'Get payment',
    can: 'payments:read',
    module,
    params: Id,
    output: Payment,
    on: payments,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const recordPayment = write(
  {
    summary: 'Record payment',
    description:
      'Money that came in for an issued invoice, at most what is open. When nothing is open any more the invoice is paid.',
    can: 'payments:write',
    module,
    params: Id,
    body: z.object({
      amount: positiveAmount(),
      method: z.enum(methods),
      paid_at: moment().optional().describe('Now when absent'),
      reference: optionalText(),
    }),
    output: Payment,
    status: 201,
    on: invoices,
  },
  async (ctx, { params: { id }, body }) => {
    const { amount, method, reference } = body
    const paid_at = body.paid_at === undefined ? sql`app.now()` : atShopTime(body.paid_at)
    const [, , , , , payment] = await Promise.all([
      mustBeIssued(ctx, sql`${id}::bigint`),
      mustHaveComeIn(ctx, paid_at),
      method === 'cash' && cashMustStayAllowed(ctx, id, amount),
      insert(ctx, payments, { invoice_id: id, amount_cents: amount, method, reference, paid_at }),
      book(ctx, sql`${id}::bigint`, sql`${amount}::bigint`, paid_at),
      one(ctx, newId(payments)),
    ])
    return payment
  },
)

export const refundPayment = write(
  {
    summary: 'Refund payment',
    description: 'Money given back by hand; the invoice is open again for that amount.',
    can: 'payments:write',
    module,
    params: Id,
    body: z.object({
      amount: positiveAmount().optional().describe('All that was not refunded yet when absent'),
      reason: optionalText(1000),
    }),
    output: Payment,
    on: payments,
  },
  async (ctx, { params: { id }, body }) => {
    const invoice_id = subquery<number>(
      sql`select ${payments.invoice_id} from ${payments} where ${payments.id} = ${id}`,
    )
    const left = subquery<number>(
      sql`select ${payments.amount_cents} - ${payments.refunded_cents} from ${payments}
        where ${payments.id} = ${id} and ${payments.status} in ('paid', 'partially_refunded')`,
    )
    const amount_cents = body.amount === undefined ? left : sql`${body.amount}::bigint`
    const [, , , , , payment] = await Promise.all([
      mustBeIssued(ctx, invoice_id),
      guard(ctx, sql`${amount_cents} between 1 and ${left}`, {
        code: 'refund_exceeds_payment',
        message: 'The amount exceeds what is left of the payment.',
        field: 'amount',
      }),
      book(ctx, invoice_id, sql`-${amount_cents}`, sql`null::timestamptz`),
      update(ctx, payments, id, {
        refunded_cents: sql`${payments.refunded_cents} + ${amount_cents}`,
        status: sql`case when ${amount_cents} = ${left} then 'refunded' else 'partially_refunded' end`,
      }),
      record(ctx, 'payment.refunded', 'payment', id, { reason: [null, body.reason ?? null] }),
      one(ctx, id),
    ])
    return payment
  },
)

/** Locks the invoice, so that what is open stays so until the batch is done. */
const mustBeIssued = (ctx: Writing, id: SQL) =>
  guard(
    ctx,
    sql`exists (select from ${invoices} where ${invoices.id} = ${id}
      and ${invoices.status} in ('sent', 'paid') for update)`,
    { code: 'not_issued', message: 'Only an issued invoice can be paid.' },
  )

/** A day to spare, for whoever only knows the date. */
const mustHaveComeIn = (ctx: Writing, paid_at: SQL) =>
  guard(ctx, sql`${paid_at} between '2000-01-01' and app.now() + interval '1 day'`, {
    code: 'validation_failed',
    message: 'The paid at field must be a moment in the past.',
    field: 'paid_at',
  })

const cashLimit_cents = 300_000

/** Cash of 3,000 euros or more for goods is forbidden since 2026, also in parts (Stb. 2025, 362). */
const cashMustStayAllowed = (ctx: Writing, invoice_id: number, amount_cents: number) =>
  guard(
    ctx,
    subquery(sql`select coalesce(sum(${payments.amount_cents} - ${payments.refunded_cents}), 0) + ${amount_cents}::bigint < ${cashLimit_cents}::bigint
      from ${payments} where ${payments.invoice_id} = ${invoice_id} and ${payments.method} = 'cash'`),
    {
      code: 'cash_limit',
      message: 'Cash payments of an invoice must stay below 3000.00 in total.',
      field: 'amount',
    },
  )

/**
 * Adds to what was paid, or takes from it. The table itself refuses more than what is open.
 *
 * @param paid_at when the invoice is paid, if this settles it
 */
export const book = (ctx: Writing, invoice_id: SQL, amount_cents: SQL, paid_at: SQL) => {
  const isSettled = sql`${invoices.due_cents} = ${amount_cents}`
  return updateWhere(ctx, invoices, eq(invoices.id, invoice_id), {
    paid_cents: sql`${invoices.paid_cents} + ${amount_cents}`,
    status: sql`case when ${isSettled} then 'paid' else 'sent' end`,
    paid_at: sql`case when ${isSettled} then ${paid_at} end`,
  })
}
