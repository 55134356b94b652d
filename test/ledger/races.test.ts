import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Answer } from '../harness/client.ts'
import { type Shop, startShops } from '../harness/shop.ts'
import { newCustomer, newDraft, newIssued, screen } from '../sales/invoicing.ts'
import { newPart } from '../warehouse/selling.ts'
import { closePeriod, openPeriod } from './closing.ts'
import { newShop } from './founding.ts'
import { done } from './posting.ts'
import { truth } from './truth.ts'
import { ago } from './world.ts'

/** `npm run books-races` runs two hundred of each. */
const races = Number(process.env.BOOKS_RACES ?? 20)

const shops = await startShops()
const { owner } = shops

/** What is posted while its period is closed: made ready first, done in the race. */
type Runner = (shop: Shop, day: string) => Promise<() => Promise<Answer>>

const issue: Runner = async ({ api }, day) => {
  const { id } = await newDraft(api, { invoice_date: day })
  return () => api.post(`/invoices/${id}/issue`)
}
const pay: Runner = async ({ api }, day) => {
  const { id, total } = await newIssued(api, { invoice_date: day })
  const money = { amount: total, method: 'pin', paid_at: `${day}T10:00:00Z` }
  return () => api.post(`/invoices/${id}/payments`, money)
}
const credit: Runner = async ({ api }, day) => {
  const { id } = await newIssued(api, { invoice_date: day })
  return () => api.post('/credit-notes', { invoice_id: id, reason: 'Faulty', full: true })
}
const pick: Runner = async ({ api }) => {
  const product_id = await newPart(api, 5)
  const order = await done(api.post('/work-orders', { customer_id: await newCustomer(api) }))
  const line = { description: 'Part', product_id, quantity: 2, unit_price: 10 }
  await done(api.post(`/work-orders/${order.id}/lines`, line))
  const list = await done(api.post('/pick-lists/from-work-order', { work_order_id: order.id }))
  return () => api.post(`/pick-lists/${list.id}/complete`, {})
}
const receive: Runner = async ({ api }) => {
  const product_id = await newPart(api, 1)
  return () => api.post('/receiving/direct', { product_id, quantity: 2, unit_cost: 3 })
}
const enter: Runner = async ({ api, tenant_id }, day) => {
  const { rows } = await owner.query(
    `select id from gl_accounts where tenant_id = $1 and code in ('1100', '4400')`,
    [tenant_id],
  )
  const [debit, credit] = rows.map(({ id }) => Number(id))
  const lines = [
    { account_id: debit, debit: 5 },
    { account_id: credit, credit: 5 },
  ]
  return () => api.post('/journal-entries', { date: day, lines })
}

/** In how many races it was booked in the period, in another one, or refused. */
const tally = () => ({ within: 0, after: 0, refused: 0 })

async function race(shop: Shop, runner: Runner, day: string, lead_ms: number) {
  const run = await runner(shop, day)
  const { rows: ready } = await owner.query(
    'select coalesce(max(id), 0) as id from journal_entries where tenant_id = $1',
    [shop.tenant_id],
  )
  const period = await openPeriod(owner, shop)
  const close = () => closePeriod(shop, period)
  const closing = lead_ms === Infinity ? undefined : sleep(Math.max(lead_ms, 0)).then(close)
  if (lead_ms === -Infinity) await closing
  const posting = sleep(Number.isFinite(lead_ms) ? Math.max(-lead_ms, 0) : 0).then(run)
  const [posted, closed] = await Promise.all([posting, closing ?? posting.then(close)])
  expect(closed, JSON.stringify(closed.body)).toMatchObject({ status: 200 })
  if (posted.status >= 300) {
    expect(posted).toMatchObject({ status: 422, body: { code: 'btw_period_closed' } })
    return 'refused'
  }
  const { rows } = await owner.query(
    `select bool_and(btw_period_id = $3) as within from journal_entries
     where tenant_id = $1 and id > $2 and source is distinct from 'btw_period'`,
    [shop.tenant_id, ready[0].id, period],
  )
  return rows[0].within ? 'within' : 'after'
}

/**
 * When the closing starts, after the posting or, below zero, before it: once when that is done and once before all of it, then
 * ever nearer to where the one overtakes the other.
 */
function* leads(): Generator<number, void, keyof ReturnType<typeof tally>> {
  yield Infinity
  yield -Infinity
  let lead_ms = 20
  for (let step_ms = 20; ; step_ms = Math.max(step_ms * 0.8, 2)) {
    const outcome = yield lead_ms
    lead_ms += outcome === 'within' ? -step_ms : step_ms
  }
}

test.each(Object.entries({ issue, pay, enter }))(
  '%s in a month that is being closed: before it, or not in it',
  async (_, runner) => {
    const shop = await newShop(shops)
    await done(shop.api.put('/settings', { vat_period: 'month' }))
    const tallied = tally()
    const lead = leads()
    let lead_ms = lead.next().value ?? 0
    for (let n = 0; n < races; n++) {
      const day = new Date(Date.UTC(2006, n, 15)).toISOString().slice(0, 10)
      await newIssued(shop.api, { invoice_date: day, lines: [{ ...screen, unit_price: 1 + n }] })
      const outcome = await race(shop, runner, day, lead_ms)
      tallied[outcome] += 1
      lead_ms = lead.next(outcome).value ?? 0
      if (n % 20 === 19) expect(await truth(owner, shop.tenant_id)).toEqual([])
    }
    expect(tallied.within, JSON.stringify(tallied)).toBeGreaterThan(0)
    expect(tallied.after + tallied.refused, JSON.stringify(tallied)).toBeGreaterThan(0)
  },
  600_000,
)

test.each(Object.entries({ credit, pick, receive }))(
  '%s on a day whose period is being closed: before it, or in the next',
  async (_, runner) => {
    const tallied = tally()
    const lead = leads()
    let lead_ms = lead.next().value ?? 0
    for (let n = 0; n < races / 4; n++) {
      const shop = await newShop(shops)
      await newIssued(shop.api, { invoice_date: ago(0) })
      const outcome = await race(shop, runner, ago(0), lead_ms)
      tallied[outcome] += 1
      lead_ms = lead.next(outcome).value ?? 0
      expect(await truth(owner, shop.tenant_id)).toEqual([])
    }
    expect(tallied.within, JSON.stringify(tallied)).toBeGreaterThan(0)
    expect(tallied.after, JSON.stringify(tallied)).toBeGreaterThan(0)
    expect(tallied.refused).toBe(0)
  },
  600_000,
)

test('several close a period at once, while others post: one closes it', async () => {
  const shop = await newShop(shops)
  await newIssued(shop.api, { invoice_date: ago(0) })
  const period = await openPeriod(owner, shop)
  const runs = await Promise.all([issue, pay, credit, pick].map((run) => run(shop, ago(0))))
  const answers = await Promise.all([
    ...Array.from({ length: 4 }, () => closePeriod(shop, period)),
    ...runs.map((run) => run()),
  ])
  const closings = answers.slice(0, 4).map(({ status }) => status)
  expect(closings.toSorted((a, b) => a - b)).toEqual([200, 422, 422, 422])
  for (const { status, body } of answers) {
    expect([200, 201, 422], JSON.stringify(body)).toContain(status)
  }
  expect(await truth(owner, shop.tenant_id)).toEqual([])
})
