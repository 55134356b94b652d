import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../../context.ts'
import { subquery } from '../../../db/rows.ts'
import { found, refused } from '../../../refusal.ts'
import { Id } from '../../../schema.ts'
import { read } from '../../../verb.ts'
import { payments } from '../../payments/tables.ts'
import { sellerOf } from '../buyers.ts'
import { creditNoteToPrint } from '../credit-note-document.ts'
import { invoiceToPrint } from '../invoice-document.ts'
import { creditNotes, invoices } from '../tables.ts'
import { type EInvoice, type Profile, profiles } from './e-invoice.ts'

const query = z.object({
  profile: z.enum(profiles).optional().describe('Peppol BIS Billing 3.0 when absent, or NLCIUS'),
})

export const getInvoiceUbl = read(
  {
    summary: 'Get invoice as e-invoice',
    description: 'UBL 2.1 of an issued invoice. What the profile asks and it lacks is named: 422.',
    can: 'invoices:read',
    module: 'invoices',
    params: Id,
    query,
    file: 'application/xml',
    on: invoices,
  },
  async (ctx, { params, query: { profile } }) => {
    const [printed, rounding_cents] = await Promise.all([
      invoiceToPrint(ctx, params.id),
      roundingOf(ctx, params.id),
    ])
    const { invoice, buyer, work_order, lines, shop } = printed
    const number = invoice.invoice_number
    if (number === null) throw refused('not_issued', 'Only an issued invoice is an e-invoice.')
    return fileOf(
      {
        ...invoice,
        kind: 'invoice',
        number,
        issue_date: invoice.invoice_date,
        delivery_date: invoice.supply_date ?? invoice.invoice_date,
        note: invoice.notes,
        buyer_reference: work_order?.ticket_no ?? number,
        corrects: null,
        seller: invoice.seller ?? sellerOf(shop),
        buyer,
        lines,
        // The rounding is in what counts as paid, and no money came in for it.
        prepaid_cents: invoice.paid_cents - rounding_cents,
        rounding_cents: -rounding_cents || 0,
      },
      profile,
    )
  },
)

export const getCreditNoteUbl = read(
  {
    summary: 'Get credit note as e-invoice',
    description: 'UBL 2.1. What the profile asks and the credit note lacks is named: 422.',
    can: 'credit_notes:read',
    module: 'invoices',
    params: Id,
    query,
    file: 'application/xml',
    on: creditNotes,
  },
  async (ctx, { params, query: { profile } }) => {
    const printed = await creditNoteToPrint(ctx, params.id)
    const { note, invoice, buyer, work_order, lines, shop } = printed
    if (note.status === 'voided') throw refused('voided', 'The credit note has been voided.')
    const invoice_number = invoice.invoice_number ?? ''
    return fileOf(
      {
        ...note,
        kind: 'credit_note',
        number: note.credit_note_number,
        issue_date: note.credit_date,
        due_date: null,
        delivery_date: invoice.supply_date ?? invoice.invoice_date,
        note: note.reason,
        buyer_reference: work_order?.ticket_no ?? invoice_number,
        corrects: { number: invoice_number, date: invoice.invoice_date },
        seller: note.seller ?? sellerOf(shop),
        buyer,
        lines,
        prepaid_cents: 0,
        rounding_cents: 0,
      },
      profile,
    )
  },
)

/** What cash payments of an invoice left open, or took, by being rounded to 5 cents. */
async function roundingOf(ctx: Reading, invoice_id: number): Promise<number> {
  const [row] = await ctx.db
    .select({
      cents: subquery<string>(sql`select coalesce(sum(${payments.rounding_cents}), 0)
        from ${payments} where ${payments.invoice_id} = ${invoice_id}
          and ${payments.status} in ('paid', 'partially_refunded')`),
    })
    .from(invoices)
    .where(eq(invoices.id, invoice_id))
  return Number(found(row).cents)
}

/** The writer of XML is loaded when it is first needed. */
async function fileOf(document: EInvoice, profile: Profile = 'peppol') {
  const [{ refuseIncomplete }, { ublOf }] = await Promise.all([
    import('./parties.ts'),
    import('./ubl.ts'),
  ])
  refuseIncomplete(document, profile)
  return {
    content: new TextEncoder().encode(ublOf(document, profile)),
    content_type: 'application/xml',
    filename: `${document.number}.xml`,
  }
}
