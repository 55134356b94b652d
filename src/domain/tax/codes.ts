import type { VatCategory } from '../../lib/money.ts'
import type { salesBoxes, taxCategories } from './tables.ts'

export type TaxCategory = (typeof taxCategories)[number]
type Box = (typeof salesBoxes)[number]

/** Categories that say no more than their rate does. */
export const plainCategories = ['standard', 'reduced', 'zero'] as const
type Plain = (typeof plainCategories)[number]

/** What a percentage is when nobody says more of it. */
export function categoryOf(rate: string): Plain {
  if (Number(rate) === 0) return 'zero'
  return Number(rate) >= 15 ? 'standard' : 'reduced'
}

const boxes: Record<Exclude<TaxCategory, Plain>, Box | null> = {
  exempt: null,
  reverse_charge: '1e',
  intra_eu: '3b',
  export: '3a',
  margin: '1a',
}

/** The box in which turnover at that code is declared (Toelichting btw-aangifte 2026). */
export const boxOf = (category: TaxCategory, rate: string): Box | null =>
  isPlain(category) ? plainBoxOf(Number(rate)) : boxes[category]

const isPlain = (category: TaxCategory): category is Plain =>
  (plainCategories as readonly string[]).includes(category)

function plainBoxOf(rate: number): Box {
  if (rate === 0) return '1e'
  return rate === 21 ? '1a' : rate === 9 ? '1b' : '1c'
}

const letters: Record<TaxCategory, VatCategory> = {
  standard: 'S',
  reduced: 'S',
  zero: 'Z',
  exempt: 'E',
  reverse_charge: 'AE',
  intra_eu: 'K',
  export: 'G',
  margin: 'M',
}

/** The category as documents keep it. */
export const letterOf = (category: TaxCategory): VatCategory => letters[category]

/**
 * What the small-business scheme asks of a document: any indication will do (Wet OB art. 25a, 35a).
 * The law's own language, whatever that of the document.
 */
const korText = 'Vrijgesteld van btw op grond van artikel 25 van de Wet op de omzetbelasting'

/** What a document's line keeps of its tax code. */
export interface LineTax {
  tax_rate_id: number | null
  /** Percent. */
  vat_rate: string
  /** By the rate when null. */
  category: VatCategory | null
  exemption_text: string | null
}

/** The tax of a line by its code, which may be none; all the same, and no VAT, under the KOR. */
export function taxOf(
  code: Omit<LineTax, 'category'> & { category: TaxCategory | null },
  kor: boolean,
): LineTax {
  if (kor) return { tax_rate_id: null, vat_rate: '0', category: 'E', exemption_text: korText }
  const { tax_rate_id, vat_rate, category, exemption_text } = code
  return { tax_rate_id, vat_rate, exemption_text, category: category && letterOf(category) }
}
