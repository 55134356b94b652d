import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { owing } from './owing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

async function paid(amount: number) {
  const invoice = await owing(api, amount)
  const path = `/invoices/${invoice.id}`
  const { body } = await api.post(`${path}/payments`, { amount, method: 'pin' })
  return { path, invoice_id: invoice.id, id: body.id, payment: `/payments/${body.id}` }
}

test('lists what was given back of a payment, newest first', async () => {
  const { id, payment } = await paid(100)
  expect((await api.get(`${payment}/refunds`)).body).toEqual([])
  await api.post(`${payment}/refund`, { amount: 30, reason: 'Scratched' })
  await api.post(`${payment}/refund`)
  const list = await api.get(`${payment}/refunds`)
  expect(list.headers.get('x-total-count')).toBe('2')
  expect(list.body).toEqual([
    {
      id: expect.any(Number),
      payment_id: id,
      kind: 'refund',
      amount: 70,
      status: 'done',
      reason: null,
      provider_id: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    },
    expect.objectContaining({ amount: 30, reason: 'Scratched' }),
  ])
  expect((await api.get(`${payment}/refunds?per_page=1&page=2`)).body).toEqual([list.body[1]])
  for (const method of ['PUT', 'PATCH', 'DELETE', 'POST']) {
    expect((await api.send(method, `${payment}/refunds`, {})).status, method).toBe(405)
  }
  expect((await other.api.get(`${payment}/refunds`)).status).toBe(404)
  expect((await api.get('/payments/999999/refunds')).status).toBe(404)
  expect((await shop.as.technician.get(`${payment}/refunds`)).status).toBe(403)
})

test('a refused refund leaves no trace', async () => {
  const { payment } = await paid(10)
  expect((await api.post(`${payment}/refund`, { amount: 10.01 })).status).toBe(422)
  expect((await api.get(`${payment}/refunds`)).body).toEqual([])
})

test('gives back first what the invoice never needed', async () => {
  const { id, payment, path, invoice_id } = await paid(80)
  await owner.query(
    `update payments set amount_cents = 10000, unapplied_cents = 2000 where id = $1`,
    [id],
  )
  const back = (amount: number) => api.post(`${payment}/refund`, { amount })
  expect((await back(15)).body).toMatchObject({
    amount_unapplied: 5,
    amount_refunded: 15,
    status: 'partially_refunded',
  })
  const settled = (await api.get(path)).body
  expect(settled).toMatchObject({ status: 'paid', amount_due: 0, paid_at: expect.any(String) })
  expect((await back(15)).body).toMatchObject({ amount_unapplied: 0, amount_refunded: 30 })
  expect((await api.get(path)).body).toMatchObject({ status: 'sent', amount_due: 10 })
  expect((await back(70)).body.status).toBe('refunded')
  expect((await api.get(`/invoices/${invoice_id}`)).body.amount_due).toBe(80)
})

test('what came through a provider goes back through it', async () => {
  const { id, payment } = await paid(10)
  await owner.query(`update payments set provider = 'mollie', provider_id = 'tr_1' where id = $1`, [
    id,
  ])
  expect(await api.post(`${payment}/refund`)).toMatchObject({
    status: 422,
    body: { code: 'integration_disabled' },
  })
})

test('a payment that is pending or failed has nothing to give back', async () => {
  const { id, payment } = await paid(10)
  for (const status of ['pending', 'failed']) {
    await owner.query('update payments set status = $2 where id = $1', [id, status])
    expect((await api.post(`${payment}/refund`)).body.code).toBe('refund_exceeds_payment')
  }
})
