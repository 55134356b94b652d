import { expect, test } from 'vitest'
import { Client } from '../harness/client.ts'
import { newToken, startShops } from '../harness/shop.ts'

const { shop, other, owner, url } = await startShops()
const { api } = shop
const { technician, manager } = shop.as

const client = (token: string) => new Client(url, token)

test('creates, lists, changes and revokes a token', async () => {
  const created = await api.post('/api-tokens', { name: 'Zapier Integration' })
  expect(created).toMatchObject({
    status: 201,
    body: { name: 'Zapier Integration', abilities: ['*'], expires_at: null },
  })
  expect(created.body.token).toMatch(/^\d+\|[A-Za-z0-9]{40}$/)
  const { id, token } = created.body
  expect(token.startsWith(`${id}|`)).toBe(true)
  expect((await client(token).get('/auth/me')).status).toBe(200)

  const list = await api.get('/api-tokens?name=Zapier Integration')
  expect(list.body).toMatchObject({ total: 1, data: [{ id, abilities: ['*'] }] })
  expect(JSON.stringify(list.body)).not.toContain(token.split('|')[1])
  expect(Object.keys(list.body.data[0])).not.toContain('token_hash')

  const narrowed = await api.patch(`/api-tokens/${id}`, { abilities: ['customers:read'] })
  expect(narrowed).toMatchObject({ status: 200, body: { abilities: ['customers:read'] } })
  expect((await client(token).get('/customers')).status).toBe(200)
  expect((await client(token).get('/settings')).status).toBe(403)
  expect((await api.get(`/api-tokens/${id}`)).body.name).toBe('Zapier Integration')

  expect((await api.delete(`/api-tokens/${id}`)).status).toBe(204)
  expect((await client(token).get('/auth/me')).status).toBe(401)
  expect((await api.delete(`/api-tokens/${id}`)).status).toBe(404)
})

test('narrows what a role may, and never widens it', async () => {
  const may = async (abilities: string[]) => {
    const { body } = await technician.post('/api-tokens', { name: 'x', abilities })
    const it = client(body.token)
    return [
      (await it.get('/customers')).status,
      (await it.post('/customers', { first_name: 'Jane' })).status,
      (await it.get('/settings')).status,
    ]
  }
  expect(await may(['*'])).toEqual([200, 403, 200])
  expect(await may(['customers:*'])).toEqual([200, 403, 403])
  expect(await may(['settings:read'])).toEqual([403, 403, 200])
})

test('refuses abilities that the caller has not', async () => {
  const refusedAt = async (by: Client, abilities: unknown) =>
    Object.keys((await by.post('/api-tokens', { name: 'x', abilities })).body.errors ?? {})
  expect(await refusedAt(technician, ['customers:read', 'users:manage'])).toEqual(['abilities.1'])
  expect(await refusedAt(technician, ['invoices:*'])).toEqual(['abilities.0'])
  expect(await refusedAt(api, ['tenants:manage'])).toEqual(['abilities.0'])
  expect(await refusedAt(api, ['customers:fly'])).toEqual(['abilities.0'])
  expect(await refusedAt(api, ['customers'])).toEqual(['abilities.0'])
  expect(await refusedAt(api, [7])).toEqual(['abilities.0'])
  expect(await refusedAt(api, [])).toEqual(['abilities'])
  expect(await refusedAt(api, '*')).toEqual(['abilities'])

  const { id } = (await manager.get('/auth/me')).body
  const narrow = client(await newToken(owner, shop.tenant_id, id, ['customers:read']))
  expect(await refusedAt(narrow, undefined)).toEqual(['abilities.0'])
  expect(await refusedAt(narrow, ['*'])).toEqual(['abilities.0'])
  expect(await refusedAt(narrow, ['customers:*'])).toEqual(['abilities.0'])
  expect(await refusedAt(narrow, ['customers:write'])).toEqual(['abilities.0'])
  expect(await refusedAt(narrow, ['customers:read'])).toEqual([])
})

test('ends at its time, and never later than the token that made it', async () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
  const short = await api.post('/api-tokens', { name: 'short', expires_at: inAnHour })
  expect(short.body.expires_at).toBe(`${inAnHour.slice(0, 19)}Z`)
  const child = await client(short.body.token).post('/api-tokens', { name: 'child' })
  expect(child.body.expires_at).toBe(short.body.expires_at)
  const longer = { name: 'longer', expires_at: '2099-01-01T00:00:00Z' }
  expect((await client(short.body.token).post('/api-tokens', longer)).body.expires_at).toBe(
    short.body.expires_at,
  )
  for (const expires_at of ['2020-01-01', '2026-02-30', 'soon', 7]) {
    const answer = await api.post('/api-tokens', { name: 'x', expires_at })
    expect(Object.keys(answer.body.errors), String(expires_at)).toEqual(['expires_at'])
  }
})

test('keeps the tokens of others apart', async () => {
  const theirs = (await technician.post('/api-tokens', { name: 'theirs' })).body.id
  const stranger = (await other.api.post('/api-tokens', { name: 'stranger' })).body.id
  expect((await api.get('/api-tokens?name=theirs')).body.total).toBe(0)
  for (const id of [theirs, stranger]) {
    expect((await manager.get(`/api-tokens/${id}`)).status).toBe(404)
    expect((await manager.put(`/api-tokens/${id}`, { name: 'x' })).status).toBe(404)
    expect((await manager.delete(`/api-tokens/${id}`)).status).toBe(404)
  }
  expect((await api.delete(`/api-tokens/${stranger}`)).status).toBe(404)
  expect((await api.delete(`/api-tokens/${theirs}`)).status).toBe(204)
  expect((await api.delete('/api-tokens/abc')).status).toBe(404)
  expect((await api.post('/api-tokens', {})).body.errors).toEqual({
    name: ['The name field is required.'],
  })
  expect((await new Client(url).get('/api-tokens')).status).toBe(401)
})
