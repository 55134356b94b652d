import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  carriedLosses,
  correctionRoute,
  icpProblem,
  type MarginPeriod,
  type PostedBox,
  vatBoxes,
  vatReturnOf,
} from '../../src/lib/vat-return.ts'

const whole = { carried_cents: 0, ends_year: false }

const box = (box: string, turnover_cents: number, vat_cents = 0): PostedBox => ({
  box,
  turnover_cents,
  vat_cents,
})

describe('rounding', () => {
  test('the vector of the tax office: turnover and VAT owed down, VAT to deduct up', () => {
    const { boxes, owed, total, rounding_cents } = vatReturnOf(
      [box('1a', 12_345_67, 2_592_59), box('5b', 0, 300_01)],
      whole,
    )
    expect(boxes['1a']).toMatchObject({ turnover_filed: 12_345, vat_filed: 2_592 })
    expect(boxes['5b'].vat_filed).toBe(301)
    expect(owed).toEqual({ vat_cents: 2_592_59, vat_filed: 2_592 })
    expect(total).toEqual({ vat_cents: 2_292_58, vat_filed: 2_291 })
    expect(rounding_cents).toBe(1_58)
  })

  test.each([
    // owed, to deduct → as filed: owed, to deduct, total
    [-10_20, 0, -11, 0, -11],
    [0, -10_80, 0, -10, 10],
    [-10_20, -10_80, -11, -10, -1],
    [99, 1, 0, 1, -1],
    [0, 0, 0, 0, 0],
    [1_00, 1_00, 1, 1, 0],
    [-1, -1, -1, 0, -1],
  ])(
    'of %i cents owed and %i to deduct',
    (owed_cents, deducted, owed_filed, input_filed, filed) => {
      const { boxes, total } = vatReturnOf(
        [box('1a', 0, owed_cents), box('5b', 0, deducted)],
        whole,
      )
      expect([boxes['1a'].vat_filed, boxes['5b'].vat_filed, total.vat_filed]).toEqual([
        owed_filed,
        input_filed,
        filed,
      ])
    },
  )

  test.each([
    [12_345_67, 12_345],
    [-12_345_67, -12_345],
    [99, 0],
    [-99, 0],
  ])('turnover of %i cents is filed as %i', (cents, filed) => {
    expect(vatReturnOf([box('1e', cents)], whole).boxes['1e'].turnover_filed).toBe(filed)
  })

  test('5a is the sum of the rounded boxes', () => {
    const { owed } = vatReturnOf(
      [box('1a', 0, 1_99), box('1b', 0, 1_99), box('2a', 0, 1_99)],
      whole,
    )
    expect(owed).toEqual({ vat_cents: 5_97, vat_filed: 3 })
  })

  test('what is filed is never more than what is owed, nor less by a euro for each box', () => {
    const amounts = fc.record(
      Object.fromEntries(vatBoxes.map((name) => [name, fc.integer({ min: -1e12, max: 1e12 })])),
    )
    fc.assert(
      fc.property(amounts, (vat) => {
        const posted = Object.entries(vat).map(([name, cents]) => box(name, 0, cents))
        const { total, owed, boxes, rounding_cents } = vatReturnOf(posted, whole)
        expect(100 * total.vat_filed).toBeLessThanOrEqual(total.vat_cents)
        expect(rounding_cents).toBe(total.vat_cents - 100 * total.vat_filed)
        expect(rounding_cents).toBeLessThan(100 * vatBoxes.length)
        expect(total.vat_filed).toBe(owed.vat_filed - boxes['5b'].vat_filed)
      }),
    )
  })
})

describe('margin goods', () => {
  test('a shop without them has no margin', () => {
    expect(vatReturnOf([box('1a', 100, 21)], whole).margin).toBeNull()
  })

  // sales, purchases, carried → margin, VAT, carried on, turnover of 1a
  test.each([
    [1_210_00, 0, 0, 1_210_00, 210_00, 0, 1_000_00],
    [1_500_00, 900_00, 0, 600_00, 104_13, 0, 495_87],
    [1_500_00, 900_00, -200_00, 400_00, 69_42, 0, 330_58],
    [500_00, 900_00, 0, -400_00, 0, -400_00, 0],
    [500_00, 400_00, -300_00, -200_00, 0, -200_00, 0],
    [0, 0, -50_00, -50_00, 0, -50_00, 0],
    [3, 0, 0, 3, 1, 0, 2],
  ])(
    'all together: sold for %i, bought for %i, carried %i',
    (sales, purchases, carried_cents, margin_cents, vat_cents, carry_over_cents, turnover_cents) => {
      const posted = [box('ms', sales), box('mp', purchases)]
      const { margin, boxes, total } = vatReturnOf(posted, { carried_cents, ends_year: false })
      expect(margin).toMatchObject({ margin_cents, vat_cents, carry_over_cents })
      expect(boxes['1a']).toMatchObject({ turnover_cents, vat_cents })
      expect(total.vat_cents).toBe(vat_cents)
    },
  )

  test.each([
    [600_00, 104_13, 495_87],
    [-121_00, -21_00, -100_00],
  ])('piece by piece: margins of %i', (margins, vat_cents, turnover_cents) => {
    const { margin, boxes } = vatReturnOf([box('mi', margins)], whole)
    expect(margin).toMatchObject({ single_cents: margins, margin_cents: 0, carry_over_cents: 0 })
    expect(boxes['1a']).toMatchObject({ turnover_cents, vat_cents })
  })

  test('both, in the year in which the shop switched, beside other sales', () => {
    const posted = [
      box('1a', 100_00, 21_00),
      box('ms', 121_00),
      box('mp', 242_00),
      box('mi', 60_50),
    ]
    const { boxes, margin } = vatReturnOf(posted, whole)
    expect(boxes['1a']).toMatchObject({ turnover_cents: 150_00, vat_cents: 31_50 })
    expect(margin?.carry_over_cents).toBe(-121_00)
  })

  test('a loss is not carried out of its year', () => {
    const last = { carried_cents: -10_00, ends_year: true }
    expect(vatReturnOf([box('mp', 5_00)], last).margin).toMatchObject({
      margin_cents: -15_00,
      carry_over_cents: 0,
    })
  })

  test('losses go from period to period within a year, and from what was filed', () => {
    const quarter = (
      id: number,
      year: number,
      end_date: string,
      margin_cents: number,
      carry_over_cents: number | null = null,
    ): MarginPeriod => ({ id, year, end_date, margin_cents, carry_over_cents })
    const carried = carriedLosses([
      quarter(3, 2026, '2026-09-30', 50_00),
      quarter(1, 2026, '2026-03-31', 0, -300_00),
      quarter(2, 2026, '2026-06-30', 200_00),
      quarter(4, 2026, '2026-12-31', -80_00),
      quarter(5, 2027, '2027-03-31', 0),
    ])
    expect(Object.fromEntries(carried)).toEqual({ 1: 0, 2: -300_00, 3: -100_00, 4: -50_00, 5: 0 })
  })
})

test.each([
  [1_000_00, 'next_return'],
  [-1_000_00, 'next_return'],
  [1_000_01, 'suppletie'],
  [-1_000_01, 'suppletie'],
  [0, 'next_return'],
])('a correction of %i cents goes by %s', (cents, route) => {
  expect(correctionRoute(cents)).toBe(route)
})

describe('the ICP return', () => {
  const line = { vat_number: 'DE123456789', country: 'DE', goods_cents: 100, services_cents: -30 }

  test.each([
    [[line], 70, null],
    [[line], 71, 'differs'],
    [[], 0, null],
    [[], 1, 'differs'],
    [[{ ...line, vat_number: null }], 70, 'no_vat_number'],
  ])('%j beside 3b of %i', (lines, box3b_cents, problem) => {
    expect(icpProblem(lines, box3b_cents)).toBe(problem)
  })
})
