import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { makers } from './makers.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const make = makers(shop, owner)
const makeThere = makers(other, owner)

const addLine = async (order: Json, draft: object = {}): Promise<Json> =>
  (
    await api.post(`/work-orders/${order.id}/lines`, {
      description: 'Screen',
      unit_price: 10,
      ...draft,
    })
  ).body

test('adds a line, one piece at 21 % unless said otherwise', async () => {
  const order = await make.order()
  const added = await api.post(`/work-orders/${order.id}/lines`, {
    description: 'Labour 🔧',
    unit_price: '89.50',
  })
  expect(added).toMatchObject({
    status: 201,
    body: {
      description: 'Labour 🔧',
      product_id: null,
      quantity: 1,
      unit_price: 89.5,
      vat_rate: 21,
      total_excl: 89.5,
    },
  })
  const product_id = await make.product()
  const part = await addLine(order, { product_id, quantity: 1.5, unit_price: 0.125, vat_rate: 9 })
  expect(part).toMatchObject({ product_id, quantity: 1.5, vat_rate: 9, total_excl: 0.19 })
  const got = await api.get(`/work-orders/${order.id}`)
  expect(got.body.lines).toEqual([added.body, part])
  expect(got.body.totals).toEqual({ subtotal: 89.69, vat_total: 18.82, total: 108.51 })
  expect((await api.get(`/work-orders/${order.id}/lines`)).body).toEqual({
    data: [added.body, part],
    current_page: 1,
    last_page: 1,
    per_page: 25,
    total: 2,
  })
})

test('changes a line by PUT and PATCH and keeps its sum right', async () => {
  const order = await make.order()
  const line = await addLine(order)
  const path = `/work-orders/${order.id}/lines/${line.id}`
  expect(await api.put(path, { quantity: 3 })).toMatchObject({
    status: 200,
    body: { quantity: 3, unit_price: 10, total_excl: 30 },
  })
  expect((await api.patch(path, { unit_price: 9.99, description: 'Glass' })).body).toMatchObject({
    description: 'Glass',
    total_excl: 29.97,
  })
  expect((await api.patch(path, {})).body.total_excl).toBe(29.97)
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.get(`/work-orders/${order.id}`)).body.lines).toEqual([])
  expect((await api.delete(path)).status).toBe(404)
})

test('keeps every sum right under changes at once', async () => {
  const order = await make.order()
  const line = await addLine(order)
  const path = `/work-orders/${order.id}/lines/${line.id}`
  const changes = Array.from({ length: 8 }, (_, i) =>
    api.patch(path, i % 2 ? { quantity: i + 1 } : { unit_price: i + 1 }),
  )
  expect((await Promise.all(changes)).map(({ status }) => status)).toEqual(Array(8).fill(200))
  const [last] = (await api.get(`/work-orders/${order.id}/lines`)).body.data
  expect(last.total_excl).toBe(last.quantity * last.unit_price)
})

test('refuses to change a line that is on an invoice, until that is cancelled', async () => {
  const order = await make.order()
  const line = await addLine(order)
  const path = `/work-orders/${order.id}/lines/${line.id}`
  const invoice_id = await make.invoice(order)
  await make.invoiceLine(invoice_id, line.id)
  for (const answer of [
    await api.put(path, { quantity: 3 }),
    await api.patch(path, { quantity: 3 }),
    await api.delete(path),
  ]) {
    expect(answer).toMatchObject({ status: 422, body: { code: 'line_invoiced' } })
  }
  await owner.query(`update invoices set status = 'cancelled' where id = $1`, [invoice_id])
  expect((await api.put(path, { quantity: 3 })).status).toBe(200)
})

test('leaves the lines of a cancelled work order alone', async () => {
  const order = await make.order()
  const line = await addLine(order)
  await api.post(`/work-orders/${order.id}/status`, { status: 'cancelled' })
  const path = `/work-orders/${order.id}/lines`
  for (const answer of [
    await api.post(path, { description: 'Late', unit_price: 1 }),
    await api.patch(`${path}/${line.id}`, { quantity: 2 }),
    await api.delete(`${path}/${line.id}`),
  ]) {
    expect(answer).toMatchObject({ status: 422, body: { code: 'work_order_cancelled' } })
  }
})

test('knows a line only under its own work order', async () => {
  const order = await make.order()
  const line = await addLine(order)
  const another = await make.order()
  const theirs = await makeThere.order()
  for (const id of [another.id, theirs.id, 999999, 'abc']) {
    const path = `/work-orders/${id}/lines/${line.id}`
    expect((await api.patch(path, { quantity: 2 })).status, path).toBe(404)
    expect((await api.delete(path)).status, path).toBe(404)
  }
  const path = `/work-orders/${order.id}/lines`
  expect((await api.patch(`${path}/999999`, { quantity: 'x' })).status).toBe(404)
  expect((await other.api.patch(`${path}/${line.id}`, { quantity: 2 })).status).toBe(404)
  expect((await other.api.post(path, { description: 'x', unit_price: 1 })).status).toBe(404)
  expect((await api.get(path)).body.data).toEqual([line])
})

test('lets If-Match speak of the line', async () => {
  const order = await make.order()
  const { headers, body } = await api.post(`/work-orders/${order.id}/lines`, {
    description: 'Part',
    unit_price: 1,
  })
  await addLine(order)
  const match = { 'If-Match': headers.get('etag') as string }
  const path = `/work-orders/${order.id}/lines/${body.id}`
  expect((await api.patch(path, { quantity: 2 }, match)).status).toBe(200)
  expect((await api.patch(path, { quantity: 3 }, match)).status).toBe(412)
})

test('refuses bad input at its field', async () => {
  const { id } = await make.order()
  const theirProduct = await makeThere.product()
  const good = { description: 'Part', unit_price: 1 }
  const cases: [string, object][] = [
    ['description', { unit_price: 1 }],
    ['unit_price', { description: 'Part' }],
    ['unit_price', { ...good, unit_price: -1 }],
    ['unit_price', { ...good, unit_price: 1.00001 }],
    ['quantity', { ...good, quantity: 0 }],
    ['quantity', { ...good, quantity: 0.0001 }],
    ['vat_rate', { ...good, vat_rate: 101 }],
    ['product_id', { ...good, product_id: 999999 }],
    ['product_id', { ...good, product_id: theirProduct }],
  ]
  for (const [field, body] of cases) {
    const answer = await api.post(`/work-orders/${id}/lines`, body)
    expect(answer.status, JSON.stringify(body)).toBe(422)
    expect(Object.keys(answer.body.errors), JSON.stringify(body)).toEqual([field])
  }
  expect((await shop.as.accountant.post(`/work-orders/${id}/lines`, good)).status).toBe(403)
})
