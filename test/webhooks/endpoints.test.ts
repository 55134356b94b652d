import { describe, expect, test } from 'vitest'
import { startReceiver } from '../fakes/receiver.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const path = '/webhook-endpoints'
const draft = { url: 'https://hooks.shop.example/repairs', events: ['invoice.paid'] }

const make = async (body: object = {}, client = api) => {
  const answer = await client.post(path, { ...draft, ...body })
  expect(answer.status).toBe(201)
  return answer.body
}

test('its secret is shown once, and kept sealed', async () => {
  const made = await api.post(path, { ...draft, description: 'The shop' })
  expect(made).toMatchObject({ status: 201 })
  const { secret, ...endpoint } = made.body
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/)
  expect(endpoint).toEqual({
    id: expect.any(Number),
    ...draft,
    description: 'The shop',
    active: true,
    failing_since: null,
    disabled_at: null,
    disabled_reason: null,
    previous_until: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  expect((await api.get(`${path}/${endpoint.id}`)).body).toEqual(endpoint)
  expect((await api.get(path)).body.data).toContainEqual(endpoint)
  const changed = await api.put(`${path}/${endpoint.id}`, { description: '' })
  expect(changed).toMatchObject({ status: 200, body: { description: null, ...draft } })
  expect(changed.body).not.toHaveProperty('secret')
  const bare = secret.slice('whsec_'.length, -1)
  const { rows } = await owner.query(
    `select (select string_agg(to_jsonb(e)::text, '') from webhook_endpoints e)
       || (select string_agg(changes::text, '') from events) as text`,
  )
  expect(rows[0].text).not.toContain(bare)
  expect(rows[0].text).not.toContain('"secrets": [')
})

test('a rotation shows a new secret, and until when the old one holds', async () => {
  const { id, secret } = await make()
  const rotated = await api.post(`${path}/${id}/rotate-secret`)
  expect(rotated).toMatchObject({ status: 200, body: { id, ...draft } })
  expect(rotated.body.secret).toMatch(/^whsec_[\w+/]{43}=$/)
  expect(rotated.body.secret).not.toBe(secret)
  const left_ms = Date.parse(rotated.body.previous_until) - Date.now()
  expect(left_ms / 3_600_000).toBeCloseTo(24, 1)
  expect((await api.get(`${path}/${id}`)).body).not.toHaveProperty('secret')
})

test('a repeated POST shows the same secret to the same token, and keeps it sealed', async () => {
  const key = { 'Idempotency-Key': 'one endpoint' }
  const [one, two] = [await api.post(path, draft, key), await api.post(path, draft, key)]
  expect(two.body).toEqual(one.body)
  const { rows } = await owner.query('select body from idempotency_keys')
  expect(JSON.stringify(rows)).not.toContain(one.body.secret)
})

test('a sealed secret does not open on the endpoint of another shop', async () => {
  const [ours, theirs] = [await make(), await make({}, other.api)]
  await owner.query(
    `update webhook_endpoints set secrets = (select secrets from webhook_endpoints where id = $1) where id = $2`,
    [ours.id, theirs.id],
  )
  expect((await other.api.post(`${path}/${theirs.id}/rotate-secret`)).status).toBe(500)
  expect((await api.post(`${path}/${ours.id}/rotate-secret`)).status).toBe(200)
})

test('events are folded, `*` may stand among others', async () => {
  const { id, events } = await make({ events: ['invoice.paid', '*', 'invoice.paid'] })
  expect(events).toEqual(['invoice.paid', '*'])
  const { body } = await api.patch(`${path}/${id}`, { events: ['*'] })
  expect(body.events).toEqual(['*'])
})

test.each([
  [{ url: undefined }, { url: ['The url field is required.'] }],
  [{ events: undefined }, { events: ['The events field is required.'] }],
  [{ events: [] }, { events: ['The events field must be at least 1 items.'] }],
  [
    { events: ['invoice.gone'] },
    { 'events.0': ['The events.0 field must be the name of an event, or *.'] },
  ],
  [
    { events: ['invoice.paid', 'user.created'] },
    { 'events.1': ['The events.1 field must be the name of an event, or *.'] },
  ],
  [{ events: 'invoice.paid' }, { events: ['The events field must be an array.'] }],
  [{ url: 'shop.example' }, { url: ['The url field must be a valid URL.'] }],
  [{ url: 'http://shop.example' }, { url: ['The url field must start with https://.'] }],
  [
    { url: 'https://127.0.0.1/' },
    { url: ['The url field must have a host name, not an IP address.'] },
  ],
  [
    { url: 'https://localhost/' },
    { url: ['The url field must have a host name of the public internet.'] },
  ],
  [
    { url: `https://shop.example/${'x'.repeat(2000)}` },
    { url: ['The url field may not be greater than 2000 characters.'] },
  ],
  [{ active: 'yes' }, { active: ['The active field must be a boolean.'] }],
])('%j is refused', async (wrong, errors) => {
  const refused = { status: 422, body: { code: 'validation_failed', errors } }
  expect(await api.post(path, { ...draft, ...wrong })).toMatchObject(refused)
  if (Object.values(wrong)[0] === undefined) return
  const { id } = await make({ active: false })
  expect(await api.patch(`${path}/${id}`, wrong)).toMatchObject(refused)
  await api.delete(`${path}/${id}`)
})

test('a list of the active ones, and of the others', async () => {
  const { id } = await make({ active: false })
  const ids = async (query: string) =>
    (await api.get(`${path}?${query}`)).body.data.map((it: { id: number }) => it.id)
  expect(await ids('active=false')).toEqual([id])
  expect(await ids('active=1')).not.toContain(id)
  expect((await api.get(`${path}?active=maybe`)).status).toBe(422)
})

test('an address that became a private one is not called', async () => {
  const receiver = await startReceiver()
  const { id } = await make()
  await owner.query('update webhook_endpoints set url = $1 where id = $2', [receiver.url, id])
  expect(await api.post(`${path}/${id}/test`)).toMatchObject({
    status: 200,
    body: { status_code: null, error: 'The url field must start with https://.' },
  })
  expect(receiver.receipts).toEqual([])
  await receiver.stop()
})

test('deleted with its log', async () => {
  const { id } = await make()
  await owner.query(
    `insert into webhook_deliveries (tenant_id, endpoint_id, message_id, event, body) values ($1, $2, 'msg_1', 'tag.created', '{}')`,
    [shop.tenant_id, id],
  )
  expect((await api.delete(`${path}/${id}`)).status).toBe(204)
  expect((await api.get(`${path}/${id}`)).status).toBe(404)
  const { rows } = await owner.query('select from webhook_deliveries where endpoint_id = $1', [id])
  expect(rows).toEqual([])
})

test('managers look, only administrators change', async () => {
  const { id } = await make()
  expect((await shop.as.manager.get(`${path}/${id}`)).status).toBe(200)
  expect((await shop.as.manager.patch(`${path}/${id}`, { active: false })).status).toBe(403)
  expect((await shop.as.technician.get(path)).status).toBe(403)
})

describe('the twenty-first', () => {
  test('is refused, also when many come at once', async () => {
    const { rows } = await owner.query(
      'select count(*)::int as n from webhook_endpoints where tenant_id = $1',
      [other.tenant_id],
    )
    const answers = await Promise.all(Array.from({ length: 24 }, () => other.api.post(path, draft)))
    const made = answers.filter(({ status }) => status === 201)
    expect(made).toHaveLength(20 - rows[0].n)
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'too_many_endpoints' } })
    }
  })
})
