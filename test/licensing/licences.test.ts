import { expect, test } from 'vitest'
import { tiers } from '../../src/domain/licensing/tiers.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { modulesOn, newShop, platformOf } from './platform.ts'

const { shop, owner, url, endpoint } = await startShops()
const platform = await platformOf(owner, url, shop.tenant_id)
const terms = { license_type: 'AUTO', tier: 'growth', valid_from: '2026-01-01' }

test('shows the one table of tiers', async () => {
  const { status, body } = await shop.as.technician.get('/licenses/tiers')
  expect(status).toBe(200)
  expect(body.map(({ modules: _, ...tier }: Json) => tier)).toEqual([
    { tier: 'starter', max_users: 5, price_monthly: '49.00' },
    { tier: 'growth', max_users: 15, price_monthly: '149.00' },
    { tier: 'enterprise', max_users: 250, price_monthly: '399.00' },
  ])
  expect(body[1].modules).toEqual(tiers.growth.modules)
})

test('a new licence is a trial, and takes the place of the one before', async () => {
  const { id: company_id, api, license_id } = await newShop(platform, owner)
  endpoint.reset()
  const created = await platform.post('/licenses', {
    ...terms,
    company_id,
    valid_until: '2099-12-31',
    billing_cycle: 'annual',
  })
  expect(endpoint.counts).toMatchObject({ http: 1, websocket_connects: 0 })
  expect(created).toMatchObject({
    status: 201,
    body: {
      company_id,
      license_type: 'AUTO',
      tier: 'growth',
      status: 'trial',
      valid_from: '2026-01-01',
      valid_until: '2099-12-31',
      billing_cycle: 'annual',
      max_users: 15,
      price_monthly: '149.00',
      is_current: true,
      activated_at: null,
    },
  })
  expect(modulesOn(created.body)).toEqual(tiers.growth.modules)
  expect((await api.get('/license/current')).body).toEqual(created.body)
  const list = [{ id: created.body.id }, { id: license_id, is_current: false }]
  expect((await api.get('/licenses')).body).toMatchObject({ total: 2, data: list })
  expect((await platform.get(`/licenses?company_id=${company_id}`)).body.data).toMatchObject(list)
  expect((await api.get('/licenses?license_type=AUTO')).body.total).toBe(1)
})

test('of several new licences at once one is current, and the others are history', async () => {
  const { id: company_id, api } = await newShop(platform, owner)
  const made = await Promise.all(
    Array.from({ length: 6 }, () => platform.post('/licenses', { ...terms, company_id })),
  )
  expect(made.map(({ status }) => status)).toEqual(Array(6).fill(201))
  const { data } = (await api.get('/licenses')).body
  expect(data).toHaveLength(7)
  expect(data.filter(({ is_current }: Json) => is_current)).toHaveLength(1)
})

test('goes from trial to active, to suspended and back', async () => {
  const { id: company_id, api, license_id: id } = await newShop(platform, owner)
  const act = (what: string) => platform.post(`/licenses/${id}/${what}`)
  endpoint.reset()
  const activated = await act('activate')
  expect(endpoint.counts).toMatchObject({ http: 1, websocket_connects: 0 })
  expect(activated).toMatchObject({
    status: 200,
    body: { id, company_id, status: 'active', activated_at: expect.stringMatching(/Z$/) },
  })
  expect(await act('activate')).toMatchObject({ status: 422, body: { code: 'not_trial' } })
  expect(await act('suspend')).toMatchObject({ status: 200, body: { status: 'suspended' } })
  expect(await act('suspend')).toMatchObject({ status: 422, body: { code: 'already_suspended' } })
  const late = { first_name: 'Late' }
  expect(await api.post('/customers', late)).toMatchObject({
    status: 403,
    body: { code: 'license_expired' },
  })
  expect((await api.get('/customers')).status).toBe(200)
  expect((await act('activate')).body).toMatchObject({
    status: 'active',
    activated_at: activated.body.activated_at,
  })
  expect((await api.post('/customers', late)).status).toBe(201)
  const { data } = (await api.get('/events?entity=license&name=license.status_changed')).body
  expect(data.map(({ actor, user, changes }: Json) => [actor, user, changes.status])).toEqual([
    ['platform', null, ['suspended', 'active']],
    ['platform', null, ['active', 'suspended']],
    ['platform', null, ['trial', 'active']],
  ])
})

test('an ended licence is brought back by a later last day', async () => {
  const { api, license_id: id } = await newShop(platform, owner)
  await owner.query(
    `update licenses set valid_from = '2020-01-01', valid_until = '2020-01-31' where id = $1`,
    [id],
  )
  expect((await api.get('/license/current')).body.status).toBe('expired')
  expect(await platform.post(`/licenses/${id}/activate`)).toMatchObject({
    status: 422,
    body: { code: 'license_ended' },
  })
  expect(await platform.put(`/licenses/${id}`, { valid_until: '2019-12-31' })).toMatchObject({
    status: 422,
    body: {
      errors: {
        valid_until: ['The valid until field must be a date after or equal to valid from.'],
      },
    },
  })
  expect(
    (await platform.patch(`/licenses/${id}`, { valid_until: '2099-01-31' })).body,
  ).toMatchObject({ status: 'trial', valid_until: '2099-01-31', license_type: 'SMR' })
  expect((await platform.post(`/licenses/${id}/activate`)).body.status).toBe('active')
  expect(
    (await platform.put(`/licenses/${id}`, { valid_until: null, billing_cycle: 'annual' })).body,
  ).toMatchObject({ valid_until: null, billing_cycle: 'annual', price_monthly: '149.00' })
})

test('a former licence stays as it was, and only one that was never used is deleted', async () => {
  const { id: company_id, license_id } = await newShop(platform, owner)
  const used = { status: 422, body: { code: 'license_used' } }
  expect(await platform.delete(`/licenses/${license_id}`)).toMatchObject(used)
  await platform.post(`/licenses/${license_id}/activate`)
  const next = (await platform.post('/licenses', { ...terms, company_id })).body
  expect(await platform.delete(`/licenses/${license_id}`)).toMatchObject(used)
  for (const answer of [
    await platform.put(`/licenses/${license_id}`, { billing_cycle: 'annual' }),
    await platform.post(`/licenses/${license_id}/activate`),
    await platform.post(`/licenses/${license_id}/suspend`),
    await platform.post(`/licenses/${license_id}/change-tier`, { tier: 'starter' }),
    await platform.post(`/licenses/${license_id}/modules/activate`, { module_key: 'hrm' }),
  ]) {
    expect(answer).toMatchObject({ status: 422, body: { code: 'not_current' } })
  }
  await platform.post('/licenses', { ...terms, company_id })
  expect((await platform.delete(`/licenses/${next.id}`)).status).toBe(204)
  expect((await platform.get(`/licenses/${next.id}`)).status).toBe(404)
})

test('is the platform’s to give, and refuses bad input', async () => {
  const { license_id: id, api } = await newShop(platform, owner)
  const forbidden = { status: 403, body: { code: 'forbidden' } }
  expect(await api.post('/licenses', terms)).toMatchObject(forbidden)
  expect(await api.put(`/licenses/${id}`, {})).toMatchObject(forbidden)
  expect(await api.delete(`/licenses/${id}`)).toMatchObject(forbidden)
  for (const what of ['activate', 'suspend', 'change-tier']) {
    expect(await api.post(`/licenses/${id}/${what}`, { tier: 'growth' })).toMatchObject(forbidden)
    expect((await platform.post(`/licenses/999999/${what}`, {})).status, what).toBe(404)
  }
  expect(await shop.api.get(`/licenses/${id}`)).toMatchObject({ status: 404 })
  expect(await shop.api.get('/licenses?company_id=999999')).toMatchObject({ status: 404 })
  expect(await platform.get('/licenses?company_id=999999')).toMatchObject({ status: 404 })
  const own = (await shop.api.get('/license/current')).body.company_id
  expect((await shop.api.get(`/licenses?company_id=${own}`)).body.total).toBe(1)

  const errors = async (body: object) => (await platform.post('/licenses', body)).body.errors
  expect(Object.keys(await errors({}))).toEqual(['license_type', 'tier', 'valid_from'])
  expect(Object.keys(await errors({ ...terms, license_type: 'BIKE', tier: 'vip' }))).toEqual([
    'license_type',
    'tier',
  ])
  expect(await errors({ ...terms, valid_from: '2026-02-30' })).toHaveProperty('valid_from')
  expect(await errors({ ...terms, valid_until: '2025-12-31' })).toHaveProperty('valid_until')
  expect(await errors({ ...terms, billing_cycle: 'weekly' })).toHaveProperty('billing_cycle')
  expect(await errors({ ...terms, company_id: 999999 })).toEqual({
    company_id: ['The selected company id is invalid.'],
  })
  // The record of the path comes before the body, in whichever shop it is.
  expect((await platform.put(`/licenses/${id}`, { license_type: 'BIKE' })).status).toBe(422)
  expect((await platform.put('/licenses/999999', { license_type: 'BIKE' })).status).toBe(404)
})

test('keeps its version and its key across shops', async () => {
  const { id: company_id, license_id: id, api } = await newShop(platform, owner)
  const { headers } = await platform.get(`/licenses/${id}`)
  const etag = headers.get('etag') as string
  const change = (tag: string) =>
    platform.put(`/licenses/${id}`, { billing_cycle: 'annual' }, { 'If-Match': tag })
  expect((await change(etag)).status).toBe(200)
  expect((await change(etag)).status).toBe(412)

  const key = { 'Idempotency-Key': 'once' }
  const made = await platform.post('/licenses', { ...terms, company_id }, key)
  expect(made.status).toBe(201)
  const again = await platform.post('/licenses', { ...terms, company_id }, key)
  expect(again.body).toEqual(made.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect((await api.get('/licenses')).body.total).toBe(2)
  const elsewhere = await platform.post('/licenses', terms, key)
  expect(elsewhere).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } })

  const path = `/licenses/${made.body.id}/activate`
  for (const replayed of [null, 'true']) {
    const answer = await platform.post(path, undefined, { 'Idempotency-Key': 'activate' })
    expect(answer).toMatchObject({ status: 200, body: { status: 'active' } })
    expect(answer.headers.get('idempotent-replayed')).toBe(replayed)
  }
})
