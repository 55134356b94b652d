import { beforeEach, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import { startShops } from '../harness/shop.ts'
import { makers } from '../workshop/makers.ts'
import { officeHours, workshopOf } from './standing.ts'

const started = await startShops()
const { shop, owner } = started
const { api } = shop
const { config, order, move, note, sla, caughtUp } = workshopOf(started, shop)
const make = makers(shop, owner)

// A Monday in November, so that Amsterdam is an hour ahead of UTC.
const monday = (time: string) => `2026-11-16T${time}:00+01:00`
const tuesday = (time: string) => `2026-11-17T${time}:00+01:00`

beforeEach(async () => {
  await owner.query('delete from sla_clocks')
  await owner.query('delete from sla_breaches')
  await owner.query('alter table work_orders disable trigger user')
  await owner.query('update work_orders set sla_config_id = null, idle_since = null')
  await owner.query('alter table work_orders enable trigger user')
  await owner.query('delete from sla_configs')
  await api.put('/settings', {
    opening_hours: officeHours,
    holidays: [],
    timezone: 'Europe/Amsterdam',
  })
  await settled(owner)
})

test('a work order has deadlines as soon as the queue has seen it', async () => {
  const standard = await config()
  const { id } = await make.order()
  await settled(owner)
  expect(await sla(id)).toEqual({
    config: { id: standard.id, name: 'Standard 24h' },
    response_due_at: expect.stringMatching(/Z$/),
    resolution_due_at: expect.stringMatching(/Z$/),
    responded_at: null,
    resolved_at: null,
    paused_at: null,
    breached: [],
  })
})

test('in the hours of the shop, and without the time that it waits', async () => {
  await config()
  const id = await order(monday('09:00'))
  await caughtUp()
  // Four hours with lunch, and the eight of the day.
  expect(await sla(id)).toMatchObject({
    response_due_at: '2026-11-16T12:30:00Z',
    resolution_due_at: '2026-11-16T16:30:00Z',
    responded_at: null,
  })

  await move(monday('10:00'), id, 'waiting_parts')
  await caughtUp()
  expect(await sla(id)).toMatchObject({
    response_due_at: '2026-11-16T12:30:00Z',
    responded_at: '2026-11-16T09:00:00Z',
    resolution_due_at: null,
    paused_at: '2026-11-16T09:00:00Z',
  })

  await move(tuesday('09:00'), id, 'in_repair')
  await caughtUp()
  // Seven hours of Tuesday.
  expect(await sla(id)).toMatchObject({
    resolution_due_at: '2026-11-17T15:30:00Z',
    paused_at: null,
    resolved_at: null,
  })

  await move(tuesday('15:00'), id, 'completed')
  await caughtUp()
  expect(await sla(id)).toMatchObject({
    resolution_due_at: '2026-11-17T15:30:00Z',
    resolved_at: '2026-11-17T14:00:00Z',
    breached: [],
  })
})

test('a note that the customer sees is a response, an internal one is none', async () => {
  await config()
  const id = await order(monday('09:00'))
  await note(monday('09:30'), id, true)
  await caughtUp()
  expect(await sla(id)).toMatchObject({ responded_at: null })
  await note(monday('10:00'), id, false)
  await caughtUp()
  expect(await sla(id)).toMatchObject({ responded_at: '2026-11-16T09:00:00Z' })
  await move(monday('11:00'), id, 'diagnosis')
  await caughtUp()
  expect(await sla(id)).toMatchObject({ responded_at: '2026-11-16T09:00:00Z' })
})

test('the agreement is the one named, else by priority, kind of device, or for all', async () => {
  const { id: customer_id } = await make.customer()
  const phone = await make.device(customer_id, { kind: 'phone', brand: 'Nokia' })
  const named = await config({ name: 'named', active: false })
  const all = await config({ name: 'all' })
  await config({ name: 'all, but later' })
  await config({ name: 'phones, not any more', applies_to: 'phone', active: false })
  await config({ name: 'phones', applies_to: 'phone' })
  await config({ name: 'urgent', applies_to: 'urgent' })
  const { id } = await make.order({ customer_id, priority: 'high' })
  const agreement = async (changes: object) => {
    await api.put(`/work-orders/${id}`, changes)
    await settled(owner)
    return (await sla(id))?.config.name
  }
  expect(await agreement({ problem_description: 'Wet' })).toBe('all')
  expect(await agreement({ device_id: phone })).toBe('phones')
  expect(await agreement({ priority: 'urgent' })).toBe('urgent')
  expect(await agreement({ sla_config_id: named.id })).toBe('named')
  expect(await agreement({ sla_config_id: null, device_id: null })).toBe('urgent')
  expect(await agreement({ priority: 'normal' })).toBe('all')
  await owner.query('delete from sla_configs where id <> $1', [all.id])
  await api.put(`/sla/configs/${all.id}`, { active: false })
  expect(await agreement({ priority: 'high' })).toBeUndefined()
})

test('deadlines follow the agreement, the hours, the holidays and the kinds of status', async () => {
  const standard = await config()
  const id = await order(monday('09:00'))
  await move(monday('10:00'), id, 'diagnosis')
  await caughtUp()
  const due = async (change: Promise<{ status: number }>) => {
    expect((await change).status).toBeLessThan(300)
    await settled(owner)
    return (await sla(id))?.resolution_due_at
  }
  const path = `/sla/configs/${standard.id}`
  expect(await due(api.put(path, { resolution_hours: 10 }))).toBe('2026-11-17T10:00:00Z')
  // Without Tuesday it is Wednesday.
  expect(await due(api.put('/settings', { holidays: ['2026-11-17'] }))).toBe('2026-11-18T10:00:00Z')
  expect(await due(api.put('/settings', { opening_hours: null }))).toBe('2026-11-16T18:00:00Z')
  expect(await due(api.put('/settings', { opening_hours: {} }))).toBeNull()
  expect(await due(api.put('/settings', { opening_hours: { wed: ['00:00-24:00'] } }))).toBe(
    '2026-11-18T09:00:00Z',
  )
  // From then on it has been waiting since ten on Monday.
  const { rows } = await owner.query(
    `select id from work_order_statuses where tenant_id = $1 and slug = 'diagnosis'`,
    [shop.tenant_id],
  )
  const status = `/work-order-statuses/${rows[0].id}`
  expect(await due(api.put(status, { kind: 'waiting' }))).toBeNull()
  expect((await sla(id)).paused_at).toBe('2026-11-16T09:00:00Z')
  expect(await due(api.put(status, { kind: 'open' }))).toBe('2026-11-18T09:00:00Z')
  expect(await due(api.put(path, { active: false }))).toBeUndefined()
  expect(await due(api.put(path, { active: true }))).toBe('2026-11-18T09:00:00Z')
  expect(await due(api.delete(path))).toBeUndefined()
})

test('a new agreement counts for what is open already', async () => {
  const id = await order(monday('09:00'))
  const done = await order(monday('09:00'))
  await move(monday('10:00'), done, 'in_repair')
  await move(monday('11:00'), done, 'completed')
  await config()
  await settled(owner)
  expect(await sla(id)).toMatchObject({ response_due_at: '2026-11-16T12:30:00Z' })
  expect(await sla(done)).toBeNull()
})

test('a pause stays one when its status is called differently', async () => {
  await config()
  const id = await order(monday('09:00'))
  await move(monday('10:00'), id, 'waiting_approval')
  await move(tuesday('09:00'), id, 'in_repair')
  const { rows } = await owner.query(
    `select id from work_order_statuses where tenant_id = $1 and slug = 'waiting_approval'`,
    [shop.tenant_id],
  )
  const renamed = await api.put(`/work-order-statuses/${rows[0].id}`, { slug: 'asking' })
  expect(renamed.status).toBe(200)
  await move(tuesday('10:00'), id, 'diagnosis')
  await caughtUp()
  expect((await sla(id)).resolution_due_at).toBe('2026-11-17T15:30:00Z')
})

test('what is cancelled and taken up again has its time back', async () => {
  await config()
  const id = await order(monday('09:00'))
  await move(monday('10:00'), id, 'cancelled')
  await caughtUp()
  expect(await sla(id)).toMatchObject({ resolved_at: null, breached: [] })
  await move(tuesday('10:00'), id, 'new')
  await caughtUp()
  expect((await sla(id)).resolution_due_at).toBe('2026-11-17T16:30:00Z')
})

test('every open work order of a large shop follows a change, batch by batch', async () => {
  const { id: customer_id } = await make.customer()
  await owner.query(
    `insert into work_orders (tenant_id, customer_id, ticket_no)
     select $1, $2, 'MANY-' || n from generate_series(1, 450) n`,
    [shop.tenant_id, customer_id],
  )
  await config()
  await settled(owner)
  const { rows } = await owner.query(
    `select count(*)::int as clocks from sla_clocks c join work_orders w on w.id = c.work_order_id
     where w.ticket_no like 'MANY-%'`,
  )
  expect(rows).toEqual([{ clocks: 450 }])
}, 150_000)

test('a clock goes with its work order', async () => {
  await config()
  const { id } = await make.order()
  await settled(owner)
  expect((await api.delete(`/work-orders/${id}`)).status).toBe(204)
  await settled(owner)
  const { rows } = await owner.query('select from sla_clocks where work_order_id = $1', [id])
  expect(rows).toEqual([])
})
