import { beforeEach, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newIssued } from '../sales/invoicing.ts'
import { makers } from '../workshop/makers.ts'
import { closing, logOf, newRule } from './ruling.ts'

const { shop, other, owner, miniflare } = await startShops()
const { api } = shop
const make = makers(shop, owner)

beforeEach(async () => {
  await owner.query('delete from automation_rules')
  await owner.query('delete from reactions')
  await owner.query('update work_orders set idle_since = null')
  await owner.query(`update invoices set due_date = '2099-01-01'`)
})

/** Noon of a day so long ago, in the shop. */
const ago = (days: number) =>
  `((now() at time zone 'Europe/Amsterdam')::date - ${days} + time '12:00') at time zone 'Europe/Amsterdam'`

async function idleFor(days: number, maker = make): Promise<Json> {
  const order = await maker.order()
  await owner.query(`update work_orders set idle_since = ${ago(days)} where id = $1`, [order.id])
  return order
}

const hourly = async () => {
  const worker = await miniflare.getWorker()
  const { outcome } = await worker.scheduled({ cron: '10 * * * *', scheduledTime: new Date() })
  expect(outcome).toBe('ok')
}

let hours = 0
/** Each run of the job is another period. */
async function runJob() {
  await owner.query(`update job_runs set period = period - interval '1 day' * $1`, [++hours])
  await hourly()
  await settled(owner)
}

const statusOf = async ({ id }: Json, client = api) =>
  (await client.get(`/work-orders/${id}`)).body.status.slug

test('closes what nothing happened to for 30 days, and nothing else', async () => {
  const rule = await newRule(api)
  const [gone, older, young] = [await idleFor(30), await idleFor(400), await idleFor(29)]
  const busy = await make.order()
  const theirs = await idleFor(100, makers(other, owner))
  await runJob()
  expect(await Promise.all([gone, older, young, busy].map((order) => statusOf(order)))).toEqual([
    'cancelled',
    'cancelled',
    'new',
    'new',
  ])
  expect(await statusOf(theirs, other.api)).toBe('new')
  expect(await logOf(api, rule)).toMatchObject([
    { outcome: 'success', affected_records: 1, event_id: null },
    { outcome: 'success', affected_records: 1 },
  ])
  expect((await api.get(rule.path)).body.last_run_at).toMatch(/Z$/)
})

test('a record reacts once per stretch, whatever runs twice or at once', async () => {
  const rule = await newRule(api, {
    conditions: [],
    actions: [{ type: 'create_task', params: { title: 'Ask about {{ticket_no}}: {{idle_days}}' } }],
  })
  const order = await idleFor(8)
  const young = await idleFor(6)
  await Promise.all([hourly(), hourly(), hourly()])
  await settled(owner)
  await runJob()
  const titles = async () =>
    (await owner.query('select title from tasks order by id')).rows.map(({ title }) => title)
  expect(await titles()).toEqual([`Ask about ${order.ticket_no}: 8`])
  // Somebody worked on it, and it was left again; the other one has come of age.
  await owner.query(`update work_orders set idle_since = ${ago(7)} where id = any ($1)`, [
    [order.id, young.id],
  ])
  await owner.query(
    `update automation_rules set checked_until = checked_until - interval '2 days' where id = $1`,
    [rule.id],
  )
  await runJob()
  await runJob()
  expect(new Set((await titles()).slice(1))).toEqual(
    new Set([`Ask about ${order.ticket_no}: 7`, `Ask about ${young.ticket_no}: 7`]),
  )
  expect(await titles()).toHaveLength(3)
})

test('activated again, a rule looks at everything but what it reacted to', async () => {
  const rule = await newRule(api, {
    conditions: [
      { field: 'idle_days', operator: '>', value: 9 },
      { field: 'customer_city', operator: '=', value: 'Utrecht' },
    ],
    actions: [{ type: 'notify', params: { message: 'Idle', role: 'manager' } }],
  })
  const order = await idleFor(10)
  const elsewhere = await idleFor(10)
  await owner.query(
    `update customers set city = case id when $1 then 'Utrecht' else 'Breda' end where id in ($1, $2)`,
    [order.customer.id, elsewhere.customer.id],
  )
  await runJob()
  expect(await logOf(api, rule)).toHaveLength(1)
  await owner.query(`update customers set city = 'Utrecht' where id = $1`, [elsewhere.customer.id])
  await runJob()
  expect(await logOf(api, rule)).toHaveLength(1)
  await api.post(`${rule.path}/toggle`)
  await idleFor(20)
  await runJob()
  expect(await logOf(api, rule)).toHaveLength(1)
  await api.post(`${rule.path}/toggle`)
  await runJob()
  expect((await logOf(api, rule)).map(({ results }) => results[0].record.id)).toEqual([
    elsewhere.id,
    order.id,
  ])
})

test('= N is the day itself: what is beyond it stays as it is', async () => {
  const rule = await newRule(api, {
    conditions: [{ field: 'idle_days', operator: '=', value: 5 }],
    actions: [{ type: 'set_priority', params: { priority: 'high' } }],
  })
  const [today, before] = [await idleFor(5), await idleFor(6)]
  await runJob()
  const records = (await logOf(api, rule)).map(({ results }) => results[0].record.id)
  expect(records).toEqual([today.id])
  expect(await statusOf(before)).toBe('new')
})

test('reminds of what lies ready', async () => {
  const rule = await newRule(api, {
    trigger: 'pickup_reminder',
    conditions: [{ field: 'days_ready', operator: '>=', value: 5 }],
    actions: [{ type: 'create_task', params: { title: 'Call {{customer_name}}: {{days_ready}}' } }],
  })
  const orders = [await make.order(), await make.order(), await make.order()]
  const [late, early, elsewhere] = orders
  for (const { id } of [late, early]) {
    await api.post(`/work-orders/${id}/status`, { status: 'ready' })
  }
  const since = (order: Json, days: number) =>
    owner.query(`update work_orders set status_changed_at = ${ago(days)} where id = $1`, [order.id])
  await since(late, 5)
  await since(early, 4)
  await since(elsewhere, 9)
  await runJob()
  await runJob()
  const log = await logOf(api, rule)
  expect(log.map(({ results }) => results[0].record.id)).toEqual([late.id])
})

const overdueFor = async (days: number) => {
  const invoice = await newIssued(api)
  await owner.query(
    `update invoices set due_date = (now() at time zone 'Europe/Amsterdam')::date - $2::int where id = $1`,
    [invoice.id, days],
  )
  return invoice
}

test('acts on invoices past their day, once, and not on paid ones', async () => {
  const draft = {
    trigger: 'invoice_overdue',
    conditions: [
      { field: 'days_overdue', operator: '>=', value: 14 },
      { field: 'amount_due', operator: '>', value: 100 },
    ],
    actions: [
      { type: 'create_task', params: { title: 'Call about {{invoice_number}}: {{amount_due}}' } },
    ],
  }
  const late = await overdueFor(14)
  await overdueFor(13)
  const paid = await overdueFor(20)
  await api.post(`/invoices/${paid.id}/payments`, { amount: 107.69, method: 'pin' })
  const rule = await newRule(api, draft)
  await runJob()
  await runJob()
  expect(await logOf(api, rule)).toMatchObject([
    { results: [{ record: { entity: 'invoice', id: late.id }, outcome: 'success' }] },
  ])
})

test('an invoice that is late from the start, or open again, is not missed', async () => {
  const rule = await newRule(api, {
    trigger: 'invoice_overdue',
    conditions: [],
    actions: [{ type: 'create_task', params: { title: 'Late: {{days_overdue}}' } }],
  })
  await runJob()
  const backdated = await newIssued(api, { invoice_date: '2026-01-01', due_date: '2026-01-15' })
  const punctual = await newIssued(api, { due_date: '2099-01-01' })
  await settled(owner)
  const acted = async () =>
    (await logOf(api, rule)).map(({ results }) => results[0].record.id).reverse()
  expect(await acted()).toEqual([backdated.id])
  await owner.query(
    `update invoices set status = 'paid', paid_cents = total_cents, due_date = current_date - 9 where id = $1`,
    [punctual.id],
  )
  await owner.query(`update invoices set status = 'sent', paid_cents = 0 where id = $1`, [
    punctual.id,
  ])
  const queue = await miniflare.getQueueProducer('EVENTS_QUEUE')
  await queue.send({ kind: 'reactions', tenant_id: shop.tenant_id, request_id: 'test' })
  await settled(owner)
  expect(await acted()).toEqual([backdated.id, punctual.id])
})

test('by the clock of the shop', async () => {
  const about = {
    trigger: 'schedule',
    actions: [{ type: 'create_task', params: { title: 'Now' } }],
  }
  const { rows } = await owner.query(
    `select extract(hour from now() at time zone 'Europe/Amsterdam')::int as hour,
       extract(isodow from now() at time zone 'Europe/Amsterdam')::int as weekday`,
  )
  const [{ hour, weekday }] = rows
  const is = (field: string, operator: string, value: unknown) => ({ field, operator, value })
  const now = await newRule(api, {
    ...about,
    conditions: [is('hour', '=', hour), is('weekday', 'in', [weekday])],
  })
  const always = await newRule(api, { ...about, conditions: [] })
  const never = await newRule(api, { ...about, conditions: [is('hour', '!=', hour)] })
  await runJob()
  await runJob()
  expect(await logOf(api, now)).toMatchObject([
    { outcome: 'success', records: [{ entity: 'task' }], results: [{ record: null }] },
  ])
  expect(await logOf(api, always)).toHaveLength(1)
  expect(await logOf(api, never)).toEqual([])
  // Cron did not come for three hours.
  await owner.query(
    `update automation_rules set checked_until = checked_until - interval '3 hours'`,
  )
  await owner.query('delete from reactions')
  await runJob()
  expect(await logOf(api, always)).toHaveLength(4)
  expect(await logOf(api, now)).toHaveLength(2)
  expect(await logOf(api, never)).toHaveLength(2)
})

test('days are counted by the calendar of the shop', async () => {
  const rule = await newRule(api, closing)
  const zone = (timezone: string) =>
    owner.query('update tenants set timezone = $2 where id = $1', [shop.tenant_id, timezone])
  const order = await make.order()
  // Two hours before this midnight in Auckland; in Honolulu the day had hardly begun.
  await owner.query(
    `update work_orders set idle_since =
       ((now() at time zone 'Pacific/Auckland')::date - 29)::timestamp at time zone 'Pacific/Auckland' - interval '2 hours'
     where id = $1`,
    [order.id],
  )
  await zone('Pacific/Auckland')
  await runJob()
  await zone('Europe/Amsterdam')
  expect(await logOf(api, rule)).toHaveLength(1)
})
