import { createHash } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { settled } from '../engine/settled.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { screen } from '../sales/invoicing.ts'
import { makers } from '../workshop/makers.ts'
import { askedFor, closing, keepInside, logOf, newRule } from './ruling.ts'

const { shop, other, owner, miniflare } = await startShops()
const { api } = shop
const make = makers(shop, owner)
await keepInside(owner)

beforeEach(async () => {
  await owner.query('delete from automation_rules')
  await owner.query('update work_orders set idle_since = null')
})

async function idleFor(days: number, draft: { customer_id?: number } = {}): Promise<Json> {
  const order = await make.order(draft)
  await owner.query(
    `update work_orders set idle_since = now() - interval '1 day' * $2 where id = $1`,
    [order.id, days],
  )
  return order
}

const statusOf = async ({ id }: Json) => (await api.get(`/work-orders/${id}`)).body.status.slug
const recordOf = ({ id }: Json) => ({ entity: 'work_order', id })

/** All that the database holds, but what a dry run may leave: an entry in the log. */
async function checksum() {
  const tables = await owner.query<{ name: string }>(
    `select tablename as name from pg_tables
     where schemaname = 'public' and tablename not in ('automation_logs', 'api_tokens') order by 1`,
  )
  const hash = createHash('sha256')
  for (const { name } of tables.rows) {
    const { rows } = await owner.query(`select t::text from ${name} t order by 1`)
    hash.update(JSON.stringify(rows))
  }
  return hash.digest('hex')
}

test('runs at once on what is over its line, and answers what it did', async () => {
  const rule = await newRule(api)
  const orders = [await idleFor(60), await idleFor(50), await idleFor(40)]
  const young = await idleFor(20)
  const run = await api.post(`${rule.path}/run`)
  expect(run).toMatchObject({
    status: 200,
    body: {
      outcome: 'success',
      affected_records: 3,
      error: null,
      records: orders.map(recordOf),
      results: orders.map((order) => ({
        type: 'set_status',
        outcome: 'success',
        record: recordOf(order),
        did: 'status = cancelled',
      })),
      event_id: null,
      dry_run: false,
    },
  })
  expect(await Promise.all(orders.map(statusOf))).toEqual(Array(3).fill('cancelled'))
  expect(await statusOf(young)).toBe('new')
  expect(await logOf(api, rule)).toEqual([run.body])
  const { rows } = await owner.query(
    `select actor, user_id is not null as known from events
     where entity_id = $1 and name = 'work_order.status_changed'`,
    [orders[0]?.id],
  )
  expect(rows).toEqual([{ actor: 'user', known: true }])
})

test('what it reacted to is left out by the next run, and by the job', async () => {
  const rule = await newRule(api, {
    actions: [{ type: 'create_task', params: { title: 'Call' } }],
  })
  await idleFor(31)
  const run = async () => (await api.post(`${rule.path}/run`)).body
  const runs = await Promise.all([run(), run(), run()])
  expect(runs.map(({ affected_records }) => affected_records).toSorted()).toEqual([0, 0, 1])
  expect(await run()).toMatchObject({
    outcome: 'skipped',
    affected_records: 0,
    error: 'No record meets the conditions.',
  })
  const worker = await miniflare.getWorker()
  await worker.scheduled({ cron: '10 * * * *', scheduledTime: new Date() })
  await settled(owner)
  const { rows } = await owner.query(`select count(*)::int from tasks where title = 'Call'`)
  expect(rows).toEqual([{ count: 1 }])
})

test('a dry run tells what would happen, and nothing happens', async () => {
  const employee_id = await make.employee('Ed')
  const manager = await owner.query(
    `select id::int from users where role = 'manager' and tenant_id = $1`,
    [shop.tenant_id],
  )
  const order = await idleFor(40, {
    customer_id: (
      await make.customer({ first_name: 'Jane', email: 'jane@example.com', phone: '0612345678' })
    ).id,
  })
  await api.post(`/work-orders/${order.id}/lines`, { ...screen, quantity: 1 })
  const idle = `update work_orders set idle_since = now() - interval '40 days' where id = $1`
  await owner.query(idle, [order.id])
  const rule = await newRule(api, {
    actions: [
      { type: 'create_invoice' },
      { type: 'set_status', params: { status: 'completed' } },
      { type: 'set_status', params: { status: 'cancelled' } },
      { type: 'assign', params: { employee_id } },
      { type: 'add_note', params: { note: 'x' } },
      { type: 'create_task', params: { title: 'x' } },
      { type: 'send_sms', params: { body: 'x' } },
      { type: 'send_email', params: { subject: 'x', body: 'x' } },
      { type: 'notify', params: { message: 'x', users: [manager.rows[0].id] } },
      { type: 'webhook', params: { url: 'https://example.com' } },
      { type: 'add_tag', params: { name: 'Forgotten' } },
    ],
  })
  await settled(owner)
  const before = await checksum()
  const { status, body } = await api.post(`${rule.path}/run`, { dry_run: true })
  expect(status).toBe(200)
  expect(body).toMatchObject({ outcome: 'partial', dry_run: true, error: null })
  expect(body.results.map(({ type, outcome }: Json) => `${type} ${outcome}`)).toEqual([
    'create_invoice success',
    'set_status failed',
    'set_status success',
    'assign success',
    'add_note success',
    'create_task success',
    'send_sms success',
    'send_email success',
    'notify success',
    'webhook success',
    'add_tag success',
  ])
  expect(await checksum()).toBe(before)
  expect(await logOf(api, rule)).toEqual([body])
  expect((await api.get(`${rule.path}/logs?dry_run=0`)).body.data).toEqual([])
  expect((await api.get(`${rule.path}/logs?outcome=partial&dry_run=1`)).body.total).toBe(1)
  expect((await api.get(`${rule.path}/logs?outcome=nonsense`)).status).toBe(422)

  const real = await api.post(`${rule.path}/run`, { dry_run: false })
  expect(real.body.results.map(({ outcome }: Json) => outcome)).toEqual(
    body.results.map(({ outcome }: Json) => outcome),
  )
  expect(await statusOf(order)).toBe('cancelled')
})

test('a rule about an event runs on the record that is named', async () => {
  const rule = await newRule(api, {
    active: false,
    trigger: 'work_order.status_changed',
    conditions: [
      { field: 'status', operator: 'changed_to', value: 'new' },
      { field: 'priority', operator: '=', value: 'high' },
    ],
    actions: [{ type: 'send_email', params: { subject: '{{status}}', body: 'x', to: 'a@b.nl' } }],
  })
  const order = await make.order({ priority: 'high' })
  const calm = await make.order()
  const run = (body: object) => api.post(`${rule.path}/run`, body)
  expect(await run({})).toMatchObject({
    status: 422,
    body: { errors: { entity_id: ['The entity id field is required.'] } },
  })
  for (const entity_id of [999_999, (await makers(other, owner).order()).id]) {
    expect((await run({ entity_id })).body.errors).toHaveProperty('entity_id')
  }
  expect((await run({ entity_id: calm.id })).body).toMatchObject({
    outcome: 'skipped',
    error: 'No record meets the conditions.',
  })
  expect((await run({ entity_id: order.id })).body).toMatchObject({
    outcome: 'success',
    records: [recordOf(order)],
  })
  await run({ entity_id: order.id })
  const mails = await askedFor(owner, 'mail')
  const mine = mails.filter(({ key }) => key.startsWith(`rule:${rule.id}/run:`))
  expect(mine.map(({ payload }) => payload.subject)).toEqual(['New', 'New'])
})

test('a rule of the schedule runs whatever the hour', async () => {
  const rule = await newRule(api, {
    trigger: 'schedule',
    conditions: [{ field: 'day_of_month', operator: '=', value: 31 }],
    actions: [{ type: 'create_task', params: { title: '{{shop_name}}, {{today}}' } }],
  })
  expect((await api.post(`${rule.path}/run`)).body).toMatchObject({
    outcome: 'success',
    affected_records: 1,
    results: [{ record: null }],
  })
  const { rows } = await owner.query(`select title from tasks where title like 'first%'`)
  expect(rows[0].title).toMatch(/^first, \d+ [a-z]+ \d{4}$/)
})

test('one record over the line can be named', async () => {
  const rule = await newRule(api)
  const [one, two] = [await idleFor(40), await idleFor(41)]
  const young = await idleFor(3)
  const run = async (entity_id: number) =>
    (await api.post(`${rule.path}/run`, { entity_id })).body.affected_records
  expect(await run(young.id)).toBe(0)
  expect(await run(one.id)).toBe(1)
  expect(await run(one.id)).toBe(0)
  expect(await Promise.all([one, two].map(statusOf))).toEqual(['cancelled', 'new'])
})

test('a run takes on a hundred records, the longest idle first', async () => {
  const rule = await newRule(api, {
    conditions: closing.conditions,
    actions: [{ type: 'add_tag', params: { name: 'Idle' } }],
  })
  const { customer } = await make.order()
  await owner.query(
    `insert into work_orders (tenant_id, customer_id, ticket_no)
     select $1, $2, 'X' || n from generate_series(1, 120) n`,
    [shop.tenant_id, customer.id],
  )
  await owner.query(
    `update work_orders set idle_since = now() - interval '90 days' - interval '1 hour' * substr(ticket_no, 2)::int
     where ticket_no like 'X%'`,
  )
  const counts: number[] = []
  for (let n = 0; n < 3; n++) {
    counts.push((await api.post(`${rule.path}/run`)).body.results.length)
  }
  expect(counts).toEqual([100, 20, 0])
})
