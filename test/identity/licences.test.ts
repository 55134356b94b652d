import { afterEach, expect, test } from 'vitest'
import { Client } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner, url } = await startShops()
const { api } = shop

const change = (set: string) =>
  owner.query(`update licenses set ${set} where tenant_id = $1 and is_current`, [shop.tenant_id])

afterEach(async () => {
  await change(`status = 'active', valid_until = current_date + 365, tier = 'enterprise'`)
  await owner.query('update license_modules set is_active = true')
})

test('shows the current licence as the reference prints it', async () => {
  await change(`status = 'active', valid_until = '2099-03-27', price_monthly_cents = 14900`)
  const { status, body } = await api.get('/license/current')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    id: expect.any(Number),
    license_type: 'SMR',
    tier: 'enterprise',
    status: 'active',
    valid_until: '2099-03-27',
    max_users: 250,
    price_monthly: '149.00',
  })
  expect(body.modules.slice(0, 2)).toEqual([
    { module_key: 'work_orders', is_active: true },
    { module_key: 'invoices', is_active: true },
  ])
  expect((await shop.as.technician.get('/license/current')).status).toBe(200)
  expect((await new Client(url).get('/license/current')).status).toBe(401)
})

test('lists the own licences and their modules', async () => {
  const { id } = (await api.get('/license/current')).body
  const stranger = (await other.api.get('/license/current')).body.id
  expect((await api.get('/licenses')).body).toMatchObject({ total: 1, data: [{ id }] })
  expect((await api.get('/licenses?status=expired')).body.total).toBe(0)
  expect((await api.get('/licenses?status=gone')).status).toBe(422)
  expect((await api.get(`/licenses/${id}`)).body).toMatchObject({ id, company_id: shop.tenant_id })
  expect((await api.get(`/licenses/${stranger}`)).status).toBe(404)
  expect((await api.get(`/licenses/${stranger}/modules`)).status).toBe(404)
  expect((await shop.as.technician.get('/licenses')).status).toBe(403)

  await change(`tier = 'growth'`)
  await owner.query(`update license_modules set is_active = false where module_key = 'accounting'`)
  const modules = await api.get(`/licenses/${id}/modules`)
  expect(modules.headers.get('x-total-count')).toBe('14')
  expect(modules.body).toHaveLength(14)
  expect(modules.body[0]).toEqual({
    module_key: 'work_orders',
    available: true,
    is_active: true,
    activated_at: expect.stringMatching(/Z$/),
  })
  const byKey = (key: string) =>
    modules.body.find(({ module_key }: { module_key: string }) => module_key === key)
  expect(byKey('accounting')).toMatchObject({ available: true, is_active: false })
  expect(byKey('ai')).toMatchObject({ available: false })
})

test('tells whether a module is active', async () => {
  const has = async (module: string) =>
    (await shop.as.technician.get(`/license/check-module?module=${module}`)).body.has_module
  expect(await has('invoices')).toBe(true)
  await owner.query(`update license_modules set is_active = false where module_key = 'invoices'`)
  expect(await has('invoices')).toBe(false)
  expect(await has('unheard_of')).toBe(false)
  expect((await api.get('/license/check-module')).body.errors).toEqual({
    module: ['The module field is required.'],
  })
})

test.each([
  ['expired', `valid_until = current_date - 2`],
  ['suspended', `status = 'suspended'`],
])('lets an %s licence read, and not write', async (status, set) => {
  const { id } = (await api.post('/customers', { first_name: 'Jane' })).body
  await change(set)
  expect((await api.get('/license/current')).body.status).toBe(status)
  expect((await api.get('/customers')).status).toBe(200)
  expect((await api.get(`/customers/${id}`)).status).toBe(200)
  for (const answer of [
    await api.post('/customers', { first_name: 'Late' }),
    await api.post('/customers', {}),
    await api.put(`/customers/${id}`, { first_name: 'Late' }),
    await api.delete(`/customers/${id}`),
    await api.put('/settings', { city: 'Late' }),
  ]) {
    expect(answer).toMatchObject({ status: 403, body: { code: 'license_expired' } })
  }
  const { email } = (await api.get('/auth/me')).body
  expect((await api.put('/auth/me', { email })).status).toBe(200)
  expect((await api.get('/users')).status).toBe(200)
})
