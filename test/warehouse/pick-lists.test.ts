import { afterEach, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { brief, driving, pickers, unsound } from './picking.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const {
  bin,
  warehouse,
  stock,
  product,
  line,
  order,
  generate,
  list,
  levels,
  inBin,
  putaway,
  ...make
} = pickers(shop, owner)
const theirs = pickers(other, owner)
const a = await bin('A-01')
const b = await bin('B-01')

afterEach(async () => {
  expect(await unsound(owner)).toEqual([])
})

const { act, done, refusal } = driving(shop)

test('generates a list in the order of the bins, and holds what is free', async () => {
  const screen = await product({ [b]: 1, [a]: 1 }, { name: 'Screen', sku: 'SCR' })
  const battery = await product({ [a]: 5 }, { name: 'Battery' })
  const none = await product()
  const advice = await product({}, { kind: 'service' })
  const work_order_id = await order([
    [screen, 3],
    [battery, 1.5],
    [none, 1],
    [advice, 1],
  ])
  await line(work_order_id, null)
  const { status, body } = await generate(work_order_id)
  expect(status).toBe(201)
  const { lines, ...head } = body
  const ticket_no = (await api.get(`/work-orders/${work_order_id}`)).body.ticket_no
  expect(head).toEqual({
    id: expect.any(Number),
    pick_list_number: expect.stringMatching(/^PL-\d{4}-\d{4}$/),
    status: 'open',
    work_order_id,
    work_order: { id: work_order_id, ticket_no },
    completed_at: null,
    cancelled_at: null,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  expect(lines[0]).toEqual({
    id: expect.any(Number),
    product_id: screen,
    name: 'Screen',
    sku: 'SCR',
    work_order_line_id: expect.any(Number),
    quantity: 1,
    picked_qty: 0,
    returned_qty: 0,
    reserved_qty: 1,
    short_qty: 0,
    bin_id: a,
    bin: 'A-01',
    warehouse: expect.any(String),
  })
  expect(
    lines.map((l: Json) => [l.product_id, l.bin, l.quantity, l.reserved_qty, l.short_qty]),
  ).toEqual([
    [screen, 'A-01', 1, 1, 0],
    [battery, 'A-01', 2, 2, 0],
    [screen, 'B-01', 1, 1, 0],
    [screen, null, 1, 0, 1],
    [none, null, 1, 0, 1],
  ])
  expect((await api.get(`/pick-lists/${head.id}`)).body).toEqual(body)
  expect(await levels(screen)).toEqual({ stock: 2, reserved: 2 })
  expect((await api.get(`/products/${battery}`)).body).toMatchObject({ stock_quantity: 5 })
})

test('refuses a list for nothing, a second one, and one for a cancelled work order', async () => {
  const part = await product({ [a]: 1 })
  const first = await list([[part, 1]])
  const again = await generate(first.work_order_id)
  expect(again).toMatchObject({
    status: 422,
    body: {
      code: 'pick_list_open',
      errors: {
        work_order_id: [`Pick list ${first.pick_list_number} of this work order is still open.`],
      },
    },
  })
  expect((await generate(await order([]))).body.code).toBe('nothing_to_pick')
  const cancelled = await order([[part, 1]])
  await api.post(`/work-orders/${cancelled}/status`, { status: 'cancelled' })
  expect((await generate(cancelled)).body.code).toBe('work_order_cancelled')
  for (const unknown of [999_999, await theirs.order([])]) {
    expect((await generate(unknown)).body.errors).toEqual({
      work_order_id: ['The selected work order id is invalid.'],
    })
  }
  expect((await api.post('/pick-lists/from-work-order', {})).body.errors).toEqual({
    work_order_id: ['The work order id field is required.'],
  })
})

test('walks the warehouses of the branch first, and what was not put away last', async () => {
  const branch_id = await make.branch()
  const near = await bin('Z-09', await warehouse('Near', branch_id))
  const part = await product({ [near]: 1, [a]: 1 }, { stock_quantity: 1 })
  expect(brief(await list([[part, 3]], { branch_id })).map(([code]: string[]) => code)).toEqual([
    'Z-09',
    'A-01',
    'RECEIVING',
  ])
})

test('sends two lists to different bins', async () => {
  const part = await product({ [a]: 1, [b]: 1 })
  expect((await list([[part, 1]])).lines[0].bin).toBe('A-01')
  expect((await list([[part, 1]])).lines[0].bin).toBe('B-01')
})

test('picks, and takes what is left when it is completed', async () => {
  const part = await product({ [a]: 3, [b]: 2 })
  const { id, lines, work_order_id } = await list([[part, 4]])
  const picked = await done(id, 'pick', { line_id: lines[0].id, bin_id: a, quantity: 2 })
  expect(picked.status).toBe('in_progress')
  expect(brief(picked)).toEqual([
    ['A-01', 3, 2, 1, 0],
    ['B-01', 1, 0, 1, 0],
  ])
  expect(await levels(part)).toEqual({ stock: 3, reserved: 2 })
  const { status, completed_at, ...rest } = await done(id, 'complete')
  expect(status).toBe('completed')
  expect(completed_at).toMatch(/Z$/)
  expect(brief(rest as Json)).toEqual([
    ['A-01', 3, 3, 0, 0],
    ['B-01', 1, 1, 0, 0],
  ])
  expect(await levels(part)).toEqual({ stock: 1, reserved: 0 })
  expect([await inBin(part, a), await inBin(part, b)]).toEqual([0, 1])
  const moves = await api.get(`/stock/movements?source=pick_list&source_id=${id}`)
  expect(moves.body.data.map((m: Json) => [m.kind, m.quantity, m.bin])).toEqual([
    ['pick', -1, 'B-01'],
    ['pick', -1, 'A-01'],
    ['pick', -2, 'A-01'],
  ])
  expect((await generate(work_order_id)).body.code).toBe('nothing_to_pick')
  for (const action of ['complete', 'cancel']) expect(await refusal(id, action)).toBe('not_open')
  const more = { line_id: lines[0].id, quantity: 1 }
  expect(await refusal(id, 'pick', more)).toBe('not_open')
  const { body } = await api.get(`/work-orders/${work_order_id}/timeline?event=field_changed`)
  expect(body.data[0].description).toBe(`Parts picked: ${rest.pick_list_number}`)
})

test('refuses to pick more than is needed, there, or free', async () => {
  const part = await product({ [a]: 3 })
  const first = await list([[part, 2]])
  const second = await list([[part, 2]])
  const [line_id, short] = second.lines.map((l: Json) => l.id)
  expect(await refusal(first.id, 'pick', { line_id: first.lines[0].id, quantity: 3 })).toBe(
    'over_pick',
  )
  expect(
    await refusal(first.id, 'pick', { line_id: first.lines[0].id, bin_id: b, quantity: 1 }),
  ).toBe('insufficient_stock')
  expect(await refusal(second.id, 'pick', { line_id: short, bin_id: a, quantity: 1 })).toBe(
    'reserved',
  )
  await done(second.id, 'pick', { line_id, quantity: 1 })
  const wrong = await act(second.id, 'pick', { line_id: first.lines[0].id, quantity: 1 })
  expect(wrong.body.errors).toEqual({ line_id: ['The selected line id is invalid.'] })
  const place = await act(first.id, 'pick', {
    line_id: first.lines[0].id,
    bin_id: await theirs.bin('T-01'),
    quantity: 1,
  })
  expect(place.body.errors).toEqual({ bin_id: ['The selected bin id is invalid.'] })
  for (const quantity of [0, -1, 1.5, 1e10]) {
    const body = { line_id: first.lines[0].id, quantity }
    expect((await act(first.id, 'pick', body)).body.errors).toHaveProperty('quantity')
  }
  await stock(part, 1, { bin_id: b })
  expect(brief(await done(second.id, 'complete'))).toEqual([
    ['A-01', 1, 1, 0, 0],
    ['B-01', 1, 1, 0, 0],
  ])
})

test('refuses to complete with a shortage, unless it may be partial', async () => {
  const screen = await product({ [a]: 1 }, { name: 'Screen' })
  const glue = await product({}, { name: 'Glue' })
  const { id, work_order_id } = await list([
    [screen, 3],
    [glue, 1],
  ])
  expect((await act(id, 'complete')).body).toMatchObject({
    code: 'insufficient_stock',
    errors: { lines: ['There is not enough stock: Screen (2 short), Glue (1 short).'] },
  })
  expect(await levels(screen)).toEqual({ stock: 1, reserved: 1 })
  expect(brief(await done(id, 'complete', { partial: true }))).toEqual([['A-01', 1, 1, 0, 0]])
  expect(brief((await generate(work_order_id)).body)).toEqual([
    [null, 2, 0, 0, 2],
    [null, 1, 0, 0, 1],
  ])
  const nothing = await list([[glue, 1]])
  expect(await refusal(nothing.id, 'complete', { partial: true })).toBe('nothing_picked')
})

test('lets a product that may be short be short, but not at the cost of others', async () => {
  const part = await product({ [a]: 1 }, { allow_negative_stock: true })
  const { id } = await list([[part, 3]])
  await done(id, 'complete')
  expect(await levels(part)).toEqual({ stock: -2, reserved: 0 })
  const held = await product({ [a]: 1 }, { allow_negative_stock: true })
  await list([[held, 1]])
  expect(await refusal((await list([[held, 1]])).id, 'complete')).toBe('insufficient_stock')
})

test('holds what comes in for who waits, the oldest first, and sends them there', async () => {
  const part = await product()
  const first = await list([[part, 2]])
  const second = await list([[part, 1]])
  await stock(part, 1)
  expect(brief((await api.get(`/pick-lists/${first.id}`)).body)).toEqual([
    ['RECEIVING', 2, 0, 1, 1],
  ])
  await stock(part, 2, { bin_id: a })
  expect((await api.get(`/pick-lists/${second.id}`)).body.lines[0]).toMatchObject({
    bin: 'A-01',
    reserved_qty: 1,
  })
  const { body: moved } = await api.get(`/stock/movements?product_id=${part}`)
  const receiving = moved.data.find((m: Json) => m.bin === 'RECEIVING').bin_id
  await putaway(part, receiving, b)
  expect((await api.get(`/pick-lists/${first.id}`)).body.lines[0].bin).toBe('B-01')
})

test('filters, and belongs to its shop, its module and who may', async () => {
  const branch_id = await make.branch()
  const part = await product({ [a]: 1 })
  const { id, work_order_id, pick_list_number } = await list([[part, 1]], { branch_id })
  const ids = async (query: string) =>
    (await api.get(`/pick-lists?${query}`)).body.data.map((l: Json) => l.id)
  for (const query of [
    `product_id=${part}`,
    `branch_id=${branch_id}`,
    `work_order_id=${work_order_id}&status=open`,
  ]) {
    expect(await ids(query)).toEqual([id])
  }
  expect(await ids(`work_order_id=${work_order_id}&status=completed`)).toEqual([])
  const { body } = await api.get('/pick-lists?per_page=1')
  expect(body).toMatchObject({ data: [{ id, pick_list_number }], per_page: 1 })
  expect(body.data[0]).not.toHaveProperty('lines')
  for (const query of ['work_order_id', 'product_id', 'branch_id']) {
    expect((await api.get(`/pick-lists?${query}=999999`)).status).toBe(404)
  }
  expect((await api.get('/pick-lists?status=gone')).status).toBe(422)
  expect((await other.api.get('/pick-lists')).body.total).toBe(0)
  for (const action of ['pick', 'return', 'complete', 'cancel']) {
    expect((await other.api.post(`/pick-lists/${id}/${action}`, {})).status).toBe(404)
    expect((await shop.as.frontdesk.post(`/pick-lists/${id}/${action}`, {})).status).toBe(403)
  }
  expect((await shop.as.frontdesk.get(`/pick-lists/${id}`)).status).toBe(200)
  expect((await api.delete(`/pick-lists/${id}`)).status).toBe(405)
  await owner.query(
    `update license_modules set is_active = false where tenant_id = $1 and module_key = 'warehouse'`,
    [other.tenant_id],
  )
  expect((await other.api.get('/pick-lists')).body.code).toBe('module_inactive')
})
