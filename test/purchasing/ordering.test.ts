import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { purchasing } from './purchasing.ts'

const { shop, owner } = await startShops()
const { api } = shop
const { newProduct, newSupplier, newArticle, newOrder, ordered, receive } = purchasing(shop, owner)

test('orders a draft once, and fixes what may come in and when it is expected', async () => {
  await api.put('/settings', { over_receipt_pct: 10 })
  const supplier = await newSupplier({ lead_time_days: 2 })
  const [quick, slow] = await Promise.all([newProduct(), newProduct()])
  await newArticle({ supplier_id: supplier.id, product_id: slow.id, lead_time_days: 7 })
  const lines = [
    { product_id: quick.id, quantity: 19 },
    { product_id: slow.id, quantity: 9 },
  ]
  const order = await newOrder({ supplier_id: supplier.id, lines })
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => api.post(`${order.path}/order`)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422, 422])
  expect(answers.find(({ status }) => status === 422)?.body.code).toBe('not_draft')
  const { rows } = await owner.query(
    `select (app_today + 7)::text as day from (select (now() at time zone 'Europe/Amsterdam')::date as app_today) t`,
  )
  expect((await api.get(order.path)).body).toMatchObject({
    status: 'ordered',
    ordered_at: expect.any(String),
    expected_at: rows[0].day,
  })
  const fixed = await owner.query(
    'select max_receivable from purchase_order_lines where purchase_order_id = $1 order by id',
    [order.id],
  )
  expect(fixed.rows).toEqual([{ max_receivable: 20 }, { max_receivable: 9 }])
  const events = await owner.query(
    `select name from events where entity = 'purchase_order' and entity_id = $1 order by name`,
    [order.id],
  )
  const names = events.rows.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(
      ['created', 'ordered', 'status_changed'].map((n) => `purchase_order.${n}`),
    ),
  )
  await api.put('/settings', { over_receipt_pct: 0 })
})

test('keeps the day that was agreed', async () => {
  const supplier = await newSupplier({ lead_time_days: 2 })
  const { path } = await ordered({ supplier_id: supplier.id, expected_at: '2126-01-31' })
  expect((await api.get(path)).body.expected_at).toBe('2126-01-31')
  const unsaid = await ordered()
  expect((await api.get(unsaid.path)).body.expected_at).toBeNull()
})

test('once ordered, only the day, the reference and the notes change', async () => {
  const order = await ordered()
  const lasting = { expected_at: '2126-05-01', reference: 'SO-1', notes: 'By the back door' }
  expect(await api.put(order.path, lasting)).toMatchObject({ status: 200, body: lasting })
  for (const wrong of [
    { supplier_id: order.supplier_id },
    { warehouse_id: null },
    { lines: [{ product_id: order.lines[0].product_id, quantity: 1 }] },
  ]) {
    const [field = ''] = Object.keys(wrong)
    expect(await api.patch(order.path, { notes: 'x', ...wrong })).toMatchObject({
      status: 422,
      body: { code: 'not_draft', errors: { [field]: expect.any(Array) } },
    })
  }
  expect((await api.get(order.path)).body).toMatchObject(lasting)
})

test('deletes a draft only', async () => {
  const draft = await newOrder()
  expect((await api.delete(draft.path)).status).toBe(204)
  expect((await api.get(draft.path)).status).toBe(404)
  const { path } = await ordered()
  expect(await api.delete(path)).toMatchObject({ status: 422, body: { code: 'not_draft' } })
})

test('cancels until something came in', async () => {
  for (const order of [await newOrder(), await ordered()]) {
    expect(await api.post(`${order.path}/cancel`)).toMatchObject({
      status: 200,
      body: {
        status: 'cancelled',
        cancelled_at: expect.any(String),
        lines: [{ quantity: 10, cancelled_qty: 10, outstanding_qty: 0 }],
      },
    })
    for (const action of ['cancel', 'close', 'send']) {
      expect((await api.post(`${order.path}/${action}`)).status).toBe(422)
    }
    expect((await api.post(`${order.path}/order`)).body.code).toBe('not_draft')
  }
  const partly = await ordered()
  await receive(partly.lines[0], 4)
  expect(await api.post(`${partly.path}/cancel`)).toMatchObject({
    status: 422,
    body: { code: 'has_receipts' },
  })
})

test('closes what will not be delivered any more', async () => {
  const untouched = await ordered()
  expect((await api.post(`${untouched.path}/close`)).body.code).toBe('not_partially_received')
  const order = await ordered()
  await receive(order.lines[0], 4)
  expect((await api.get(order.path)).body).toMatchObject({
    status: 'partially_received',
    lines: [{ received_qty: 4, outstanding_qty: 6 }],
  })
  expect(await api.post(`${order.path}/close`)).toMatchObject({
    status: 200,
    body: {
      status: 'received',
      lines: [{ received_qty: 4, cancelled_qty: 6, outstanding_qty: 0 }],
    },
  })
  expect((await api.post(`${order.path}/close`)).status).toBe(422)
  const whole = await ordered()
  await receive(whole.lines[0], 10)
  expect((await api.get(whole.path)).body.status).toBe('received')
  expect((await api.post(`${whole.path}/cancel`)).body.code).toBe('purchase_order_closed')
})

test('of order and cancel at the same time the last one sees the first', async () => {
  for (let round = 0; round < 5; round++) {
    const { path } = await newOrder()
    const [ordering, cancelling] = await Promise.all([
      api.post(`${path}/order`),
      api.post(`${path}/cancel`),
    ])
    expect(cancelling.status).toBe(200)
    expect([200, 422]).toContain(ordering.status)
    expect((await api.get(path)).body.status).toBe('cancelled')
  }
})
