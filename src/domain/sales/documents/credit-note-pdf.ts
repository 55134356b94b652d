import { formatDate } from '../../../lib/dates.ts'
import {
  type InvoiceDocument,
  identityOf,
  labelled,
  type PrintedParty,
  type PrintedSeller,
  senderOf,
  sumsOf,
  tableOf,
} from './invoice-pdf.ts'
import type { FontFiles } from './paper.ts'
import { drawSheet } from './sheet.ts'
import { type Locale, wordings } from './texts.ts'

/**
 * All a credit note shows (Wet OB art. 34f: it names the invoice that it corrects). Days are
 * `YYYY-MM-DD`; quantities and amounts are below zero, as they are printed.
 */
export type CreditNoteDocument = Pick<
  InvoiceDocument,
  'locale' | 'lines' | 'subtotal_cents' | 'vat_breakdown' | 'total_cents' | 'clauses' | 'footer'
> & {
  number: string
  credit_date: string
  status: 'open' | 'applied' | 'voided'
  invoice_number: string
  invoice_date: string
  prices_include_vat: boolean
  reason: string
  seller: PrintedSeller
  buyer: PrintedParty & { customer_number: string }
  work_order: InvoiceDocument['work_order']
}

const words: Record<
  Locale,
  {
    title: string
    voided: string
    creditedTo: string
    number: string
    date: string
    invoice: string
    invoiceDate: string
    reason: string
    corrects: (invoice: string, date: string) => string
    isApplied: (invoice: string) => string
  }
> = {
  nl: {
    title: 'Creditnota',
    voided: 'VERVALLEN',
    creditedTo: 'Creditnota aan',
    number: 'Creditnotanummer',
    date: 'Datum',
    invoice: 'Bij factuur',
    invoiceDate: 'Factuurdatum',
    reason: 'Reden',
    corrects: (invoice, date) => `Deze creditnota corrigeert factuur ${invoice} van ${date}.`,
    isApplied: (invoice) => `Het bedrag is verrekend met factuur ${invoice}.`,
  },
  en: {
    title: 'Credit note',
    voided: 'VOID',
    creditedTo: 'Credit to',
    number: 'Credit note number',
    date: 'Date',
    invoice: 'For invoice',
    invoiceDate: 'Invoice date',
    reason: 'Reason',
    corrects: (invoice, date) => `This credit note corrects invoice ${invoice} of ${date}.`,
    isApplied: (invoice) => `The amount has been deducted from invoice ${invoice}.`,
  },
}

/** The credit note as an A4 PDF. Equal documents give equal bytes; no text makes it fail. */
export function renderCreditNote(
  document: CreditNoteDocument,
  fonts: FontFiles,
): Promise<Uint8Array> {
  const { locale, seller, buyer, work_order, invoice_number, status } = document
  const shared = wordings[locale]
  const own = words[locale]
  const day = (date: string) => formatDate(date, locale)
  const details = [...buyer.address, ...(buyer.vat_id ? [`${shared.vatId} ${buyer.vat_id}`] : [])]
  const sheet = {
    language: shared.language,
    title: `${own.title} ${document.number}`,
    mark: status === 'voided' ? own.voided : null,
    created: new Date(`${document.credit_date}T00:00:00Z`),
    sender: senderOf(seller),
    recipient: { heading: own.creditedTo, name: buyer.name, details },
    meta: labelled([
      [own.number, document.number],
      [own.date, day(document.credit_date)],
      [own.invoice, invoice_number],
      [own.invoiceDate, day(document.invoice_date)],
      [shared.customerNumber, buyer.customer_number],
      [shared.workOrder, work_order?.number],
      [shared.device, work_order?.device],
    ]),
    intro: own.corrects(invoice_number, day(document.invoice_date)),
    table: tableOf(document, shared),
    totals: sumsOf(document, shared),
    clauses: [
      ...document.clauses,
      ...(status === 'applied' ? [own.isApplied(invoice_number)] : []),
    ],
    payment: null,
    notes: { heading: own.reason, text: document.reason },
    footer: {
      text: document.footer,
      identity: identityOf(seller, shared),
      pageOf: shared.pageOf,
    },
  }
  return drawSheet(sheet, fonts)
}
