import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { owing } from '../payments/owing.ts'
import { expectBooksToAgree } from './books.ts'
import { ibans, imported, newBankAccount } from './statements.ts'

const { shop, owner } = await startShops()
const { api } = shop
await newBankAccount(api, ibans.ing)
const { rows: accounts } = await owner.query(
  `select id from gl_accounts where tenant_id = $1 and role = 'transfers'`,
  [shop.tenant_id],
)
const account_id = Number(accounts[0].id)

const cents = fc.integer({ min: 1, max: 20_000 })
const step = fc.oneof(
  fc.record({ act: fc.constant('receive'), cents, way: fc.constantFrom(1, -1) }),
  fc.record({ act: fc.constant('pay'), cents, pick: fc.nat(), invoice: fc.nat() }),
  fc.record({ act: fc.constant('book'), cents, pick: fc.nat() }),
  fc.record({ act: fc.constant('settle'), cents, pick: fc.nat() }),
  fc.record({ act: fc.constant('enter'), cents, invoice: fc.nat() }),
  fc.record({ act: fc.constant('best'), pick: fc.nat() }),
  fc.record({ act: fc.constant('refund'), cents, pick: fc.nat() }),
  fc.record({ act: fc.constant('unmatch'), pick: fc.nat() }),
)

const of = <T>(list: T[], at: number): T | undefined => list[at % Math.max(list.length, 1)]

test('bank, suspense, debtors and creditors agree with the documents, whatever was matched and taken back', async () => {
  const invoices: number[] = []
  for (const total of [100, 250.5, 33.33]) invoices.push((await owing(api, total)).id)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 12 }), async (steps) => {
      for (const one of steps) await perform(one, invoices)
      await expectBooksToAgree(owner, shop.tenant_id)
    }),
    { numRuns: Number(process.env.BANK_RUNS ?? 6) },
  )
})

async function perform(one: Json, invoices: number[]) {
  const euros = (one.cents ?? 0) / 100
  if (one.act === 'receive') {
    await imported(api, ibans.ing, [{ date: '2026-03-27', amount: euros * one.way }])
    return
  }
  if (one.act === 'enter') {
    const body = { amount: euros, method: 'bank', paid_at: '2026-03-27' }
    return expectAnswer(await api.post(`/invoices/${of(invoices, one.invoice)}/payments`, body))
  }
  if (one.act === 'refund') {
    const payments = (await api.get('/payments')).body.data
    const payment = of<Json>(payments, one.pick)
    if (payment) expectAnswer(await api.post(`/payments/${payment.id}/refund`, { amount: euros }))
    return
  }
  const list = (await api.get('/bank-transactions?per_page=100')).body.data
  const chosen = of<Json>(list, one.pick)
  if (!chosen) return
  const path = `/bank-transactions/${chosen.id}`
  const { body } = await api.get(path)
  if (one.act === 'unmatch') {
    const allocation = of<Json>(body.allocations, one.pick)
    if (allocation) {
      expectAnswer(await api.post(`${path}/unmatch`, { allocation_id: allocation.id }))
    }
    return
  }
  const allocations: Record<string, object[] | undefined> = {
    pay: [{ invoice_id: of(invoices, one.invoice), amount: euros }],
    book: [{ account_id, amount: euros }],
    settle: [{ settlement: { provider: 'stripe', gross: euros + 1, fee: 1 } }],
    best: body.suggestions[0]?.allocations,
  }
  const given = allocations[one.act]
  if (given) expectAnswer(await api.post(`${path}/match`, { allocations: given }))
}

const expectAnswer = ({ status, body }: Json) =>
  expect([200, 201, 422], JSON.stringify(body)).toContain(status)
