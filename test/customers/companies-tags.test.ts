import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other } = await startShops()
const { api } = shop

test('creates, gets, updates and deletes a company', async () => {
  const draft = {
    name: 'Smith Logistics B.V.',
    vat_number: 'NL001234567B01',
    kvk_number: '12345678',
    email: 'info@smith.example',
    phone: '020-1234567',
    address: 'Damrak 1',
    city: 'Amsterdam',
    postal_code: '1012 LG',
    country: 'NL',
    discount_pct: 7.5,
    payment_term_days: 30,
  }
  const created = await api.post('/companies', draft)
  expect(created).toMatchObject({ status: 201, body: draft })
  const path = `/companies/${created.body.id}`
  expect((await api.get(path)).body).toEqual(created.body)
  expect(created.body).not.toHaveProperty('search')
  expect(await api.put(path, { discount_pct: '10', payment_term_days: null })).toMatchObject({
    status: 200,
    body: { ...draft, discount_pct: 10, payment_term_days: null },
  })
  expect((await api.patch(path, {})).body).toMatchObject({ discount_pct: 10 })
  const bare = await api.post('/companies', { name: 'Bare' })
  expect(bare.body).toMatchObject({ discount_pct: 0, payment_term_days: null, country: 'NL' })
  expect((await api.get('/companies')).body).toMatchObject({
    total: 2,
    data: [{ id: bare.body.id }, { id: created.body.id }],
  })
  expect((await api.get('/companies?q=smith')).body.total).toBe(1)
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.get(path)).status).toBe(404)
})

test('keeps a company that has customers', async () => {
  const { id } = (await api.post('/companies', { name: 'Kept' })).body
  const customer = (await api.post('/customers', { first_name: 'Ben', company_id: id })).body
  expect(await api.delete(`/companies/${id}`)).toMatchObject({
    status: 422,
    body: { code: 'in_use', message: 'Cannot delete: it is still used by customers.' },
  })
  await api.put(`/customers/${customer.id}`, { company_id: null })
  expect((await api.delete(`/companies/${id}`)).status).toBe(204)
})

test('refuses what is no company', async () => {
  expect(
    await api.post('/companies', { discount_pct: 100.01, payment_term_days: -1 }),
  ).toMatchObject({
    status: 422,
    body: {
      errors: {
        name: ['The name field is required.'],
        discount_pct: ['The discount pct field may not be greater than 100.'],
        payment_term_days: ['The payment term days field must be at least 0.'],
      },
    },
  })
  const { id } = (await other.api.post('/companies', { name: 'Theirs' })).body
  expect((await api.get(`/companies/${id}`)).status).toBe(404)
  expect((await api.put(`/companies/${id}`, { name: '' })).status).toBe(404)
  expect((await api.delete(`/companies/${id}`)).status).toBe(404)
  expect((await shop.as.technician.get('/companies')).status).toBe(200)
  expect((await shop.as.technician.post('/companies', { name: 'x' })).status).toBe(403)
})

test('creates, renames and deletes a tag, and those who carried it lose it', async () => {
  const created = await api.post('/tags', { name: ' VIP ' })
  expect(created).toMatchObject({ status: 201, body: { name: 'VIP' } })
  const { id } = created.body
  expect((await api.get(`/tags/${id}`)).body).toEqual(created.body)
  expect(await api.post('/tags', { name: 'vip' })).toMatchObject({
    status: 422,
    body: { errors: { name: ['The name has already been taken.'] } },
  })
  expect((await other.api.post('/tags', { name: 'VIP' })).status).toBe(201)
  const customer = (await api.post('/customers', { first_name: 'Ben' })).body
  await api.put(`/customers/${customer.id}/tags`, { tag_ids: [id] })
  expect((await api.put(`/tags/${id}`, { name: 'Regular' })).body.name).toBe('Regular')
  expect((await api.get(`/customers/${customer.id}`)).body.tags).toEqual([{ id, name: 'Regular' }])
  expect((await api.get('/tags')).body).toMatchObject({ total: 1, data: [{ id }] })
  expect((await api.delete(`/tags/${id}`)).status).toBe(204)
  expect((await api.get(`/customers/${customer.id}`)).body.tags).toEqual([])
})

test('refuses what is no tag', async () => {
  const { id } = (await other.api.post('/tags', { name: 'Theirs' })).body
  expect((await api.get(`/tags/${id}`)).status).toBe(404)
  expect((await api.put(`/tags/${id}`, { name: 'Mine' })).status).toBe(404)
  expect((await api.delete(`/tags/${id}`)).status).toBe(404)
  expect((await api.post('/tags', { name: '' })).body.errors).toEqual({
    name: ['The name field is required.'],
  })
  expect((await api.post('/tags', { name: 'x'.repeat(101) })).status).toBe(422)
  expect((await shop.as.accountant.post('/tags', { name: 'x' })).status).toBe(403)
})

test('of two equal tags at once one is made', async () => {
  const answers = await Promise.all([
    api.post('/tags', { name: 'Twin' }),
    api.post('/tags', { name: 'twin' }),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
})
