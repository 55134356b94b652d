import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const newBranch = async (name: string, more: object = {}) =>
  (await api.post('/branches', { name, ...more })).body.id as number

test('creates, lists, updates and deletes a branch', async () => {
  const created = await api.post('/branches', {
    name: 'Amsterdam HQ',
    address: 'Damrak 1, Amsterdam',
    phone: '020-1234567',
    email: 'HQ@shop.nl',
  })
  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'Amsterdam HQ',
      address: 'Damrak 1, Amsterdam',
      phone: '020-1234567',
      email: 'hq@shop.nl',
      active: true,
    },
  })
  const { id } = created.body
  expect(Object.keys(created.body)).not.toContain('deleted_at')
  expect(created.body).toMatchObject({ users_count: 0, employees_count: 0, warehouses_count: 0 })
  const rotterdam = await newBranch('Rotterdam')
  const list = await api.get('/branches')
  expect(list.body.map((branch: { id: number }) => branch.id)).toEqual([id, rotterdam])
  expect(list.headers.get('x-total-count')).toBe('2')
  expect((await api.put(`/branches/${id}`, { active: false })).body).toMatchObject({
    active: false,
    name: 'Amsterdam HQ',
  })
  expect((await api.get('/branches?active=1')).body).toMatchObject([{ id: rotterdam }])
  expect((await api.get('/branches?active=false')).body).toMatchObject([{ id }])
  expect((await api.get('/branches?per_page=1&page=2')).body).toMatchObject([{ id: rotterdam }])
  expect((await api.patch(`/branches/${id}`, { name: 'HQ' })).body).toMatchObject({ name: 'HQ' })
  expect((await api.delete(`/branches/${id}`)).status).toBe(204)
  expect((await api.get('/branches')).body).toMatchObject([{ id: rotterdam }])
})

test('a deleted branch is gone, but stays where it was named', async () => {
  const branch_id = await newBranch('Closing')
  const open = await newBranch('Open')
  const employee = (await api.post('/employees', { name: 'Alice B.', branch_id })).body
  expect((await api.delete(`/branches/${branch_id}`)).status).toBe(204)
  for (const answer of [
    await api.get(`/branches/${branch_id}`),
    await api.put(`/branches/${branch_id}`, { name: 'Back' }),
    await api.delete(`/branches/${branch_id}`),
  ]) {
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
  expect((await api.get(`/employees/${employee.id}`)).body.branch_id).toBe(branch_id)
  expect((await api.put(`/employees/${employee.id}`, { branch_id, role: 'Chef' })).status).toBe(200)
  expect((await api.get(`/employees?branch_id=${branch_id}`)).body).toHaveLength(1)

  const refusal = {
    status: 422,
    body: {
      message: 'The given data was invalid.',
      code: 'validation_failed',
      errors: { branch_id: ['The selected branch id is invalid.'] },
    },
  }
  expect(await api.post('/employees', { name: 'Bob', branch_id })).toMatchObject(refusal)
  expect((await api.put(`/employees/${employee.id}`, { branch_id: open })).status).toBe(200)
  expect(await api.put(`/employees/${employee.id}`, { branch_id })).toMatchObject(refusal)
  for (const table of [
    'users',
    'employees',
    'warehouses',
    'work_orders',
    'quotations',
    'invoices',
    'recurring_invoices',
  ]) {
    const { rows } = await owner.query(
      `select 1 from pg_trigger where tgname = 'refuse_deleted_branch' and tgrelid = $1::regclass`,
      [table],
    )
    expect(rows, table).toHaveLength(1)
  }
  const { rows } = await owner.query(
    `select name from events where entity = 'branch' and entity_id = $1 order by id`,
    [branch_id],
  )
  expect(rows).toEqual([{ name: 'branch.created' }, { name: 'branch.deleted' }])
})

test('one of two deletions at once succeeds', async () => {
  const id = await newBranch('Twice')
  const answers = await Promise.all([api.delete(`/branches/${id}`), api.delete(`/branches/${id}`)])
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 404])
})

test('refuses what it must', async () => {
  const id = await newBranch('Mine')
  const stranger = (await other.api.post('/branches', { name: 'Theirs' })).body.id
  expect((await api.get(`/branches/${stranger}`)).status).toBe(404)
  expect((await api.put(`/branches/${stranger}`, { name: '' })).status).toBe(404)
  expect((await api.delete(`/branches/${stranger}`)).status).toBe(404)
  expect((await api.get('/branches/0')).status).toBe(404)
  expect((await api.post('/branches', {})).body.errors).toEqual({
    name: ['The name field is required.'],
  })
  expect(
    (await api.put(`/branches/${id}`, { name: 'a\u0000', active: 'yes', email: 'x' })).body.errors,
  ).toEqual({ name: ['The name field contains invalid characters.'] })
  expect((await api.put(`/branches/${id}`, { active: 'yes', email: 'x' })).body.errors).toEqual({
    active: ['The active field must be a boolean.'],
    email: ['The email field must be a valid email.'],
  })
  expect((await api.get('/branches?active=maybe')).status).toBe(422)
  expect((await shop.as.technician.get('/branches')).status).toBe(200)
  expect((await shop.as.technician.post('/branches', { name: 'x' })).status).toBe(403)
  expect((await shop.as.manager.post('/branches', { name: 'x' })).status).toBe(201)
  const { headers } = await api.get(`/branches/${id}`)
  const version = { 'If-Match': headers.get('etag') as string }
  expect((await api.put(`/branches/${id}`, { name: 'New' }, version)).status).toBe(200)
  expect((await api.delete(`/branches/${id}`, version)).status).toBe(412)
})
