import { formatDate } from '../../lib/dates.ts'
import { decimal } from '../../lib/money.ts'
import {
  identityOf,
  labelled,
  type PrintedParty,
  type PrintedSeller,
  recipientOf,
  senderOf,
} from '../sales/documents/invoice-pdf.ts'
import type { FontFiles } from '../sales/documents/paper.ts'
import { drawSheet } from '../sales/documents/sheet.ts'
import { type Locale, printedDecimal, printedMoney, wordings } from '../sales/documents/texts.ts'

/** All a purchase order shows. Days are `YYYY-MM-DD`, amounts whole cents, excl. VAT. */
export interface PurchaseOrderDocument {
  kind: 'order' | 'draft' | 'cancelled'
  locale: Locale
  number: string
  order_date: string
  expected_at: string | null
  /** The shop, which buys. */
  buyer: PrintedSeller
  supplier: PrintedParty
  /** By which the supplier knows the shop. */
  customer_number: string | null
  reference: string | null
  /** Where to deliver, one entry per printed line. */
  delivery: string[]
  lines: {
    article_code: string | null
    name: string
    quantity: number
    /** Decimal text. */
    unit_price: string
    total_cents: number
  }[]
  total_cents: number
  notes: string | null
}

interface Words {
  titles: Record<PurchaseOrderDocument['kind'], string>
  cancelled: string
  orderedFrom: string
  number: string
  date: string
  expected: string
  customerNumber: string
  reference: string
  delivery: string
  articleCode: string
  article: string
  total: string
  mention: (number: string) => string
}

const words: Record<Locale, Words> = {
  nl: {
    titles: {
      order: 'Bestelling',
      draft: 'Conceptbestelling',
      cancelled: 'Geannuleerde bestelling',
    },
    cancelled: 'GEANNULEERD',
    orderedFrom: 'Bestelling bij',
    number: 'Bestelnummer',
    date: 'Besteldatum',
    expected: 'Gewenste levering',
    customerNumber: 'Ons klantnummer',
    reference: 'Referentie',
    delivery: 'Afleveradres',
    articleCode: 'Uw artikelcode',
    article: 'Artikel',
    total: 'Totaal excl. btw',
    mention: (number) =>
      `Wilt u bestelnummer ${number} vermelden op de pakbon en de factuur, en het ons laten weten als iets niet of later geleverd wordt?`,
  },
  en: {
    titles: {
      order: 'Purchase order',
      draft: 'Draft purchase order',
      cancelled: 'Cancelled purchase order',
    },
    cancelled: 'CANCELLED',
    orderedFrom: 'Ordered from',
    number: 'Order number',
    date: 'Order date',
    expected: 'Delivery wanted',
    customerNumber: 'Customer number',
    reference: 'Reference',
    delivery: 'Deliver to',
    articleCode: 'Your article code',
    article: 'Article',
    total: 'Total excl. VAT',
    mention: (number) =>
      `Please mention order number ${number} on the delivery note and the invoice, and tell us what cannot be delivered, or not in time.`,
  },
}

/** The purchase order as an A4 PDF. Equal documents give equal bytes; no text makes it fail. */
export function renderPurchaseOrder(
  document: PurchaseOrderDocument,
  fonts: FontFiles,
): Promise<Uint8Array> {
  const { kind, locale, number, buyer, notes } = document
  const shared = wordings[locale]
  const own = words[locale]
  const marks = { order: null, draft: shared.marks.draft, cancelled: own.cancelled }
  return drawSheet(
    {
      language: shared.language,
      title: `${own.titles[kind]} ${number}`,
      mark: marks[kind],
      created: new Date(`${document.order_date}T00:00:00Z`),
      sender: senderOf(buyer),
      recipient: recipientOf(own.orderedFrom, document.supplier, shared),
      meta: metaOf(document, own),
      intro: null,
      table: tableOf(document, own),
      totals: [
        { label: own.total, value: printedMoney(document.total_cents, locale), strong: true },
      ],
      clauses: [own.mention(number)],
      payment: null,
      notes: notes ? { heading: shared.notes, text: notes } : null,
      footer: { text: null, identity: identityOf(buyer, shared), pageOf: shared.pageOf },
    },
    fonts,
  )
}

function metaOf(document: PurchaseOrderDocument, own: Words) {
  const day = (date: string | null) => date && formatDate(date, document.locale)
  return labelled([
    [own.number, document.number],
    [own.date, day(document.order_date)],
    [own.expected, day(document.expected_at)],
    [own.customerNumber, document.customer_number],
    [own.reference, document.reference],
    [own.delivery, document.delivery.join('\n')],
  ])
}

/** The supplier's code last but for the figures: it is what the supplier looks for. */
function tableOf({ lines, locale }: PurchaseOrderDocument, own: Words) {
  const { quantity, priced } = wordings[locale]
  const amount = (value: string) => printedDecimal(value, locale, 2)
  return {
    headings: [own.article, own.articleCode, quantity, priced.excl.unitPrice, priced.excl.amount],
    rows: lines.map((line) => [
      line.name,
      line.article_code ?? '',
      printedDecimal(line.quantity, locale),
      amount(line.unit_price),
      amount(decimal(line.total_cents)),
    ]),
  }
}
