import { formatDate } from '../../../lib/dates.ts'
import {
  identityOf,
  labelled,
  type PrintedParty,
  type PrintedSeller,
  senderOf,
} from './invoice-pdf.ts'
import type { FontFiles } from './paper.ts'
import { drawSheet } from './sheet.ts'
import { type Locale, printedMoney, wordings } from './texts.ts'

interface Entry {
  kind:
    | 'invoice'
    | 'credit_note'
    | 'payment'
    | 'rounding'
    | 'refund'
    | 'write_off'
    | 'write_off_reversal'
  date: string
  number: string | null
  invoice_number: string
  method: string | null
  amount: number
  balance: number
}

/** All a statement of account shows. Days are `YYYY-MM-DD`, amounts whole cents. */
export interface StatementDocument {
  locale: Locale
  /** The day on which it is made. */
  date: string
  seller: PrintedSeller
  buyer: PrintedParty
  customer_number: string
  from: string | null
  to: string | null
  opening_balance: number
  rows: Entry[]
  closing_balance: number
}

interface Words {
  title: string
  customer: string
  date: string
  from: string
  to: string
  headings: [description: string, date: string, amount: string, balance: string]
  opening: string
  closing: string
  inCredit: string
  entries: Record<Entry['kind'], (entry: Entry) => string>
  pay: (amount: string, iban: string, number: string) => string
}

const methodsNl: Record<string, string> = {
  cash: 'contant',
  pin: 'pin',
  bank: 'bank',
  ideal: 'iDEAL',
  card: 'kaart',
}

const words: Record<Locale, Words> = {
  nl: {
    title: 'Rekeningoverzicht',
    customer: 'Overzicht voor',
    date: 'Datum',
    from: 'Vanaf',
    to: 'Tot en met',
    headings: ['Omschrijving', 'Datum', 'Bedrag', 'Saldo'],
    opening: 'Beginsaldo',
    closing: 'Openstaand',
    inCredit: 'Tegoed',
    entries: {
      invoice: ({ number }) => `Factuur ${number}`,
      credit_note: ({ number, invoice_number }) =>
        `Creditnota ${number} bij factuur ${invoice_number}`,
      payment: ({ method, invoice_number }) =>
        `Betaling ${spaced(methodsNl[method ?? ''])}van factuur ${invoice_number}`,
      rounding: ({ invoice_number }) => `Afronding contant, factuur ${invoice_number}`,
      refund: ({ invoice_number }) => `Terugbetaling, factuur ${invoice_number}`,
      write_off: ({ invoice_number }) => `Afboeking, factuur ${invoice_number}`,
      write_off_reversal: ({ invoice_number }) =>
        `Afboeking teruggedraaid, factuur ${invoice_number}`,
    },
    pay: (amount, iban, number) =>
      `Wilt u ${amount} overmaken op ${iban}, onder vermelding van klantnummer ${number}?`,
  },
  en: {
    title: 'Statement of account',
    customer: 'Statement for',
    date: 'Date',
    from: 'From',
    to: 'To',
    headings: ['Description', 'Date', 'Amount', 'Balance'],
    opening: 'Opening balance',
    closing: 'Outstanding',
    inCredit: 'In credit',
    entries: {
      invoice: ({ number }) => `Invoice ${number}`,
      credit_note: ({ number, invoice_number }) =>
        `Credit note ${number} for invoice ${invoice_number}`,
      payment: ({ method, invoice_number }) =>
        `Payment ${spaced(method === 'other' ? undefined : method)}of invoice ${invoice_number}`,
      rounding: ({ invoice_number }) => `Cash rounding, invoice ${invoice_number}`,
      refund: ({ invoice_number }) => `Refund, invoice ${invoice_number}`,
      write_off: ({ invoice_number }) => `Write-off, invoice ${invoice_number}`,
      write_off_reversal: ({ invoice_number }) => `Write-off reversed, invoice ${invoice_number}`,
    },
    pay: (amount, iban, number) =>
      `Please transfer ${amount} to ${iban}, mentioning customer number ${number}.`,
  },
}

const spaced = (method: string | null | undefined) => (method ? `(${method}) ` : '')

/** The statement as an A4 PDF. Equal documents give equal bytes; no text makes it fail. */
export function renderStatement(
  document: StatementDocument,
  fonts: FontFiles,
): Promise<Uint8Array> {
  const { locale, seller, buyer, customer_number, rows, closing_balance } = document
  const shared = wordings[locale]
  const own = words[locale]
  const day = (date: string | null) => date && formatDate(date, locale)
  const money = (cents: number) => printedMoney(cents, locale)
  const isOwed = closing_balance > 0
  return drawSheet(
    {
      language: shared.language,
      title: own.title,
      mark: null,
      created: new Date(`${document.date}T00:00:00Z`),
      sender: senderOf(seller),
      recipient: { heading: own.customer, name: buyer.name, details: buyer.address },
      meta: labelled([
        [own.date, day(document.date)],
        [own.from, day(document.from)],
        [own.to, day(document.to)],
        [shared.customerNumber, customer_number],
      ]),
      intro: null,
      table: {
        headings: own.headings,
        rows: [
          [own.opening, day(document.from) ?? '', '', money(document.opening_balance)],
          ...rows.map((entry) => [
            own.entries[entry.kind](entry),
            formatDate(entry.date, locale),
            money(entry.amount),
            money(entry.balance),
          ]),
        ],
      },
      totals: [
        {
          label: closing_balance < 0 ? own.inCredit : own.closing,
          value: money(Math.abs(closing_balance)),
          strong: true,
        },
      ],
      clauses:
        isOwed && seller.iban
          ? [own.pay(money(closing_balance), seller.iban, customer_number)]
          : [],
      payment: null,
      notes: null,
      footer: { text: null, identity: identityOf(seller, shared), pageOf: shared.pageOf },
    },
    fonts,
  )
}
