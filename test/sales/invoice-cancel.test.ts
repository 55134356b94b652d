import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { makers } from '../workshop/makers.ts'
import { newIssued } from './invoicing.ts'

const { shop, owner } = await startShops()
const { api } = shop
const make = makers(shop, owner)

const creditsOf = async (invoice_id: number) =>
  (await api.get(`/credit-notes?invoice_id=${invoice_id}`)).body.data

test('an issued invoice is cancelled by a credit note of all of it', async () => {
  const { id } = await newIssued(api)
  expect(await api.post(`/invoices/${id}/cancel`)).toMatchObject({
    status: 200,
    body: { status: 'cancelled', amount_credited: 107.69, amount_due: 0 },
  })
  expect(await creditsOf(id)).toMatchObject([
    { status: 'applied', total: -107.69, reason: 'Geannuleerd' },
  ])
  for (const action of ['cancel', 'payments', 'send']) {
    const body = action === 'payments' ? { amount: 1, method: 'pin' } : undefined
    expect((await api.post(`/invoices/${id}/${action}`, body)).status, action).toBe(422)
  }
  expect(
    await api.post('/credit-notes', { invoice_id: id, reason: 'Again', full: true }),
  ).toMatchObject({ status: 422, body: { code: 'not_issued' } })
})

test('only what was not credited yet is credited', async () => {
  const { id } = await newIssued(api)
  const line = { description: 'Screen replacement', unit_price: 40 }
  const part = await api.post('/credit-notes', { invoice_id: id, reason: 'Part', lines: [line] })
  expect(await api.post(`/invoices/${id}/cancel`)).toMatchObject({
    status: 422,
    body: {
      code: 'open_credit_note',
      message: `Credit note ${part.body.credit_note_number} of this invoice is open: apply or delete it first.`,
    },
  })
  await api.post(`/credit-notes/${part.body.id}/apply`)
  expect(await api.post(`/invoices/${id}/cancel`)).toMatchObject({
    status: 200,
    body: { status: 'cancelled', amount_credited: 107.69 },
  })
  expect(await creditsOf(id)).toMatchObject([{ total: -59.29 }, { total: -48.4 }])

  const credited = await newIssued(api)
  const all = { invoice_id: credited.id, reason: 'All', full: true }
  await api.post(`/credit-notes/${(await api.post('/credit-notes', all)).body.id}/apply`)
  expect((await api.post(`/invoices/${credited.id}/cancel`)).body.status).toBe('cancelled')
  expect(await creditsOf(credited.id)).toHaveLength(1)
})

test('a paid one is not cancelled, not even in parallel', async () => {
  const { id } = await newIssued(api)
  const { body: payment } = await api.post(`/invoices/${id}/payments`, { amount: 5, method: 'pin' })
  expect(await api.post(`/invoices/${id}/cancel`)).toMatchObject({
    status: 422,
    body: {
      code: 'invoice_paid',
      message: 'The invoice has payments: refund them first, then cancel it.',
    },
  })
  await api.post(`/payments/${payment.id}/refund`, {})
  const answers = await Promise.all([
    ...Array.from({ length: 5 }, () => api.post(`/invoices/${id}/cancel`)),
    api.post(`/invoices/${id}/payments`, { amount: 107.69, method: 'pin' }),
  ])
  expect(answers.filter(({ status }) => status < 300)).toHaveLength(1)
  const { rows } = await owner.query(
    'select due_cents::int as due, status from invoices where id = $1',
    [id],
  )
  expect(rows[0].due).toBe(0)
})

test('what it billed of a work order can be billed again', async () => {
  const order = await make.order()
  await api.post(`/work-orders/${order.id}/lines`, {
    description: 'Screen',
    quantity: 1,
    unit_price: 89,
  })
  const first = await api.post(`/work-orders/${order.id}/invoice`)
  await api.post(`/invoices/${first.body.id}/issue`)
  expect((await api.post(`/work-orders/${order.id}/invoice`)).status).toBe(422)
  await api.post(`/invoices/${first.body.id}/cancel`)
  expect(await api.post(`/work-orders/${order.id}/invoice`)).toMatchObject({
    status: 201,
    body: { lines: [{ description: 'Screen' }] },
  })
})
