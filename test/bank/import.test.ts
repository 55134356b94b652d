import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { camt, ibans, mt940, newBankAccount, upload } from './statements.ts'

const { shop, owner } = await startShops()
const { api } = shop
const account = await newBankAccount(api, ibans.ing)

const march = [
  {
    date: '2026-03-26',
    amount: 107.69,
    name: 'J. Smith & zn <x>',
    iban: ibans.rabo,
    text: 'Factuur INV-2026-0001',
    end_to_end_id: 'E2E-1',
  },
  {
    date: '2026-03-27',
    amount: -45.5,
    name: 'Onderdelen B.V.',
    iban: ibans.abn,
    text: 'F 2026/12',
  },
]

const books = async () => {
  const { rows } = await owner.query(
    `select a.role, sum(l.debit_cents - l.credit_cents)::int as cents from journal_lines l join gl_accounts a on a.id = l.account_id
     where l.tenant_id = $1 group by 1 order by 1`,
    [shop.tenant_id],
  )
  return Object.fromEntries(rows.map(({ role, cents }) => [role, cents]))
}

test('imports a CAMT.053 file, and books each transaction', async () => {
  const answer = await upload(api, camt([{ iban: ibans.ing, lines: march }]))
  expect(answer).toMatchObject({
    status: 201,
    body: {
      statements: [
        {
          id: expect.any(Number),
          bank_account_id: account.id,
          statement_number: '1',
          from_date: '2026-03-26',
          to_date: '2026-03-27',
          opening: 1000,
          closing: 1062.19,
          imported: 2,
          skipped: 0,
        },
      ],
    },
  })
  const { body } = await api.get('/bank-transactions')
  expect(body.data).toMatchObject([
    { date: '2026-03-27', amount: -45.5, open: -45.5, counterparty_name: 'Onderdelen B.V.' },
    {
      date: '2026-03-26',
      amount: 107.69,
      open: 107.69,
      counterparty_name: 'J. Smith & zn <x>',
      counterparty_iban: ibans.rabo,
      description: 'Factuur INV-2026-0001',
      end_to_end_id: 'E2E-1',
    },
  ])
  expect(await books()).toEqual({ bank: 6219, suspense: -6219 })
  expect((await api.get(`/bank-accounts/${account.id}`)).body).toMatchObject({
    balance: 1062.19,
    balance_date: '2026-03-27',
    open_transactions: 2,
  })
})

test('imports nothing of a file that came before, nor of the other format', async () => {
  for (const text of [
    camt([{ iban: ibans.ing, lines: march }]),
    camt([{ iban: ibans.ing, lines: march, number: '7' }], '08'),
    mt940([{ iban: ibans.ing, lines: march }]),
  ]) {
    const { status, body } = await upload(api, text)
    expect(status).toBe(201)
    expect(body.statements).toMatchObject([{ imported: 0, skipped: 2 }])
  }
  expect(await books()).toEqual({ bank: 6219, suspense: -6219 })
})

test('takes what is new of exports that overlap, also where lines are alike', async () => {
  const same = { date: '2026-04-01', amount: 5, text: 'Koffie' }
  const first = await upload(api, camt([{ iban: ibans.ing, number: '20', lines: [same, same] }]))
  expect(first.body.statements).toMatchObject([{ imported: 2, skipped: 0 }])
  const more = [same, same, same, { ...same, date: '2026-04-02' }]
  const second = await upload(api, mt940([{ iban: ibans.ing, lines: more }]))
  expect(second.body.statements).toMatchObject([{ imported: 2, skipped: 2 }])
  for (const again of [
    camt([{ iban: ibans.ing, number: '21', lines: more }]),
    mt940([{ iban: ibans.ing, lines: more }]),
  ]) {
    expect((await upload(api, again)).body.statements).toMatchObject([{ imported: 0, skipped: 4 }])
  }
})

test('takes a file as the body, and many statements at once, all or nothing', async () => {
  const day = (date: string, number: string) => ({
    iban: ibans.ing,
    number,
    lines: [{ date, amount: 1, text: number }],
  })
  const good = camt([day('2026-05-01', '50'), day('2026-05-02', '51')])
  const broken = good.replace(/(.*<Amt Ccy="EUR">)1\.00/s, '$11.01')
  expect((await upload(api, broken)).body.code).toBe('statement_unbalanced')
  expect((await api.get('/bank-statements?from=2026-05-01')).body.total).toBe(0)
  const raw = (text: string, type: string) =>
    api.post('/bank-statements', text, { 'Content-Type': type })
  expect((await raw(good, 'text/css')).status).toBe(415)
  const answer = await raw(good, 'application/octet-stream')
  expect(answer.body.statements).toMatchObject([{ imported: 1 }, { imported: 1 }])
  expect((await raw('', 'application/octet-stream')).body.errors).toEqual({
    file: ['The file field is required.'],
  })
  const [statement] = (await api.get('/bank-statements?from=2026-05-02')).body.data
  expect((await api.get(`/bank-statements/${statement.id}`)).body).toEqual(statement)
  expect(statement).toMatchObject({ format: 'camt053', transactions: 1, open_transactions: 1 })
})

test('imports a file once, however often it comes at the same time', async () => {
  const lines = [{ date: '2026-06-01', amount: 9, text: 'Tegelijk' }]
  const text = camt([{ iban: ibans.ing, number: '60', lines }])
  const answers = await Promise.all([upload(api, text), upload(api, text), upload(api, text)])
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
  const imported = answers.map(({ body }) => body.statements[0].imported)
  expect(imported.toSorted((a, b) => a - b)).toEqual([0, 0, 1])
})
