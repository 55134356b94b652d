import { describe, expect, test } from 'vitest'
import { mention } from '../../src/domain/bank/suggestions.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { owing } from '../payments/owing.ts'
import { newCustomer } from '../sales/invoicing.ts'
import { expectBooksToAgree } from './books.ts'
import { ibans, imported, newBankAccount } from './statements.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
await newBankAccount(api, ibans.ing)

const receive = async (amount: number, fields: object = {}): Promise<number> => {
  const [transaction] = await imported(api, ibans.ing, [{ date: '2026-03-27', amount, ...fields }])
  return transaction.id
}
const suggestions = async (id: number): Promise<Json[]> =>
  (await api.get(`/bank-transactions/${id}`)).body.suggestions
const confirm = (body: object = {}) => api.post('/bank-transactions/confirm', body)

describe('a number in a text', () => {
  const number = 'INV-2026-0001'
  test.each([
    ['INV-2026-0001', 1],
    ['Betreft: inv 2026 0001, dank', 1],
    ['INV20260001', 1],
    ['factuurINV-2026/0001', 1],
    ['2026-0001', 0.9],
    ['kenmerk 20260001.', 0.9],
    ['INV-2026-00012', 0],
    ['120260001', 0],
    ['INV-2026-0002', 0],
    ['', 0],
  ])('%s', (words, certainty) => {
    expect(mention(words, number)).toBe(certainty)
  })

  test('is not looked for when it is short', () => {
    expect(mention('12 schermen', '12')).toBe(0)
    expect(mention('F-1234', 'F1234')).toBe(1)
    expect(mention('(x)[1]', '(x)[1]')).toBe(0)
  })
})

test('are the invoices that are named, with what is open', async () => {
  const [first, second] = [await owing(api, 61), await owing(api, 42)]
  const words = `${first.invoice_number} en ${second.invoice_number.replaceAll('-', '')}`
  const both = [
    { invoice_id: first.id, amount: 61 },
    { invoice_id: second.id, amount: 42 },
  ]
  expect((await suggestions(await receive(103, { text: words })))[0]).toEqual({
    score: 1,
    reason: `Names ${[first, second].map((one) => one.invoice_number).join(', ')}, with the amount that is open.`,
    allocations: both,
  })
  expect((await suggestions(await receive(70, { end_to_end_id: words })))[0]).toMatchObject({
    score: 0.7,
    allocations: [both[0], { invoice_id: second.id, amount: 9 }],
  })
  expect((await suggestions(await receive(110, { text: words })))[0]).toMatchObject({
    score: 0.6,
    allocations: both,
  })
})

test('look at amount and name where no number stands', async () => {
  const customer_id = await newCustomer(api, { first_name: 'Anneke', last_name: 'Vandenberghe' })
  const hers = await owing(api, 77.77, { customer_id })
  const another = await owing(api, 77.77)
  const id = await receive(77.77, { name: 'A VANDENBERGHE E/O P JANSEN' })
  expect(await suggestions(id)).toMatchObject([
    { score: 0.8, allocations: [{ invoice_id: hers.id, amount: 77.77 }] },
    { score: 0.2, allocations: [{ invoice_id: another.id, amount: 77.77 }] },
  ])
  expect(await suggestions(await receive(77.76, { name: 'A VANDENBERGHE' }))).toEqual([])
})

test('know the own accounts and the tax office', async () => {
  const { rows } = await owner.query(
    `insert into gl_accounts (tenant_id, code, name, type) values ($1, '1101', 'Spaarrekening', 'asset') returning id`,
    [shop.tenant_id],
  )
  await newBankAccount(api, ibans.abn, { account_id: Number(rows[0].id) })
  expect(await suggestions(await receive(-500, { iban: ibans.abn }))).toMatchObject([
    { score: 0.9, allocations: [{ account_id: expect.any(Number), amount: 500 }] },
  ])
  expect(
    await suggestions(await receive(-900, { name: 'Belastingdienst Apeldoorn' })),
  ).toMatchObject([{ score: 0.5, allocations: [{ account_id: expect.any(Number), amount: 900 }] }])
})

test('are confirmed many at a time, each by itself', async () => {
  const invoices = [await owing(api, 11), await owing(api, 12), await owing(api, 13)]
  const ids: number[] = []
  for (const { invoice_number, amount_due } of invoices) {
    ids.push(await receive(amount_due, { text: invoice_number }))
  }
  const [first] = invoices
  const twice = await receive(11, { text: first.invoice_number })
  const unclear = await receive(12)
  const answer = await confirm({ ids: [...ids, twice, unclear] })
  expect(answer).toMatchObject({ status: 200, body: { matched: 3, left: 0 } })
  expect(answer.body.data.map(({ id, is_matched, code }: Json) => [id, is_matched, code])).toEqual([
    ...ids.map((id) => [id, true, null]),
    [twice, false, 'overpaid'],
  ])
  for (const { id } of invoices) {
    expect((await api.get(`/invoices/${id}`)).body.status).toBe('paid')
  }
  expect((await confirm({ ids })).body).toEqual({ data: [], matched: 0, left: 0 })
  const later = await owing(api, 14)
  const last = await receive(14, { text: later.invoice_number })
  expect((await confirm()).body.data).toContainEqual(
    expect.objectContaining({ id: last, is_matched: true }),
  )
  await expectBooksToAgree(owner, shop.tenant_id)
})

test('are not confirmed for another shop', async () => {
  const id = await receive(5)
  expect(await other.api.post('/bank-transactions/confirm', { ids: [id] })).toMatchObject({
    status: 422,
    body: { errors: { 'ids.0': ['The selected ids is invalid.'] } },
  })
})
