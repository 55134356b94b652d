import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { settled } from '../harness/database.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const add = async (draft: object) => {
  const { status, body } = await api.post('/products', { name: 'Part', price_excl: 1, ...draft })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
const names = (answer: { body: Json }) => answer.body.data.map((p: Json) => p.name)

test('creates, gets, updates and deletes a product', async () => {
  const created = await api.post('/products', {
    name: 'iPhone 15 Screen',
    sku: 'SCR-IP15-BLK',
    price_excl: 89,
    purchase_price: '45.50',
    min_stock: 3,
  })
  expect(created.status).toBe(201)
  const { id, created_at, updated_at } = created.body
  expect(created.body).toEqual({
    id: expect.any(Number),
    name: 'iPhone 15 Screen',
    sku: 'SCR-IP15-BLK',
    kind: 'part',
    description: null,
    barcode: null,
    price_excl: 89,
    price_incl: 107.69,
    purchase_price: 45.5,
    vat_rate: 21,
    tax_rate_id: expect.any(Number),
    stock_quantity: 0,
    reserved_quantity: 0,
    stock_value: 0,
    min_stock: 3,
    max_stock: null,
    default_bin_id: null,
    category_id: null,
    is_active: true,
    track_serials: false,
    allow_negative_stock: false,
    created_at,
    updated_at,
  })
  const got = await api.get(`/products/${id}`)
  expect(got).toMatchObject({ status: 200, body: created.body })
  const etag = got.headers.get('etag') as string
  const put = await api.put(`/products/${id}`, { price_excl: 100, sku: '' }, { 'If-Match': etag })
  expect(put).toMatchObject({
    status: 200,
    body: { price_excl: 100, price_incl: 121, sku: null, name: 'iPhone 15 Screen', min_stock: 3 },
  })
  expect((await api.patch(`/products/${id}`, { min_stock: 5 })).body.min_stock).toBe(5)
  const stale = await api.patch(`/products/${id}`, { min_stock: 6 }, { 'If-Match': etag })
  expect(stale).toMatchObject({ status: 412, body: { code: 'stale' } })
  expect((await api.delete(`/products/${id}`)).status).toBe(204)
  expect((await api.get(`/products/${id}`)).status).toBe(404)
})

test('writes prices with two to four decimals and rounds the price incl. as an invoice does', async () => {
  const prices = async (draft: object) => {
    const { price_excl, price_incl, vat_rate } = await add(draft)
    return [price_excl, price_incl, vat_rate]
  }
  expect(await prices({ price_excl: '0.1250', vat_rate: 9 })).toEqual([0.125, 0.14, 9])
  expect(await prices({ price_excl: 12.3456, vat_rate: '0' })).toEqual([12.3456, 12.35, 0])
  // The line is 10.01 before VAT is taken of it: 2.10, not 2.1010 of 10.005.
  expect(await prices({ price_excl: 10.005 })).toEqual([10.005, 12.11, 21])
  expect(await prices({ price_excl: 9_999_999.9999 })).toEqual([9_999_999.9999, 12_100_000, 21])
  const url = `${api.url}/api/products/${(await add({ price_excl: 89 })).id}`
  const headers = { Authorization: `Bearer ${api.token}` }
  expect(await (await fetch(url, { headers })).text()).toContain(
    '"price_excl":89.00,"price_incl":107.69',
  )
})

test('turns initial stock into a movement, and ignores stock in an update', async () => {
  const product = await add({ name: 'Battery', stock_quantity: 7 })
  expect(product.stock_quantity).toBe(7)
  const { body } = await api.get(`/stock/movements?product_id=${product.id}`)
  expect(body.data).toMatchObject([
    { kind: 'initial', quantity: 7, user: { name: 'admin of first' } },
  ])
  const put = await api.put(`/products/${product.id}`, { ...product, stock_quantity: 99 })
  expect(put).toMatchObject({ status: 200, body: { stock_quantity: 7 } })
  const none = await add({ name: 'Empty', stock_quantity: 0 })
  expect((await api.get(`/stock/movements?product_id=${none.id}`)).body.total).toBe(0)
})

test('refuses what is not a product, each at its field', async () => {
  const complaints = async (draft: object) => {
    const { status, body } = await api.post('/products', { name: 'X', price_excl: 1, ...draft })
    expect(status).toBe(422)
    return body.errors
  }
  expect(await complaints({ name: ' ', price_excl: undefined })).toEqual({
    name: [expect.stringMatching(/^The name field/)],
    price_excl: ['The price excl field is required.'],
  })
  const bad = {
    name: 'a\u0000b',
    price_excl: -1,
    purchase_price: 1.23456,
    vat_rate: 101,
    stock_quantity: -1,
    min_stock: 1.5,
    kind: 'gadget',
    is_active: 'yes',
    category_id: 0,
  }
  for (const [field, value] of Object.entries(bad)) {
    expect(Object.keys(await complaints({ [field]: value }))).toEqual([field])
  }
  expect((await complaints({ price_excl: '1,50' })).price_excl).toContain(
    'The price excl field must be a price with at most 4 decimals.',
  )
  expect(await complaints({ kind: 'service', stock_quantity: 1 })).toEqual({
    stock_quantity: ['The stock quantity field must be 0 for a service.'],
  })
  expect(await complaints({ category_id: 999_999 })).toEqual({
    category_id: ['The selected category id is invalid.'],
  })
})

test('keeps a SKU unique within the shop', async () => {
  const { id } = await add({ sku: 'ONCE' })
  const taken = { status: 422, body: { errors: { sku: ['The sku has already been taken.'] } } }
  expect(await api.post('/products', { name: 'B', price_excl: 1, sku: ' ONCE ' })).toMatchObject(
    taken,
  )
  const twice = await add({ sku: 'TWICE' })
  expect(await api.put(`/products/${twice.id}`, { sku: 'ONCE' })).toMatchObject(taken)
  expect((await api.put(`/products/${id}`, { sku: 'ONCE' })).status).toBe(200)
  const theirs = await other.api.post('/products', { name: 'B', price_excl: 1, sku: 'ONCE' })
  expect(theirs.status).toBe(201)
  const drafts = Array.from({ length: 8 }, () =>
    api.post('/products', { name: 'Race', price_excl: 1, sku: 'RACE' }),
  )
  const statuses = (await Promise.all(drafts)).map(({ status }) => status)
  expect(statuses.toSorted()).toEqual([201, ...Array(7).fill(422)])
})

test('finds by every filter', async () => {
  const parts = (await api.post('/product-categories', { name: 'Filtered' })).body.id
  const cables = (await api.post('/product-categories', { name: 'Cables', parent_id: parts })).body
    .id
  await add({ name: 'Çâble 100%', sku: 'CAB-1', barcode: '871', category_id: cables })
  await add({ name: 'Fitting', kind: 'service', category_id: parts, is_active: false })
  await add({ name: 'Sleeve', kind: 'accessory', category_id: parts, stock_quantity: 2 })
  const list = (query: string) => api.get(`/products?category_id=${parts}&${query}`)
  expect(names(await list(''))).toEqual(['Sleeve', 'Fitting', 'Çâble 100%'])
  expect(names(await api.get(`/products?category_id=${cables}`))).toEqual(['Çâble 100%'])
  expect(names(await list('q=cable'))).toEqual(['Çâble 100%'])
  expect(names(await list('q=cab-1'))).toEqual(['Çâble 100%'])
  expect(names(await list('q=cab1'))).toEqual([])
  expect(names(await list('q=0%25'))).toEqual([])
  expect(names(await list('q=100%25'))).toEqual(['Çâble 100%'])
  expect(names(await list('in_stock=1'))).toEqual(['Sleeve'])
  expect(names(await list('in_stock=0'))).toHaveLength(3)
  expect(names(await list('is_active=false'))).toEqual(['Fitting'])
  expect(names(await list('is_active=true'))).toHaveLength(2)
  expect(names(await list('kind=accessory'))).toEqual(['Sleeve'])
  expect(names(await list('sku=CAB-1'))).toEqual(['Çâble 100%'])
  expect(names(await list('barcode=871'))).toEqual(['Çâble 100%'])
  expect((await list('per_page=2&page=2')).body).toMatchObject({
    data: [{ name: 'Çâble 100%', price_incl: 1.21 }],
    current_page: 2,
    last_page: 2,
    per_page: 2,
    total: 3,
  })
  expect((await list('kind=gadget')).status).toBe(422)
  expect((await list('in_stock=maybe')).status).toBe(422)
  expect((await api.get('/products?category_id=999999')).status).toBe(404)
})

test('hands on what changed, stock included', async () => {
  const first = await add({ name: 'Sync 1', stock_quantity: 1 })
  await add({ name: 'Sync 2' })
  const since = `/products?updated_since=${(await moment()).replaceAll('+', '%2B')}`
  expect((await api.get(since)).body).toMatchObject({ data: [], next_cursor: null })
  await api.post('/stock/adjust', { product_id: first.id, quantity: 1 })
  await settled(owner)
  const page = await api.get(`${since}&per_page=1`)
  expect(page.body).toMatchObject({ data: [{ name: 'Sync 1', stock_quantity: 2 }], per_page: 1 })
  expect(page.body).not.toHaveProperty('total')
  const next = await api.get(`/products?cursor=${encodeURIComponent(page.body.next_cursor)}`)
  expect(next.body.data).toEqual([])
  expect((await api.get('/products?updated_since=2026-02-30')).status).toBe(422)
})

const moment = async () =>
  (await owner.query<{ now: string }>(`select to_json(clock_timestamp()) #>> '{}' as now`)).rows[0]
    ?.now as string

test('deactivates rather than deletes what has a history', async () => {
  const { id } = await add({ stock_quantity: 1 })
  expect(await api.delete(`/products/${id}`)).toMatchObject({
    status: 422,
    body: {
      code: 'in_use',
      message:
        'Cannot delete: it is still used by stock movements. Set is_active to false instead.',
    },
  })
  expect((await api.patch(`/products/${id}`, { is_active: false })).body.is_active).toBe(false)
})

test('lets no service have stock, and no shortage lose its permission', async () => {
  const { id } = await add({ stock_quantity: 1 })
  expect(await api.put(`/products/${id}`, { kind: 'service' })).toMatchObject({
    status: 422,
    body: { code: 'has_stock', errors: { kind: [expect.any(String)] } },
  })
  await api.post('/stock/adjust', { product_id: id, quantity: -1 })
  expect((await api.put(`/products/${id}`, { kind: 'service' })).body.kind).toBe('service')
  const short = await add({ allow_negative_stock: true })
  await api.post('/stock/adjust', { product_id: short.id, quantity: -1 })
  const strict = { allow_negative_stock: false }
  expect(await api.put(`/products/${short.id}`, strict)).toMatchObject({
    status: 422,
    body: {
      code: 'insufficient_stock',
      errors: { allow_negative_stock: ['The stock is below 0; bring it to 0 first.'] },
    },
  })
  await api.post('/stock/adjust', { product_id: short.id, quantity: 1 })
  expect((await api.put(`/products/${short.id}`, strict)).status).toBe(200)
})

test('opens to who may, in the own shop only', async () => {
  const theirs = (await other.api.post('/products', { name: 'Theirs', price_excl: 1 })).body
  for (const answer of await Promise.all([
    api.get(`/products/${theirs.id}`),
    api.put(`/products/${theirs.id}`, { name: '' }),
    api.patch(`/products/${theirs.id}`, { name: 'Ours' }),
    api.delete(`/products/${theirs.id}`),
    api.get('/products/abc'),
  ])) {
    expect(answer.status).toBe(404)
  }
  expect((await api.get('/products?q=theirs')).body.total).toBe(0)
  const theirCategory = (await other.api.post('/product-categories', { name: 'Theirs' })).body.id
  const { id } = await add({})
  expect((await api.get(`/products?category_id=${theirCategory}`)).status).toBe(404)
  expect(
    (await api.put(`/products/${id}`, { category_id: theirCategory })).body.errors,
  ).toHaveProperty('category_id')
  for (const role of ['technician', 'frontdesk', 'accountant'] as const) {
    expect((await shop.as[role].get('/products')).status).toBe(200)
    expect((await shop.as[role].post('/products', {})).status).toBe(403)
    expect((await shop.as[role].put(`/products/${id}`, {})).status).toBe(403)
    expect((await shop.as[role].delete(`/products/${id}`)).status).toBe(403)
  }
  expect((await shop.as.manager.delete(`/products/${id}`)).status).toBe(204)
})
