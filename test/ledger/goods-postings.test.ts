import { afterEach, beforeAll, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { newCustomer, newIssued } from '../sales/invoicing.ts'
import { newPart } from '../warehouse/selling.ts'
import { boxesOf, codesOf, done, postedOf } from './posting.ts'
import { truth } from './truth.ts'

const { shop, owner } = await startShops()
const { api, tenant_id } = shop
const posted = (source: string, id: number) => postedOf(owner, source, id)

let codes: Record<string, number> = {}
beforeAll(async () => {
  codes = await codesOf(api)
})

afterEach(async () => {
  expect(await truth(owner, tenant_id)).toEqual([])
})

/** What the movements of a product that no document made were posted as. */
async function moved(product_id: number) {
  const { rows } = await owner.query(
    'select id from stock_movements where product_id = $1 and source is null order by id',
    [product_id],
  )
  return Promise.all(rows.map(({ id }) => posted('stock_movement', Number(id))))
}
const receive = (product_id: number, quantity: number, unit_cost: number) =>
  done(api.post('/receiving/direct', { product_id, quantity, unit_cost }))
const sell = (product_id: number, qty: number, line: object = {}) =>
  newIssued(api, {
    lines: [{ description: 'Part', product_id, qty, unit_price: 10, vat_rate: 21, ...line }],
  })

test('what a shop starts with, finds and loses', async () => {
  const part = await newPart(api, 4)
  await done(api.post('/stock/adjust', { product_id: part, quantity: 2, unit_cost: 8 }))
  await done(api.post('/stock/adjust', { product_id: part, quantity: -3 }))
  expect(await moved(part)).toEqual([
    { stock: 2000, opening_equity: -2000 },
    { stock: 1600, stock_difference: -1600 },
    { stock: -1800, stock_difference: 1800 },
  ])
})

test('goods that come in are owed, and cost what they are worth when they are sold', async () => {
  const part = await newPart(api, 0)
  const first = await receive(part, 3, 4)
  await receive(part, 1, 8)
  expect(await posted('goods_receipt', first.id)).toEqual({ stock: 1200, grni: -1200 })
  const invoice = await sell(part, 2)
  // Two of four that cost € 20.
  expect(await posted('goods_of_invoice', invoice.id)).toEqual({ stock: -1000, cost: 1000 })
  await done(api.post(`/invoices/${invoice.id}/cancel`))
  const { body } = await api.get(`/credit-notes?invoice_id=${invoice.id}`)
  expect(await posted('goods_of_credit_note', body.data[0].id)).toEqual({
    stock: 1000,
    cost: -1000,
  })
})

test('a receipt taken back is owed no more; what the average makes of it is a price difference', async () => {
  const part = await newPart(api, 0)
  const first = await receive(part, 1, 4)
  await receive(part, 1, 8)
  const back = await done(api.post(`/receiving/${first.id}/reverse`, { reason: 'Wrong' }))
  expect(await posted('goods_receipt', back.id)).toEqual({
    stock: -600,
    grni: 400,
    price_difference: 200,
  })
})

test('what was sold before it was there is covered at what the stock was charged for it', async () => {
  const part = await newPart(api, 0, { allow_negative_stock: true })
  const invoice = await sell(part, 2)
  expect(await posted('goods_of_invoice', invoice.id)).toEqual({ stock: -1000, cost: 1000 })
  const receipt = await receive(part, 3, 7)
  // Two at the € 5 that were charged, one at € 7; € 21 are owed.
  expect(await posted('goods_receipt', receipt.id)).toEqual({
    stock: 1700,
    grni: -2100,
    price_difference: 400,
  })
})

test('goods under the margin scheme count at what they were bought for', async () => {
  const phone = await newPart(api, 0, { tax_rate_id: codes.margin })
  const first = await receive(phone, 1, 100)
  await receive(phone, 1, 200)
  expect(await posted('goods_receipt', first.id)).toEqual({ stock_margin: 10000, grni: -10000 })
  expect(await boxesOf(owner, 'goods_receipt', first.id)).toEqual({ mp: [10000, 0] })
  const back = await done(api.post(`/receiving/${first.id}/reverse`, {}))
  expect(await posted('goods_receipt', back.id)).toEqual({
    stock_margin: -15000,
    grni: 10000,
    price_difference: 5000,
  })
  expect(await boxesOf(owner, 'goods_receipt', back.id)).toEqual({ mp: [-10000, 0] })
  const invoice = await sell(phone, 1, {
    unit_price: 250,
    tax_rate_id: codes.margin,
    vat_rate: undefined,
  })
  expect(await posted('goods_of_invoice', invoice.id)).toEqual({
    stock_margin: -15000,
    cost_margin: 15000,
  })
  expect(await boxesOf(owner, 'invoice', invoice.id)).toEqual({ ms: [25000, 0] })
})

test('by single goods each margin counts for itself, a loss for nothing', async () => {
  await done(api.put('/settings', { margin_method: 'individual' }))
  const phone = await newPart(api, 2, { tax_rate_id: codes.margin, purchase_price: 100 })
  const at = (unit_price: number) =>
    sell(phone, 1, { unit_price, tax_rate_id: codes.margin, vat_rate: undefined })
  const gain = await at(160.5)
  const loss = await at(80)
  expect(await boxesOf(owner, 'invoice', gain.id)).toEqual({ mi: [6050, 0] })
  expect(await boxesOf(owner, 'invoice', loss.id)).toEqual({})
  expect(await posted('invoice', gain.id)).toEqual({ debtors: 16050, sales_margin: -16050 })
  const note = await done(
    api.post('/credit-notes', {
      invoice_id: gain.id,
      reason: 'Scratched',
      lines: [{ invoice_line_id: gain.lines[0].id, qty: 1, unit_price: 80.25 }],
    }),
  )
  expect(await boxesOf(owner, 'credit_note', note.id)).toEqual({ mi: [-3025, 0] })
  await done(api.put('/settings', { margin_method: 'global' }))
})

test('a product that joins the margin scheme takes its stock along, there and back', async () => {
  const part = await newPart(api, 3)
  const give = (tax_rate_id: number | undefined) =>
    done(api.patch(`/products/${part}`, { tax_rate_id }))
  await give(codes.margin)
  expect(await posted('product', part)).toEqual({ stock_margin: 1500, stock: -1500 })
  await sell(part, 1, { tax_rate_id: codes.margin, vat_rate: undefined })
  await give(codes.standard)
  expect(await posted('product', part)).toEqual({ stock_margin: 500, stock: -500 })
  await sell(part, 2)
  await give(codes.margin)
  await give(codes.standard)
})

test('parts that are picked are used, and come back at what they went for', async () => {
  const part = await newPart(api, 5)
  const order = await done(api.post('/work-orders', { customer_id: await newCustomer(api) }))
  await done(
    api.post(`/work-orders/${order.id}/lines`, {
      description: 'Part',
      product_id: part,
      quantity: 2,
      unit_price: 10,
    }),
  )
  const list = await done(api.post('/pick-lists/from-work-order', { work_order_id: order.id }))
  await done(api.post(`/pick-lists/${list.id}/complete`, {}))
  expect(await posted('pick_list', list.id)).toEqual({ stock: -1000, cost: 1000 })
  const { lines } = await done(api.get(`/pick-lists/${list.id}`))
  await done(api.post(`/pick-lists/${list.id}/return`, { line_id: lines[0].id, quantity: 1 }))
  expect(await posted('pick_list', list.id)).toEqual({ stock: -500, cost: 500 })
  const draft = await done(api.post(`/work-orders/${order.id}/invoice`))
  await done(api.post(`/invoices/${draft.id}/issue`))
})

test('a count books what it found otherwise', async () => {
  const part = await newPart(api, 5)
  const [bin] = (await done(api.get('/bins?kind=receiving'))).data
  const count = await done(api.post('/stock-counts', { bin_ids: [bin.id] }))
  const lines = [{ bin_id: bin.id, product_id: part, counted_qty: 3 }]
  await done(api.put(`/stock-counts/${count.id}/lines`, { lines }))
  await done(api.post(`/stock-counts/${count.id}/apply`, {}))
  expect(await posted('stock_count', count.id)).toEqual({ stock: -1000, stock_difference: 1000 })
})

test('moving goods from bin to bin posts nothing', async () => {
  const part = await newPart(api, 5)
  const [{ warehouse_id }] = (await done(api.get('/bins?kind=receiving'))).data
  const bin = await done(api.post('/bins', { warehouse_id, code: 'A-01' }))
  await done(api.post('/putaway', { product_id: part, quantity: 2, bin_id: bin.id }))
  expect(await moved(part)).toEqual([{ stock: 2500, opening_equity: -2500 }, {}, {}])
})
