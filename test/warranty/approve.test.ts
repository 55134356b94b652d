import { beforeAll, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { claimants, tally } from './claiming.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { policy, repaired, claimed, approved, ...make } = claimants(shop, owner)
const approve = (id: number, body?: object) => api.post(`/warranty/claims/${id}/approve`, body)
const story = async (id: number): Promise<string[]> =>
  (await api.get(`/work-orders/${id}/timeline`)).body.data.map((e: Json) => e.description).reverse()

beforeAll(() => policy(90))

test('creates a warranty work order for the same customer and device, without a price', async () => {
  const customer_id = (await make.customer()).id
  const branch_id = await make.branch()
  const device_id = await make.device(customer_id, { kind: 'phone', brand: 'Apple', model: '14' })
  const first = await repaired(5, {
    customer_id,
    device_id,
    branch_id,
    category: 'screen',
    priority: 'high',
    problem_description: 'Cracked screen',
  })
  const { id } = await claimed(first.id)
  const answer = await approve(id)
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.body).toEqual({
    message: 'Claim approved',
    warranty_work_order_id: expect.any(Number),
  })
  const order = (await api.get(`/work-orders/${answer.body.warranty_work_order_id}`)).body
  expect(order).toMatchObject({
    ticket_no: expect.stringMatching(/^WO-/),
    customer: first.customer,
    device_id,
    device_brand: 'Apple',
    device_model: '14',
    branch_id,
    category: 'screen',
    priority: 'high',
    status: { slug: 'new' },
    problem_description: 'It flickers again',
    warranty_of_id: first.id,
    assigned_to: null,
    totals: { subtotal: 0, vat_total: 0, total: 0 },
    lines: [
      { description: 'Garantie: It flickers again', product_id: null, quantity: 1, unit_price: 0 },
    ],
    notes: [],
  })
  expect((await api.get(`/warranty/claims/${id}`)).body).toMatchObject({
    status: 'approved',
    warranty_work_order_id: order.id,
    decided_at: expect.stringMatching(/Z$/),
    decided_by: { id: expect.any(Number), name: expect.stringMatching(/^admin/) },
    reason: null,
  })
  expect(await story(first.id)).toEqual(
    expect.arrayContaining([
      'Warranty claimed: It flickers again',
      `Warranty claim approved: ${order.ticket_no}`,
    ]),
  )
  expect((await story(order.id))[0]).toBe(
    `Work order ${order.ticket_no} created under warranty of ${first.ticket_no}`,
  )
})

test('takes the lines, the engineer and the note that are given', async () => {
  const screen = await make.product()
  const alice = await make.employee('Alice B.')
  const { id } = await claimed((await repaired(5)).id)
  const order = await approved(id, {
    lines: [
      { description: 'OLED screen', product_id: screen, quantity: 2 },
      { description: 'Fit' },
    ],
    assigned_to: alice,
    notes: 'Check the cable too',
  })
  expect(order).toMatchObject({
    assigned_to: alice,
    lines: [
      { description: 'OLED screen', product_id: screen, quantity: 2, unit_price: 0, total_excl: 0 },
      { description: 'Fit', product_id: null, quantity: 1, unit_price: 0, vat_rate: 21 },
    ],
    notes: [{ note: 'Check the cable too', is_internal: true }],
  })
  const wrong = await claimed((await repaired(5)).id)
  const refused = await approve(wrong.id, { lines: [{ description: 'Part', product_id: 999999 }] })
  expect(Object.keys(refused.body.errors)).toEqual(['lines.0.product_id'])
  expect((await api.get(`/warranty/claims/${wrong.id}`)).body.status).toBe('pending')
})

test('approved many times at once, it makes a single work order', async () => {
  const first = await repaired(5)
  const { id } = await claimed(first.id)
  const answers = await Promise.all(Array.from({ length: 20 }, () => approve(id)))
  expect(tally(answers)).toEqual({ 200: 1, not_pending: 19 })
  const { rows } = await owner.query('select id from work_orders where warranty_of_id = $1', [
    first.id,
  ])
  expect(rows).toHaveLength(1)
})

test('of an approval and a rejection at once one counts', async () => {
  const { id } = await claimed((await repaired(5)).id)
  const answers = await Promise.all([
    ...Array.from({ length: 5 }, () => approve(id)),
    ...Array.from({ length: 5 }, () =>
      api.post(`/warranty/claims/${id}/reject`, { reason: 'Dropped' }),
    ),
  ])
  expect(tally(answers)).toEqual({ 200: 1, not_pending: 9 })
})

test('no line of a warranty work order takes a price', async () => {
  const order = await approved((await claimed((await repaired(5)).id)).id)
  const path = `/work-orders/${order.id}/lines`
  const priced = { description: 'Case', quantity: 1, unit_price: 10 }
  const refusal = { status: 422, body: { code: 'warranty_line' } }
  expect(await api.post(path, priced)).toMatchObject(refusal)
  const line = `${path}/${order.lines[0].id}`
  expect(await api.put(line, { unit_price: 0.01 })).toMatchObject(refusal)
  expect((await api.put(line, { quantity: 3, unit_price: 0 })).status).toBe(200)
  expect((await api.post(path, { ...priced, unit_price: 0 })).status).toBe(201)
  expect((await api.get(`/work-orders/${order.id}`)).body.totals.total).toBe(0)
})

test('there is nothing to invoice, and no deposit to take', async () => {
  const order = await approved((await claimed((await repaired(5)).id)).id)
  const refusal = { status: 422, body: { code: 'nothing_to_invoice' } }
  expect(await api.post(`/work-orders/${order.id}/invoice`)).toMatchObject(refusal)
  expect(
    await api.post(`/work-orders/${order.id}/deposit`, { amount: 10, method: 'pin' }),
  ).toMatchObject(refusal)
})

test('neither repair goes while the claim tells of them', async () => {
  const first = await repaired(5)
  const order = await approved((await claimed(first.id)).id)
  for (const { id } of [first, order]) {
    expect(await api.delete(`/work-orders/${id}`)).toMatchObject({
      status: 422,
      body: { code: 'in_use' },
    })
  }
})

test('leaves out a branch that was closed meanwhile', async () => {
  const branch_id = await make.branch()
  const { id } = await claimed((await repaired(5, { branch_id })).id)
  expect((await api.delete(`/branches/${branch_id}`)).status).toBe(204)
  expect((await approved(id)).branch_id).toBeNull()
})

test('a work order has a category, by which the list is filtered', async () => {
  const { id } = await make.order({ category: ' water damage ' })
  const { body } = await api.get('/work-orders?category=water damage')
  expect(body.data).toMatchObject([{ id, category: 'water damage', warranty_of_id: null }])
  expect((await api.put(`/work-orders/${id}`, { category: '' })).body.category).toBeNull()
  const changed = await api.put(`/work-orders/${id}`, { warranty_of_id: id, category: 'screen' })
  expect(changed.body).toMatchObject({ category: 'screen', warranty_of_id: null })
})

test('only who may write warranty decides', async () => {
  const { id } = await claimed((await repaired(5)).id)
  for (const role of ['technician', 'accountant'] as const) {
    expect((await shop.as[role].post(`/warranty/claims/${id}/approve`)).status).toBe(403)
  }
  expect((await other.api.post(`/warranty/claims/${id}/approve`)).status).toBe(404)
  expect((await shop.as.frontdesk.post(`/warranty/claims/${id}/approve`)).status).toBe(200)
})
