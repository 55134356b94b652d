import { expect, test } from 'vitest'
import { newEngineer, startTelling, told } from '../notifications/telling.ts'
import { makers } from './makers.ts'

const world = await startTelling()
const { shop, other, owner, settled } = world
const { api } = shop
const { add, supplier, purchaseOrder, product, workOrder } = makers(shop, owner)
const theirs = makers(other, owner)

const special = (id: number, draft: object) => api.post(`/work-orders/${id}/special-orders`, draft)
const receive = (id: number, po_line_id: number, received_qty: number) =>
  api.post(`/receiving/from-po/${id}`, { lines: [{ po_line_id, received_qty }] })
const statusOf = async (id: number) => (await api.get(`/work-orders/${id}`)).body.status.slug

/** Places an order, as who buys does. */
const place = (id: number) =>
  owner.query(
    `with placed as (update purchase_orders set status = 'ordered' where id = $1)
     update purchase_order_lines set max_receivable = quantity where purchase_order_id = $1`,
    [id],
  )
const arrivalsOf = async (id: number) => {
  const { rows } = await owner.query(
    `select changes from events where name = 'work_order.parts_arrived' and entity_id = $1`,
    [id],
  )
  return rows.map(({ changes }) => changes.parts[1])
}

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

test('when all of it is in, the technician is told and the work order goes on', async () => {
  const engineer = await newEngineer(world, shop.as.technician)
  const order = await workOrder({
    assigned_to: engineer,
    device_brand: 'Apple',
    device_model: 'iPhone 14',
  })
  const [screen, glue] = [
    await product({ name: 'OLED screen', purchase_price: 5 }),
    await product({ name: 'Glue', purchase_price: 1 }),
  ]
  const one = (
    await special(order.id, { product_id: screen, quantity: 2, supplier_id: await supplier() })
  ).body
  const two = (await special(order.id, { product_id: glue, supplier_id: await supplier() })).body
  await place(one.purchase_order_id)
  await place(two.purchase_order_id)
  await receive(one.purchase_order_id, one.po_line_id, 1)
  await receive(two.purchase_order_id, two.po_line_id, 1)
  expect(await statusOf(order.id)).toBe('waiting_parts')
  expect(await arrivalsOf(order.id)).toEqual([])
  expect((await receive(one.purchase_order_id, one.po_line_id, 1)).status).toBe(201)
  expect(await statusOf(order.id)).toBe('in_repair')
  expect(await arrivalsOf(order.id)).toEqual(['Glue, OLED screen'])
  await settled()
  expect(await told(shop.as.technician)).toContainEqual(
    expect.objectContaining({
      title: `Parts for ${order.ticket_no} are in`,
      body: expect.stringMatching(/^Glue, OLED screen, .*Apple iPhone 14$/),
      entity: 'work_order',
      entity_id: order.id,
    }),
  )
  const { data } = (await api.get(`/work-orders/${order.id}/timeline`)).body
  expect(data).toContainEqual(
    expect.objectContaining({
      event: 'field_changed',
      description: 'Parts arrived: Glue, OLED screen',
    }),
  )
  const list = (await api.get(`/work-orders/${order.id}/special-orders`)).body.data
  expect(list).toMatchObject([
    { status: 'received', received_qty: 2, outstanding_qty: 0 },
    { status: 'received', received_qty: 1, outstanding_qty: 0 },
  ])
})

test('of two last deliveries at once one tells, and one beyond the order tells nothing', async () => {
  const order = await workOrder()
  const lines = await Promise.all(
    [1, 2].map(async () => {
      const draft = {
        product_id: await product({ purchase_price: 5 }),
        supplier_id: await supplier(),
      }
      const { purchase_order_id, po_line_id } = (await special(order.id, draft)).body
      await place(purchase_order_id)
      // Something else is still to come of it.
      const rest = { product_id: await product(), quantity: 5, unit_price: 1, total_cents: 500 }
      await add('purchase_order_lines', { ...rest, max_receivable: 5, purchase_order_id })
      await owner.query('update purchase_order_lines set max_receivable = 2 where id = $1', [
        po_line_id,
      ])
      return { purchase_order_id, po_line_id }
    }),
  )
  const answers = await Promise.all(
    lines.map((line) => receive(line.purchase_order_id, line.po_line_id, 1)),
  )
  expect(answers.map(({ status }) => status)).toEqual([201, 201])
  expect(await arrivalsOf(order.id)).toHaveLength(1)
  expect(await statusOf(order.id)).toBe('in_repair')
  for (const line of lines) {
    expect((await receive(line.purchase_order_id, line.po_line_id, 1)).status).toBe(201)
  }
  expect(await arrivalsOf(order.id)).toHaveLength(1)
})

test('what was cancelled is not waited for, and a work order elsewhere stays there', async () => {
  const order = await workOrder()
  const product_id = await product({ purchase_price: 5 })
  const wanted = async () =>
    (await special(order.id, { product_id, supplier_id: await supplier() })).body
  const [one, cancelled, less] = [await wanted(), await wanted(), await wanted()]
  await owner.query(`update purchase_orders set status = 'cancelled' where id = $1`, [
    cancelled.purchase_order_id,
  ])
  await owner.query('update purchase_order_lines set cancelled_qty = 1 where id = $1', [
    less.po_line_id,
  ])
  await place(one.purchase_order_id)
  await api.post(`/work-orders/${order.id}/status`, { status: 'diagnosis' })
  expect((await receive(one.purchase_order_id, one.po_line_id, 1)).status).toBe(201)
  expect(await arrivalsOf(order.id)).toEqual(['Screen'])
  expect(await statusOf(order.id)).toBe('diagnosis')
  const list = (await api.get(`/work-orders/${order.id}/special-orders`)).body.data
  expect(list.map(({ outstanding_qty }: { outstanding_qty: number }) => outstanding_qty)).toEqual([
    0, 0, 0,
  ])
})

test('without in_repair the first open status that may follow is next; without any it stays', async () => {
  const statuses = (await api.get('/work-order-statuses?per_page=100')).body.data
  const waiting = statuses.find(({ slug }: { slug: string }) => slug === 'waiting_parts')
  const after = async (allowed_next: string[]) => {
    await api.patch(`/work-order-statuses/${waiting.id}`, { allowed_next })
    const order = await workOrder()
    const draft = {
      product_id: await product({ purchase_price: 5 }),
      supplier_id: await supplier(),
    }
    const { purchase_order_id, po_line_id } = (await special(order.id, draft)).body
    await place(purchase_order_id)
    expect((await receive(purchase_order_id, po_line_id, 1)).status).toBe(201)
    expect(await arrivalsOf(order.id)).toHaveLength(1)
    return statusOf(order.id)
  }
  expect(await after(['waiting_approval', 'ready', 'diagnosis'])).toBe('ready')
  expect(await after(['waiting_approval', 'cancelled'])).toBe('waiting_parts')
  await api.patch(`/work-order-statuses/${waiting.id}`, { allowed_next: waiting.allowed_next })
})

test('a pick list that lacks the part holds it when it comes', async () => {
  const order = await workOrder()
  const product_id = await product({ purchase_price: 5 })
  const pick_list_id = await add('pick_lists', {
    pick_list_number: 'PL-1',
    work_order_id: order.id,
  })
  await add('pick_list_lines', { pick_list_id, product_id, quantity: 1 })
  const draft = { product_id, supplier_id: await supplier() }
  const { purchase_order_id, po_line_id } = (await special(order.id, draft)).body
  await place(purchase_order_id)
  await receive(purchase_order_id, po_line_id, 1)
  expect((await api.get(`/products/${product_id}`)).body).toMatchObject({
    stock_quantity: 1,
    reserved_quantity: 1,
  })
})
