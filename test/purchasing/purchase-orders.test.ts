import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { purchasing } from './purchasing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { newProduct, newSupplier, newArticle, newOrder, ordered } = purchasing(shop, owner)
const theirs = purchasing(other, owner)

const defaultWarehouse = async (): Promise<number> => {
  const { rows } = await owner.query(
    'select id::int from warehouses where tenant_id = $1 and is_default',
    [shop.tenant_id],
  )
  return rows[0].id
}
const newWorkOrder = async () => {
  const { body } = await api.post('/customers', { first_name: 'Jane' })
  return (await api.post('/work-orders', { customer_id: body.id, problem_description: 'Broken' }))
    .body.id as number
}

test('creates a draft', async () => {
  const [supplier, product] = await Promise.all([newSupplier(), newProduct({ sku: 'SCR-IP15' })])
  const work_order_id = await newWorkOrder()
  const warehouse_id = await defaultWarehouse()
  const draft = {
    supplier_id: supplier.id,
    warehouse_id,
    expected_at: '2126-04-01',
    reference: 'SO-18833',
    notes: 'In one delivery, please',
  }
  const line = { product_id: product.id, quantity: 10, unit_price: 45.5, work_order_id }
  const { status, body } = await api.post('/purchase-orders', { ...draft, lines: [line] })
  expect(status).toBe(201)
  expect(body).toEqual({
    ...draft,
    id: expect.any(Number),
    po_number: expect.stringMatching(/^PO-\d{4}-\d{4}$/),
    status: 'draft',
    supplier: { id: supplier.id, name: 'Parts Direct' },
    warehouse: { id: warehouse_id, name: expect.any(String) },
    lines: [
      {
        ...line,
        id: expect.any(Number),
        product: { id: product.id, name: 'Screen', sku: 'SCR-IP15' },
        article_code: null,
        received_qty: 0,
        cancelled_qty: 0,
        outstanding_qty: 10,
        total: 455,
      },
    ],
    total: 455,
    ordered_at: null,
    sent_at: null,
    cancelled_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  expect((await api.get(`/purchase-orders/${body.id}`)).body).toEqual(body)
})

test("takes the supplier's price and code, else the purchase price, else asks", async () => {
  const [supplier, known, bought, unknown] = await Promise.all([
    newSupplier(),
    newProduct(),
    newProduct({ purchase_price: 10.125 }),
    newProduct({ purchase_price: null }),
  ])
  await newArticle({
    supplier_id: supplier.id,
    product_id: known.id,
    article_code: 'PD-1',
    unit_price: 0.3333,
  })
  const lines = [
    { product_id: known.id, quantity: 3 },
    { product_id: known.id, quantity: 1, unit_price: 2, article_code: 'PD-2' },
    { product_id: bought.id, quantity: 1 },
  ]
  const order = await newOrder({ supplier_id: supplier.id, lines })
  expect(order).toMatchObject({
    lines: [
      { article_code: 'PD-1', unit_price: 0.3333, total: 1 },
      { article_code: 'PD-2', unit_price: 2, total: 2 },
      // Half a cent goes up.
      { article_code: null, unit_price: 10.125, total: 10.13 },
    ],
    total: 13.13,
  })
  const asked = await api.post('/purchase-orders', {
    supplier_id: supplier.id,
    lines: [...lines, { product_id: unknown.id, quantity: 1 }],
  })
  expect(asked).toMatchObject({
    status: 422,
    body: { errors: { 'lines.3.unit_price': [expect.stringContaining('is required')] } },
  })
})

test.each<[string, object, string]>([
  ['no supplier', { supplier_id: undefined }, 'supplier_id'],
  ['an unknown supplier', { supplier_id: 99_999_999 }, 'supplier_id'],
  ['an unknown warehouse', { warehouse_id: 99_999_999 }, 'warehouse_id'],
  ['no lines', { lines: undefined }, 'lines'],
  ['empty lines', { lines: [] }, 'lines'],
  ['a day that is none', { expected_at: '2026-02-30' }, 'expected_at'],
  ['a character of no text', { reference: 'a\u0000b' }, 'reference'],
])('refuses %s', async (_, wrong, field) => {
  const line = { product_id: (await newProduct()).id, quantity: 1 }
  const draft = { supplier_id: (await newSupplier()).id, lines: [line], ...wrong }
  const answer = await api.post('/purchase-orders', draft)
  expect(answer).toMatchObject({ status: 422, body: { errors: { [field]: expect.any(Array) } } })
})

test.each<[object, string]>([
  [{ product_id: 99_999_999 }, 'lines.1.product_id'],
  [{ product_id: 99_999_999, unit_price: 1 }, 'lines.1.product_id'],
  [{ quantity: 0 }, 'lines.1.quantity'],
  [{ quantity: -1 }, 'lines.1.quantity'],
  [{ quantity: 1.5 }, 'lines.1.quantity'],
  [{ quantity: 1_000_000 }, 'lines.1.quantity'],
  [{ unit_price: -1 }, 'lines.1.unit_price'],
  [{ unit_price: 0.00001 }, 'lines.1.unit_price'],
  [{ work_order_id: 99_999_999 }, 'lines.1.work_order_id'],
  [{ quantity: 999_999, unit_price: 9_999_999 }, 'lines'],
])('refuses a line with %j at its place', async (wrong, field) => {
  const line = { product_id: (await newProduct()).id, quantity: 1 }
  const { id: supplier_id } = await newSupplier()
  const lines = [line, { ...line, ...wrong }]
  const answer = await api.post('/purchase-orders', { supplier_id, lines })
  expect(answer.status).toBe(422)
  expect(Object.keys(answer.body.errors)).toEqual([field])
})

test('orders no service', async () => {
  const service = await newProduct({ kind: 'service' })
  const lines = [
    { product_id: (await newProduct()).id, quantity: 1 },
    { product_id: service.id, quantity: 1 },
  ]
  const answer = await api.post('/purchase-orders', {
    supplier_id: (await newSupplier()).id,
    lines,
  })
  expect(answer).toMatchObject({
    status: 422,
    body: {
      code: 'no_stock_kept',
      errors: { 'lines.1.product_id': ['A service has no stock.'] },
    },
  })
})

test("names no other shop's records", async () => {
  const [supplier, product, order] = await Promise.all([
    theirs.newSupplier(),
    theirs.newProduct(),
    theirs.newOrder(),
  ])
  const line = { product_id: (await newProduct()).id, quantity: 1 }
  const strange = { supplier_id: supplier.id, lines: [line] }
  expect((await api.post('/purchase-orders', strange)).body.errors).toHaveProperty('supplier_id')
  const lines = [{ ...line, product_id: product.id }]
  expect(
    (await api.post('/purchase-orders', { supplier_id: (await newSupplier()).id, lines })).body
      .errors,
  ).toEqual({ 'lines.0.product_id': ['The selected product id is invalid.'] })
  for (const answer of await Promise.all([
    api.get(order.path),
    api.patch(order.path, { notes: 'x' }),
    api.delete(order.path),
    api.get(`${order.path}/pdf`),
    ...['order', 'cancel', 'close', 'send'].map((action) => api.post(`${order.path}/${action}`)),
  ])) {
    expect(answer.status).toBe(404)
  }
})

test('changes a draft whole', async () => {
  const order = await newOrder({ reference: 'Old' })
  const product = await newProduct({ name: 'Battery', purchase_price: 20 })
  const changed = await api.put(order.path, {
    reference: null,
    lines: [{ product_id: product.id, quantity: 2 }],
  })
  expect(changed).toMatchObject({
    status: 200,
    body: {
      supplier_id: order.supplier_id,
      reference: null,
      total: 40,
      lines: [{ product_id: product.id, quantity: 2, unit_price: 20 }],
    },
  })
  expect((await api.patch(order.path, {})).body).toMatchObject({ total: 40 })
})

test("goes to another supplier with that one's article codes", async () => {
  const product = await newProduct()
  const [first, second] = await Promise.all([newSupplier(), newSupplier({ name: 'Other' })])
  for (const [supplier, article_code] of [
    [first, 'A'],
    [second, 'B'],
  ]) {
    await newArticle({ supplier_id: supplier.id, product_id: product.id, article_code })
  }
  const { path } = await newOrder({
    supplier_id: first.id,
    lines: [{ product_id: product.id, quantity: 1, article_code: 'own' }],
  })
  const codes = async (supplier_id: number) =>
    (await api.patch(path, { supplier_id })).body.lines.map(
      (l: { article_code: string }) => l.article_code,
    )
  expect(await codes(first.id)).toEqual(['own'])
  expect(await codes(second.id)).toEqual(['B'])
})

test('finds orders by their filters, without lines', async () => {
  const product_id = (await newProduct()).id
  const work_order_id = await newWorkOrder()
  const warehouse_id = await defaultWarehouse()
  const order = await ordered({
    warehouse_id,
    reference: 'Ref 77/A',
    lines: [{ product_id, quantity: 1, work_order_id }],
  })
  const found = async (query: string) => (await api.get(`/purchase-orders?${query}`)).body
  for (const query of [
    `q=${order.po_number.toLowerCase()}`,
    'q=ref%2077/a',
    `supplier_id=${order.supplier_id}`,
    `product_id=${product_id}&status=ordered`,
    `work_order_id=${work_order_id}`,
    `warehouse_id=${warehouse_id}&supplier_id=${order.supplier_id}&from=2020-01-01&to=2999-12-31`,
  ]) {
    const { data, total } = await found(query)
    expect(data.map(({ id }: { id: number }) => id)).toEqual([order.id])
    expect(data[0]).not.toHaveProperty('lines')
    expect(total).toBe(1)
  }
  expect((await found(`product_id=${product_id}&status=draft`)).total).toBe(0)
  expect((await found(`product_id=${product_id}&to=2020-01-01`)).total).toBe(0)
  expect((await api.get('/purchase-orders?status=lost')).status).toBe(422)
  expect((await api.get('/purchase-orders?warehouse_id=99999999')).status).toBe(404)
})

test('who buys orders; the workshop looks', async () => {
  const order = await newOrder()
  const { technician, frontdesk, manager } = shop.as
  expect((await technician.get(order.path)).status).toBe(200)
  expect((await technician.post(`${order.path}/order`)).status).toBe(403)
  expect((await frontdesk.delete(order.path)).status).toBe(403)
  expect((await manager.post(`${order.path}/order`)).status).toBe(200)
})

test('gives each order a number of its own, without gap', async () => {
  const { id: supplier_id } = await newSupplier()
  const lines = [{ product_id: (await newProduct()).id, quantity: 1 }]
  const orders = await Promise.all(
    Array.from({ length: 10 }, () => newOrder({ supplier_id, lines })),
  )
  const numbers = orders.map(({ po_number }) => Number(po_number.slice(-4))).sort((a, b) => a - b)
  expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i))
})
