import { formatDate } from '../../../lib/dates.ts'
import {
  identityOf,
  labelled,
  type PrintedParty,
  type PrintedSeller,
  senderOf,
} from './invoice-pdf.ts'
import type { FontFiles } from './paper.ts'
import { drawSheet, type Sheet } from './sheet.ts'
import { type Locale, printedDecimal, wordings } from './texts.ts'

/** All that the contract of a price agreement shows. Days are `YYYY-MM-DD`. */
export type ContractDocument = {
  kind: 'contract' | 'draft'
  locale: Locale
  number: string
  contract_date: string
  seller: PrintedSeller
  buyer: PrintedParty & { customer_number: string }
  /** Who signs for the buyer. */
  signatory: string
  service: { name: string; sku: string | null }
  /** Excl. VAT, decimal text. */
  agreed_price: string
  valid_from: string
  valid_until: string | null
  signed_on: string | null
  /** PNG. */
  signature: Uint8Array | null
}

const words = {
  nl: {
    title: 'Prijsafspraak',
    draft: 'Concept prijsafspraak',
    agreedWith: 'Prijsafspraak met',
    number: 'Nummer',
    date: 'Datum',
    validFrom: 'Geldig vanaf',
    validUntil: 'Geldig tot en met',
    openEnded: 'onbepaalde tijd',
    intro: (shop: string, customer: string) =>
      `${shop} en ${customer} spreken de volgende vaste prijs af.`,
    service: 'Dienst of product',
    sku: 'Artikelnummer',
    price: 'Vaste prijs excl. btw',
    euro: '€ ',
    vat: 'De prijs geldt per stuk. De btw komt erbij, naar het tarief van de dag van levering.',
    period: (from: string, until: string | null) =>
      until
        ? `De afspraak geldt voor opdrachten van ${from} tot en met ${until}.`
        : `De afspraak geldt voor opdrachten vanaf ${from}, voor onbepaalde tijd.`,
    forShop: 'Namens',
    forCustomer: 'Voor akkoord',
    signedOn: (date: string) => `Ondertekend op ${date}`,
  },
  en: {
    title: 'Price agreement',
    draft: 'Draft price agreement',
    agreedWith: 'Price agreement with',
    number: 'Number',
    date: 'Date',
    validFrom: 'Valid from',
    validUntil: 'Valid until',
    openEnded: 'open-ended',
    intro: (shop: string, customer: string) =>
      `${shop} and ${customer} agree on the following fixed price.`,
    service: 'Service or product',
    sku: 'Article number',
    price: 'Fixed price excl. VAT',
    euro: '€',
    vat: 'The price is per unit. VAT is added at the rate of the day of supply.',
    period: (from: string, until: string | null) =>
      until
        ? `The agreement holds for orders from ${from} up to and including ${until}.`
        : `The agreement holds for orders from ${from}, for an indefinite period.`,
    forShop: 'On behalf of',
    forCustomer: 'Agreed by',
    signedOn: (date: string) => `Signed on ${date}`,
  },
} satisfies Record<Locale, object>

/** The contract as an A4 PDF. Equal documents give equal bytes; no text makes it fail. */
export function renderContract(document: ContractDocument, fonts: FontFiles): Promise<Uint8Array> {
  return drawSheet(sheetOf(document), fonts)
}

function sheetOf(document: ContractDocument): Sheet {
  const { kind, locale, seller, buyer, service } = document
  const shared = wordings[locale]
  const own = words[locale]
  const day = (date: string) => formatDate(date, locale)
  const until = document.valid_until && day(document.valid_until)
  const sku = service.sku ? `\n${own.sku} ${service.sku}` : ''
  return {
    language: shared.language,
    title: `${kind === 'draft' ? own.draft : own.title} ${document.number}`,
    mark: kind === 'draft' ? shared.marks.draft : null,
    created: new Date(`${document.contract_date}T00:00:00Z`),
    sender: senderOf(seller),
    recipient: { heading: own.agreedWith, name: buyer.name, details: buyer.address },
    meta: labelled([
      [own.number, document.number],
      [own.date, day(document.contract_date)],
      [own.validFrom, day(document.valid_from)],
      [own.validUntil, until ?? own.openEnded],
      [shared.customerNumber, buyer.customer_number],
    ]),
    intro: own.intro(seller.name, buyer.name),
    table: {
      headings: [own.service, own.price],
      rows: [
        [`${service.name}${sku}`, own.euro + printedDecimal(document.agreed_price, locale, 2)],
      ],
    },
    totals: [],
    clauses: [own.vat, own.period(day(document.valid_from), until)],
    payment: null,
    signatures: [
      { heading: own.forShop, name: seller.name, picture: null, note: null },
      {
        heading: own.forCustomer,
        name: document.signatory,
        picture: document.signature,
        note: document.signed_on && own.signedOn(day(document.signed_on)),
      },
    ],
    notes: null,
    footer: { text: null, identity: identityOf(seller, shared), pageOf: shared.pageOf },
  }
}
