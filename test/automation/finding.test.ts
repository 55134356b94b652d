import { beforeEach, expect, test } from 'vitest'
import { triggerKeys, triggerOf } from '../../src/domain/automation/triggers.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newIssued } from '../sales/invoicing.ts'
import { makers } from '../workshop/makers.ts'
import { newRule } from './ruling.ts'

// What the job finds, without anybody who works it off: at whatever time it is said to be.
const { shop, other, owner } = await startShops()
const { api } = shop
const make = makers(shop, owner)

beforeEach(async () => {
  await owner.query('delete from automation_rules')
  await owner.query('delete from reactions')
  await owner.query('update work_orders set idle_since = null')
  await owner.query(`update invoices set due_date = '2199-01-01'`)
})

async function find(at: string, { trigger = 'wo_idle', limit = 1000 } = {}): Promise<Json> {
  const client = await owner.connect()
  try {
    await client.query('begin')
    await client.query(`select set_config('app.now', $1, true)`, [at])
    const { rows } = await client.query(
      'select to_json(shops) as shops, records from app.react_to_time($1, $2)',
      [trigger, limit],
    )
    await client.query('commit')
    return rows[0]
  } finally {
    client.release()
  }
}

async function idleSince(since: string, count = 1): Promise<number[]> {
  const orders: Json[] = []
  for (let n = 0; n < count; n++) orders.push(await make.order())
  const ids = orders.map(({ id }) => id)
  await owner.query('update work_orders set idle_since = $1 where id = any ($2)', [since, ids])
  return ids
}

const found = async (): Promise<number[]> =>
  (
    await owner.query(
      `select (payload ->> 'entity_id')::int as id from reactions where kind = 'rule' order by id`,
    )
  ).rows.map(({ id }) => id)

const sevenDays = { conditions: [] }
const task = { type: 'create_task', params: { title: 'Call' } }

test('a line is crossed at midnight in the shop, and looked at once a day', async () => {
  await newRule(api, sevenDays)
  const [order] = await idleSince('2026-03-26T12:00:00+01:00')
  // The clocks of Amsterdam went forward on the 29th: midnight is 22:00 in UTC now.
  expect(await find('2026-04-01T21:10:00Z')).toMatchObject({ records: 0, shops: [] })
  expect(await found()).toEqual([])
  expect(await find('2026-04-01T22:10:00Z')).toEqual({ records: 1, shops: [shop.tenant_id] })
  expect(await found()).toEqual([order])
  expect(await find('2026-04-01T23:10:00Z')).toMatchObject({ records: 0 })
})

test('nothing is lost when cron does not come for days', async () => {
  await newRule(api, sevenDays)
  await find('2026-04-01T10:00:00Z')
  const orders: number[] = []
  for (const day of [26, 27, 28, 29]) {
    orders.push(...(await idleSince(`2026-03-${day}T12:00:00Z`)))
  }
  expect(await find('2026-04-04T10:00:00Z')).toMatchObject({ records: 3 })
  expect(await found()).toEqual(orders.slice(0, 3))
  expect(await find('2026-04-05T10:00:00Z')).toMatchObject({ records: 1 })
})

test('what is more than a run takes on is found by the next; what began at one moment, by one', async () => {
  await newRule(api, sevenDays)
  const orders = [
    ...(await idleSince('2026-03-01T12:00:00Z', 2)),
    ...(await idleSince('2026-03-02T12:00:00Z', 5)),
    ...(await idleSince('2026-03-02T12:00:00.000001Z')),
    ...(await idleSince('2026-03-03T12:00:00Z')),
  ]
  const counts: number[] = []
  for (let n = 0; n < 5; n++) {
    counts.push((await find('2026-04-01T10:00:00Z', { limit: 3 })).records)
  }
  expect(counts).toEqual([7, 2, 0, 0, 0])
  expect((await found()).toSorted((a, b) => a - b)).toEqual(orders)
})

test('the same of invoices, day by day', async () => {
  await newRule(api, { trigger: 'invoice_overdue', conditions: [], actions: [task] })
  const invoices: number[] = []
  for (const due_date of ['2099-01-01', '2099-01-01', '2099-01-02', '2099-01-03']) {
    invoices.push((await newIssued(api, { due_date })).id)
  }
  const counts: number[] = []
  for (let n = 0; n < 5; n++) {
    const at = '2099-02-01T10:00:00Z'
    counts.push((await find(at, { trigger: 'invoice_overdue', limit: 1 })).records)
  }
  expect(counts).toEqual([2, 1, 1, 0, 0])
  expect((await found()).toSorted((a, b) => a - b)).toEqual(invoices)
})

test('who is up to date goes before who has much to catch up on', async () => {
  const small = await newRule(other.api, sevenDays)
  await find('2026-03-31T10:00:00Z')
  const theirs = await makers(other, owner).order()
  await owner.query(`update work_orders set idle_since = '2026-03-25T12:00:00Z' where id = $1`, [
    theirs.id,
  ])
  await newRule(api, sevenDays)
  await idleSince('2026-01-01T12:00:00Z', 5)
  await find('2026-04-01T10:00:00Z', { limit: 3 })
  const { rows } = await owner.query('select count(*)::int from reactions where subject_id = $1', [
    small.id,
  ])
  expect(rows).toEqual([{ count: 1 }])
})

test('runs at once find each record once', async () => {
  await newRule(api, sevenDays)
  await newRule(api, { conditions: [{ field: 'idle_days', operator: '>', value: 20 }] })
  const orders = await idleSince('2026-03-01T12:00:00Z', 4)
  const runs = await Promise.all(Array.from({ length: 3 }, () => find('2026-04-01T10:00:00Z')))
  expect(runs.reduce((sum, { records }) => sum + records, 0)).toBe(8)
  expect((await found()).toSorted((a, b) => a - b)).toEqual(orders.flatMap((id) => [id, id]))
})

test('the strictest line counts', async () => {
  const line = async (...conditions: [string, number][]) => {
    const { rows } = await owner.query(`select * from app.line_of('wo_idle', $1)`, [
      JSON.stringify(
        conditions.map(([operator, value]) => ({ field: 'idle_days', operator, value })),
      ),
    ])
    return rows[0]
  }
  expect(await line(['>=', 3], ['>', 9], ['<', 50])).toEqual({ days: 10, exact: false })
  expect(await line(['=', 4])).toEqual({ days: 4, exact: true })
  expect(await line(['<', 50])).toEqual({ days: 7, exact: false })
})

test('the usual lines are those of the catalog', async () => {
  for (const key of triggerKeys) {
    const line = triggerOf(key)?.line
    if (!line) continue
    const { rows } = await owner.query(`select days from app.line_of($1, '[]')`, [key])
    expect(rows, key).toEqual([{ days: line.usual_days }])
    const own = [{ field: line.field, operator: '>=', value: 90 }]
    const said = await owner.query('select days from app.line_of($1, $2)', [
      key,
      JSON.stringify(own),
    ])
    expect(said.rows, key).toEqual([{ days: 90 }])
  }
})

test('a due date has no zone', async () => {
  await newRule(api, { trigger: 'invoice_overdue', conditions: [], actions: [task] })
  const { id } = await newIssued(api, { due_date: '2099-03-25' })
  expect(await find('2099-03-25T22:10:00Z', { trigger: 'invoice_overdue' })).toMatchObject({
    records: 0,
  })
  expect(await find('2099-03-25T23:10:00Z', { trigger: 'invoice_overdue' })).toMatchObject({
    records: 1,
  })
  expect(await found()).toEqual([id])
})

test('an hour that the clock strikes twice is one, one that it leaves out is none', async () => {
  const rule = await newRule(api, { trigger: 'schedule', conditions: [], actions: [task] })
  const tick = async (at: string) => {
    const client = await owner.connect()
    await client.query('begin')
    await client.query(`select set_config('app.now', $1, true)`, [at])
    const { rows } = await client.query('select records from app.react_to_schedule()')
    await client.query('commit')
    client.release()
    return rows[0].records
  }
  // 2026-10-25: 02:10 summer time, 02:10 winter time, 03:10.
  const hours = ['2026-10-25T00:10:00Z', '2026-10-25T01:10:00Z', '2026-10-25T02:10:00Z']
  const counts: number[] = []
  for (const hour of hours) counts.push(await tick(hour))
  expect(counts).toEqual([1, 0, 1])
  await owner.query('update automation_rules set checked_until = null where id = $1', [rule.id])
  // 2027-03-28: 01:10, then 03:10.
  await tick('2027-03-28T00:10:00Z')
  await tick('2027-03-28T01:10:00Z')
  const { rows } = await owner.query(
    `select payload ->> 'hour' as hour from reactions where key like '%2027-03-28%' order by id`,
  )
  expect(rows.map(({ hour }) => hour)).toEqual(['1', '3'])
})
