import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import { eventually, first, startListening } from './listening.ts'

const { shop, other, owner, miniflare, listen, newCustomer, receiver } = await startListening()
const { api } = shop

test('a message is signed as Standard Webhooks asks, and shows the record as its GET does', async () => {
  const hook = await listen(['customer.created'])
  const customer = await newCustomer()
  const receipt = await first(hook)
  expect(receipt).toMatchObject({
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'RepairAngel-Webhooks/1',
      'webhook-id': expect.stringMatching(/^msg_\d+_\d+$/),
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      'webhook-signature': expect.stringMatching(/^v1,[\w+/]{43}=$/),
    },
  })
  const verified = new Webhook(hook.secret).verify(receipt.body, receipt.headers)
  const { body: shown } = await api.get(`/customers/${customer.id}`)
  const { rows } = await owner.query(
    `select id, at from events where name = 'customer.created' and entity_id = $1`,
    [customer.id],
  )
  const timestamp = rows[0].at.toISOString().replace(/\.\d+/, '')
  expect(verified).toEqual({ type: 'customer.created', timestamp, data: shown })
  expect(receipt.id).toBe(`msg_${rows[0].id}_${hook.endpoint.id}`)
  const forged = () => new Webhook(hook.secret).verify(`${receipt.body} `, receipt.headers)
  expect(forged).toThrow('No matching signature')
  await settled(owner)
  expect(hook.received()).toHaveLength(1)
  expect(await hook.deliveries()).toEqual([
    {
      id: expect.any(Number),
      endpoint_id: hook.endpoint.id,
      event: 'customer.created',
      message_id: receipt.id,
      status: 'delivered',
      response_code: 204,
      attempts: [
        {
          at: expect.stringMatching(/Z$/),
          status_code: 204,
          duration_ms: expect.any(Number),
          error: null,
        },
      ],
      next_attempt_at: null,
      delivered_at: expect.stringMatching(/Z$/),
      payload: verified,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    },
  ])
})

test('money and nested records come as the API writes them, byte for byte', async () => {
  const hook = await listen(['invoice.created'])
  const customer = await newCustomer()
  const { body: invoice } = await api.post('/invoices', {
    customer_id: customer.id,
    invoice_date: '2026-03-27',
    lines: [{ description: 'Screen', qty: 1, unit_price: 89, vat_rate: 21 }],
  })
  const receipt = await first(hook)
  expect(receipt.body).toContain('"total":107.69')
  expect(receipt.body).toContain('"unit_price":89.00')
  expect(JSON.parse(receipt.body).data).toEqual((await api.get(`/invoices/${invoice.id}`)).body)
})

test('after a rotation both secrets verify, and after a day only the new one', async () => {
  const hook = await listen(['tag.created'])
  const { body: rotated } = await api.post(`${hook.address}/rotate-secret`)
  expect(rotated.secret).not.toBe(hook.secret)
  await api.post('/tags', { name: 'while both hold' })
  const both = await first(hook)
  expect(both.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/)
  for (const secret of [hook.secret, rotated.secret]) {
    new Webhook(secret).verify(both.body, both.headers)
  }
  await owner.query(
    `update webhook_endpoints set previous_until = now() - interval '1 second' where id = $1`,
    [hook.endpoint.id],
  )
  await api.post('/tags', { name: 'when one holds' })
  await eventually(() => hook.received().length).toBe(2)
  const [, later] = hook.received()
  if (!later) throw new Error('nothing came')
  new Webhook(rotated.secret).verify(later.body, later.headers)
  expect(() => new Webhook(hook.secret).verify(later.body, later.headers)).toThrow()
})

test('of a deleted record it tells the last values', async () => {
  const hook = await listen(['tag.deleted'])
  const { body: tag } = await api.post('/tags', { name: 'gone soon' })
  await api.delete(`/tags/${tag.id}`)
  const { body } = await first(hook)
  expect(JSON.parse(body)).toEqual({
    type: 'tag.deleted',
    timestamp: expect.any(String),
    data: { id: tag.id, name: 'gone soon' },
  })
})

test('a record that is too large is named, not shown', async () => {
  const hook = await listen(['work_order.created'])
  const customer = await newCustomer()
  const problem_description = 'It does not start. '.repeat(500)
  const { body: order } = await api.post('/work-orders', {
    customer_id: customer.id,
    problem_description: problem_description.slice(0, 5000),
    device_brand: 'é'.repeat(200),
  })
  const lines = Array.from({ length: 60 }, (_, n) =>
    api.post(`/work-orders/${order.id}/lines`, {
      description: `${n} `.padEnd(250, 'long '),
      quantity: 1,
      unit_price: 1,
      vat_rate: 21,
    }),
  )
  await Promise.all(lines)
  const large = await listen(['work_order.updated'])
  await api.put(`/work-orders/${order.id}`, { device_brand: 'Apple' })
  const { body } = await first(large)
  expect(JSON.parse(body).data).toEqual({ id: order.id, truncated: true })
  expect(JSON.parse((await first(hook)).body).data.id).toBe(order.id)
})

test('`*` is every event of the catalog, and of nothing else', async () => {
  const hook = await listen(['*'])
  await api.post('/users', {
    name: 'Nobody',
    email: 'nobody@first.example',
    password: 'a long password',
    role: 'technician',
  })
  await api.patch(hook.address, { description: 'changed' })
  const { body: tag } = await api.post('/tags', { name: 'all of it' })
  await eventually(() => hook.received().length).toBe(1)
  await settled(owner)
  expect(hook.received().map(({ body }) => JSON.parse(body))).toMatchObject([
    { type: 'tag.created', data: { id: tag.id } },
  ])
  await api.delete(hook.address)
})

test('another shop hears nothing', async () => {
  const theirs = await listen(['customer.created'], other.api)
  const ours = await listen(['customer.created'])
  await newCustomer()
  await first(ours)
  await settled(owner)
  expect(theirs.received()).toEqual([])
})

test('many consumers at once send each message once', async () => {
  const hook = await listen(['tag.created'])
  const worker = await miniflare.getWorker()
  const names = Array.from({ length: 30 }, (_, n) => `tag ${n}`)
  await Promise.all(names.map((name) => api.post('/tags', { name })))
  await owner.query(
    `update reactions set next_at = now() - interval '10 seconds' where done_at is null`,
  )
  await Promise.all([1, 2, 3].map(() => worker.scheduled({ cron: '* * * * *' })))
  await eventually(() => hook.received().length).toBe(30)
  await settled(owner)
  const ids = hook.received().map(({ id }) => id)
  expect(new Set(ids).size).toBe(30)
  expect(ids).toHaveLength(30)
})

describe('what an automation rule tells', () => {
  const ask = (payload: object, subject_id: number | null, key: string) =>
    owner.query(
      `insert into reactions (tenant_id, kind, key, subject_id, payload) values ($1, 'webhook', $2, $3, $4)`,
      [shop.tenant_id, key, subject_id, payload],
    )
  const run = async () => {
    const worker = await miniflare.getWorker()
    await owner.query(
      `update reactions set next_at = now() - interval '10 seconds' where done_at is null and failed_at is null`,
    )
    await worker.scheduled({ cron: '* * * * *' })
  }

  test('reaches an endpoint, signed', async () => {
    const hook = await listen(['invoice.paid'])
    const customer = await newCustomer()
    const told = { rule_id: 7, entity: 'customer', entity_id: customer.id }
    await ask({ type: 'automation_rule.ran', ...told }, hook.endpoint.id, 'rule-to-endpoint')
    await run()
    const receipt = await first(hook)
    expect(new Webhook(hook.secret).verify(receipt.body, receipt.headers)).toEqual({
      type: 'automation_rule.ran',
      timestamp: expect.any(String),
      data: { ...told, record: (await api.get(`/customers/${customer.id}`)).body },
    })
    await eventually(async () => (await hook.deliveries())[0]).toMatchObject({
      event: 'automation_rule.ran',
      status: 'delivered',
    })
  })

  test('may be of no record', async () => {
    const hook = await listen(['invoice.paid'])
    const told = { rule_id: 7, entity: null, entity_id: null }
    await ask({ type: 'automation_rule.ran', ...told }, hook.endpoint.id, 'rule-by-the-clock')
    await run()
    expect(JSON.parse((await first(hook)).body).data).toEqual({ ...told, record: null })
  })

  test('reaches any other address unsigned, with one id and body over all tries', async () => {
    const told = { type: 'automation_rule.ran', rule_id: 7, entity: 'customer', entity_id: 999999 }
    receiver.next('/no-endpoint', 500)
    await ask({ ...told, url: `${receiver.url}/no-endpoint` }, null, 'rule-to-address')
    await run()
    await eventually(() => receiver.at('/no-endpoint').length, 30_000).toBe(2)
    const [one, two] = receiver.at('/no-endpoint')
    expect(one).toMatchObject({ id: two?.id, body: two?.body })
    expect(one?.id).toMatch(/^msg_[0-9a-f]{32}$/)
    expect(one?.headers['webhook-signature']).toBeUndefined()
    expect(JSON.parse(one?.body ?? '')).toEqual({
      type: 'automation_rule.ran',
      timestamp: expect.any(String),
      data: { rule_id: 7, entity: 'customer', entity_id: 999999, record: null },
    })
    await settled(owner)
  })

  test.each([
    ['no web address', { url: 'file:///etc/passwd' }],
    ['nothing to tell', { entity: undefined }],
  ])('with %s is a dead letter at once', async (what, wrong) => {
    const told = { type: 'automation_rule.ran', rule_id: 7, entity: 'customer', entity_id: 1 }
    await ask({ ...told, url: `${receiver.url}/wrong`, ...wrong }, null, what)
    await run()
    await eventually(async () => {
      const { body } = await api.get('/dead-letters?kind=webhook')
      return body.data.some(({ body }: { body: { key: string } }) => body.key === what)
    }).toBe(true)
    expect(receiver.at('/wrong')).toEqual([])
  })
})
