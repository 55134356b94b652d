/**
 * Amounts are whole cents in `number` (safe integers, asserted); quantities, prices and percentages
 * are decimals, parsed by digit. No other file multiplies or rounds money.
 */

/** A decimal as JSON or a `numeric` column gives it: `13.6`, `'13.6000'`. */
export type Decimal = string | number

/**
 * Tax category of EN 16931: only S bears VAT on the document. M, the margin scheme, is ours: the
 * buyer sees none of its VAT, and to the outside it is E with a text of its own.
 */
export type VatCategory = 'S' | 'AE' | 'E' | 'K' | 'G' | 'Z' | 'O' | 'M'

type Sums = { base_cents: number; vat_cents: number }

export type VatGroup = Sums & {
  vat_rate: number
  category: VatCategory
  /** Why no VAT is charged; absent where nothing has to be said. */
  exemption_text?: string
}

/** What VAT is reckoned of: a line, or lines of one rate taken together. */
export type Taxed = {
  total_excl_cents: number
  /** Percent. */
  vat_rate: Decimal
  category?: VatCategory | null | undefined
  exemption_text?: string | null | undefined
  /** VAT that is agreed on, such as the part of a price incl. VAT; else it is reckoned by the rate. */
  vat_cents?: number | null | undefined
}

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

/**
 * The price per unit that comes to a net over that quantity, with as few decimals as will do (2 to 4);
 * undefined when none does.
 */
export function exactUnitPrice(total_cents: number, quantity: Decimal): string | undefined {
  for (const decimals of [2n, 3n, 4n]) {
    const price = divide(toBigInt(total_cents) * 10n ** (1n + decimals), scaled(quantity, 3))
    const unit_price = written(price, Number(decimals))
    if (lineTotalCents({ quantity, unit_price }) === total_cents) return unit_price
  }
  return undefined
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

/** A quantity (≤ 3 decimals) in thousandths; RangeError when malformed or unsafe. */
export const milliOf = (quantity: Decimal): number => toCents(scaled(quantity, 3))

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
export function totalsOf(lines: readonly Taxed[]): Totals {
  const groups = Map.groupBy(lines, (line) => `${categoryOf(line)} ${taxRateOf(line)}`)
  const vat_breakdown = [...groups.values()]
    .map(groupOf)
    .sort((a, b) => b.vat_rate - a.vat_rate || (a.category < b.category ? -1 : 1))
  const subtotal_cents = sumCents(vat_breakdown.map((group) => group.base_cents))
  const vat_cents = sumCents(vat_breakdown.map((group) => group.vat_cents))
  const total_cents = sumCents([subtotal_cents, vat_cents])
  return { subtotal_cents, vat_cents, total_cents, vat_breakdown }
}

const categoryOf = ({ category, vat_rate }: Pick<Taxed, 'category' | 'vat_rate'>): VatCategory =>
  category ?? (scaled(vat_rate, 2) > 0n ? 'S' : 'Z')

/** The rate that is charged, in hundredths of a percent. */
const taxRateOf = (line: Pick<Taxed, 'category' | 'vat_rate'>): bigint =>
  categoryOf(line) === 'S' ? scaled(line.vat_rate, 2) : 0n

/** Lines of one category and rate. */
function groupOf(lines: Taxed[]): VatGroup {
  const [first = { total_excl_cents: 0, vat_rate: 0 }] = lines
  const rate = taxRateOf(first)
  const open = lines.filter((line) => rate === 0n || (line.vat_cents ?? null) === null)
  const agreed = lines.filter((line) => !open.includes(line))
  const base = (some: Taxed[]) => sumCents(some.map((line) => line.total_excl_cents))
  const reckoned_cents = toCents(divide(toBigInt(base(open)) * rate, hundredPercent))
  const texts = [...new Set(lines.flatMap(({ exemption_text }) => exemption_text || []))]
  return {
    vat_rate: Number(rate) / 100,
    category: categoryOf(first),
    base_cents: base(lines),
    vat_cents: sumCents([reckoned_cents, ...agreed.map((line) => line.vat_cents ?? 0)]),
    ...(texts.length > 0 && { exemption_text: texts.join(' / ') }),
  }
}

/**
 * Takes the VAT out of amounts incl. VAT that belong to one document. It is taken out of the sum of
 * each rate, once; then the cents of a rate are spread over its lines, so that their nets add up to
 * the base and net and VAT of a line to its amount.
 */
export function withoutVat(
  lines: readonly { incl_cents: number; vat_rate: Decimal; category?: VatCategory | null }[],
): { net_cents: number; vat_cents: number }[] {
  const nets = lines.map((line) => line.incl_cents)
  for (const rate of new Set(lines.map(taxRateOf))) {
    if (rate === 0n) continue
    const places = lines.flatMap((line, place) => (taxRateOf(line) === rate ? [place] : []))
    const amounts = places.map((place) => lines[place]?.incl_cents ?? 0)
    spreadNet(amounts, rate).forEach((net, i) => {
      nets[places[i] ?? 0] = net
    })
  }
  return nets.map((net_cents, place) => {
    const incl_cents = lines[place]?.incl_cents ?? 0
    return { net_cents, vat_cents: sumCents([incl_cents, -net_cents]) }
  })
}

/** Nets of amounts at one rate, by largest remainder; amounts may be negative. */
function spreadNet(amounts: number[], rate: bigint): number[] {
  const { base_cents } = vatOutOf(sumCents(amounts), Number(rate) / 100)
  const divisor = hundredPercent + rate
  const parts = amounts.map((amount) => {
    const exact = toBigInt(amount) * hundredPercent
    const rest = ((exact % divisor) + divisor) % divisor
    return { cents: (exact - rest) / divisor, rest }
  })
  const left = parts.reduce((open, part) => open - part.cents, toBigInt(base_cents))
  const byRest = [...parts].sort((a, b) => Number(b.rest - a.rest))
  for (const part of byRest.slice(0, Number(left))) part.cents += 1n
  return parts.map((part) => toCents(part.cents))
}

/** A price excl. VAT (≤ 4 decimals) with its VAT, in whole cents: `'82.6446'` at 21 % → `'100.00'`. */
export function priceInclVat(
  price: Decimal,
  { vat_rate, category }: { vat_rate: Decimal; category?: VatCategory | null },
): string {
  const rate = taxRateOf({ vat_rate, category: category ?? null })
  return decimal(toCents(divide(scaled(price, 4) * (hundredPercent + rate), hundredPercent * 100n)))
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
export const decimal = (cents: number): string => written(toBigInt(cents), 2)

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
