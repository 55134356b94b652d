import { describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newIssued } from '../sales/invoicing.ts'
import { brokenRules, readAuditFile } from './auditing.ts'
import { book } from './booking.ts'

const { shop, other, owner } = await startShops()
const { rows: days } = await owner.query('select app.today()::text as today')
const year = Number(days[0].today.slice(0, 4))

const checksOf = async (of = shop) => (await of.api.get(`/audit-file/checks?year=${year}`)).body
const brokenIn = ({ checks }: Json) =>
  (checks as Json[]).filter(({ ok }) => !ok).map(({ rule, found }) => [rule, found])

/** Changes rows behind the back of every trigger. */
async function tamper(...statements: string[]) {
  const client = await owner.connect()
  await client.query('set session_replication_role = replica')
  for (const statement of statements) await client.query(statement)
  await client.query('set session_replication_role = origin')
  client.release()
}

test('books that were kept here keep every rule', async () => {
  await shop.api.put('/settings', { vat_number: 'NL123456782B90' })
  await newIssued(shop.api, { invoice_date: `${year}-03-27` })
  await book(owner, shop.tenant_id, {
    date: `${year - 1}-06-30`,
    lines: [
      { code: '1100', debit: 10 },
      { code: '8000', credit: 10 },
    ],
  })
  const body = await checksOf()
  expect(body).toMatchObject({
    year,
    start_date: `${year}-01-01`,
    end_date: `${year}-12-31`,
    ok: true,
  })
  expect(brokenIn(body)).toEqual([])
  expect((body.checks as Json[]).map(({ rule }) => rule)).toContain('0010')
})

test('a shop without a VAT number is told so', async () => {
  const body = await checksOf(other)
  expect(body.ok).toBe(false)
  expect(brokenIn(body)).toEqual([['tax_number', ['vat_number']]])
})

describe('what was changed behind the back of the service is found:', () => {
  const tenant = other.tenant_id
  const line = (code: string) =>
    `journal_lines l using gl_accounts a where a.id = l.account_id and a.code = '${code}' and l.tenant_id = ${tenant}`
  const found = async (rule: string) =>
    (await checksOf(other)).checks.find((check: Json) => check.rule === rule)
  const invoice = newIssued(other.api, { invoice_date: `${year}-02-01` })
  const entry = async () => {
    const { rows } = await owner.query(
      `select entry_number from journal_entries where tenant_id = $1 and source = 'invoice'`,
      [tenant],
    )
    return rows[0].entry_number as string
  }

  test('a line that is gone', async () => {
    await invoice
    await tamper(`delete from ${line('1500')}`)
    const number = await entry()
    expect(await found('0010')).toMatchObject({ ok: false, found: [number] })
    expect(await found('0009')).toMatchObject({ ok: false, found: ['107.69 <> 89.00'] })
    expect(await found('0008')).toMatchObject({ ok: false, found: [`1500 ${year}-02`] })
    expect(await found('0007')).toMatchObject({ ok: true, found: [] })
  })

  test('debtors that nobody is', async () => {
    await tamper(`update journal_entries set customer_id = null where tenant_id = ${tenant}`)
    expect(await found('party')).toMatchObject({ ok: false, found: [await entry()] })
  })

  test('a box that is not on the form', async () => {
    await tamper(
      `update journal_lines set vat_box = '9z', vat_part = 'turnover' where tenant_id = ${tenant} and credit_cents > 0`,
    )
    expect(await found('vat_code')).toMatchObject({ ok: false, found: [await entry()] })
  })

  test('two accounts of one code or RGS code', async () => {
    await tamper(
      `alter table gl_accounts drop constraint gl_accounts_code_unique, drop constraint gl_accounts_rgs_code_unique`,
      `update gl_accounts set code = '1000', rgs_code = 'BLimKasKas' where tenant_id = ${tenant} and code = '4400'`,
    )
    expect(await found('0002')).toMatchObject({ ok: false, found: ['1000'] })
    expect(await found('0003')).toMatchObject({ ok: false, found: ['BLimKasKas'] })
  })

  test('an opening balance that does not balance', async () => {
    await tamper(
      `insert into ledger_balances (tenant_id, account_id, month, debit_cents, credit_cents)
       select ${tenant}, id, '${year - 1}-05-01', 1250, 0 from gl_accounts where tenant_id = ${tenant} and code = '1100'`,
    )
    expect(await found('0006')).toMatchObject({ ok: false, found: ['12.50 <> 0.00'] })
  })

  test('and an account that was taken away', async () => {
    await tamper(`delete from gl_accounts where tenant_id = ${tenant} and code = '1300'`)
    expect(await found('account')).toMatchObject({ ok: false, found: [await entry()] })
  })
})

test('the rules find what is wrong in a file itself', async () => {
  const { body } = await shop.api.get(`/audit-file?year=${year}`)
  const xml = new TextDecoder().decode(body)
  const spoilt = (from: string | RegExp, to: string) =>
    brokenRules(readAuditFile(xml.replace(from, to)))
  expect(spoilt('', '')).toEqual([])
  expect(spoilt('<accID>1000</accID>', '<accID>1100</accID>')).toContain('[0002]')
  expect(spoilt('BLimKasKas', 'BLimBanRba')).toContain('[0003]')
  expect(spoilt(/(<obLine>.*?<amnt>)10\.00/s, '$110.01')).toEqual(['[0005]'])
  expect(spoilt(/(<transactions>.*?<totalDebit>)[\d.]+/s, '$11.00')).toEqual(['[0007]', '[0009]'])
  expect(spoilt(/(<trLine>.*?<amnt>)107\.69/s, '$1107.70')).toEqual([
    '[0007]',
    expect.stringContaining('[0010]'),
  ])
  expect(spoilt(/(<trLine>.*?<custSupID>)C\d+/s, '$1C999')).toEqual(['party C999'])
})
