import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { settled } from '../harness/database.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const newCustomer = async (customer: object): Promise<Json> =>
  (await api.post('/customers', customer)).body

test('creates, gets, updates and deletes a customer', async () => {
  const draft = {
    first_name: 'Jane',
    last_name: 'Smith',
    email: 'Jane@Example.com',
    phone: '06-12345678',
    address: 'Damrak 1',
    city: 'Amsterdam',
    postal_code: '1012 LG',
  }
  const created = await api.post('/customers', draft)
  expect(created).toMatchObject({
    status: 201,
    body: {
      ...draft,
      email: 'jane@example.com',
      name: 'Jane Smith',
      country: 'NL',
      company_id: null,
      is_business: false,
      tags: [],
      sms_opt_out: false,
      email_bounced_at: null,
    },
  })
  expect(created.body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const { id } = created.body
  expect((await api.get(`/customers/${id}`)).body).toEqual({
    ...created.body,
    devices: [],
    open_work_orders: [],
    balance: 0,
  })
  const updated = await api.put(`/customers/${id}`, { city: 'Utrecht', last_name: '' })
  expect(updated).toMatchObject({
    status: 200,
    body: { city: 'Utrecht', name: 'Jane', phone: '06-12345678' },
  })
  expect((await api.patch(`/customers/${id}`, {})).body).toMatchObject({ city: 'Utrecht' })
  expect((await api.delete(`/customers/${id}`)).status).toBe(204)
  expect((await api.get(`/customers/${id}`)).status).toBe(404)
})

test('refuses in the order 401, 403, 404, 422', async () => {
  const stranger = await other.api.post('/customers', { first_name: 'Stranger' })
  expect((await api.put(`/customers/${stranger.body.id}`, { first_name: '' })).status).toBe(404)
  expect((await api.put('/customers/abc', { first_name: '' })).status).toBe(404)
  expect((await shop.as.accountant.post('/customers', {})).status).toBe(403)
  const bad = await api.post('/customers', { first_name: 7, email: 'x', country: 'Nederland' })
  expect(bad).toMatchObject({
    status: 422,
    body: {
      message: 'The given data was invalid.',
      code: 'validation_failed',
      errors: {
        first_name: ['The first name field must be a string.'],
        email: ['The email field must be a valid email.'],
        country: ['The country field must be a country code of two letters.'],
      },
    },
  })
  expect((await api.post('/customers', {})).body.errors).toEqual({
    first_name: ['The first name field is required.'],
  })
  expect((await api.post('/customers', '{bad')).status).toBe(422)
  expect((await newCustomer({ first_name: 'a\u0000b' })).errors).toHaveProperty('first_name')
  expect((await newCustomer({ first_name: 'a', company_id: 999999 })).errors).toEqual({
    company_id: ['The selected company id is invalid.'],
  })
})

test('is a business customer with a company, and found by it', async () => {
  const company_id = (await api.post('/companies', { name: 'Bakker Techniek' })).body.id
  const { id } = await newCustomer({ first_name: 'Ben', company_id })
  const list = await api.get(`/customers?company_id=${company_id}`)
  expect(list.body).toMatchObject({ total: 1, data: [{ id, is_business: true, company_id }] })
  expect((await api.put(`/customers/${id}`, { company_id: null })).body.is_business).toBe(false)
  expect((await api.get(`/customers?company_id=${company_id}`)).body.data).toEqual([])
  const theirs = (await other.api.post('/companies', { name: 'Theirs' })).body.id
  for (const unknown of [999999, theirs]) {
    expect((await api.get(`/customers?company_id=${unknown}`)).status).toBe(404)
  }
  expect((await api.put(`/customers/${id}`, { company_id: theirs })).body.errors).toEqual({
    company_id: ['The selected company id is invalid.'],
  })
  expect((await api.get('/customers?company_id=x')).status).toBe(422)
})

test('carries tags', async () => {
  const vip = (await api.post('/tags', { name: 'VIP' })).body
  const late = (await api.post('/tags', { name: 'Late payer' })).body
  const before = await newCustomer({ first_name: 'Tagged' })
  const since = (await api.get(`/customers/${before.id}`)).headers.get('etag')
  const tagged = await api.put(`/customers/${before.id}/tags`, {
    tag_ids: [vip.id, late.id, vip.id],
  })
  expect(tagged).toMatchObject({
    status: 200,
    body: {
      id: before.id,
      tags: [
        { id: late.id, name: 'Late payer' },
        { id: vip.id, name: 'VIP' },
      ],
    },
  })
  expect(
    (await api.put(`/customers/${before.id}`, { city: 'A' }, { 'If-Match': since as string }))
      .status,
  ).toBe(412)
  const list = await api.get(`/customers?tag_id=${vip.id}`)
  expect(list.body).toMatchObject({ total: 1, data: [{ id: before.id }] })
  expect((await api.get('/customers?tag_id=999999')).status).toBe(404)
  const theirs = (await other.api.post('/tags', { name: 'Theirs' })).body
  expect(await api.put(`/customers/${before.id}/tags`, { tag_ids: [theirs.id] })).toMatchObject({
    status: 422,
    body: { code: 'validation_failed' },
  })
  expect((await api.put(`/customers/${before.id}/tags`, {})).body.errors).toEqual({
    tag_ids: ['The tag ids field is required.'],
  })
  expect((await other.api.put(`/customers/${before.id}/tags`, { tag_ids: [] })).status).toBe(404)
  expect((await api.get(`/customers/${before.id}`)).body.tags).toHaveLength(2)
  expect((await api.put(`/customers/${before.id}/tags`, { tag_ids: [] })).body.tags).toEqual([])
})

test('shows what is open, and keeps who has documents', async () => {
  const { id } = await newCustomer({ first_name: 'Debtor' })
  await owner.query(
    `insert into work_orders (tenant_id, ticket_no, customer_id, device_brand, status)
     values ($1, 'WO-2026-9001', $2, 'Apple', 'in_repair'), ($1, 'WO-2026-9002', $2, 'Sony', 'completed')`,
    [shop.tenant_id, id],
  )
  await owner.query(
    `insert into invoices (tenant_id, customer_id, invoice_number, status, invoice_date, total_cents, paid_cents, issued_at)
     values ($1, $2, 'INV-2026-9001', 'sent', '2026-01-01', 12100, 2050, now()), ($1, $2, null, 'draft', '2026-01-01', 5000, 0, null),
       ($1, $2, null, 'cancelled', '2026-01-01', 700, 0, null)`,
    [shop.tenant_id, id],
  )
  expect((await api.get(`/customers/${id}`)).body).toMatchObject({
    balance: 100.5,
    open_work_orders: [
      {
        ticket_no: 'WO-2026-9001',
        status: { slug: 'in_repair', label: 'In Repair' },
        device_brand: 'Apple',
      },
    ],
  })
  const refusal = { status: 422, body: { code: 'in_use' } }
  expect(await api.delete(`/customers/${id}`)).toMatchObject(refusal)
  const holder = await newCustomer({ first_name: 'Holder' })
  await api.post('/devices', { customer_id: holder.id, kind: 'phone' })
  expect(await api.delete(`/customers/${holder.id}`)).toMatchObject({
    status: 422,
    body: { code: 'in_use', message: 'Cannot delete: it is still used by devices.' },
  })
  expect((await other.api.delete(`/customers/${holder.id}`)).status).toBe(404)
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
  const path = `/customers/${first.body.id}`
  const etag = (await api.get(path)).headers.get('etag') as string
  expect((await api.get(path, { 'If-None-Match': etag })).status).toBe(304)
  const version = { 'If-Match': etag }
  expect((await api.put(path, { city: 'A' }, version)).status).toBe(200)
  expect((await api.get(path, { 'If-None-Match': etag })).status).toBe(200)
  for (const change of [{ city: 'B' }, { phone: '0612345678' }, { country: 'BE' }]) {
    expect((await api.put(path, change, version)).status).toBe(412)
  }
  expect((await api.delete(path, version)).status).toBe(412)
  expect((await api.delete(path, { 'If-Match': '*' })).status).toBe(204)
})

test('one of two changes of the same version wins', async () => {
  const { id } = await newCustomer({ first_name: 'Contested' })
  const version = {
    'If-Match': (await api.get(`/customers/${id}`)).headers.get('etag') as string,
  }
  const answers = await Promise.all([
    api.put(`/customers/${id}`, { city: 'A' }, version),
    api.put(`/customers/${id}`, { phone: '0612345678' }, version),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
})

test('copies every customer once while they change', async () => {
  const made = await Promise.all(
    Array.from({ length: 12 }, (_, n) => newCustomer({ first_name: `Sync ${n}` })),
  )
  await settled(owner)
  const start = await api.get('/customers?updated_since=2020-01-01&per_page=5')
  expect(start.body).not.toHaveProperty('total')
  const copied: number[] = start.body.data.map((customer: Json) => customer.id)
  const changed = made.find((customer) => !copied.includes(customer.id)) as Json
  await api.put(`/customers/${changed.id}`, { city: 'Changed meanwhile' })
  await settled(owner)
  let { next_cursor } = start.body
  while (next_cursor) {
    const { body } = await api.get(
      `/customers?per_page=5&cursor=${encodeURIComponent(next_cursor)}`,
    )
    copied.push(...body.data.map((customer: Json) => customer.id))
    next_cursor = body.next_cursor
  }
  expect(new Set(copied).size).toBe(copied.length)
  expect(copied).toEqual(expect.arrayContaining(made.map((customer) => customer.id)))
  expect(copied.at(-1)).toBe(changed.id)
  expect((await api.get('/customers?cursor=nonsense')).body.errors).toHaveProperty('cursor')
  expect((await api.get('/customers?updated_since=2026-02-30')).status).toBe(422)
  expect((await api.get('/customers?updated_since=2999-01-01')).body).toMatchObject({
    data: [],
    next_cursor: null,
  })
})
