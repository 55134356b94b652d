import { expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import { startPushService } from '../fakes/push.ts'
import { startShops } from '../harness/shop.ts'

const push = await startPushService()
const { shop, owner } = await startShops({ vars: { VAPID_PRIVATE_KEY: '' } })
const path = '/notifications/subscriptions'

test('without ALLOW_PRIVATE_HOSTS an endpoint is an https address of the public internet', async () => {
  const { subscription } = push.newBrowser()
  for (const endpoint of [
    subscription.endpoint,
    'https://127.0.0.1/x',
    'https://push.internal/x',
  ]) {
    const { status, body } = await shop.api.post(path, { ...subscription, endpoint })
    expect(status).toBe(422)
    expect(Object.keys(body.errors)).toEqual(['endpoint'])
  }
  const endpoint = 'https://push.example.com/send/1'
  expect((await shop.api.post(path, { ...subscription, endpoint })).status).toBe(201)
  await push.stop()
})

test('without VAPID keys push says so, and the rest goes on', async () => {
  for (const answer of [
    await shop.api.get('/notifications/push-key'),
    await shop.api.post('/notifications/test', { channel: 'push' }),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([422, 'push_not_configured'])
  }
  await shop.api.put('/notifications/preferences', {
    preferences: { wo_created: ['in_app', 'email', 'push'] },
  })
  const customer = await shop.as.frontdesk.post('/customers', { first_name: 'Jane' })
  await shop.as.frontdesk.post('/work-orders', { customer_id: customer.body.id })
  await settled(owner)
  expect((await shop.api.get('/notifications/unread')).body).toEqual({ count: 1 })
  const { rows } = await owner.query(`select kind from reactions where kind in ('push', 'mail')`)
  expect(rows).toEqual([])
})
