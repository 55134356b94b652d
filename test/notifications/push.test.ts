import { createECDH } from 'node:crypto'
import { importJWK, jwtVerify } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { openPushed, type PushedMessage } from '../fakes/push.ts'
import type { Json } from '../harness/client.ts'
import { makers } from '../workshop/makers.ts'
import { newEngineer, startTelling, told } from './telling.ts'

const world = await startTelling()
const { shop, owner, push, subscribed, settled } = world
const { technician, frontdesk } = shop.as
const make = makers(shop, owner)
const engineer = await newEngineer(world, technician)
await technician.put('/notifications/preferences', {
  preferences: { wo_assigned: ['in_app', 'push'] },
})

const path = '/notifications/subscriptions'

beforeEach(async () => {
  await settled()
  await owner.query('delete from push_subscriptions')
  await owner.query('delete from notifications')
  await owner.query('delete from reactions')
  await owner.query('delete from dead_letters')
  push.messages.length = 0
})

/** A work order given to the technician. */
async function given(): Promise<Json> {
  const customer = await make.customer({ first_name: 'Jane', last_name: 'Smith' })
  return make.order({ customer_id: customer.id, assigned_to: engineer })
}

const vapidKey = async () => (await technician.get('/notifications/push-key')).body.public_key

/** The claims of a message's sender, verified with the key that browsers subscribed with. */
async function claimsOf({ headers }: PushedMessage) {
  const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.authorization ?? '') ?? []
  expect(key).toBe(await vapidKey())
  const point = Buffer.from(key ?? '', 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) =>
    half.toString('base64url'),
  )
  const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }
  return jwtVerify(token, await importJWK(jwk, 'ES256'), { audience: push.url })
}

test('the receiver of these tests opens the example of RFC 8291', () => {
  const keys = createECDH('prime256v1')
  keys.setPrivateKey('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94', 'base64url')
  const auth = Buffer.from('BTBZMqHH6r4Tts7J_aSIgg', 'base64url')
  const body =
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN'
  expect(openPushed({ keys, auth }, Buffer.from(body, 'base64url'))).toBe(
    'When I grow up, I want to be a watermelon',
  )
})

describe('a push message', () => {
  test('reaches every browser of the person, encrypted for it and signed for its service', async () => {
    const browsers = [await subscribed(technician), await subscribed(technician)]
    const strange = await subscribed(frontdesk)
    const order = await given()
    await settled()
    const [notification] = await told(technician)
    for (const browser of browsers) {
      expect(browser.read()).toEqual([
        {
          id: notification.id,
          key: 'wo_assigned',
          type: 'work_order',
          title: `${order.ticket_no} assigned to you`,
          body: 'Jane Smith',
          entity: 'work_order',
          entity_id: order.id,
        },
      ])
    }
    expect(strange.received()).toEqual([])
    for (const message of push.messages) {
      expect(message.headers).toMatchObject({
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ttl: '86400',
        urgency: 'normal',
        topic: expect.stringMatching(/^[\w-]{32}$/),
      })
      expect(message.body.length).toBeLessThanOrEqual(4096)
      const { payload, protectedHeader } = await claimsOf(message)
      expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT' })
      expect(payload.sub).toBe('mailto:test@example.com')
      expect(payload.exp).toBeGreaterThan(Date.now() / 1000 + 3600)
      expect(payload.exp).toBeLessThanOrEqual(Date.now() / 1000 + 24 * 3600)
    }
  })

  test('is not sent to who does not want it', async () => {
    const browser = await subscribed(technician)
    await technician.put('/notifications/preferences', { preferences: { wo_assigned: ['in_app'] } })
    await given()
    await settled()
    expect(browser.received()).toEqual([])
    await technician.put('/notifications/preferences', {
      preferences: { wo_assigned: ['in_app', 'push'] },
    })
  })

  test('of a long note is cut to what a message holds', async () => {
    await technician.put('/notifications/preferences', { preferences: { wo_note_added: ['push'] } })
    const { id } = await given()
    await settled()
    const browser = await subscribed(technician)
    await frontdesk.post(`/work-orders/${id}/notes`, { note: '“€”'.repeat(3000) })
    await settled()
    expect(browser.read()[0].body.length).toBe(300)
  })

  test.each([404, 410])('that finds its browser gone (%i) forgets it', async (status) => {
    const gone = await subscribed(technician)
    push.answerNext(status)
    await given()
    await settled()
    expect(gone.received()).toHaveLength(1)
    expect((await technician.get(path)).body).toEqual([])
    await given()
    await settled()
    expect(gone.received()).toHaveLength(1)
  })

  test('is tried again when the service is busy, not before it asked for it, as the same message', async () => {
    const browser = await subscribed(technician)
    push.answerNext(429, { 'Retry-After': '6' })
    await given()
    const waits = async () =>
      (
        await owner.query(
          `select extract(epoch from next_at - updated_at)::float as wait_s, failure
           from reactions where kind = 'push' and done_at is null and failure is not null`,
        )
      ).rows
    await expect.poll(async () => (await waits()).length, { timeout: 10_000 }).toBe(1)
    const [{ wait_s, failure }] = await waits()
    expect(failure).toBe('The push service answered 429.')
    expect(wait_s).toBeGreaterThan(5.9)
    await expect.poll(() => browser.received().length, { timeout: 20_000 }).toBe(2)
    const [first, second] = browser.read()
    expect(second).toEqual(first)
    const [one, two] = browser.received()
    expect(two?.headers.topic).toBe(one?.headers.topic)
    expect((await technician.get(path)).body).toHaveLength(1)
  }, 30_000)

  test.each([400, 403, 413, 302])('that is refused (%i) is given up', async (status) => {
    const browser = await subscribed(technician)
    push.answerNext(status, { Location: `${push.url}/elsewhere` })
    await given()
    await settled()
    expect(browser.received()).toHaveLength(1)
    expect(push.messages).toHaveLength(1)
    const { rows } = await owner.query('select kind, failure from dead_letters')
    expect(rows).toEqual([{ kind: 'push', failure: `The push service answered ${status}.` }])
    expect((await technician.get(path)).body).toHaveLength(1)
  })
})
