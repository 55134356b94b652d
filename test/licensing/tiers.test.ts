import { expect, test } from 'vitest'
import { tiers } from '../../src/domain/licensing/tiers.ts'
import type { Json } from '../harness/client.ts'
import { Client } from '../harness/client.ts'
import { newToken, startShops } from '../harness/shop.ts'
import { modulesOn, newShop, platformOf } from './platform.ts'

const { shop, other, owner, url, endpoint } = await startShops()
const platform = await platformOf(owner, url, shop.tenant_id)

const beyondStarter = tiers.growth.modules.filter((key) => !tiers.starter.modules.includes(key))

/** So many users more, straight into the table. */
const hire = (tenant_id: number, users: number) =>
  owner.query(
    `insert into users (tenant_id, name, email, password_hash, role)
     select $1::bigint, 'User ' || n, 'user' || n || '.' || $1::bigint || '@seats.example', 'none', 'technician'
     from generate_series(1, $2::int) n`,
    [tenant_id, users],
  )

test('a downgrade says what no longer fits, and nothing is lost on the way back', async () => {
  const { id: tenant_id, license_id: id, api } = await newShop(platform, owner)
  await api.post(`/licenses/${id}/modules/deactivate`, { module_key: 'shipping' })
  await api.post(`/licenses/${id}/modules/deactivate`, { module_key: 'inventory' })
  const quotation = await newQuotation(api)
  await hire(tenant_id, 7)
  const before = (await api.get(`/licenses/${id}/modules`)).body
  const change = (tier: string) => platform.post(`/licenses/${id}/change-tier`, { tier })

  endpoint.reset()
  const down = await change('starter')
  expect(endpoint.counts).toMatchObject({ http: 1, websocket_connects: 0 })
  expect(down).toMatchObject({
    status: 200,
    body: {
      id,
      tier: 'starter',
      max_users: 5,
      price_monthly: '49.00',
      no_longer_fits: {
        modules: beyondStarter.filter((key) => key !== 'shipping'),
        users_over: 3,
      },
    },
  })
  expect(modulesOn(down.body)).toEqual(tiers.starter.modules.filter((key) => key !== 'inventory'))
  expect(await api.get(`/quotations/${quotation}`)).toMatchObject({
    status: 403,
    body: { code: 'module_inactive' },
  })
  const notInTier = { status: 422, body: { code: 'not_in_tier' } }
  expect(
    await api.post(`/licenses/${id}/modules/activate`, { module_key: 'quotations' }),
  ).toMatchObject(notInTier)

  const up = await change('growth')
  expect(up.body).toMatchObject({
    tier: 'growth',
    max_users: 15,
    price_monthly: '149.00',
    no_longer_fits: { modules: [], users_over: 0 },
  })
  expect((await api.get(`/licenses/${id}/modules`)).body).toEqual(before)
  expect((await api.get(`/quotations/${quotation}`)).status).toBe(200)

  const top = await change('enterprise')
  expect(modulesOn(top.body)).toEqual(expect.arrayContaining(['ai', 'telephony', 'automation']))
  expect(modulesOn(top.body)).not.toContain('shipping')
})

async function newQuotation(api: Client): Promise<number> {
  const customer = (await api.post('/customers', { first_name: 'Jane' })).body
  const lines = [{ description: 'Screen', qty: 1, unit_price: 89, vat_pct: 21 }]
  const draft = { customer_id: customer.id, valid_until: '2099-01-01', lines }
  return (await api.post('/quotations', draft)).body.id
}

test('beyond the limit nobody is locked out, and nobody comes in', async () => {
  const { id: tenant_id, license_id: id, api } = await newShop(platform, owner)
  await hire(tenant_id, 7)
  await platform.post(`/licenses/${id}/change-tier`, { tier: 'starter' })
  const { rows } = await owner.query(
    `select id from users where tenant_id = $1 and role = 'technician' order by id`,
    [tenant_id],
  )
  const [first, second, third, fourth] = rows.map((row) => Number(row.id))
  const technician = new Client(url, await newToken(owner, tenant_id, Number(rows[6].id)))
  expect((await technician.get('/auth/me')).status).toBe(200)
  const draft = (email: string) => ({
    name: 'New',
    email: `${email}@seats.example`,
    password: 'secret word',
    role: 'technician',
  })
  const full = { status: 403, body: { code: 'user_limit' } }
  expect(await api.post('/users', draft('a'))).toMatchObject(full)
  expect((await api.put(`/users/${first}`, { name: 'Renamed' })).status).toBe(200)
  // 8 of 5: four must go before one may come, and one who went may not come back before.
  for (const user of [first, second, third]) await api.put(`/users/${user}`, { active: false })
  expect(await api.put(`/users/${first}`, { active: true })).toMatchObject(full)
  expect((await api.post('/users', { ...draft('idle'), active: false })).status).toBe(201)
  await api.put(`/users/${fourth}`, { active: false })
  expect((await api.put(`/users/${first}`, { active: true })).status).toBe(200)
  expect(await api.post('/users', draft('b'))).toMatchObject(full)
})

test('of twenty who come for the last seats as many get in as there are', async () => {
  const { id: tenant_id, api } = await newShop(platform, owner, { tier: 'starter' })
  await hire(tenant_id, 2)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      api.post('/users', {
        name: 'New',
        email: `crowd${n}@seats.example`,
        password: 'secret word',
        role: 'technician',
      }),
    ),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(2)
  expect(statuses.filter((status) => status === 403)).toHaveLength(18)
  const { rows } = await owner.query(
    'select count(*)::int as users from users where tenant_id = $1 and active',
    [tenant_id],
  )
  expect(rows[0].users).toBe(5)
})

test('a shop switches the modules of its tier', async () => {
  const { license_id: id, api } = await newShop(platform, owner)
  const turn = (client: Client, what: string, module_key: unknown) =>
    client.post(`/licenses/${id}/modules/${what}`, { module_key })
  endpoint.reset()
  expect(await turn(api, 'deactivate', 'accounting')).toMatchObject({
    status: 200,
    body: { module_key: 'accounting', available: true, is_active: false, activated_at: null },
  })
  expect(endpoint.counts).toMatchObject({ http: 1, websocket_connects: 0 })
  const has = async () => (await api.get('/license/check-module?module=accounting')).body.has_module
  expect(await has()).toBe(false)
  expect((await api.get('/gl-accounts')).status).toBe(403)
  const activated = await turn(api, 'activate', 'accounting')
  expect(activated).toMatchObject({
    status: 200,
    body: { module_key: 'accounting', is_active: true, activated_at: expect.any(String) },
  })
  expect(await has()).toBe(true)
  expect((await api.get('/gl-accounts')).status).toBe(200)
  expect((await turn(api, 'activate', 'accounting')).body).toEqual(activated.body)

  expect(await turn(api, 'activate', 'ai')).toMatchObject({
    status: 422,
    body: {
      code: 'not_in_tier',
      message: 'The module ai is not in the tier of this licence; it is in enterprise.',
    },
  })
  for (const key of ['teleport', '', null, 7, undefined]) {
    const { status, body } = await turn(api, 'activate', key)
    expect([status, Object.keys(body.errors ?? {})], String(key)).toEqual([422, ['module_key']])
  }
  expect((await turn(other.api, 'activate', 'hrm')).status).toBe(404)
  expect((await turn(shop.as.manager, 'activate', 'hrm')).status).toBe(403)
  expect((await turn(platform, 'deactivate', 'hrm')).body).toMatchObject({ is_active: false })
  const events = (await api.get('/events?entity=license_module')).body.data
  expect(events[0]).toMatchObject({
    actor: 'platform',
    changes: { is_active: [true, false] } as Json,
  })
})

test('switched at once from many sides a module is on or off, once', async () => {
  const { license_id: id, api } = await newShop(platform, owner, { tier: 'enterprise' })
  await owner.query(`delete from license_modules where license_id = $1 and module_key = 'ai'`, [id])
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      api.post(`/licenses/${id}/modules/activate`, { module_key: 'ai' }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  const { body } = await api.get('/license/current')
  expect(modulesOn(body).filter((key) => key === 'ai')).toHaveLength(1)
})

test('a module that is switched on while its tier goes is not left on', async () => {
  const { license_id: id, api } = await newShop(platform, owner)
  for (let round = 0; round < 5; round++) {
    await platform.post(`/licenses/${id}/change-tier`, { tier: 'growth' })
    await api.post(`/licenses/${id}/modules/deactivate`, { module_key: 'hrm' })
    await Promise.all([
      api.post(`/licenses/${id}/modules/activate`, { module_key: 'hrm' }),
      platform.post(`/licenses/${id}/change-tier`, { tier: 'starter' }),
    ])
    expect(modulesOn((await api.get('/license/current')).body)).not.toContain('hrm')
  }
})

test('changed at once to several tiers a licence is one of them in all its parts', async () => {
  const { license_id: id, api } = await newShop(platform, owner)
  const names = ['starter', 'enterprise', 'growth', 'starter', 'enterprise', 'growth'] as const
  await Promise.all(names.map((tier) => platform.post(`/licenses/${id}/change-tier`, { tier })))
  const { body } = await api.get('/license/current')
  const tier = tiers[body.tier as keyof typeof tiers]
  expect(body.max_users).toBe(tier.max_users)
  expect(new Set(modulesOn(body))).toEqual(new Set(tier.modules))
})
