import { afterEach, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { madeBy, newSchedule } from '../recurring/scheduling.ts'
import { newCustomer } from '../sales/invoicing.ts'
import {
  movesOf,
  newBin,
  newPart,
  newPhone,
  newPickList,
  newSale,
  newSold,
  stockOf,
} from './selling.ts'
import { truth } from './truth.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const issue = (id: number) => api.post(`/invoices/${id}/issue`)
const sellBeyond = (sell_beyond_stock: boolean) => api.put('/settings', { sell_beyond_stock })

afterEach(async () => {
  expect(await truth(owner)).toEqual([])
  await sellBeyond(true)
})

test('an issued invoice takes its goods, a draft takes nothing', async () => {
  const screen = await newPart(api, 10)
  const advice = await newPart(api, 0, { kind: 'service' })
  const id = await newSale(api, [
    { product_id: screen, qty: 2 },
    { product_id: advice, qty: 3 },
    { description: 'Labour', unit_price: 50 },
    { product_id: screen, qty: 0.5 },
  ])
  expect(await stockOf(api, screen)).toBe(10)
  expect((await issue(id)).status).toBe(200)
  expect(await stockOf(api, screen)).toBe(7)
  expect(await movesOf(api, screen, '&kind=sale')).toMatchObject([
    { quantity: -2, source: 'invoice', source_id: id, unit_cost: 5, value: -10 },
    { quantity: -1, source: 'invoice', source_id: id, unit_cost: 5, value: -5 },
  ])
  expect((await issue(id)).status).toBe(422)
  expect(await stockOf(api, screen)).toBe(7)
})

test('a sale starts at the shelves of its branch', async () => {
  const branch_id = (await api.post('/branches', { name: 'West' })).body.id
  const here = await newBin(owner, shop, 'A-01')
  const west = await newBin(owner, shop, 'Z-09', branch_id)
  const product_id = await newPart(api, 0)
  for (const bin_id of [here, west]) {
    await api.post('/stock/adjust', { product_id, quantity: 2, bin_id })
  }
  const customer_id = await newCustomer(api)
  const order = await api.post('/work-orders', { customer_id, branch_id, title: 'Repair' })
  expect(order.status, JSON.stringify(order.body)).toBe(201)
  await newSold(api, [{ product_id, qty: 3 }], { customer_id, work_order_id: order.body.id })
  expect(await movesOf(api, product_id, '&kind=sale')).toMatchObject([
    { bin_id: west, quantity: -2 },
    { bin_id: here, quantity: -1 },
  ])
})

test('a shop that sells beyond its stock takes what is there, and is told of the rest', async () => {
  const product_id = await newPart(api, 2)
  const id = await newSold(api, [{ product_id, qty: 3 }])
  const none = await newSold(api, [{ product_id, qty: 1 }])
  expect(await stockOf(api, product_id)).toBe(0)
  const { rows } = await owner.query(
    `select changes from events where name = 'product.oversold' and entity_id = $1 order by id`,
    [product_id],
  )
  expect(rows).toEqual([
    { changes: { invoice_id: id, quantity: 1 } },
    { changes: { invoice_id: none, quantity: 1 } },
  ])
  const short = await newPart(api, 2, { allow_negative_stock: true })
  await newSold(api, [{ product_id: short, qty: 3 }])
  expect(await stockOf(api, short)).toBe(-1)
})

test('a shop that does not refuses the invoice at the line, and issues nothing', async () => {
  await sellBeyond(false)
  const product_id = await newPart(api, 2)
  const first = await newPart(api, 5)
  const id = await newSale(api, [
    { product_id: first, qty: 1 },
    { product_id, qty: 1 },
    { product_id, qty: 2 },
  ])
  expect(await issue(id)).toMatchObject({
    status: 422,
    body: {
      code: 'insufficient_stock',
      errors: { 'lines.2.qty': ['There is not enough stock: 1 of Screen.'] },
    },
  })
  expect((await api.get(`/invoices/${id}`)).body).toMatchObject({
    status: 'draft',
    invoice_number: null,
  })
  expect(await Promise.all([first, product_id].map((part) => stockOf(api, part)))).toEqual([5, 2])
  const short = await newPart(api, 0, { allow_negative_stock: true })
  await newSold(api, [{ product_id: short, qty: 1 }])
  expect(await stockOf(api, short)).toBe(-1)
})

test('ten invoices at once sell no piece twice', async () => {
  await sellBeyond(false)
  const [one, two] = [await newPart(api, 4), await newPart(api, 9)]
  const drafts = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      newSale(
        api,
        (i % 2 ? [one, two] : [two, one]).map((product_id) => ({ product_id, qty: 1 })),
      ),
    ),
  )
  const answers = await Promise.all(drafts.map(issue))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([
    ...Array(4).fill(200),
    ...Array(6).fill(422),
  ])
  expect([await stockOf(api, one), await stockOf(api, two)]).toEqual([0, 5])
})

/** A work order with a line of a part. */
async function newOrder(product_id: number, quantity: number) {
  const customer_id = await newCustomer(api)
  const { id } = (await api.post('/work-orders', { customer_id, title: 'Repair' })).body
  const line = await api.post(`/work-orders/${id}/lines`, {
    description: 'Screen',
    product_id,
    quantity,
    unit_price: 10,
  })
  expect(line.status, JSON.stringify(line.body)).toBe(201)
  return { work_order_id: id as number, work_order_line_id: line.body.id as number }
}
const bill = async (work_order_id: number) =>
  (await api.post(`/work-orders/${work_order_id}/invoice`)).body.id as number

test('what pick lists took for a line, or will take, is not sold again', async () => {
  const picked = await newPart(api, 10)
  const order = await newOrder(picked, 3)
  const line = { product_id: picked, ...order, quantity: 3 }
  await newPickList(
    owner,
    shop,
    { ...order, status: 'completed' },
    { ...line, picked_qty: 2, returned_qty: 1 },
  )
  await issue(await bill(order.work_order_id))
  expect(await stockOf(api, picked)).toBe(8)

  const waiting = await newPart(api, 10)
  const later = await newOrder(waiting, 3)
  await newPickList(
    owner,
    shop,
    { ...later, status: 'open' },
    { product_id: waiting, ...later, quantity: 3, picked_qty: 1, reserved_qty: 2 },
  )
  await issue(await bill(later.work_order_id))
  expect(await stockOf(api, waiting)).toBe(10)
  expect(await movesOf(api, waiting, '&kind=sale')).toEqual([])
})

test('what pick lists hold is never sold', async () => {
  const product_id = await newPart(api, 5, { allow_negative_stock: true })
  const order = await newOrder(product_id, 4)
  await newPickList(
    owner,
    shop,
    { ...order, status: 'open' },
    { product_id, ...order, quantity: 4, reserved_qty: 4 },
  )
  await newSold(api, [{ product_id, qty: 3 }])
  expect(await stockOf(api, product_id)).toBe(4)
  await sellBeyond(false)
  expect((await issue(await newSale(api, [{ product_id, qty: 1 }]))).body.errors).toEqual({
    'lines.0.qty': ['There is not enough stock: 0 of Screen.'],
  })
})

test('pieces with numbers are sold by their numbers', async () => {
  const product_id = await newPhone(api, ['A1', 'A2', 'A3'])
  const id = await newSale(api, [
    { description: 'Labour', unit_price: 1 },
    { product_id, qty: 2 },
  ])
  const needs = {
    status: 422,
    body: {
      code: 'serials_required',
      errors: { 'lines.1.serials': ['Phone needs 2 different serial numbers.'] },
    },
  }
  expect(await issue(id)).toMatchObject(needs)
  const name = async (serials: string[] | null) => {
    const lines = [
      { description: 'Labour', unit_price: 1 },
      { product_id, qty: 2, serials },
    ]
    const { status, body } = await api.put(`/invoices/${id}`, { lines })
    expect(status).toBe(200)
    expect(body.lines).toMatchObject([{ serials: null }, { serials }])
    return issue(id)
  }
  expect(await name(['A1'])).toMatchObject(needs)
  expect(await name(['A1', 'A1'])).toMatchObject(needs)
  expect((await name(['A1', 'X9'])).body).toMatchObject({
    code: 'serial_unknown',
    errors: { 'lines.1.serials': ['A serial number is not known.'] },
  })
  const sold = await name(['A1', 'A3'])
  expect(sold).toMatchObject({ status: 200, body: { lines: [{}, { serials: ['A1', 'A3'] }] } })
  expect(await movesOf(api, product_id, '&kind=sale')).toMatchObject([
    { serial: 'A1', quantity: -1, unit_cost: 5 },
    { serial: 'A3', quantity: -1, unit_cost: 5 },
  ])
  const again = await issue(await newSale(api, [{ product_id, qty: 1, serials: ['A1'] }]))
  expect(again.body).toMatchObject({
    code: 'serial_elsewhere',
    errors: { 'lines.0.serials': ['Serial number A1 is not in that bin.'] },
  })
  const many = await issue(await newSale(api, [{ product_id, qty: 2, serials: ['A1', 'A2'] }]))
  expect(many.body.code).toBe('insufficient_stock')
})

test('a deposit sells nothing', async () => {
  const product_id = await newPart(api, 5)
  const order = await newOrder(product_id, 1)
  const deposit = await api.post(`/work-orders/${order.work_order_id}/deposit`, {
    amount: 5,
    method: 'cash',
  })
  expect(deposit.status, JSON.stringify(deposit.body)).toBe(201)
  expect(await stockOf(api, product_id)).toBe(5)
  expect((await other.api.get('/stock')).body).toEqual([])
})

test('a schedule that mails sells when it issues; what it lacks stays a draft', async () => {
  await sellBeyond(false)
  const product_id = await newPart(api, 1)
  const schedule = await newSchedule(api, {
    auto_send: true,
    next_run_date: '2100-01-31',
    lines: [{ product_id, description: 'Refill', qty: 1, unit_price: 10, vat_rate: 21 }],
  })
  expect((await api.post(`${schedule.path}/generate`)).status).toBe(200)
  expect(await stockOf(api, product_id)).toBe(0)
  expect((await api.post(`${schedule.path}/generate`)).status).toBe(200)
  expect((await api.get(schedule.path)).body.last_error).toBe(
    'There is not enough stock: 0 of Screen.',
  )
  expect((await madeBy(owner, schedule.id)).map(({ status }) => status)).toEqual(['sent', 'draft'])
})
