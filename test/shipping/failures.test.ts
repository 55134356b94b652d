import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { patience_ms, startShopsWithCarriers } from './carrying.ts'

const { shop, owner, ups, dhl, connect, order, made, settled, wake, label } =
  await startShopsWithCarriers()
const { api } = shop

const fakes = { ups, dhl }
const ordering = { ups: /^POST .*\/ship$/, dhl: /^POST \/shipments$/ }
const look = 'Whether there is a label nobody knows: look at'

/** Carrier × case, as it came out. */
const outcomes: Record<string, Record<string, string>> = {}
afterAll(() => console.table(outcomes))

beforeEach(async () => {
  await connect('ups')
  await connect('dhl')
})

/** How often a carrier was asked since. */
const countSince = (carrier: 'ups' | 'dhl', since: number) =>
  fakes[carrier].requests
    .slice(since)
    .filter(({ method, url }) => ordering[carrier].test(`${method} ${url.pathname}`)).length

describe.each([
  ['ups', 'UPS'],
  ['dhl', 'DHL'],
] as const)('a label of %s', (carrier, name) => {
  const fake = fakes[carrier]

  /** Orders one, and answers what became of it: how often the carrier was asked, and made it. */
  async function outcome(title: string) {
    const [since, before] = [fake.requests.length, fake.made.length]
    const { id, status, error } = await made(carrier)
    outcomes[`${carrier} label`] = { ...outcomes[`${carrier} label`], [title]: status }
    return { id, status, error, asked: countSince(carrier, since), made: fake.made.length - before }
  }
  const once = { status: 'created', error: null, made: 1 }

  test('is made', async () => {
    expect(await outcome('success')).toMatchObject({ ...once, asked: 1 })
  })

  test('fails for wrong credentials, until there are others', async () => {
    await connect(carrier, carrier === 'ups' ? { client_secret: 'wrong' } : { api_key: 'wrong' })
    const { id, ...failed } = await outcome('wrong credentials')
    expect(failed).toEqual({
      status: 'failed',
      error: `${name} does not accept our API key.`,
      asked: 0,
      made: 0,
    })
    await connect(carrier)
    expect((await api.post(`/${carrier}/labels/${id}/retry`)).body).toMatchObject({
      status: 'queued',
      error: null,
    })
    await settled()
    expect(await label(carrier, id)).toMatchObject({ status: 'created', error: null })
  })

  test('is ordered with another token when one was withdrawn', async () => {
    fake.withdraw()
    expect(await outcome('token withdrawn')).toMatchObject(once)
  })

  test.each([
    ['timeout', 'silence', 'did not answer in time.'],
    ['connection lost', 'broken', `Could not reach ${name}.`],
    ['500', 'error', 'failed (HTTP 500).'],
    ['malformed', 'malformed', 'gave an answer that makes no sense.'],
    ['too late', { late_ms: patience_ms + 300 }, 'did not answer in time.'],
  ] as const)('is uncertain after: %s', async (title, mood, sentence) => {
    fake.next(ordering[carrier], mood)
    const { id, error, ...uncertain } = await outcome(title)
    expect(uncertain).toEqual({
      status: 'uncertain',
      asked: 1,
      made: title === 'too late' ? 1 : 0,
    })
    expect(error).toContain(sentence)
    expect(error).toContain(`${look} ${name}`)
    // Not again by itself, also when called.
    const since = fake.requests.length
    await wake(2)
    await settled()
    expect(countSince(carrier, since)).toBe(0)
    if (title !== 'too late') {
      await api.post(`/${carrier}/labels/${id}/retry`)
      await settled()
      expect(await label(carrier, id)).toMatchObject({ status: 'created', error: null })
      expect(countSince(carrier, since)).toBe(1)
    }
  })

  test.each([
    ['429, 1 s', { status: 429, retry_after: '1' }],
    ['429', { status: 429 }],
  ] as const)('waits its turn after: %s', async (title, mood) => {
    fake.next(ordering[carrier], mood)
    expect(await outcome(title)).toMatchObject({ ...once, asked: 2 })
  })

  test('waits as long as the carrier wants', async () => {
    fake.next(ordering[carrier], { status: 429, retry_after: '600' })
    const { id } = await order(carrier)
    const waits = async () => {
      const { rows } = await owner.query(
        `select extract(epoch from next_at - now())::int as wait_s from reactions
         where kind = 'label' and subject_id = $1 and failure is not null`,
        [id],
      )
      return rows[0]?.wait_s
    }
    await expect.poll(waits, { timeout: 10_000 }).toBeGreaterThan(590)
    await settled()
    expect(await label(carrier, id)).toMatchObject({ status: 'created' })
  })

  test('fails before it was ordered when there is no access, and is ordered once there is', async () => {
    fake.withdraw()
    const access = carrier === 'ups' ? /oauth\/token/ : /authenticate/
    fake.next(access, 'silence')
    const since = fake.requests.length
    // The token that is kept was withdrawn: the order is refused, and a new one cannot be had at once.
    expect(await outcome('no access at first')).toMatchObject(once)
    expect(countSince(carrier, since)).toBeGreaterThan(0)
  })

  test('fails when the carrier stays busy', async () => {
    fake.next(ordering[carrier], ...Array.from({ length: 9 }, () => ({ status: 429 })))
    const { status, error, asked } = await outcome('429 nine times')
    expect({ status, error, asked }).toEqual({
      status: 'failed',
      error: `${name} failed (HTTP 429).`,
      asked: 9,
    })
  })

  test('fails when the carrier was switched off meanwhile', async () => {
    fake.next(ordering[carrier], { status: 429, retry_after: '600' })
    const { id } = await order(carrier)
    await expect.poll(() => fake.requests.at(-1)?.url.pathname).toMatch(/\/ship/)
    await api.put(`/integrations/${carrier}`, { is_enabled: false })
    await settled()
    expect(await label(carrier, id)).toMatchObject({
      status: 'failed',
      error: `${name} is not switched on for this shop.`,
    })
    await connect(carrier)
  })

  test('is made once by consumers that work at the same time', async () => {
    const before = fake.made.length
    const ordered = await Promise.all(Array.from({ length: 6 }, () => order(carrier)))
    await wake(10)
    await settled()
    const labels = await Promise.all(ordered.map(({ id }) => label(carrier, id)))
    expect(new Set(labels.map(({ tracking_code }) => tracking_code)).size).toBe(6)
    expect(labels.every(({ status }) => status === 'created')).toBe(true)
    expect(fake.made.length - before).toBe(6)
  })

  test('is left to people by a consumer that finds the work broken off', async () => {
    const { id } = await order(carrier)
    await settled()
    // As a consumer leaves it that dies while the carrier is asked: noted, and no answer kept.
    await owner.query(
      `update shipments set status = 'queued', provider_id = null, tracking_code = null, label_key = null,
         request_id = gen_random_uuid()::text where id = $1`,
      [id],
    )
    const since = fake.requests.length
    await again(id)
    expect(await label(carrier, id)).toMatchObject({
      status: 'uncertain',
      error: `The work broke off while ${name} was asked. ${look} ${name} before you ask again.`,
    })
    expect(countSince(carrier, since)).toBe(0)
  })

  test('is found by a consumer that finds its label in the file store', async () => {
    const { id, tracking_code, cost, currency } = await made(carrier)
    // As a consumer leaves it that dies before the database has the answer.
    await owner.query(
      `update shipments set status = 'queued', provider_id = null, tracking_code = null, label_key = null,
         cost_cents = null, currency = null where id = $1`,
      [id],
    )
    const since = fake.requests.length
    await again(id)
    expect(await label(carrier, id)).toMatchObject({
      status: 'created',
      tracking_code,
      cost,
      currency,
      label_url: `/api/${carrier}/labels/${id}/file`,
    })
    expect(fake.requests.length).toBe(since)
  })

  test('comes late, and is kept, although its consumer was given up', async () => {
    fake.next(ordering[carrier], { late_ms: patience_ms - 300 })
    const { id } = await order(carrier)
    const since = fake.made.length
    await expect.poll(() => fake.made.length, { interval: 5 }).toBeGreaterThanOrEqual(since)
    // The lease ends while the first consumer still waits for its answer.
    const asked = `select 1 from shipments where id = $1 and attempted_at is not null`
    await expect
      .poll(async () => (await owner.query(asked, [id])).rowCount, { interval: 5 })
      .toBe(1)
    await owner.query(
      `update reactions set next_at = now() where kind = 'label' and subject_id = $1`,
      [id],
    )
    await wake()
    await expect
      .poll(async () => (await label(carrier, id)).status, { timeout: 10_000 })
      .toBe('created')
    await settled()
    expect(await label(carrier, id)).toMatchObject({ status: 'created', error: null })
  })
})

/** Has the reaction of a label done once more. */
async function again(id: number) {
  await owner.query(
    `update reactions set done_at = null, next_at = now() where kind = 'label' and subject_id = $1`,
    [id],
  )
  await wake()
  await settled()
}

test('a refusal is told in UPS’s words, without anybody’s name', async () => {
  ups.refuse('Piet Refused', '120208')
  const named = await made('ups', { ship_to_name: 'Piet Refused' })
  expect(named).toMatchObject({ status: 'failed', error: 'UPS refused: error 120208.' })
  const { body: events } = await api.get(`/events?entity=shipment&entity_id=${named.id}`)
  expect(events.data.map(({ name }: Json) => name)).toContain('shipment.failed')
  expect(JSON.stringify(events.data)).not.toContain('Piet')
})

test('DHL’s label is fetched by its number when it did not come at once', async () => {
  dhl.next(/^GET \/labels\//, 'silence')
  const before = dhl.made.length
  expect(await made('dhl')).toMatchObject({ status: 'created' })
  expect(dhl.made.length - before).toBe(1)
})

test('a DHL order that was taken, but not answered, is not made twice when it is asked again', async () => {
  dhl.next(ordering.dhl, { late_ms: patience_ms + 300 })
  const before = dhl.made.length
  const { id } = await made('dhl')
  await expect.poll(() => dhl.made.length - before).toBe(1)
  await api.post(`/dhl/labels/${id}/retry`)
  await settled()
  expect(dhl.made.length - before).toBe(1)
  expect((await label('dhl', id)).status).toBe('uncertain')
})

test('DHL has no parcel for some weights', async () => {
  expect(await made('dhl', { service: 'letterbox', weight: 5 })).toMatchObject({
    status: 'failed',
    error: 'DHL carries no such parcel between these addresses.',
  })
})

test('UPS is asked to void once more after it did not answer', async () => {
  const { id, tracking_code } = await made('ups')
  ups.next(/^DELETE /, { late_ms: patience_ms + 300 })
  expect((await api.post(`/ups/labels/${id}/void`)).status).toBe(502)
  await expect
    .poll(() => ups.made.find((one) => one.tracking_code === tracking_code)?.voided)
    .toBe(true)
  expect((await api.post(`/ups/labels/${id}/void`)).body).toMatchObject({ status: 'voided' })
})

test('people are told of a label that failed', async () => {
  ups.refuse('Told Somebody', '120100')
  await made('ups', { ship_to_name: 'Told Somebody' })
  const told = async () => {
    const { body } = await shop.as.manager.get('/notifications')
    return body.data.map(({ title, body: text }: Json) => `${title}: ${text}`)
  }
  await expect
    .poll(told, { timeout: 10_000 })
    .toContain('No shipping label from UPS: Told Somebody, UPS refused: error 120100.')
})
