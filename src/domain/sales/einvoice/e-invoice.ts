import { lineTotalCents, sumCents, unitPriceOf } from '../../../lib/money.ts'
import type { Party, Seller, VatGroup } from '../columns.ts'

export const profiles = ['peppol', 'nlcius'] as const
export type Profile = (typeof profiles)[number]

/** An issued invoice or credit note, from its snapshot; amounts above zero in both. */
export interface EInvoice {
  kind: 'invoice' | 'credit_note'
  number: string
  issue_date: string
  due_date: string | null
  delivery_date: string
  note: string | null
  /** What the buyer knows it by: the work order, else the invoice itself. */
  buyer_reference: string
  /** The invoice that a credit note corrects. */
  corrects: { number: string; date: string } | null
  seller: Seller
  buyer: Party
  prices_include_vat: boolean
  lines: EInvoiceLine[]
  vat_breakdown: VatGroup[]
  subtotal_cents: number
  vat_cents: number
  total_cents: number
  /** Money that came in. */
  prepaid_cents: number
  /** What cash was rounded up (above zero) or down. */
  rounding_cents: number
}

export interface EInvoiceLine {
  description: string
  quantity: string
  unit_price: string
  vat_rate: string
  category: string
  discount_pct: string
  total_excl_cents: number
  net_cents: number
}

export const payableOf = ({ total_cents, prepaid_cents, rounding_cents }: EInvoice) =>
  sumCents([total_cents, -prepaid_cents, rounding_cents])

/** A VAT category as others know it: margin goods are exempt, and only S has a rate. */
export interface Tax {
  category: string
  rate: number
}

export const taxOf = (category: string, rate: string | number): Tax => ({
  category: category === 'M' ? 'E' : category,
  rate: category === 'S' ? Number(rate) : 0,
})

export const isSame = (a: Tax, b: Tax) => a.category === b.category && a.rate === b.rate

export interface TaxSum extends Tax {
  base_cents: number
  vat_cents: number
  /** Why no VAT is charged, in words. */
  reason: string | null
  /** The same from the code list VATEX. */
  reason_code: string | null
}

/** What the law calls it, should the tax code have no words of its own. */
const reasons: Record<string, { text: string; code: string | null }> = {
  AE: { text: 'Btw verlegd', code: 'VATEX-EU-AE' },
  K: { text: 'Intracommunautaire levering, btw verlegd', code: 'VATEX-EU-IC' },
  G: { text: 'Uitvoer buiten de EU, 0% btw', code: 'VATEX-EU-G' },
  O: { text: 'Buiten de btw', code: 'VATEX-EU-O' },
  E: { text: 'Vrijgesteld van btw', code: null },
  M: { text: 'Bijzondere regeling – gebruikte goederen', code: 'VATEX-EU-F' },
}

/** The VAT breakdown (BG-23), one entry per category and rate: exempt and margin goods share one. */
export function taxSums(vat_breakdown: VatGroup[]): TaxSum[] {
  const sums: (TaxSum & { texts: string[]; codes: (string | null)[] })[] = []
  for (const { category, vat_rate, base_cents, vat_cents, exemption_text } of vat_breakdown) {
    const tax = taxOf(category, vat_rate)
    const known = reasons[category]
    let sum = sums.find((found) => isSame(found, tax))
    if (!sum) {
      const empty = { base_cents: 0, vat_cents: 0, reason: null, reason_code: null }
      sum = { ...tax, ...empty, texts: [], codes: [] }
      sums.push(sum)
    }
    sum.base_cents += base_cents
    sum.vat_cents += vat_cents
    if (known) sum.texts.push(exemption_text ?? known.text)
    if (known) sum.codes.push(known.code)
  }
  return sums.map(({ texts, codes, ...sum }) => ({
    ...sum,
    reason: texts.length > 0 ? [...new Set(texts)].join('; ') : null,
    // One code can speak only for all of the sum.
    reason_code: new Set(codes).size === 1 ? (codes[0] ?? null) : null,
  }))
}

/** The document's discount (BG-20), one per category and rate. */
export function discountsOf(lines: EInvoiceLine[]): (Tax & { cents: number })[] {
  const discounts: (Tax & { cents: number })[] = []
  for (const { category, vat_rate, total_excl_cents, net_cents } of lines) {
    const tax = taxOf(category, vat_rate)
    const sum = discounts.find((found) => isSame(found, tax))
    const cents = total_excl_cents - net_cents
    if (sum) sum.cents += cents
    else discounts.push({ ...tax, cents })
  }
  return discounts.filter(({ cents }) => cents !== 0)
}

/**
 * Quantity, price and discount of a line so that they give its amount. A price incl. VAT, and one that
 * rounding or a credit has moved, becomes what a piece costs of the amount. A price is never below zero:
 * a deduction has a quantity below it.
 */
export function pricedExcl(line: EInvoiceLine, prices_include_vat: boolean) {
  const { quantity, unit_price, total_excl_cents } = line
  const isDeduction = Number(unit_price) < 0
  const shown = (price: string) => ({
    quantity: `${isDeduction ? '-' : ''}${Number(quantity)}`,
    price: isDeduction ? price.replace('-', '') : price,
  })
  if (prices_include_vat || lineTotalCents(line) !== total_excl_cents) {
    return { ...shown(unitPriceOf(total_excl_cents, quantity, 8)), discount_cents: 0 }
  }
  const discount_cents = lineTotalCents({ quantity, unit_price }) - total_excl_cents
  return { ...shown(unit_price), discount_cents }
}
