import { beforeAll, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other } = await startShops()
const { api } = shop

let codes: Record<string, number> = {}
let order = 0
beforeAll(async () => {
  const { body } = await api.get('/tax-rates')
  codes = Object.fromEntries(body.map(({ category, id }: Json) => [category, id]))
  const customer = await api.post('/customers', { first_name: 'Jane' })
  order = (await api.post('/work-orders', { customer_id: customer.body.id })).body.id
})

const newProduct = async (fields: object = {}): Promise<Json> => {
  const { status, body } = await api.post('/products', {
    name: 'Phone',
    price_excl: 100,
    ...fields,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
const addLine = (fields: object) =>
  api.post(`/work-orders/${order}/lines`, { description: 'Phone', unit_price: 100, ...fields })

test('percentage and tax code of a product say the same', async () => {
  expect(await newProduct()).toMatchObject({ vat_rate: 21, tax_rate_id: codes.standard })
  expect(await newProduct({ vat_rate: 9 })).toMatchObject({ tax_rate_id: codes.reduced })
  expect(await newProduct({ vat_rate: 13 })).toMatchObject({ vat_rate: 13, tax_rate_id: null })
  const book = await newProduct({ tax_rate_id: codes.reduced })
  expect(book).toMatchObject({ vat_rate: 9, price_incl: 109 })
  const path = `/products/${book.id}`
  const patched = async (fields: object) => (await api.patch(path, fields)).body
  expect(await patched({ vat_rate: 21 })).toMatchObject({ tax_rate_id: codes.standard })
  const margin = { vat_rate: 21, tax_rate_id: codes.margin, price_incl: 100 }
  expect(await patched({ tax_rate_id: codes.margin })).toMatchObject(margin)
  expect(await patched({ vat_rate: 21 })).toMatchObject(margin)
  expect((await api.put(path, (await api.get(path)).body)).body).toMatchObject(margin)
  expect(await patched({ tax_rate_id: null })).toMatchObject({ tax_rate_id: codes.standard })
  expect(await patched({ name: 'Tablet' })).toMatchObject({ tax_rate_id: codes.standard })
})

test('a product and a line of a work order refuse codes that are not there or differ', async () => {
  const theirs = (await other.api.get('/tax-rates')).body[0].id
  const { id } = await newProduct()
  for (const tax of [
    { tax_rate_id: theirs },
    { tax_rate_id: 999_999_999 },
    { tax_rate_id: codes.reduced, vat_rate: 21 },
    { tax_rate_id: 'low' },
  ]) {
    for (const answer of [
      await api.post('/products', { name: 'Phone', price_excl: 1, ...tax }),
      await api.patch(`/products/${id}`, tax),
      await addLine(tax),
    ]) {
      expect(answer.status, JSON.stringify(tax)).toBe(422)
      expect(Object.keys(answer.body.errors)).toEqual(['tax_rate_id'])
    }
  }
})

test('a line of a work order takes the code of its product, and so does its invoice', async () => {
  const phone = await newProduct({ tax_rate_id: codes.margin })
  const lines = [
    await addLine({ product_id: phone.id }),
    await addLine({ product_id: phone.id, vat_rate: 21 }),
    await addLine({ vat_rate: 9 }),
    await addLine({ tax_rate_id: codes.reverse_charge }),
    await addLine({}),
  ]
  expect(lines.map(({ body }) => [body.vat_rate, body.tax_rate_id])).toEqual([
    [21, codes.margin],
    [21, codes.margin],
    [9, codes.reduced],
    [0, codes.reverse_charge],
    [21, codes.standard],
  ])
  const { totals } = (await api.get(`/work-orders/${order}`)).body
  expect(totals).toEqual({ subtotal: 500, vat_total: 30, total: 530 })
  const invoice = await api.post(`/work-orders/${order}/invoice`)
  expect(invoice).toMatchObject({ status: 201, body: { subtotal: 500, vat_total: 30 } })
  expect(
    invoice.body.vat_breakdown.map(({ category, base, vat }: Json) => [category, base, vat]),
  ).toEqual([
    ['S', 100, 21],
    ['S', 100, 9],
    ['AE', 100, 0],
    ['E', 200, 0],
  ])
  expect(invoice.body.lines.map((line: Json) => line.tax_rate_id)).toEqual(
    lines.map(({ body }) => body.tax_rate_id),
  )
})

test('a line of a work order changes its percentage and its code together', async () => {
  const { body: line } = await addLine({})
  const path = `/work-orders/${order}/lines/${line.id}`
  const patched = async (fields: object) => (await api.patch(path, fields)).body
  expect(await patched({ vat_rate: 9 })).toMatchObject({ tax_rate_id: codes.reduced })
  expect(await patched({ tax_rate_id: codes.exempt })).toMatchObject({ vat_rate: 0 })
  expect(await patched({ quantity: 2 })).toMatchObject({ tax_rate_id: codes.exempt, quantity: 2 })
  expect(await patched({ vat_rate: 0 })).toMatchObject({ tax_rate_id: codes.exempt })
})

test('under the small-business scheme work orders and products show no VAT', async () => {
  await api.patch('/settings', { kor: true })
  const { body: customer } = await api.post('/customers', { first_name: 'Joe' })
  const { body } = await api.post('/work-orders', { customer_id: customer.id })
  await api.post(`/work-orders/${body.id}/lines`, { description: 'Screen', unit_price: 100 })
  expect((await api.get(`/work-orders/${body.id}`)).body.totals.total).toBe(100)
  expect((await api.post(`/work-orders/${body.id}/invoice`)).body).toMatchObject({
    total: 100,
    vat_breakdown: [{ category: 'E', exemption_text: expect.stringContaining('artikel 25') }],
  })
  expect((await newProduct()).price_incl).toBe(100)
  await api.patch('/settings', { kor: false })
})

test('products follow a rate whose successor holds already', async () => {
  const { body: old } = await api.post('/tax-rates', { name: 'Old', rate: 6 })
  const succeed = async (replaces_id: number, valid_from: string, rate: number) => {
    const draft = { name: `Rate ${rate}`, rate, replaces_id, valid_from }
    return (await api.post('/tax-rates', draft)).body.id
  }
  const { id } = await newProduct({ tax_rate_id: old.id })
  const next = await succeed(old.id, '2020-01-01', 8)
  const now = { tax_rate_id: next, vat_rate: 8 }
  expect((await api.get(`/products/${id}`)).body).toMatchObject(now)
  await succeed(next, '2999-01-01', 10)
  expect((await api.get(`/products/${id}`)).body).toMatchObject(now)
})
