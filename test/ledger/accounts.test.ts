import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { chartOf } from './books.ts'

const { shop, other } = await startShops()
const { api } = shop
const of = await chartOf(api)

const newAccount = async (draft: object = {}): Promise<Json> => {
  const code = `4${Math.random().toString().slice(2, 10)}`
  const { status, body } = await api.post('/gl-accounts', {
    code,
    name: 'Gereedschap',
    type: 'expense',
    ...draft,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}

const post = (date: string, debit: number, credit: number, amount = 10) =>
  api.post('/journal-entries', {
    date,
    lines: [
      { account_id: debit, debit: amount },
      { account_id: credit, credit: amount },
    ],
  })

const today = new Date().toISOString().slice(0, 10)

test('a shop starts with the usual Dutch chart, by code', async () => {
  const { status, body, headers } = await api.get('/gl-accounts')
  expect(status).toBe(200)
  expect(body).toContainEqual(
    expect.objectContaining({ code: '1000', name: 'Kas', type: 'asset', role: 'cash' }),
  )
  const codes = body.map(({ code }: Json) => code)
  expect(codes).toEqual(codes.toSorted())
  expect(Number(headers.get('x-total-count'))).toBe(codes.length)
  const page = await api.get('/gl-accounts?per_page=2&page=2')
  expect(page.body.map(({ code }: Json) => code)).toEqual(codes.slice(2, 4))
  expect(page.headers.get('x-total-count')).toBe(String(codes.length))
})

test('is filtered by type, role, use and what was typed', async () => {
  const codes = async (query: string) =>
    (await api.get(`/gl-accounts?${query}`)).body.map(({ code }: Json) => code)
  expect(await codes('type=equity')).toEqual(['0500', '0510', '0520', '0590'])
  expect(await codes('role=debtors')).toEqual(['1300'])
  expect(await codes('q=voorbel')).toEqual(['1520'])
  expect(await codes('q=130')).toEqual(['1300'])
  expect(await codes('q=%25')).toEqual(['8002', '8102'])
  const idle = await newAccount({ is_active: false })
  expect(await codes('is_active=0')).toEqual([idle.code])
  expect((await api.get('/gl-accounts?type=income')).status).toBe(422)
})

test('an account of the shop’s own is made, changed and deleted', async () => {
  const made = await newAccount({ rgs_code: 'WBedAlkOal', vat_box: '4b' })
  expect(made).toMatchObject({
    name: 'Gereedschap',
    type: 'expense',
    rgs_code: 'WBedAlkOal',
    role: null,
    vat_box: '4b',
    is_active: true,
    balance: 0,
  })
  const path = `/gl-accounts/${made.id}`
  expect((await api.get(path)).body).toEqual(made)
  const changed = await api.patch(path, { name: 'Machines', type: 'asset', vat_box: null })
  expect(changed).toMatchObject({
    status: 200,
    body: { code: made.code, name: 'Machines', type: 'asset', vat_box: null },
  })
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.get(path)).status).toBe(404)
})

test('code and RGS code are taken once, in a shop', async () => {
  const draft = { code: '1000', name: 'Tweede kas', type: 'asset' }
  expect(await api.post('/gl-accounts', draft)).toMatchObject({
    status: 422,
    body: { errors: { code: ['The code has already been taken.'] } },
  })
  const rgs = { ...draft, code: '1001', rgs_code: 'BLimKasKas' }
  expect((await api.post('/gl-accounts', rgs)).body.errors).toEqual({
    rgs_code: ['The rgs code has already been taken.'],
  })
  const made = await newAccount()
  expect((await api.put(`/gl-accounts/${made.id}`, { code: '1100' })).body.errors).toEqual({
    code: ['The code has already been taken.'],
  })
  const theirs = { code: made.code, name: 'Theirs', type: 'expense' }
  expect((await other.api.post('/gl-accounts', theirs)).status).toBe(201)
})

test('asks for code, name and type, and knows its boxes', async () => {
  expect((await api.post('/gl-accounts', {})).body.errors).toEqual({
    code: ['The code field is required.'],
    name: ['The name field is required.'],
    type: ['The type field is required.'],
  })
  const wrong = { code: 'x'.repeat(21), name: 'A', type: 'cost', vat_box: '5b' }
  expect(Object.keys((await api.post('/gl-accounts', wrong)).body.errors)).toEqual([
    'code',
    'type',
    'vat_box',
  ])
})

test('what the service posts to is renamed and renumbered, and no more', async () => {
  const path = `/gl-accounts/${of('1300')}`
  const renamed = await api.put(path, { code: '1310-D', name: 'Klanten' })
  expect(renamed).toMatchObject({ status: 200, body: { code: '1310-D', role: 'debtors' } })
  for (const change of [{ is_active: false }, { type: 'liability' }, { vat_box: '1a' }]) {
    expect(await api.put(path, change)).toMatchObject({
      status: 422,
      body: {
        code: 'account_needed',
        errors: { [Object.keys(change)[0] as string]: [expect.any(String)] },
      },
    })
  }
  expect(await api.delete(path)).toMatchObject({ status: 422, body: { code: 'account_needed' } })
  expect(
    (await api.put(path, { role: null, code: '1300', name: 'Debiteuren' })).body,
  ).toMatchObject({
    role: 'debtors',
    code: '1300',
  })
})

test('an account with entries keeps its type and is not deleted, but goes out of use', async () => {
  const { id } = await newAccount()
  expect((await post(today, id, of('1100'))).status).toBe(201)
  expect(await api.put(`/gl-accounts/${id}`, { type: 'asset' })).toMatchObject({
    status: 422,
    body: { code: 'account_used', errors: { type: [expect.any(String)] } },
  })
  expect(await api.delete(`/gl-accounts/${id}`)).toMatchObject({
    status: 422,
    body: {
      code: 'in_use',
      message: 'Cannot delete: it is still used by journal lines. Set is_active to false instead.',
    },
  })
  expect((await api.put(`/gl-accounts/${id}`, { is_active: false })).body.is_active).toBe(false)
  expect((await post(today, id, of('1100'))).body).toMatchObject({
    code: 'account_inactive',
    errors: { 'lines.0.account_id': [expect.stringContaining('no longer in use')] },
  })
})

test('shows its balance today: revenue and expense of this year, without what is to come', async () => {
  const [cost, bank] = [await newAccount(), await newAccount({ type: 'asset' })]
  const { rows } = { rows: (await api.get('/fiscal-years')).body.data }
  const year = Number(rows.at(-1).year)
  await post(`${year - 1}-12-31`, cost.id, bank.id, 1000)
  await post(`${year}-01-01`, cost.id, bank.id, 200)
  await post(today, cost.id, bank.id, 30)
  await post(dayAfter(today), cost.id, bank.id, 4)
  const balance = async ({ id }: Json) => (await api.get(`/gl-accounts/${id}`)).body.balance
  expect(await balance(cost)).toBe(230)
  expect(await balance(bank)).toBe(-1230)
  expect(await balance({ id: of('0590') })).toBe(1000)
})

const dayAfter = (date: string) =>
  new Date(Date.parse(date) + 24 * 3600 * 1000).toISOString().slice(0, 10)

test('is for those who keep the books', async () => {
  expect((await shop.as.technician.get('/gl-accounts')).status).toBe(403)
  expect((await shop.as.frontdesk.get('/gl-accounts')).status).toBe(403)
  const draft = { code: '4999', name: 'Overig', type: 'expense' }
  expect((await shop.as.accountant.post('/gl-accounts', draft)).status).toBe(201)
  const path = `/gl-accounts/${of('0200')}`
  expect((await other.api.get(path)).status).toBe(404)
  expect((await other.api.put(path, { name: 'Theirs' })).status).toBe(404)
  expect((await other.api.delete(path)).status).toBe(404)
})
