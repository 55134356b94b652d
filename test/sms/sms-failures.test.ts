import { describe, expect, test } from 'vitest'
import { patience_ms, startShopsWithTwilio } from './texting.ts'

const { shop, owner, twilio, connect, wake, hurry, settled, newPhone, logOf } =
  await startShopsWithTwilio()
const { api } = shop

const posting = /POST .*\/Messages\.json$/
const looking = /GET .*\/Messages\.json$/

const send = async (phone: string, body = 'Your repair is ready for pickup!') =>
  expect((await api.post('/sms/send', { phone, body })).status).toBe(200)

const requestsSince = (since: number) => twilio.requests.slice(since).map(({ method }) => method)

describe('a message is sent once', () => {
  test('after a failure of Twilio', async () => {
    const phone = newPhone()
    const since = twilio.requests.length
    twilio.next(posting, 'error')
    await send(phone)
    await settled()
    expect(twilio.to(phone)).toHaveLength(1)
    expect(requestsSince(since)).toEqual(['POST', 'GET', 'POST'])
    expect(await logOf(phone)).toMatchObject([{ status: 'sent', failure: null }])
  })

  test('when nobody answered', async () => {
    const phone = newPhone()
    twilio.next(posting, 'silence')
    await send(phone)
    await settled()
    expect(twilio.to(phone)).toHaveLength(1)
    expect(await logOf(phone)).toMatchObject([{ status: 'sent' }])
  })

  test('when the connection broke', async () => {
    const phone = newPhone()
    const since = twilio.requests.length
    twilio.next(posting, 'broken')
    await send(phone)
    await settled()
    expect(requestsSince(since)).toEqual(['POST', 'GET', 'POST'])
    expect(twilio.to(phone)).toHaveLength(1)
  })

  test('when Twilio is too busy', async () => {
    const phone = newPhone()
    twilio.next(posting, { status: 429 })
    await send(phone)
    await settled()
    expect(twilio.to(phone)).toHaveLength(1)
  })

  test('when its answer made no sense', async () => {
    const phone = newPhone()
    const since = twilio.requests.length
    twilio.next(posting, 'malformed')
    await send(phone)
    await settled()
    expect(requestsSince(since)).toEqual(['POST', 'GET', 'POST'])
    expect(twilio.to(phone)).toHaveLength(1)
  })

  test('not before the time that Twilio names', async () => {
    const phone = newPhone()
    twilio.next(posting, { status: 429, retry_after: '600' })
    await send(phone)
    const wait = `select extract(epoch from next_at - now()) as seconds from reactions where failure is not null
      and subject_id = (select id from sms_messages where phone = $1) and kind = 'sms'`
    const seconds = async () => Number((await owner.query(wait, [phone])).rows[0]?.seconds ?? 0)
    await expect.poll(seconds, { timeout: 10_000 }).toBeGreaterThan(590)
    expect(twilio.to(phone)).toEqual([])
    await owner.query(`update reactions set next_at = now() where kind = 'sms' and done_at is null`)
    await wake()
    await settled()
    expect(twilio.to(phone)).toHaveLength(1)
  })

  test('when it was taken but answered too late', async () => {
    const phone = newPhone()
    const since = twilio.requests.length
    twilio.next(posting, { late_ms: patience_ms + 500 })
    await send(phone)
    await settled()
    const [message] = twilio.to(phone)
    expect(requestsSince(since)).toEqual(['POST', 'GET'])
    const { rows } = await owner.query('select provider_id from sms_messages where phone = $1', [
      phone,
    ])
    expect(rows).toEqual([{ provider_id: message?.sid }])
    expect(await logOf(phone)).toMatchObject([{ status: 'sent' }])
  })

  test('when it was taken, and the consumer died before it noted that', async () => {
    const phone = newPhone()
    await send(phone)
    await settled()
    await owner.query(
      `with message as (
         update sms_messages set status = 'queued', provider_id = null, sent_at = null where phone = $1 returning id)
       update reactions set done_at = null, next_at = now()
       where kind = 'sms' and subject_id in (select id from message)`,
      [phone],
    )
    const [message] = twilio.to(phone)
    if (message) twilio.become(message, { status: 'delivered', price: '-0.07900' })
    await wake()
    await settled()
    expect(twilio.to(phone)).toHaveLength(1)
    expect(await logOf(phone)).toMatchObject([{ status: 'delivered', cost: 0.079 }])
  })

  test('when it cannot be looked for either', async () => {
    const phone = newPhone()
    twilio.next(posting, { late_ms: patience_ms + 500 })
    // The second of these is the repetition of the first.
    twilio.next(looking, 'error', 'error')
    await send(phone)
    await settled()
    expect(twilio.to(phone)).toHaveLength(1)
    expect(await logOf(phone)).toMatchObject([{ status: 'sent' }])
  })

  test('by five consumers at once', async () => {
    const phones = Array.from({ length: 8 }, newPhone)
    twilio.next(posting, { late_ms: 300 }, { late_ms: 200 }, { late_ms: 100 })
    await Promise.all([...phones.map((phone) => send(phone)), wake(5)])
    await settled()
    for (const phone of phones) expect(twilio.to(phone)).toHaveLength(1)
  })
})

test('as many of the same words leave as were asked for', async () => {
  const phone = newPhone()
  twilio.next(posting, { late_ms: patience_ms + 500 }, 'silence', { late_ms: patience_ms + 500 })
  await Promise.all([send(phone), send(phone), send(phone)])
  await settled()
  expect(twilio.to(phone)).toHaveLength(3)
  const { rows } = await owner.query('select provider_id from sms_messages where phone = $1', [
    phone,
  ])
  const sids = twilio.to(phone).map(({ sid }) => sid)
  expect(new Set(rows.map(({ provider_id }) => provider_id))).toEqual(new Set(sids))
})

test('a message of before is not taken for this one', async () => {
  const phone = newPhone()
  await send(phone)
  await settled()
  const [before] = twilio.to(phone)
  if (before) twilio.become(before, { created_ms: Date.now() - 3_600_000 })
  await owner.query(`update sms_messages set provider_id = 'unknown' where phone = $1`, [phone])
  twilio.next(posting, 'error')
  await send(phone)
  await settled()
  expect(twilio.to(phone)).toHaveLength(2)
})

describe('a message that is refused', () => {
  const failed = async (phone: string) => (await logOf(phone))[0]

  test.each([
    [21211, 'this is not a valid phone number.'],
    [21614, 'this is not a mobile number.'],
    [21999, 'error 21999.'],
  ])('with %i is not tried again', async (code, words) => {
    const phone = newPhone()
    const since = twilio.requests.length
    twilio.refuse(phone, code)
    await send(phone)
    await settled()
    expect(requestsSince(since)).toEqual(['POST'])
    expect(await failed(phone)).toMatchObject({
      status: 'failed',
      failure: `Twilio refused: ${words}`,
      sent_at: null,
    })
  })

  test('because the receiver opted out makes the customer one who did', async () => {
    const phone = newPhone()
    const { body: customer } = await api.post('/customers', { first_name: 'Stop', phone })
    twilio.refuse(phone, 21610)
    await send(phone)
    await settled()
    expect(await failed(phone)).toMatchObject({ status: 'failed' })
    expect((await api.get(`/customers/${customer.id}`)).body.sms_opt_out).toBe(true)
    expect((await api.post('/sms/send', { phone, body: 'x' })).body.code).toBe('opted_out')
  })

  test('with our credentials waits among the dead letters for new ones', async () => {
    const phone = newPhone()
    await connect({ auth_token: 'of somebody else' })
    await send(phone)
    await settled()
    expect(await failed(phone)).toMatchObject({
      status: 'failed',
      failure: 'Twilio does not accept our API key.',
    })
    await connect()
    const { body } = await api.get('/dead-letters?kind=sms&replayed=0&per_page=1')
    expect(JSON.stringify(body)).not.toContain(phone)
    expect((await api.post(`/dead-letters/${body.data[0].id}/replay`)).status).toBe(200)
    await settled()
    expect(twilio.to(phone)).toHaveLength(1)
    expect(await failed(phone)).toMatchObject({ status: 'sent', failure: null })
  })

  test('because Twilio was switched off meanwhile says so', async () => {
    const phone = newPhone()
    twilio.next(posting, 'error')
    const since = twilio.requests.length
    await send(phone)
    await expect.poll(() => requestsSince(since), { timeout: 10_000 }).toEqual(['POST'])
    await api.put('/integrations/twilio', { is_enabled: false })
    await settled()
    await connect()
    expect(twilio.to(phone)).toEqual([])
    expect(await failed(phone)).toMatchObject({
      status: 'failed',
      failure: 'Twilio is not switched on for this shop.',
    })
  })
})

test('the last try that fails makes the message a failed one', async () => {
  const phone = newPhone()
  twilio.next(posting, 'error', 'error')
  await send(phone)
  await hurry(phone, 9)
  await settled()
  expect(await logOf(phone)).toMatchObject([
    { status: 'failed', failure: 'Twilio failed (HTTP 500).' },
  ])
  expect(twilio.to(phone)).toEqual([])
  const { body } = await api.get('/dead-letters?kind=sms&per_page=1')
  expect(body.data[0]).toMatchObject({ attempts: 9, failure: 'Twilio failed (HTTP 500).' })
})

test('tests the connection', async () => {
  const tried = async () => (await api.post('/integrations/twilio/test')).body
  expect(await tried()).toMatchObject({
    success: true,
    message: 'Connected to Twilio — account: RepairAngel SMS',
  })
  twilio.suspend('suspended')
  expect(await tried()).toMatchObject({
    success: false,
    message: 'The account at Twilio is suspended',
  })
  twilio.suspend('active')
  await connect({ auth_token: 'wrong' })
  expect(await tried()).toMatchObject({
    success: false,
    message: 'Authentication failed: invalid API key',
  })
  await connect()
})
