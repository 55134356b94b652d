import { expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import { moment, startShopsWithPbx } from './calling.ts'

const { shop, other, owner, pbx, connect, report, journal, pull, webhook } =
  await startShopsWithPbx()
const { api } = shop

const users = (await api.get('/users')).body.data
const jan = users.find(({ role }: { role: string }) => role === 'technician')
await api.post('/3cx/extensions', { user_id: jan.id, extension: '100' })

const logOf = async (query: string) => (await api.get(`/3cx/call-logs?${query}`)).body.data

test('a call that the exchange reports is in the log, with its customer and whose phone it was', async () => {
  const jane = (
    await api.post('/customers', { first_name: 'Jane', last_name: 'Smith', phone: '06-1111 1111' })
  ).body
  const call = journal({ number: '0611111111', established_at: moment(Date.now() - 3590_000) })
  expect((await report(call)).status).toBe(200)
  const [row] = await logOf('phone=%2B31611111111')
  expect(row).toEqual({
    id: expect.any(Number),
    caller: '+31611111111',
    callee: '100',
    extension: '100',
    queue: null,
    direction: 'inbound',
    phone: '+31611111111',
    customer: { id: jane.id, name: 'Jane Smith' },
    user: { id: jan.id, name: jan.name },
    duration_sec: 243,
    outcome: 'answered',
    started_at: call.started_at,
    answered_at: call.established_at,
    ended_at: null,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  expect((await api.get(`/3cx/call-logs/${row.id}`)).body).toEqual(row)
  const { body } = await api.get(`/customers/${jane.id}/calls`)
  expect(body).toMatchObject({ data: [{ id: row.id }], total: 1 })
  expect((await other.api.get(`/3cx/call-logs/${row.id}`)).status).toBe(404)
  expect((await other.api.get('/3cx/call-logs')).body.total).toBe(0)
})

test('a caller who becomes a customer later is known from then on', async () => {
  await report(journal({ number: '06 2222 2222' }))
  expect((await logOf('phone=0622222222'))[0].customer).toBeNull()
  const { body: piet } = await api.post('/customers', { first_name: 'Piet', phone: '0622222222' })
  expect((await logOf('phone=0622222222'))[0].customer).toEqual({ id: piet.id, name: 'Piet' })
  expect((await logOf(`customer_id=${piet.id}`)).length).toBe(1)
  expect((await api.delete(`/customers/${piet.id}`)).status).toBe(204)
  expect((await logOf('phone=0622222222'))[0].customer).toBeNull()
})

test('the log is filtered by day, direction, outcome, extension, user and words', async () => {
  await report(journal({ number: '+32470000001', call_type: 'Outbound', agent: '105' }))
  await report(journal({ number: '+32470000002', call_type: 'Notanswered', agent: '105' }))
  await report(journal({ number: '', call_type: 'Missed', agent: '106' }))
  const numbersOf = async (query: string) =>
    (await logOf(query)).map(({ caller, callee }: Record<string, string>) => `${caller}>${callee}`)
  expect(await numbersOf('extension=105&direction=outbound')).toEqual([
    '105>+32470000002',
    '105>+32470000001',
  ])
  expect(await numbersOf('outcome=unanswered')).toEqual(['105>+32470000002'])
  expect(await numbersOf('outcome=missed')).toEqual(['anonymous>106'])
  expect(await numbersOf('q=470 00 00 01')).toEqual(['105>+32470000001'])
  expect(await numbersOf('q=jane')).toEqual(['+31611111111>100'])
  expect((await numbersOf(`user_id=${jan.id}`)).length).toBe(2)
  expect(await numbersOf('from=2020-01-01&to=2020-12-31')).toEqual([])
  expect((await api.get('/3cx/call-logs?outcome=nonsense')).status).toBe(422)
  expect((await api.get('/3cx/call-logs?customer_id=999999')).status).toBe(404)
})

test('a report that comes again changes nothing', async () => {
  const call = journal({ number: '0633333333' })
  const answers = await Promise.all(Array.from({ length: 8 }, () => report(call)))
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
  expect((await logOf('phone=0633333333')).length).toBe(1)
})

test('the secret of the webhook counts where the shop has set one', async () => {
  await connect({ webhook_secret: 'open sesame' })
  const call = journal({ number: '0644444444' })
  const wrong: Record<string, string>[] = [{}, { 'X-Webhook-Secret': 'wrong' }]
  for (const headers of wrong) {
    expect((await report(call, headers)).status).toBe(403)
    expect((await fetch(`${webhook}/contact?number=1`, { headers })).status).toBe(403)
  }
  expect(await logOf('phone=0644444444')).toEqual([])
  expect((await report(call, { 'X-Webhook-Secret': 'open sesame' })).status).toBe(200)
  expect((await logOf('phone=0644444444')).length).toBe(1)
  await connect()
  expect((await fetch(`${webhook}x`, { method: 'POST', body: '{}' })).status).toBe(404)
})

test('what is no report is refused, and what comes while it is switched off is left', async () => {
  for (const body of [
    '',
    '{',
    '[]',
    'null',
    '{"call_type":"Inbound"}',
    '\u0000',
    '{"number":"\\u0000"}',
  ]) {
    expect((await report(body)).status, body).toBe(422)
  }
  await connect({}, false)
  expect((await report(journal({ number: '0655555555' }))).status).toBe(200)
  expect(await logOf('phone=0655555555')).toEqual([])
  await connect()
})

test('whoever calls is looked up for the phone that rings', async () => {
  const { body: company } = await api.post('/companies', { name: 'ACME BV' })
  const { body: customer } = await api.post('/customers', {
    first_name: 'Kees',
    last_name: 'Bos',
    phone: '+31 6 77777777',
    email: 'kees@example.com',
    company_id: company.id,
  })
  const ask = async (number: string) =>
    (await fetch(`${webhook}/contact?number=${encodeURIComponent(number)}`)).json()
  expect(await ask('0677777777')).toEqual({
    contacts: [
      {
        id: customer.id,
        first_name: 'Kees',
        last_name: 'Bos',
        company: 'ACME BV',
        email: 'kees@example.com',
        phone: '+31677777777',
      },
    ],
  })
  for (const unknown of ['0688888888', '', 'anonymous', '\u0000', 'x'.repeat(5000)]) {
    expect(await ask(unknown)).toEqual({ contacts: [] })
  }
})

const leg = (change: object) => ({
  MainCallHistoryId: crypto.randomUUID(),
  CdrId: crypto.randomUUID(),
  SourceDn: '10001',
  DestinationDn: '100',
  Answered: true,
  Direction: 'Inbound',
  RingingDuration: 'PT5S',
  TalkingDuration: 'PT1M',
  ...change,
})

test('the history of the exchange is fetched, and meets what the journal told', async () => {
  const told = journal({ number: '0699999901', queue: '800' })
  await report(told)
  const at = (ms: number) => new Date(ms).toISOString()
  const start_ms = Date.parse(told.started_at)
  const later = journal({ number: '0699999902', duration: '00:00:59' })
  pbx.log.push(
    leg({ SourceCallerId: '0699999901', StartTime: at(start_ms + 400) }),
    leg({ SourceCallerId: '0699999902', StartTime: at(Date.parse(later.started_at)) }),
    leg({ SourceCallerId: '0699999903', StartTime: at(start_ms), Answered: false }),
  )
  await pull()
  await report(later)
  await pull()
  expect(await logOf('q=6999999')).toMatchObject([
    { caller: '+31699999902', outcome: 'answered', duration_sec: 60 },
    {
      caller: '+31699999901',
      outcome: 'answered',
      duration_sec: 60,
      queue: '800',
      user: { id: jan.id },
    },
    { caller: '+31699999903', outcome: 'missed', duration_sec: 0 },
  ])
})

test('journal and history that come at once still make one row of each call', async () => {
  const reports = Array.from({ length: 12 }, (_, n) => journal({ number: `06500000${10 + n}` }))
  pbx.log.push(
    ...reports.map(({ number, started_at }) =>
      leg({
        SourceCallerId: number,
        StartTime: new Date(Date.parse(started_at) + 250).toISOString(),
      }),
    ),
  )
  pbx.log.sort((a, b) => Date.parse(a.StartTime ?? '') - Date.parse(b.StartTime ?? ''))
  await Promise.all([pull(), ...[...reports, ...reports].map((told) => report(told))])
  const rows = await logOf('q=65000001&per_page=100')
  const more = await logOf('q=65000002&per_page=100')
  expect(rows.length + more.length).toBe(12)
  const { rows: keys } = await owner.query(
    `select count(*)::int as n from calls where phone like '+316500000%' and journal_key is not null and provider_id is not null`,
  )
  expect(keys[0].n).toBe(12)
})

test('a longer history is fetched page by page', async () => {
  const from_ms = Date.now() - 1800_000
  pbx.log.push(
    ...Array.from({ length: 230 }, (_, n) =>
      leg({
        SourceCallerId: `0610${String(100_000 + n)}`,
        StartTime: new Date(from_ms + n * 5000).toISOString(),
      }),
    ),
  )
  pbx.log.sort((a, b) => Date.parse(a.StartTime ?? '') - Date.parse(b.StartTime ?? ''))
  await pull()
  expect((await api.get('/3cx/call-logs?q=610100')).body.total).toBe(230)
})

test('an exchange that fails is asked again next time', async () => {
  const { started_at } = journal()
  pbx.log.push(leg({ SourceCallerId: '0612121212', StartTime: started_at }))
  for (const mood of ['silence', 'malformed', { status: 429, retry_after: '600' }] as const) {
    pbx.next(/GetCallLogData/, mood)
    await pull()
    expect(await logOf('phone=0612121212')).toEqual([])
  }
  pbx.next(/GetCallLogData/, 'error')
  await pull()
  expect((await logOf('phone=0612121212')).length).toBe(1)
})

test('a missed call is told to whose phone rang, else to the counter; and to webhooks by name', async () => {
  await settled(owner)
  await owner.query('delete from notifications')
  const toldTo = async (role: 'technician' | 'frontdesk' | 'admin') =>
    (await shop.as[role].get('/notifications')).body.data
      .filter(({ key }: { key: string }) => key === 'call_missed')
      .map(({ title }: { title: string }) => title)
  await api.post('/employees', { name: 'Jan', user_id: jan.id })
  await report(journal({ call_type: 'Missed', number: '0611111111' }))
  await report(journal({ call_type: 'Missed', number: '0620202020', agent: '109' }))
  await settled(owner)
  expect(await toldTo('technician')).toEqual(['Missed call from Jane Smith'])
  expect(await toldTo('frontdesk')).toEqual(['Missed call from +31620202020'])
  expect(await toldTo('admin')).toEqual(['Missed call from +31620202020'])
  const yesterday = moment(Date.now() - 26 * 3600_000)
  await report(journal({ call_type: 'Missed', number: '0620202021', started_at: yesterday }))
  await settled(owner)
  expect((await toldTo('frontdesk')).length).toBe(1)
  const { rows } = await owner.query(
    `select changes::text from events where entity = 'call' and tenant_id = $1`,
    [shop.tenant_id],
  )
  // Who called whom stays out of the history.
  expect(JSON.stringify(rows)).not.toMatch(/\+316|\+324/)
})
