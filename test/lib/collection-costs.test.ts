import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collectionCosts } from '../../src/lib/collection-costs.ts'

test.each([
  [0.01, 40],
  [100, 40],
  [266.67, 40],
  [266.7, 40.01],
  [1_000, 150],
  [2_500, 375],
  [3_000, 425],
  [5_000, 625],
  [10_000, 875],
  [200_000, 2_775],
  [999_999.99, 6_775],
  [1_000_000, 6_775],
  [50_000_000, 6_775],
])('a claim of %d may cost %d to collect', (principal, costs) => {
  expect(collectionCosts(Math.round(principal * 100))).toBe(Math.round(costs * 100))
})

test.each([0, -1, 0.5, Number.NaN, 2 ** 53])('%d is no claim', (cents) => {
  expect(() => collectionCosts(cents)).toThrow(RangeError)
})

const claim = fc.oneof(
  fc.integer({ min: 1, max: 15_000_00 }),
  fc.integer({ min: 1, max: 2_000_000_00 }),
  fc.maxSafeInteger().filter((cents) => cents > 0),
)

test('costs grow with the claim, from 40 to 6,775 euros, never by more than 15 % of what is added', () => {
  fc.assert(
    fc.property(claim, fc.integer({ min: 0, max: 1_000_000 }), (cents, more) => {
      fc.pre(Number.isSafeInteger(cents + more))
      const costs = collectionCosts(cents)
      const higher = collectionCosts(cents + more)
      expect(Number.isSafeInteger(costs)).toBe(true)
      expect(costs).toBeGreaterThanOrEqual(40_00)
      expect(costs).toBeLessThanOrEqual(6_775_00)
      expect(higher).toBeGreaterThanOrEqual(costs)
      expect(higher - costs).toBeLessThanOrEqual(Math.ceil(more * 0.15) + 1)
    }),
    { numRuns: 2000 },
  )
})
