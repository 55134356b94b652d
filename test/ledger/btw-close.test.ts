import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newCustomer, newDraft, newIssued, screen } from '../sales/invoicing.ts'
import { asTenant, newPeriod, openPeriodOn, postDirectly, today } from './returning.ts'

const { shop, owner, worker_url } = await startShops()
const { api } = shop

// Three quarters of long ago, before the running one.
const [first, second, third] = [
  await newPeriod(api, { year: 2020, quarter: 1 }),
  await newPeriod(api, { year: 2020, quarter: 2 }),
  await newPeriod(api, { year: 2020, quarter: 3 }),
]
const running = await openPeriodOn(api, today)

const linesOf = async (source: string, source_id: number) => {
  const { rows } = await owner.query(
    `select a.role, (l.debit_cents - l.credit_cents)::int as cents from journal_entries e
     join journal_lines l on l.journal_entry_id = e.id join gl_accounts a on a.id = l.account_id
     where e.tenant_id = $1 and e.source = $2 and e.source_id = $3 order by l.position`,
    [shop.tenant_id, source, source_id],
  )
  return rows.map(({ role, cents }: Json) => [role, cents])
}

const inFirst = '2020-02-10'
const issued = await newIssued(api, {
  invoice_date: inFirst,
  lines: [
    { ...screen, unit_price: 100.55 },
    { ...screen, unit_price: 10, vat_rate: 9 },
  ],
})

const manual = (day: string) =>
  postDirectly(owner, shop.tenant_id, day, [
    ['bank', 100, 0],
    ['suspense', 0, 100],
  ])

test('refuses what is not its turn', async () => {
  expect(await api.post(`/btw-periods/${second.id}/close`)).toMatchObject({
    status: 422,
    body: { code: 'earlier_period_open', message: 'The period from 2020-01-01 is still open.' },
  })
  const future = await newPeriod(api, { year: 2090 })
  expect(await api.post(`/btw-periods/${future.id}/close`)).toMatchObject({
    status: 422,
    body: { code: 'not_begun' },
  })
  expect((await api.get(`/btw-periods/${second.id}`)).body.warnings).toEqual(
    expect.arrayContaining([
      { code: 'earlier_period_open', message: 'The period from 2020-01-01 is still open.' },
    ]),
  )
})

test('freezes the return and books it', async () => {
  const before = (await api.get(`/btw-periods/${first.id}`)).body
  const closed = await api.post(`/btw-periods/${first.id}/close`)
  expect(closed).toMatchObject({
    status: 200,
    body: { id: first.id, status: 'closed', total_vat: 21, is_overdue: false },
  })
  expect(closed.body.closed_at).toMatch(/Z$/)
  // 21.12 and 0.90 of VAT: 21 and 0 are filed.
  expect(await linesOf('btw_period', first.id)).toEqual([
    ['vat_1a', 21_12],
    ['vat_1b', 90],
    ['vat_return', -21_00],
    ['vat_rounding', -1_02],
  ])
  const after = (await api.get(`/btw-periods/${first.id}`)).body
  const { boxes, icp, margin, net_payable, rounding_difference } = before
  expect(after).toMatchObject({ boxes, icp, margin, net_payable, rounding_difference })
  expect((await api.get('/btw-periods?status=closed')).body).toMatchObject([
    { id: first.id, total_vat: 21 },
  ])
  expect(await api.post(`/btw-periods/${first.id}/close`)).toMatchObject({
    status: 422,
    body: { code: 'already_closed' },
  })
  expect(await api.post('/btw-periods', { year: 2019, quarter: 4 })).toMatchObject({
    status: 422,
    body: { code: 'btw_period_closed' },
  })
})

test('an empty period closes without an entry', async () => {
  expect((await api.post(`/btw-periods/${second.id}/close`)).body.total_vat).toBe(0)
  expect(await linesOf('btw_period', second.id)).toEqual([])
})

test('nothing is posted into it, from any path', async () => {
  await expect(manual(inFirst)).rejects.toMatchObject({ code: 'RA422' })
  // Before it, too: that time is filed.
  await expect(manual('2018-05-05')).rejects.toMatchObject({ code: 'RA422' })
  const entry = await owner.query(
    `select id from journal_entries where tenant_id = $1 and btw_period_id = $2 limit 1`,
    [shop.tenant_id, first.id],
  )
  for (const text of [
    `update btw_periods set status = 'open', closed_at = null, vat_return = null where id = ${first.id}`,
    `update btw_periods set end_date = end_date + 1 where id = ${third.id}`,
    `delete from btw_periods where id = ${first.id}`,
    `update journal_entries set entry_date = '2020-02-11' where id = ${entry.rows[0].id}`,
    `delete from journal_lines where journal_entry_id = ${entry.rows[0].id}`,
  ]) {
    await expect(owner.query(text), text).rejects.toThrow()
  }
  const pg = (await import('pg')).default
  const worker = new pg.Client(worker_url)
  await worker.connect()
  await worker.query(`select set_config('app.tenant_id', $1, false)`, [String(shop.tenant_id)])
  await expect(
    worker.query(`insert into journal_entries (entry_date) values ('${inFirst}')`),
  ).rejects.toMatchObject({ code: 'RA422' })
  await expect(
    worker.query(`update btw_boxes set vat_cents = 0 where btw_period_id = ${first.id}`),
  ).rejects.toThrow(/permission denied/)
  await worker.end()
})

test('an invoice dated there is refused, or late: it counts in the open period and is listed', async () => {
  const draft = await newDraft(api, { invoice_date: inFirst, lines: [screen] })
  expect(await api.post(`/invoices/${draft.id}/issue`)).toMatchObject({
    status: 422,
    body: { code: 'btw_period_closed', errors: { invoice_date: [expect.any(String)] } },
  })
  const late = await api.post(`/invoices/${draft.id}/issue`, { late: true })
  expect(late).toMatchObject({ status: 200, body: { invoice_date: inFirst } })
  const { body } = await api.get(`/btw-periods/${running.id}`)
  expect(body.late).toEqual([
    {
      entry_id: expect.any(Number),
      entry_number: expect.stringMatching(/^JE-/),
      source: 'invoice',
      reference: late.body.invoice_number,
      document_date: inFirst,
      original_period: { id: first.id, year: 2020, quarter: 1, month: null },
      turnover: 89,
      vat: 18.69,
    },
  ])
  expect(body.corrections).toEqual([
    {
      period: { id: first.id, year: 2020, quarter: 1, month: null },
      vat: 18.69,
      route: 'next_return',
    },
  ])
  expect(body.boxes['1a']).toMatchObject({ turnover: 89, vat: 18.69 })
  expect((await api.get(`/btw-periods/${first.id}`)).body.total_vat).toBe(21)
})

test('more than € 1,000 of VAT needs a suppletie', async () => {
  const lines = [{ ...screen, unit_price: 5000 }]
  const draft = await newDraft(api, { invoice_date: inFirst, lines })
  await api.post(`/invoices/${draft.id}/issue`, { late: true })
  const { body } = await api.get(`/btw-periods/${running.id}`)
  expect(body.corrections).toMatchObject([{ vat: 1068.69, route: 'suppletie' }])
  expect(body.warnings).toEqual(
    expect.arrayContaining([expect.objectContaining({ code: 'suppletie' })]),
  )
})

test('a payment of that time is booked in the open one', async () => {
  const paid = await api.post(`/invoices/${issued.id}/payments`, {
    amount: 50,
    method: 'bank',
    paid_at: '2020-03-01T12:00:00Z',
  })
  expect(paid.status).toBe(201)
  const { rows } = await owner.query(
    `select btw_period_id::int, document_date::text, entry_date::text from journal_entries
     where tenant_id = $1 and source = 'payment' and source_id = $2`,
    [shop.tenant_id, paid.body.id],
  )
  expect(rows).toEqual([
    { btw_period_id: running.id, document_date: '2020-03-01', entry_date: today },
  ])
})

test('a supply within the EU without a VAT number is not filed', async () => {
  await postDirectly(owner, shop.tenant_id, '2020-08-01', [
    ['bank', 100, 0],
    ['sales_goods_eu', 0, 100],
  ])
  expect(await api.post(`/btw-periods/${third.id}/close`)).toMatchObject({
    status: 422,
    body: { code: 'icp_incomplete' },
  })
  expect((await api.get(`/btw-periods/${third.id}`)).body.icp).toMatchObject([
    { vat_number: null, goods: 1, services: 0 },
  ])
  await postDirectly(owner, shop.tenant_id, '2020-08-01', [
    ['bank', 0, 100],
    ['sales_goods_eu', 100, 0],
  ])
  expect((await api.post(`/btw-periods/${third.id}/close`)).status).toBe(200)
})

test('what came to a VAT account outside the boxes is owed with the return; only VAT stands in a box', async () => {
  const period = await newPeriod(api, { year: 2020, month: 10 })
  await asTenant(owner, shop.tenant_id, async (query) => {
    const { rows } = await query(
      `insert into journal_entries (journal, entry_date, source, source_id) values ('bank', '2020-10-01', 'bank_transaction', 1000000) returning id`,
    )
    await query(
      `insert into journal_lines (journal_entry_id, position, account_id, debit_cents, credit_cents)
       values ($1, 1, app.account_of('bank'), 50000, 0), ($1, 2, app.account_of('vat_1a'), 0, 50000)`,
      [rows[0].id],
    )
  })
  // A box that somebody names on an account of VAT that has none is not taken.
  await postDirectly(owner, shop.tenant_id, '2020-10-02', [
    ['bank', 121_50, 0],
    ['sales_goods_high', 0, 100_00],
    ['vat_1a', 0, 21_00],
    ['vat_rounding', 0, 50, '1a'],
  ])
  expect((await api.get(`/btw-periods/${period.id}`)).body.boxes['1a']).toMatchObject({
    turnover: 100,
    vat: 21,
  })
  expect((await api.post(`/btw-periods/${period.id}/close`)).body.total_vat).toBe(21)
  expect(await linesOf('btw_period', period.id)).toEqual([
    ['vat_1a', 521_00],
    ['vat_return', -521_00],
  ])
})

test('of parallel closes one wins, and of a post beside one nothing gets in after it', async () => {
  for (const race of Array(20).keys()) {
    const span = { year: 2021 + Math.floor(race / 12), month: (race % 12) + 1 }
    const period = await newPeriod(api, span)
    const invoice_date = period.start_date
    const draft = await newDraft(api, {
      customer_id: await newCustomer(api),
      invoice_date,
      lines: [screen],
    })
    const [close, again, issue] = await Promise.all([
      api.post(`/btw-periods/${period.id}/close`),
      api.post(`/btw-periods/${period.id}/close`),
      api.post(`/invoices/${draft.id}/issue`),
    ])
    expect(new Set([close.status, again.status])).toEqual(new Set([200, 422]))
    const won = close.status === 200 ? close : again
    const isIn = issue.status === 200
    expect(issue.body.code ?? 'issued').toBe(isIn ? 'issued' : 'btw_period_closed')
    expect(won.body.total_vat).toBe(isIn ? 18 : 0)
    const { body } = await api.get(`/btw-periods/${period.id}`)
    expect(body.boxes['1a'].vat).toBe(isIn ? 18.69 : 0)
  }
})

test('the running period closes before its end; what is booked today stands in the next', async () => {
  const { rows: gaps } = await owner.query(
    `select count(*)::int as n from btw_periods where tenant_id = $1 and status = 'open' and start_date < $2`,
    [shop.tenant_id, running.start_date],
  )
  expect(gaps[0].n).toBe(0)
  expect((await api.post(`/btw-periods/${running.id}/close`)).status).toBe(200)
  const draft = await newDraft(api, { invoice_date: today })
  expect((await api.post(`/invoices/${draft.id}/issue`)).body.code).toBe('btw_period_closed')
  expect((await api.post(`/invoices/${draft.id}/issue`, { late: true })).status).toBe(200)
  const next = (await api.get('/btw-periods?status=open&per_page=1000')).body.at(-1)
  expect((await api.get(`/btw-periods/${next.id}`)).body.late).toMatchObject([
    { document_date: today, original_period: { id: running.id } },
  ])
})

test('VAT accounts are empty after a close, and what is filed is owed', async () => {
  const { rows } = await owner.query(
    `select a.role, sum(b.debit_cents - b.credit_cents)::int as cents from ledger_balances b
     join gl_accounts a on a.id = b.account_id
     where b.tenant_id = $1 and b.month < $2 and a.role ~ '^vat_(\\d|return|rounding)' group by 1 having sum(b.debit_cents - b.credit_cents) <> 0`,
    [shop.tenant_id, '2026-01-01'],
  )
  const cents = Object.fromEntries(rows.map(({ role, cents }: Json) => [role, cents]))
  const closed = (await api.get('/btw-periods?status=closed&per_page=1000')).body
  const past = closed.filter(({ year }: Json) => year < 2026)
  const filed = past.reduce((sum: number, { total_vat }: Json) => sum + total_vat, 0)
  expect(cents).toEqual({ vat_return: -100 * filed - 500_00, vat_rounding: expect.any(Number) })
})
