import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { linesOf, postByHand, twoYears } from './reporting.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const world = await twoYears(api, owner, shop)
await twoYears(other.api, owner, other)

const accountOf = async (code: string, tenant_id = shop.tenant_id) => {
  const { rows } = await owner.query(
    'select id from gl_accounts where tenant_id = $1 and code = $2',
    [tenant_id, code],
  )
  return Number(rows[0].id)
}
const ledger = async (query: string): Promise<Json> => {
  const { status, body } = await api.get(`/reports/general-ledger?${query}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const text = (body: Json) => new TextDecoder().decode(body)

test('tells what was posted to an account, with the balance after each line', async () => {
  const account_id = await accountOf('1300')
  const body = await ledger(`account_id=${account_id}&from=2026-02-10&to=2026-02-20`)
  expect(body).toMatchObject({
    from: '2026-02-10',
    to: '2026-02-20',
    account: { account_id, code: '1300', name: 'Debiteuren' },
    // € 218.55 of December and € 363 of January.
    opening_balance: 581.55,
    total_debit: 118.43,
    total_credit: 363,
    closing_balance: 336.98,
    total: 4,
    current_page: 1,
    last_page: 1,
    per_page: 25,
  })
  const { invoice_number } = (await api.get(`/invoices/${world.february.id}`)).body
  expect(body.data[0]).toEqual({
    id: expect.any(Number),
    account_id,
    code: '1300',
    name: 'Debiteuren',
    date: '2026-02-10',
    entry_id: expect.any(Number),
    entry_number: expect.stringMatching(/^JE-2026-\d{4}$/),
    description: 'Factuur',
    reference: invoice_number,
    source_type: 'invoice',
    source_id: world.february.id,
    debit: 33.33,
    credit: 0,
    balance: 614.88,
  })
  const shown = body.data.map(({ date, debit, credit, balance, source_type }: Json) => [
    date,
    source_type,
    debit - credit,
    balance,
  ])
  expect(shown).toEqual([
    ['2026-02-10', 'invoice', 33.33, 614.88],
    ['2026-02-16', 'payment', -363, 251.88],
    ['2026-02-16', 'product', 12.5, 264.38],
    ['2026-02-20', 'invoice', 72.6, 336.98],
  ])
})

test.each([
  ['one account', async () => `account_id=${await accountOf('1300')}&`],
  ['all accounts', async () => ''],
])('runs on from page to page: %s', async (_, which) => {
  const query = `${await which()}from=2025-11-15`
  const whole = await ledger(`${query}&per_page=100`)
  expect(whole).toMatchObject({ total: whole.data.length, last_page: 1 })
  const pages = []
  for (let page = 1; page <= Math.ceil(whole.total / 3); page++) {
    const body = await ledger(`${query}&per_page=3&page=${page}`)
    expect(body).toMatchObject({ total: whole.total, opening_balance: whole.opening_balance })
    pages.push(body.data)
  }
  expect(pages.flat()).toEqual(whole.data)
  expect(await ledger(`${query}&page=1000`)).toMatchObject({ data: [], total: whole.total })
})

test('of all accounts together, the lines of each follow one another and nothing is left over', async () => {
  const body = await ledger('from=2025-01-01&per_page=100')
  const lines = await linesOf(owner, shop.tenant_id)
  expect(body).toMatchObject({
    account: null,
    total: lines.length,
    opening_balance: 0,
    closing_balance: 0,
  })
  const codes = body.data.map(({ code }: Json) => code)
  expect(codes).toEqual(codes.toSorted())
})

test('a CSV has all lines, between the opening and the closing balance of each account', async () => {
  const query = 'from=2026-01-01&to=2026-03-31'
  const answer = await api.get(`/reports/general-ledger?${query}&format=csv`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toContain('text/csv')
  expect(answer.headers.get('content-disposition')).toContain(
    'general-ledger-2026-01-01-2026-03-31.csv',
  )
  const [header, ...rows] = text(answer.body).trimEnd().split('\r\n')
  expect(header).toBe('code,name,date,entry_number,description,reference,debit,credit,balance')
  const bank = rows.filter((row) => row.startsWith('1100,'))
  expect(bank.map((row) => row.replace(/JE-\d+-\d+/, 'JE'))).toEqual([
    '1100,Bank,2026-01-01,,Beginsaldo,,,,3921',
    '1100,Bank,2026-02-14,JE,By hand,,,600.05,3320.95',
    '1100,Bank,2026-02-28,JE,By hand,,77,,3397.95',
    '1100,Bank,2026-03-31,,Eindsaldo,,77,600.05,3397.95',
  ])
  const json = await ledger(`${query}&per_page=100`)
  const posted = rows.filter((row) => row.includes(',JE-'))
  expect(posted).toHaveLength(json.total)
  // What has a balance and no line is there with its balance.
  expect(rows.filter((row) => row.startsWith('0500,'))).toEqual([
    '0500,Eigen vermogen,2026-01-01,,Beginsaldo,,,,-5000',
    '0500,Eigen vermogen,2026-03-31,,Eindsaldo,,0,0,-5000',
  ])
})

test('a CSV is longer than one page of its cursor, and than a PDF may be', async () => {
  await owner.query(`do $$
    declare v_entry bigint;
    begin
      perform set_config('app.tenant_id', '${other.tenant_id}', true);
      insert into journal_entries (tenant_id, entry_date) values (${other.tenant_id}, '2026-06-30') returning id into v_entry;
      insert into journal_lines (tenant_id, journal_entry_id, position, account_id, debit_cents, credit_cents)
      select ${other.tenant_id}, v_entry, n, a.id, case when n <= 2600 then 1 else 0 end, case when n > 2600 then 2600 else 0 end
      from generate_series(1, 2601) n
      join gl_accounts a on a.tenant_id = ${other.tenant_id} and a.code = case when n <= 2600 then '4300' else '1990' end;
    end $$`)
  const account_id = await accountOf('4300', other.tenant_id)
  const path = `/reports/general-ledger?account_id=${account_id}&from=2026-06-01&to=2026-06-30`
  const rows = text((await other.api.get(`${path}&format=csv&separator=semicolon`)).body)
    .trimEnd()
    .split('\r\n')
  expect(rows).toHaveLength(1 + 1 + 2600 + 1)
  expect(rows.at(-1)).toBe('4300;Verkoopkosten;2026-06-30;;Eindsaldo;;26;0;26')
  expect(rows.at(-2)).toMatch(/;0,01;;26$/)
  expect((await other.api.get(`${path}&page=26&per_page=100`)).body.data.at(-1).balance).toBe(26)
  expect(await other.api.get(`${path}&format=pdf`)).toMatchObject({
    status: 422,
    body: { code: 'report_too_long' },
  })
})

test('a book year that starts in July starts its results there, also in years that nobody entered', async () => {
  const tenant_id = other.tenant_id
  await owner.query('delete from fiscal_years where tenant_id = $1', [tenant_id])
  await owner.query(
    `insert into fiscal_years (tenant_id, year, start_date, end_date) values ($1, 2026, '2026-07-01', '2027-06-30')`,
    [tenant_id],
  )
  await postByHand(owner, other, '2025-06-30', [
    ['4500', 1_000],
    ['1100', -1_000],
  ])
  await postByHand(owner, other, '2025-07-01', [
    ['4500', 2_000],
    ['1100', -2_000],
  ])
  const opening = async (from: string, code: string) => {
    const { body } = await other.api.get(`/reports/trial-balance?from=${from}&to=${from}&zero=1`)
    return body.rows.find((row: Json) => row.code === code).opening
  }
  expect(await opening('2025-07-01', '4500')).toBe(0)
  expect(await opening('2025-07-01', '0590')).toBe(10)
  expect(await opening('2025-07-02', '4500')).toBe(20)
  expect(await opening('2025-09-01', '0590')).toBe(10)
  const { body } = await other.api.get('/reports/trial-balance?to=2025-09-15')
  expect(body).toMatchObject({ from: '2025-07-01', to: '2025-09-15' })
})
