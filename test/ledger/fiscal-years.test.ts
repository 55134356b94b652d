import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { booking, chartOf, expectSums, fileVat } from './books.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const of = await chartOf(api)
const thisYear = Number((await api.get('/fiscal-years')).body.data.at(-1).year)
const { years, newYear, post } = booking(api, of)
const yearOf = async (year: number) => (await years()).find((y) => y.year === year)

const refused = (code: string) => ({ status: 422, body: { code } })

// Years of which this test knows all: the past, where nothing else happens.
await newYear({ year: thisYear - 1 })
await newYear({ year: thisYear - 2 })

test('a shop has a fiscal year from its first day', async () => {
  const [theirs] = await years(other.api)
  expect(theirs).toMatchObject({
    year: thisYear,
    start_date: `${thisYear}-01-01`,
    end_date: `${thisYear}-12-31`,
    status: 'open',
    result: 0,
    closed_at: null,
  })
})

test('years adjoin, and last two years at most', async () => {
  const draft = async (body: object) => (await api.post('/fiscal-years', body)).body
  expect((await draft({})).errors).toEqual({ year: ['The year field is required.'] })
  expect(await draft({ year: thisYear })).toMatchObject({ code: 'fiscal_year_overlap' })
  expect(await draft({ year: thisYear + 2 })).toMatchObject({ code: 'fiscal_year_gap' })
  const next = { year: thisYear + 1, start_date: `${thisYear + 1}-01-01` }
  const field = async (body: object) => Object.keys((await draft(body)).errors)
  expect(await field({ ...next, end_date: `${thisYear + 3}-01-31` })).toEqual(['end_date'])
  expect(await field({ ...next, end_date: `${thisYear + 1}-06-15` })).toEqual(['end_date'])
  expect(await field({ ...next, end_date: `${thisYear}-12-31` })).toEqual(['end_date'])
  expect(await field({ ...next, year: thisYear + 5, end_date: `${thisYear + 1}-12-31` })).toEqual([
    'year',
  ])
  const long = await newYear({ ...next, end_date: `${thisYear + 2}-12-31` })
  expect(long).toMatchObject({ ...next, status: 'open', result: 0 })
  expect((await api.delete(`/fiscal-years/${long.id}`)).status).toBe(204)
  const short = await newYear({ ...next, end_date: `${thisYear + 1}-06-30` })
  expect((await api.get(`/fiscal-years/${short.id}`)).body).toEqual(short)
  expect((await api.delete(`/fiscal-years/${short.id}`)).status).toBe(204)
})

test('of ten made at once one is', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => api.post('/fiscal-years', { year: thisYear + 1 })),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ body }) => body.code === 'fiscal_year_overlap')).toHaveLength(9)
  const made = answers.find(({ status }) => status === 201)
  expect((await api.delete(`/fiscal-years/${made?.body.id}`)).status).toBe(204)
})

test('an opening balance is entered once, on the balance sheet, before anything else', async () => {
  const { id } = (await yearOf(thisYear - 2)) as Json
  const path = `/fiscal-years/${id}/opening-balance`
  const enter = (lines: object[], rest = {}) => api.post(path, { lines, ...rest })
  const bank = { account_id: of('1100'), debit: 5000 }
  expect((await enter([bank])).body.errors).toHaveProperty(['lines.0'])
  for (const [code, reason] of [
    ['1300', 'control_account'],
    ['3000', 'control_account'],
    ['8000', 'not_on_balance_sheet'],
    ['4500', 'not_on_balance_sheet'],
    ['1500', 'not_on_balance_sheet'],
  ] as const) {
    expect(await enter([bank, { account_id: of(code), credit: 5000 }])).toMatchObject({
      ...refused(reason),
      body: { errors: { 'lines.1.account_id': [expect.any(String)] } },
    })
  }
  expect((await api.get(path)).body).toMatchObject({ journal_entry_id: null, lines: [] })
  const lines = [bank, { account_id: of('1590'), credit: 1200, description: 'Btw Q4' }]
  const made = await Promise.all(
    Array.from({ length: 5 }, () => enter(lines, { balance_to_equity: true })),
  )
  expect(made.filter(({ body }) => body.code === 'already_opened')).toHaveLength(4)
  const entry = made.find(({ status }) => status === 201)?.body
  expect(entry).toMatchObject({
    journal: 'opening',
    date: `${thisYear - 2}-01-01`,
    description: 'Beginbalans',
    source_type: 'fiscal_year',
    source_id: id,
    total: 5000,
    lines: [
      { account: { code: '1100' }, debit: 5000 },
      { account: { code: '1590' }, credit: 1200, description: 'Btw Q4' },
      { account: { code: '0500' }, credit: 3800 },
    ],
  })
  expect((await api.get(path)).body).toEqual({
    fiscal_year_id: id,
    date: `${thisYear - 2}-01-01`,
    journal_entry_id: entry.id,
    lines: [
      {
        account_id: of('0500'),
        account: { code: '0500', name: 'Eigen vermogen' },
        debit: 0,
        credit: 3800,
      },
      { account_id: of('1100'), account: { code: '1100', name: 'Bank' }, debit: 5000, credit: 0 },
      {
        account_id: of('1590'),
        account: { code: '1590', name: 'Te betalen of te vorderen btw' },
        debit: 0,
        credit: 1200,
      },
    ],
  })
  expect(await api.post(`/journal-entries/${entry.id}/reverse`)).toMatchObject(
    refused('posted_by_document'),
  )
})

test('no year begins otherwise than the entries before it say', async () => {
  const [year] = await years(other.api)
  const theirs = await chartOf(other.api)
  const lines = [
    { account_id: theirs('1100'), debit: 10 },
    { account_id: theirs('0500'), credit: 10 },
  ]
  await other.api.post('/journal-entries', { date: `${thisYear - 1}-12-31`, lines })
  expect(
    await other.api.post(`/fiscal-years/${year?.id}/opening-balance`, { lines }),
  ).toMatchObject(refused('not_first_year'))
  expect((await other.api.get(`/fiscal-years/${year?.id}/opening-balance`)).body).toMatchObject({
    journal_entry_id: null,
    lines: [
      { account: { code: '0500' }, credit: 10 },
      { account: { code: '1100' }, debit: 10 },
    ],
  })
})

test('a year shows what it earned and how it ends; the next begins with that', async () => {
  await post(`${thisYear - 2}-03-31`, '1100', '8200', 300)
  await post(`${thisYear - 2}-12-31`, '4500', '1100', 100)
  await post(`${thisYear - 1}-01-01`, '4500', '1100', 30)
  const first = (await yearOf(thisYear - 2)) as Json
  const second = (await yearOf(thisYear - 1)) as Json
  expect([first.result, second.result]).toEqual([200, -30])
  const balances = async (id: number) =>
    (await api.get(`/fiscal-years/${id}`)).body.balances.map(({ account, balance }: Json) => [
      account.code,
      balance,
    ])
  expect(await balances(first.id)).toEqual([
    ['0500', -3800],
    ['1100', 5200],
    ['1590', -1200],
    ['4500', 100],
    ['8200', -300],
  ])
  expect(await balances(second.id)).toEqual([
    ['0500', -3800],
    ['0590', -200],
    ['1100', 5170],
    ['1590', -1200],
    ['4500', 30],
  ])
  const opening = (await api.get(`/fiscal-years/${second.id}/opening-balance`)).body.lines
  expect(opening.map(({ account, debit, credit }: Json) => [account.code, debit - credit])).toEqual(
    [
      ['0500', -3800],
      ['0590', -200],
      ['1100', 5200],
      ['1590', -1200],
    ],
  )
})

test('a year with entries, or between two others, is not deleted', async () => {
  const [first, second] = [
    (await yearOf(thisYear - 2)) as Json,
    (await yearOf(thisYear - 1)) as Json,
  ]
  expect(await api.delete(`/fiscal-years/${first.id}`)).toMatchObject(refused('in_use'))
  const before = await newYear({ year: thisYear - 3 })
  const earlier = await newYear({ year: thisYear - 4 })
  expect(await api.delete(`/fiscal-years/${before.id}`)).toMatchObject(refused('fiscal_year_gap'))
  expect((await api.delete(`/fiscal-years/${earlier.id}`)).status).toBe(204)
  expect((await api.delete(`/fiscal-years/${before.id}`)).status).toBe(204)
  expect((await other.api.delete(`/fiscal-years/${second.id}`)).status).toBe(404)
})

test('a year is closed after its VAT and after the years before it', async () => {
  const [first, second] = [
    (await yearOf(thisYear - 2)) as Json,
    (await yearOf(thisYear - 1)) as Json,
  ]
  const close = (id: number) => api.post(`/fiscal-years/${id}/close`)
  expect(await close(second.id)).toMatchObject(refused('earlier_year_open'))
  expect(await close(first.id)).toMatchObject({
    ...refused('periods_open'),
    body: {
      message: `These VAT periods are still open: ${thisYear - 2} Q1, ${thisYear - 2} Q4.`,
    },
  })
  await owner.query(
    `update btw_periods set status = 'closed', closed_at = now(), vat_return = '{}' where tenant_id = $1 and year = $2 and quarter = 1`,
    [shop.tenant_id, thisYear - 2],
  )
  for (const [from, to] of [
    ['04-01', '06-30'],
    ['07-01', '09-30'],
  ]) {
    await fileVat(owner, shop.tenant_id, `${thisYear - 2}-${from}`, `${thisYear - 2}-${to}`)
  }
  expect((await close(first.id)).body.message).toBe(
    `These VAT periods are still open: ${thisYear - 2} Q4.`,
  )
  await owner.query(
    `update btw_periods set status = 'closed', closed_at = now(), vat_return = '{}' where tenant_id = $1 and year = $2 and quarter = 4`,
    [shop.tenant_id, thisYear - 2],
  )
  const answers = await Promise.all([close(first.id), close(first.id), close(first.id)])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422, 422])
  expect(await close(first.id)).toMatchObject(refused('fiscal_year_closed'))
  expect(await yearOf(thisYear - 2)).toMatchObject({
    status: 'closed',
    result: 200,
    closed_at: expect.any(String),
  })
  expect(await api.delete(`/fiscal-years/${first.id}`)).toMatchObject(refused('fiscal_year_closed'))
  expect(await api.post('/fiscal-years', { year: thisYear - 3 })).toMatchObject(
    refused('fiscal_year_closed'),
  )
  expect(
    await api.post(`/fiscal-years/${first.id}/opening-balance`, {
      lines: [
        { account_id: of('1100'), debit: 1 },
        { account_id: of('0500'), credit: 1 },
      ],
    }),
  ).toMatchObject(refused('fiscal_year_closed'))
  await expect(
    owner.query(`update fiscal_years set status = 'open' where id = $1`, [first.id]),
  ).rejects.toThrow(/closed/)
  expect(await post(`${thisYear - 2}-12-31`, '4500', '1100', 1)).toMatchObject(
    refused('btw_period_closed'),
  )
})

test('what is posted while a year is closed stands in it, or not at all', async () => {
  const { id } = (await yearOf(thisYear - 1)) as Json
  const first = `${thisYear - 1}-01-01`
  await owner.query(
    `delete from btw_periods p where tenant_id = $1 and year = $2
     and not exists (select from journal_entries where btw_period_id = p.id)`,
    [shop.tenant_id, thisYear - 1],
  )
  // The VAT of the year is filed while others post into it.
  const filing = (async () => {
    const { rows } = await owner.query(
      `select max(end_date)::text as until from btw_periods where tenant_id = $1 and year = $2`,
      [shop.tenant_id, thisYear - 1],
    )
    await owner.query(
      `update btw_periods set status = 'closed', closed_at = now(), vat_return = '{}' where tenant_id = $1 and year = $2`,
      [shop.tenant_id, thisYear - 1],
    )
    const next = new Date(Date.parse(rows[0].until) + 24 * 3600 * 1000).toISOString().slice(0, 10)
    await fileVat(owner, shop.tenant_id, next, `${thisYear - 1}-12-31`)
    return api.post(`/fiscal-years/${id}/close`)
  })()
  const posting = Array.from({ length: 20 }, () => post(first, '4500', '1100', 1))
  const [closing, ...answers] = await Promise.all([filing, ...posting])
  expect(closing.status, JSON.stringify(closing.body)).toBe(200)
  const posted = answers.filter(({ status }) => status === 201).length
  for (const { status, body } of answers) {
    if (status !== 201) expect(body.code).toBe('btw_period_closed')
  }
  expect(closing.body.result).toBe(-30 - posted)
  const { rows } = await owner.query(
    `select sum(l.debit_cents - l.credit_cents)::int as cents from journal_lines l join gl_accounts a on a.id = l.account_id
     where l.tenant_id = $1 and a.type in ('revenue', 'expense') and l.entry_date between $2 and $3`,
    [shop.tenant_id, first, `${thisYear - 1}-12-31`],
  )
  expect(rows[0].cents).toBe(-100 * closing.body.result)
  await expectSums(owner)
})

test('is for those who keep the books', async () => {
  expect((await shop.as.technician.get('/fiscal-years')).status).toBe(403)
  expect((await shop.as.accountant.get('/fiscal-years')).status).toBe(200)
  const { id } = (await yearOf(thisYear)) as Json
  expect((await other.api.get(`/fiscal-years/${id}`)).status).toBe(404)
  expect((await other.api.post(`/fiscal-years/${id}/close`)).status).toBe(404)
  expect((await other.api.get(`/fiscal-years/${id}/opening-balance`)).status).toBe(404)
})
