import { and, asc, gte, inArray, lt, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { syncPage } from '../../db/pages.ts'
import { atShopTime, mustExist, rowsBy, same } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, Id, id, idText, instant, money, Stamps, Syncing, syncPageOf } from '../../schema.ts'
import { read } from '../../verb.ts'
import { invoices } from '../sales/tables.ts'
import { ofBranch } from '../staff/of-branch.ts'
import { branches } from '../staff/tables.ts'
import { payments } from './tables.ts'

export const methods = ['cash', 'pin', 'bank', 'ideal', 'card', 'other'] as const
export type Method = (typeof methods)[number]

const statuses = ['pending', 'paid', 'failed', 'refunded', 'partially_refunded'] as const

/** A payment as answered. */
export const Payment = z.object({
  id: id(),
  invoice_id: id(),
  amount: money().meta({ examples: [107.69] }),
  method: z.string().meta({ examples: ['pin'] }),
  status: z.string().meta({ examples: ['paid'] }),
  amount_refunded: money().meta({ examples: [0] }),
  rounding: money()
    .describe('Cash is rounded to 5 cents: 10.02 open and 10.00 paid is 0.02')
    .meta({ examples: [0] }),
  amount_unapplied: money()
    .describe('Paid through a provider beyond what was open, and not given back')
    .meta({ examples: [0] }),
  provider: z.string().nullable(),
  provider_id: z.string().nullable(),
  reference: z.string().nullable(),
  paid_at: instant().nullable(),
  ...Stamps,
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: payments.id,
      invoice_id: payments.invoice_id,
      amount: payments.amount_cents,
      method: payments.method,
      status: payments.status,
      amount_refunded: payments.refunded_cents,
      rounding: payments.rounding_cents,
      amount_unapplied: payments.unapplied_cents,
      provider: payments.provider,
      provider_id: payments.provider_id,
      reference: payments.reference,
      paid_at: payments.paid_at,
      created_at: payments.created_at,
      updated_at: payments.updated_at,
    })
    .from(payments)

/** One payment as answered, by id or by a subquery for it. */
export const onePayment = async (ctx: Selecting, id: number | SQL<number>) => {
  const [payment] = await rowsBy(ctx, rows, payments.id, id)
  return found(payment)
}

/** Those payments as answered, in the order of their ids. */
export const paymentsOf = (ctx: Selecting, ids: number[]) =>
  rows(ctx).where(inArray(payments.id, ids)).orderBy(asc(payments.id))

/** The first moment of the day after, in the shop's zone. */
const endOf = (date: string) => sql`app.instant((${date}::date + 1)::text)`

export const listPayments = read(
  {
    summary: 'List payments',
    can: 'payments:read',
    module: 'invoices',
    query: Syncing.extend({
      invoice_id: idText().optional(),
      branch_id: idText().optional().describe('Of the invoice'),
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
      ofBranch(payments.invoice_id, invoices, query.branch_id),
      same(payments.method, query.method),
      same(payments.status, query.status),
      query.from === undefined ? undefined : gte(payments.paid_at, atShopTime(query.from)),
      query.to === undefined ? undefined : lt(payments.paid_at, endOf(query.to)),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, invoices, query.invoice_id),
      mustExist(ctx, branches, query.branch_id),
      syncPage(ctx, payments, query, where, rows),
    ])
    return list
  },
)

export const getPayment = read(
  {
    summary: 'Get payment',
    can: 'payments:read',
    module: 'invoices',
    params: Id,
    output: Payment,
    on: payments,
  },
  (ctx, { params }) => onePayment(ctx, params.id),
)
