import { asc, eq } from 'drizzle-orm'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read } from '../../verb.ts'
import { companies, customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { buyerOf, sellerOf } from './buyers.ts'
import type { CreditNoteDocument } from './documents/credit-note-pdf.ts'
import type { PrintedLine } from './documents/invoice-pdf.ts'
import { clausesOf } from './documents/texts.ts'
import {
  localeOf,
  printedBuyer,
  printedSeller,
  printedWith,
  printedWorkOrder,
} from './invoice-document.ts'
import { creditNoteLines, creditNotes, invoices } from './tables.ts'

/** Everything that the paper and the e-invoice of a credit note tell; two statements of one batch. */
export async function creditNoteToPrint(ctx: Reading, id: number) {
  const [[row], lines] = await Promise.all([
    ctx.db
      .select({ note: creditNotes, invoice: invoices, ...printedWith })
      .from(creditNotes)
      .innerJoin(invoices, eq(invoices.id, creditNotes.invoice_id))
      .innerJoin(customers, eq(customers.id, creditNotes.customer_id))
      .innerJoin(tenants, eq(tenants.id, creditNotes.tenant_id))
      .leftJoin(companies, eq(companies.id, customers.company_id))
      .leftJoin(workOrders, eq(workOrders.id, invoices.work_order_id))
      .where(eq(creditNotes.id, id)),
    ctx.db
      .select()
      .from(creditNoteLines)
      .where(eq(creditNoteLines.credit_note_id, id))
      .orderBy(asc(creditNoteLines.position)),
  ])
  const { customer, company, ...printed } = found(row)
  const buyer = printed.note.buyer ?? buyerOf(customer, company)
  return { ...printed, buyer, lines, locale: localeOf(printed.shop) }
}

export type CreditNoteToPrint = Awaited<ReturnType<typeof creditNoteToPrint>>

export const getCreditNotePdf = read(
  {
    summary: 'Get credit note as PDF',
    can: 'credit_notes:read',
    module: 'invoices',
    params: Id,
    file: 'application/pdf',
    on: creditNotes,
  },
  async (ctx, { params }) => {
    const printed = await creditNoteToPrint(ctx, params.id)
    // The renderer and its fonts are loaded when they are first needed.
    const [{ renderCreditNote }, { fonts }] = await Promise.all([
      import('./documents/credit-note-pdf.ts'),
      import('./documents/fonts.ts'),
    ])
    return {
      content: await renderCreditNote(documentOf(printed), fonts),
      content_type: 'application/pdf',
      filename: `${printed.note.credit_note_number}.pdf`,
      inline: true,
    }
  },
)

/** What is kept above zero is printed below it. */
function documentOf({
  note,
  invoice,
  buyer,
  shop,
  work_order,
  lines,
  locale,
}: CreditNoteToPrint): CreditNoteDocument {
  const vat_breakdown = note.vat_breakdown as CreditNoteDocument['vat_breakdown']
  return {
    locale,
    number: note.credit_note_number,
    credit_date: note.credit_date,
    status: note.status as CreditNoteDocument['status'],
    invoice_number: invoice.invoice_number ?? '',
    invoice_date: invoice.invoice_date,
    prices_include_vat: note.prices_include_vat,
    reason: note.reason,
    seller: printedSeller(note.seller ?? sellerOf(shop), shop),
    buyer: {
      ...printedBuyer(buyer, shop.country, locale),
      customer_number: String(note.customer_id),
    },
    work_order: printedWorkOrder(work_order),
    lines: lines.map(({ vat_rate, category, quantity, ...line }) => ({
      ...line,
      quantity: `-${quantity}`,
      total_excl_cents: -line.total_excl_cents,
      vat_rate: Number(vat_rate),
      category: category as PrintedLine['category'],
    })),
    subtotal_cents: -note.subtotal_cents,
    vat_breakdown: vat_breakdown.map((group) => ({
      ...group,
      base_cents: -group.base_cents,
      vat_cents: -group.vat_cents,
    })),
    total_cents: -note.total_cents,
    clauses: clausesOf(vat_breakdown, locale),
    footer: shop.invoice_footer,
  }
}
