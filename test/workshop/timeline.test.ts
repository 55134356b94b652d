import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { makers } from './makers.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const make = makers(shop, owner)
const makeThere = makers(other, owner)

const timeline = async (id: number, query = ''): Promise<Json> =>
  (await api.get(`/work-orders/${id}/timeline${query}`)).body

/** Oldest first, as people would tell it. */
const told = async (id: number, query = ''): Promise<[string, string][]> =>
  (await timeline(id, query)).data
    .map(({ event, description }: Json) => [event, description])
    .reverse()

test('shows a change of status as the reference prints it', async () => {
  const { id } = await make.order()
  await shop.as.technician.post(`/work-orders/${id}/status`, { status: 'in_repair' })
  const { data, ...paging } = await timeline(id)
  expect(paging).toEqual({ current_page: 1, last_page: 1, per_page: 25, total: 2 })
  expect(data[0]).toEqual({
    id: expect.any(Number),
    event: 'status_changed',
    description: 'Status changed from New to In Repair',
    user: { id: expect.any(Number), name: 'technician of first' },
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  })
})

test('tells the whole story of a repair in names, not ids', async () => {
  const { id: customer_id } = await make.customer()
  const { id, ticket_no } = await make.order({ customer_id, device_brand: 'Apple' })
  const path = `/work-orders/${id}`
  const [piet, klaas] = [await make.employee('Piet'), await make.employee('Klaas')]
  const device_id = await make.device(customer_id, { brand: 'Nokia', model: '3310' })
  const product_id = await make.product()
  await api.patch(path, { assigned_to: piet })
  await api.patch(path, { assigned_to: klaas })
  await api.patch(path, { assigned_to: null })
  await api.patch(path, { priority: 'high', expected_ready_at: '2026-03-30T15:00:00Z' })
  await api.patch(path, { device_brand: 'Samsung' })
  await api.patch(path, { device_id, device_brand: 'Samsung' })
  const line = await api.post(`${path}/lines`, { description: 'Screen', unit_price: 10 })
  await api.patch(`${path}/lines/${line.body.id}`, { quantity: 2, product_id })
  await api.delete(`${path}/lines/${line.body.id}`)
  await api.post(`${path}/notes`, { note: 'Customer called 📞' })
  await api.post(`${path}/status`, { status: 'ready' })
  await api.post(`${path}/status`, { status: 'completed' })
  await api.post(`${path}/status`, { status: 'in_repair' })
  expect(await told(id)).toEqual([
    ['created', `Work order ${ticket_no} created`],
    ['engineer_assigned', 'Assigned to Piet'],
    ['engineer_assigned', 'Assigned to Klaas'],
    ['field_changed', 'Engineer removed, was Klaas'],
    [
      'field_changed',
      'Priority changed from Normal to High; Expected ready at set to 2026-03-30 17:00',
    ],
    ['field_changed', 'Device brand changed from Apple to Samsung'],
    ['field_changed', 'Device set to Nokia 3310; Device model set to 3310'],
    ['field_changed', 'Line added: Screen'],
    [
      'field_changed',
      'Line changed: Screen. Quantity changed from 1 to 2; Product set to OLED screen',
    ],
    ['field_changed', 'Line removed: Screen'],
    ['note_added', 'Customer called 📞'],
    ['status_changed', 'Status changed from New to Ready'],
    ['completed', 'Work order completed'],
    ['status_changed', 'Status changed from Ready to Completed'],
    ['status_changed', 'Status changed from Completed to In Repair'],
  ])
  expect(await told(id, '?event=engineer_assigned')).toHaveLength(2)
  expect(await told(id, '?event=completed')).toEqual([['completed', 'Work order completed']])
  expect(await timeline(id, '?event=field_changed&per_page=2&page=2')).toMatchObject({
    current_page: 2,
    last_page: 4,
    total: 7,
  })
})

test('still names a status that is gone', async () => {
  const gone = await api.post('/work-order-statuses', {
    slug: 'at_supplier',
    label: 'With the supplier',
    allowed_next: ['ready'],
  })
  const { id } = await make.order()
  await owner.query(`update work_orders set status = 'at_supplier' where id = $1`, [id])
  await api.post(`/work-orders/${id}/status`, { status: 'ready' })
  expect(await told(id, '?event=status_changed')).toContainEqual([
    'status_changed',
    'Status changed from With the supplier to Ready',
  ])
  await api.delete(`/work-order-statuses/${gone.body.id}`)
  expect(await told(id, '?event=status_changed')).toContainEqual([
    'status_changed',
    'Status changed from At supplier to Ready',
  ])
})

test('adds a note to the timeline, as the reference prints it', async () => {
  const { id } = await make.order()
  const note = 'Waiting for spare part from supplier.'
  const added = await api.post(`/work-orders/${id}/timeline/note`, { note })
  expect(added).toMatchObject({ status: 201 })
  expect(added.body).toEqual({
    id: expect.any(Number),
    event: 'note_added',
    description: note,
    user: { id: expect.any(Number), name: 'admin of first' },
    created_at: expect.stringMatching(/Z$/),
  })
  expect((await timeline(id)).data[0]).toEqual(added.body)
  const notes = await api.get(`/work-orders/${id}/notes`)
  expect(notes.body.data).toMatchObject([{ note, is_internal: true }])
})

test('adds notes, internal unless said otherwise, newest first', async () => {
  const { id } = await make.order()
  const first = await api.post(`/work-orders/${id}/notes`, { note: 'Inside' })
  expect(first.status).toBe(201)
  expect(first.body).toEqual({
    id: expect.any(Number),
    note: 'Inside',
    is_internal: true,
    user: { id: expect.any(Number), name: 'admin of first' },
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  const second = await api.post(`/work-orders/${id}/notes`, { note: 'Ready!', is_internal: false })
  expect(second.body.is_internal).toBe(false)
  expect((await api.get(`/work-orders/${id}/notes`)).body).toMatchObject({
    data: [second.body, first.body],
    total: 2,
  })
  expect((await api.get(`/work-orders/${id}`)).body.notes).toEqual([second.body, first.body])
})

test('refuses bad input, other methods, strangers and readers', async () => {
  const { id } = await make.order()
  const theirs = await makeThere.order()
  for (const path of ['notes', 'timeline/note']) {
    for (const body of [{}, { note: '' }, { note: 7 }, { note: 'a\u0000' }]) {
      const answer = await api.post(`/work-orders/${id}/${path}`, body)
      expect(answer.body.errors, JSON.stringify(body)).toHaveProperty('note')
    }
    expect((await api.post(`/work-orders/${theirs.id}/${path}`, { note: 'x' })).status).toBe(404)
    expect((await shop.as.accountant.post(`/work-orders/${id}/${path}`, {})).status).toBe(403)
  }
  expect(
    (await api.post(`/work-orders/${id}/notes`, { note: 'x', is_internal: 'no' })).status,
  ).toBe(422)
  expect((await api.get(`/work-orders/${id}/timeline?event=deleted`)).status).toBe(422)
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    expect((await api.send(method, `/work-orders/${id}/timeline`, {})).status, method).toBe(405)
  }
})
