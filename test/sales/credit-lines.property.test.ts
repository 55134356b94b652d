import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Creditable, InvoiceLine } from '../../src/domain/sales/credit-left.ts'
import { type AskedLine, creditOf } from '../../src/domain/sales/credit-lines.ts'
import { type AnyInvoice, anyInvoice, keptLines, summed } from './stored-invoice.ts'

const creditable = (given: AnyInvoice): Creditable => ({
  prices_include_vat: given.prices_include_vat,
  vat_breakdown: summed(given).vat_breakdown,
  lines: keptLines(given) as InvoiceLine[],
  credited: { lines: [], vat_breakdown: [] },
})

type Credit = ReturnType<typeof creditOf>

/** The invoice with one more credit. */
const after = (invoice: Creditable, { lines, totals }: Credit): Creditable => ({
  ...invoice,
  credited: {
    lines: [...invoice.credited.lines, ...(lines as Creditable['credited']['lines'])],
    vat_breakdown: [...invoice.credited.vat_breakdown, ...totals.vat_breakdown],
  },
})

const baseOf = (lines: { net_cents: number }[]) =>
  lines.reduce((sum, { net_cents }) => sum + net_cents, 0)
const vatOf = (groups: { vat_cents: number }[]) =>
  groups.reduce((sum, { vat_cents }) => sum + vat_cents, 0)

/** undefined when refused. */
function tried(invoice: Creditable, asked: AskedLine[] | 'full'): Credit | undefined {
  try {
    return creditOf(invoice, asked)
  } catch (refusal) {
    expect(refusal).toMatchObject({ status: 422 })
    return undefined
  }
}

const anyAsked: fc.Arbitrary<AskedLine> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ invoice_line_id: fc.integer({ min: 1, max: 4 }) }) },
  fc.record({
    invoice_line_id: fc.integer({ min: 1, max: 4 }),
    qty: fc.integer({ min: 1, max: 3000 }).map((milli) => (milli / 1000).toFixed(3)),
  }),
  fc.record({
    invoice_line_id: fc.integer({ min: 1, max: 4 }),
    unit_price: fc.integer({ min: 0, max: 50_000 }).map((cents) => (cents / 100).toFixed(2)),
  }),
  fc.record({
    description: fc.constant('Goodwill'),
    unit_price: fc.integer({ min: 0, max: 50_000 }).map((cents) => (cents / 100).toFixed(2)),
    vat_pct: fc.constantFrom('21', '9', '0'),
  }),
)

test('credits of any kind and the rest add up to the invoice, line by line and rate by rate', () => {
  const any = fc.array(fc.array(anyAsked, { minLength: 1, maxLength: 3 }), { maxLength: 8 })
  fc.assert(
    fc.property(anyInvoice, any, (given, attempts) => {
      const empty = creditable(given)
      let invoice = empty
      for (const asked of attempts) {
        const credit = tried(invoice, asked)
        if (!credit) continue
        expect(credit.totals.total_cents).toBeGreaterThanOrEqual(0)
        invoice = after(invoice, credit)
      }
      const rest = tried(invoice, 'full')
      if (rest) invoice = after(invoice, rest)
      const { lines, vat_breakdown } = invoice.credited
      expect(baseOf(lines)).toBe(baseOf(empty.lines))
      expect(vatOf(vat_breakdown)).toBe(vatOf(empty.vat_breakdown))
      for (const { id, net_cents, quantity } of empty.lines) {
        const own = lines.filter(({ invoice_line_id }) => invoice_line_id === id)
        expect(baseOf(own)).toBeLessThanOrEqual(net_cents)
        const milli = own.reduce((sum, line) => sum + Math.round(Number(line.quantity) * 1000), 0)
        expect(milli).toBeLessThanOrEqual(Math.round(Number(quantity) * 1000))
      }
      for (const { vat_rate, category, base_cents, vat_cents } of empty.vat_breakdown) {
        const own = vat_breakdown.filter(
          (group) => group.category === category && group.vat_rate === vat_rate,
        )
        expect(own.reduce((sum, group) => sum + group.base_cents, 0)).toBe(base_cents)
        expect(vatOf(own)).toBe(vat_cents)
      }
      expect(tried(invoice, 'full')).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
})

test('a credit carries the VAT of its rate, but for a cent per line and what the last one takes', () => {
  fc.assert(
    fc.property(anyInvoice, fc.integer({ min: 1, max: 999 }), (given, milli) => {
      const invoice = creditable(given)
      const quantity = Math.round(Number(invoice.lines[0]?.quantity) * milli)
      fc.pre(quantity > 0)
      const credit = tried(invoice, [{ invoice_line_id: 1, qty: (quantity / 1000).toFixed(3) }])
      for (const { vat_rate, base_cents, vat_cents } of credit?.totals.vat_breakdown ?? []) {
        expect(Math.abs(vat_cents - (base_cents * vat_rate) / 100)).toBeLessThanOrEqual(2)
      }
    }),
    { numRuns: 1000 },
  )
})

test('a deduction among the lines is taken back with them, and not beyond them', () => {
  const line = { quantity: '1.000', vat_rate: '21.00', category: 'S', discount_pct: '0.00' }
  const invoice: Creditable = {
    prices_include_vat: false,
    vat_breakdown: [{ vat_rate: 21, category: 'S', base_cents: 4000, vat_cents: 840 }],
    lines: [
      { ...line, id: 1, unit_price: '100.0000', total_excl_cents: 10_000, net_cents: 10_000 },
      { ...line, id: 2, unit_price: '-60.0000', total_excl_cents: -6000, net_cents: -6000 },
    ] as InvoiceLine[],
    credited: { lines: [], vat_breakdown: [] },
  }
  expect(creditOf(invoice, 'full').totals).toMatchObject({ subtotal_cents: 4000, vat_cents: 840 })
  expect(tried(invoice, [{ invoice_line_id: 1 }])).toBeUndefined()
  expect(tried(invoice, [{ invoice_line_id: 2 }])).toBeUndefined()
  const both = creditOf(invoice, [{ invoice_line_id: 1 }, { invoice_line_id: 2 }])
  expect(both.totals.total_cents).toBe(4840)
  const part = creditOf(invoice, [{ invoice_line_id: 1, unit_price: '30' }])
  expect(creditOf(after(invoice, part), 'full').totals.subtotal_cents).toBe(1000)
})
