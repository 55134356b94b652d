import { beforeEach, expect, test } from 'vitest'
import { startTelling, userOf } from './telling.ts'

const { shop, other, owner, push, subscribed } = await startTelling()
const { technician, frontdesk, manager } = shop.as

const path = '/notifications/subscriptions'

beforeEach(() => owner.query('delete from push_subscriptions'))

test('a subscription holds a browser, without showing its keys', async () => {
  const { subscription } = push.newBrowser()
  const { status, body } = await technician.post(path, { ...subscription, user_agent: 'Firefox' })
  expect(status).toBe(201)
  expect(body).toEqual({
    id: expect.any(Number),
    endpoint: subscription.endpoint,
    user_agent: 'Firefox',
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  const list = await technician.get(path)
  expect(list.body).toEqual([body])
  expect(list.headers.get('x-total-count')).toBe('1')
})

test('one endpoint is one subscription, with the latest keys', async () => {
  const first = await subscribed(technician)
  const { keys } = push.newBrowser().subscription
  const again = await technician.post(path, { ...first.subscription, keys })
  expect(again.body.id).toBe(first.id)
  const { rows } = await owner.query('select p256dh, auth from push_subscriptions')
  expect(rows).toEqual([keys])
})

test('one endpoint is one subscription when several come at once', async () => {
  const { subscription } = push.newBrowser()
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => technician.post(path, subscription)),
  )
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
})

test('a subscription follows the browser to who logs in on it next', async () => {
  const { id, subscription } = await subscribed(technician)
  expect((await frontdesk.post(path, subscription)).body.id).toBe(id)
  expect((await technician.get(path)).body).toEqual([])
  expect((await frontdesk.get(path)).body).toHaveLength(1)
})

test('a person has twenty at most', async () => {
  const last = push.newBrowser().subscription
  for (let n = 0; n < 20; n++) await subscribed(technician)
  const { status, body } = await technician.post(path, last)
  expect(status).toBe(422)
  expect(body.code).toBe('too_many_subscriptions')
  const [known] = (await technician.get(path)).body
  const again = { ...last, endpoint: known.endpoint }
  expect((await technician.post(path, again)).status).toBe(201)
  expect((await frontdesk.post(path, last)).status).toBe(201)
})

const at = ({ subscription }: { subscription: { endpoint: string } }) =>
  `${path}?endpoint=${encodeURIComponent(subscription.endpoint)}`

test('a subscription is removed', async () => {
  const gone = await subscribed(technician)
  const kept = await subscribed(technician)
  expect((await technician.delete(at(gone))).status).toBe(204)
  expect((await technician.delete(at(gone))).status).toBe(404)
  expect((await technician.get(path)).body).toMatchObject([{ id: kept.id }])
  expect((await technician.delete(path)).body.errors).toHaveProperty('endpoint')
})

test.each([
  ['somebody else of the shop', frontdesk],
  ['another shop', other.api],
])('it is not there for %s', async (_, stranger) => {
  const known = await subscribed(technician)
  expect((await stranger.get(path)).body).toEqual([])
  expect((await stranger.delete(at(known))).status).toBe(404)
  expect((await technician.get(path)).body).toHaveLength(1)
})

const { endpoint, keys } = push.newBrowser().subscription
const offCurve = Buffer.from(keys.p256dh, 'base64url').fill(1, 40)

test.each<[string, object, string]>([
  ['no endpoint', { keys }, 'endpoint'],
  ['no address', { endpoint: 'browser', keys }, 'endpoint'],
  ['another protocol', { endpoint: 'ftp://push.example.com/1', keys }, 'endpoint'],
  ['no keys', { endpoint }, 'keys'],
  ['no point', { endpoint, keys: { auth: keys.auth } }, 'keys.p256dh'],
  ['a short point', { endpoint, keys: { ...keys, p256dh: keys.auth } }, 'keys.p256dh'],
  ['no base64', { endpoint, keys: { ...keys, p256dh: '!'.repeat(87) } }, 'keys.p256dh'],
  [
    'a point off the curve',
    { endpoint, keys: { ...keys, p256dh: offCurve.toString('base64url') } },
    'keys.p256dh',
  ],
  ['a long secret', { endpoint, keys: { ...keys, auth: keys.p256dh } }, 'keys.auth'],
])('with %s it is refused', async (_, body, field) => {
  const answer = await technician.post(path, body)
  expect(answer.status).toBe(422)
  expect(Object.keys(answer.body.errors)).toEqual([field])
})

test('the account of a removed user takes its browsers along', async () => {
  const { id } = await subscribed(manager)
  await owner.query('delete from api_tokens where user_id = $1', [await userOf(manager)])
  await owner.query(`delete from users where email = 'manager@first.example'`)
  const { rows } = await owner.query('select 1 from push_subscriptions where id = $1', [id])
  expect(rows).toEqual([])
})
