import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { makers } from './makers.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { add, purchaseOrder, product, orderOf, stockOf } = makers(shop, owner)
const theirs = makers(other, owner)

const receive = (id: number, lines: object[], more: object = {}) =>
  api.post(`/receiving/from-po/${id}`, { lines, ...more })

const storageBin = async (code: string, values: object = {}) => {
  const { rows } = await owner.query(
    'select id::int from warehouses where tenant_id = $1 and is_default',
    [shop.tenant_id],
  )
  return add('bins', { warehouse_id: rows[0].id, code, ...values })
}

test('receives part of an order, then the rest', async () => {
  const [screen, glue] = [await product({ sku: 'SCR-1' }), await product({ name: 'Glue' })]
  const order = await purchaseOrder([
    { product_id: screen, quantity: 10, unit_price: 45.5 },
    { product_id: glue, quantity: 2, unit_price: 0.125 },
  ])
  const [first, second] = order.lines
  const answer = await receive(
    order.id,
    [
      { po_line_id: first, received_qty: 4 },
      { po_line_id: second, received_qty: 2, unit_cost: 0.15 },
    ],
    { reference: 'DN-48213' },
  )
  expect(answer.status).toBe(201)
  expect(answer.body).toEqual({
    id: expect.any(Number),
    receipt_number: expect.stringMatching(/^GR-\d{4}-\d{4}$/),
    purchase_order_id: order.id,
    supplier_id: order.supplier_id,
    supplier: { id: order.supplier_id, name: 'Parts & Co' },
    warehouse_id: expect.any(Number),
    reference: 'DN-48213',
    reverses_id: null,
    reversed_by_id: null,
    reason: null,
    user: { id: expect.any(Number), name: 'admin of first' },
    lines: [
      {
        id: expect.any(Number),
        product_id: screen,
        product: { id: screen, name: 'Screen', sku: 'SCR-1' },
        po_line_id: first,
        quantity: 4,
        unit_cost: 45.5,
      },
      {
        id: expect.any(Number),
        product_id: glue,
        product: { id: glue, name: 'Glue', sku: null },
        po_line_id: second,
        quantity: 2,
        unit_cost: 0.15,
      },
    ],
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  expect((await api.get(`/receiving/${answer.body.id}`)).body).toEqual(answer.body)
  expect(await orderOf(order.id)).toEqual({ status: 'partially_received', received: [4, 2] })
  expect(await stockOf(screen)).toEqual({ stock: 4, moved: 4, in_bins: 4, value_cents: 18200 })
  const { data } = (await api.get(`/stock/movements?product_id=${screen}`)).body
  expect(data).toMatchObject([
    {
      kind: 'receipt',
      quantity: 4,
      bin: 'RECEIVING',
      source: 'goods_receipt',
      source_id: answer.body.id,
      unit_cost: 45.5,
      value: 182,
    },
  ])
  expect((await receive(order.id, [{ po_line_id: first, received_qty: 6 }])).status).toBe(201)
  expect(await orderOf(order.id)).toEqual({ status: 'received', received: [10, 2] })
  expect(await receive(order.id, [{ po_line_id: first, received_qty: 1 }])).toMatchObject({
    status: 422,
    body: {
      code: 'not_ordered',
      message: `${order.po_number} is received: nothing is to come of it.`,
    },
  })
})

test('lists receipts, newest first', async () => {
  const [product_id, other_product] = [await product(), await product()]
  const order = await purchaseOrder([{ product_id, quantity: 5 }])
  const line = { po_line_id: order.line, received_qty: 1 }
  const one = (await receive(order.id, [line], { reference: 'DN-1' })).body
  const two = (await receive(order.id, [line], { reference: 'DN-2' })).body
  const direct = (await api.post('/receiving/direct', { product_id: other_product, quantity: 1 }))
    .body
  const ids = async (query: string) =>
    (await api.get(`/receiving?${query}`)).body.data.map(({ id }: { id: number }) => id)
  expect((await ids('')).slice(0, 3)).toEqual([direct.id, two.id, one.id])
  expect(await ids(`purchase_order_id=${order.id}`)).toEqual([two.id, one.id])
  expect(await ids(`supplier_id=${order.supplier_id}`)).toEqual([two.id, one.id])
  expect(await ids(`product_id=${other_product}`)).toEqual([direct.id])
  expect(await ids('reference=DN-1')).toEqual([one.id])
  expect(await ids(`purchase_order_id=${order.id}&from=2020-01-01&to=2020-12-31`)).toEqual([])
  const { lines: _, ...row } = two
  expect((await api.get('/receiving?reference=DN-2')).body).toEqual({
    data: [row],
    current_page: 1,
    last_page: 1,
    per_page: 25,
    total: 1,
  })
  expect((await api.get('/receiving?supplier_id=999999')).status).toBe(404)
  expect((await other.api.get(`/receiving?product_id=${product_id}`)).status).toBe(404)
  expect((await other.api.get('/receiving')).body.total).toBe(0)
  expect((await other.api.get(`/receiving/${one.id}`)).status).toBe(404)
})

test('receives only what an order that was placed holds', async () => {
  const product_id = await product()
  for (const status of ['draft', 'cancelled']) {
    const order = await purchaseOrder([{ product_id, quantity: 5 }], { status })
    const answer = await receive(order.id, [{ po_line_id: order.line, received_qty: 1 }])
    expect(answer).toMatchObject({ status: 422, body: { code: 'not_ordered' } })
  }
  const [order, another] = [
    await purchaseOrder([{ product_id, quantity: 5 }]),
    await purchaseOrder([{ product_id, quantity: 5 }]),
  ]
  const good = { po_line_id: order.line, received_qty: 1 }
  expect(
    (await receive(order.id, [good, { ...good, po_line_id: another.line }])).body,
  ).toMatchObject({
    code: 'validation_failed',
    errors: { 'lines.1.po_line_id': ['The selected po line id is invalid.'] },
  })
  for (const received_qty of [0, -1, 1.5, '1', null, 1e9]) {
    const { status, body } = await receive(order.id, [{ ...good, received_qty }])
    expect(status).toBe(422)
    expect(body.errors).toHaveProperty(['lines.0.received_qty'])
  }
  expect((await receive(order.id, [])).body.errors).toHaveProperty('lines')
  expect((await api.post(`/receiving/from-po/${order.id}`, {})).body.errors).toEqual({
    lines: ['The lines field is required.'],
  })
  expect((await receive(order.id, [good], { reference: 'a\u0000' })).status).toBe(422)
  expect((await receive(999_999, [good])).status).toBe(404)
  const stranger = await theirs.purchaseOrder([{ product_id: await theirs.product(), quantity: 1 }])
  expect((await receive(stranger.id, [{ ...good, po_line_id: stranger.line }])).status).toBe(404)
  expect(
    (await shop.as.technician.post(`/receiving/from-po/${order.id}`, { lines: [good] })).status,
  ).toBe(201)
  for (const role of ['frontdesk', 'accountant'] as const) {
    const answer = await shop.as[role].post(`/receiving/from-po/${order.id}`, { lines: [good] })
    expect(answer.status).toBe(403)
    expect((await shop.as[role].get('/receiving')).status).toBe(200)
  }
})

test('says how many can still come, summed over lines of the receipt', async () => {
  const product_id = await product()
  const order = await purchaseOrder([{ product_id, quantity: 10, max_receivable: 11 }])
  const line = (received_qty: number) => ({ po_line_id: order.line, received_qty })
  const message = 'That is more than was ordered: of this line 3 can still be received.'
  expect(await receive(order.id, [line(8), line(4)])).toMatchObject({
    status: 422,
    body: { code: 'over_delivery', message, errors: { 'lines.1.received_qty': [message] } },
  })
  expect(await orderOf(order.id)).toEqual({ status: 'ordered', received: [0] })
  expect((await receive(order.id, [line(8), line(3)])).status).toBe(201)
  expect(await orderOf(order.id)).toEqual({ status: 'received', received: [11] })
})

test.each([
  [10, 10],
  [10, 12],
])('10 receipts at once of a line of %i never exceed %i', async (quantity, max_receivable) => {
  const product_id = await product()
  const order = await purchaseOrder([{ product_id, quantity, max_receivable }])
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      receive(order.id, [{ po_line_id: order.line, received_qty: 3 }]),
    ),
  )
  const refusals = answers.filter(({ status }) => status !== 201)
  expect(refusals).toHaveLength(10 - Math.floor(max_receivable / 3))
  for (const { status, body } of refusals) {
    expect(status).toBe(422)
    expect(['over_delivery', 'not_ordered']).toContain(body.code)
  }
  const received = 3 * Math.floor(max_receivable / 3)
  const status = received >= quantity ? 'received' : 'partially_received'
  expect(await orderOf(order.id)).toEqual({ status, received: [received] })
  expect(await stockOf(product_id)).toMatchObject({
    stock: received,
    moved: received,
    in_bins: received,
  })
})

test('orders with the same products in another order do not wait in a circle', async () => {
  const products = [await product(), await product(), await product()]
  const orders = await Promise.all(
    [products, products.toReversed()].flatMap((ids) =>
      [1, 2].map(() => purchaseOrder(ids.map((product_id) => ({ product_id, quantity: 2 })))),
    ),
  )
  const answers = await Promise.all(
    orders.map(({ id, lines }) =>
      receive(
        id,
        lines.map((po_line_id) => ({ po_line_id, received_qty: 2 })),
      ),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  for (const id of products) expect(await stockOf(id)).toMatchObject({ stock: 8, in_bins: 8 })
})

test('puts goods where the order or the receipt says', async () => {
  const product_id = await product()
  const warehouse_id = await add('warehouses', { name: 'Branch store' })
  const order = await purchaseOrder([{ product_id, quantity: 5 }], { warehouse_id })
  const line = { po_line_id: order.line, received_qty: 1 }
  const binsOf = async (receipt: number) =>
    (
      await owner.query(
        `select b.code, b.warehouse_id::int from stock_movements m join bins b on b.id = m.bin_id
         where m.source = 'goods_receipt' and m.source_id = $1`,
        [receipt],
      )
    ).rows
  const usual = (await receive(order.id, [line])).body
  expect(usual.warehouse_id).toBe(warehouse_id)
  expect(await binsOf(usual.id)).toEqual([{ code: 'RECEIVING', warehouse_id }])
  const bin_id = await storageBin('A-01-01')
  const shelved = (await receive(order.id, [line], { bin_id })).body
  expect(await binsOf(shelved.id)).toEqual([
    { code: 'A-01-01', warehouse_id: shelved.warehouse_id },
  ])
  expect((await receive(order.id, [line], { bin_id: 999_999 })).body.errors).toEqual({
    bin_id: ['The selected bin id is invalid.'],
  })
  const closed = await storageBin('A-01-02', { is_active: false })
  expect((await receive(order.id, [line], { bin_id: closed })).body).toMatchObject({
    code: 'bin_inactive',
    errors: { bin_id: ['Bin A-01-02 is not in use.'] },
  })
})

test('asks for the serial number of each piece where a product tracks them', async () => {
  const [phone, cable] = [await product({ name: 'Phone', track_serials: true }), await product()]
  const order = await purchaseOrder([
    { product_id: cable, quantity: 5 },
    { product_id: phone, quantity: 5 },
  ])
  const [cables, phones] = order.lines
  const good = { po_line_id: cables, received_qty: 1 }
  const take = (serials?: string[]) =>
    receive(order.id, [good, { po_line_id: phones, received_qty: 2, serials }])
  for (const serials of [undefined, ['a'], ['a', 'a'], ['a', 'b', 'c']]) {
    expect((await take(serials)).body).toMatchObject({
      code: 'serials_required',
      errors: { 'lines.1.serials': ['Phone needs 2 different serial numbers.'] },
    })
  }
  expect((await receive(order.id, [{ ...good, serials: ['x'] }])).body.errors).toEqual({
    'lines.0.serials': ['Screen does not track serial numbers.'],
  })
  expect((await take(['a', 'b'])).status).toBe(201)
  expect((await take(['b', 'c'])).body).toMatchObject({
    code: 'serial_elsewhere',
    errors: { 'lines.1.serials': ['Serial number b is in stock already.'] },
  })
  expect(await orderOf(order.id)).toEqual({ status: 'partially_received', received: [1, 2] })
})
