import { expect, test } from 'vitest'
import type { Answer } from '../harness/client.ts'
import { settled } from '../harness/database.ts'
import { startShops } from '../harness/shop.ts'
import { makers } from './makers.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const make = makers(shop, owner)
const makeThere = makers(other, owner)

const ids = (list: Answer) => list.body.data.map((order: { id: number }) => order.id)

test('creates a work order and gets it as the reference prints it', async () => {
  const customer = await make.customer({ first_name: 'Jane', last_name: 'Smith' })
  const created = await api.post('/work-orders', {
    customer_id: customer.id,
    device_brand: 'Apple',
    device_model: 'iPhone 15 Pro',
    problem_description: 'Cracked screen 📱',
    expected_ready_at: '2026-03-30T17:00:00+02:00',
  })
  expect(created.status).toBe(201)
  const { id } = created.body
  const got = await api.get(`/work-orders/${id}`)
  expect(got.body).toEqual(created.body)
  expect(got.headers.get('etag')).toBeTruthy()
  expect(got.body).toEqual({
    id,
    ticket_no: expect.stringMatching(/^WO-\d{4}-\d{4}$/),
    customer: { id: customer.id, name: 'Jane Smith' },
    device_id: null,
    device_brand: 'Apple',
    device_model: 'iPhone 15 Pro',
    category: null,
    problem_description: 'Cracked screen 📱',
    status: { slug: 'new', label: 'New' },
    priority: 'normal',
    assigned_to: null,
    assignee: null,
    branch_id: null,
    sla_config_id: null,
    warranty_of_id: null,
    expected_ready_at: '2026-03-30T15:00:00Z',
    completed_at: null,
    invoice_id: null,
    totals: { subtotal: 0, vat_total: 0, total: 0 },
    sla: null,
    lines: [],
    notes: [],
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
})

test('takes brand and model of the device that is brought', async () => {
  const { id: customer_id } = await make.customer()
  const device_id = await make.device(customer_id, { brand: 'Nokia', model: '3310' })
  const created = await api.post('/work-orders', { customer_id, device_id })
  expect(created).toMatchObject({
    status: 201,
    body: { device_id, device_brand: 'Nokia', device_model: '3310' },
  })
  const named = await api.post('/work-orders', { customer_id, device_id, device_model: '3310 red' })
  expect(named.body).toMatchObject({ device_brand: 'Nokia', device_model: '3310 red' })

  const someone = await make.customer()
  const refusal = {
    status: 422,
    body: {
      code: 'device_of_other_customer',
      errors: { device_id: ['The selected device is of another customer.'] },
    },
  }
  const made = await api.post('/work-orders', { customer_id: someone.id, device_id })
  expect(made).toMatchObject(refusal)
  const moved = await api.patch(`/work-orders/${created.body.id}`, { customer_id: someone.id })
  expect(moved).toMatchObject(refusal)

  const bare = await make.order({ customer_id, device_brand: 'Unknown' })
  const nameless = await make.device(customer_id, { brand: null, model: 'X' })
  const linked = await api.patch(`/work-orders/${bare.id}`, { device_id: nameless })
  expect(linked.body).toMatchObject({ device_brand: 'Unknown', device_model: 'X' })
})

test('updates the fields that are given, by PUT and by PATCH', async () => {
  const order = await make.order({ device_brand: 'Apple', problem_description: 'Broken' })
  const assigned_to = await make.employee('Piet')
  const put = await api.put(`/work-orders/${order.id}`, { assigned_to, priority: 'urgent' })
  expect(put).toMatchObject({
    status: 200,
    body: { assigned_to, assignee: { id: assigned_to, name: 'Piet' }, device_brand: 'Apple' },
  })
  const patched = await api.patch(`/work-orders/${order.id}`, {
    assigned_to: null,
    device_brand: '',
    expected_ready_at: null,
  })
  expect(patched.body).toMatchObject({ assignee: null, device_brand: null, priority: 'urgent' })
  const etag = put.headers.get('etag') as string
  const stale = await api.patch(`/work-orders/${order.id}`, {}, { 'If-Match': etag })
  expect(stale.status).toBe(412)
})

test('answers a list with counts and totals instead of lines and notes', async () => {
  const order = await make.order()
  await api.post(`/work-orders/${order.id}/lines`, { description: 'Part', unit_price: 10 })
  await api.post(`/work-orders/${order.id}/lines`, {
    description: 'Book',
    unit_price: 1,
    vat_rate: 9,
  })
  await api.post(`/work-orders/${order.id}/notes`, { note: 'Hurry' })
  const list = await api.get('/work-orders')
  expect(list.body).toMatchObject({ current_page: 1, per_page: 25 })
  expect(list.body.data[0]).toMatchObject({
    id: order.id,
    lines_count: 2,
    notes_count: 1,
    totals: { subtotal: 11, vat_total: 2.19, total: 13.19 },
  })
  expect(list.body.data[0]).not.toHaveProperty('lines')
  expect(list.body.data[0]).not.toHaveProperty('notes')
})

test('filters by status, customer, engineer, device, branch, priority and day', async () => {
  const { id: customer_id } = await make.customer()
  const device_id = await make.device(customer_id, {})
  const assigned_to = await make.employee('Klaas')
  const branch_id = await make.branch()
  const order = await make.order({
    customer_id,
    device_id,
    assigned_to,
    branch_id,
    priority: 'high',
  })
  await api.post(`/work-orders/${order.id}/status`, { status: 'waiting_parts' })
  await owner.query(`update work_orders set created_at = '2025-06-01T21:30:00Z' where id = $1`, [
    order.id,
  ])
  for (const query of [
    'status=waiting_parts',
    `customer_id=${customer_id}`,
    `assigned_to=${assigned_to}`,
    `device_id=${device_id}`,
    `branch_id=${branch_id}`,
    'priority=high',
    'from=2025-06-01&to=2025-06-01',
  ]) {
    expect(ids(await api.get(`/work-orders?${query}`)), query).toEqual([order.id])
  }
  expect(ids(await api.get('/work-orders?to=2025-05-31'))).toEqual([])
  expect((await api.get('/work-orders?status=unknown')).body.errors).toEqual({
    status: ['The selected status is invalid.'],
  })
  expect((await api.get('/work-orders?priority=low')).status).toBe(422)
  expect((await api.get('/work-orders?from=2026-02-30')).status).toBe(422)
  const stranger = await makeThere.customer()
  expect((await api.get(`/work-orders?customer_id=${stranger.id}`)).status).toBe(404)
  expect((await api.get('/work-orders?assigned_to=999999')).status).toBe(404)
})

test('searches by ticket, customer, device and serial number', async () => {
  const customer = await make.customer({ first_name: 'Zoë', last_name: 'Vermeulen' })
  const device_id = await make.device(customer.id, { serial_number: 'C39-XZ-771' })
  const order = await make.order({
    customer_id: customer.id,
    device_id,
    device_model: 'Galaxy Fold',
  })
  for (const q of [order.ticket_no, 'zoe', 'vermeulen', 'galaxy fo', 'C39XZ771', 'c39-xz']) {
    expect(ids(await api.get(`/work-orders?q=${encodeURIComponent(q)}`)), q).toEqual([order.id])
  }
  expect(ids(await api.get('/work-orders?q=%25'))).toEqual([])
})

test('gives changes since a moment by cursor, lines included', async () => {
  const first = await make.order()
  const second = await make.order()
  await api.post(`/work-orders/${first.id}/lines`, { description: 'Part', unit_price: 10 })
  const since = encodeURIComponent(second.created_at)
  await settled(owner)
  const page = await api.get(`/work-orders?updated_since=${since}&per_page=100`)
  expect(page.body).not.toHaveProperty('total')
  const changed = ids(page)
  expect(changed.indexOf(first.id)).toBeGreaterThan(changed.indexOf(second.id))
  const one = await api.get(`/work-orders?updated_since=${since}&per_page=1`)
  const next = await api.get(`/work-orders?cursor=${one.body.next_cursor}&per_page=100`)
  expect([...ids(one), ...ids(next)]).toEqual(changed)
})

test('numbers forty work orders taken in at once without gap or double', async () => {
  const { id: customer_id } = await makeThere.customer()
  const made = await Promise.all(
    Array.from({ length: 40 }, () => other.api.post('/work-orders', { customer_id })),
  )
  const numbers = made.map(({ body }) => Number(body.ticket_no.slice(-4))).sort((a, b) => a - b)
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
})

test('refuses bad input at its field', async () => {
  const { id: customer_id } = await make.customer()
  const stranger = await makeThere.customer()
  const theirs = await makeThere.device(stranger.id, {})
  const cases: [string, object][] = [
    ['customer_id', {}],
    ['customer_id', { customer_id: 'x' }],
    ['customer_id', { customer_id: stranger.id }],
    ['customer_id', { customer_id: 999999 }],
    ['device_id', { customer_id, device_id: theirs }],
    ['assigned_to', { customer_id, assigned_to: 999999 }],
    ['branch_id', { customer_id, branch_id: 999999 }],
    ['priority', { customer_id, priority: 'low' }],
    ['expected_ready_at', { customer_id, expected_ready_at: '2026-02-30' }],
    ['device_brand', { customer_id, device_brand: 'a\u0000' }],
    ['problem_description', { customer_id, problem_description: 7 }],
  ]
  for (const [field, body] of cases) {
    const answer = await api.post('/work-orders', body)
    expect(answer.status, JSON.stringify(body)).toBe(422)
    expect(Object.keys(answer.body.errors), JSON.stringify(body)).toEqual([field])
  }
})

test('does not show, change or delete the work order of another shop', async () => {
  const order = await makeThere.order()
  const path = `/work-orders/${order.id}`
  expect((await api.get(path)).status).toBe(404)
  expect((await api.put(path, { customer_id: 'x' })).status).toBe(404)
  expect((await api.patch(path, { priority: 'high' })).status).toBe(404)
  expect((await api.delete(path)).status).toBe(404)
  expect((await api.post(`${path}/status`, { status: 'ready' })).status).toBe(404)
  for (const part of ['lines', 'notes', 'timeline', 'attachments']) {
    expect((await api.get(`${path}/${part}`)).status, part).toBe(404)
  }
})

test('asks for the permission to read and to write', async () => {
  const order = await make.order()
  const { accountant, technician } = shop.as
  expect((await accountant.get(`/work-orders/${order.id}`)).status).toBe(200)
  expect((await accountant.patch(`/work-orders/${order.id}`, {})).status).toBe(403)
  expect((await accountant.delete(`/work-orders/${order.id}`)).status).toBe(403)
  expect((await technician.patch(`/work-orders/${order.id}`, {})).status).toBe(200)
})

test('deletes a work order with its lines and notes, but not one with documents', async () => {
  const order = await make.order()
  await api.post(`/work-orders/${order.id}/lines`, { description: 'Part', unit_price: 10 })
  await api.post(`/work-orders/${order.id}/notes`, { note: 'Hurry' })
  expect((await api.delete(`/work-orders/${order.id}`)).status).toBe(204)
  expect((await api.get(`/work-orders/${order.id}`)).status).toBe(404)

  const billed = await make.order()
  const invoice_id = await make.invoice(billed)
  expect((await api.get(`/work-orders/${billed.id}`)).body.invoice_id).toBe(invoice_id)
  expect((await api.delete(`/work-orders/${billed.id}`)).body).toMatchObject({
    code: 'in_use',
    message: 'Cannot delete: it is still used by invoices.',
  })
  await owner.query(`update invoices set status = 'cancelled' where id = $1`, [invoice_id])
  expect((await api.get(`/work-orders/${billed.id}`)).body.invoice_id).toBeNull()

  const quoted = await make.order()
  await make.quotation(quoted)
  expect((await api.delete(`/work-orders/${quoted.id}`)).body.code).toBe('in_use')
})
