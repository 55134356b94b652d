import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { purchasing } from './purchasing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { newProduct, newSupplier, newArticle, newOrder, ordered, receive } = purchasing(shop, owner)

const suggestions = async (query = ''): Promise<Json[]> =>
  (await api.get(`/purchase-orders/suggestions?${query}`)).body
const suggestionFor = async (product: { id: number }) =>
  (await suggestions()).find(({ product_id }) => product_id === product.id)

/** A pick list that wants so many pieces, of which so many are held. */
async function wanted(product_id: number, quantity: number, reserved = 0) {
  const customer = (await api.post('/customers', { first_name: 'Jane' })).body
  const order = (await api.post('/work-orders', { customer_id: customer.id })).body
  const list = await owner.query(
    `insert into pick_lists (tenant_id, work_order_id, pick_list_number) values ($1, $2, gen_random_uuid()::text) returning id`,
    [shop.tenant_id, order.id],
  )
  await owner.query(
    `insert into pick_list_lines (tenant_id, pick_list_id, product_id, quantity, reserved_qty) values ($1, $2, $3, $4, $5)`,
    [shop.tenant_id, list.rows[0].id, product_id, quantity, reserved],
  )
}

test('suggests what is below its minimum, up to its maximum in whole packs', async () => {
  const supplier = await newSupplier({ name: 'Parts Direct' })
  const product = await newProduct({
    name: 'Battery',
    sku: 'BAT-1',
    min_stock: 3,
    max_stock: 10,
    stock_quantity: 1,
  })
  await newArticle({
    supplier_id: supplier.id,
    product_id: product.id,
    article_code: 'PD-7',
    unit_price: 12.5,
    pack_size: 4,
  })
  expect(await suggestionFor(product)).toEqual({
    product_id: product.id,
    sku: 'BAT-1',
    name: 'Battery',
    stock_quantity: 1,
    reserved_quantity: 0,
    short_qty: 0,
    incoming_qty: 0,
    min_stock: 3,
    max_stock: 10,
    suggested_qty: 12,
    supplier: { id: supplier.id, name: 'Parts Direct' },
    article_code: 'PD-7',
    unit_price: 12.5,
  })
})

test('suggests nothing of what is enough, not sold any more or a service', async () => {
  const products = await Promise.all([
    newProduct({ min_stock: 2, stock_quantity: 2 }),
    newProduct({ min_stock: 0 }),
    newProduct({ min_stock: 2, is_active: false }),
    newProduct({ min_stock: 2, kind: 'service' }),
  ])
  for (const product of products) expect(await suggestionFor(product)).toBeUndefined()
})

test('counts what pick lists hold and lack, and what is coming', async () => {
  const product = await newProduct({ stock_quantity: 2 })
  await wanted(product.id, 5, 2)
  const line = { product_id: product.id, quantity: 1 }
  expect(await suggestionFor(product)).toMatchObject({
    stock_quantity: 2,
    reserved_quantity: 2,
    short_qty: 3,
    incoming_qty: 0,
    suggested_qty: 3,
    supplier: null,
    unit_price: 45.5,
  })
  const draft = await newOrder({ lines: [line] })
  const placed = await ordered({ lines: [{ ...line, quantity: 4 }] })
  expect(await suggestionFor(product)).toBeUndefined()
  await api.post(`${draft.path}/cancel`)
  await receive(placed.lines[0], 2)
  expect(await suggestionFor(product)).toMatchObject({ incoming_qty: 2, suggested_qty: 1 })
  await api.post(`${placed.path}/close`)
  expect(await suggestionFor(product)).toMatchObject({ incoming_qty: 0, suggested_qty: 3 })
})

test('goes to the preferred supplier, else the cheapest, else the last one', async () => {
  const [first, second, third] = await Promise.all([newSupplier(), newSupplier(), newSupplier()])
  const product = await newProduct({ min_stock: 1 })
  const supplierNow = async () => {
    const suggestion = await suggestionFor(product)
    return [suggestion.supplier?.id ?? null, suggestion.unit_price]
  }
  expect(await supplierNow()).toEqual([null, 45.5])
  const placed = await ordered({
    supplier_id: third.id,
    lines: [{ product_id: product.id, quantity: 1, unit_price: 7 }],
  })
  await api.post(`${placed.path}/cancel`)
  expect(await supplierNow()).toEqual([third.id, 7])
  const article = (supplier: Json, unit_price: number | null) =>
    newArticle({ supplier_id: supplier.id, product_id: product.id, unit_price })
  const dear = await article(first, 9)
  expect(await supplierNow()).toEqual([first.id, 9])
  const cheap = await article(second, 8)
  await article(third, null)
  expect(await supplierNow()).toEqual([second.id, 8])
  await api.patch(`/supplier-products/${dear.id}`, { is_preferred: true })
  expect(await supplierNow()).toEqual([first.id, 9])
  await api.patch(`/suppliers/${first.id}`, { is_active: false })
  expect(await supplierNow()).toEqual([second.id, cheap.unit_price])
})

test('narrows to a supplier or a category, page by page', async () => {
  const parent_id = (await api.post('/product-categories', { name: 'Top' })).body.id
  const category_id = (await api.post('/product-categories', { name: 'Below', parent_id })).body.id
  const supplier = await newSupplier()
  const products = await Promise.all(
    Array.from({ length: 3 }, () => newProduct({ min_stock: 1, category_id })),
  )
  for (const { id: product_id } of products.slice(1)) {
    await newArticle({ supplier_id: supplier.id, product_id, unit_price: 1 })
  }
  expect(await suggestions(`category_id=${parent_id}`)).toHaveLength(3)
  expect(await suggestions(`supplier_id=${supplier.id}`)).toHaveLength(2)
  const second = await api.get(
    `/purchase-orders/suggestions?category_id=${parent_id}&per_page=2&page=2`,
  )
  expect(second.body).toHaveLength(1)
  expect(second.headers.get('x-total-count')).toBe('3')
  expect((await api.get('/purchase-orders/suggestions?supplier_id=99999999')).status).toBe(404)
  expect((await other.api.get('/purchase-orders/suggestions')).body).toEqual([])
})

test('looks only at products that are low, by an index', async () => {
  const results = await owner.query(
    `begin; set local enable_seqscan = off;
     explain select id from products where tenant_id = ${shop.tenant_id}
       and is_active and kind <> 'service' and stock_quantity - reserved_quantity < min_stock;
     rollback`,
  )
  const { rows } = (results as unknown as Json[])[2]
  expect(JSON.stringify(rows)).toContain('products_low_idx')
})

test('makes a draft for each supplier, and says what it leaves out', async () => {
  const one = await newSupplier()
  const two = await newSupplier()
  const products: Json[] = []
  for (const draft of [
    { min_stock: 2 },
    { min_stock: 3 },
    { min_stock: 4 },
    { min_stock: 1 },
    { min_stock: 1, purchase_price: null },
    { min_stock: 9_000_000 },
    { stock_quantity: 5 },
  ]) {
    products.push(await newProduct(draft))
  }
  const [first, second, third, orphan, priceless, huge, plenty] = products.map(({ id }) => id)
  for (const [supplier, product_id, unit_price, article_code] of [
    [one, first, 10, 'A1'],
    [one, second, 1.5, null],
    [two, third, 2, null],
    [two, priceless, null, null],
    [two, huge, 1, null],
  ]) {
    await newArticle({ supplier_id: supplier.id, product_id, unit_price, article_code })
  }
  const product_ids = products.map(({ id }) => id)
  const { status, body } = await api.post('/purchase-orders/from-suggestions', { product_ids })
  expect(status).toBe(200)
  expect(body.left_out).toEqual(
    expect.arrayContaining([
      { product_id: orphan, reason: 'no_supplier' },
      { product_id: priceless, reason: 'no_price' },
      { product_id: huge, reason: 'too_large' },
      { product_id: plenty, reason: 'not_needed' },
    ]),
  )
  expect(body.left_out).toHaveLength(4)
  const orders = await Promise.all(
    body.purchase_orders.map(async (id: number) => (await api.get(`/purchase-orders/${id}`)).body),
  )
  expect(orders).toMatchObject([
    {
      status: 'draft',
      supplier_id: one.id,
      total: 24.5,
      lines: [
        { product_id: first, quantity: 2, unit_price: 10, article_code: 'A1', total: 20 },
        { product_id: second, quantity: 3, unit_price: 1.5, total: 4.5 },
      ],
    },
    { supplier_id: two.id, lines: [{ product_id: third, quantity: 4, total: 8 }] },
  ])
})

test('orders at one supplier when asked', async () => {
  const [one, two] = await Promise.all([newSupplier(), newSupplier()])
  const [here, there] = await Promise.all([
    newProduct({ min_stock: 1 }),
    newProduct({ min_stock: 1 }),
  ])
  await newArticle({ supplier_id: one.id, product_id: here.id, unit_price: 1 })
  await newArticle({ supplier_id: two.id, product_id: there.id, unit_price: 1 })
  const ask = (body: object) => api.post('/purchase-orders/from-suggestions', body)
  const product_ids = [there.id]
  expect((await ask({ supplier_id: one.id, product_ids })).body).toEqual({
    purchase_orders: [],
    left_out: [{ product_id: there.id, reason: 'other_supplier' }],
  })
  expect((await ask({ supplier_id: one.id })).body).toEqual({
    purchase_orders: [expect.any(Number)],
    left_out: [],
  })
  expect(await suggestions(`supplier_id=${two.id}`)).toHaveLength(1)
  expect((await ask({ supplier_id: 99_999_999 })).body.errors).toHaveProperty('supplier_id')
  expect((await ask({ product_ids: [here.id, 99_999_999] })).body.errors).toHaveProperty(
    'product_ids',
  )
  expect((await shop.as.technician.post('/purchase-orders/from-suggestions', {})).status).toBe(403)
})

test('orders once when five ask at once', async () => {
  const supplier = await newSupplier()
  const { id: product_id } = await newProduct({ min_stock: 5 })
  await newArticle({ supplier_id: supplier.id, product_id, unit_price: 1 })
  const answers = await Promise.all(
    Array.from({ length: 5 }, () =>
      api.post('/purchase-orders/from-suggestions', { supplier_id: supplier.id }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(answers.flatMap(({ body }) => body.purchase_orders)).toHaveLength(1)
  expect((await api.get(`/purchase-orders?supplier_id=${supplier.id}`)).body.total).toBe(1)
})

test('after ordering what is suggested there is enough, and never a pack too much', async () => {
  const supplier = await newSupplier()
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        stock: fc.nat(10),
        min: fc.nat(12),
        above: fc.option(fc.nat(10)),
        pack: fc.integer({ min: 1, max: 7 }),
        short: fc.nat(5),
      }),
      async ({ stock, min, above, pack, short }) => {
        const max_stock = above === null ? null : min + above
        const product = await newProduct({ stock_quantity: stock, min_stock: min, max_stock })
        const article = { supplier_id: supplier.id, product_id: product.id, unit_price: 1 }
        await newArticle({ ...article, pack_size: pack })
        if (short > 0) await wanted(product.id, short)
        const free = stock - short
        const suggestion = await suggestionFor(product)
        if (free >= min) {
          expect(suggestion).toBeUndefined()
          return
        }
        const target = max_stock ?? min
        expect(suggestion.suggested_qty % pack).toBe(0)
        expect(free + suggestion.suggested_qty).toBeGreaterThanOrEqual(target)
        expect(free + suggestion.suggested_qty).toBeLessThan(target + pack)
        await api.post('/purchase-orders/from-suggestions', { product_ids: [product.id] })
        expect(await suggestionFor(product)).toBeUndefined()
      },
    ),
    { numRuns: 15 },
  )
})
