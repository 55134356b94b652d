import { extractText, getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newCustomer, newDraft } from '../sales/invoicing.ts'
import { owing, roundCash } from './owing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
await roundCash(owner, shop.tenant_id)

/** A customer with an invoice in March, paid for a part in April and refunded, and one in May. */
async function account() {
  const customer_id = await newCustomer(api)
  await newDraft(api, { customer_id })
  const march = await owing(api, 100, { customer_id, invoice_date: '2026-03-27' })
  const may = await owing(api, 10.02, { customer_id, invoice_date: '2026-05-02' })
  const pay = async (id: number, fields: object) =>
    (await api.post(`/invoices/${id}/payments`, fields)).body
  // Half past midnight in the shop, still the day before in UTC.
  const bank = await pay(march.id, {
    amount: 60,
    method: 'bank',
    paid_at: '2026-04-09T22:30:00Z',
    reference: 'Transfer 12',
  })
  await pay(may.id, { amount: 10, method: 'cash', paid_at: '2026-05-02T12:00:00' })
  await api.post(`/payments/${bank.id}/refund`, { amount: 25, reason: 'Goodwill' })
  await owner.query(`update refunds set created_at = '2026-06-01' where payment_id = $1`, [bank.id])
  return { customer_id, march, may, bank, path: `/customers/${customer_id}` }
}

test('tells what a customer owed, day by day', async () => {
  const { customer_id, march, may, bank, path } = await account()
  const { status, body } = await api.get(`${path}/statement`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    customer: { id: customer_id, name: 'Jane Smith' },
    from: null,
    to: null,
    opening_balance: 0,
    closing_balance: 65,
  })
  expect(body.rows[0]).toEqual({
    date: '2026-03-27',
    kind: 'invoice',
    number: march.invoice_number,
    invoice_id: march.id,
    invoice_number: march.invoice_number,
    payment_id: null,
    method: null,
    reference: null,
    amount: 100,
    balance: 100,
  })
  expect(body.rows.slice(1)).toMatchObject([
    {
      date: '2026-04-10',
      kind: 'payment',
      number: null,
      invoice_number: march.invoice_number,
      payment_id: bank.id,
      method: 'bank',
      reference: 'Transfer 12',
      amount: -60,
      balance: 40,
    },
    {
      date: '2026-05-02',
      kind: 'invoice',
      number: may.invoice_number,
      amount: 10.02,
      balance: 50.02,
    },
    { date: '2026-05-02', kind: 'payment', method: 'cash', amount: -10, balance: 40.02 },
    { date: '2026-05-02', kind: 'rounding', amount: -0.02, balance: 40 },
    { date: '2026-06-01', kind: 'refund', reference: 'Goodwill', amount: 25, balance: 65 },
  ])
  expect((await api.get(path)).body.balance).toBe(65)
})

test('what was before the period is its opening balance', async () => {
  const { path } = await account()
  const part = await api.get(`${path}/statement?from=2026-04-10&to=2026-05-01`)
  expect(part.body).toMatchObject({
    from: '2026-04-10',
    to: '2026-05-01',
    opening_balance: 100,
    rows: [{ kind: 'payment' }],
    closing_balance: 40,
  })
  const late = await api.get(`${path}/statement?from=2027-01-01`)
  expect(late.body).toMatchObject({ opening_balance: 65, rows: [], closing_balance: 65 })
  const early = await api.get(`${path}/statement?to=2026-01-01`)
  expect(early.body).toMatchObject({ opening_balance: 0, rows: [], closing_balance: 0 })
})

test('credit notes count when they are applied, money beyond the invoice is in credit', async () => {
  const customer_id = await newCustomer(api)
  const invoice = await owing(api, 50, { customer_id })
  await owner.query(`select set_config('app.tenant_id', $1::text, false)`, [shop.tenant_id])
  const credit = (status: string, cents: number) =>
    owner.query(
      `insert into credit_notes (tenant_id, credit_note_number, status, invoice_id, customer_id, reason, total_cents, applied_at)
       values ($1, gen_random_uuid(), $2, $3, $4, 'Test', $5, case when $2 = 'applied' then now() end)`,
      [shop.tenant_id, status, invoice.id, customer_id, cents],
    )
  await credit('applied', 2000)
  await credit('open', 500)
  await credit('voided', 100)
  const { body: payment } = await api.post(`/invoices/${invoice.id}/payments`, {
    amount: 30,
    method: 'pin',
  })
  await owner.query(
    'update payments set amount_cents = 3500, unapplied_cents = 500 where id = $1',
    [payment.id],
  )
  const { body } = await api.get(`/customers/${customer_id}/statement`)
  expect(body.rows.map(({ kind, amount }: Json) => [kind, amount]).sort()).toEqual([
    ['credit_note', -20],
    ['invoice', 50],
    ['payment', -35],
  ])
  expect(body.closing_balance).toBe(-5)
})

test('is printed in the language of the shop', async () => {
  const { path, march } = await account()
  const text = async () => {
    const { status, headers, body } = await api.get(`${path}/statement/pdf?from=2026-04-01`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/pdf')
    const pdf = await getDocumentProxy(new Uint8Array(body))
    return (await extractText(pdf, { mergePages: true })).text.replaceAll('\u00a0', ' ')
  }
  const dutch = await text()
  for (const part of [
    'Rekeningoverzicht',
    'Beginsaldo',
    `Betaling (bank) van factuur ${march.invoice_number}`,
    '10 april 2026',
    'Afronding contant',
    'Terugbetaling',
    'Openstaand',
    '€ 65,00',
  ]) {
    expect(dutch).toContain(part)
  }
  await owner.query(`update tenants set locale = 'en' where id = $1`, [shop.tenant_id])
  expect(await text()).toContain('Statement of account')
  await owner.query(`update tenants set locale = 'nl' where id = $1`, [shop.tenant_id])
})

test('refuses a period that ends before it begins, and strangers', async () => {
  const { path } = await account()
  expect(await api.get(`${path}/statement?from=2026-05-02&to=2026-05-01`)).toMatchObject({
    status: 422,
    body: { errors: { to: ['The to field must be a date on or after from.'] } },
  })
  for (const route of ['statement', 'statement/pdf']) {
    expect((await api.get(`${path}/${route}?from=2026-02-30`)).status).toBe(422)
    expect((await other.api.get(`${path}/${route}`)).status).toBe(404)
    expect((await shop.as.technician.get(`${path}/${route}`)).status).toBe(403)
    expect((await shop.as.accountant.get(`${path}/${route}`)).status).toBe(200)
  }
})
