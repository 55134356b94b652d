import { expect, test } from 'vitest'
import { systemContext } from '../../dev/context.ts'
import { directTransaction } from '../../dev/direct.ts'
import { Random } from '../../dev/seed/random.ts'
import { openShop as equipShop } from '../../dev/seed/shop.ts'
import { amsterdam } from '../../dev/seed/shops.ts'
import { daysAfter, Story } from '../../dev/seed/story.ts'
import { days, tellYear } from '../../dev/seed/year.ts'
import { issueInvoice } from '../../src/domain/sales/invoice-issue.ts'
import { invoiceWorkOrder } from '../../src/domain/sales/work-order-invoice.ts'
import { addLine } from '../../src/domain/workshop/work-order-lines.ts'
import { createWorkOrder } from '../../src/domain/workshop/work-orders.ts'
import { openShop, staffShop, startShops } from '../harness/shop.ts'
import { expectTruth, periodsUntil } from './asking.ts'
import { addDays, dayIn } from './truth.ts'

const { owner, worker_url, endpoint, url } = await startShops()
const database = { database_url: worker_url, endpoint_url: endpoint.url }

/** The demo shop, smaller. */
const demo = await directTransaction(
  worker_url,
  systemContext(database, { job: 'test', tenant_id: null }),
  async (ctx) => {
    const today = new Date()
    const random = new Random(7)
    const now = daysAfter(today, -days - 5)
    const shop = await equipShop(ctx, amsterdam, { password_hash: 'none', now, random })
    const scale = { customers: 30, repairs: 60, offers: 10, terms: 2 }
    await tellYear(ctx, new Story(shop, random, today), scale)
    return shop
  },
)
const shop = openShop(url, await staffShop(owner, demo.tenant_id, 'demo'))
const today = dayIn('Europe/Amsterdam', new Date())
const [first, second] = demo.branches

test('the figures of the demo shop are those of its records, in any period and branch', async () => {
  await expectTruth(owner, shop, [
    ...periodsUntil(today),
    ...periodsUntil(addDays(today, -40), first),
    ...periodsUntil(addDays(today, -200), second),
  ])
  const { body } = await shop.api.get('/bi/customers?period=90d')
  expect(body.returning_customers).toBeGreaterThan(0)
})

test("a repair at 23:30 UTC on New Year's Eve is of the day that it is in the shop", async () => {
  const { tenant_id } = demo
  const eve = systemContext(database, {
    job: 'test',
    tenant_id,
    now: new Date('2025-12-31T23:30:00Z'),
  })
  const { rows } = await owner.query(
    'select min(id)::int as id from customers where tenant_id = $1',
    [tenant_id],
  )
  const order = await createWorkOrder(eve, {
    body: createWorkOrder.spec.body.parse({ customer_id: rows[0].id }),
  })
  const params = { id: order.id }
  await addLine(eve, {
    params,
    body: { description: 'Screen', quantity: '1', unit_price: '1234.56', vat_rate: '21' },
  })
  const invoice = await invoiceWorkOrder(eve, { params })
  await issueInvoice(eve, { params: { id: invoice.id }, body: {} })
  const days = [
    { from: '2025-12-31', to: '2025-12-31' },
    { from: '2026-01-01', to: '2026-01-01' },
  ]
  await expectTruth(owner, shop, days)
  const createdOn = async (day: string) =>
    (await shop.api.get(`/bi/work-orders?from=${day}&to=${day}`)).body.created
  const inAmsterdam = await createdOn('2026-01-01')
  const revenue = await shop.api.get('/bi/revenue?from=2026-01-01&to=2026-01-01')
  expect(revenue.body.total).toBeGreaterThanOrEqual(1234.56)

  await shop.api.put('/settings', { timezone: 'America/New_York' })
  await expectTruth(owner, shop, [...days, ...periodsUntil(today), ...periodsUntil(today, first)])
  expect(await createdOn('2026-01-01')).toBe(inAmsterdam - 1)
  // The date on an invoice is not another one elsewhere.
  const after = await shop.api.get('/bi/revenue?from=2026-01-01&to=2026-01-01')
  expect(after.body).toEqual(revenue.body)
  await shop.api.put('/settings', { timezone: 'Europe/Amsterdam' })
  await expectTruth(owner, shop, days)
})

test('kept sums are those that a rebuild comes to', async () => {
  const periods = [...periodsUntil(today), ...periodsUntil(today, first)]
  const sums = async () =>
    (
      await owner.query(
        `select * from bi_totals where tenant_id = $1 and (count <> 0 or amount <> 0)
         order by scope, kind, width, day, subject`,
        [demo.tenant_id],
      )
    ).rows
  // What one fold leaves, the next takes.
  for (let left = 1; left > 0; ) {
    await owner.query('select app.fold_facts($1)', [demo.tenant_id])
    const { rows } = await owner.query(
      'select count(*)::int as left from bi_deltas where tenant_id = $1',
      [demo.tenant_id],
    )
    left = rows[0].left
  }
  const folded = await sums()
  await expectTruth(owner, shop, periods)
  await owner.query('select app.rebuild_bi($1)', [demo.tenant_id])
  expect(folded).toEqual(await sums())
  await expectTruth(owner, shop, periods)
})
