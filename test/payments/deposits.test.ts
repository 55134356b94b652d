import { expect, test } from 'vitest'
import { Client } from '../harness/client.ts'
import { newToken, startShops } from '../harness/shop.ts'
import { newBusiness } from '../sales/invoicing.ts'
import { depositing, idOf, labour } from './depositing.ts'
import { roundCash } from './owing.ts'

const { shop, other, owner, url } = await startShops()
const { api } = shop
const { newWorkOrder, newQuotation, deposit } = depositing(api)

test('a deposit is an issued invoice, its VAT out of the amount', async () => {
  const path = await newWorkOrder()
  const answer = await api.post(`${path}/deposit`, { amount: 100 })
  expect(answer).toMatchObject({
    status: 201,
    body: {
      kind: 'deposit',
      status: 'sent',
      invoice_number: expect.stringMatching(/^INV-/),
      work_order_id: idOf(path),
      customer: { name: 'Jane Smith' },
      lines: [
        {
          description: expect.stringMatching(/^Aanbetaling WO-/),
          qty: 1,
          vat_rate: 21,
          total_excl: 82.64,
          deposit_invoice_id: null,
        },
      ],
      subtotal: 82.64,
      vat_total: 17.36,
      total: 100,
      vat_breakdown: [{ vat_rate: 21, category: 'S', base: 82.64, vat: 17.36 }],
      amount_paid: 0,
      amount_due: 100,
    },
  })
  const paid = await deposit(path, {
    amount: '54.50',
    vat_rate: 9,
    method: 'pin',
    description: 'Parts',
  })
  expect(paid).toMatchObject({
    status: 'paid',
    subtotal: 50,
    vat_total: 4.5,
    amount_paid: 54.5,
    amount_due: 0,
    lines: [{ description: 'Parts', vat_rate: 9 }],
  })
  const { body: payments } = await api.get(`/payments?invoice_id=${paid.id}`)
  expect(payments.data).toMatchObject([{ amount: 54.5, method: 'pin', status: 'paid' }])
  const list = await api.get(`/invoices?work_order_id=${idOf(path)}&kind=deposit`)
  expect(list.body.data).toMatchObject([
    { id: paid.id, kind: 'deposit' },
    { id: answer.body.id, kind: 'deposit' },
  ])
})

test('cash of deposits and final invoice counts together, at once too', async () => {
  const path = await newWorkOrder({ ...labour, unit_price: 6000 })
  await deposit(path, { amount: 1500, method: 'cash' })
  const { body: draft } = await api.post(`${path}/invoice`)
  await api.post(`/invoices/${draft.id}/issue`)
  const pay = (amount: number) =>
    api.post(`/invoices/${draft.id}/payments`, { amount, method: 'cash' })
  expect((await pay(1500)).body.code).toBe('cash_limit')
  const more = () => api.post(`${path}/deposit`, { amount: 1000, method: 'cash' })
  const answers = await Promise.all([pay(1000), more(), pay(1000), more(), pay(1000), more()])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422, 422])
  expect((await more()).body.code).toBe('cash_limit')
  // The refused deposits left no invoice.
  const { rows } = await owner.query(
    `select coalesce(sum(p.amount_cents), 0)::int as cash,
       count(*) filter (where i.kind = 'deposit' and p.id is null)::int as unpaid
     from invoices i left join payments p on p.invoice_id = i.id where i.work_order_id = $1`,
    [idOf(path)],
  )
  expect(rows).toEqual([{ cash: 250_000, unpaid: 0 }])
})

test('a deposit in cash is rounded where the shop rounds', async () => {
  await roundCash(owner, shop.tenant_id)
  const path = await newWorkOrder()
  const taken = await deposit(path, { amount: 99.98, method: 'cash' })
  expect(taken).toMatchObject({ status: 'paid', amount_paid: 99.98 })
  const { body } = await api.get(`/payments?invoice_id=${taken.id}`)
  expect(body.data).toMatchObject([{ amount: 100, rounding: -0.02 }])
  expect(await deposit(path, { amount: 0.02, method: 'cash' })).toMatchObject({ status: 'paid' })
  await roundCash(owner, shop.tenant_id, false)
})

test('a shop without VAT takes deposits without VAT', async () => {
  await owner.query('update tenants set kor = true where id = $1', [shop.tenant_id])
  const taken = await deposit(await newWorkOrder())
  expect(taken).toMatchObject({ total: 100, vat_total: 0, vat_breakdown: [{ category: 'E' }] })
  await owner.query('update tenants set kor = false where id = $1', [shop.tenant_id])
})

test('refuses what cannot be, and leaves nothing behind', async () => {
  const path = await newWorkOrder()
  for (const fields of [
    {},
    { amount: 0 },
    { amount: 1, method: 'cheque' },
    { amount: 1, vat_rate: -1 },
  ]) {
    expect((await api.post(`${path}/deposit`, fields)).status, JSON.stringify(fields)).toBe(422)
  }
  const { customer_id } = await newBusiness(owner, shop)
  const business = await api.post('/work-orders', { customer_id, problem_description: 'Cracked' })
  expect(await api.post(`/work-orders/${business.body.id}/deposit`, { amount: 10 })).toMatchObject({
    status: 422,
    body: { code: 'incomplete_invoice' },
  })
  expect((await api.get(`/invoices?customer_id=${customer_id}`)).body.total).toBe(0)
  const rejected = await newQuotation()
  await owner.query(`update quotations set status = 'rejected' where id = $1`, [idOf(rejected)])
  expect((await api.post(`${rejected}/deposit`, { amount: 10 })).body.code).toBe(
    'quotation_rejected',
  )
  expect((await other.api.post(`${path}/deposit`, { amount: 10 })).status).toBe(404)
  expect((await shop.as.technician.post(`${path}/deposit`, { amount: 10 })).status).toBe(403)
})

test('a token that may only issue takes no money', async () => {
  const path = await newWorkOrder()
  const { rows } = await owner.query(`select id from users where email = 'admin@first.example'`)
  const token = await newToken(owner, shop.tenant_id, rows[0].id, ['invoices:issue'])
  const issuer = new Client(url, token)
  expect((await issuer.post(`${path}/deposit`, { amount: 10, method: 'pin' })).status).toBe(403)
  expect((await issuer.post(`${path}/deposit`, { amount: 10 })).status).toBe(201)
})
