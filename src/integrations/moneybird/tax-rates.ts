import type { VatCategory } from '../../lib/money.ts'
import { type SalesLine, vatWords } from '../bookkeeper.ts'
import { ProviderError } from '../exchange.ts'

/** A tax rate of an administration. */
export interface TaxRate {
  id: string
  name: string
  /** Decimal, such as `21.0`; null where none is charged. */
  percentage: string | null
  active: boolean
  country: string | null
}

/** How administrations call the rates without VAT; a percentage does not tell them apart. */
const names: Record<Exclude<VatCategory, 'S'>, RegExp> = {
  AE: /verlegd|reverse/i,
  K: /binnen (de )?EU|intra|\bIC[LP]\b|within (the )?EU/i,
  G: /buiten (de )?EU|export|outside (the )?EU/i,
  E: /vrijgesteld|exempt/i,
  O: /geen btw|no vat|buiten het bereik/i,
  M: /marge|margin/i,
  Z: /(^|\s)0 ?%/,
}

const special = Object.entries(names).flatMap(([category, name]) =>
  category === 'Z' ? [] : [name],
)

/**
 * The rate of an administration for a line: the one that is called as the shop calls its own, else the first
 * of that percentage and kind.
 *
 * @throws ProviderError when there is none
 */
export function rateFor(line: SalesLine, rates: readonly TaxRate[]): TaxRate {
  const fitting = rates.filter((rate) => rate.active && isFor(line, rate))
  const called = (name: string) => name.trim().toLowerCase()
  const same = fitting.find(({ name }) => line.tax_name && called(name) === called(line.tax_name))
  const rate = same ?? fitting.find((rate) => isKind(line, rate))
  if (rate) return rate
  throw new ProviderError('refused', `Moneybird has no active tax rate for ${vatWords(line)}.`)
}

function isFor({ category, vat_rate }: SalesLine, { percentage, country }: TaxRate): boolean {
  const isDutch = country === null || country === 'NL'
  return isDutch && Number(percentage ?? 0) === (category === 'S' ? vat_rate : 0)
}

function isKind({ category }: SalesLine, { name }: TaxRate): boolean {
  if (category !== 'S' && category !== 'Z') return names[category].test(name)
  const isPlain = !special.some((kind) => kind.test(name))
  return isPlain && (category === 'S' || names.Z.test(name))
}
