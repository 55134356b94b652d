import type { VatCategory } from '../lib/money.ts'

/** Who is billed, as the document has it. */
export interface Buyer {
  /** Our own number of the customer: `RA-12`. */
  number: string
  /** The person. */
  name: string
  company: string | null
  address: string | null
  postal_code: string | null
  city: string | null
  /** ISO 3166, two letters. */
  country: string
  email: string | null
  vat_number: string | null
  kvk_number: string | null
}

export interface SalesLine {
  description: string
  net_cents: number
  /** Percent. */
  vat_rate: number
  category: VatCategory
  /** As the shop calls the tax rate; null for a bare percentage. */
  tax_name: string | null
}

/** What is charged at one rate. */
export interface SalesVat {
  vat_rate: number
  category: VatCategory
  base_cents: number
  vat_cents: number
}

/** An issued invoice, or a credit note: that one below zero throughout. */
export interface SalesDocument {
  number: string
  /** YYYY-MM-DD */
  date: string
  due_date: string | null
  lines: readonly SalesLine[]
  vat: readonly SalesVat[]
  subtotal_cents: number
  total_cents: number
}

/** A document that is in the bookkeeping, and what it comes to there. */
export interface Booked {
  id: string
  /** Incl. VAT; null where the service does not say. */
  total_cents: number | null
  /** Excl. VAT; null where the service does not say. */
  subtotal_cents: number | null
}

/**
 * A bookkeeping outside. None of them knows a key of idempotency: after `no_answer` look for the document
 * with `find`. Each function throws ProviderError.
 */
export interface Bookkeeper {
  /** As sentences call it. */
  readonly label: string
  /** Whose administration the credentials open. */
  accountName(): Promise<string>
  /**
   * The customer's id there: found, or made of the buyer. One that is there stays as the bookkeeper has it.
   *
   * @param known the id that it had the last time
   */
  contactFor(buyer: Buyer, known: string | null): Promise<string>
  /** The document with that number, among those of the customer. */
  find(document: SalesDocument, contact_id: string): Promise<Booked | null>
  book(document: SalesDocument, contact_id: string): Promise<Booked>
}

/** Why a document is charged no VAT, or which: for sentences. */
export const vatWords = ({ category, vat_rate }: Pick<SalesVat, 'category' | 'vat_rate'>) =>
  category === 'S' ? `${vat_rate} % VAT` : categoryWords[category]

const categoryWords: Record<Exclude<VatCategory, 'S'>, string> = {
  AE: 'VAT reverse charged',
  E: 'exempt from VAT',
  K: 'a supply within the EU',
  G: 'export out of the EU',
  Z: '0 % VAT',
  O: 'outside the scope of VAT',
  M: 'the margin scheme',
}

/** Is it charged at that rate? Outside of S a line's rate says nothing. */
export const isOfVat = (line: Pick<SalesVat, 'category' | 'vat_rate'>, group: SalesVat) =>
  line.category === group.category && (line.category !== 'S' || line.vat_rate === group.vat_rate)
