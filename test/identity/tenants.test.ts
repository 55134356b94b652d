import { expect, test } from 'vitest'
import { Client } from '../harness/client.ts'
import { newToken, startShops } from '../harness/shop.ts'

const { shop, owner, url } = await startShops()
const visitor = new Client(url)

const { rows } = await owner.query(
  `insert into users (tenant_id, name, email, password_hash, role)
   values ($1, 'Pat', 'pat@service.example', 'none', 'platform') returning id`,
  [shop.tenant_id],
)
const platform = new Client(url, await newToken(owner, shop.tenant_id, rows[0].id))

const draft = (name: string) => ({
  name: `Shop ${name}`,
  admin: { name: 'Nora New', email: `${name}@new.example`, password: 'secret word' },
})

test('founds a shop that can begin at once, with a trial licence of its tier', async () => {
  const created = await platform.post('/tenants', draft('Growth'))
  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'Shop Growth',
      admin: { name: 'Nora New', email: 'growth@new.example' },
    },
  })
  expect(JSON.stringify(created.body)).not.toMatch(/secret|scrypt/)
  const { admin } = draft('growth')
  const { body } = await visitor.post('/auth/login', admin)
  expect(body.user).toMatchObject({ role: 'admin', company_id: created.body.id })
  const api = new Client(url, body.token)
  expect((await api.get('/settings')).body.name).toBe('Shop Growth')
  expect((await api.get('/license/current')).body).toMatchObject({
    id: created.body.license_id,
    tier: 'growth',
    status: 'trial',
    max_users: 15,
    price_monthly: '149.00',
  })
  expect((await api.get('/license/check-module?module=quotations')).body.has_module).toBe(true)
  expect((await api.get('/license/check-module?module=ai')).body.has_module).toBe(false)
  expect((await api.post('/customers', { first_name: 'Jane' })).status).toBe(201)
  const statuses = await owner.query(
    'select count(*)::int as number from work_order_statuses where tenant_id = $1',
    [created.body.id],
  )
  expect(statuses.rows[0].number).toBe(8)
})

test('leaves nothing behind when the administrator’s address is taken', async () => {
  const before = await owner.query('select count(*)::int as shops from tenants')
  const taken = {
    ...draft('taken'),
    admin: { ...draft('taken').admin, email: 'admin@first.example' },
  }
  const answer = await platform.post('/tenants', taken)
  expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  expect(Object.keys(answer.body.errors)).toEqual(['admin.email'])
  const after = await owner.query('select count(*)::int as shops from tenants')
  expect(after.rows).toEqual(before.rows)
})

test('is for the service’s own staff, and refuses bad input', async () => {
  expect((await shop.api.post('/tenants', draft('x'))).status).toBe(403)
  expect((await visitor.post('/tenants', draft('x'))).status).toBe(401)
  const bad = await platform.post('/tenants', {
    admin: { email: 'x', password: 'short' },
    tier: 'vip',
  })
  expect(Object.keys(bad.body.errors)).toEqual([
    'name',
    'admin.name',
    'admin.email',
    'admin.password',
    'tier',
  ])
})
