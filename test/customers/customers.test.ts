import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other } = await startShops()
const { api } = shop

test('creates, gets, updates and deletes a customer', async () => {
  const created = await api.post('/customers', {
    first_name: 'Jane',
    last_name: 'Smith',
    phone: '06-12345678',
  })
  expect(created).toMatchObject({
    status: 201,
    body: { name: 'Jane Smith', is_business: false, tags: [] },
  })
  expect(created.body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const { id } = created.body
  expect((await api.get(`/customers/${id}`)).body).toMatchObject({
    id,
    devices: [],
    open_work_orders: [],
    balance: 0,
  })
  const updated = await api.put(`/customers/${id}`, { city: 'Utrecht' })
  expect(updated).toMatchObject({ status: 200, body: { city: 'Utrecht', phone: '06-12345678' } })
  expect((await api.delete(`/customers/${id}`)).status).toBe(204)
  expect((await api.get(`/customers/${id}`)).status).toBe(404)
})

test('refuses in the order 401, 403, 404, 422', async () => {
  const stranger = await other.api.post('/customers', { first_name: 'Stranger' })
  expect((await api.put(`/customers/${stranger.body.id}`, { first_name: '' })).status).toBe(404)
  expect((await api.put('/customers/abc', { first_name: '' })).status).toBe(404)
  expect((await shop.as.accountant.post('/customers', {})).status).toBe(403)
  const bad = await api.post('/customers', { first_name: 7, email: 'x' })
  expect(bad).toMatchObject({
    status: 422,
    body: {
      message: 'The given data was invalid.',
      code: 'validation_failed',
      errors: {
        first_name: ['The first name field must be a string.'],
        email: ['The email field must be a valid email.'],
      },
    },
  })
  expect((await api.post('/customers', {})).body.errors).toEqual({
    first_name: ['The first name field is required.'],
  })
  expect((await api.post('/customers', '{bad')).status).toBe(422)
  expect((await api.post('/customers', { first_name: 'a\u0000b' })).body.errors).toHaveProperty(
    'first_name',
  )
  expect(
    (await api.post('/customers', { first_name: 'a', company_id: 999999 })).body.errors,
  ).toHaveProperty('company_id')
})

test('finds a customer by any writing of a phone number', async () => {
  const { body } = await api.post('/customers', { first_name: 'Piet', phone: '+31 6 8765 4321' })
  for (const q of [
    '0687654321',
    '06-87654321',
    '+31687654321',
    '0031687654321',
    '8765 4321',
    'piet',
  ]) {
    const found = await api.get(`/customers?q=${encodeURIComponent(q)}`)
    expect(
      found.body.data.map((c: { id: number }) => c.id),
      q,
    ).toContain(body.id)
  }
  expect((await api.get('/customers?q=%25')).body.total).toBe(0)
})

test('keeps one answer per idempotency key, and refuses a stale version', async () => {
  const key = { 'Idempotency-Key': 'abc' }
  const first = await api.post('/customers', { first_name: 'Once' }, key)
  const again = await api.post('/customers', { first_name: 'Once' }, key)
  expect(again.body).toEqual(first.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect((await api.post('/customers', { first_name: 'Twice' }, key)).body.code).toBe(
    'idempotency_key_reused',
  )
  const etag = (await api.get(`/customers/${first.body.id}`)).headers.get('etag') as string
  expect((await api.get(`/customers/${first.body.id}`, { 'If-None-Match': etag })).status).toBe(304)
  expect(
    (await api.put(`/customers/${first.body.id}`, { city: 'A' }, { 'If-Match': etag })).status,
  ).toBe(200)
  expect(
    (await api.put(`/customers/${first.body.id}`, { city: 'B' }, { 'If-Match': etag })).status,
  ).toBe(412)
  expect(
    (await api.get('/customers?updated_since=2020-01-01&per_page=1')).body.next_cursor,
  ).toBeTruthy()
})
