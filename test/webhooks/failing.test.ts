import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import { eventually, first, startListening } from './listening.ts'

const { shop, owner, listen, newCustomer, receiver } = await startListening()
const { api } = shop

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
