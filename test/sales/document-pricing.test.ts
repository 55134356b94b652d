import { beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newCustomer, newDraft, screen } from './invoicing.ts'

const { shop, other, owner, endpoint } = await startShops()
const { api } = shop
const kor = (on: boolean) =>
  owner.query('update tenants set kor = $2 where id = $1', [shop.tenant_id, on])

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

const nets = ({ lines }: Json) => lines.map((line: Json) => line.total_excl)

describe('prices including VAT', () => {
  test('100.00 including 21 % is 82.64 and 17.36', async () => {
    const draft = await newDraft(api, {
      prices_include_vat: true,
      lines: [{ ...screen, unit_price: 100 }],
    })
    expect(draft).toMatchObject({
      prices_include_vat: true,
      subtotal: 82.64,
      vat_total: 17.36,
      total: 100,
      lines: [{ unit_price: 100, total_excl: 82.64 }],
      vat_breakdown: [{ vat_rate: 21, category: 'S', base: 82.64, vat: 17.36 }],
    })
  })

  test('VAT is taken out of a rate once, and the lines add up', async () => {
    const lines = Array.from({ length: 9 }, () => ({ ...screen, unit_price: 0.99 }))
    const draft = await newDraft(api, { prices_include_vat: true, lines })
    // 8.91 / 1.21 = 7.36; each by itself would be 0.82, together 7.38.
    expect(draft).toMatchObject({ subtotal: 7.36, vat_total: 1.55, total: 8.91 })
    expect(nets(draft).toSorted()).toEqual([0.81, 0.81, ...Array(7).fill(0.82)])
  })

  test('rates beside each other, and a discount of the line', async () => {
    const draft = await newDraft(api, {
      prices_include_vat: true,
      lines: [
        { ...screen, unit_price: 121, discount_pct: 10 },
        { description: 'Book', unit_price: 21.8, vat_rate: 9 },
        { description: 'Stamp', unit_price: 5, vat_rate: 0 },
      ],
    })
    expect(draft).toMatchObject({ total: 135.7, vat_total: 20.7, subtotal: 115 })
    expect(nets(draft)).toEqual([90, 20, 5])
  })
})

describe('a discount on the document', () => {
  const lines = [
    { ...screen, unit_price: 100 },
    { description: 'Book', unit_price: 50, vat_rate: 9 },
  ]

  test('is spread over the lines in proportion', async () => {
    const draft = await newDraft(api, { discount_pct: 10, lines })
    expect(draft).toMatchObject({
      discount_pct: 10,
      discount_amount: 0,
      discount_total: 15,
      subtotal: 135,
      vat_total: 22.95,
      total: 157.95,
      lines: [{ total_excl: 100 }, { total_excl: 50 }],
      vat_breakdown: [
        { vat_rate: 21, base: 90, vat: 18.9 },
        { vat_rate: 9, base: 45, vat: 4.05 },
      ],
    })
  })

  test('gives the cents that are left to the largest remainders', async () => {
    const thirds = Array.from({ length: 3 }, () => ({ ...screen, unit_price: 10 }))
    const { id, ...draft } = await newDraft(api, { discount_amount: 1, lines: thirds })
    expect(draft).toMatchObject({ discount_total: 1, subtotal: 29 })
    const { rows } = await owner.query(
      'select net_cents::int from invoice_lines where invoice_id = $1 order by position',
      [id],
    )
    expect(rows.map(({ net_cents }) => net_cents)).toEqual([966, 967, 967])
  })

  test('is including VAT where the prices are', async () => {
    const draft = await newDraft(api, {
      prices_include_vat: true,
      discount_amount: 21,
      lines: [{ ...screen, unit_price: 121 }],
    })
    expect(draft).toMatchObject({ total: 100, subtotal: 82.64, discount_total: 17.36 })
  })

  test('takes one form, and no more than there is', async () => {
    for (const [fields, field] of [
      [{ discount_pct: 5, discount_amount: 5 }, 'discount_amount'],
      [{ discount_amount: 150.01 }, 'discount_amount'],
      [{ discount_pct: 101 }, 'discount_pct'],
      [{ discount_amount: -1 }, 'discount_amount'],
      [{ prices_include_vat: 'yes' }, 'prices_include_vat'],
    ] as const) {
      const { status, body } = await api.post('/invoices', {
        customer_id,
        invoice_date: '2026-03-27',
        lines,
        ...fields,
      })
      expect(status, JSON.stringify(fields)).toBe(422)
      expect(Object.keys(body.errors)).toEqual([field])
    }
    const whole = await newDraft(api, { discount_amount: 150, lines })
    expect(whole).toMatchObject({ subtotal: 0, vat_total: 0, total: 0 })
  })
})

describe.for(['invoices', 'quotations'])('a change of %s', (collection) => {
  const make = async (fields: object): Promise<string> => {
    const { status, body } = await api.post(`/${collection}`, {
      customer_id,
      invoice_date: '2026-03-27',
      lines: [{ description: 'Screen', unit_price: 121, id: undefined }],
      ...fields,
    })
    expect(status, JSON.stringify(body)).toBe(201)
    return `/${collection}/${body.id}`
  }

  test('of the way it is priced keeps the lines and their ids', async () => {
    const path = await make({})
    const { lines } = (await api.get(path)).body
    const including = (await api.patch(path, { prices_include_vat: true })).body
    expect(including).toMatchObject({ total: 121, subtotal: 100, lines: [{ id: lines[0].id }] })
    const discounted = (await api.patch(path, { discount_pct: 50 })).body
    expect(discounted).toMatchObject({ total: 60.5, discount_pct: 50, prices_include_vat: true })
    const other = (await api.patch(path, { discount_amount: 21 })).body
    expect(other).toMatchObject({ total: 100, discount_pct: 0, discount_amount: 21 })
    const none = (await api.patch(path, { discount_amount: 0, prices_include_vat: false })).body
    expect(none).toMatchObject({ total: 146.41, discount_total: 0 })
  })

  test('of the lines keeps the way it is priced', async () => {
    const path = await make({ prices_include_vat: true, discount_pct: 10 })
    const changed = await api.put(path, { lines: [{ description: 'Glass', unit_price: 100 }] })
    expect(changed).toMatchObject({
      status: 200,
      body: { total: 90, subtotal: 74.38, discount_pct: 10, prices_include_vat: true },
    })
  })

  test('of the words leaves the sums alone', async () => {
    const path = await make({ prices_include_vat: true, discount_pct: 10 })
    const { total } = (await api.get(path)).body
    expect((await api.patch(path, { notes: 'Hello' })).body).toMatchObject({
      notes: 'Hello',
      total,
    })
  })
})

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

describe('a shop under the small-business scheme', () => {
  test('charges no VAT, and says so', async () => {
    await kor(true)
    const { id: product_id } = await newProduct()
    const draft = await newDraft(api, {
      prices_include_vat: true,
      lines: [screen, { product_id }, { ...screen, tax_rate_id: codes.standard }],
    })
    expect(draft).toMatchObject({
      subtotal: 378,
      vat_total: 0,
      total: 378,
      lines: [{ vat_rate: 0 }, { vat_rate: 0, unit_price: 200 }, { vat_rate: 0 }],
      vat_breakdown: [
        {
          vat_rate: 0,
          category: 'E',
          exemption_text:
            'Vrijgesteld van btw op grond van artikel 25 van de Wet op de omzetbelasting',
        },
      ],
    })
    const path = `/invoices/${draft.id}`
    expect((await api.patch(path, { lines: [screen] })).body).toMatchObject({ total: 89 })
    expect((await api.patch(path, { discount_pct: 10 })).body).toMatchObject({
      total: 80.1,
      vat_breakdown: [{ category: 'E', exemption_text: expect.any(String) }],
    })
    const body = { customer_id, lines: [{ description: 'Screen', unit_price: 89 }] }
    const offered = await api.post('/quotations', body, { 'Idempotency-Key': 'kor' })
    expect(offered).toMatchObject({ status: 201, body: { total: 89, vat_total: 0 } })
    await kor(false)
  })
})

describe('what it costs', () => {
  const cost = async (act: () => Promise<{ status: number }>) => {
    endpoint.reset()
    const { status } = await act()
    expect(status).toBeLessThan(300)
    return endpoint.counts.http
  }
  const post = (lines: object[], fields: object = {}) =>
    api.post('/invoices', { customer_id, invoice_date: '2026-03-27', lines, ...fields })

  test('one round trip for lines that say all, two when something is looked up', async () => {
    const { id: product_id } = await newProduct()
    expect(await cost(() => post([screen, { ...screen, product_id }]))).toBe(1)
    expect(await cost(() => post([screen], { discount_pct: 5, prices_include_vat: true }))).toBe(1)
    expect(await cost(() => post([{ product_id }]))).toBe(2)
    expect(await cost(() => post([{ ...screen, tax_rate_id: codes.standard }]))).toBe(2)
    const { id } = await newDraft(api)
    const patch = (fields: object) => api.patch(`/invoices/${id}`, fields)
    expect(await cost(() => patch({ lines: [screen], notes: 'x' }))).toBe(1)
    expect(await cost(() => patch({ discount_pct: 5 }))).toBe(2)
    // Only now is it another way of pricing than was taken for granted.
    expect(await cost(() => patch({ lines: [screen] }))).toBe(3)
    expect(await cost(() => patch({ lines: [screen], discount_pct: 0, discount_amount: 0 }))).toBe(
      1,
    )
  })

  test('parallel changes of lines and discount all count', async () => {
    const { id } = await newDraft(api, { lines: [{ ...screen, unit_price: 100 }] })
    const answers = await Promise.all([
      ...[10, 20, 30].map((discount_pct) => api.patch(`/invoices/${id}`, { discount_pct })),
      ...[200, 300].map((unit_price) =>
        api.patch(`/invoices/${id}`, { lines: [{ ...screen, unit_price }] }),
      ),
    ])
    for (const { status, body } of answers) {
      expect([200, 422], JSON.stringify(body)).toContain(status)
      if (status === 422) expect(body.code).toBe('look_first')
    }
    const { lines, discount_pct, subtotal } = (await api.get(`/invoices/${id}`)).body
    expect(subtotal).toBe((lines[0].unit_price * (100 - discount_pct)) / 100)
  })
})
