import { describe, expect, test } from 'vitest'
import { Client } from '../harness/client.ts'
import { startShopsWithMail } from '../harness/mail.ts'
import { newToken } from '../harness/shop.ts'
import { Factory } from './factory.ts'
import { fillPath, isEveryday, operationsOf } from './operations.ts'
import { nothingReacts } from './quiet.ts'

const { shop, owner, url } = await startShopsWithMail()
await nothingReacts(owner)
const { api } = shop
const factory = new Factory(api, owner)

const withKey = (key: string) => ({ 'Idempotency-Key': key })
const newKey = () => crypto.randomUUID()

async function customersNamed(first_name: string) {
  const { rows } = await owner.query('select id from customers where first_name = $1', [first_name])
  return rows.length
}

/** Moves a stored answer into the past, or takes the answer away as a crash would have. */
const age = (key: string, interval: string, answer = 'status') =>
  owner.query(
    `update idempotency_keys set created_at = now() - $2::interval, status = ${answer} where key = $1`,
    [key, interval],
  )

test('twenty at once with one key make one record', async () => {
  const first_name = factory.name('Once')
  const key = newKey()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.post('/customers', { first_name }, withKey(key))),
  )
  expect(await customersNamed(first_name)).toBe(1)
  const made = answers.filter(({ status }) => status === 201)
  expect(made.length).toBeGreaterThan(0)
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1)
  expect(made.filter(({ headers }) => !headers.has('idempotent-replayed'))).toHaveLength(1)
  for (const { status, body } of answers.filter(({ status }) => status !== 201)) {
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'idempotency_key_in_use' })
  }
  const again = await api.post('/customers', { first_name }, withKey(key))
  expect(again.body).toEqual(made[0]?.body)
})

test('another body or another path with the same key is refused', async () => {
  const key = newKey()
  const first = await api.post('/customers', { first_name: 'A' }, withKey(key))
  expect(first.status).toBe(201)
  const reused = { status: 422, body: { code: 'idempotency_key_reused' } }
  expect(await api.post('/customers', { first_name: 'B' }, withKey(key))).toMatchObject(reused)
  expect(await api.post('/tags', { name: 'B' }, withKey(key))).toMatchObject(reused)
  expect((await api.post('/customers', { first_name: 'A' }, withKey(`"${key}"`))).body).toEqual(
    first.body,
  )
})

test('a key belongs to its token', async () => {
  const key = newKey()
  const { rows } = await owner.query('select user_id from api_tokens where id = $1', [
    Number(api.token?.split('|')[0]),
  ])
  const twin = new Client(url, await newToken(owner, shop.tenant_id, Number(rows[0].user_id)))
  const first_name = factory.name('Twice')
  const [one, two] = [
    await api.post('/customers', { first_name }, withKey(key)),
    await twin.post('/customers', { first_name }, withKey(key)),
  ]
  expect([one.status, two.status]).toEqual([201, 201])
  expect(one.body.id).not.toBe(two.body.id)
})

test('a complaint about the input, the token or the right is not kept', async () => {
  const key = newKey()
  expect((await api.post('/customers', { first_name: '' }, withKey(key))).status).toBe(422)
  const unknown = { first_name: 'A', company_id: 999_999_999 }
  expect((await api.post('/customers', unknown, withKey(key))).status).toBe(422)
  expect(
    (await shop.as.technician.post('/customers', { first_name: 'A' }, withKey(key))).status,
  ).toBe(403)
  const { rows } = await owner.query('select from idempotency_keys where key = $1', [key])
  expect(rows).toEqual([])
  expect((await api.post('/customers', { first_name: 'A' }, withKey(key))).status).toBe(201)
})

test('a refusal of state is kept', async () => {
  const product_id = await factory.id('/products')
  const key = newKey()
  const body = { product_id, quantity: -1000, reason: 'Lost' }
  const refused = await api.post('/stock/adjust', body, withKey(key))
  expect(refused.status).toBe(422)
  await factory.create('/stock/adjust', { product_id, quantity: 2000 })
  const again = await api.post('/stock/adjust', body, withKey(key))
  expect(again).toMatchObject({ status: 422, body: refused.body })
  expect(again.headers.get('idempotent-replayed')).toBe('true')
})

test('a key is kept for a day, and free a minute after a crash', async () => {
  const key = newKey()
  const post = () => api.post('/customers', { first_name: 'Late' }, withKey(key))
  const { id } = (await post()).body
  await age(key, '23 hours')
  expect((await post()).body.id).toBe(id)
  await age(key, '25 hours')
  const next = (await post()).body.id
  expect(next).not.toBe(id)
  await age(key, '30 seconds', 'null')
  expect((await post()).status).toBe(409)
  await age(key, '61 seconds', 'null')
  expect((await post()).status).toBe(201)
})

test('a secret is given again to the token that got it, and kept sealed', async () => {
  const key = newKey()
  const post = (by: Client) => by.post('/api-tokens', { name: 'Shown again' }, withKey(key))
  const first = await post(api)
  expect(first.status).toBe(201)
  const [id, secret] = first.body.token.split('|')
  const again = await post(api)
  expect(again).toMatchObject({ status: 201, body: first.body })
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  // Sanctum's other form of the same token.
  expect((await post(new Client(url, api.token?.split('|')[1]))).body).toEqual(first.body)
  const theirs = await post(shop.as.manager)
  expect(theirs.status).toBe(201)
  expect(theirs.body.id).not.toBe(Number(id))
  const { rows } = await owner.query('select * from idempotency_keys where key = $1', [key])
  expect(rows).toHaveLength(2)
  expect(JSON.stringify(rows)).not.toContain(secret)
  expect(JSON.stringify(rows)).not.toContain('Shown again')
})

test('a key on what is open to everybody is not looked at', async () => {
  const key = newKey()
  const answer = await api.post('/auth/forgot-password', { email: 'no@shop.example' }, withKey(key))
  expect(answer.status).toBe(200)
  const { rows } = await owner.query('select from idempotency_keys where key = $1', [key])
  expect(rows).toEqual([])
})

test.each(['x'.repeat(256), '""'])('the key %j is refused', async (key) => {
  const answer = await api.post('/customers', { first_name: 'A' }, withKey(key))
  expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
})

describe('the first answer is given again', async () => {
  const operations = (await operationsOf(url)).filter(
    (operation) =>
      isEveryday(operation) &&
      operation.method === 'POST' &&
      operation.permission !== 'public' &&
      !operation.form &&
      // Labels are drawn, nothing is written.
      operation.path !== '/labels',
  )

  test.each(operations)('$name', async (operation) => {
    const path = fillPath(operation.path, await factory.idsFor(operation))
    const body = await factory.bodyFor(operation)
    const key = newKey()
    const first = await api.post(path, body, withKey(key))
    expect(first.status, JSON.stringify(first.body)).toBeLessThan(300)
    const again = await api.post(path, body, withKey(key))
    expect({ status: again.status, body: again.body }).toEqual({
      status: first.status,
      body: first.body,
    })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(first.headers.has('idempotent-replayed')).toBe(false)
  })

  test.each(operations.filter(({ kind }) => kind === 'call'))(
    '$name, also at once',
    async (operation) => {
      const path = fillPath(operation.path, await factory.idsFor(operation))
      const body = await factory.bodyFor(operation)
      const key = newKey()
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => api.post(path, body, withKey(key))),
      )
      const own = answers.filter(
        ({ status, headers }) => status !== 409 && !headers.has('idempotent-replayed'),
      )
      expect(own).toHaveLength(1)
    },
  )
})
