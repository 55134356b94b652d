import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import { eventually, startListening } from './listening.ts'

const { shop, other, owner, miniflare, listen, newCustomer, receiver } = await startListening()
const { api } = shop

const first = async (of: Awaited<ReturnType<typeof listen>>) => {
  await eventually(() => of.received().length).toBeGreaterThan(0)
  const [receipt] = of.received()
  if (!receipt) throw new Error('nothing came')
  return receipt
}

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

describe('what does not arrive', () => {
  test('comes again within 30 seconds: same id, same body, although the record changed', async () => {
    const hook = await listen(['customer.created'])
    receiver.next(hook.path, 500)
    const { id } = await newCustomer()
    const failed = await first(hook)
    await eventually(async () => (await hook.deliveries())[0]).toMatchObject({
      status: 'pending',
      response_code: 500,
      attempts: [{ status_code: 500, error: 'It answered 500.' }],
      next_attempt_at: expect.any(String),
      delivered_at: null,
    })
    expect((await api.get(hook.address)).body.failing_since).not.toBeNull()
    await api.put(`/customers/${id}`, { first_name: 'Changed' })
    await eventually(() => hook.received().length, 30_000).toBe(2)
    const [, again] = hook.received()
    expect(again).toMatchObject({ id: failed.id, body: failed.body })
    new Webhook(hook.secret).verify(again?.body ?? '', again?.headers ?? {})
    await eventually(async () => (await hook.deliveries())[0]).toMatchObject({
      status: 'delivered',
      attempts: [{ status_code: 500 }, { status_code: 204 }],
      next_attempt_at: null,
    })
    expect((await api.get(hook.address)).body.failing_since).toBeNull()
  })

  test.each([
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, 302, /redirects are not/],
    ['silence', 'silence' as const, null, /not answer in time/],
    ['a broken connection', 'broken' as const, null, /could not be reached/],
  ])('%s is a failure', async (_, mood, status_code, error) => {
    const hook = await listen(['tag.created'])
    receiver.next(hook.path, mood)
    await api.post('/tags', { name: `despite ${JSON.stringify(mood)}` })
    await eventually(async () => (await hook.deliveries())[0]).toMatchObject({
      status: 'pending',
      attempts: [{ status_code, error: expect.stringMatching(error) }],
    })
    expect(receiver.at('/elsewhere')).toEqual([])
    await api.delete(hook.address)
  })

  test('waits for as long as the receiver asks', async () => {
    const hook = await listen(['tag.created'])
    receiver.next(hook.path, { status: 429, headers: { 'retry-after': '3600' } })
    await api.post('/tags', { name: 'later' })
    await eventually(async () => (await hook.deliveries())[0]?.response_code).toBe(429)
    await eventually(async () => {
      const { rows } = await owner.query(
        `select extract(epoch from next_at - now())::int as wait_s, extract(epoch from
           (select next_attempt_at from webhook_deliveries where endpoint_id = subject_id) - now())::int as shown_s
         from reactions where kind = 'webhook' and subject_id = $1`,
        [hook.endpoint.id],
      )
      return rows[0].wait_s > 3500 && rows[0].shown_s > 3500
    }).toBe(true)
    await api.delete(hook.address)
  })

  test('is given up after ten tries, and a dead letter that can be replayed', async () => {
    const hook = await listen(['tag.created'])
    receiver.next(hook.path, 500, 500)
    await api.post('/tags', { name: 'the last try' })
    await eventually(async () => (await hook.deliveries())[0]?.attempts.length).toBe(1)
    await owner.query(
      `update reactions set attempts = 9, next_at = now() where subject_id = $1 and done_at is null`,
      [hook.endpoint.id],
    )
    await eventually(async () => (await hook.deliveries())[0]).toMatchObject({
      status: 'failed',
      next_attempt_at: null,
    })
    await eventually(async () => (await api.get('/dead-letters?kind=webhook')).body.total).toBe(1)
    const { body: letters } = await api.get('/dead-letters?kind=webhook')
    expect(letters.data[0]).toMatchObject({ failure: 'It answered 500.', attempts: 10 })
    await api.post(`/dead-letters/${letters.data[0].id}/replay`)
    await eventually(() => hook.received().length).toBe(3)
    expect(new Set(hook.received().map(({ id }) => id)).size).toBe(1)
    await eventually(async () => (await hook.deliveries())[0]?.status).toBe('delivered')
  })
})

describe('an endpoint is switched off', () => {
  const disabled = (id: number) =>
    owner.query(
      `select changes from events where name = 'webhook_endpoint.disabled' and entity_id = $1`,
      [id],
    )

  test('by 410, at once and without a dead letter', async () => {
    const hook = await listen(['tag.created'])
    receiver.next(hook.path, 410)
    const before = (await api.get('/dead-letters')).body.total
    await api.post('/tags', { name: 'nobody home' })
    await eventually(async () => (await hook.deliveries())[0]?.status).toBe('failed')
    expect((await api.get(hook.address)).body).toMatchObject({
      active: false,
      disabled_at: expect.any(String),
      disabled_reason: 'It answered 410: gone.',
    })
    expect((await disabled(hook.endpoint.id)).rows).toHaveLength(1)
    await api.post('/tags', { name: 'unheard' })
    await settled(owner)
    expect(hook.received()).toHaveLength(1)
    expect((await api.get('/dead-letters')).body.total).toBe(before)
    const { body: again } = await api.patch(hook.address, { active: true })
    expect(again).toMatchObject({ active: true, disabled_at: null, disabled_reason: null })
    await api.post('/tags', { name: 'heard again' })
    await eventually(() => hook.received().length).toBe(2)
  })

  test('when it has failed for five days', async () => {
    const hook = await listen(['tag.created'])
    await owner.query(
      `update webhook_endpoints set failing_since = now() - interval '5 days 1 minute' where id = $1`,
      [hook.endpoint.id],
    )
    receiver.next(hook.path, 503)
    await api.post('/tags', { name: 'five days' })
    await eventually(async () => (await hook.deliveries())[0]?.status).toBe('failed')
    expect((await api.get(hook.address)).body).toMatchObject({
      active: false,
      disabled_reason: 'Nothing has arrived for 5 days. It answered 503.',
    })
    expect((await disabled(hook.endpoint.id)).rows).toHaveLength(1)
    const { body: again } = await api.put(hook.address, { active: true })
    expect(again.failing_since).toBeNull()
  })

  test('by its owner: what waits is not sent', async () => {
    const hook = await listen(['tag.created'])
    receiver.next(hook.path, 500)
    await api.post('/tags', { name: 'never mind' })
    await eventually(async () => (await hook.deliveries())[0]?.attempts.length).toBe(1)
    await api.patch(hook.address, { active: false })
    await eventually(async () => (await hook.deliveries())[0], 30_000).toMatchObject({
      status: 'failed',
      next_attempt_at: null,
    })
    expect(hook.received()).toHaveLength(1)
  })
})

describe('replay', () => {
  test('sends the same message again, and not while it is being sent', async () => {
    const hook = await listen(['tag.created'])
    await api.post('/tags', { name: 'twice please' })
    const once = await first(hook)
    await eventually(async () => (await hook.deliveries())[0]?.status).toBe('delivered')
    const [delivery] = await hook.deliveries()
    const path = `/webhook-deliveries/${delivery.id}`
    expect((await api.get(path)).body).toEqual(delivery)
    receiver.next(hook.path, 500)
    const replayed = await api.post(`${path}/replay`)
    expect(replayed).toMatchObject({ status: 200, body: { id: delivery.id, status: 'pending' } })
    expect(await api.post(`${path}/replay`)).toMatchObject({
      status: 422,
      body: { code: 'delivery_pending' },
    })
    await eventually(() => hook.received().length, 30_000).toBe(3)
    for (const { id, body } of hook.received())
      expect({ id, body }).toEqual({ id: once.id, body: once.body })
    await eventually(async () => (await api.get(path)).body).toMatchObject({
      status: 'delivered',
      attempts: [{ error: null }, { status_code: 500 }, { error: null }],
    })
    await api.patch(hook.address, { active: false })
    expect(await api.post(`${path}/replay`)).toMatchObject({
      status: 422,
      body: { code: 'endpoint_inactive' },
    })
  })

  test('is nothing for another shop, and nothing is changed or deleted', async () => {
    const hook = await listen(['tag.created'])
    await api.post('/tags', { name: 'ours' })
    await eventually(async () => (await hook.deliveries()).length).toBe(1)
    const [{ id }] = await hook.deliveries()
    expect((await other.api.get(`/webhook-deliveries/${id}`)).status).toBe(404)
    expect((await other.api.post(`/webhook-deliveries/${id}/replay`)).status).toBe(404)
    expect((await other.api.get(`${hook.address}/deliveries`)).status).toBe(404)
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      expect((await api.send(method, `/webhook-deliveries/${id}`)).status).toBe(405)
    }
  })
})

test('a test message goes out at once, is logged, and answers what came of it', async () => {
  const hook = await listen(['tag.created'])
  await api.patch(hook.address, { active: false })
  expect(await api.post(`${hook.address}/test`)).toMatchObject({
    status: 200,
    body: { status_code: 204, duration_ms: expect.any(Number), error: null },
  })
  const [receipt] = hook.received()
  expect(new Webhook(hook.secret).verify(receipt?.body ?? '', receipt?.headers ?? {})).toEqual({
    type: 'webhook_endpoint.tested',
    timestamp: expect.any(String),
    data: { id: hook.endpoint.id },
  })
  receiver.next(hook.path, 500)
  const failed = await api.post(`${hook.address}/test`)
  expect(failed.body).toMatchObject({ status_code: 500, error: 'It answered 500.' })
  expect(await hook.deliveries()).toMatchObject([
    { event: 'webhook_endpoint.tested', status: 'failed', next_attempt_at: null },
    { event: 'webhook_endpoint.tested', status: 'delivered' },
  ])
  const failures = await api.get(`${hook.address}/deliveries?status=failed`)
  expect(failures.body.total).toBe(1)
  expect((await api.get(`${hook.address}/deliveries?event=tag.created`)).body.total).toBe(0)
  expect((await api.get(`${hook.address}/deliveries?status=lost`)).status).toBe(422)
  expect((await api.get(hook.address)).body.failing_since).toBeNull()
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
})
