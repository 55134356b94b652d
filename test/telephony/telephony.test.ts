import { beforeEach, describe, expect, test } from 'vitest'
import type { Misbehaviour } from '../fakes/provider.ts'
import { startShopsWithPbx } from './calling.ts'

const { shop, other, owner, pbx, connect, report, journal } = await startShopsWithPbx()
const { api } = shop
beforeEach(() => connect())

const { body: me } = await api.get('/auth/me')

/** What the exchange says of a call that is going on. */
const active = (Callee: string, Status: string, waiting_s: number, Caller = '0687654321') => ({
  Id: pbx.activeCalls.length + 1,
  Caller,
  Callee,
  Status,
  LastChangeStatus: new Date(1_775_000_000_000 - waiting_s * 1000).toISOString(),
  EstablishedAt: null,
  ServerNow: new Date(1_775_000_000_000).toISOString(),
})

describe('the status', () => {
  test('counts the calls of the day, and asks the exchange for those of now', async () => {
    pbx.activeCalls.splice(0, 9, active('100', 'Talking', 5), active('101', 'Routing', 1))
    const told: Record<string, string>[] = [
      { started_at: `${new Date().toISOString().slice(0, 19)}Z`, duration: '00:03:00' },
      {
        started_at: `${new Date().toISOString().slice(0, 19)}Z`,
        duration: '00:04:01',
        number: '1234',
      },
      { started_at: `${new Date().toISOString().slice(0, 19)}Z`, call_type: 'Missed', number: '' },
      { started_at: '2026-03-01T10:00:00Z' },
    ]
    for (const change of told) expect((await report(journal(change))).status).toBe(200)
    expect(await api.get('/3cx/status')).toMatchObject({
      status: 200,
      body: {
        connected: true,
        calls_today: 3,
        missed_today: 1,
        avg_duration_sec: 211,
        active_calls: 2,
      },
    })
    expect((await other.api.get('/3cx/status')).body).toEqual({
      connected: false,
      calls_today: 0,
      missed_today: 0,
      avg_duration_sec: 0,
      active_calls: 0,
    })
  })

  const bad: [string, Misbehaviour][] = [
    ['silence', 'silence'],
    ['nonsense', 'malformed'],
    ['429 for long', { status: 429, retry_after: '600' }],
    ['404', { status: 404 }],
  ]

  test.each(bad)('after %s it is not connected', async (_, mood) => {
    pbx.next(/ActiveCalls/, mood)
    expect(await api.get('/3cx/status')).toMatchObject({
      status: 200,
      body: { connected: false, active_calls: 0 },
    })
  })

  test('wrong credentials and being switched off are no connection either', async () => {
    await connect({ api_key: 'wrong' })
    expect((await api.get('/3cx/status')).body.connected).toBe(false)
    await connect({}, false)
    expect((await api.get('/3cx/status')).body.connected).toBe(false)
  })
})

describe('the queue', () => {
  test('is who waits at the number of a queue, the longest first', async () => {
    pbx.queues.splice(0, 9, { Number: '800', Name: 'Repairs' }, { Number: '801', Name: 'Sales' })
    pbx.activeCalls.splice(
      0,
      9,
      active('800 Repairs', 'Routing', 12),
      active('800', 'Routing', 45, '10001 (+31612345678)'),
      active('800', 'Talking', 100),
      active('801 Sales', 'Initiating', 20, 'Anonymous'),
      active('100', 'Routing', 200),
    )
    const { status, body, headers } = await api.get('/3cx/queue')
    expect(status).toBe(200)
    expect(body).toEqual([
      { caller: '+31612345678', waiting_sec: 45, position: 1, queue: '800' },
      { caller: 'anonymous', waiting_sec: 20, position: 1, queue: '801' },
      { caller: '+31687654321', waiting_sec: 12, position: 2, queue: '800' },
    ])
    expect(headers.get('x-total-count')).toBe('3')
    expect((await api.get('/3cx/queue?page=2&per_page=2')).body).toEqual([body[2]])
  })

  test('cannot be told when it is switched off', async () => {
    await connect({}, false)
    expect(await api.get('/3cx/queue')).toMatchObject({
      status: 422,
      body: { code: 'integration_disabled' },
    })
    expect((await other.api.get('/3cx/queue')).status).toBe(422)
  })

  const cases: [string, Misbehaviour, number, string?][] = [
    ['silence', 'silence', 502, '3CX did not answer in time.'],
    ['nonsense', 'malformed', 502, '3CX gave an answer that makes no sense.'],
    ['429 for long', { status: 429, retry_after: '600' }, 502, '3CX failed (HTTP 429).'],
    ['429 for a moment', { status: 429, retry_after: '1' }, 200],
    ['500', 'error', 200],
    ['a broken connection', 'broken', 200],
    ['400', { status: 400 }, 502, '3CX refused (HTTP 400).'],
  ]

  test.each(cases)('after %s', async (_, mood, status, message) => {
    pbx.next(/Queues/, mood)
    const answer = await api.get('/3cx/queue')
    expect(answer.status).toBe(status)
    if (message) expect(answer.body).toMatchObject({ code: 'provider_failed', message })
  })

  test.each([400, 401] as const)('wrong credentials, refused with %i', async (status) => {
    pbx.refuseClientsWith(status)
    await connect({ api_key: 'wrong' })
    expect(await api.get('/3cx/queue')).toMatchObject({
      status: 502,
      body: { message: '3CX does not accept our API key.' },
    })
  })
})

describe('the access token', () => {
  test('is one for all who ask at once', async () => {
    await connect({ api_key: 'wrong' })
    await connect()
    const before = pbx.tokens.length
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.get('/3cx/queue')))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(pbx.tokens.length).toBe(before + 1)
  })

  test('is fetched once more when the exchange ended it', async () => {
    await api.get('/3cx/queue')
    pbx.endToken()
    const before = pbx.tokens.length
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.get('/3cx/queue')))
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(pbx.tokens.length).toBe(before + 1)
  })

  test('lies sealed, and nowhere is a secret to be read', async () => {
    await api.get('/3cx/queue')
    const { rows } = await owner.query(`
      select coalesce(string_agg(to_jsonb(t)::text, ''), '') as all from provider_tokens t
      union all select string_agg(to_jsonb(i)::text, '') from integrations i
      union all select string_agg(to_jsonb(e)::text, '') from events e`)
    const all = JSON.stringify(rows)
    expect(all).not.toContain(pbx.tokens.at(-1))
    expect(all).not.toContain(pbx.api_key)
  })
})

test('the name of the exchange stands in for a company without one', async () => {
  pbx.nameCompany('')
  expect((await api.post('/integrations/3cx/test')).body.message).toBe(
    'Connected to 3CX — account: pbx.example.com',
  )
  pbx.nameCompany('RepairAngel BV')
})

describe('a call', () => {
  test('rings at the own extension first', async () => {
    await api.delete(`/3cx/extensions/${me.id}`)
    const destination = '06 1234 5678'
    expect(await api.post('/3cx/call', { destination })).toMatchObject({
      status: 422,
      body: { code: 'no_extension' },
    })
    await api.post('/3cx/extensions', { user_id: me.id, extension: '120' })
    expect(await api.post('/3cx/call', { destination })).toMatchObject({
      status: 200,
      body: { extension: '120', destination: '+31612345678' },
    })
    await api.post('/3cx/call', { destination: '101', extension: '121' })
    expect(pbx.made).toEqual([
      { dn: '120', destination: '+31612345678' },
      { dn: '121', destination: '101' },
    ])
    expect((await api.post('/3cx/call', { destination: 'sip:x@example.com' })).status).toBe(422)
    expect((await shop.as.technician.post('/3cx/call', { destination })).status).toBe(403)
  })

  test('is never made twice by us', async () => {
    const rung = () => pbx.requests.filter(({ url }) => url.pathname.endsWith('MakeCall')).length
    for (const mood of ['silence', 'error', 'broken', 'malformed'] as const) {
      const before = rung()
      pbx.next(/MakeCall/, mood)
      const { status } = await api.post('/3cx/call', { destination: '101', extension: '121' })
      expect(status, mood).toBe(mood === 'malformed' ? 200 : 502)
      expect(rung()).toBe(before + 1)
    }
  })
})
