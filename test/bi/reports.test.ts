import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { done } from '../ledger/posting.ts'
import { reports } from './asking.ts'
import { addDays, dayIn } from './truth.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const today = dayIn('Europe/Amsterdam', new Date())
const branch = await done(api.post('/branches', { name: 'Harbour' }))
const engineer = await done(api.post('/employees', { name: '=Jan' }))
const customer = await done(api.post('/customers', { first_name: 'Jane' }))

/** A repair of € 100 excl. VAT, in the branch, by the engineer. */
async function repair(amount: number): Promise<Json> {
  const order = await done(
    api.post('/work-orders', {
      customer_id: customer.id,
      branch_id: branch.id,
      assigned_to: engineer.id,
    }),
  )
  await done(
    api.post(`/work-orders/${order.id}/lines`, { description: 'Work', unit_price: amount }),
  )
  const invoice = await done(api.post(`/work-orders/${order.id}/invoice`, {}))
  return done(api.post(`/invoices/${invoice.id}/issue`, {}))
}

const first = await repair(100)
await done(
  api.post('/credit-notes', {
    invoice_id: first.id,
    reason: 'Faulty',
    lines: [{ description: 'Work', qty: 1, unit_price: 30, vat_pct: 21 }],
  }),
)
const second = await repair(50)
await done(api.post(`/invoices/${second.id}/cancel`))

const textOf = (body: ArrayBuffer) => new TextDecoder().decode(body).trimEnd().split('\r\n')

test('revenue: every day of the period, less credit notes and cancelled invoices', async () => {
  const { status, body } = await api.get('/bi/revenue?period=7d')
  expect(status).toBe(200)
  expect(body).toEqual({
    period: '7d',
    from: addDays(today, -6),
    to: today,
    data: Array.from({ length: 7 }, (_, place) => ({
      date: addDays(today, place - 6),
      amount: place === 6 ? 70 : 0,
    })),
    total: 70,
    previous_total: 0,
    growth_pct: null,
  })
  const year = await api.get('/bi/revenue?period=jaar')
  expect([year.body.period, year.body.data.length]).toEqual(['jaar', 365])
  expect((await api.get('/bi/revenue')).body).toMatchObject({ period: '30d', total: 70 })
})

test('the reports as the reference prints them', async () => {
  expect((await api.get(`/bi/engineers?branch_id=${branch.id}`)).body).toEqual([
    { engineer_id: engineer.id, name: '=Jan', completed: 0, avg_hours: null, revenue: 70 },
  ])
  expect((await api.get('/bi/customers')).body).toEqual({
    from: addDays(today, -29),
    to: today,
    new_customers: 1,
    returning_customers: 0,
    active_customers: 1,
    avg_ltv: 70,
  })
  const { status_distribution, ...figures } = (await api.get('/bi/work-orders')).body
  expect(status_distribution).toMatchObject({ new: 2, completed: 0, in_repair: 0 })
  expect(figures).toMatchObject({ created: 2, completed: 0, completion_rate_pct: 0 })
  const { body: invoices } = await api.get('/bi/invoices')
  // What was credited counts as open until the note is applied.
  expect(invoices).toMatchObject({ outstanding_amount: 121, overdue_amount: 0 })
})

test('a repair that goes to another engineer takes its revenue along', async () => {
  const sofie = await done(api.post('/employees', { name: 'Sofie' }))
  const order = first.work_order_id
  await done(api.patch(`/work-orders/${order}`, { assigned_to: sofie.id }))
  const list = (await api.get('/bi/engineers')).body
  expect(list).toEqual([expect.objectContaining({ engineer_id: sofie.id, revenue: 70 })])
  await done(api.patch(`/work-orders/${order}`, { assigned_to: engineer.id }))
  const paged = await api.get('/bi/engineers?per_page=1&page=2')
  expect([paged.body, paged.headers.get('x-total-count')]).toEqual([[], '1'])
})

test('periods that are none, and branches that are not there', async () => {
  const wrong = [
    'period=1d',
    'period=',
    'from=2026-01-01',
    'to=2026-01-01',
    'from=2026-01-02&to=2026-01-01',
    'from=2026-02-30&to=2026-03-01',
    'from=2010-01-01&to=2026-01-01',
  ]
  for (const report of reports) {
    for (const query of wrong) {
      const { status } = await api.get(`/bi/${report}?${query}`)
      expect({ report, query, status }).toEqual({ report, query, status: 422 })
    }
    for (const id of [branch.id, 999_999_999]) {
      expect((await other.api.get(`/bi/${report}?branch_id=${id}`)).status).toBe(404)
    }
    for (const role of ['technician', 'frontdesk'] as const) {
      expect((await shop.as[role].get(`/bi/${report}`)).status).toBe(403)
    }
  }
  const custom = await api.get(`/bi/revenue?from=2026-01-01&to=2026-01-01&period=7d`)
  expect(custom.body).toMatchObject({ period: 'custom', from: '2026-01-01', to: '2026-01-01' })
})

test('each report is a spreadsheet too, in which no text is a formula', async () => {
  for (const report of reports) {
    const { status, headers } = await api.get(`/bi/export?report=${report}&format=csv`)
    expect([report, status]).toEqual([report, 200])
    expect(headers.get('content-disposition')).toContain(
      `bi-${report}-${addDays(today, -29)}-${today}.csv`,
    )
  }
  const { body } = await api.get('/bi/export?report=engineers')
  expect(textOf(body)).toEqual([
    'engineer_id,name,completed,avg_hours,revenue',
    `${engineer.id},'=Jan,0,,70`,
  ])
  const revenue = await api.get('/bi/export?report=revenue&period=7d&separator=semicolon')
  expect(textOf(revenue.body).at(-1)).toBe(`${today};70`)
  for (const query of ['report=revenue&format=pdf', 'report=everything', 'format=csv']) {
    expect((await api.get(`/bi/export?${query}`)).status).toBe(422)
  }
})

test("figures belong to the database: the Worker's role cannot write them", async () => {
  const { rows } = await owner.query(
    `select has_table_privilege('repair_angel_app', name, 'insert, update, delete') as may
     from unnest(array['bi_deltas', 'bi_totals', 'customer_visits', 'repair_sales']) name`,
  )
  expect(rows.map(({ may }) => may)).toEqual([false, false, false, false])
})
