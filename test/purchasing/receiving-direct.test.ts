import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { makers } from './makers.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { supplier, product, stockOf } = makers(shop, owner)
const theirs = makers(other, owner)

test('receives directly', async () => {
  const [screen, glue] = [await product({ purchase_price: 5 }), await product()]
  const supplier_id = await supplier()
  const delivery = { supplier_id, reference: 'DN-9' }
  const answer = await api.post('/receiving/direct', {
    product_id: screen,
    quantity: 3,
    ...delivery,
  })
  expect(answer).toMatchObject({
    status: 201,
    body: {
      purchase_order_id: null,
      supplier: { id: supplier_id, name: 'Parts & Co' },
      reference: 'DN-9',
      lines: [{ product_id: screen, quantity: 3, po_line_id: null, unit_cost: 5 }],
    },
  })
  expect(await stockOf(screen)).toMatchObject({ stock: 3, in_bins: 3, value_cents: 1500 })
  const several = await api.post('/receiving/direct', {
    lines: [
      { product_id: glue, quantity: 2, unit_cost: 1.25 },
      { product_id: screen, quantity: 1, unit_cost: 9 },
    ],
  })
  expect(several.body.lines).toMatchObject([
    { product_id: glue, quantity: 2, unit_cost: 1.25 },
    { product_id: screen, quantity: 1, unit_cost: 9 },
  ])
  expect(await stockOf(screen)).toMatchObject({ stock: 4, value_cents: 2400 })
  const both = { product_id: glue, quantity: 1, lines: [{ product_id: screen, quantity: 1 }] }
  expect((await api.post('/receiving/direct', both)).body.lines).toMatchObject([
    { product_id: glue, quantity: 1 },
    { product_id: screen, quantity: 1 },
  ])
})

test('refuses a direct receipt that cannot be', async () => {
  const product_id = await product()
  const service = await product({ kind: 'service' })
  const strange = await theirs.product()
  const direct = (body: object) => api.post('/receiving/direct', body)
  expect((await direct({})).body.errors).toEqual({
    product_id: ['The product id field is required.'],
    quantity: ['The quantity field is required.'],
  })
  expect((await direct({ quantity: 1, lines: [{ product_id, quantity: 1 }] })).body.errors).toEqual(
    {
      product_id: ['The product id field is required.'],
    },
  )
  expect((await direct({ product_id: service, quantity: 1 })).body).toMatchObject({
    code: 'no_stock_kept',
    errors: { product_id: ['A service has no stock.'] },
  })
  const lines = (second: number) => [
    { product_id, quantity: 1 },
    { product_id: second, quantity: 1 },
  ]
  expect((await direct({ lines: lines(service) })).body.errors).toEqual({
    'lines.1.product_id': ['A service has no stock.'],
  })
  expect((await direct({ lines: lines(strange) })).body.errors).toEqual({
    'lines.1.product_id': ['The selected product id is invalid.'],
  })
  expect((await direct({ product_id: strange, quantity: 1 })).body.errors).toEqual({
    product_id: ['The selected product id is invalid.'],
  })
  const supplier_id = await theirs.supplier()
  expect((await direct({ product_id, quantity: 1, supplier_id })).body.errors).toEqual({
    supplier_id: ['The selected supplier id is invalid.'],
  })
  for (const quantity of [0, -1, 2.5]) {
    expect((await direct({ product_id, quantity })).body.errors).toHaveProperty('quantity')
  }
  expect((await direct({ product_id, quantity: 1, unit_cost: -1 })).body.errors).toHaveProperty(
    'unit_cost',
  )
  expect(await stockOf(product_id)).toMatchObject({ stock: 0, moved: 0 })
})

test('receives once for one idempotency key', async () => {
  const product_id = await product()
  const body = { product_id, quantity: 2 }
  const first = await api.post('/receiving/direct', body, { 'Idempotency-Key': 'delivery' })
  const again = await api.post('/receiving/direct', body, { 'Idempotency-Key': 'delivery' })
  expect(again.body).toEqual(first.body)
  expect(await stockOf(product_id)).toMatchObject({ stock: 2 })
})
