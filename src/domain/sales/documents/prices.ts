import { lineTotalCents, sumCents } from '../../../lib/money.ts'
import type { InvoiceDocument, PrintedLine } from './invoice-pdf.ts'
import type { Sheet } from './sheet.ts'
import { printedDecimal, printedMoney, type Wording } from './texts.ts'

/** What the prices of a document are shown by. */
export type PriceFields = 'lines' | 'locale' | 'prices_include_vat' | 'vat_breakdown'

/** What its sums are shown by. */
export type SumFields = PriceFields | 'discount_pct' | 'subtotal_cents' | 'total_cents'

/** Margin goods alone: the law forbids to show their VAT, so no amount is called excl. or incl. of it. */
export const isMarginOnly = ({ vat_breakdown }: Pick<InvoiceDocument, 'vat_breakdown'>) =>
  vat_breakdown.length > 0 && vat_breakdown.every(({ category }) => category === 'M')

/** How prices and amounts are called. */
export const basisOf = (document: Pick<InvoiceDocument, PriceFields>): keyof Wording['priced'] => {
  if (isMarginOnly(document)) return 'margin'
  return document.prices_include_vat ? 'incl' : 'excl'
}

/** What a line comes to as it is shown. */
export const shownCents = (
  line: PrintedLine,
  { prices_include_vat }: Pick<InvoiceDocument, PriceFields>,
) => (prices_include_vat ? lineTotalCents(line) : line.total_excl_cents)

/** The sum of the lines and the discount on the document, when there is one; both as the lines are shown. */
export function discountRows(
  document: Pick<InvoiceDocument, SumFields>,
  words: Wording,
): Sheet['totals'] {
  const { lines, locale, discount_pct = '0', prices_include_vat } = document
  const listed_cents = sumCents(lines.map((line) => shownCents(line, document)))
  const left_cents = prices_include_vat ? document.total_cents : document.subtotal_cents
  const discount_cents = sumCents([listed_cents, -left_cents])
  if (discount_cents === 0) return []
  const percentage = Number(discount_pct) === 0 ? '' : ` ${printedDecimal(discount_pct, locale)}%`
  return [
    { label: words.listed, value: printedMoney(listed_cents, locale) },
    { label: `${words.discount}${percentage}`, value: printedMoney(-discount_cents, locale) },
  ]
}
