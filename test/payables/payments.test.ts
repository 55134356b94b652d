import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { billing } from './billing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { account, answered, balances, booked, line, newBill, postedFor } = billing(shop, owner)

const soon = { due_date: '2099-01-01' }

test('pays until nothing is open', async () => {
  const bill = await booked({ ...soon, lines: [await line(100)] })
  const path = `/purchase-invoices/${bill.id}`
  const first = await answered(201, `${path}/payments`, {
    amount: 21,
    method: 'bank',
    paid_on: '2026-04-02',
    reference: 'Transfer 12',
  })
  expect(first).toEqual({
    id: expect.any(Number),
    purchase_invoice_id: bill.id,
    amount: 21,
    method: 'bank',
    paid_on: '2026-04-02',
    reference: 'Transfer 12',
    voided_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  expect(await postedFor('purchase_payment', first.id)).toEqual({ creditors: 2100, bank: -2100 })
  expect((await api.get(path)).body).toMatchObject({
    status: 'booked',
    amount_paid: 21,
    amount_due: 100,
  })
  const last = await answered(201, `${path}/payments`, { amount: '100.00', method: 'cash' })
  expect((await api.get(path)).body).toMatchObject({ status: 'paid', amount_due: 0 })
  const list = await api.get(`${path}/payments`)
  expect(list.body).toEqual([last, first])
  expect(list.headers.get('x-total-count')).toBe('2')
  expect(await api.post(`${path}/cancel`)).toMatchObject({
    status: 422,
    body: { code: 'invoice_paid' },
  })
})

test('never pays more than what is open, nor the other way', async () => {
  const bill = await booked({ ...soon, lines: [await line(100, { vat_treatment: 'none' })] })
  const pay = (amount: number) =>
    api.post(`/purchase-invoices/${bill.id}/payments`, { amount, method: 'bank' })
  const overpayment = {
    status: 422,
    body: { code: 'overpayment', errors: { amount: [expect.any(String)] } },
  }
  expect(await pay(100.01)).toMatchObject(overpayment)
  expect(await pay(-1)).toMatchObject(overpayment)
  const answers = await Promise.all(Array.from({ length: 8 }, () => pay(30)))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    expect(answer).toMatchObject(overpayment)
  }
  const draft = await newBill({ lines: [await line(100)] })
  expect(
    await api.post(`/purchase-invoices/${draft.id}/payments`, { amount: 1, method: 'bank' }),
  ).toMatchObject({ status: 422, body: { code: 'not_booked' } })
  for (const fields of [
    { amount: 0 },
    { amount: 1.001 },
    { method: 'pin' },
    { paid_on: '2026-02-30' },
    { paid_on: '2999-01-01' },
  ]) {
    const path = `/purchase-invoices/${bill.id}/payments`
    const { status, body } = await api.post(path, { amount: 1, method: 'bank', ...fields })
    expect([status, Object.keys(body.errors)]).toEqual([422, Object.keys(fields)])
  }
})

test('gets money back on a credit note, or sets it off against another invoice', async () => {
  const bill = await booked({ ...soon, lines: [await line(100)] })
  const credit = await booked({
    ...soon,
    supplier_id: bill.supplier_id,
    lines: [await line(-40)],
  })
  expect(credit).toMatchObject({ status: 'booked', total: -48.4, amount_due: -48.4 })
  const pay = (id: number, amount: number, method: string) =>
    answered(201, `/purchase-invoices/${id}/payments`, { amount, method })
  await pay(credit.id, -48.4, 'other')
  await pay(bill.id, 48.4, 'other')
  await pay(bill.id, 72.6, 'bank')
  for (const { id } of [bill, credit]) {
    expect((await api.get(`/purchase-invoices/${id}`)).body).toMatchObject({
      status: 'paid',
      amount_due: 0,
    })
  }
  expect((await balances()).transfers).toBeUndefined()
})

test('voids a payment by mistake, once, and not one that a bank statement names', async () => {
  const bill = await booked({ ...soon, lines: [await line(100)] })
  const { id } = await answered(201, `/purchase-invoices/${bill.id}/payments`, {
    amount: 121,
    method: 'bank',
  })
  expect((await other.api.post(`/purchase-payments/${id}/void`)).status).toBe(404)
  expect((await shop.as.technician.post(`/purchase-payments/${id}/void`)).status).toBe(403)
  const answers = await Promise.all([1, 2, 3].map(() => api.post(`/purchase-payments/${id}/void`)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422])
  expect(answers.find(({ status }) => status === 422)?.body.code).toBe('voided')
  expect((await api.get(`/purchase-invoices/${bill.id}`)).body).toMatchObject({
    status: 'booked',
    amount_due: 121,
  })
  expect(await postedFor('purchase_payment', id)).toEqual({})

  const matched = await answered(201, `/purchase-invoices/${bill.id}/payments`, {
    amount: 21,
    method: 'bank',
  })
  const { rows } = await owner.query(
    `with account as (
       insert into bank_accounts (tenant_id, iban, name, account_id) values ($1, 'NL91ABNA0417164300', 'Bank', $2) returning id
     ), statement as (
       insert into bank_statements (tenant_id, bank_account_id, format, statement_number, from_date, to_date, opening_cents, closing_cents)
       select $1, id, 'camt053', '1', '2026-04-01', '2026-04-02', 0, -2100 from account returning id, bank_account_id
     )
     insert into bank_transactions (tenant_id, bank_statement_id, bank_account_id, booked_on, amount_cents, bank_reference)
     select $1, id, bank_account_id, '2026-04-02', -2100, 'a' from statement returning id`,
    [shop.tenant_id, await account('bank')],
  )
  await owner.query(
    `insert into bank_allocations (tenant_id, bank_transaction_id, kind, amount_cents, purchase_payment_id)
     values ($1, $2, 'known_purchase_payment', -2100, $3)`,
    [shop.tenant_id, rows[0].id, matched.id],
  )
  expect(await api.post(`/purchase-payments/${matched.id}/void`)).toMatchObject({
    status: 422,
    body: { code: 'bank_matched' },
  })
})

test('an invoice that comes to nothing is paid when it is booked', async () => {
  const bill = await booked({ lines: [await line(100), await line(-100)] })
  expect(bill).toMatchObject({ status: 'paid', total: 0 })
  await answered(200, `/purchase-invoices/${bill.id}/cancel`)
})
