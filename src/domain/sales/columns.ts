import { boolean, integer, jsonb, numeric, text } from 'drizzle-orm/pg-core'
import { cents, reference, tenantColumns } from '../../db/columns.ts'

/** Name and address as they were when the document was issued; a later change of either is not retold. */
export interface Party {
  name: string
  company: string | null
  address: string | null
  postal_code: string | null
  city: string | null
  country: string
  email: string | null
  vat_number: string | null
  kvk_number: string | null
}

/** The shop as it was when the document was issued. */
export interface Seller extends Party {
  phone: string | null
  iban: string | null
  bic: string | null
}

export interface VatGroup {
  vat_rate: number
  /** Category of lib/money.ts; M is the margin scheme, E to the outside. */
  category: string
  base_cents: number
  vat_cents: number
  /** Why no VAT is charged, as the law wants it said on the document. */
  exemption_text?: string
}

/** The sums of a quotation, an invoice, a credit note or a schedule, and how they came about. */
export const documentTotals = {
  /** Excl. VAT, after every discount. */
  subtotal_cents: cents().notNull().default(0),
  vat_cents: cents().notNull().default(0),
  total_cents: cents().notNull().default(0),
  vat_breakdown: jsonb().$type<VatGroup[]>().notNull().default([]),
  /** Unit prices of the lines, and `discount_amount_cents`, include VAT. */
  prices_include_vat: boolean().notNull().default(false),
  discount_pct: numeric({ precision: 5, scale: 2 }).notNull().default('0'),
  /** A discount as a sum of money, in place of a percentage. */
  discount_amount_cents: cents().notNull().default(0),
  /** What the discount on the document takes off, excl. VAT. */
  discount_cents: cents().notNull().default(0),
}

interface Sums {
  subtotal_cents: number
  vat_cents: number
  total_cents: number
  vat_breakdown: VatGroup[]
  prices_include_vat: boolean
  discount_pct: string
  discount_amount_cents: number
  discount_cents: number
}

/** The sums of a document by themselves, for the one that is made of it. */
export const sumsOf = (document: Sums): Sums => ({
  subtotal_cents: document.subtotal_cents,
  vat_cents: document.vat_cents,
  total_cents: document.total_cents,
  vat_breakdown: document.vat_breakdown,
  prices_include_vat: document.prices_include_vat,
  discount_pct: document.discount_pct,
  discount_amount_cents: document.discount_amount_cents,
  discount_cents: document.discount_cents,
})

export const documentLine = {
  ...tenantColumns,
  position: integer().notNull(),
  description: text().notNull(),
  product_id: reference(),
  quantity: numeric({ precision: 12, scale: 3 }).notNull().default('1'),
  unit_price: numeric({ precision: 14, scale: 4 }).notNull(),
  vat_rate: numeric({ precision: 5, scale: 2 }).notNull().default('21'),
  /** The tax code; null for a rate that the shop has no code of. */
  tax_rate_id: reference(),
  category: text().notNull().default('S'),
  discount_pct: numeric({ precision: 5, scale: 2 }).notNull().default('0'),
  /** Excl. VAT, after the line's own discount. */
  total_excl_cents: cents().notNull(),
  /** The same after its share of the document's discount: these add up to the subtotal. */
  net_cents: cents().notNull(),
}
