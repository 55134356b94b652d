import { expect, test } from 'vitest'
import { settled } from '../harness/database.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const idOf = async (path: string, body: unknown) => (await api.post(path, body)).body.id as number
const names = (answer: { body: { data: { name: string }[] } }) =>
  answer.body.data.map(({ name }) => name)

test('shows what happened to a record, by whom and in which request', async () => {
  const id = await idOf('/customers', { first_name: 'Jane' })
  const changed = await api.put(
    `/customers/${id}`,
    { city: 'Utrecht' },
    { 'X-Request-Id': 'request-one' },
  )
  expect(changed.status).toBe(200)
  const me = (await api.get('/auth/me')).body
  const { status, body } = await api.get(`/events?entity=customer&entity_id=${id}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ total: 2, current_page: 1 })
  expect(body.data[0]).toEqual({
    id: expect.any(Number),
    name: 'customer.updated',
    entity: 'customer',
    entity_id: id,
    actor: 'user',
    user: { id: me.id, name: me.name },
    request_id: 'request-one',
    changes: { city: [null, 'Utrecht'] },
    at: expect.stringMatching(/Z$/),
  })
  expect(body.data[1]).toMatchObject({ name: 'customer.created' })
})

test('filters, and shows no secret and no other shop', async () => {
  await idOf('/api-tokens', { name: 'secret bearer' })
  await other.api.post('/customers', { first_name: 'Stranger' })
  const me = (await api.get('/auth/me')).body
  const all = await api.get('/events?per_page=100')
  expect(JSON.stringify(all.body)).not.toMatch(/token_hash|password_hash|Stranger/)
  expect((await api.get(`/events?actor=${me.id}`)).body.total).toBeGreaterThan(0)
  expect((await api.get('/events?actor=user')).body.total).toBeGreaterThan(0)
  expect((await api.get('/events?actor=system:test')).body.data[0].user).toBeNull()
  expect(new Set(names(await api.get('/events?name=customer.created')))).toEqual(
    new Set(['customer.created']),
  )
  expect((await api.get('/events?since=2099-01-01')).body.total).toBe(0)
  expect((await api.get('/events?since=2020-01-01T00:00:00Z')).body.total).toBe(all.body.total)
  for (const query of [
    'since=soon',
    'since=2026-02-30',
    'per_page=0',
    'cursor=nonsense',
    'cursor=ZXZlbnR8',
  ]) {
    expect((await api.get(`/events?${query}`)).status, query).toBe(422)
  }
  for (const role of ['manager', 'accountant'] as const) {
    expect((await shop.as[role].get('/events')).status, role).toBe(200)
  }
  for (const role of ['technician', 'frontdesk'] as const) {
    expect((await shop.as[role].get('/events')).status, role).toBe(403)
  }
})

test('gives every event once to a system that copies them', async () => {
  for (let i = 0; i < 3; i++) await idOf('/customers', { first_name: `Copy ${i}` })
  await settled(owner)
  const copied: number[] = []
  let query = 'updated_since=2020-01-01'
  for (;;) {
    const { body } = await api.get(`/events?per_page=4&${query}`)
    copied.push(...body.data.map(({ id }: { id: number }) => id))
    if (!body.next_cursor) break
    query = `cursor=${encodeURIComponent(body.next_cursor)}`
  }
  const { rows } = await owner.query(
    'select id::int from events where tenant_id = $1 order by id',
    [shop.tenant_id],
  )
  expect(copied).toEqual(rows.map(({ id }) => id))
})

test('holds an event back from a copy while an earlier one may still appear', async () => {
  const slow = await owner.connect()
  await slow.query('begin')
  await slow.query(`select set_config('app.tenant_id', $1, true)`, [String(shop.tenant_id)])
  await slow.query(`insert into customers (first_name) values ('Slow')`)
  const quick = await idOf('/customers', { first_name: 'Quick' })
  const copied = async () =>
    (await api.get('/events?updated_since=2020-01-01&entity=customer&per_page=100')).body.data.map(
      ({ entity_id }: { entity_id: number }) => entity_id,
    )
  expect(await copied()).not.toContain(quick)
  await slow.query('commit')
  slow.release()
  await settled(owner)
  expect((await copied()).slice(-2)).toEqual([quick - 1, quick])
})
