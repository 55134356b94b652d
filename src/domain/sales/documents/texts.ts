import { formatMoney, type VatCategory, type VatGroup } from '../../../lib/money.ts'

export type Locale = 'nl' | 'en'

/** The functions are sentences with gaps; what fills them is already formatted. */
export type Wording = {
  language: string
  titles: { invoice: string; draft: string; copy: string; reminder: string }
  marks: { draft: string; copy: string }
  billedTo: string
  number: string
  invoiceDate: string
  supplyDate: string
  dueDate: string
  reminderDate: string
  reminderIntro: string
  customerNumber: string
  reference: string
  workOrder: string
  device: string
  vatId: string
  chamberOfCommerce: string
  description: string
  quantity: string
  /** How prices and amounts are meant. */
  priced: Record<'excl' | 'incl' | 'margin', { unitPrice: string; amount: string; total: string }>
  discount: string
  vat: string
  /** The lines before the discount on the document. */
  listed: string
  subtotal: string
  vatOver: (rate: string, base: string) => string
  untaxedOver: Record<Exclude<VatCategory, 'S'>, (base: string) => string>
  untaxed: Record<Exclude<VatCategory, 'S'>, string>
  /** Said for want of a text of the tax code. */
  exemptions: Partial<Record<VatCategory, string>>
  credited: string
  writtenOff: string
  paid: string
  amountDue: string
  overpaid: string
  payment: string
  payBefore: (amount: string, date: string) => string
  payNow: (amount: string) => string
  settled: string
  accountName: string
  paymentReference: string
  payOnline: string
  scan: string
  transfer: (number: string) => string
  notes: string
  pageOf: (page: number, pages: number) => string
}

const nl: Wording = {
  language: 'nl-NL',
  titles: {
    invoice: 'Factuur',
    draft: 'Conceptfactuur',
    copy: 'Kopie factuur',
    reminder: 'Betalingsherinnering factuur',
  },
  marks: { draft: 'CONCEPT', copy: 'KOPIE' },
  billedTo: 'Factuur aan',
  number: 'Factuurnummer',
  invoiceDate: 'Factuurdatum',
  supplyDate: 'Leverdatum',
  dueDate: 'Vervaldatum',
  reminderDate: 'Datum herinnering',
  reminderIntro:
    'Volgens onze administratie staat deze factuur nog open. Heeft u intussen betaald, dan kunt u deze herinnering als niet verzonden beschouwen.',
  customerNumber: 'Klantnummer',
  reference: 'Uw referentie',
  workOrder: 'Werkorder',
  device: 'Apparaat',
  vatId: 'Btw-nummer',
  chamberOfCommerce: 'KvK',
  description: 'Omschrijving',
  quantity: 'Aantal',
  priced: {
    excl: { unitPrice: 'Prijs excl. btw', amount: 'Bedrag excl. btw', total: 'Totaal incl. btw' },
    incl: { unitPrice: 'Prijs incl. btw', amount: 'Bedrag incl. btw', total: 'Totaal incl. btw' },
    margin: { unitPrice: 'Prijs', amount: 'Bedrag', total: 'Totaal' },
  },
  discount: 'Korting',
  vat: 'Btw',
  listed: 'Subtotaal',
  subtotal: 'Totaal excl. btw',
  vatOver: (rate, base) => `Btw ${rate} over ${base}`,
  untaxedOver: {
    AE: (base) => `Btw verlegd over ${base}`,
    E: (base) => `Geen btw over ${base}`,
    K: (base) => `Btw 0% (intracommunautair) over ${base}`,
    G: (base) => `Btw 0% (uitvoer) over ${base}`,
    Z: (base) => `Btw 0% over ${base}`,
    O: (base) => `Buiten de btw over ${base}`,
    M: (base) => `Margeregeling over ${base}`,
  },
  untaxed: { AE: 'verlegd', E: 'geen', K: '0%', G: '0%', Z: '0%', O: 'geen', M: 'marge' },
  exemptions: {
    AE: 'Btw verlegd',
    K: 'Intracommunautaire levering, btw verlegd',
    G: 'Uitvoer buiten de EU, 0% btw',
    E: 'Vrijgesteld van btw',
    M: 'Bijzondere regeling – gebruikte goederen',
  },
  credited: 'Gecrediteerd',
  writtenOff: 'Afgeboekt',
  paid: 'Reeds betaald',
  amountDue: 'Te betalen',
  overpaid: 'Te veel betaald',
  payment: 'Betaling',
  payBefore: (amount, date) =>
    `Wilt u ${amount} uiterlijk op ${date} overmaken, onder vermelding van het kenmerk?`,
  payNow: (amount) => `Wilt u ${amount} overmaken, onder vermelding van het kenmerk?`,
  settled: 'Deze factuur is voldaan. Hartelijk dank.',
  accountName: 'Ten name van',
  paymentReference: 'Kenmerk',
  payOnline: 'Online betalen',
  scan: 'Scan met uw bankapp',
  transfer: (number) => `Factuur ${number}`,
  notes: 'Opmerkingen',
  pageOf: (page, pages) => `Pagina ${page} van ${pages}`,
}

const en: Wording = {
  language: 'en-GB',
  titles: {
    invoice: 'Invoice',
    draft: 'Draft invoice',
    copy: 'Copy of invoice',
    reminder: 'Payment reminder for invoice',
  },
  marks: { draft: 'DRAFT', copy: 'COPY' },
  billedTo: 'Bill to',
  number: 'Invoice number',
  invoiceDate: 'Invoice date',
  supplyDate: 'Date of supply',
  dueDate: 'Due date',
  reminderDate: 'Reminder date',
  reminderIntro:
    'According to our records this invoice is still open. If you have paid in the meantime, please disregard this reminder.',
  customerNumber: 'Customer number',
  reference: 'Your reference',
  workOrder: 'Work order',
  device: 'Device',
  vatId: 'VAT ID',
  chamberOfCommerce: 'Chamber of Commerce',
  description: 'Description',
  quantity: 'Quantity',
  priced: {
    excl: { unitPrice: 'Price excl. VAT', amount: 'Amount excl. VAT', total: 'Total incl. VAT' },
    incl: { unitPrice: 'Price incl. VAT', amount: 'Amount incl. VAT', total: 'Total incl. VAT' },
    margin: { unitPrice: 'Price', amount: 'Amount', total: 'Total' },
  },
  discount: 'Discount',
  vat: 'VAT',
  listed: 'Subtotal',
  subtotal: 'Total excl. VAT',
  vatOver: (rate, base) => `VAT ${rate} on ${base}`,
  untaxedOver: {
    AE: (base) => `VAT reverse charged on ${base}`,
    E: (base) => `No VAT on ${base}`,
    K: (base) => `VAT 0% (intra-Community) on ${base}`,
    G: (base) => `VAT 0% (export) on ${base}`,
    Z: (base) => `VAT 0% on ${base}`,
    O: (base) => `Outside VAT on ${base}`,
    M: (base) => `Margin scheme on ${base}`,
  },
  untaxed: { AE: 'reversed', E: 'none', K: '0%', G: '0%', Z: '0%', O: 'none', M: 'margin' },
  exemptions: {
    AE: 'Reverse charge (btw verlegd)',
    K: 'Intra-Community supply, reverse charge',
    G: 'Export outside the EU, 0% VAT',
    E: 'Exempt from VAT',
    M: 'Margin scheme – second-hand goods',
  },
  credited: 'Credited',
  writtenOff: 'Written off',
  paid: 'Already paid',
  amountDue: 'Amount due',
  overpaid: 'Overpaid',
  payment: 'Payment',
  payBefore: (amount, date) =>
    `Please transfer ${amount} by ${date} and mention the payment reference.`,
  payNow: (amount) => `Please transfer ${amount} and mention the payment reference.`,
  settled: 'This invoice has been paid. Thank you.',
  accountName: 'Account name',
  paymentReference: 'Reference',
  payOnline: 'Pay online',
  scan: 'Scan with your bank app',
  transfer: (number) => `Invoice ${number}`,
  notes: 'Notes',
  pageOf: (page, pages) => `Page ${page} of ${pages}`,
}

/** What a document says, per language. */
export const wordings: Record<Locale, Wording> = { nl, en }

/** Why VAT is not charged: the texts of the tax codes, else what the law asks to be said. */
export function clausesOf(groups: readonly VatGroup[], locale: Locale): string[] {
  const { exemptions } = wordings[locale]
  const texts = groups.map((group) => group.exemption_text ?? exemptions[group.category])
  return [...new Set(texts)].filter((text) => text !== undefined)
}

/** A quantity, price or percentage without currency: `'1.500'` → `1,5`, with two decimals `1,50`. */
export function printedDecimal(value: string | number, locale: Locale, decimals = 0): string {
  const format = new Intl.NumberFormat(locale === 'nl' ? 'nl-NL' : 'en-GB', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: 4,
  })
  return withMinus(format.format(Number(value)))
}

/** An amount with its currency. */
export function printedMoney(cents: number, locale: Locale): string {
  return withMinus(formatMoney(cents, locale))
}

// In print a minus is as wide as a digit, a hyphen is not.
function withMinus(figure: string): string {
  return figure.replace('-', '\u2212')
}
