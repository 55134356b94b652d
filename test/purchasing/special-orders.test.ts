import { expect, test } from 'vitest'
import { startWaiting } from './waiting.ts'

const {
  api,
  shop,
  owner,
  add,
  supplier,
  purchaseOrder,
  product,
  workOrder,
  theirs,
  special,
  statusOf,
  place,
} = await startWaiting()

test('orders a part for a work order, which waits for it', async () => {
  const product_id = await product({ sku: 'SCR-7', purchase_price: 50 })
  const [dear, cheap] = [await supplier({ name: 'Dear' }), await supplier({ name: 'Cheap' })]
  await add('supplier_products', { supplier_id: dear, product_id, unit_price: 45 })
  await add('supplier_products', {
    supplier_id: cheap,
    product_id,
    unit_price: 40.5,
    article_code: 'OLED-7',
  })
  const order = await workOrder()
  const answer = await special(order.id, { product_id, quantity: 2, expected_at: '2026-12-01' })
  const shown = {
    po_line_id: expect.any(Number),
    purchase_order_id: expect.any(Number),
    po_number: expect.stringMatching(/^PO-\d{4}-\d{4}$/),
    status: 'draft',
    work_order_id: order.id,
    supplier: { id: cheap, name: 'Cheap' },
    product: { id: product_id, name: 'Screen', sku: 'SCR-7' },
    article_code: 'OLED-7',
    quantity: 2,
    received_qty: 0,
    cancelled_qty: 0,
    outstanding_qty: 2,
    unit_price: 40.5,
    expected_at: '2026-12-01',
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  }
  expect(answer).toMatchObject({ status: 201 })
  expect(answer.body).toEqual({
    ...shown,
    work_order_status: { slug: 'waiting_parts', label: 'Waiting for parts' },
    message: 'The work order waits for parts.',
  })
  expect(await statusOf(order.id)).toBe('waiting_parts')
  const list = await api.get(`/work-orders/${order.id}/special-orders`)
  expect(list.body).toMatchObject({ data: [shown], total: 1 })
  const { rows } = await owner.query('select total_cents::int from purchase_orders where id = $1', [
    answer.body.purchase_order_id,
  ])
  expect(rows).toEqual([{ total_cents: 8100 }])
  // The preferred supplier comes before the cheapest, and a later day before an earlier one.
  await owner.query('update supplier_products set is_preferred = true where supplier_id = $1', [
    dear,
  ])
  const second = (await special(order.id, { product_id, expected_at: '2026-12-05' })).body
  expect(second).toMatchObject({ supplier: { name: 'Dear' }, quantity: 1, unit_price: 45 })
  const third = { product_id, supplier_id: cheap, unit_price: 39, expected_at: '2026-11-01' }
  expect((await special(order.id, third)).body).toMatchObject({
    purchase_order_id: answer.body.purchase_order_id,
    unit_price: 39,
    expected_at: '2026-12-01',
  })
})

test('two at once share one draft, and leave other drafts alone', async () => {
  const product_id = await product({ purchase_price: 5 })
  const supplier_id = await supplier()
  await purchaseOrder([{ product_id, quantity: 1 }], { supplier_id, status: 'draft' })
  const orders = await Promise.all([1, 2, 3, 4].map(() => workOrder()))
  const answers = await Promise.all(
    orders.map(({ id }) => special(id, { product_id, supplier_id })),
  )
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  const drafts = new Set(answers.map(({ body }) => body.purchase_order_id))
  expect(drafts.size).toBe(1)
  const { rows } = await owner.query(
    'select total_cents::int from purchase_orders where supplier_id = $1 order by id',
    [supplier_id],
  )
  expect(rows).toEqual([{ total_cents: 1000 }, { total_cents: 2000 }])
  await place([...drafts][0])
  const later = await special((await workOrder()).id, { product_id, supplier_id })
  expect(drafts).not.toContain(later.body.purchase_order_id)
})

test('refuses what nobody can order', async () => {
  const order = await workOrder()
  const [unknown, priced] = [await product(), await product({ purchase_price: 5 })]
  const service = await product({ kind: 'service' })
  const supplier_id = await supplier()
  expect((await special(order.id, {})).body.errors).toEqual({
    product_id: ['The product id field is required.'],
  })
  expect((await special(order.id, { product_id: priced })).body).toMatchObject({
    code: 'no_supplier',
    errors: { supplier_id: ['No supplier of this product is known: name one.'] },
  })
  expect((await special(order.id, { product_id: unknown, supplier_id })).body).toMatchObject({
    code: 'no_price',
    errors: { unit_price: ['No price of this product is known: name one.'] },
  })
  expect((await special(order.id, { product_id: service, supplier_id })).body).toMatchObject({
    code: 'no_stock_kept',
    errors: { product_id: ['A service has no stock.'] },
  })
  const idle = await supplier({ is_active: false })
  await add('supplier_products', { supplier_id: idle, product_id: priced, unit_price: 1 })
  expect((await special(order.id, { product_id: priced })).body.code).toBe('no_supplier')
  for (const strange of [await theirs.supplier(), 999_999]) {
    const answer = await special(order.id, { product_id: priced, supplier_id: strange })
    expect(answer.body.errors).toEqual({ supplier_id: ['The selected supplier id is invalid.'] })
  }
  for (const strange of [await theirs.product(), 999_999]) {
    const answer = await special(order.id, { product_id: strange, supplier_id })
    expect(answer.body.errors).toEqual({ product_id: ['The selected product id is invalid.'] })
  }
  const bad = { product_id: priced, supplier_id }
  for (const quantity of [0, -1, 0.5]) {
    expect((await special(order.id, { ...bad, quantity })).body.errors).toHaveProperty('quantity')
  }
  expect(
    (await special(order.id, { ...bad, expected_at: '2026-02-30' })).body.errors,
  ).toHaveProperty('expected_at')
  const stranger = (await theirs.workOrder()).id
  expect((await special(stranger, bad)).status).toBe(404)
  expect((await api.get(`/work-orders/${stranger}/special-orders`)).status).toBe(404)
  expect(await statusOf(order.id)).toBe('new')
  const path = `/work-orders/${order.id}/special-orders`
  expect((await shop.as.accountant.post(path, bad)).status).toBe(403)
  expect((await shop.as.technician.post(path, bad)).status).toBe(201)
})

test('nothing is ordered for a work order that is closed, and a status that may not wait stays', async () => {
  const draft = { product_id: await product({ purchase_price: 5 }), supplier_id: await supplier() }
  const order = await workOrder()
  await api.post(`/work-orders/${order.id}/status`, { status: 'ready' })
  expect((await special(order.id, draft)).body).toMatchObject({
    work_order_status: { slug: 'ready' },
    message: 'The work order stays in Ready, from where it cannot go to waiting_parts.',
  })
  expect(await statusOf(order.id)).toBe('ready')
  await api.post(`/work-orders/${order.id}/status`, { status: 'cancelled' })
  expect(await special(order.id, draft)).toMatchObject({
    status: 422,
    body: {
      code: 'work_order_closed',
      message: 'The work order is in Cancelled: nothing is ordered for it.',
    },
  })
})
