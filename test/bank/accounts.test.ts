import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { camt, ibans, mt940, upload } from './statements.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { rows } = await owner.query(`select id, role, name from gl_accounts where tenant_id = $1`, [
  shop.tenant_id,
])
const idOf = (key: string) => Number(rows.find(({ role, name }) => role === key || name === key).id)
const lines = [{ date: '2026-03-27', amount: 10, text: 'x' }]

test('the IBAN of the shop gets its bank account by itself; another one is refused by name', async () => {
  const stranger = await upload(api, camt([{ iban: ibans.ing, lines }]))
  expect(stranger).toMatchObject({
    status: 422,
    body: { code: 'unknown_iban', message: expect.stringContaining(ibans.ing) },
  })
  await api.put('/settings', { iban: ibans.abn })
  const mixed = await upload(
    api,
    camt([
      { iban: ibans.abn, lines },
      { iban: ibans.ing, lines },
    ]),
  )
  expect(mixed.body.code).toBe('unknown_iban')
  expect((await api.get('/bank-accounts')).body).toEqual([])
  expect((await upload(api, camt([{ iban: ibans.abn, lines }]))).status).toBe(201)
  expect((await api.get('/bank-accounts')).body).toMatchObject([
    { iban: ibans.abn, name: 'Bank', account_id: idOf('bank'), balance: 1010 },
  ])
  // Older MT940 has the number of the account alone.
  const known = await upload(api, mt940([{ iban: '123456789', lines }]))
  expect(known.body.statements).toMatchObject([{ imported: 0, skipped: 1 }])
})

test('each bank account has an account of its own in the ledger', async () => {
  const draft = { iban: ibans.ing, name: 'ING' }
  const refused = async (body: object, field: string) =>
    expect(Object.keys((await api.post('/bank-accounts', body)).body.errors)).toEqual([field])
  await refused(draft, 'account_id')
  await refused({ ...draft, account_id: idOf('bank') }, 'account_id')
  await refused({ ...draft, account_id: idOf('debtors') }, 'account_id')
  await refused({ ...draft, account_id: idOf('Kantoorkosten') }, 'account_id')
  await refused({ ...draft, iban: 'NL00INGB0123456789' }, 'iban')
  const account_id = idOf('Inventaris')
  const answer = await api.post('/bank-accounts', {
    iban: 'nl69 ingb 0123 4567 89',
    name: 'ING',
    account_id,
  })
  expect(answer).toMatchObject({
    status: 201,
    body: { iban: ibans.ing, account_id, balance: null },
  })
  await refused({ ...draft, account_id }, 'account_id')
  expect((await api.put(`/bank-accounts/${answer.body.id}`, { name: 'Sparen' })).body.name).toBe(
    'Sparen',
  )
  expect((await api.patch(`/bank-accounts/${answer.body.id}`, { account_id })).status).toBe(200)
  expect((await api.delete(`/bank-accounts/${answer.body.id}`)).status).toBe(204)
})

test('with statements it keeps its IBAN and account, and is not deleted', async () => {
  const [{ id, account_id, iban }] = (await api.get('/bank-accounts')).body
  expect((await api.delete(`/bank-accounts/${id}`)).body.code).toBe('in_use')
  for (const change of [{ iban: ibans.rabo }, { account_id: idOf('Inventaris') }]) {
    expect((await api.put(`/bank-accounts/${id}`, change)).body.code).toBe('account_used')
  }
  expect(
    (await api.put(`/bank-accounts/${id}`, { iban, account_id, name: 'Rekening' })).status,
  ).toBe(200)
})

test('lists are filtered, and of the own shop', async () => {
  const [{ id }] = (await api.get('/bank-accounts')).body
  const [first] = (await api.get(`/bank-statements?bank_account_id=${id}&from=2026-03-27`)).body
    .data
  expect((await api.get('/bank-statements?to=2026-03-26')).body.total).toBe(0)
  const total = async (query: string) => (await api.get(`/bank-transactions?${query}`)).body.total
  expect(await total(`statement_id=${first.id}`)).toBe(0)
  expect(await total('direction=in&open=1&q=X&from=2026-03-27&to=2026-03-27')).toBe(1)
  for (const query of ['direction=out', 'open=0', 'q=%25', 'to=2026-03-26', 'from=2026-03-28']) {
    expect(await total(query), query).toBe(0)
  }
  expect((await other.api.get('/bank-transactions')).body.total).toBe(0)
  expect((await other.api.get(`/bank-statements/${first.id}`)).status).toBe(404)
})
