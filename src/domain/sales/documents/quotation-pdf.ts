import { formatDate } from '../../../lib/dates.ts'
import {
  type InvoiceDocument,
  identityOf,
  labelled,
  type PrintedParty,
  type PrintedSeller,
  recipientOf,
  senderOf,
  sumsOf,
  tableOf,
} from './invoice-pdf.ts'
import type { FontFiles } from './paper.ts'
import { type Locale, wordings } from './texts.ts'

/** All a quotation shows. Days are `YYYY-MM-DD`, amounts whole cents as they were stored. */
export type QuotationDocument = Pick<
  InvoiceDocument,
  | 'locale'
  | 'lines'
  | 'prices_include_vat'
  | 'discount_pct'
  | 'subtotal_cents'
  | 'vat_breakdown'
  | 'total_cents'
  | 'clauses'
  | 'work_order'
  | 'notes'
> & {
  kind: 'quotation' | 'draft'
  number: string
  quotation_date: string
  valid_until: string | null
  seller: PrintedSeller
  buyer: PrintedParty & { customer_number: string }
}

const words: Record<
  Locale,
  {
    title: string
    draft: string
    offeredTo: string
    number: string
    date: string
    validUntil: string
    agree: (date: string | null) => string
  }
> = {
  nl: {
    title: 'Offerte',
    draft: 'Conceptofferte',
    offeredTo: 'Offerte voor',
    number: 'Offertenummer',
    date: 'Offertedatum',
    validUntil: 'Geldig tot en met',
    agree: (date) =>
      `Gaat u akkoord? Laat het ons ${date ? `uiterlijk op ${date} ` : ''}weten, onder vermelding van het offertenummer.`,
  },
  en: {
    title: 'Quotation',
    draft: 'Draft quotation',
    offeredTo: 'Quotation for',
    number: 'Quotation number',
    date: 'Quotation date',
    validUntil: 'Valid until',
    agree: (date) =>
      `Do you agree? Please let us know${date ? ` by ${date}` : ''}, mentioning the quotation number.`,
  },
}

/** The quotation as an A4 PDF. Equal documents give equal bytes; no text makes it fail. */
export async function renderQuotation(
  document: QuotationDocument,
  fonts: FontFiles,
): Promise<Uint8Array> {
  const { drawSheet } = await import('./sheet.ts')
  const { kind, locale, seller, buyer, work_order, notes } = document
  const shared = wordings[locale]
  const own = words[locale]
  const day = (date: string | null) => date && formatDate(date, locale)
  const sheet = {
    language: shared.language,
    title: `${kind === 'draft' ? own.draft : own.title} ${document.number}`,
    mark: kind === 'draft' ? shared.marks.draft : null,
    created: new Date(`${document.quotation_date}T00:00:00Z`),
    sender: senderOf(seller),
    recipient: recipientOf(own.offeredTo, buyer, shared),
    meta: labelled([
      [own.number, document.number],
      [own.date, day(document.quotation_date)],
      [own.validUntil, day(document.valid_until)],
      [shared.customerNumber, buyer.customer_number],
      [shared.workOrder, work_order?.number],
      [shared.device, work_order?.device],
    ]),
    intro: null,
    table: tableOf(document, shared),
    totals: sumsOf(document, shared),
    clauses: [...document.clauses, own.agree(day(document.valid_until))],
    payment: null,
    notes: notes ? { heading: shared.notes, text: notes } : null,
    footer: { text: null, identity: identityOf(seller, shared), pageOf: shared.pageOf },
  }
  return drawSheet(sheet, fonts)
}
