import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { eventually, first, startListening } from './listening.ts'

const { shop, other, listen, receiver } = await startListening()
const { api } = shop

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
