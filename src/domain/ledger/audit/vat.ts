import { shareOf, sumCents } from '../../../lib/money.ts'

/** What the journal says of VAT in a line. */
export interface VatLine {
  debit_cents: number
  credit_cents: number
  vat_box: string | null
  vat_part: 'turnover' | 'vat' | null
  tax_rate_id: number | null
}

/** VAT that an audit file shows at a line; debit above zero. */
export interface LineVat {
  vat_id: string
  percent: number
  cents: number
}

/** VAT codes that are not a tax rate of the shop: the boxes of the return, and what they are made from. */
export const boxes: Record<string, { name: string; pays?: string; claims?: string }> = {
  '1a': { name: 'Leveringen/diensten hoog tarief', pays: 'vat_1a' },
  '1b': { name: 'Leveringen/diensten laag tarief', pays: 'vat_1b' },
  '1c': { name: 'Leveringen/diensten overige tarieven', pays: 'vat_1c' },
  '1d': { name: 'Privégebruik', pays: 'vat_1d' },
  '1e': { name: 'Leveringen/diensten 0% of niet bij ons belast' },
  '2a': { name: 'Naar ons verlegd', pays: 'vat_2a', claims: 'vat_5b' },
  '3a': { name: 'Leveringen buiten de EU' },
  '3b': { name: 'Leveringen/diensten binnen de EU' },
  '3c': { name: 'Installatie/afstandsverkopen binnen de EU' },
  '4a': { name: 'Inkoop van buiten de EU', pays: 'vat_4a', claims: 'vat_5b' },
  '4b': { name: 'Inkoop van binnen de EU', pays: 'vat_4b', claims: 'vat_5b' },
  '5b': { name: 'Voorbelasting', claims: 'vat_5b' },
  ms: { name: 'Verkopen margeregeling (globalisatie)', pays: 'vat_margin' },
  mp: { name: 'Inkopen margeregeling (globalisatie)', pays: 'vat_margin' },
  mi: { name: 'Marges per artikel', pays: 'vat_margin' },
}

export const vatIdOf = (tax_rate_id: number) => `T${tax_rate_id}`

const signed = ({ debit_cents, credit_cents }: VatLine) => debit_cents - credit_cents

/**
 * VAT at each line of an entry. That of a box is divided over the box's turnover; where there is none, as of
 * a purchase, it stands at the VAT's own line. So the VAT of an entry adds up to its lines in VAT, per box.
 *
 * @param rates percentages of tax rates by their ids
 */
export function vatOf(
  lines: readonly VatLine[],
  rates: ReadonlyMap<number, number>,
): (LineVat | undefined)[] {
  const owed = new Map<string, Shares>()
  for (const line of lines) {
    if (line.vat_box)
      owed.set(line.vat_box, owed.get(line.vat_box) ?? sharesOf(lines, line.vat_box))
  }
  return lines.map((line) => {
    const { vat_box, tax_rate_id, vat_part } = line
    const rate = tax_rate_id === null ? undefined : rates.get(tax_rate_id)
    const vat_id = rate === undefined || tax_rate_id === null ? vat_box : vatIdOf(tax_rate_id)
    const shares = vat_box === null ? undefined : owed.get(vat_box)
    if (vat_id === null) return undefined
    // Turnover that is in no box: exempt, or not due yet, of which nothing is said before it is.
    if (!shares) return rate === 0 ? { vat_id, percent: 0, cents: 0 } : undefined
    if (vat_part === 'turnover') {
      const cents = shares.next(signed(line))
      const percent = rate ?? Math.min(100, Math.abs(Math.round((100 * cents) / signed(line))))
      return { vat_id, percent, cents }
    }
    return shares.turnover_cents === 0
      ? { vat_id, percent: rate ?? 0, cents: signed(line) }
      : undefined
  })
}

interface Shares {
  turnover_cents: number
  /** VAT of the next so much turnover. */
  next(cents: number): number
}

function sharesOf(lines: readonly VatLine[], box: string): Shares {
  const of = (part: VatLine['vat_part']) =>
    sumCents(lines.filter((l) => l.vat_box === box && l.vat_part === part).map(signed))
  const turnover_cents = of('turnover')
  const vat_cents = of('vat')
  let [reached, given] = [0, 0]
  return {
    turnover_cents,
    next(cents) {
      reached += cents
      const before = given
      given = shareOf(vat_cents, reached, turnover_cents)
      return given - before
    },
  }
}
