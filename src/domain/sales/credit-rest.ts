import { exactCost, percentOf, shareOf, sumCents, unitPriceOf, written } from '../../lib/money.ts'
import { refused } from '../../refusal.ts'
import type { CreditLine, GroupLeft, Left, LineLeft } from './credit-left.ts'

/** Everything that was not credited yet, of each line and of each VAT group. */
export function creditRest({ lines, groups }: Left, prices_include_vat: boolean) {
  const cuts = cutsOf(lines, groups)
  const rest = lines.filter((left) => {
    const cut_cents = cuts.get(left) ?? 0
    return left.net_cents !== cut_cents || (left.quantity > 0n && cut_cents === 0)
  })
  if (rest.length === 0) {
    throw refused('nothing_to_credit', 'The invoice has been credited in full.')
  }
  return {
    lines: rest.map((left) =>
      lineOf(left, left.net_cents - (cuts.get(left) ?? 0), prices_include_vat),
    ),
    groups: groups
      .filter((group) => rest.some((left) => left.group === group))
      .map((group) => ({ group, base_cents: group.base_cents, vat_cents: group.vat_cents })),
  }
}

/** What a credit without a line of its own took is missing in its VAT group: the last lines give it. */
function cutsOf(lines: LineLeft[], groups: GroupLeft[]): Map<LineLeft, number> {
  const cuts = new Map<LineLeft, number>()
  for (const group of groups) {
    const own = lines.filter((left) => left.group === group)
    let missing = sumCents(own.map(({ net_cents }) => net_cents)) - group.base_cents
    for (const left of own.toReversed()) {
      const cut = Math.min(missing, Math.max(left.net_cents, 0))
      if (cut > 0) cuts.set(left, cut)
      missing -= Math.max(cut, 0)
    }
  }
  return cuts
}

/** Priced as on the invoice where that is what is left, else by what is left. */
function lineOf(left: LineLeft, net_cents: number, prices_include_vat: boolean): CreditLine {
  const { line, group } = left
  const isWhole = net_cents === left.net_cents
  const total_excl_cents = isWhole
    ? left.total_excl_cents
    : shareOf(left.total_excl_cents, net_cents, left.net_cents)
  const quantity = left.quantity > 0n ? written(left.quantity, 3) : '1'
  const asInvoiced = { quantity, unit_price: line.unit_price, discount_pct: line.discount_pct }
  const shown_cents = prices_include_vat
    ? total_excl_cents + percentOf(total_excl_cents, group.rate)
    : total_excl_cents
  const terms =
    isWhole && exactCost(asInvoiced) === left.cost
      ? asInvoiced
      : { quantity, unit_price: unitPriceOf(shown_cents, quantity), discount_pct: '0' }
  return {
    ...terms,
    position: line.position,
    description: line.description,
    product_id: line.product_id,
    vat_rate: line.vat_rate,
    tax_rate_id: line.tax_rate_id,
    category: line.category,
    total_excl_cents,
    net_cents,
    // The pieces are gone where only a part of their price was credited.
    invoice_line_id: left.quantity > 0n ? line.id : null,
  }
}
