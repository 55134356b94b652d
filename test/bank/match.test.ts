import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { owing } from '../payments/owing.ts'
import { balances } from './books.ts'
import { startMatching } from './matching.ts'

const { shop, owner, api, receive, match, unmatch, detail, accountOf, agree } =
  await startMatching()

test('pays an invoice on the day of the bank', async () => {
  const invoice = await owing(api, 107.69)
  const { id } = await receive(107.69, { text: invoice.invoice_number, end_to_end_id: 'E2E-9' })
  const answer = await match(id, { invoice_id: invoice.id, amount: 107.69 })
  expect(answer).toMatchObject({
    status: 200,
    body: {
      id,
      amount: 107.69,
      open: 0,
      suggestions: [],
      allocations: [
        { kind: 'payment', amount: 107.69, invoice_id: invoice.id, payment_id: expect.any(Number) },
      ],
    },
  })
  const [{ payment_id }] = answer.body.allocations
  expect((await api.get(`/payments/${payment_id}`)).body).toMatchObject({
    invoice_id: invoice.id,
    amount: 107.69,
    method: 'bank',
    reference: 'E2E-9',
    paid_at: '2026-03-27T11:00:00Z',
  })
  expect((await api.get(`/invoices/${invoice.id}`)).body).toMatchObject({
    status: 'paid',
    amount_due: 0,
  })
  expect((await match(id, { invoice_id: invoice.id, amount: 1 })).body.code).toBe('already_matched')
  await agree()
})

test('spreads a transaction over invoices and accounts, and leaves the rest open', async () => {
  const [first, second] = [await owing(api, 60), await owing(api, 40)]
  const { id } = await receive(120)
  const answer = await match(
    id,
    { invoice_id: second.id, amount: 40 },
    { invoice_id: first.id, amount: 60 },
    {
      account_id: await accountOf('Vergoede aanmaningskosten en rente'),
      amount: 5,
      description: 'Rente',
    },
  )
  expect(answer.body).toMatchObject({ open: 15 })
  expect(answer.body.allocations.map(({ amount }: Json) => amount)).toEqual([40, 60, 5])
  await agree()
})

test('knows a payment and a refund that were entered by hand', async () => {
  const invoice = await owing(api, 80)
  const paid = await api.post(`/invoices/${invoice.id}/payments`, {
    amount: 80,
    method: 'bank',
    paid_at: '2026-03-26T10:00:00Z',
  })
  const before = await balances(owner, shop.tenant_id)
  const { id } = await receive(80)
  expect((await detail(id)).suggestions[0]).toMatchObject({
    score: 0.7,
    allocations: [{ payment_id: paid.body.id }],
  })
  const known = await match(id, { payment_id: paid.body.id })
  expect(known.body).toMatchObject({
    open: 0,
    allocations: [{ kind: 'known_payment', amount: 80 }],
  })
  expect(await balances(owner, shop.tenant_id)).toEqual(before)
  const again = await receive(80)
  expect((await match(again.id, { payment_id: paid.body.id })).body.code).toBe('already_matched')
  const back = await match(again.id, {
    account_id: await accountOf('transfers'),
    amount: 80,
  })
  expect(back.status).toBe(200)

  await api.post(`/payments/${paid.body.id}/refund`, { amount: 30 })
  const [refund] = (await api.get(`/payments/${paid.body.id}/refunds`)).body
  const out = await receive(-30)
  expect((await match(out.id, { refund_id: refund.id })).body).toMatchObject({
    open: 0,
    allocations: [{ kind: 'known_refund', amount: -30, invoice_id: invoice.id }],
  })
  await agree()
})

test('refunds a payment that a statement brought', async () => {
  const invoice = await owing(api, 50)
  const { id } = await receive(50)
  const { body } = await match(id, { invoice_id: invoice.id, amount: 50 })
  await api.post(`/payments/${body.allocations[0].payment_id}/refund`, { amount: 20 })
  await agree()
  const [refund] = (await api.get(`/payments/${body.allocations[0].payment_id}/refunds`)).body
  const out = await receive(-20)
  await agree()
  expect((await match(out.id, { refund_id: refund.id })).status).toBe(200)
  await agree()
})

test('takes a match back, and opens the invoice again', async () => {
  const [wrong, right] = [await owing(api, 33), await owing(api, 33)]
  const { id } = await receive(33)
  const { body } = await match(id, { invoice_id: wrong.id, amount: 33 })
  const undone = await unmatch(id, body.allocations[0].id)
  expect(undone).toMatchObject({ status: 200, body: { open: 33, allocations: [] } })
  expect((await api.get(`/invoices/${wrong.id}`)).body).toMatchObject({
    status: 'sent',
    amount_due: 33,
  })
  await agree()
  const offered = undone.body.suggestions.map(
    ({ allocations }: Json) => Object.keys(allocations[0])[0],
  )
  expect(offered).toEqual(['invoice_id', 'invoice_id'])
  expect((await match(id, { payment_id: body.allocations[0].payment_id })).body.code).toBe(
    'not_by_hand',
  )
  expect((await match(id, { invoice_id: right.id, amount: 33 })).status).toBe(200)
  expect((await unmatch(id, body.allocations[0].id)).body.errors).toEqual({
    allocation_id: ['The selected allocation id is invalid.'],
  })
  await agree()
})
