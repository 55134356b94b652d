import { expect, test } from 'vitest'
import { paymentsOf, startShopsWithProviders } from '../payments/providing.ts'
import { books } from './books.ts'

const { shop, owner, mollie, owing, mollieSays, settled } = await startShopsWithProviders()
const { api } = shop

test('who pays online what was written off, pays the invoice: it is open after all', async () => {
  const invoice = await owing(121)
  const { body: link } = await api.post(`/invoices/${invoice.id}/payment-link`, {
    provider: 'mollie',
  })
  await api.post(`/invoices/${invoice.id}/write-off`, { reason: 'Bankrupt' })
  const id: string = link.url.split('/').at(-1)
  mollie.pay(id)
  await mollieSays(id)
  await settled()
  expect((await api.get(`/invoices/${invoice.id}`)).body).toMatchObject({
    status: 'paid',
    amount_paid: 121,
    amount_written_off: 0,
    amount_due: 0,
    paid_at: expect.stringMatching(/Z$/),
  })
  expect(await paymentsOf(api, invoice.id)).toMatchObject([{ amount: 121, amount_unapplied: 0 }])
  expect((await api.get(`/invoices/${invoice.id}/write-offs`)).body).toMatchObject([
    { reversed_at: expect.stringMatching(/Z$/) },
  ])
  const { debtors, bad_debt } = await books(owner, shop.tenant_id).balances()
  expect([debtors, bad_debt]).toEqual([undefined, undefined])
})
