/**
 * Costs of collecting out of court, from the part of a claim that each step covers (Besluit vergoeding voor
 * buitengerechtelijke incassokosten, art. 2). Percentages in half a percent, sizes in cents.
 */
const steps = [
  { size_cents: 2_500_00, halfPercents: 30 },
  { size_cents: 2_500_00, halfPercents: 20 },
  { size_cents: 5_000_00, halfPercents: 10 },
  { size_cents: 190_000_00, halfPercents: 2 },
  { size_cents: Number.POSITIVE_INFINITY, halfPercents: 1 },
]

const least_cents = 40_00
const most_cents = 6_775_00

/**
 * What a creditor may ask at most for collecting a claim, excl. VAT.
 *
 * @throws RangeError when there is no claim, or it is no whole number of cents
 */
export function collectionCosts(principal_cents: number): number {
  if (!Number.isSafeInteger(principal_cents) || principal_cents <= 0) {
    throw new RangeError('Not a claim in whole cents')
  }
  let left_cents = principal_cents
  let halfPercents = 0
  for (const step of steps) {
    const part_cents = Math.min(left_cents, step.size_cents)
    halfPercents += part_cents * step.halfPercents
    left_cents -= part_cents
  }
  return Math.min(Math.max(Math.round(halfPercents / 200), least_cents), most_cents)
}
