import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type VatLine, vatOf } from '../../src/domain/ledger/audit/vat.ts'

const rates = new Map([
  [1, 21],
  [2, 9],
  [3, 0],
])

const line = (
  cents: number,
  vat_box: string | null = null,
  vat_part: VatLine['vat_part'] = vat_box ? 'turnover' : null,
  tax_rate_id: number | null = null,
): VatLine => ({
  debit_cents: Math.max(cents, 0),
  credit_cents: Math.max(-cents, 0),
  vat_box,
  vat_part,
  tax_rate_id,
})
const shown = (lines: VatLine[]) =>
  vatOf(lines, rates).map((vat) => vat && [vat.vat_id, vat.percent, vat.cents])

describe('VAT of an entry', () => {
  test('is divided over the turnover of its box', () => {
    const sale = [
      line(363_00),
      line(-100_00, '1a', 'turnover', 1),
      line(-200_00, '1a', 'turnover', 1),
      line(-63_00, '1a', 'vat'),
    ]
    expect(shown(sale)).toEqual([undefined, ['T1', 21, -21_00], ['T1', 21, -42_00], undefined])
  })

  test('that was rounded once is not rounded again', () => {
    const sale = [
      line(1_09),
      line(-33, '1a', 'turnover', 1),
      line(-33, '1a', 'turnover', 1),
      line(-24, '1a', 'turnover', 1),
      line(-19, '1a', 'vat'),
    ]
    expect(shown(sale).map((vat) => vat?.[2])).toEqual([undefined, -7, -7, -5, undefined])
  })

  test('takes what was paid before off again', () => {
    const final = [
      line(121_00),
      line(-200_00, '1a', 'turnover', 1),
      line(100_00, '1a', 'turnover', 1),
      line(-21_00, '1a', 'vat'),
    ]
    expect(shown(final).map((vat) => vat?.[2])).toEqual([undefined, -42_00, 21_00, undefined])
  })

  test('of a purchase stands at its own line, and what is shifted at both', () => {
    expect(shown([line(100_00), line(21_00, '5b', 'vat'), line(-121_00)])).toEqual([
      undefined,
      ['5b', 0, 21_00],
      undefined,
    ])
    expect(
      shown([
        line(100_00, '4b'),
        line(21_00, '5b', 'vat'),
        line(-21_00, '4b', 'vat'),
        line(-100_00),
      ]),
    ).toEqual([['4b', 21, -21_00], ['5b', 0, 21_00], undefined, undefined])
  })

  test('is none of what is exempt, at 0 % or not due yet', () => {
    expect(shown([line(50_00), line(-50_00, null, null, 3)])[1]).toEqual(['T3', 0, 0])
    expect(shown([line(50_00), line(-50_00, '3a', 'turnover', 3)])[1]).toEqual(['T3', 0, 0])
    expect(shown([line(121_00), line(-100_00, null, null, 1), line(-21_00)])[1]).toBeUndefined()
    expect(shown([line(50_00), line(-50_00, 'ms', 'turnover', 1)])[1]).toEqual(['T1', 21, 0])
  })

  test('adds up per box to its lines in VAT, whatever the lines', () => {
    const anyLine = fc.record({
      cents: fc.integer({ min: -10_000_000, max: 10_000_000 }).filter((cents) => cents !== 0),
      box: fc.constantFrom('1a', '1b', '2a', '5b', null),
      part: fc.constantFrom('turnover' as const, 'vat' as const),
      rate: fc.constantFrom(1, 2, null),
    })
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), (drafts) => {
        const lines = drafts.map(({ cents, box, part, rate }) =>
          line(cents, box, box && part, part === 'vat' ? null : rate),
        )
        const vats = vatOf(lines, rates)
        for (const box of ['1a', '1b', '2a', '5b']) {
          const inBox = lines.map((l, index) => ({ l, vat: vats[index] }))
          const of = inBox.filter(({ l }) => l.vat_box === box)
          const owed = of
            .filter(({ l }) => l.vat_part === 'vat')
            .reduce((sum, { l }) => sum + l.debit_cents - l.credit_cents, 0)
          expect(of.reduce((sum, { vat }) => sum + (vat?.cents ?? 0), 0)).toBe(owed)
        }
      }),
      { numRuns: 500 },
    )
  })
})
