import { expect, test } from 'vitest'
import { settled } from '../harness/database.ts'
import { startShops } from '../harness/shop.ts'
import { newDraft, newIssued, screen } from './invoicing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const soon = { due_date: '2099-01-01' }

/** An issued invoice of that amount, without VAT. */
const owing = (total: number) =>
  newIssued(api, { ...soon, lines: [{ ...screen, unit_price: total, vat_rate: 0 }] })

test('records payments until the invoice is paid', async () => {
  const invoice = await newIssued(api, soon)
  const path = `/invoices/${invoice.id}`
  const part = await api.post(`${path}/payments`, {
    amount: 50,
    method: 'bank',
    reference: 'Transfer 12',
    paid_at: '2026-03-30T15:00:00+02:00',
  })
  expect(part.status).toBe(201)
  expect(part.body).toEqual({
    id: expect.any(Number),
    invoice_id: invoice.id,
    amount: 50,
    method: 'bank',
    status: 'paid',
    amount_refunded: 0,
    rounding: 0,
    amount_unapplied: 0,
    provider: null,
    provider_id: null,
    reference: 'Transfer 12',
    paid_at: '2026-03-30T13:00:00Z',
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  expect((await api.get(path)).body).toMatchObject({
    status: 'sent',
    amount_paid: 50,
    amount_due: 57.69,
    paid_at: null,
  })
  await api.post(`${path}/payments`, { amount: '57.69', method: 'pin' })
  expect((await api.get(path)).body).toMatchObject({
    status: 'paid',
    amount_paid: 107.69,
    amount_due: 0,
    paid_at: expect.stringMatching(/Z$/),
  })
  expect((await api.get(`/payments/${part.body.id}`)).body).toEqual(part.body)
  const list = await api.get(`/payments?invoice_id=${invoice.id}`)
  expect(list.body).toMatchObject({ total: 2, data: [{ method: 'pin' }, part.body] })
  const { rows } = await owner.query(
    `select name from events where entity = 'invoice' and entity_id = $1 and name = 'invoice.paid'`,
    [invoice.id],
  )
  expect(rows).toHaveLength(1)
})

test('never takes more than what is open', async () => {
  const invoice = await owing(100)
  const path = `/invoices/${invoice.id}`
  expect(await api.post(`${path}/payments`, { amount: 100.01, method: 'pin' })).toMatchObject({
    status: 422,
    body: {
      code: 'overpaid',
      errors: { amount: ['The amount exceeds what is open on the invoice.'] },
    },
  })
  expect((await api.get(path)).body).toMatchObject({ status: 'sent', amount_due: 100 })
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.post(`${path}/payments`, { amount: 15, method: 'pin' })),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(6)
  expect(answers.filter(({ body }) => body.code === 'overpaid')).toHaveLength(14)
  expect((await api.get(path)).body).toMatchObject({ amount_paid: 90, amount_due: 10 })
  expect((await api.get(`/payments?invoice_id=${invoice.id}`)).body.total).toBe(6)
})

test('takes payments for an issued invoice only', async () => {
  const draft = await newDraft(api)
  const cancelled = await newDraft(api)
  await api.post(`/invoices/${cancelled.id}/cancel`)
  for (const { id } of [draft, cancelled]) {
    expect(await api.post(`/invoices/${id}/payments`, { amount: 1, method: 'pin' })).toMatchObject({
      status: 422,
      body: { code: 'not_issued' },
    })
  }
})

test('keeps cash below 3000 euros per invoice, in parts too', async () => {
  const invoice = await owing(5000)
  const pay = (amount: number, method = 'cash') =>
    api.post(`/invoices/${invoice.id}/payments`, { amount, method })
  expect(await pay(3000)).toMatchObject({
    status: 422,
    body: { code: 'cash_limit', errors: { amount: [expect.any(String)] } },
  })
  const first = await pay(2000)
  expect(first.status).toBe(201)
  expect((await pay(1000)).body.code).toBe('cash_limit')
  expect((await pay(999.99)).status).toBe(201)
  expect((await pay(0.01)).body.code).toBe('cash_limit')
  expect((await pay(1500, 'pin')).status).toBe(201)
  await api.post(`/payments/${first.body.id}/refund`, { amount: 500 })
  expect((await pay(500)).status).toBe(201)
  const answers = await Promise.all(Array.from({ length: 5 }, () => pay(0.01)))
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(422))
})

test('refunds by hand, at most what was paid, and opens the invoice again', async () => {
  const invoice = await owing(100)
  const { body: payment } = await api.post(`/invoices/${invoice.id}/payments`, {
    amount: 100,
    method: 'cash',
  })
  const path = `/payments/${payment.id}/refund`
  expect(await api.post(path, { amount: 100.01 })).toMatchObject({
    status: 422,
    body: { code: 'refund_exceeds_payment', errors: { amount: [expect.any(String)] } },
  })
  const part = await api.post(path, { amount: 30, reason: 'Scratched' })
  expect(part).toMatchObject({
    status: 200,
    body: { id: payment.id, amount: 100, amount_refunded: 30, status: 'partially_refunded' },
  })
  expect((await api.get(`/invoices/${invoice.id}`)).body).toMatchObject({
    status: 'sent',
    amount_paid: 70,
    amount_due: 30,
    paid_at: null,
  })
  expect((await api.post(path, {})).body).toMatchObject({
    amount_refunded: 100,
    status: 'refunded',
  })
  expect((await api.post(path)).body.code).toBe('refund_exceeds_payment')
  expect((await api.get(`/invoices/${invoice.id}`)).body.amount_due).toBe(100)

  const { body: second } = await api.post(`/invoices/${invoice.id}/payments`, {
    amount: 10,
    method: 'pin',
  })
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => api.post(`/payments/${second.id}/refund`, { amount: 3 })),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
  expect((await api.get(`/invoices/${invoice.id}`)).body.amount_paid).toBe(1)
})

test('keeps why a payment was given back', async () => {
  const invoice = await owing(10)
  const { body } = await api.post(`/invoices/${invoice.id}/payments`, {
    amount: 10,
    method: 'pin',
  })
  await api.post(`/payments/${body.id}/refund`, { reason: 'Goodwill' })
  const { rows } = await owner.query(
    `select changes from events where name = 'payment.refunded' and entity_id = $1`,
    [body.id],
  )
  expect(rows).toEqual([{ changes: { reason: [null, 'Goodwill'] } }])
})

test('filters payments, by whole days of the shop', async () => {
  const invoice = await owing(100)
  const at = async (paid_at: string, method: string) =>
    (await api.post(`/invoices/${invoice.id}/payments`, { amount: 1, method, paid_at })).body.id
  const first = await at('2026-05-01T00:00:00', 'pin')
  const last = await at('2026-05-01T23:59:59', 'ideal')
  const next = await at('2026-05-02 00:00:00', 'pin')
  const ids = async (query: string) =>
    (await api.get(`/payments?invoice_id=${invoice.id}&${query}`)).body.data.map(
      (payment: { id: number }) => payment.id,
    )
  expect(await ids('from=2026-05-01&to=2026-05-01')).toEqual([last, first])
  expect(await ids('from=2026-05-02')).toEqual([next])
  expect(await ids('method=pin')).toEqual([next, first])
  expect(await ids('status=refunded')).toEqual([])
  expect(await ids('to=9999-12-31')).toHaveLength(3)
  expect((await api.get('/payments?invoice_id=999999')).status).toBe(404)
  for (const query of ['status=open', 'method=gold', 'from=2026-13-01']) {
    expect((await api.get(`/payments?${query}`)).status, query).toBe(422)
  }
  await settled(owner)
  const page = await api.get('/payments?updated_since=2020-01-01&per_page=1')
  expect(page.body.next_cursor).toBeTruthy()
})

test('refuses bad input, strangers and changes of history', async () => {
  const invoice = await owing(10)
  const path = `/invoices/${invoice.id}/payments`
  expect((await api.post(path, {})).body.errors).toEqual({
    amount: ['The amount field is required.'],
    method: ['The method field is required.'],
  })
  for (const fields of [
    { amount: 0 },
    { amount: -1 },
    { amount: 1.001 },
    { amount: '1,00' },
    { method: 'cheque' },
    { paid_at: '2026-02-30' },
    { paid_at: '2099-01-01' },
    { paid_at: '0001-01-01T00:00:00+14:00' },
    { reference: 'a\u0000' },
  ]) {
    const [field = ''] = Object.keys(fields)
    const { status, body } = await api.post(path, { amount: 1, method: 'pin', ...fields })
    expect(status, JSON.stringify(fields)).toBe(422)
    expect(body.errors).toHaveProperty([field])
  }
  const { body: payment } = await api.post(path, { amount: 10, method: 'pin' })
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    expect((await api.send(method, `/payments/${payment.id}`, {})).status, method).toBe(405)
  }
  expect((await other.api.get(`/payments/${payment.id}`)).status).toBe(404)
  expect((await other.api.post(`/payments/${payment.id}/refund`, {})).status).toBe(404)
  expect((await other.api.get(`/payments?invoice_id=${invoice.id}`)).status).toBe(404)
  expect((await other.api.get('/payments')).body.total).toBe(0)
  const { technician, accountant } = shop.as
  expect((await technician.get('/payments')).status).toBe(403)
  expect((await technician.post(path, { amount: 1, method: 'pin' })).status).toBe(403)
  expect((await accountant.get(`/payments/${payment.id}`)).status).toBe(200)
})
