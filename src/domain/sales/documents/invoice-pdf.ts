import { formatDate } from '../../../lib/dates.ts'
import { decimal, sumCents, type VatCategory, type VatGroup } from '../../../lib/money.ts'
import type { FontFiles } from './paper.ts'
import { transferQr } from './payment-qr.ts'
import {
  basisOf,
  discountRows,
  isMarginOnly,
  type PriceFields,
  type SumFields,
  shownCents,
} from './prices.ts'
import type { Labelled, PaymentPanel, Sheet } from './sheet.ts'
import { type Locale, printedDecimal, printedMoney, type Wording, wordings } from './texts.ts'

/** Name and postal address; `address` is one entry per printed line, country last if it is shown. */
export type PrintedParty = { name: string; address: string[]; vat_id: string | null }

export type PrintedSeller = PrintedParty & {
  coc_number: string | null
  iban: string | null
  bic: string | null
  /** In whose name the account is; the shop's name when null. */
  account_name: string | null
  email: string | null
  phone: string | null
  website: string | null
  /** PNG or JPEG; anything else is left out and the name shown. */
  logo: Uint8Array | null
}

export type PrintedLine = {
  /** May hold line breaks. */
  description: string
  /** Decimal text as stored: `'1.000'`. */
  quantity: string
  /** Decimal text: `'89.0000'`; excl. VAT unless the document's prices include it. */
  unit_price: string
  /** Percent, decimal text; null or zero is no discount. */
  discount_pct: string | null
  /** Percent: 21. */
  vat_rate: number
  /** S when null and the rate is above zero, otherwise Z. */
  category: VatCategory | null
  /** Net of the line's own discount. */
  total_excl_cents: number
}

/**
 * All an invoice shows (Wet OB art. 35a), from the snapshot made when it was issued. Days are
 * `YYYY-MM-DD`, amounts whole cents and as they were priced; nothing is calculated here but the
 * amount due, and what lines incl. VAT come to.
 */
export type InvoiceDocument = {
  kind: 'invoice' | 'draft' | 'copy' | 'reminder'
  locale: Locale
  /** Null as long as it is a draft. */
  number: string | null
  invoice_date: string
  supply_date: string | null
  due_date: string | null
  /** The day of a reminder. */
  reminder_date: string | null
  seller: PrintedSeller
  buyer: PrintedParty & { customer_number: string | null }
  /** The buyer's own order number or the like. */
  reference: string | null
  work_order: { number: string; device: string | null } | null
  lines: PrintedLine[]
  /** Unit prices, and the amounts of lines, are shown incl. VAT. */
  prices_include_vat?: boolean
  /** Percent off the document, decimal text, where its discount is a percentage. */
  discount_pct?: string
  subtotal_cents: number
  vat_breakdown: VatGroup[]
  total_cents: number
  paid_cents: number
  /** By credit notes that were applied. */
  credited_cents: number
  /** What is not asked for any more. */
  written_off_cents: number
  /** Texts the law asks for, in the document's language: exemption, "Btw verlegd", margin scheme. */
  clauses: string[]
  /** Where the buyer can pay online. */
  payment_url: string | null
  notes: string | null
  /** The shop's own words at the foot of each page. */
  footer: string | null
}

/** The invoice as an A4 PDF. Equal documents give equal bytes; no text makes it fail. */
export async function renderInvoice(
  document: InvoiceDocument,
  fonts: FontFiles,
): Promise<Uint8Array> {
  // The customer's page shows the same rows and sums, and needs no PDF.
  const { drawSheet } = await import('./sheet.ts')
  return drawSheet(sheetOf(document), fonts)
}

function sheetOf(document: InvoiceDocument): Sheet {
  const { kind, seller, buyer, notes } = document
  const words = wordings[document.locale]
  return {
    language: words.language,
    title: [words.titles[kind], document.number].filter(Boolean).join(' '),
    mark: kind === 'draft' || kind === 'copy' ? words.marks[kind] : null,
    created: new Date(`${document.reminder_date ?? document.invoice_date}T00:00:00Z`),
    sender: senderOf(seller),
    recipient: recipientOf(words.billedTo, buyer, words),
    meta: metaOf(document, words),
    intro: kind === 'reminder' ? words.reminderIntro : null,
    table: tableOf(document, words),
    totals: totalsRows(document, words),
    clauses: [...document.clauses, ...(isSettled(document) ? [words.settled] : [])],
    payment: paymentOf(document, words),
    notes: notes ? { heading: words.notes, text: notes } : null,
    footer: {
      text: document.footer,
      identity: identityOf(seller, words),
      pageOf: words.pageOf,
    },
  }
}

/** The letterhead. */
export const senderOf = ({ name, address, phone, email, website, logo }: PrintedSeller) => ({
  name,
  details: [...address, ...present(phone, email, website)],
  logo,
})

/** The address window, with the buyer's VAT number. */
export const recipientOf = (
  heading: string,
  { name, address, vat_id }: PrintedParty,
  words: Wording,
) => ({
  heading,
  name,
  details: [...address, ...present(vat_id && `${words.vatId} ${vat_id}`)],
})

function metaOf(document: InvoiceDocument, words: Wording): Labelled[] {
  const { kind, locale, work_order } = document
  const day = (date: string | null) => date && formatDate(date, locale)
  return labelled([
    [words.number, document.number],
    [words.invoiceDate, day(document.invoice_date)],
    [words.supplyDate, day(document.supply_date)],
    [words.dueDate, day(document.due_date)],
    [words.reminderDate, kind === 'reminder' ? day(document.reminder_date) : null],
    [words.customerNumber, document.buyer.customer_number],
    [words.reference, document.reference],
    [words.workOrder, work_order?.number],
    [words.device, work_order?.device],
  ])
}

/** What the law asks of a sender, for the foot of each page. */
export function identityOf(seller: PrintedSeller, words: Wording): string[] {
  return labelled([
    [words.chamberOfCommerce, seller.coc_number],
    [words.vatId, seller.vat_id],
    ['IBAN', seller.iban && groupsOfFour(seller.iban)],
    ['BIC', seller.bic],
  ]).map(({ label, value }) => `${label} ${value}`)
}

/** The lines as printed; the column of discounts only when there is one. */
export function tableOf(
  document: Pick<InvoiceDocument, PriceFields>,
  words: Wording,
): Sheet['table'] {
  const { lines, locale } = document
  const { unitPrice, amount: heading } = words.priced[basisOf(document)]
  const discounted = lines.some((line) => Number(line.discount_pct ?? 0) !== 0)
  const amount = (value: string) => printedDecimal(value, locale, 2)
  const percent = (value: string | number) => `${printedDecimal(value, locale)}%`
  const vat = ({ category, vat_rate }: PrintedLine) =>
    category === null || category === 'S' ? percent(vat_rate) : words.untaxed[category]
  const discount = ({ discount_pct }: PrintedLine) =>
    Number(discount_pct ?? 0) === 0 ? '' : percent(discount_pct ?? 0)
  return {
    headings: [
      words.description,
      words.quantity,
      unitPrice,
      ...(discounted ? [words.discount] : []),
      words.vat,
      heading,
    ],
    rows: lines.map((line) => [
      line.description,
      printedDecimal(line.quantity, locale),
      amount(line.unit_price),
      ...(discounted ? [discount(line)] : []),
      vat(line),
      amount(decimal(shownCents(line, document))),
    ]),
  }
}

/** What the discount takes off, subtotal, VAT per rate, total. */
export function sumsOf(
  document: Pick<InvoiceDocument, SumFields>,
  words: Wording,
): Sheet['totals'] {
  const { locale } = document
  const money = (cents: number) => printedMoney(cents, locale)
  const groups = document.vat_breakdown.map(({ category, vat_rate, base_cents, vat_cents }) => ({
    label:
      category === 'S'
        ? words.vatOver(`${printedDecimal(vat_rate, locale)}%`, money(base_cents))
        : words.untaxedOver[category](money(base_cents)),
    value: category === 'M' ? '' : money(vat_cents),
  }))
  const sums = isMarginOnly(document)
    ? []
    : [{ label: words.subtotal, value: money(document.subtotal_cents) }, ...groups]
  const { total } = words.priced[basisOf(document)]
  return [
    ...discountRows(document, words),
    ...sums,
    { label: total, value: money(document.total_cents), strong: true },
  ]
}

/** The sums, and what was paid of them, credited or written off. */
export function totalsRows(document: InvoiceDocument, words: Wording): Sheet['totals'] {
  const { locale, paid_cents, credited_cents, written_off_cents } = document
  const money = (cents: number) => printedMoney(cents, locale)
  const due_cents = dueOf(document)
  const settlement = [
    ...(credited_cents === 0 ? [] : [{ label: words.credited, value: money(-credited_cents) }]),
    ...(written_off_cents === 0
      ? []
      : [{ label: words.writtenOff, value: money(-written_off_cents) }]),
    ...(paid_cents === 0 ? [] : [{ label: words.paid, value: money(-paid_cents) }]),
    due_cents < 0
      ? { label: words.overpaid, value: money(-due_cents), strong: true }
      : { label: words.amountDue, value: money(due_cents), strong: true },
  ]
  return [...sumsOf(document, words), ...(settlement.length === 1 ? [] : settlement)]
}

/** How to pay what is open; null when there is nothing to pay, or no way. */
export function paymentOf(document: InvoiceDocument, words: Wording): PaymentPanel | null {
  const { number, seller, locale, due_date, payment_url } = document
  const due_cents = dueOf(document)
  if (document.kind === 'draft' || number === null || due_cents <= 0) return null
  if (!seller.iban && !payment_url) return null
  const amount = printedMoney(due_cents, locale)
  const name = seller.account_name ?? seller.name
  const { iban, bic } = seller
  const reference = words.transfer(number)
  const modules = iban && transferQr({ name, iban, bic, amount_cents: due_cents, reference })
  return {
    heading: words.payment,
    instruction:
      due_date && document.kind !== 'reminder'
        ? words.payBefore(amount, formatDate(due_date, locale))
        : words.payNow(amount),
    details: labelled([
      ['IBAN', iban && groupsOfFour(iban)],
      ['BIC', iban && bic],
      [words.accountName, iban && name],
      [words.paymentReference, reference],
    ]),
    online: payment_url ? { label: words.payOnline, url: payment_url } : null,
    qr: modules ? { modules, caption: words.scan } : null,
  }
}

function dueOf(document: InvoiceDocument): number {
  const { total_cents, paid_cents, credited_cents, written_off_cents } = document
  return sumCents([total_cents, -paid_cents, -credited_cents, -written_off_cents])
}

function isSettled(document: InvoiceDocument): boolean {
  const { kind, paid_cents, written_off_cents } = document
  return kind !== 'draft' && paid_cents > 0 && written_off_cents === 0 && dueOf(document) === 0
}

/** Rows without a value are left out. */
export function labelled(rows: [string, string | null | undefined][]): Labelled[] {
  return rows.flatMap(([label, value]) => (value ? [{ label, value }] : []))
}

function present(...values: (string | null)[]): string[] {
  return values.filter((value): value is string => Boolean(value))
}

function groupsOfFour(iban: string): string {
  return iban.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ')
}
