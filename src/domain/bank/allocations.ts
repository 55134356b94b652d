import { asc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { subquery } from '../../db/rows.ts'
import { id, instant, money } from '../../schema.ts'
import { purchasePayments } from '../payables/tables.ts'
import { payments, refunds } from '../payments/tables.ts'
import { bankAllocations } from './tables.ts'

/** What a transaction, or a part of it, was for. */
export const Allocation = z.object({
  id: id(),
  kind: z
    .string()
    .describe(
      'payment, purchase_payment and settlement were made by the match; known_payment, known_refund and known_purchase_payment were there before; account',
    )
    .meta({ examples: ['payment'] }),
  amount: money()
    .describe('Signed as the transaction')
    .meta({ examples: [107.69] }),
  invoice_id: id().nullable().describe('Whose payment or refund it is'),
  payment_id: id().nullable(),
  refund_id: id().nullable(),
  purchase_invoice_id: id().nullable(),
  purchase_payment_id: id().nullable(),
  settlement_id: id().nullable(),
  account_id: id().nullable(),
  description: z.string().nullable(),
  created_at: instant(),
})

/** The allocations of a transaction, in the order in which they were made. */
export const allocationsOf = (ctx: Selecting, transaction_id: number) =>
  ctx.db
    .select({
      id: bankAllocations.id,
      kind: bankAllocations.kind,
      amount: bankAllocations.amount_cents,
      invoice_id: subquery<number | null>(
        sql`select ${payments.invoice_id} from ${payments} where ${payments.id} = coalesce(${bankAllocations.payment_id},
          (select ${refunds.payment_id} from ${refunds} where ${refunds.id} = ${bankAllocations.refund_id}))`,
      ).mapWith(numberOrNull),
      payment_id: bankAllocations.payment_id,
      refund_id: bankAllocations.refund_id,
      purchase_invoice_id: subquery<number | null>(
        sql`select ${purchasePayments.purchase_invoice_id} from ${purchasePayments}
          where ${purchasePayments.id} = ${bankAllocations.purchase_payment_id}`,
      ).mapWith(numberOrNull),
      purchase_payment_id: bankAllocations.purchase_payment_id,
      settlement_id: bankAllocations.settlement_id,
      account_id: bankAllocations.account_id,
      description: bankAllocations.description,
      created_at: bankAllocations.created_at,
    })
    .from(bankAllocations)
    .where(eq(bankAllocations.bank_transaction_id, transaction_id))
    .orderBy(asc(bankAllocations.id))

const numberOrNull = (value: unknown) => (value === null ? null : Number(value))
