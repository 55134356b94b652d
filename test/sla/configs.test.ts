import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other } = await startShops()
const { api } = shop

const draft = { name: 'Standard 24h', response_hours: 4, resolution_hours: 24 }
const stamps = {
  created_at: expect.stringMatching(/Z$/),
  updated_at: expect.stringMatching(/Z$/),
}

test('keeps what a shop promises', async () => {
  const created = await api.post('/sla/configs', draft)
  const { id } = created.body
  const config = {
    id,
    ...draft,
    applies_to: null,
    active: true,
    warning_minutes: 60,
    ...stamps,
  }
  expect(created).toMatchObject({ status: 201, body: config })
  expect(await api.get(`/sla/configs/${id}`)).toMatchObject({ status: 200, body: config })

  const changes = { name: 'Urgent', response_hours: 0, resolution_hours: 1.5, applies_to: 'urgent' }
  const changed = await api.put(`/sla/configs/${id}`, changes)
  expect(changed).toMatchObject({ status: 200, body: { ...config, ...changes } })
  const narrow = { active: false, warning_minutes: 0, applies_to: null }
  expect((await api.patch(`/sla/configs/${id}`, narrow)).body).toEqual({
    ...config,
    ...changes,
    ...narrow,
  })
  expect((await api.put(`/sla/configs/${id}`, {})).status).toBe(200)
  expect((await api.delete(`/sla/configs/${id}`)).status).toBe(204)
  expect((await api.get(`/sla/configs/${id}`)).status).toBe(404)
})

test('lists them as a bare array, the first made first', async () => {
  const scopes = ['phone', 'urgent', null]
  const made = []
  for (const applies_to of scopes) {
    made.push((await api.post('/sla/configs', { ...draft, applies_to })).body)
  }
  const list = await api.get('/sla/configs')
  expect(list.body).toEqual(made)
  expect(list.headers.get('x-total-count')).toBe('3')
  expect((await api.get('/sla/configs?per_page=1&page=2')).body).toEqual([made[1]])
  expect((await api.get('/sla/configs?applies_to=phone')).body).toEqual([made[0]])
  await api.put(`/sla/configs/${made[2].id}`, { active: false })
  expect((await api.get('/sla/configs?active=1')).body).toEqual(made.slice(0, 2))
  expect((await api.get('/sla/configs?active=0')).body).toHaveLength(1)
  expect((await api.get('/sla/configs?active=perhaps')).status).toBe(422)
  expect((await api.get('/sla/configs?applies_to=bicycle')).status).toBe(422)
})

test.each<[string, unknown[], string]>([
  ['name', ['', null, 'x'.repeat(256), 7], 'The name field'],
  ['response_hours', [-1, 8761, 1.005, 'many', null], 'The response hours field'],
  ['resolution_hours', [-0.01, 1e9, {}, null], 'The resolution hours field'],
  ['applies_to', ['bicycle', '', 7], 'The applies to field'],
  ['warning_minutes', [-1, 1.5, 10_081, '60'], 'The warning minutes field'],
  ['active', ['yes', 1], 'The active field'],
])('refuses a wrong %s', async (field, values, subject) => {
  for (const value of values) {
    const answer = await api.post('/sla/configs', { ...draft, [field]: value })
    expect(answer, String(value)).toMatchObject({
      status: 422,
      body: { errors: { [field]: [expect.stringContaining(subject)] } },
    })
  }
})

test('says what is required', async () => {
  expect((await api.post('/sla/configs', {})).body.errors).toEqual({
    name: ['The name field is required.'],
    response_hours: ['The response hours field is required.'],
    resolution_hours: ['The resolution hours field is required.'],
  })
})

test('is not deleted while work orders name it', async () => {
  const { body: config } = await api.post('/sla/configs', draft)
  const { body: customer } = await api.post('/customers', { first_name: 'Jane' })
  const order = { customer_id: customer.id, sla_config_id: config.id }
  const { body: made } = await api.post('/work-orders', order)
  expect(await api.delete(`/sla/configs/${config.id}`)).toMatchObject({
    status: 422,
    body: { code: 'in_use', message: 'Cannot delete: it is still used by work orders.' },
  })
  await api.put(`/work-orders/${made.id}`, { sla_config_id: null })
  expect((await api.delete(`/sla/configs/${config.id}`)).status).toBe(204)
})

test('work orders name one of their own shop', async () => {
  const { body: theirs } = await other.api.post('/sla/configs', draft)
  const { body: customer } = await api.post('/customers', { first_name: 'Jane' })
  for (const sla_config_id of [theirs.id, 999_999_999]) {
    const answer = await api.post('/work-orders', { customer_id: customer.id, sla_config_id })
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: { sla_config_id: ['The selected sla config id is invalid.'] } },
    })
  }
  const { body: ours } = await api.post('/sla/configs', { ...draft, name: 'Gold' })
  const { body: order } = await api.post('/work-orders', {
    customer_id: customer.id,
    sla_config_id: ours.id,
  })
  expect(order).toMatchObject({ sla_config_id: ours.id, sla: null })
  expect((await api.get('/work-orders')).body.data[0]).toMatchObject({
    id: order.id,
    sla_config_id: ours.id,
  })
  const changed = await api.patch(`/work-orders/${order.id}`, { sla_config_id: null })
  expect(changed).toMatchObject({ status: 200, body: { sla_config_id: null } })
  const { body: story } = await api.get(`/work-orders/${order.id}/timeline`)
  expect(story.data[0].description).toBe('SLA removed, was Gold')
})

test('another shop neither sees nor changes it', async () => {
  const { body: config } = await api.post('/sla/configs', draft)
  const path = `/sla/configs/${config.id}`
  expect((await other.api.get(path)).status).toBe(404)
  expect((await other.api.put(path, { name: 'Mine' })).status).toBe(404)
  expect((await other.api.patch(path, { name: 'Mine' })).status).toBe(404)
  expect((await other.api.delete(path)).status).toBe(404)
  expect((await other.api.get('/sla/configs')).body).not.toContainEqual(config)
  expect((await api.get(path)).body).toEqual(config)
})

test('a change must match the version that was read', async () => {
  const { body: config } = await api.post('/sla/configs', draft)
  const path = `/sla/configs/${config.id}`
  const etag = (await api.get(path)).headers.get('etag') ?? ''
  expect((await api.put(path, { name: 'First' }, { 'If-Match': etag })).status).toBe(200)
  expect((await api.put(path, { name: 'Second' }, { 'If-Match': etag })).status).toBe(412)
})

test('is read by all and changed by those who lead', async () => {
  for (const role of ['technician', 'frontdesk', 'accountant'] as const) {
    const { get, post } = shop.as[role]
    expect((await get('/sla/configs')).status, role).toBe(200)
    expect((await get('/sla/breaches')).status, role).toBe(200)
    expect((await post('/sla/configs', draft)).status, role).toBe(403)
    expect((await post('/sla/run-check')).status, role).toBe(403)
  }
  expect((await shop.as.manager.post('/sla/configs', draft)).status).toBe(201)
  expect((await shop.as.manager.post('/sla/run-check')).status).toBe(200)
})
