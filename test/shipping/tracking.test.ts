import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { makers } from '../workshop/makers.ts'
import { startShopsWithCarriers } from './carrying.ts'

const { shop, other, owner, miniflare, ups, dhl, connect, made, settled, label } =
  await startShopsWithCarriers()
const { api } = shop
const make = makers(shop, owner)

const fakes = { ups, dhl }
const asking = { ups: /^GET .*\/track\/v1\//, dhl: /^GET \/track-trace$/ }

/** Carrier × case, as it came out. */
const outcomes: Record<string, Record<string, string>> = {}
afterAll(() => console.table(outcomes))
beforeEach(async () => {
  await connect('ups')
  await connect('dhl')
})

const underWay = { category: 'UNDERWAY', status: 'PARCEL_SORTED_AT_HUB' }
const delivered = { category: 'DELIVERED', status: 'DELIVERED' }

/** What the carriers tell of a parcel on its way. */
function move(carrier: 'ups' | 'dhl', tracking_code: string) {
  const activity = [{ date: '20260327', city: 'Amsterdam', description: 'Departed facility' }]
  if (carrier === 'ups') ups.tell(tracking_code, { status: 'In Transit', type: 'I', activity })
  else dhl.tell(tracking_code, { ...underWay, timestamp: '2026-03-27T08:00:00Z' })
}

test('tells of a parcel of UPS as the reference prints it, also of others’', async () => {
  move('ups', '1Z999')
  const { status, body } = await api.get('/ups/track/1z999')
  expect(status).toBe(200)
  expect(body).toEqual({
    carrier: 'ups',
    tracking_code: '1Z999',
    status: 'In Transit',
    activities: [{ location: 'Amsterdam', description: 'Departed facility', date: '2026-03-27' }],
    delivered_at: null,
  })
})

test('asks DHL with the postal code of the receiver, which it knows of its own parcels', async () => {
  const { tracking_code } = await made('dhl')
  move('dhl', tracking_code)
  const { body } = await api.get(`/dhl/track/${tracking_code}`)
  expect(body).toEqual({
    carrier: 'dhl',
    tracking_code,
    status: 'Underway',
    activities: [{ location: null, description: 'Parcel sorted at hub', date: '2026-03-27' }],
    delivered_at: null,
  })
  expect(dhl.requests.at(-1)?.url.search).toBe(`?key=${tracking_code}%2B1012LG`)
  move('dhl', 'JVGL999')
  expect((await api.get('/dhl/track/JVGL999?postal_code=1012%20lg')).status).toBe(200)
  expect(dhl.requests.at(-1)?.url.search).toBe('?key=JVGL999%2B1012LG')
})

describe.each([
  ['ups', 'UPS'],
  ['dhl', 'DHL'],
] as const)('tracking at %s', (carrier, name) => {
  const fake = fakes[carrier]
  const code = `${name}12345`

  async function outcome(title: string) {
    const since = fake.requests.length
    const { status, body } = await api.get(`/${carrier}/track/${code}`)
    const asked = fake.requests
      .slice(since)
      .filter(({ method, url }) => asking[carrier].test(`${method} ${url.pathname}`)).length
    const told = status === 200 ? body.status : `${status} ${body.message}`
    outcomes[`${carrier} track`] = { ...outcomes[`${carrier} track`], [title]: told }
    return { status, message: body.message, asked }
  }

  test('of a code that nobody knows', async () => {
    expect(await outcome('unknown')).toMatchObject({ status: 404, message: 'Parcel not found.' })
  })

  test('answers', async () => {
    move(carrier, code)
    expect(await outcome('success')).toMatchObject({ status: 200, asked: 1 })
  })

  test.each([
    ['timeout', 'silence', 502, 1, `${name} did not answer in time.`],
    ['429, 1 s', { status: 429, retry_after: '1' }, 200, 2, undefined],
    ['429, 600 s', { status: 429, retry_after: '600' }, 502, 1, `${name} failed (HTTP 429).`],
    ['500, then success', 'error', 200, 2, undefined],
    ['malformed', 'malformed', 502, 1, `${name} gave an answer that makes no sense.`],
  ] as const)('after: %s', async (title, mood, status, asked, message) => {
    fake.next(asking[carrier], mood)
    expect(await outcome(title)).toEqual({ status, asked, message })
  })

  test('is refused as long as the carrier is switched off', async () => {
    await api.put(`/integrations/${carrier}`, { is_enabled: false })
    expect(await outcome('switched off')).toMatchObject({ status: 422, asked: 0 })
    expect((await other.api.get(`/${carrier}/track/${code}`)).body.code).toBe(
      'integration_disabled',
    )
  })
})

test('tracking at UPS with wrong credentials', async () => {
  await connect('ups', { client_secret: 'wrong' })
  const { status, body } = await api.get('/ups/track/UPS12345')
  outcomes['ups track'] = {
    ...outcomes['ups track'],
    'wrong credentials': `${status} ${body.message}`,
  }
  expect({ status, message: body.message }).toEqual({
    status: 502,
    message: 'UPS does not accept our API key.',
  })
})

test('a code that can be none is not there', async () => {
  for (const code of ['12', 'a%20b%20c%20d', 'x'.repeat(41)]) {
    expect((await api.get(`/ups/track/${code}`)).status, code).toBe(404)
  }
})

test('a parcel of ours keeps where it is, and tells once that it arrived', async () => {
  const { id: work_order_id } = await make.order()
  const { id, tracking_code } = await made('ups', { work_order_id })
  move('ups', tracking_code)
  await api.get(`/ups/track/${tracking_code}`)
  expect(await label('ups', id)).toMatchObject({
    tracking_status: 'In Transit',
    tracked_at: expect.any(String),
    delivered_at: null,
  })
  const activity = [
    { date: '20260328', city: 'Amsterdam', description: 'DELIVERED', gmtTime: '74700' },
  ]
  ups.tell(tracking_code, { status: 'Delivered', type: 'D', activity })
  await Promise.all([1, 2, 3].map(() => api.get(`/ups/track/${tracking_code}`)))
  expect(await label('ups', id)).toMatchObject({
    tracking_status: 'Delivered',
    delivered_at: '2026-03-28T07:47:00Z',
  })
  const { body: events } = await api.get(`/events?entity=shipment&entity_id=${id}`)
  const arrivals = events.data.filter(({ name }: Json) => name === 'shipment.delivered')
  expect(arrivals).toHaveLength(1)
  const { body: story } = await api.get(`/work-orders/${work_order_id}/timeline`)
  expect(story.data.map(({ description }: Json) => description)).toContain(
    `Parcel delivered by UPS: ${tracking_code}`,
  )
})

test('parcels under way are followed every few hours, until they arrive', async () => {
  await owner.query(`update shipments set delivered_at = now() where delivered_at is null`)
  const parcels = await Promise.all([made('ups'), made('dhl'), made('dhl')])
  const [first, second, third] = parcels
  move('ups', first.tracking_code)
  dhl.tell(second.tracking_code, { ...delivered, timestamp: '2026-03-28T09:00:00+01:00' })
  await owner.query(
    `update shipments set created_at = now() - interval '4 hours' where id = any ($1)`,
    [[first.id, second.id]],
  )
  const follow = async () => {
    await owner.query(`delete from reactions where kind = 'parcels'`)
    await (await miniflare.getWorker()).scheduled({
      cron: '5 * * * *',
      scheduledTime: new Date(Date.now() + 3_600_000 * follows++),
    })
    await settled()
  }
  let follows = 0
  await follow()
  expect(await label('ups', first.id)).toMatchObject({ tracking_status: 'In Transit' })
  expect(await label('dhl', second.id)).toMatchObject({
    tracking_status: 'Delivered',
    delivered_at: '2026-03-28T08:00:00Z',
  })
  expect(await label('dhl', third.id)).toMatchObject({ tracked_at: null })
  const since = [ups.requests.length, dhl.requests.length]
  await follow()
  expect([ups.requests.length, dhl.requests.length]).toEqual(since)
})

test('a carrier that fails is left alone until the next round', async () => {
  const parcels = await Promise.all(Array.from({ length: 8 }, () => made('ups')))
  await owner.query(
    `update shipments set created_at = now() - interval '4 hours', tracked_at = null where id = any ($1)`,
    [parcels.map(({ id }) => id)],
  )
  ups.next(asking.ups, ...Array.from({ length: 10 }, () => ({ status: 429, retry_after: '600' })))
  const since = ups.requests.length
  await owner.query(`delete from reactions where kind = 'parcels'`)
  await (await miniflare.getWorker()).scheduled({
    cron: '5 * * * *',
    scheduledTime: new Date(Date.now() + 86_400_000),
  })
  await settled()
  expect(ups.requests.length - since).toBe(5)
  const { rows } = await owner.query(
    `select count(*)::int as looked from shipments where tracked_at is not null and id = any ($1)`,
    [parcels.map(({ id }) => id)],
  )
  expect(rows[0].looked).toBe(8)
})
