import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { debtor, owing, roundCash } from './owing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
await roundCash(owner, shop.tenant_id)

/** Open, paid in cash, and what rounding adds: all ten endings. */
const endings: [open: number, paid: number, rounding: number][] = [
  [10.0, 10.0, 0],
  [10.01, 10.0, 0.01],
  [10.02, 10.0, 0.02],
  [10.03, 10.05, -0.02],
  [10.04, 10.05, -0.01],
  [10.05, 10.05, 0],
  [10.06, 10.05, 0.01],
  [10.07, 10.05, 0.02],
  [10.08, 10.1, -0.02],
  [10.09, 10.1, -0.01],
]

test.each(endings)('%d in cash is settled by %d', async (open, paid, rounding) => {
  const invoice = await owing(api, open)
  const path = `/invoices/${invoice.id}`
  const answer = await api.post(`${path}/payments`, { amount: paid, method: 'cash' })
  expect(answer).toMatchObject({ status: 201, body: { amount: paid, rounding } })
  expect((await api.get(path)).body).toMatchObject({
    status: 'paid',
    amount_paid: open,
    amount_due: 0,
  })
  const back = await api.post(`/payments/${answer.body.id}/refund`)
  expect(back.body).toMatchObject({ status: 'refunded', amount_refunded: paid, rounding: 0 })
  expect((await api.get(path)).body).toMatchObject({
    status: 'sent',
    amount_paid: 0,
    amount_due: open,
    paid_at: null,
  })
  const again = await api.post(`${path}/payments`, { amount: paid, method: 'cash' })
  expect(again.body.rounding).toBe(rounding)
})

test.each(endings)('%d of two invoices in cash is settled by %d', async (open, paid, rounding) => {
  const shares = [4, Number((open - 4).toFixed(2))]
  for (const isGiven of [false, true]) {
    const { customer_id, ids } = await debtor(api, shares)
    const last = Number((paid - 4).toFixed(2))
    const answer = await api.post('/payments', {
      customer_id,
      amount: paid,
      method: 'cash',
      ...(isGiven && {
        invoices: [
          { invoice_id: ids[1], amount: last },
          { invoice_id: ids[0], amount: 4 },
        ],
      }),
    })
    expect(answer.status).toBe(201)
    const rounded = answer.body.data.find(
      (part: { invoice_id: number }) => part.invoice_id === ids[1],
    )
    expect(rounded).toMatchObject({ amount: last, rounding })
    for (const id of ids) expect((await api.get(`/invoices/${id}`)).body.status).toBe('paid')
  }
})

test('only cash is rounded, only to the open amount, only where the shop wants it', async () => {
  const pay = (id: number, amount: number, method: string, by = api) =>
    by.post(`/invoices/${id}/payments`, { amount, method })
  const invoice = await owing(api, 10.03)
  expect((await pay(invoice.id, 10.05, 'pin')).body.code).toBe('overpaid')
  expect((await pay(invoice.id, 10.04, 'cash')).body.code).toBe('overpaid')
  expect((await pay(invoice.id, 5, 'cash')).body.rounding).toBe(0)
  // 5.03 is open.
  expect((await pay(invoice.id, 5.05, 'cash')).body.rounding).toBe(-0.02)
  const small = await owing(api, 0.02)
  expect((await pay(small.id, 0.02, 'cash')).body.rounding).toBe(0)
  const theirs = await owing(other.api, 10.02)
  expect((await pay(theirs.id, 10, 'cash', other.api)).body.rounding).toBe(0)
  expect((await other.api.get(`/invoices/${theirs.id}`)).body.amount_due).toBe(0.02)
  expect((await pay(theirs.id, 0.05, 'cash', other.api)).body.code).toBe('overpaid')
})

test('a refund gives back first what rounding took too much', async () => {
  const invoice = await owing(api, 9.98)
  const path = `/invoices/${invoice.id}`
  const { body } = await api.post(`${path}/payments`, { amount: 10, method: 'cash' })
  const back = (amount: number) => api.post(`/payments/${body.id}/refund`, { amount })
  expect((await back(0.01)).body).toMatchObject({ rounding: -0.01, status: 'partially_refunded' })
  expect((await api.get(path)).body).toMatchObject({ status: 'paid', amount_due: 0 })
  expect((await back(0.02)).body.rounding).toBe(0)
  expect((await api.get(path)).body).toMatchObject({ status: 'sent', amount_due: 0.01 })
  expect((await back(9.97)).body.status).toBe('refunded')
  expect((await api.get(path)).body).toMatchObject({ amount_paid: 0, amount_due: 9.98 })
})

test('cash over several invoices stays below 3000 euros for each', async () => {
  const { customer_id, ids } = await debtor(api, [2999.99, 3000])
  const pay = (amount: number) => api.post('/payments', { customer_id, amount, method: 'cash' })
  expect((await pay(5999.99)).body).toMatchObject({
    code: 'cash_limit',
    errors: { amount: [expect.any(String)] },
  })
  expect((await api.get(`/payments?invoice_id=${ids[0]}`)).body.total).toBe(0)
  expect((await pay(5999.98)).status).toBe(201)
})
