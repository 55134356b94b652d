import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { newToken, startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const hire = async (employee: object): Promise<Json> =>
  (await api.post('/employees', employee)).body

const ids = async (query: string) =>
  (await api.get(`/employees?${query}`)).body.map((employee: Json) => employee.id)

test('creates, gets, updates and deletes an employee', async () => {
  const branch_id = (await api.post('/branches', { name: 'Amsterdam HQ' })).body.id
  const { rows } = await owner.query('select id from users where tenant_id = $1 limit 1', [
    shop.tenant_id,
  ])
  const draft = {
    name: 'Alice B.',
    email: 'alice@shop.nl',
    role: 'Technician',
    phone: '0612345678',
    branch_id,
    user_id: Number(rows[0].id),
    hourly_rate: 42.5,
    started_on: '2026-01-01',
    ended_on: null,
  }
  const created = await api.post('/employees', draft)
  expect(created).toMatchObject({ status: 201, body: draft })
  const { id } = created.body
  expect((await api.get(`/employees/${id}`)).body).toEqual(created.body)
  expect(await api.put(`/employees/${id}`, { hourly_rate: '45.00' })).toMatchObject({
    status: 200,
    body: { ...draft, hourly_rate: 45 },
  })
  expect((await api.patch(`/employees/${id}`, { hourly_rate: null })).body.hourly_rate).toBeNull()
  expect(await api.post('/employees', { name: 'Double', user_id: draft.user_id })).toMatchObject({
    status: 422,
    body: { errors: { user_id: ['The user id has already been taken.'] } },
  })
  const list = await api.get('/employees')
  expect(list.body).toMatchObject([{ id, name: 'Alice B.' }])
  expect(list.headers.get('x-total-count')).toBe('1')
  expect((await api.delete(`/employees/${id}`)).status).toBe(204)
  expect((await api.get(`/employees/${id}`)).status).toBe(404)
  expect((await api.get('/employees')).body).toEqual([])
})

test('filters by name, role, branch and employment', async () => {
  const branch_id = (await api.post('/branches', { name: 'Rotterdam' })).body.id
  const rene = await hire({ name: 'René de Vries', role: 'Technician', branch_id })
  const kim = await hire({ name: 'Kim 100%', role: 'Front desk', ended_on: '2020-12-31' })
  const bo = await hire({ name: 'Bo', ended_on: '2099-12-31' })
  expect(await ids('q=rene')).toEqual([rene.id])
  expect(await ids('q=VRIES')).toEqual([rene.id])
  expect(await ids('q=%25')).toEqual([kim.id])
  expect(await ids('q=_')).toEqual([])
  expect(await ids('role=technician')).toEqual([rene.id])
  expect(await ids(`branch_id=${branch_id}`)).toEqual([rene.id])
  expect(await ids('active=1')).toEqual([rene.id, bo.id])
  expect(await ids('active=0')).toEqual([kim.id])
  expect(await ids('per_page=1&page=3')).toEqual([bo.id])
  expect((await api.get('/employees?branch_id=999999')).status).toBe(404)
  expect((await api.get('/employees?active=2')).status).toBe(422)
  expect((await api.get('/employees?per_page=1001')).status).toBe(422)
})

test('refuses what cannot be', async () => {
  expect(await api.post('/employees', { email: 'x', hourly_rate: -1 })).toMatchObject({
    status: 422,
    body: {
      errors: {
        name: ['The name field is required.'],
        email: ['The email field must be a valid email.'],
        hourly_rate: ['The hourly rate field must be at least 0.'],
      },
    },
  })
  const { id } = await hire({ name: 'Dated', started_on: '2026-03-01' })
  expect((await hire({ name: 'x', started_on: '2026-02-30' })).errors).toEqual({
    started_on: ['The started on field must be a valid date (YYYY-MM-DD).'],
  })
  const endsTooSoon = {
    status: 422,
    body: {
      code: 'validation_failed',
      errors: { ended_on: ['The ended on field must be a date after or equal to started on.'] },
    },
  }
  expect(await api.put(`/employees/${id}`, { ended_on: '2026-02-28' })).toMatchObject(endsTooSoon)
  expect(
    await api.post('/employees', { name: 'x', started_on: '2026-03-02', ended_on: '2026-03-01' }),
  ).toMatchObject(endsTooSoon)
  expect((await api.put(`/employees/${id}`, { ended_on: '2026-03-01' })).status).toBe(200)
  expect(
    (await api.put(`/employees/${id}`, { started_on: null, ended_on: '2020-01-01' })).status,
  ).toBe(200)

  const theirBranch = (await other.api.post('/branches', { name: 'Theirs' })).body.id
  const theirs = (await other.api.post('/employees', { name: 'Theirs' })).body.id
  const { rows } = await owner.query('select id from users where tenant_id = $1 limit 1', [
    other.tenant_id,
  ])
  expect((await api.put(`/employees/${id}`, { branch_id: theirBranch })).body.errors).toEqual({
    branch_id: ['The selected branch id is invalid.'],
  })
  expect((await api.put(`/employees/${id}`, { user_id: Number(rows[0].id) })).body.errors).toEqual({
    user_id: ['The selected user id is invalid.'],
  })
  expect((await api.get(`/employees?branch_id=${theirBranch}`)).status).toBe(404)
  expect((await api.get(`/employees/${theirs}`)).status).toBe(404)
  expect((await api.put(`/employees/${theirs}`, { name: '' })).status).toBe(404)
  expect((await api.delete(`/employees/${theirs}`)).status).toBe(404)
})

test('keeps who has work orders', async () => {
  const { id } = await hire({ name: 'Busy' })
  const customer = (await api.post('/customers', { first_name: 'Jane' })).body
  await owner.query(
    `insert into work_orders (tenant_id, ticket_no, customer_id, assigned_to) values ($1, 'WO-2026-9999', $2, $3)`,
    [shop.tenant_id, customer.id, id],
  )
  expect(await api.delete(`/employees/${id}`)).toMatchObject({
    status: 422,
    body: { code: 'in_use', message: 'Cannot delete: it is still used by work orders.' },
  })
})

test('is for who may, with the licence for it', async () => {
  expect((await shop.as.frontdesk.get('/employees')).status).toBe(200)
  expect((await shop.as.frontdesk.post('/employees', { name: 'x' })).status).toBe(403)
  expect((await shop.as.manager.post('/employees', { name: 'x' })).status).toBe(201)
  const { rows } = await owner.query('select id from users where tenant_id = $1 and role = $2', [
    shop.tenant_id,
    'admin',
  ])
  const token = await newToken(owner, shop.tenant_id, rows[0].id, ['employees:read'])
  const bearer = { Authorization: `Bearer ${token}` }
  expect((await api.get('/employees', bearer)).status).toBe(200)
  expect((await api.post('/employees', { name: 'x' }, bearer)).status).toBe(403)
  await owner.query(
    `update license_modules set is_active = false where tenant_id = $1 and module_key = 'hrm'`,
    [other.tenant_id],
  )
  expect(await other.api.get('/employees')).toMatchObject({
    status: 403,
    body: { code: 'module_inactive' },
  })
})
