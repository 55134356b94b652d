import { eq } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { atShopTime, insert, newId, record } from '../../db/rows.ts'
import { found, refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { payPurchaseInvoice } from '../payables/purchase-payments.ts'
import { receive } from '../payments/record-payment.ts'
import { payments, settlements } from '../payments/tables.ts'
import { TransactionDetail, transactionDetail } from './bank-transactions.ts'
import { MatchBody } from './match-input.ts'
import { type Plan, plansOf } from './match-plans.ts'
import { bankAllocations, bankTransactions } from './tables.ts'

export const matchBankTransaction = transact(
  {
    summary: 'Match bank transaction',
    description:
      'Says what the transaction, or a part of it, was for; all of it, or nothing. Amounts are above zero, in the ' +
      "transaction's own direction, together at most what is open of it. What is left stays on the suspense account.",
    can: 'bank:write',
    module: 'accounting',
    params: Id,
    body: MatchBody,
    output: TransactionDetail,
    on: bankTransactions,
  },
  async (ctx, { params: { id }, body }) => {
    const transaction = await holdTransaction(ctx, id)
    if (transaction.open_cents === 0) {
      throw refused('already_matched', 'The transaction is explained already.')
    }
    const plans = await plansOf(ctx, body.allocations, transaction.open_cents)
    for (const plan of plans) await allocate(ctx, transaction, plan)
    await record(ctx, 'bank_transaction.matched', 'bank_transaction', id)
    return transactionDetail(ctx, id)
  },
)

type Transaction = Awaited<ReturnType<typeof holdTransaction>>

/** The transaction, held: whoever else says what it was for comes after. */
export async function holdTransaction(ctx: Transacting, id: number) {
  const [transaction] = await ctx.db
    .select()
    .from(bankTransactions)
    .where(eq(bankTransactions.id, id))
    .for('update')
  return found(transaction)
}

/** Makes the record that a part is for, where it is not there yet, and says so. */
async function allocate(ctx: Transacting, transaction: Transaction, plan: Plan) {
  const { amount_cents, given } = plan
  await insert(ctx, bankAllocations, {
    ...(await make(ctx, transaction, plan)),
    bank_transaction_id: transaction.id,
    amount_cents,
    description: given.description ?? null,
  })
}

async function make(ctx: Transacting, transaction: Transaction, { target, id, ...plan }: Plan) {
  const { amount_cents, given } = plan
  const { booked_on } = transaction
  const reference = transaction.end_to_end_id ?? (transaction.description.slice(0, 255) || null)
  switch (target) {
    case 'invoice_id': {
      // The day is the bank's; noon is that day in every zone of the shop.
      const paid_at = atShopTime(`${booked_on}T12:00:00`)
      await receive(ctx, id, { amount: amount_cents, method: 'bank', reference, paid_at })
      return { kind: 'payment', payment_id: newId(payments) } as const
    }
    case 'purchase_invoice_id':
      return {
        kind: 'purchase_payment',
        purchase_payment_id: await payPurchaseInvoice(ctx, {
          purchase_invoice_id: id,
          amount_cents: -amount_cents,
          method: 'bank',
          paid_on: booked_on,
          reference,
        }),
      } as const
    case 'payment_id':
      return { kind: 'known_payment', payment_id: id } as const
    case 'refund_id':
      return { kind: 'known_refund', refund_id: id } as const
    case 'purchase_payment_id':
      return { kind: 'known_purchase_payment', purchase_payment_id: id } as const
    case 'account_id':
      return { kind: 'account', account_id: id } as const
    case 'settlement': {
      const { provider = 'mollie', gross = 0, fee, fee_vat } = given.settlement ?? {}
      await insert(ctx, settlements, {
        provider,
        settled_on: booked_on,
        gross_cents: gross,
        fee_cents: fee ?? 0,
        fee_vat_cents: fee_vat ?? 0,
        reference: given.settlement?.reference ?? null,
      })
      return { kind: 'settlement', settlement_id: newId(settlements) } as const
    }
  }
}
