import { eq, type SQL, sql } from 'drizzle-orm'
import type { Writing } from '../../context.ts'
import { guard, updateWhere } from '../../db/rows.ts'
import { invoices } from '../sales/tables.ts'

/** Locks the invoice, so that what is open stays so until the transaction is done. */
export const mustBeIssued = (ctx: Writing, id: SQL) =>
  guard(
    ctx,
    sql`exists (select from ${invoices} where ${invoices.id} = ${id}
      and ${invoices.status} in ('sent', 'paid') for update)`,
    { code: 'not_issued', message: 'Only an issued invoice can be paid.' },
  )

/** What was written off is opened by a reversal, so that its VAT is owed again. */
export const mustNotBeWrittenOff = (ctx: Writing, id: SQL) =>
  guard(
    ctx,
    sql`not exists (select from ${invoices} where ${invoices.id} = ${id}
      and ${invoices.written_off_cents} > 0 and ${invoices.due_cents} <= 0)`,
    {
      code: 'overpaid',
      message: 'The invoice was written off, so that nothing is open; reverse the write-off first.',
      field: 'amount',
    },
  )

/** A day to spare, for whoever only knows the date. */
export const mustHaveComeIn = (ctx: Writing, paid_at: SQL) =>
  guard(ctx, sql`${paid_at} between '2000-01-01' and app.now() + interval '1 day'`, {
    code: 'validation_failed',
    message: 'The paid at field must be a moment in the past.',
    field: 'paid_at',
  })

/**
 * Adds to what was paid of an invoice, or takes from it. The table itself refuses more than what is open.
 *
 * @param paid_at when the invoice is paid, if this settles it
 */
export const book = (ctx: Writing, invoice_id: SQL, amount_cents: SQL, paid_at: SQL) =>
  bookEach(ctx, eq(invoices.id, invoice_id), amount_cents, paid_at)

/** The same for several invoices; the amount is an expression of the invoice's own columns. */
export const bookEach = (ctx: Writing, which: SQL, amount_cents: SQL, paid_at: SQL) => {
  const isSettled = sql`${invoices.due_cents} = ${amount_cents}`
  return updateWhere(ctx, invoices, which, {
    paid_cents: sql`${invoices.paid_cents} + ${amount_cents}`,
    status: sql`case when ${isSettled} then 'paid' else 'sent' end`,
    paid_at: sql`case when ${isSettled} then ${paid_at} end`,
  })
}
