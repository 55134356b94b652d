import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allocate,
  decimal,
  formatMoney,
  lineTotalCents,
  parseCents,
  parseDecimal,
  percentOf,
  sumCents,
  totalsOf,
  type VatCategory,
  vatOutOf,
} from '../../src/lib/money.ts'

// The reference: exact fractions; the remainder is compared with what misses to the next cent.
function roundFraction(numerator: bigint, denominator: bigint): bigint {
  if (numerator < 0n) return -roundFraction(-numerator, denominator)
  const rest = numerator % denominator
  const floor = (numerator - rest) / denominator
  return rest >= denominator - rest ? floor + 1n : floor
}

function asDecimal(scaled: number, decimals: number): string {
  const digits = String(Math.abs(scaled)).padStart(decimals + 1, '0')
  const cut = digits.length - decimals
  return `${scaled < 0 ? '-' : ''}${digits.slice(0, cut)}.${digits.slice(cut)}`
}

const cents = fc.integer({ min: -1_000_000_00, max: 1_000_000_00 })
const rate = fc.constantFrom(0, 9, 13, 21, '21.00', '9.00', 5.5)
const line = fc.record({
  quantityMilli: fc.integer({ min: -100_000, max: 1_000_000 }),
  priceTenThousandths: fc.integer({ min: -10_000_000, max: 500_000_000 }),
  discountHundredths: fc.integer({ min: 0, max: 10_000 }),
})

describe('a line', () => {
  test('is quantity × price less the discount, each rounded by itself', () => {
    fc.assert(
      fc.property(line, ({ quantityMilli, priceTenThousandths, discountHundredths }) => {
        const gross = roundFraction(
          BigInt(quantityMilli) * BigInt(priceTenThousandths) * 100n,
          1_000n * 10_000n,
        )
        const discount = roundFraction(gross * BigInt(discountHundredths), 100n * 100n)
        expect(
          lineTotalCents({
            quantity: asDecimal(quantityMilli, 3),
            unit_price: asDecimal(priceTenThousandths, 4),
            discount_pct: asDecimal(discountHundredths, 2),
          }),
        ).toBe(Number(gross - discount))
      }),
    )
  })

  test('and its credit mirror each other', () => {
    fc.assert(
      fc.property(line, ({ quantityMilli, priceTenThousandths, discountHundredths }) => {
        const unit_price = asDecimal(priceTenThousandths, 4)
        const discount_pct = asDecimal(discountHundredths, 2)
        const sold = lineTotalCents({
          quantity: asDecimal(quantityMilli, 3),
          unit_price,
          discount_pct,
        })
        const credited = lineTotalCents({
          quantity: asDecimal(-quantityMilli, 3),
          unit_price,
          discount_pct,
        })
        expect(sumCents([sold, credited])).toBe(0)
      }),
    )
  })

  test.each([
    [{ quantity: 1, unit_price: 1.005 }, 101],
    [{ quantity: '-1', unit_price: '1.0050' }, -101],
    [{ quantity: '0.333', unit_price: '89.00' }, 2964],
    [{ quantity: '3', unit_price: '0.3333' }, 100],
    [{ quantity: 2, unit_price: 89, discount_pct: '12.50' }, 15575],
    [{ quantity: 1, unit_price: '0.01', discount_pct: 50 }, 0],
    [{ quantity: 1, unit_price: 10, discount_pct: null }, 1000],
  ])('%j → %i', (given, expected) => {
    expect(lineTotalCents(given)).toBe(expected)
  })

  test.each([
    { quantity: '1.0001', unit_price: 1 },
    { quantity: 1, unit_price: '1.00001' },
    { quantity: 1, unit_price: 1, discount_pct: 1.005 },
    { quantity: '1,5', unit_price: 1 },
    { quantity: Number.NaN, unit_price: 1 },
    { quantity: '999999999', unit_price: '999999999' },
  ])('refuses %j', (given) => {
    expect(() => lineTotalCents(given)).toThrow(RangeError)
  })
})

describe('a document', () => {
  const category = fc.constantFrom<(VatCategory | null | undefined)[]>(
    undefined,
    null,
    'S',
    'AE',
    'E',
    'K',
  )
  const lines = fc.array(fc.record({ total_excl_cents: cents, vat_rate: rate, category }), {
    minLength: 1,
    maxLength: 50,
  })

  test('adds up, and every group bears the VAT of its own base', () => {
    fc.assert(
      fc.property(lines, (given) => {
        const totals = totalsOf(given)
        const expected = new Map<string, bigint>()
        for (const { total_excl_cents, vat_rate, category } of given) {
          const shown = Number(vat_rate)
          const known = category ?? (shown === 0 ? 'Z' : 'S')
          const key = `${known === 'S' ? shown : 0} ${known}`
          expected.set(key, (expected.get(key) ?? 0n) + BigInt(total_excl_cents))
        }
        expect(
          new Map(
            totals.vat_breakdown.map((group) => [
              `${group.vat_rate} ${group.category}`,
              BigInt(group.base_cents),
            ]),
          ),
        ).toEqual(expected)
        for (const group of totals.vat_breakdown) {
          const hundredths = BigInt(Math.round(group.vat_rate * 100))
          expect(group.vat_cents).toBe(
            Number(roundFraction(BigInt(group.base_cents) * hundredths, 10_000n)),
          )
        }
        const net = given.reduce((sum, { total_excl_cents }) => sum + total_excl_cents, 0)
        const vat = totals.vat_breakdown.reduce((sum, group) => sum + group.vat_cents, 0)
        expect(totals.subtotal_cents).toBe(net)
        expect(totals.vat_cents).toBe(vat)
        expect(totals.total_cents).toBe(net + vat)
        const rates = totals.vat_breakdown.map((group) => group.vat_rate)
        expect(rates).toEqual([...rates].sort((a, b) => b - a))
      }),
    )
  })

  test('does not depend on the order of its lines', () => {
    fc.assert(
      fc.property(lines, (given) => {
        expect(totalsOf([...given].reverse())).toEqual(totalsOf(given))
      }),
    )
  })

  test('rounds VAT over the group, not per line: 9 × 13.60 at 21 % bears 25.70', () => {
    const lines = Array.from({ length: 9 }, () => ({ total_excl_cents: 1360, vat_rate: '21.00' }))
    expect(totalsOf(lines)).toEqual({
      subtotal_cents: 12240,
      vat_cents: 2570,
      total_cents: 14810,
      vat_breakdown: [{ vat_rate: 21, category: 'S', base_cents: 12240, vat_cents: 2570 }],
    })
  })

  test('without lines is zero', () => {
    expect(totalsOf([])).toEqual({
      subtotal_cents: 0,
      vat_cents: 0,
      total_cents: 0,
      vat_breakdown: [],
    })
  })
})

describe('prices including VAT', () => {
  test('100.00 at 21 % is 82.64 and 17.36', () => {
    expect(vatOutOf(10000, 21)).toEqual({ base_cents: 8264, vat_cents: 1736 })
  })

  test('split without losing a cent, as the exact fraction says', () => {
    fc.assert(
      fc.property(cents, rate, (incl, percentage) => {
        const split = vatOutOf(incl, percentage)
        const hundredths = BigInt(Math.round(Number(percentage) * 100))
        expect(split.base_cents + split.vat_cents).toBe(incl)
        expect(BigInt(split.vat_cents)).toBe(
          roundFraction(BigInt(incl) * hundredths, 10_000n + hundredths),
        )
      }),
    )
  })

  test('come back to the same base after VAT was added to it', () => {
    fc.assert(
      fc.property(cents, rate, (base, percentage) => {
        const vat = percentOf(base, percentage)
        expect(vatOutOf(base + vat, percentage)).toEqual({ base_cents: base, vat_cents: vat })
      }),
    )
  })

  test('mirror for a refund', () => {
    fc.assert(
      fc.property(cents, rate, (incl, percentage) => {
        const paid = vatOutOf(incl, percentage)
        const refunded = vatOutOf(-incl, percentage)
        expect(sumCents([paid.base_cents, refunded.base_cents])).toBe(0)
        expect(sumCents([paid.vat_cents, refunded.vat_cents])).toBe(0)
      }),
    )
  })
})

describe('allocation', () => {
  const weights = fc
    .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 50 })
    .filter((given) => given.some((weight) => weight > 0))

  test('hands out everything, each part within a cent of its exact share', () => {
    fc.assert(
      fc.property(cents, weights, (total, given) => {
        const parts = allocate(total, given)
        const whole = given.reduce((sum, weight) => sum + BigInt(weight), 0n)
        expect(sumCents(parts)).toBe(total)
        parts.forEach((part, index) => {
          const gap = BigInt(part) * whole - BigInt(total) * BigInt(given[index] ?? 0)
          expect(gap < whole && gap > -whole).toBe(true)
        })
      }),
    )
  })

  test('mirrors for a negative amount', () => {
    fc.assert(
      fc.property(cents, weights, (total, given) => {
        const credit = allocate(-total, given)
        allocate(total, given).forEach((part, index) => {
          expect(sumCents([part, credit[index] ?? 0])).toBe(0)
        })
      }),
    )
  })

  test('gives the cent on a tie to the earlier part', () => {
    expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33])
  })

  test('needs weights only when there is something to hand out', () => {
    expect(allocate(0, [0, 0])).toEqual([0, 0])
    expect(() => allocate(1, [0, 0])).toThrow(RangeError)
    expect(() => allocate(1, [2, -1])).toThrow(RangeError)
  })
})

describe('decimals', () => {
  test('cents survive the way to text and back', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (amount) => {
        expect(parseCents(decimal(amount))).toBe(amount)
      }),
    )
  })

  test.each(['', ' 1', '1 ', '1.', '.5', '+1', '1e3', '0x10', '1.000,00', '--1', 'NaN', '1.005'])(
    '%j is no amount',
    (text) => {
      expect(parseDecimal(text, 2)).toBeUndefined()
    },
  )

  test('an amount beyond safe integers is refused', () => {
    expect(parseCents('90071992547409.91')).toBe(Number.MAX_SAFE_INTEGER)
    expect(parseCents('90071992547409.92')).toBeUndefined()
    expect(() => decimal(0.5)).toThrow(RangeError)
  })

  test('are written as people read them', () => {
    expect(formatMoney(123456, 'nl')).toBe('€ 1.234,56')
    expect(formatMoney(123456, 'en')).toBe('€1,234.56')
    expect(formatMoney(-123456789, 'nl')).toBe('€ -1.234.567,89')
    expect(formatMoney(-5, 'en')).toBe('-€0.05')
    expect(formatMoney(99900, 'nl')).toBe('€ 999,00')
  })
})
