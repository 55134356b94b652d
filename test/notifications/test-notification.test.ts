import { beforeEach, expect, test } from 'vitest'
import { startTelling, told } from './telling.ts'

const { shop, owner, push, subscribed, mailbox, settled } = await startTelling()
const { technician, frontdesk, manager } = shop.as

const path = '/notifications/subscriptions'

beforeEach(async () => {
  await owner.query('delete from push_subscriptions')
  await owner.query('delete from notifications')
})

const send = (channel: string) => technician.post('/notifications/test', { channel })

test('a test in the app', async () => {
  const { status, body } = await send('in_app')
  expect(status).toBe(200)
  expect(body).toEqual({ message: 'Test notification sent via in_app' })
  expect(await told(technician)).toEqual([
    expect.objectContaining({ type: 'system', key: 'test', title: 'Test notification' }),
  ])
  expect(await told(frontdesk)).toEqual([])
})

test('a test by mail, once', async () => {
  mailbox.clear()
  expect((await send('email')).body).toEqual({ message: 'Test notification sent via email' })
  await settled()
  expect(mailbox.mails().map(({ to, subject }) => [to, subject])).toEqual([
    [['technician@first.example'], 'Testmelding'],
  ])
})

test('a test by push, to all browsers of the caller; those that are gone are forgotten', async () => {
  const [gone, there] = [await subscribed(technician), await subscribed(technician)]
  const strange = await subscribed(manager)
  push.answerNext(410)
  expect((await send('push')).body).toEqual({ message: 'Test notification sent via push' })
  expect([gone.received().length, there.received().length]).toEqual([1, 1])
  expect(strange.received()).toEqual([])
  expect((await technician.get(path)).body).toHaveLength(1)
  const read = [...gone.read(), ...there.read()]
  expect(read).toEqual(
    Array(2).fill(expect.objectContaining({ id: null, key: 'test', title: 'Test notification' })),
  )
})

test('a test by push without a browser is refused', async () => {
  await subscribed(frontdesk)
  const none = await send('push')
  expect([none.status, none.body.code]).toEqual([422, 'no_subscription'])
  await subscribed(technician)
  push.answerNext(410)
  const gone = await send('push')
  expect([gone.status, gone.body.code]).toEqual([422, 'no_subscription'])
  expect((await technician.get(path)).body).toEqual([])
})

test('a test by push tells when the service does not take it', async () => {
  await subscribed(technician)
  push.answerNext(503)
  const { status, body } = await send('push')
  expect([status, body.code]).toEqual([502, 'push_failed'])
  expect(body.message).toBe('The push service answered 503.')
})

test('a test by another way is refused', async () => {
  const { status, body } = await send('pigeon')
  expect(status).toBe(422)
  expect(Object.keys(body.errors)).toEqual(['channel'])
  expect((await technician.post('/notifications/test')).status).toBe(422)
})
