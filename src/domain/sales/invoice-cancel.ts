import { and, eq, isNotNull, or, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { update, updateWhere } from '../../db/rows.ts'
import { found, Refusal, refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { tenants } from '../identity/tables.ts'
import { settle } from './credit-note-apply.ts'
import { addCreditNote, lockIssued } from './credit-note-draft.ts'
import { InvoiceDetail, oneInvoice } from './invoice-record.ts'
import { creditNotes, invoiceLines, invoices } from './tables.ts'

type Invoice = Awaited<ReturnType<typeof lockIssued>>

export const cancelInvoice = transact(
  {
    summary: 'Cancel invoice',
    description:
      'A draft, or an unpaid invoice: that one by a credit note of all that was not credited yet, and the goods of that come back into the stock. What it billed of a work order can be billed again.',
    can: 'invoices:write',
    module: 'invoices',
    params: Id,
    output: InvoiceDetail,
    on: invoices,
  },
  async (ctx, { params: { id } }) => {
    const [invoice] = await ctx.db
      .select({ status: invoices.status })
      .from(invoices)
      .where(eq(invoices.id, id))
      .for('update')
    const { status } = found(invoice)
    if (status === 'cancelled') {
      throw refused('cancelled', 'The invoice has been cancelled already.')
    }
    if (status !== 'draft') await creditInFull(ctx, await lockIssued(ctx, id))
    await update(ctx, invoices, id, { status: 'cancelled', cancelled_at: sql`app.now()` })
    await releaseLines(ctx, id)
    return oneInvoice(ctx, id)
  },
)

async function creditInFull(ctx: Transacting, invoice: Invoice) {
  if (invoice.paid_cents > 0) {
    throw refused('invoice_paid', 'The invoice has payments: refund them first, then cancel it.')
  }
  await refuseOpenNotes(ctx, invoice.id)
  const note = await addCreditNote(ctx, invoice, {
    reason: cancelled,
    asked: 'full',
    restock: true,
  }).catch(unlessCredited)
  if (note) await Promise.all(settle(ctx, note.id, invoice.id, note.total_cents))
}

/** In the language of the shop's documents. */
const cancelled = sql`(select case ${tenants.locale} when 'en' then 'Cancelled' else 'Geannuleerd' end
  from ${tenants} where ${tenants.id} = app.tenant())`

/** An invoice that other notes have credited in full needs none of its own. */
function unlessCredited(error: unknown) {
  if (error instanceof Refusal && error.code === 'nothing_to_credit') return undefined
  throw error
}

async function refuseOpenNotes(ctx: Transacting, invoice_id: number) {
  const [open] = await ctx.db
    .select({ number: creditNotes.credit_note_number })
    .from(creditNotes)
    .where(and(eq(creditNotes.invoice_id, invoice_id), eq(creditNotes.status, 'open')))
  if (!open) return
  throw refused(
    'open_credit_note',
    `Credit note ${open.number} of this invoice is open: apply or delete it first.`,
  )
}

/** What the invoice billed can be billed, and what it deducted be deducted, by another one. */
const releaseLines = (ctx: Transacting, invoice_id: number) =>
  updateWhere(
    ctx,
    invoiceLines,
    and(
      eq(invoiceLines.invoice_id, invoice_id),
      or(isNotNull(invoiceLines.work_order_line_id), isNotNull(invoiceLines.deposit_invoice_id)),
    ),
    { work_order_line_id: null, deposit_invoice_id: null },
  )
