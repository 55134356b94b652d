import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runSlaCheck } from '../../src/domain/sla/check.ts'
import { settled } from '../engine/settled.ts'
import { startShops } from '../harness/shop.ts'
import { officeHours, workshopOf } from './standing.ts'

const started = await startShops()
const { shop, other, owner, endpoint } = started
const { api } = shop
const ours = workshopOf(started, shop)
const { config, order, move, note, sla, breaches, check, told, caughtUp, at, fire } = ours
const theirs = workshopOf(started, other)

const minute_ms = 60_000
const ago = (minutes: number) => new Date(Date.now() - minutes * minute_ms)
const monday = (time: string) => `2026-11-16T${time}:00+01:00`
const tuesday = (time: string) => `2026-11-17T${time}:00+01:00`
const checkAt = async (now: string) => (await runSlaCheck(at(now), {})).new_breaches

beforeEach(async () => {
  for (const { api } of [shop, other]) await api.put('/settings', { opening_hours: null })
})
afterEach(async () => {
  await caughtUp()
  await owner.query('delete from sla_clocks')
  await owner.query('delete from sla_breaches')
  await owner.query('delete from sla_configs')
  await owner.query('alter table work_orders disable trigger user')
  await owner.query('update work_orders set idle_since = null')
  await owner.query('alter table work_orders enable trigger user')
})

test('a work order that nobody answered is a breach, as the reference prints it', async () => {
  const standard = await config({ response_hours: 1, resolution_hours: 1000 })
  // Seven and a half hours ago: it was due six and a half hours ago.
  const started_at = ago(7.5 * 60)
  const id = await order(started_at)
  const answer = await api.post('/sla/run-check')
  expect(answer).toMatchObject({
    status: 200,
    body: { message: 'SLA check completed', new_breaches: 1 },
  })
  const due_at = new Date(started_at.getTime() + 60 * minute_ms)
  const { body } = await api.get('/sla/breaches')
  expect(body).toMatchObject({ current_page: 1, last_page: 1, per_page: 25, total: 1 })
  const { ticket_no } = (await api.get(`/work-orders/${id}`)).body
  expect(body.data).toEqual([
    {
      id: expect.any(Number),
      work_order_id: id,
      ticket_no,
      kind: 'response',
      sla_config_id: standard.id,
      sla_config: 'Standard 24h',
      breached_at: `${due_at.toISOString().slice(0, 19)}Z`,
      overdue_hours: 6.5,
      resolved: false,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    },
  ])
  expect(await sla(id)).toMatchObject({ breached: ['response'] })
  expect(await told('sla.breached', id)).toMatchObject([
    {
      name: 'sla.breached',
      actor: 'user',
      changes: {
        kind: [null, 'response'],
        sla_config: [null, 'Standard 24h'],
        due_at: [null, expect.stringContaining(due_at.toISOString().slice(0, 16))],
      },
    },
  ])
  expect(await check()).toBe(0)
})

test('hours of none are missed at once', async () => {
  await config({ response_hours: 0, resolution_hours: 0 })
  const customer_id = await ours.customer()
  const { body } = await api.post('/work-orders', { customer_id })
  expect(await check()).toBe(2)
  expect((await breaches()).map(({ kind }: { kind: string }) => kind)).toEqual([
    'resolution',
    'response',
  ])
  expect((await breaches())[0]).toMatchObject({ work_order_id: body.id, overdue_hours: 0 })
})

test('the check knows what the queue has not seen yet', async () => {
  await config({ response_hours: 1 })
  await settled(owner)
  const id = await order(ago(120))
  expect(await sla(id)).toBeNull()
  expect(await check()).toBe(1)
  expect(await sla(id)).toMatchObject({ breached: ['response'] })
})

test('is recorded once, by however many checks at the same time', async () => {
  await config({ response_hours: 1, resolution_hours: 2 })
  const ids = [await order(ago(300)), await order(ago(300))]
  await caughtUp()
  const [outcome, ...counts] = await Promise.all([
    fire('*/5 * * * *'),
    ...Array.from({ length: 5 }, () => check()),
  ])
  expect(outcome).toMatchObject({ outcome: 'ok' })
  await settled(owner)
  const { rows } = await owner.query('select count(*)::int as breaches from sla_breaches')
  expect(rows).toEqual([{ breaches: 4 }])
  for (const id of ids) expect(await told('sla.breached', id)).toHaveLength(2)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(4)
  expect(await check()).toBe(0)
})

test('the schedule finds what is due in every shop', async () => {
  for (const there of [ours, theirs]) await there.config({ response_hours: 1 })
  const here = await order(ago(120))
  const elsewhere = await theirs.order(ago(120))
  await caughtUp()
  await owner.query(`delete from reactions where kind = 'sla_check'`)
  await Promise.all([fire('*/5 * * * *'), fire('*/5 * * * *')])
  await settled(owner)
  expect(await breaches()).toMatchObject([{ work_order_id: here, kind: 'response' }])
  expect(await theirs.breaches()).toMatchObject([{ work_order_id: elsewhere, kind: 'response' }])
  expect(await told('sla.breached', here)).toMatchObject([{ actor: 'system:reactions' }])
})

test('many are checked in batches', async () => {
  const customer_id = await ours.customer()
  await owner.query(
    `insert into work_orders (tenant_id, customer_id, ticket_no, created_at)
     select $1, $2, 'LATE-' || n, now() - interval '2 hours' from generate_series(1, 450) n`,
    [shop.tenant_id, customer_id],
  )
  await config({ response_hours: 1 })
  await settled(owner)
  // Who is told of them is not the matter here.
  await owner.query('alter table events disable trigger react')
  endpoint.reset()
  expect(await check()).toBe(450)
  // Three times 200 at most: as many messages as for three, not for 450.
  const { websocket_connects, websocket_round_trips } = endpoint.counts
  expect(websocket_connects).toBe(3)
  expect(websocket_round_trips).toBeLessThanOrEqual(3 * 8)
  await owner.query('alter table events enable trigger react')
  expect((await api.get('/sla/breaches')).body.total).toBe(450)
}, 150_000)

describe('a warning', () => {
  test('comes once, before the deadline', async () => {
    await config({ response_hours: 2, resolution_hours: 100, warning_minutes: 30 })
    const early = await order(ago(85))
    const near = await order(ago(95))
    expect(await check()).toBe(0)
    expect(await told('sla.warned', early)).toEqual([])
    expect(await told('sla.warned', near)).toMatchObject([
      { changes: { kind: [null, 'response'], sla_config: [null, 'Standard 24h'] } },
    ])
    await Promise.all([check(), check(), check()])
    await note(ago(1), near, true)
    await caughtUp()
    await check()
    expect(await told('sla.warned', near)).toHaveLength(1)
    expect(await breaches()).toEqual([])
  })

  test('comes again when the deadline is another', async () => {
    const { id: config_id } = await config({ response_hours: 2, resolution_hours: 100 })
    const id = await order(ago(90))
    await check()
    await api.put(`/sla/configs/${config_id}`, { response_hours: 1.9 })
    await settled(owner)
    await check()
    expect(await told('sla.warned', id)).toHaveLength(2)
  })

  test('does not come when the shop wants none', async () => {
    await config({ response_hours: 2, warning_minutes: 0 })
    const id = await order(ago(119))
    await check()
    expect(await told('sla.warned', id)).toEqual([])
  })
})

test('what was answered or finished too late between two checks is a breach all the same', async () => {
  await config({ response_hours: 1, resolution_hours: 3 })
  const id = await order(ago(600))
  await move(ago(510), id, 'in_repair')
  await move(ago(240), id, 'completed')
  await caughtUp()
  // Half an hour too late, and three.
  expect(await breaches('?kind=response')).toMatchObject([
    { work_order_id: id, overdue_hours: 0.5, resolved: true },
  ])
  expect(await breaches('?kind=resolution')).toMatchObject([
    { work_order_id: id, overdue_hours: 3, resolved: true },
  ])
  expect(await check()).toBe(0)
})

test('counts the hours in which the shop was open, until it was answered', async () => {
  await api.put('/settings', { opening_hours: officeHours })
  await config({ response_hours: 4, resolution_hours: 8 })
  const id = await order(monday('09:00'))
  await move(monday('09:30'), id, 'in_repair')
  // Due at half past five; at ten on Tuesday one hour late.
  expect(await checkAt(monday('17:29'))).toBe(0)
  expect(await checkAt(monday('17:30'))).toBe(1)
  await move(tuesday('10:00'), id, 'completed')
  await caughtUp()
  expect(await breaches()).toMatchObject([
    { kind: 'resolution', breached_at: '2026-11-16T16:30:00Z', overdue_hours: 1, resolved: true },
  ])
  await move(tuesday('11:00'), id, 'in_repair')
  await caughtUp()
  expect(await breaches()).toMatchObject([{ kind: 'resolution', resolved: false }])
})

test('what waits is not late', async () => {
  await config({ response_hours: 1, resolution_hours: 2 })
  const id = await order(ago(600))
  await move(ago(570), id, 'waiting_parts')
  expect(await check()).toBe(0)
  expect(await sla(id)).toMatchObject({ resolution_due_at: null, breached: [] })
  const { rows } = await owner.query('select warned, next_check_at from sla_clocks')
  expect(rows).toEqual([{ warned: [], next_check_at: null }])
})

test('what is cancelled is no breach, and what was one is over', async () => {
  await config({ response_hours: 1, resolution_hours: 2 })
  const id = await order(ago(600))
  await move(ago(30), id, 'cancelled')
  const late = await order(ago(600))
  expect(await check()).toBe(2)
  await api.post(`/work-orders/${late}/status`, { status: 'cancelled' })
  await settled(owner)
  expect(await breaches(`?work_order_id=${id}`)).toEqual([])
  expect(await breaches('?open=1')).toEqual([])
  expect(await breaches('?open=0')).toHaveLength(2)
})

test('a breach outlives its agreement, and is over when it is answered', async () => {
  const { id: config_id } = await config({ response_hours: 1, resolution_hours: 1000 })
  const id = await order(ago(120))
  expect(await check()).toBe(1)
  expect((await api.delete(`/sla/configs/${config_id}`)).status).toBe(204)
  expect(await breaches('?open=1')).toMatchObject([
    { sla_config: 'Standard 24h', sla_config_id: config_id },
  ])
  await api.post(`/work-orders/${id}/status`, { status: 'diagnosis' })
  await settled(owner)
  expect(await breaches()).toMatchObject([{ resolved: true, overdue_hours: 1 }])
  expect(await sla(id)).toBeNull()
})

test('lists by work order, kind, day and page, the latest deadline first', async () => {
  await config({ response_hours: 1, resolution_hours: 24 })
  const first = await order('2026-03-02T09:00:00Z')
  const second = await order('2026-03-05T09:00:00Z')
  expect(await check()).toBe(4)
  const days = async (query: string) =>
    (await breaches(query)).map(({ breached_at }: { breached_at: string }) => breached_at)
  const [a, b, c, d] = [
    '2026-03-06T09:00:00Z',
    '2026-03-05T10:00:00Z',
    '2026-03-03T09:00:00Z',
    '2026-03-02T10:00:00Z',
  ]
  expect(await days('')).toEqual([a, b, c, d])
  expect(await days(`?work_order_id=${first}`)).toEqual([c, d])
  expect(await days(`?work_order_id=${second}&kind=response`)).toEqual([b])
  expect(await days('?from=2026-03-03&to=2026-03-05')).toEqual([b, c])
  expect(await days('?per_page=1&page=2')).toEqual([b])
  const refusals = { kind: 'repair', open: 'maybe', from: '2026-02-30', to: 'tomorrow' }
  for (const [field, value] of Object.entries(refusals)) {
    const answer = await api.get(`/sla/breaches?${field}=${value}`)
    expect(answer.status, field).toBe(422)
    expect(Object.keys(answer.body.errors)).toEqual([field])
  }
  expect((await api.get('/sla/breaches?work_order_id=999999999')).status).toBe(404)
})

test('a shop checks and sees its own only', async () => {
  for (const there of [ours, theirs]) await there.config({ response_hours: 1 })
  const id = await order(ago(120))
  expect(await theirs.check()).toBe(0)
  expect(await breaches()).toEqual([])
  expect(await check()).toBe(1)
  expect(await theirs.breaches()).toEqual([])
  expect((await other.api.get(`/sla/breaches?work_order_id=${id}`)).status).toBe(404)
})
