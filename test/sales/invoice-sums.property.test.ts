import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { newCustomer } from './invoicing.ts'

const { shop, owner } = await startShops()

/** Whole thousandths, ten-thousandths and hundredths: as a client may write them. */
const anyLine = fc.record({
  milli: fc.integer({ min: 1, max: 50_000 }),
  price_e4: fc.integer({ min: 0, max: 20_000_000 }),
  rate_e2: fc.constantFrom(2100, 900, 0, 1350),
  discount_e2: fc.constantFrom(0, 0, 1000, 3333, 10_000),
})
type Line = typeof anyLine extends fc.Arbitrary<infer T> ? T : never

const written = (value: number, decimals: number) => (value / 10 ** decimals).toFixed(decimals)

/** Half up: nothing here is negative. */
const rounded = (dividend: bigint, divisor: bigint) => (dividend + divisor / 2n) / divisor

/** The sums as an accountant makes them, in whole numbers and without the product's own code. */
function expected(lines: Line[]) {
  const nets = lines.map(({ milli, price_e4, discount_e2 }) => {
    const gross = rounded(BigInt(milli) * BigInt(price_e4), 100_000n)
    return gross - rounded(gross * BigInt(discount_e2), 10_000n)
  })
  const bases = new Map<number, bigint>()
  lines.forEach(({ rate_e2 }, i) => {
    bases.set(rate_e2, (bases.get(rate_e2) ?? 0n) + (nets[i] ?? 0n))
  })
  const groups = [...bases]
    .sort(([a], [b]) => b - a)
    .map(([rate, base]) => ({
      vat_rate: rate / 100,
      category: rate > 0 ? 'S' : 'Z',
      base_cents: Number(base),
      vat_cents: Number(rounded(base * BigInt(rate), 10_000n)),
    }))
  const subtotal = nets.reduce((sum, net) => sum + Number(net), 0)
  const vat = groups.reduce((sum, { vat_cents }) => sum + vat_cents, 0)
  return { nets: nets.map(Number), groups, subtotal, vat, total: subtotal + vat }
}

test('stores the sums that independent arithmetic finds', async () => {
  const customer_id = await newCustomer(shop.api)
  await fc.assert(
    fc.asyncProperty(fc.array(anyLine, { minLength: 1, maxLength: 50 }), async (lines) => {
      const created = await shop.api.post('/invoices', {
        customer_id,
        invoice_date: '2026-03-27',
        lines: lines.map(({ milli, price_e4, rate_e2, discount_e2 }) => ({
          description: 'Part',
          qty: written(milli, 3),
          unit_price: written(price_e4, 4),
          vat_rate: rate_e2 / 100,
          discount_pct: discount_e2 / 100,
        })),
      })
      expect(created.status).toBe(201)
      const { id } = created.body
      const [{ rows: stored }, { rows: storedLines }] = await Promise.all([
        owner.query('select * from invoices where id = $1', [id]),
        owner.query(
          'select total_excl_cents from invoice_lines where invoice_id = $1 order by position',
          [id],
        ),
      ])
      const sums = expected(lines)
      expect(storedLines.map((line) => Number(line.total_excl_cents))).toEqual(sums.nets)
      expect(stored[0].vat_breakdown).toEqual(sums.groups)
      expect(Number(stored[0].subtotal_cents)).toBe(sums.subtotal)
      expect(Number(stored[0].vat_cents)).toBe(sums.vat)
      expect(Number(stored[0].total_cents)).toBe(sums.total)
      expect(created.body.amount_due).toBe(sums.total / 100)
    }),
    { numRuns: 30 },
  )
})
