import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newCustomer } from './invoicing.ts'

const { shop, owner } = await startShops()
const { api } = shop
const customer_id = await newCustomer(api)
const { body: taxRates } = await api.get('/tax-rates')

const codes = {
  standard: { letter: 'S', rate_e2: 2100n },
  reduced: { letter: 'S', rate_e2: 900n },
  zero: { letter: 'Z', rate_e2: 0n },
  exempt: { letter: 'E', rate_e2: 0n },
  reverse_charge: { letter: 'AE', rate_e2: 0n },
  intra_eu: { letter: 'K', rate_e2: 0n },
  export: { letter: 'G', rate_e2: 0n },
  margin: { letter: 'M', rate_e2: 0n },
} as const
type Code = keyof typeof codes
const idOf = (code: Code): number =>
  taxRates.find(({ category }: Json) => category === code)?.id as number

/** Whole thousandths, ten-thousandths and hundredths: as a client may write them. */
const anyLine = fc.record({
  milli: fc.integer({ min: 1, max: 20_000 }),
  price_e4: fc.integer({ min: 0, max: 5_000_000 }),
  discount_e2: fc.constantFrom(0, 0, 1000, 3333),
  code: fc.constantFrom(...(Object.keys(codes) as Code[]), 'standard', 'reduced'),
})
const anyOffer = fc.record({
  lines: fc.array(anyLine, { minLength: 1, maxLength: 12 }),
  prices_include_vat: fc.boolean(),
  discount: fc.oneof(
    fc.record({ pct_e2: fc.constantFrom(0, 250, 1000, 10_000) }),
    fc.record({ share: fc.integer({ min: 0, max: 100 }) }),
  ),
})
type Offer = typeof anyOffer extends fc.Arbitrary<infer T> ? T : never

const written = (value: number, decimals: number) => (value / 10 ** decimals).toFixed(decimals)

/** Half up: nothing here is negative. */
const rounded = (dividend: bigint, divisor: bigint) => (2n * dividend + divisor) / (2n * divisor)
const sum = (amounts: readonly bigint[]) => amounts.reduce((total, cents) => total + cents, 0n)

const amountsOf = (lines: Offer['lines']) =>
  lines.map(({ milli, price_e4, discount_e2 }) => {
    const gross = rounded(BigInt(milli) * BigInt(price_e4), 100_000n)
    return gross - rounded(gross * BigInt(discount_e2), 10_000n)
  })

const discountOf = ({ lines, discount }: Offer) => {
  const listed = sum(amountsOf(lines))
  return 'pct_e2' in discount
    ? {
        cents: rounded(listed * BigInt(discount.pct_e2), 10_000n),
        by: { discount_pct: discount.pct_e2 / 100 },
      }
    : {
        cents: (listed * BigInt(discount.share)) / 100n,
        by: { discount_amount: written(Number((listed * BigInt(discount.share)) / 100n), 2) },
      }
}

/** The parts of a whole by largest remainder, the first of equals before the others. */
function parts(whole: bigint, weights: readonly bigint[]) {
  const all = sum(weights)
  if (whole === 0n || all === 0n) return weights.map(() => 0n)
  const floors = weights.map((weight) => (whole * weight) / all)
  const order = weights
    .map((weight, i) => ({ i, rest: (whole * weight) % all }))
    .sort((a, b) => Number(b.rest - a.rest) || a.i - b.i)
  const lucky = new Set(order.slice(0, Number(whole - sum(floors))).map(({ i }) => i))
  return floors.map((floor, i) => floor + (lucky.has(i) ? 1n : 0n))
}

/** The sums as an accountant makes them, in whole numbers and without the product's own code. */
function expected(offer: Offer) {
  const amounts = amountsOf(offer.lines)
  const shares = parts(discountOf(offer).cents, amounts)
  const groups = new Map<string, { rate: bigint; cents: bigint }>()
  offer.lines.forEach(({ code }, i) => {
    const { letter, rate_e2: rate } = codes[code]
    const key = `${letter} ${rate}`
    const cents = (groups.get(key)?.cents ?? 0n) + (amounts[i] ?? 0n) - (shares[i] ?? 0n)
    groups.set(key, { rate, cents })
  })
  const breakdown = [...groups].map(([key, { rate, cents }]) => {
    const vat = offer.prices_include_vat
      ? rounded(cents * rate, 10_000n + rate)
      : rounded(cents * rate, 10_000n)
    return { key, base: offer.prices_include_vat ? cents - vat : cents, vat }
  })
  const subtotal = sum(breakdown.map(({ base }) => base))
  const vat = sum(breakdown.map((group) => group.vat))
  return {
    groups: Object.fromEntries(
      breakdown.map(({ key, base, vat }) => [key, [Number(base), Number(vat)]]),
    ),
    subtotal: Number(subtotal),
    vat: Number(vat),
    total: Number(subtotal + vat),
  }
}

const bodyOf = (offer: Offer) => ({
  customer_id,
  prices_include_vat: offer.prices_include_vat,
  ...discountOf(offer).by,
  lines: offer.lines.map(({ milli, price_e4, discount_e2, code }, i) => ({
    description: `Part ${i}`,
    qty: written(milli, 3),
    unit_price: written(price_e4, 4),
    discount_pct: discount_e2 / 100,
    tax_rate_id: idOf(code),
  })),
})

const made = async (path: string, body?: object): Promise<Json> => {
  const answer = await api.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}
const cents = (amount: number) => Math.round(amount * 100)
const sumsOf = ({ subtotal, vat_total, total }: Json) => [subtotal, vat_total, total].map(cents)
const stored = async (id: number) => {
  const { rows } = await owner.query(
    `select vat_breakdown, (select sum(net_cents)::int from invoice_lines where invoice_id = i.id) as nets,
       discount_cents::int, (select sum(total_excl_cents)::int from invoice_lines where invoice_id = i.id) as listed
     from invoices i where id = $1`,
    [id],
  )
  return rows[0]
}

test('a quotation, its invoice and the work order between them come to the same, to the cent', async () => {
  await fc.assert(
    fc.asyncProperty(anyOffer, async (offer) => {
      const sums = expected(offer)
      const whole = [sums.subtotal, sums.vat, sums.total]
      const quotation = await made('/quotations', bodyOf(offer))
      expect(sumsOf(quotation)).toEqual(whole)

      const { invoice_id } = await made(`/quotations/${quotation.id}/convert-to-invoice`)
      const invoice = (await api.get(`/invoices/${invoice_id}`)).body
      expect(sumsOf(invoice)).toEqual(whole)
      const lines = quotation.lines.map(({ vat_pct, id: _, ...line }: Json) => ({
        ...line,
        vat_rate: vat_pct,
      }))
      expect(invoice.lines).toMatchObject(lines)
      const { vat_breakdown, nets, listed, discount_cents } = await stored(invoice_id)
      const groups = vat_breakdown.map((group: Json) => [
        `${group.category} ${Math.round(group.vat_rate * 100)}`,
        [group.base_cents, group.vat_cents],
      ])
      expect(Object.fromEntries(groups)).toEqual(sums.groups)
      expect([nets, listed - discount_cents]).toEqual([sums.subtotal, sums.subtotal])

      const again = await made('/quotations', bodyOf(offer))
      const { work_order_id } = await made(`/quotations/${again.id}/convert-to-work-order`)
      const order = (await api.get(`/work-orders/${work_order_id}`)).body
      expect(sumsOf(order.totals)).toEqual(whole)
      expect(order.lines).toHaveLength(offer.lines.length)
      const billed = await made(`/work-orders/${work_order_id}/invoice`)
      expect(sumsOf(billed)).toEqual(whole)
      const outside = (group: Json) => [group.category, group.vat_rate, group.base, group.vat]
      expect(billed.vat_breakdown.map(outside)).toEqual(invoice.vat_breakdown.map(outside))
    }),
    { numRuns: 25 },
  )
})
