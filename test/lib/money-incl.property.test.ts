import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  exactUnitPrice,
  lineTotalCents,
  priceInclVat,
  sumCents,
  totalsOf,
  vatOutOf,
  withoutVat,
} from '../../src/lib/money.ts'

const rate = fc.constantFrom('0', '9', '13.5', '21', '21.00')
const line = fc.record({
  incl_cents: fc.integer({ min: -50_000, max: 5_000_000 }),
  vat_rate: rate,
  category: fc.constantFrom(null, null, 'S' as const, 'M' as const, 'AE' as const),
})

test('net and VAT of a line make its amount, and those of a rate the VAT taken out of its sum', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      const taken = withoutVat(lines)
      const taxed = lines.map((given, i) => ({
        ...given,
        total_excl_cents: taken[i]?.net_cents ?? 0,
        vat_cents: taken[i]?.vat_cents ?? 0,
      }))
      taxed.forEach(({ incl_cents, total_excl_cents, vat_cents }) => {
        expect(total_excl_cents + vat_cents).toBe(incl_cents)
      })
      const totals = totalsOf(taxed)
      expect(totals.total_cents).toBe(sumCents(lines.map((given) => given.incl_cents)))
      for (const group of totals.vat_breakdown.filter(({ category }) => category === 'S')) {
        const incl_cents = group.base_cents + group.vat_cents
        expect(group.vat_cents).toBe(vatOutOf(incl_cents, group.vat_rate).vat_cents)
      }
    }),
  )
})

test('no line is more than a cent off the net it would have by itself', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      withoutVat(lines).forEach(({ net_cents }, i) => {
        const { incl_cents = 0, vat_rate = 0, category = null } = lines[i] ?? {}
        const isTaxed = Number(vat_rate) > 0 && (category === null || category === 'S')
        const exact = isTaxed ? incl_cents / (1 + Number(vat_rate) / 100) : incl_cents
        expect(Math.abs(net_cents - exact)).toBeLessThan(1.000001)
      })
    }),
  )
})

test('a unit price found for a net comes to that net', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.integer({ min: 1, max: 200_000 }),
      (total_cents, milli) => {
        const quantity = (milli / 1000).toFixed(3)
        const unit_price = exactUnitPrice(total_cents, quantity)
        if (unit_price === undefined) return
        expect(lineTotalCents({ quantity, unit_price })).toBe(total_cents)
      },
    ),
  )
})

test.for([
  [2772, '3', '9.24'],
  [6142, '1.5', '40.947'],
  [100, '3', '0.333'],
  [0, '7', '0.00'],
  [1, '99999.999', undefined],
] as const)('%i cents over %s pieces is %s each', ([total_cents, quantity, unit_price]) => {
  expect(exactUnitPrice(total_cents, quantity)).toBe(unit_price)
})

test.for([
  ['82.6446', '21', null, '100.00'],
  ['12.5', '9', null, '13.63'],
  ['200', '21', 'M', '200.00'],
  ['0.125', '0', null, '0.13'],
] as const)('%s at %s %% in category %s is %s incl. VAT', ([price, vat_rate, category, incl]) => {
  expect(priceInclVat(price, { vat_rate, category })).toBe(incl)
})
