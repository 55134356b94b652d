import { and, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insert, record, remove, update } from '../../db/rows.ts'
import { found, invalid, refused } from '../../refusal.ts'
import { Id, id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { takeBackPayment } from '../payables/purchase-payments.ts'
import { mustBeIssued } from '../payments/booking.ts'
import { giveBack } from '../payments/refund-payment.ts'
import { payments, refunds, settlements } from '../payments/tables.ts'
import { TransactionDetail, transactionDetail } from './bank-transactions.ts'
import { holdTransaction } from './match.ts'
import { bankAllocations, bankTransactions } from './tables.ts'

export const unmatchBankTransaction = transact(
  {
    summary: 'Unmatch bank transaction',
    description:
      'Takes one allocation back: the amount is open again. What the match had made goes with it: a settlement or ' +
      'a payment to a supplier is voided; a payment of a customer stays in the books as given back in full, so that ' +
      'the invoice is open again, though no money went back.',
    can: 'bank:write',
    module: 'accounting',
    params: Id,
    body: z.object({ allocation_id: id() }),
    output: TransactionDetail,
    on: bankTransactions,
  },
  async (ctx, { params, body }) => {
    await holdTransaction(ctx, params.id)
    const [allocation] = await ctx.db
      .select()
      .from(bankAllocations)
      .where(
        and(
          eq(bankAllocations.id, body.allocation_id),
          eq(bankAllocations.bank_transaction_id, params.id),
        ),
      )
    if (!allocation) {
      throw invalid({ allocation_id: ['The selected allocation id is invalid.'] })
    }
    await remove(ctx, bankAllocations, allocation.id)
    await undo[allocation.kind]?.(ctx, allocation)
    await record(ctx, 'bank_transaction.unmatched', 'bank_transaction', params.id)
    return transactionDetail(ctx, params.id)
  },
)

type Allocation = typeof bankAllocations.$inferSelect

/** What a match had made, by the kind of allocation. */
const undo: Partial<
  Record<Allocation['kind'], (ctx: Transacting, made: Allocation) => Promise<void>>
> = {
  payment: async (ctx, { payment_id }) => {
    const id = payment_id ?? 0
    const payment = await paymentOf(ctx, id)
    await mustBeIssued(ctx, sql`${payment.invoice_id}::bigint`)
    // Once the invoice is held nobody else gives money back.
    const { amount_cents, refunded_cents } = await paymentOf(ctx, id)
    if (refunded_cents !== 0) {
      const message = 'Money of this payment was given back already; it cannot be taken back.'
      throw refused('payment_refunded', message, { allocation_id: [message] })
    }
    const reason = 'Bank transaction matched by mistake'
    await insert(ctx, refunds, { payment_id: id, amount_cents, reason, is_correction: true })
    await giveBack(ctx, id, sql`${amount_cents}::bigint`)
  },
  purchase_payment: (ctx, { purchase_payment_id }) =>
    takeBackPayment(ctx, purchase_payment_id ?? 0),
  settlement: (ctx, { settlement_id }) =>
    update(ctx, settlements, settlement_id ?? 0, { voided_at: sql`app.now()` }),
}

async function paymentOf(ctx: Transacting, id: number) {
  const [payment] = await ctx.db
    .select({
      invoice_id: payments.invoice_id,
      amount_cents: payments.amount_cents,
      refunded_cents: payments.refunded_cents,
    })
    .from(payments)
    .where(eq(payments.id, id))
  return found(payment)
}
