import { beforeEach, expect, test } from 'vitest'
import { Client } from '../harness/client.ts'
import { newToken, startShops } from '../harness/shop.ts'

const { shop, other, owner, url } = await startShops()
const { api } = shop

let draft = { name: '', email: '', password: '', role: '' }
let number = 0
beforeEach(() => {
  number += 1
  const email = `user${number}@first.example`
  draft = { name: 'Tess Tester', email, password: 'secret word', role: 'technician' }
})

const asUser = async (id: number, abilities?: string[]) =>
  new Client(url, await newToken(owner, shop.tenant_id, id, abilities))

const adminId = async () => (await api.get('/auth/me')).body.id as number

test('creates, gets, updates and deletes a user', async () => {
  const created = await api.post('/users', { ...draft, email: draft.email.toUpperCase() })
  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'Tess Tester',
      email: draft.email,
      role: 'technician',
      company_id: shop.tenant_id,
      branch_id: null,
      employee_id: null,
      last_login_at: null,
      active: true,
    },
  })
  expect(JSON.stringify(created.body)).not.toMatch(/password|scrypt/)
  const { id } = created.body
  const login = await new Client(url).post('/auth/login', draft)
  expect(login.status).toBe(200)
  expect((await api.get(`/users/${id}`)).body.last_login_at).toMatch(/Z$/)
  expect((await api.patch(`/users/${id}`, { name: 'Tess' })).body).toMatchObject({ name: 'Tess' })
  expect((await api.delete(`/users/${id}`)).status).toBe(204)
  expect((await api.get(`/users/${id}`)).status).toBe(404)
  expect((await new Client(url, login.body.token).get('/auth/me')).status).toBe(401)
})

test('lists by role, branch, state and text', async () => {
  const branch = await owner.query(
    `insert into branches (tenant_id, name) values ($1, 'Oost') returning id`,
    [shop.tenant_id],
  )
  const branch_id = Number(branch.rows[0].id)
  const { body } = await api.post('/users', {
    ...draft,
    name: 'Zoë Éénling',
    branch_id,
    active: false,
  })
  const ids = async (query: string) =>
    (await api.get(`/users?${query}`)).body.data.map((user: { id: number }) => user.id)
  expect(await ids('q=zoe een')).toEqual([body.id])
  expect(await ids('q=%25')).toEqual([])
  expect(await ids(`branch_id=${branch_id}`)).toEqual([body.id])
  expect(await ids('active=0')).toEqual([body.id])
  expect(await ids('role=accountant')).toHaveLength(1)
  const page = await api.get('/users?per_page=2&page=2')
  expect(page.body).toMatchObject({ current_page: 2, per_page: 2, data: [{}, {}] })
  expect((await api.get('/users?role=boss')).status).toBe(422)
  expect((await api.get('/users?branch_id=99999')).status).toBe(404)
})

test('refuses bad input, taken addresses and strangers', async () => {
  const stranger = (await other.api.get('/auth/me')).body.id
  const bad = await api.post('/users', {
    name: '',
    email: 'x',
    password: 'short',
    role: 'platform',
  })
  expect(bad.body.errors).toEqual({
    name: ['The name field is required.'],
    email: ['The email field must be a valid email.'],
    password: ['The password field must be at least 8 characters.'],
    role: ['The role field must be one of: admin, manager, technician, frontdesk, accountant.'],
  })
  const taken = await api.post('/users', { ...draft, email: 'ADMIN@second.example' })
  expect(taken).toMatchObject({ status: 422, body: { errors: { email: expect.anything() } } })
  for (const field of ['branch_id', 'employee_id']) {
    const answer = await api.post('/users', { ...draft, [field]: 99999 })
    expect(Object.keys(answer.body.errors), field).toEqual([field])
  }
  expect((await api.get(`/users/${stranger}`)).status).toBe(404)
  expect((await api.put(`/users/${stranger}`, { name: '' })).status).toBe(404)
  expect((await api.put(`/users/${stranger}`, { name: 'Mine' })).status).toBe(404)
  expect((await api.delete(`/users/${stranger}`)).status).toBe(404)
  for (const role of ['manager', 'technician', 'frontdesk', 'accountant'] as const) {
    expect((await shop.as[role].get('/users')).status, role).toBe(403)
    expect((await shop.as[role].post('/users', draft)).status, role).toBe(403)
  }
})

test('ties an account to one employee', async () => {
  const employee = async () => {
    const { rows } = await owner.query(
      `insert into employees (tenant_id, name) values ($1, 'Tess') returning id`,
      [shop.tenant_id],
    )
    return Number(rows[0].id)
  }
  const [first, second] = [await employee(), await employee()]
  const { body } = await api.post('/users', { ...draft, employee_id: first })
  expect(body.employee_id).toBe(first)
  const moved = await api.put(`/users/${body.id}`, { employee_id: second })
  expect(moved.body.employee_id).toBe(second)
  expect((await api.put(`/users/${await adminId()}`, { employee_id: second })).body.errors).toEqual(
    {
      employee_id: ['The selected employee id is invalid.'],
    },
  )
  const none = await api.put(`/users/${body.id}`, { employee_id: null })
  expect(none.body.employee_id).toBeNull()
  await api.put(`/users/${body.id}`, { employee_id: first })
  expect((await api.delete(`/users/${body.id}`)).status).toBe(204)
})

test('lets a new role count from the next request, and ends the sessions of who leaves', async () => {
  const { body } = await api.post('/users', { ...draft, role: 'manager' })
  const user = await asUser(body.id)
  expect((await user.get('/events')).status).toBe(200)
  await api.put(`/users/${body.id}`, { role: 'technician' })
  expect((await user.get('/events')).status).toBe(403)
  await api.put(`/users/${body.id}`, { active: false })
  expect((await user.get('/auth/me')).status).toBe(401)
  await api.put(`/users/${body.id}`, { active: true })
  expect((await user.get('/auth/me')).status).toBe(401)

  const again = await asUser(body.id)
  await api.put(`/users/${body.id}`, { password: 'another secret' })
  expect((await again.get('/auth/me')).status).toBe(401)
  const login = await new Client(url).post('/auth/login', {
    email: draft.email,
    password: 'another secret',
  })
  expect(login.status).toBe(200)
})

test('never leaves a shop without an administrator', async () => {
  const own = await adminId()
  for (const change of [{ role: 'manager' }, { active: false }]) {
    expect(await api.put(`/users/${own}`, change)).toMatchObject({
      status: 422,
      body: { code: 'own_account' },
    })
  }
  expect((await api.delete(`/users/${own}`)).body.code).toBe('own_account')
  expect((await api.put(`/users/${own}`, { role: 'admin', name: 'Ada' })).status).toBe(200)

  const { body } = await api.post('/users', { ...draft, role: 'admin' })
  const second = await asUser(body.id)
  const answers = await Promise.all([
    api.put(`/users/${body.id}`, { role: 'technician' }),
    second.put(`/users/${own}`, { role: 'technician' }),
  ])
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  const { rows } = await owner.query(
    `select count(*)::int as admins from users where tenant_id = $1 and role = 'admin' and active`,
    [shop.tenant_id],
  )
  expect(rows[0].admins).toBe(1)
  await owner.query(`update users set role = 'admin' where id = $1`, [own])
})

test('keeps the service’s own staff out of an administrator’s reach', async () => {
  const { rows } = await owner.query(
    `insert into users (tenant_id, name, email, password_hash, role)
     values ($1, 'Pat', 'pat@service.example', 'none', 'platform') returning id`,
    [shop.tenant_id],
  )
  const { id } = rows[0]
  expect((await api.put(`/users/${id}`, { password: 'taken over' })).status).toBe(403)
  expect((await api.delete(`/users/${id}`)).status).toBe(403)
  const pat = await asUser(id)
  await owner.query(`delete from users where role = 'admin' and tenant_id = $1 and id <> $2`, [
    shop.tenant_id,
    await adminId(),
  ])
  expect(await pat.put(`/users/${await adminId()}`, { role: 'manager' })).toMatchObject({
    status: 422,
    body: { code: 'last_admin' },
  })
})

test('refuses to delete whoever the records name', async () => {
  const { body } = await api.post('/users', draft)
  const product = await api.post('/products', { name: 'Screen', price_excl: 10 })
  const theirs = await asUser(body.id)
  await theirs.post('/stock/adjust', { product_id: product.body.id, quantity: 1 })
  expect(await api.delete(`/users/${body.id}`)).toMatchObject({
    status: 422,
    body: { code: 'in_use' },
  })
  expect((await api.get(`/users/${body.id}`)).status).toBe(200)
})

test('gives no more seats than the licence has', async () => {
  await owner.query(
    `update licenses set max_users = (select count(*) from users where tenant_id = $1 and active) + 2
     where tenant_id = $1`,
    [shop.tenant_id],
  )
  const answers = await Promise.all(
    [1, 2, 3, 4].map((i) => api.post('/users', { ...draft, email: `seat${i}@first.example` })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 403, 403])
  expect(answers.find(({ status }) => status === 403)?.body.code).toBe('user_limit')
  const inactive = await api.post('/users', { ...draft, active: false })
  expect(inactive.status).toBe(201)
  expect((await api.put(`/users/${inactive.body.id}`, { active: true })).body.code).toBe(
    'user_limit',
  )
  const taken = answers.find(({ status }) => status === 201)?.body
  await api.put(`/users/${taken.id}`, { active: false })
  expect((await api.put(`/users/${inactive.body.id}`, { active: true })).status).toBe(200)
})

test('shows the roles', async () => {
  const { status, body } = await shop.as.technician.get('/roles')
  expect(status).toBe(200)
  expect(body.map(({ name }: { name: string }) => name)).toEqual([
    'admin',
    'manager',
    'technician',
    'frontdesk',
    'accountant',
  ])
  expect(body[2]).toMatchObject({ label: 'Technician' })
  expect(body[2].permissions).toContain('work_orders:write')
  expect(body[0].permissions).not.toContain('tenants:manage')
  expect((await new Client(url).get('/roles')).status).toBe(401)
})
