import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { atShopTime, insert, newId, subquery } from '../../db/rows.ts'
import { Id, moment, optionalText, positiveAmount } from '../../schema.ts'
import { write } from '../../verb.ts'
import { invoices } from '../sales/tables.ts'
import { book, mustBeIssued, mustHaveComeIn, mustNotBeWrittenOff } from './booking.ts'
import { cashMustStayAllowed, lockLinked, roundingOf } from './cash.ts'
import { type Method, methods, onePayment, Payment } from './payments.ts'
import { payments } from './tables.ts'

/** What is said of money that came in. */
export const receipt = {
  amount: positiveAmount(),
  method: z.enum(methods),
  paid_at: moment().optional().describe('Now when absent'),
  reference: optionalText(),
}

/** The moment that a client gave, or now. */
export const receivedAt = (paid_at: string | undefined) =>
  paid_at === undefined ? sql`app.now()` : atShopTime(paid_at)

export const recordPayment = write(
  {
    summary: 'Record payment',
    description:
      'Money that came in for an issued invoice, at most what is open. When nothing is open any more the invoice is paid. Where the shop rounds cash, cash of the open amount to the nearest 5 cents settles it.',
    can: 'payments:write',
    module: 'invoices',
    params: Id,
    body: z.object(receipt),
    output: Payment,
    status: 201,
    on: invoices,
  },
  async (ctx, { params, body }) => {
    const [, payment] = await Promise.all([
      receive(ctx, params.id, { ...body, paid_at: receivedAt(body.paid_at) }),
      onePayment(ctx, newId(payments)),
    ])
    return payment
  },
)

/** Takes money for an issued invoice: the statements of recordPayment. */
export async function receive(
  ctx: Writing,
  invoice_id: number,
  money: { amount: number; method: Method; reference?: string | null | undefined; paid_at: SQL },
) {
  const { amount, method, reference, paid_at } = money
  const id = sql`${invoice_id}::bigint`
  const isCash = method === 'cash'
  const settles = subquery(sql`
    select ${payments.amount_cents} + ${payments.rounding_cents} from ${payments}
    where ${payments.id} = ${newId(payments)}`)
  await Promise.all([
    isCash && lockLinked(ctx, sql`array[${id}]`),
    mustBeIssued(ctx, id),
    mustNotBeWrittenOff(ctx, id),
    mustHaveComeIn(ctx, paid_at),
    insert(ctx, payments, {
      invoice_id,
      amount_cents: amount,
      method,
      reference,
      paid_at,
      rounding_cents: isCash ? roundingOf(id, sql`${amount}::bigint`) : 0,
    }),
    isCash && cashMustStayAllowed(ctx, sql`array[${id}]`),
    book(ctx, id, settles, paid_at),
  ])
}
