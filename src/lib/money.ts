/**
 * Amounts are whole cents in `number` (safe integers, asserted); quantities, prices and percentages
 * are decimals, parsed by digit. No other file multiplies or rounds money.
 */

/** A decimal as JSON or a `numeric` column gives it: `13.6`, `'13.6000'`. */
export type Decimal = string | number

/** Tax category of EN 16931: only S bears VAT on the document. */
export type VatCategory = 'S' | 'AE' | 'E' | 'K' | 'G' | 'Z' | 'O'

type Sums = { base_cents: number; vat_cents: number }

export type VatGroup = Sums & { vat_rate: number; category: VatCategory }

export type Totals = {
  subtotal_cents: number
  vat_cents: number
  total_cents: number
  vat_breakdown: VatGroup[]
}

const hundredPercent = 100_00n

/** The value × 10^decimals, or undefined when it is malformed or has more decimals. */
export function parseDecimal(value: Decimal, decimals: number): bigint | undefined {
  const match = /^(-?)(\d{1,18})(?:\.(\d+))?$/.exec(String(value))
  if (!match) return undefined
  const [, sign, whole, fraction = ''] = match
  if (fraction.length > decimals) return undefined
  const scaled = BigInt(whole + fraction.padEnd(decimals, '0'))
  return sign ? -scaled : scaled
}

/** An amount in cents, or undefined when malformed, with more than two decimals or unsafe. */
export function parseCents(value: Decimal): number | undefined {
  const cents = Number(parseDecimal(value, 2) ?? Number.NaN)
  return Number.isSafeInteger(cents) ? cents : undefined
}

/**
 * Net of one line: quantity (≤ 3 decimals) × unit price excl. VAT (≤ 4), less the discount
 * (percent, ≤ 2), each rounded by itself. RangeError on a malformed decimal.
 */
export function lineTotalCents(line: {
  quantity: Decimal
  unit_price: Decimal
  discount_pct?: Decimal | null
}): number {
  // Quantity × price has 3 + 4 decimals, cents have 2.
  const gross = divide(scaled(line.quantity, 3) * scaled(line.unit_price, 4), 10n ** (3n + 4n - 2n))
  const discount = divide(gross * scaled(line.discount_pct ?? 0, 2), hundredPercent)
  return toCents(gross - discount)
}

/** That percentage (≤ 2 decimals) of an amount, rounded to the cent. */
export function percentOf(cents: number, percentage: Decimal): number {
  return toCents(divide(toBigInt(cents) * scaled(percentage, 2), hundredPercent))
}

/**
 * What a line costs before any rounding, × 10^9: for comparing, never for showing. RangeError on a
 * malformed decimal.
 */
export function exactCost(line: {
  quantity: Decimal
  unit_price: Decimal
  discount_pct?: Decimal | null
}): bigint {
  const kept = hundredPercent - scaled(line.discount_pct ?? 0, 2)
  return scaled(line.quantity, 3) * scaled(line.unit_price, 4) * kept
}

/** The price of one piece when so many pieces cost that amount, rounded to so many decimals (≥ 2). */
export function unitPriceOf(cents: number, quantity: Decimal, decimals = 4): string {
  // Cents have 2 decimals, a quantity 3.
  const scale = 10n ** BigInt(decimals + 3 - 2)
  return written(divide(toBigInt(cents) * scale, scaled(quantity, 3)), decimals)
}

/** A whole number of 10^-decimals as text: `(1500n, 3)` → `'1.500'`. */
export function written(value: bigint, decimals: number): string {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** That part of a whole, of an amount: `cents × part ÷ whole`, rounded; nothing of an empty whole. */
export function shareOf(cents: number, part: number, whole: number): number {
  if (whole === 0) return 0
  const dividend = toBigInt(cents) * toBigInt(part)
  return toCents(
    whole < 0 ? divide(-dividend, toBigInt(-whole)) : divide(dividend, toBigInt(whole)),
  )
}

/**
 * Totals of a document; VAT is rounded once per category and rate (EN 16931 BR-CO-17), highest
 * rate first. A category other than S bears no VAT, whatever rate its lines show. Without a
 * category a rate above zero means S, zero means Z.
 */
export function totalsOf(
  lines: { total_excl_cents: number; vat_rate: Decimal; category?: VatCategory | null }[],
): Totals {
  const groups = new Map<string, { rate: bigint; category: VatCategory; base: bigint }>()
  for (const line of lines) {
    const shownRate = scaled(line.vat_rate, 2)
    const category = line.category ?? (shownRate > 0n ? 'S' : 'Z')
    const rate = category === 'S' ? shownRate : 0n
    const key = `${category} ${rate}`
    const group = groups.get(key) ?? { rate, category, base: 0n }
    groups.set(key, { ...group, base: group.base + toBigInt(line.total_excl_cents) })
  }
  const vat_breakdown = [...groups.values()]
    .sort((a, b) => Number(b.rate - a.rate) || (a.category < b.category ? -1 : 1))
    .map(({ rate, category, base }) => ({
      vat_rate: Number(rate) / 100,
      category,
      base_cents: toCents(base),
      vat_cents: toCents(divide(base * rate, hundredPercent)),
    }))
  const subtotal_cents = sumCents(vat_breakdown.map((group) => group.base_cents))
  const vat_cents = sumCents(vat_breakdown.map((group) => group.vat_cents))
  const total_cents = sumCents([subtotal_cents, vat_cents])
  return { subtotal_cents, vat_cents, total_cents, vat_breakdown }
}

/** Splits an amount including VAT: the VAT is rounded, the base is what remains. */
export function vatOutOf(incl_cents: number, vat_rate: Decimal): Sums {
  const rate = scaled(vat_rate, 2)
  const vat_cents = toCents(divide(toBigInt(incl_cents) * rate, hundredPercent + rate))
  return { base_cents: incl_cents - vat_cents, vat_cents }
}

/**
 * Divides an amount in proportion to weights (whole numbers ≥ 0) by largest remainder. The parts
 * add up to it; on a tie the earlier part gets the cent. RangeError when no weight can carry it.
 */
export function allocate(total_cents: number, weights: number[]): number[] {
  const total = toBigInt(total_cents)
  if (total === 0n) return weights.map(() => 0)
  const shares = weights.map(toBigInt)
  const whole = shares.reduce((sum, share) => sum + share, 0n)
  if (whole === 0n || shares.some((share) => share < 0n)) throw new RangeError('Not weights')
  const cent = total < 0n ? -1n : 1n
  const parts = shares.map((share) => ({
    cents: (total * share) / whole,
    rest: cent * ((total * share) % whole),
  }))
  const left = parts.reduce((open, part) => open - part.cents, total) * cent
  const byRest = [...parts].sort((a, b) => Number(b.rest - a.rest))
  for (const part of byRest.slice(0, Number(left))) part.cents += cent
  return parts.map((part) => toCents(part.cents))
}

/** Adds amounts; throws RangeError when one or the sum is not a safe integer. */
export function sumCents(amounts: number[]): number {
  return toCents(amounts.reduce((sum, cents) => sum + toBigInt(cents), 0n))
}

/** `8900` → `'89.00'`, for JSON, XML and providers. */
export function decimal(cents: number): string {
  const digits = String(toBigInt(Math.abs(cents))).padStart(3, '0')
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** For people: `€ 1.234,56` in Dutch, `€1,234.56` in English; negative `€ -1,50` and `-€1.50`. */
export function formatMoney(cents: number, locale: 'nl' | 'en'): string {
  const [whole = '', fraction = ''] = decimal(Math.abs(cents)).split('.')
  const sign = cents < 0 ? '-' : ''
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, locale === 'nl' ? '.' : ',')
  return locale === 'nl' ? `€ ${sign}${grouped},${fraction}` : `${sign}€${grouped}.${fraction}`
}

function scaled(value: Decimal, decimals: number): bigint {
  const parsed = parseDecimal(value, decimals)
  if (parsed === undefined) throw new RangeError('Malformed decimal')
  return parsed
}

/** Half away from zero (Uitvoeringsbesluit omzetbelasting art. 5a): credits mirror invoices. */
function divide(dividend: bigint, divisor: bigint): bigint {
  const half = dividend < 0n ? -divisor : divisor
  return (2n * dividend + half) / (2n * divisor)
}

function toBigInt(value: number): bigint {
  if (!Number.isSafeInteger(value)) throw new RangeError('Not a whole safe number of cents')
  return BigInt(value)
}

function toCents(value: bigint): number {
  const cents = Number(value)
  if (!Number.isSafeInteger(cents)) throw new RangeError('Amount too large')
  return cents
}
