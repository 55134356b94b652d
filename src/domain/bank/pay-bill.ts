import { eq, type SQL, sql } from 'drizzle-orm'
import type { Writing } from '../../context.ts'
import { insert, update, updateWhere } from '../../db/rows.ts'
import { purchaseInvoices, purchasePayments } from '../payables/tables.ts'

/** Books money that went to a supplier, or, below zero, came back; the table refuses more than is open. */
export async function payBill(
  ctx: Writing,
  purchase_invoice_id: number,
  money: { amount_cents: number; paid_on: string; reference: string | null },
) {
  await Promise.all([
    insert(ctx, purchasePayments, { purchase_invoice_id, method: 'bank', ...money }),
    settle(ctx, purchase_invoice_id, sql`${money.amount_cents}::bigint`),
  ])
}

/** Takes such a payment back: it had not been for this invoice. */
export async function voidBillPayment(
  ctx: Writing,
  payment: { id: number; purchase_invoice_id: number; amount_cents: number },
) {
  await Promise.all([
    update(ctx, purchasePayments, payment.id, { voided_at: sql`app.now()` }),
    settle(ctx, payment.purchase_invoice_id, sql`${-payment.amount_cents}::bigint`),
  ])
}

const settle = (ctx: Writing, id: number, amount_cents: SQL) =>
  updateWhere(ctx, purchaseInvoices, eq(purchaseInvoices.id, id), {
    paid_cents: sql`${purchaseInvoices.paid_cents} + ${amount_cents}`,
    status: sql`case when ${purchaseInvoices.due_cents} = ${amount_cents} then 'paid' else 'booked' end`,
  })
