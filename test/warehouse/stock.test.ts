import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const add = async (draft: object = {}) => {
  const { status, body } = await api.post('/products', { name: 'Part', price_excl: 1, ...draft })
  expect(status).toBe(201)
  return body.id as number
}
const adjust = (product_id: number, quantity: number, reason?: string) =>
  api.post('/stock/adjust', { product_id, quantity, reason })

/** What the product says it has, and what its movements add up to. */
async function stockOf(product_id: number): Promise<{ stock: number; moved: number }> {
  const { rows } = await owner.query(
    `select p.stock_quantity as stock, coalesce(sum(m.quantity), 0)::int as moved
     from products p left join stock_movements m on m.product_id = p.id where p.id = $1 group by p.id`,
    [product_id],
  )
  return rows[0]
}

test('shows stock levels as a bare array', async () => {
  const screen = { name: 'iPhone 15 Screen', sku: 'SCR-IP15-BLK', min_stock: 3 }
  const id = await add({ ...screen, stock_quantity: 12 })
  await add({ name: 'Advice', kind: 'service' })
  const low = await add({ name: 'Iphone glue', min_stock: 1 })
  const even = await add({ name: 'Tape', min_stock: 1, stock_quantity: 1 })
  const all = await api.get('/stock')
  expect(all.status).toBe(200)
  expect(all.body).toEqual([
    { product_id: even, sku: null, name: 'Tape', quantity: 1, min_stock: 1 },
    { product_id: low, sku: null, name: 'Iphone glue', quantity: 0, min_stock: 1 },
    { product_id: id, ...screen, quantity: 12 },
  ])
  expect(all.headers.get('x-total-count')).toBe('3')
  const ids = async (query: string) =>
    (await api.get(`/stock?${query}`)).body.map((level: { product_id: number }) => level.product_id)
  expect(await ids('q=iphone')).toEqual([low, id])
  expect(await ids('q=SCR-IP15')).toEqual([id])
  expect(await ids('below_min=1')).toEqual([low])
  expect(await ids('below_min=0')).toHaveLength(3)
  const second = await api.get('/stock?per_page=1&page=2')
  expect(second.body).toMatchObject([{ product_id: low }])
  expect(second.headers.get('x-total-count')).toBe('3')
  const parent_id = (await api.post('/product-categories', { name: 'Top' })).body.id
  const category_id = (await api.post('/product-categories', { name: 'Below', parent_id })).body.id
  await api.patch(`/products/${even}`, { category_id })
  expect(await ids(`category_id=${parent_id}`)).toEqual([even])
  expect((await api.get('/stock?category_id=999999')).status).toBe(404)
  expect((await api.get('/stock?per_page=1001')).status).toBe(422)
  expect((await other.api.get('/stock')).body).toEqual([])
})

test('adjusts, and remembers who, how much and why', async () => {
  const id = await add({ stock_quantity: 10 })
  const answer = await shop.as.technician.post('/stock/adjust', {
    product_id: id,
    quantity: -3,
    reason: 'Damaged',
  })
  const { movement_id } = answer.body
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.body).toEqual({ product_id: id, quantity: 7, movement_id: expect.any(Number) })
  const movement = await api.get(`/stock/movements/${movement_id}`)
  expect(movement.body).toEqual({
    id: movement_id,
    product_id: id,
    kind: 'adjust',
    quantity: -3,
    bin_id: expect.any(Number),
    bin: 'RECEIVING',
    serial: null,
    reason: 'Damaged',
    source: null,
    source_id: null,
    pair_id: null,
    unit_cost: 0,
    value: 0,
    user: { id: expect.any(Number), name: 'technician of first' },
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  const list = await api.get(`/stock/movements?product_id=${id}`)
  expect(list.body).toMatchObject({ data: [{ quantity: -3 }, { quantity: 10 }], total: 2 })
  expect((await api.get('/stock/movements?per_page=1')).body.data).toEqual([movement.body])
  expect((await api.get(`/products/${id}`)).body.stock_quantity).toBe(7)
})

test('refuses an adjustment that cannot be', async () => {
  const id = await add({ stock_quantity: 2 })
  const service = await add({ kind: 'service' })
  const theirs = (await other.api.post('/products', { name: 'T', price_excl: 1 })).body.id
  expect(await adjust(id, -3)).toMatchObject({
    status: 422,
    body: { code: 'insufficient_stock', errors: { quantity: ['There is not enough stock.'] } },
  })
  for (const quantity of [1, -1]) {
    expect(await adjust(service, quantity)).toMatchObject({
      status: 422,
      body: { code: 'no_stock_kept', errors: { product_id: ['A service has no stock.'] } },
    })
  }
  for (const unknown of [theirs, 999_999]) {
    expect((await adjust(unknown, 1)).body.errors).toEqual({
      product_id: ['The selected product id is invalid.'],
    })
  }
  expect((await adjust(id, 0)).body.errors).toEqual({
    quantity: ['The quantity field must not be 0.'],
  })
  expect((await adjust(id, 1.5)).body.errors).toHaveProperty('quantity')
  expect((await adjust(id, 1e10)).body.errors).toHaveProperty('quantity')
  expect((await adjust(id, 1, 'a\u0000')).body.errors).toHaveProperty('reason')
  expect((await adjust(id, 1, 'a'.repeat(256))).body.errors).toHaveProperty('reason')
  expect((await api.post('/stock/adjust', {})).body.errors).toEqual({
    product_id: ['The product id field is required.'],
    quantity: ['The quantity field is required.'],
  })
  expect(await stockOf(id)).toEqual({ stock: 2, moved: 2 })
  const short = await add({ allow_negative_stock: true })
  expect((await adjust(short, -3)).body.quantity).toBe(-3)
})

test('adjusts once for one idempotency key', async () => {
  const product_id = await add({ stock_quantity: 5 })
  const body = { product_id, quantity: -1 }
  const first = await api.post('/stock/adjust', body, { 'Idempotency-Key': 'one' })
  const again = await api.post('/stock/adjust', body, { 'Idempotency-Key': 'one' })
  expect(again.body).toEqual(first.body)
  expect(await stockOf(product_id)).toEqual({ stock: 4, moved: 4 })
})

test('never sells what is not there: 30 at once on 10 in stock', async () => {
  const id = await add({ stock_quantity: 10 })
  const answers = await Promise.all(Array.from({ length: 30 }, () => adjust(id, -1)))
  const left = answers.filter(({ status }) => status === 200).map(({ body }) => body.quantity)
  expect(left.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  const refusals = answers.filter(({ status }) => status !== 200)
  expect(new Set(refusals.map(({ body }) => body.code))).toEqual(new Set(['insufficient_stock']))
  expect(await stockOf(id)).toEqual({ stock: 0, moved: 0 })
})

test('gives no service stock when it becomes one at the same time', async () => {
  for (let round = 0; round < 5; round++) {
    const id = await add()
    const answers = await Promise.all([
      adjust(id, 1),
      api.put(`/products/${id}`, { kind: 'service' }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
  }
})

test('is always the sum of its movements, and never below 0', async () => {
  const quantity = fc.integer({ min: -5, max: 5 })
  await fc.assert(
    fc.asyncProperty(
      fc.nat(5),
      fc.array(fc.array(quantity, { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
      async (initial, waves) => {
        const id = await add({ stock_quantity: initial })
        let expected = initial
        for (const wave of waves) {
          const answers = await Promise.all(wave.map((q) => adjust(id, q)))
          const done = wave.filter((_, i) => answers[i]?.status === 200)
          expected += done.reduce((sum, q) => sum + q, 0)
          expect(await stockOf(id)).toEqual({ stock: expected, moved: expected })
          expect(expected).toBeGreaterThanOrEqual(0)
        }
      },
    ),
    { numRuns: 15 },
  )
})

test('is append-only, for who may, in the own shop only', async () => {
  const id = await add({ stock_quantity: 1 })
  const movement = (await api.get(`/stock/movements?product_id=${id}`)).body.data[0]
  const path = `/stock/movements/${movement.id}`
  for (const answer of await Promise.all([
    api.put(path, { quantity: 9 }),
    api.patch(path, { quantity: 9 }),
    api.delete(path),
    api.post('/stock/movements', { product_id: id, quantity: 9 }),
  ])) {
    expect(answer.status).toBe(405)
  }
  await expect(owner.query('update stock_movements set quantity = 9')).rejects.toThrow(
    /append-only/,
  )
  expect((await other.api.get(path)).status).toBe(404)
  expect((await other.api.get(`/stock/movements?product_id=${id}`)).status).toBe(404)
  expect((await other.api.get('/stock/movements')).body.total).toBe(0)
  expect((await shop.as.frontdesk.get('/stock')).status).toBe(200)
  expect((await shop.as.frontdesk.get(path)).status).toBe(200)
  expect((await shop.as.frontdesk.post('/stock/adjust', {})).status).toBe(403)
  expect((await shop.as.accountant.post('/stock/adjust', {})).status).toBe(403)
})

test('belongs to the inventory module', async () => {
  const { api: closed, tenant_id } = other
  await owner.query(
    `update license_modules set is_active = false where tenant_id = $1 and module_key = 'inventory'`,
    [tenant_id],
  )
  for (const path of ['/stock', '/stock/movements', '/products', '/product-categories']) {
    expect(await closed.get(path)).toMatchObject({ status: 403, body: { code: 'module_inactive' } })
  }
  for (const path of ['/stock/adjust', '/products', '/product-categories']) {
    expect(await closed.post(path, {})).toMatchObject({
      status: 403,
      body: { code: 'module_inactive' },
    })
  }
})
