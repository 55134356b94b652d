import { desc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import {
  guard,
  insert,
  mustExist,
  newId,
  rowsBy,
  subquery,
  update,
  updateWhere,
} from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  ArrayPaging,
  day,
  Id,
  id,
  instant,
  money,
  optionalText,
  Stamps,
  signedAmount,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { bankAllocations } from '../bank/tables.ts'
import { mustBeUnmatched } from '../bank/unmatched.ts'
import { mustBePast } from '../ledger/days.ts'
import { purchaseInvoices, purchasePayments } from './tables.ts'

const module = 'accounting'
const methods = ['bank', 'cash', 'other'] as const

/** A payment of a purchase invoice as answered. */
const PurchasePayment = z.object({
  id: id(),
  purchase_invoice_id: id(),
  amount: money()
    .describe('Below zero: got back on a credit note')
    .meta({ examples: [107.69] }),
  method: z.enum(methods),
  paid_on: day(),
  reference: z.string().nullable(),
  voided_at: instant().nullable(),
  ...Stamps,
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: purchasePayments.id,
      purchase_invoice_id: purchasePayments.purchase_invoice_id,
      amount: purchasePayments.amount_cents,
      method: purchasePayments.method,
      paid_on: purchasePayments.paid_on,
      reference: purchasePayments.reference,
      voided_at: purchasePayments.voided_at,
      created_at: purchasePayments.created_at,
      updated_at: purchasePayments.updated_at,
    })
    .from(purchasePayments)

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [payment] = await rowsBy(ctx, rows, purchasePayments.id, id)
  return found(payment)
}

export const listPurchasePayments = read(
  {
    summary: 'List payments of purchase invoice',
    description: 'Newest first, voided ones included.',
    can: 'purchase_invoices:read',
    module,
    params: Id,
    query: ArrayPaging,
    output: z.array(PurchasePayment),
    on: purchaseInvoices,
  },
  async (ctx, { params, query }) => {
    const where = eq(purchasePayments.purchase_invoice_id, params.id)
    const [, list] = await Promise.all([
      mustExist(ctx, purchaseInvoices, params.id),
      arrayPage(ctx, purchasePayments, query, where, [desc(purchasePayments.id)], rows),
    ])
    return list
  },
)

export const createPurchasePayment = write(
  {
    summary: 'Record payment of purchase invoice',
    description:
      'Money that went to the supplier, at most what is open; of a credit note, money that came back, below zero. ' +
      'With nothing open any more the invoice is paid.',
    can: 'purchase_invoices:write',
    module,
    params: Id,
    body: z.object({
      amount: signedAmount(),
      method: z.enum(methods).describe('`other` sets it off against another invoice'),
      paid_on: day().optional().describe('Today when absent'),
      reference: optionalText(),
    }),
    output: PurchasePayment,
    status: 201,
    on: purchaseInvoices,
  },
  async (ctx, { params, body: { amount, ...said } }) => {
    const [, payment] = await Promise.all([
      payPurchaseInvoice(ctx, {
        ...said,
        purchase_invoice_id: params.id,
        amount_cents: amount,
      }),
      one(ctx, newId(purchasePayments)),
    ])
    return payment
  },
)

/**
 * Pays a booked purchase invoice, and answers the payment's id; statements of one tick, or of a transaction.
 *
 * @throws Refusal 422 `not_booked`, `overpayment` at `amount`, or `validation_failed` at `paid_on`
 */
export async function payPurchaseInvoice(
  ctx: Writing,
  {
    purchase_invoice_id: invoice_id,
    ...payment
  }: {
    purchase_invoice_id: number
    /** Signed as the invoice's total. */
    amount_cents: number
    method: (typeof methods)[number]
    /** Today when absent. */
    paid_on?: string | undefined
    reference?: string | null | undefined
  },
): Promise<number> {
  const cents = sql`${payment.amount_cents}::bigint`
  const of = (condition: SQL) => sql`exists (
    select from ${purchaseInvoices} where ${purchaseInvoices.id} = ${invoice_id} and ${condition})`
  const { due_cents } = purchaseInvoices
  const [, , , [added]] = await Promise.all([
    guard(
      ctx,
      sql`exists (select from ${purchaseInvoices} where ${purchaseInvoices.id} = ${invoice_id}
        and ${purchaseInvoices.status} in ('booked', 'paid') for update)`,
      { code: 'not_booked', message: 'Only a booked purchase invoice can be paid.' },
    ),
    guard(ctx, of(sql`${cents} between least(${due_cents}, 0) and greatest(${due_cents}, 0)`), {
      code: 'overpayment',
      message: 'The amount exceeds what is open on the purchase invoice.',
      field: 'amount',
    }),
    mustBePast(ctx, payment.paid_on, 'paid_on'),
    insert(ctx, purchasePayments, { ...payment, purchase_invoice_id: invoice_id }),
    book(ctx, sql`${invoice_id}::bigint`, cents),
  ])
  return found(added).id
}

/** Adds to what was paid of a locked purchase invoice, or takes from it. */
const book = (ctx: Writing, invoice_id: SQL, amount_cents: SQL) =>
  updateWhere(ctx, purchaseInvoices, eq(purchaseInvoices.id, invoice_id), {
    paid_cents: sql`${purchaseInvoices.paid_cents} + ${amount_cents}`,
    status: sql`case when ${purchaseInvoices.due_cents} = ${amount_cents} then 'paid' else 'booked' end`,
  })

export const voidPurchasePayment = write(
  {
    summary: 'Void payment of purchase invoice',
    description:
      'One that was a mistake: the invoice is open again, and the entry undone. Refused while a line of a bank ' +
      'statement names it.',
    can: 'purchase_invoices:write',
    module,
    params: Id,
    output: PurchasePayment,
    on: purchasePayments,
  },
  async (ctx, { params: { id } }) => {
    const [, , payment] = await Promise.all([
      takeBackPayment(ctx, id),
      mustBeUnmatched(ctx, bankAllocations.purchase_payment_id, id, 'payment'),
      one(ctx, id),
    ])
    return payment
  },
)

/** Undoes a payment, whatever names it; locks its invoice, then itself. 422 `voided` when it was undone before. */
export async function takeBackPayment(ctx: Writing, id: number) {
  const of = <T>(column: SQL) =>
    subquery<T>(sql`select ${column} from ${purchasePayments} where ${purchasePayments.id} = ${id}`)
  const invoice_id = of<number>(sql`${purchasePayments.purchase_invoice_id}`)
  await Promise.all([
    ctx.db.execute(
      sql`select from ${purchaseInvoices} where ${purchaseInvoices.id} = ${invoice_id} for update`,
    ),
    guard(
      ctx,
      sql`exists (select from ${purchasePayments} where ${purchasePayments.id} = ${id}
        and ${purchasePayments.voided_at} is null for update)`,
      { code: 'voided', message: 'The payment has been voided already.' },
    ),
    book(ctx, invoice_id, of(sql`-${purchasePayments.amount_cents}`)),
    update(ctx, purchasePayments, id, { voided_at: sql`app.now()` }),
  ])
}
