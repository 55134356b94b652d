import { expect, test } from 'vitest'
import { newEngineer, told } from '../notifications/telling.ts'
import { startWaiting } from './waiting.ts'

const {
  world,
  shop,
  owner,
  api,
  settled,
  add,
  supplier,
  product,
  workOrder,
  special,
  receive,
  statusOf,
  place,
  arrivalsOf,
} = await startWaiting()

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
