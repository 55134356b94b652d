import { beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newCustomer, newDraft } from './invoicing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

let codes: Record<string, number> = {}
let customer_id = 0
beforeAll(async () => {
  const { body } = await api.get('/tax-rates')
  codes = Object.fromEntries(body.map(({ category, id }: Json) => [category, id]))
  customer_id = await newCustomer(api)
})

const newProduct = async (fields: object = {}): Promise<Json> => {
  const { body } = await api.post('/products', { name: 'Used phone', price_excl: 200, ...fields })
  return body
}
/** The code of a product, as it is kept. */
const give = (product_id: number, tax_rate_id: number | undefined) =>
  owner.query('update products set tax_rate_id = $2 where id = $1', [product_id, tax_rate_id])

describe('a line with a product', () => {
  test('takes name, price and rate from it', async () => {
    const product = await newProduct({ name: 'Book', price_excl: 12.5, vat_rate: 9 })
    const draft = await newDraft(api, { lines: [{ product_id: product.id, qty: 2 }] })
    expect(draft.lines).toMatchObject([
      { description: 'Book', unit_price: 12.5, vat_rate: 9, qty: 2, tax_rate_id: codes.reduced },
    ])
    const including = await newDraft(api, {
      prices_include_vat: true,
      lines: [{ product_id: product.id }],
    })
    expect(including).toMatchObject({ total: 13.63, lines: [{ unit_price: 13.63 }] })
  })

  test('takes the price that was agreed with the customer', async () => {
    const { id: product_id } = await newProduct({ price_excl: 100 })
    await owner.query(
      `insert into price_agreements (tenant_id, customer_id, service_id, agreed_price, valid_from, valid_until, status)
       values ($1, $2, $3, 80, '2026-01-01', '2026-06-30', 'active')`,
      [shop.tenant_id, customer_id, product_id],
    )
    const priceOn = async (invoice_date: string) => {
      const lines = [{ product_id }]
      return (await newDraft(api, { customer_id, invoice_date, lines })).lines[0].unit_price
    }
    expect(await priceOn('2026-06-30')).toBe(80)
    expect(await priceOn('2026-07-01')).toBe(100)
    const own = { product_id, unit_price: 75 }
    expect((await newDraft(api, { customer_id, lines: [own] })).lines[0].unit_price).toBe(75)
  })

  test('takes its special tax code, also when it repeats the percentage', async () => {
    const { id: product_id } = await newProduct()
    await give(product_id, codes.margin)
    for (const line of [
      { product_id },
      { product_id, description: 'Used phone', unit_price: 200, vat_rate: 21 },
    ]) {
      const draft = await newDraft(api, { lines: [line] })
      expect(draft).toMatchObject({
        total: 200,
        vat_total: 0,
        lines: [{ tax_rate_id: codes.margin }],
        vat_breakdown: [
          {
            category: 'E',
            base: 200,
            vat: 0,
            exemption_text: 'Bijzondere regeling – gebruikte goederen',
          },
        ],
      })
    }
    const taxed = { product_id, unit_price: 200, tax_rate_id: codes.standard }
    expect(await newDraft(api, { lines: [taxed] })).toMatchObject({ total: 242 })
  })
})

describe('a line with a tax rate', () => {
  test.for([
    ['reverse_charge', 'AE', 'Btw verlegd'],
    ['intra_eu', 'K', 'Intracommunautaire levering, btw verlegd'],
    ['export', 'G', 'Uitvoer buiten de EU, 0% btw'],
    ['exempt', 'E', 'Vrijgesteld van btw'],
  ] as const)('%s is category %s with its text', async ([code, category, exemption_text]) => {
    const draft = await newDraft(api, {
      lines: [
        { description: 'Repair', unit_price: 50, tax_rate_id: codes[code] },
        { description: 'Taxed', unit_price: 10 },
      ],
    })
    expect(draft).toMatchObject({
      subtotal: 60,
      vat_total: 2.1,
      lines: [{ vat_rate: 0, tax_rate_id: codes[code] }, {}],
      vat_breakdown: [
        { category: 'S', base: 10 },
        { vat_rate: 0, category, base: 50, vat: 0, exemption_text },
      ],
    })
  })

  test('says what is wrong at the line', async () => {
    const theirs = (await other.api.get('/tax-rates')).body[0].id
    const { id: product_id } = await newProduct()
    const line = { description: 'Repair', unit_price: 50 }
    for (const [bad, field] of [
      [{ ...line, tax_rate_id: theirs }, 'lines.1.tax_rate_id'],
      [{ ...line, tax_rate_id: 999_999_999 }, 'lines.1.tax_rate_id'],
      [{ ...line, tax_rate_id: codes.reduced, vat_rate: 21, vat_pct: 21 }, 'lines.1.tax_rate_id'],
      [{ product_id: 999_999_999 }, 'lines.1.product_id'],
      [{ unit_price: 5 }, 'lines.1.description'],
      [{ description: 'Repair' }, 'lines.1.unit_price'],
      [{ product_id, unit_price: -5 }, 'lines.1.unit_price'],
      [{ product_id, description: '' }, 'lines.1.description'],
    ] as const) {
      for (const collection of ['invoices', 'quotations']) {
        const { status, body } = await api.post(`/${collection}`, {
          customer_id,
          invoice_date: '2026-03-27',
          lines: [line, bad],
        })
        expect(status, field).toBe(422)
        expect(Object.keys(body.errors), JSON.stringify(bad)).toEqual([field])
      }
    }
    expect(
      await api.post('/invoices', {
        customer_id: 999_999_999,
        invoice_date: '2026-03-27',
        lines: [{ product_id }],
      }),
    ).toMatchObject({
      status: 422,
      body: { errors: { customer_id: ['The selected customer id is invalid.'] } },
    })
  })

  test('follows the rate to its successor', async () => {
    const old = await api.post('/tax-rates', { name: 'Old low', rate: 6 })
    const next = await api.post('/tax-rates', {
      name: 'New low',
      rate: 9,
      replaces_id: old.body.id,
      valid_from: '2026-03-01',
    })
    const on = async (invoice_date: string) => {
      const lines = [{ description: 'Repair', unit_price: 100, tax_rate_id: old.body.id }]
      const { body } = await api.post('/invoices', { customer_id, invoice_date, lines })
      return body.lines[0]
    }
    expect(await on('2026-02-28')).toMatchObject({ vat_rate: 6, tax_rate_id: old.body.id })
    expect(await on('2026-03-01')).toMatchObject({ vat_rate: 9, tax_rate_id: next.body.id })
    await api.patch(`/tax-rates/${next.body.id}`, { valid_until: '2026-03-31' })
    const lines = [{ description: 'Repair', unit_price: 100, tax_rate_id: old.body.id }]
    const late = await api.post('/invoices', { customer_id, invoice_date: '2026-04-01', lines })
    expect(late).toMatchObject({
      status: 422,
      body: { errors: { 'lines.0.tax_rate_id': ['The tax rate does not hold on that day.'] } },
    })
  })

  test("is the shop's default when the line says nothing", async () => {
    await api.post(`/tax-rates/${codes.reduced}/set-default`)
    const lines = [{ description: 'Repair', unit_price: 100 }]
    expect((await newDraft(api, { lines })).lines).toMatchObject([
      { vat_rate: 9, tax_rate_id: codes.reduced },
    ])
    await api.post(`/tax-rates/${codes.standard}/set-default`)
    expect((await newDraft(api, { lines })).lines).toMatchObject([{ vat_rate: 21 }])
  })
})
