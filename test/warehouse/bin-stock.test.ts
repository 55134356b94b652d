import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { startShelves } from './shelves.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { main, dock, newWarehouse, newBin, newProduct, putAway, transfer, adjust, places } =
  await startShelves(shop)

test('shows the stock in a bin as the reference prints it', async () => {
  const bin_id = await newBin('A-01-02')
  const product_id = await newProduct({ name: 'USB-C cable', sku: 'CAB-USB-C', stock_quantity: 40 })
  expect((await api.get(`/bin-stock/by-bin/${bin_id}`)).body).toEqual([])
  await putAway(product_id, bin_id, 30)
  const { body, headers } = await api.get(`/bin-stock/by-bin/${bin_id}`)
  const { name: warehouse } = (await api.get(`/warehouses/${main}`)).body
  expect(body).toEqual([
    {
      product_id,
      sku: 'CAB-USB-C',
      name: 'USB-C cable',
      quantity: 30,
      bin_id,
      bin: 'A-01-02',
      warehouse_id: main,
      warehouse,
    },
  ])
  expect(headers.get('x-total-count')).toBe('1')
  expect((await api.get('/bin-stock/by-bin/999999')).status).toBe(404)
  expect((await api.get('/bin-stock/by-bin/abc')).status).toBe(404)
})

test('lists the stock in all bins as people walk, with its filters', async () => {
  const far = await newWarehouse('Far')
  const [b2, b1] = [await newBin('B-02'), await newBin('B-01')]
  const one = await newProduct({ name: 'Walk one', barcode: '871' })
  const two = await newProduct({ name: 'Walk two' })
  for (const [product_id, quantity, bin_id] of [
    [two, 1, b1],
    [one, 2, b2],
    [one, 3, b1],
    [one, 4, far.dock],
    [two, 5, b2],
    [two, -5, b2],
  ] as const) {
    expect((await adjust(product_id, quantity, bin_id)).status).toBe(200)
  }
  const seen = async (query: string) => {
    const { status, body } = await api.get(`/bin-stock?${query}`)
    expect(status).toBe(200)
    return body.map((s: Record<string, unknown>) => [s.product_id, s.quantity, s.bin_id])
  }
  expect(await seen('q=walk')).toEqual([
    [one, 3, b1],
    [two, 1, b1],
    [one, 2, b2],
    [one, 4, far.dock],
  ])
  expect(await seen('q=871&per_page=1&page=2')).toEqual([[one, 2, b2]])
  expect(await seen(`warehouse_id=${far.id}`)).toEqual([[one, 4, far.dock]])
  expect(await seen(`bin_id=${b2}`)).toEqual([[one, 2, b2]])
  expect(await seen(`product_id=${two}`)).toEqual([[two, 1, b1]])
  for (const name of ['product_id', 'bin_id', 'warehouse_id']) {
    expect((await api.get(`/bin-stock?${name}=999999`)).status).toBe(404)
  }
  const { rows } = await owner.query('select id from bins where tenant_id = $1', [other.tenant_id])
  expect((await api.get(`/bin-stock/by-bin/${rows[0].id}`)).status).toBe(404)
  expect((await other.api.get('/bin-stock')).body).toEqual([])
})

test('puts goods away out of where they came in', async () => {
  const bin_id = await newBin('C-01')
  const product_id = await newProduct({ stock_quantity: 12, purchase_price: 4.5 })
  const answer = await shop.as.technician.post('/putaway', {
    product_id,
    bin_id,
    quantity: 5,
    reason: 'Delivery',
  })
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    product_id,
    bin_id,
    bin: 'C-01',
    quantity: 5,
    movement_id: expect.any(Number),
  })
  expect((await putAway(product_id, bin_id, 2)).body.quantity).toBe(7)
  expect(await places(product_id)).toEqual({ 'C-01': 7, RECEIVING: 5 })
  expect((await api.get(`/products/${product_id}`)).body).toMatchObject({
    stock_quantity: 12,
    stock_value: 54,
  })
  const movements = await api.get(`/stock/movements?product_id=${product_id}&kind=putaway`)
  const { movement_id } = answer.body
  expect(movements.body.data.slice(2)).toMatchObject([
    { bin: 'C-01', quantity: 5, pair_id: movement_id, reason: 'Delivery', value: 0 },
    { id: movement_id, bin: 'RECEIVING', quantity: -5, pair_id: null, reason: 'Delivery' },
  ])
})

test('empties the dock of the same warehouse first, then the default one, then others', async () => {
  const [near, far] = [await newWarehouse('Near dock'), await newWarehouse('Far dock')]
  const bin_id = await newBin('N-01', { warehouse_id: near.id })
  const product_id = await newProduct()
  for (const place of [far.dock, dock, near.dock]) await adjust(product_id, 2, place)
  const left = async () => {
    const { body } = await api.get(`/bin-stock?product_id=${product_id}`)
    return [near.dock, dock, far.dock].map(
      (place) => body.find((s: { bin_id: number }) => s.bin_id === place)?.quantity ?? 0,
    )
  }
  expect((await putAway(product_id, bin_id, 1)).status).toBe(200)
  expect(await left()).toEqual([1, 2, 2])
  expect((await putAway(product_id, bin_id, 2)).status).toBe(200)
  expect(await left()).toEqual([0, 1, 2])
  expect(await putAway(product_id, bin_id, 4)).toMatchObject({
    status: 422,
    body: {
      code: 'insufficient_stock',
      errors: { quantity: ['No more than 3 wait to be put away.'] },
    },
  })
  expect((await putAway(product_id, bin_id, 3)).body.quantity).toBe(6)
  expect(await left()).toEqual([0, 0, 0])
})

test('moves goods from bin to bin', async () => {
  const [from, to] = [await newBin('D-01'), await newBin('D-02')]
  const product_id = await newProduct()
  await adjust(product_id, 10, from)
  const answer = await transfer(product_id, from, to, 4)
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    product_id,
    from_bin_id: from,
    to_bin_id: to,
    quantity: 4,
    movement_id: expect.any(Number),
  })
  expect(await places(product_id)).toEqual({ 'D-01': 6, 'D-02': 4 })
  expect(await transfer(product_id, from, to, 7)).toMatchObject({
    status: 422,
    body: { code: 'insufficient_stock', errors: { quantity: ['There is not enough stock.'] } },
  })
  expect((await transfer(product_id, from, from, 1)).body.errors).toEqual({
    to_bin_id: ['The to bin id field must be another bin.'],
  })
  expect((await api.get(`/stock/movements/${answer.body.movement_id}`)).body).toMatchObject({
    kind: 'transfer',
    quantity: -4,
    bin_id: from,
  })
  expect((await api.get(`/products/${product_id}`)).body.stock_quantity).toBe(10)
})

test('nothing moves that is not there, not even of what may be sold before it is', async () => {
  const bin_id = await newBin('E-01')
  const product_id = await newProduct({ allow_negative_stock: true, stock_quantity: 1 })
  const short = { status: 422, body: { code: 'insufficient_stock' } }
  expect(await putAway(product_id, bin_id, 2)).toMatchObject(short)
  expect(await transfer(product_id, dock, bin_id, 2)).toMatchObject(short)
  expect((await adjust(product_id, -3)).body.quantity).toBe(-2)
  expect(await places(product_id)).toEqual({ RECEIVING: -2 })
  // What comes in elsewhere covers what is short.
  expect((await adjust(product_id, 5, bin_id)).status).toBe(200)
  expect(await places(product_id)).toEqual({ 'E-01': 3 })
})

test('refuses at the field that is wrong', async () => {
  const bin_id = await newBin('F-01')
  const off = await newBin('F-02', { is_active: false })
  const product_id = await newProduct({ stock_quantity: 5 })
  const service = await newProduct({ kind: 'service' })
  const theirs = (await other.api.get('/bins')).body.data[0].id
  const refusals: [object, string, string][] = [
    [await putAway(999_999, bin_id, 1), 'product_id', 'validation_failed'],
    [await putAway(product_id, 999_999, 1), 'bin_id', 'validation_failed'],
    [await putAway(product_id, theirs, 1), 'bin_id', 'validation_failed'],
    [await putAway(product_id, off, 1), 'bin_id', 'bin_inactive'],
    [await putAway(product_id, dock, 1), 'bin_id', 'receiving_bin'],
    [await putAway(service, bin_id, 1), 'quantity', 'insufficient_stock'],
    [await putAway(product_id, bin_id, 1, { serials: ['1'] }), 'serials', 'serials_not_tracked'],
    [await putAway(product_id, bin_id, 0), 'quantity', 'validation_failed'],
    [await putAway(product_id, bin_id, 1.5), 'quantity', 'validation_failed'],
    [await putAway(product_id, bin_id, 1, { reason: '\u0000' }), 'reason', 'validation_failed'],
    [await transfer(999_999, dock, bin_id, 1), 'product_id', 'validation_failed'],
    [await transfer(product_id, 999_999, bin_id, 1), 'from_bin_id', 'validation_failed'],
    [await transfer(product_id, theirs, bin_id, 1), 'from_bin_id', 'validation_failed'],
    [await transfer(product_id, dock, theirs, 1), 'to_bin_id', 'validation_failed'],
    [await transfer(product_id, dock, off, 1), 'to_bin_id', 'bin_inactive'],
    [await transfer(service, dock, bin_id, 1), 'product_id', 'no_stock_kept'],
    [await transfer(product_id, dock, bin_id, -1), 'quantity', 'validation_failed'],
  ]
  for (const [answer, field, code] of refusals) {
    expect(answer).toMatchObject({ status: 422, body: { code } })
    expect(answer).toHaveProperty(['body', 'errors', field])
  }
  expect((await transfer(product_id, dock, theirs, 1)).body).toMatchObject({
    message: 'The given data was invalid.',
    errors: { to_bin_id: ['The selected to bin id is invalid.'] },
  })
  expect((await shop.as.frontdesk.post('/putaway', {})).status).toBe(403)
  expect((await shop.as.frontdesk.post('/bin-stock/transfer', {})).status).toBe(403)
  expect(await places(product_id)).toEqual({ RECEIVING: 5 })
})

test('suggests where goods may go', async () => {
  const hall = await newWarehouse('Hall')
  const inHall = (code: string, more: object = {}) =>
    newBin(code, { warehouse_id: hall.id, ...more })
  const waiting = async () => {
    const { status, body } = await api.get(`/putaway?warehouse_id=${hall.id}`)
    expect(status).toBe(200)
    return body.data.map((line: { product_id: number; suggested_bin: { code: string } | null }) => [
      line.product_id,
      line.suggested_bin?.code ?? null,
    ])
  }
  const category_id = (await api.post('/product-categories', { name: 'Screens' })).body.id
  const fresh = await newProduct({ name: 'Fresh' })
  await adjust(fresh, 1, hall.dock)
  expect(await waiting()).toEqual([[fresh, null]])

  await inHall('A-01', { is_active: false })
  const [a2, a3, a4, a5] = [
    await inHall('A-02'),
    await inHall('A-03'),
    await inHall('A-04'),
    await inHall('A-05'),
  ]
  const fixed = await newProduct({ name: 'Fixed', default_bin_id: a2 })
  const known = await newProduct({ name: 'Known', category_id })
  const kindred = await newProduct({ name: 'Kindred', category_id })
  await adjust(known, 2, a4)
  await adjust(known, 1, a5)
  for (const product_id of [fixed, known, kindred]) await adjust(product_id, 1, hall.dock)
  // A-01 is out of use, A-02 is somebody's place, A-03 the first that is empty.
  expect(await waiting()).toEqual([
    [kindred, 'A-04'],
    [known, 'A-04'],
    [fixed, 'A-02'],
    [fresh, 'A-03'],
  ])
  const { body } = await api.get(`/putaway?product_id=${fixed}`)
  expect(body).toMatchObject({ total: 1, current_page: 1, per_page: 25 })
  expect(body.data[0]).toEqual({
    product_id: fixed,
    sku: null,
    name: 'Fixed',
    quantity: 1,
    bin_id: hall.dock,
    bin: 'RECEIVING',
    warehouse_id: hall.id,
    warehouse: 'Hall',
    suggested_bin: { id: a2, code: 'A-02', warehouse: 'Hall' },
  })
  expect((await putAway(fresh, a3, 1)).status).toBe(200)
  expect((await api.put(`/bins/${a2}`, { is_active: false })).status).toBe(200)
  expect(await waiting()).toEqual([
    [kindred, 'A-04'],
    [known, 'A-04'],
    [fixed, null],
  ])
  expect((await api.get(`/putaway?q=kindred`)).body.data).toHaveLength(1)
  expect((await api.get('/putaway?warehouse_id=999999')).status).toBe(404)
  expect((await api.get('/putaway?product_id=999999')).status).toBe(404)
})
