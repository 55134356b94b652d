import { afterEach, beforeAll, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { depositing } from '../payments/depositing.ts'
import { newIssued, screen } from '../sales/invoicing.ts'
import { boxesOf, daysOf, done, postedOf } from './posting.ts'
import { truth } from './truth.ts'

const { shop, owner } = await startShops()
const { api, tenant_id } = shop

beforeAll(() => done(api.put('/settings', { vat_basis: 'cash' })))

afterEach(async () => {
  expect(await truth(owner, tenant_id)).toEqual([])
})

/** € 121.00 at 21 % and € 109.00 at 9 %. */
const both = () =>
  newIssued(api, {
    invoice_date: '2026-02-10',
    lines: [
      { ...screen, unit_price: 100 },
      { ...screen, unit_price: 100, vat_rate: 9 },
    ],
  })
const pay = ({ id }: Json, amount: number, paid_at = '2026-05-06T10:00:00Z') =>
  done(api.post(`/invoices/${id}/payments`, { amount, method: 'bank', paid_at }))
const due = async ({ id }: Json) => ({
  boxes: await boxesOf(owner, 'cash_vat', id),
  posted: await postedOf(owner, 'cash_vat', id),
})
const half = {
  boxes: { '1a': [5000, 1050], '1b': [5000, 450] },
  posted: { vat_deferred: 1500, vat_1a: -1050, vat_1b: -450 },
}
const whole = {
  boxes: { '1a': [10000, 2100], '1b': [10000, 900] },
  posted: { vat_deferred: 3000, vat_1a: -2100, vat_1b: -900 },
}
const nothing = { boxes: {}, posted: {} }

test('VAT is due as it is paid, on the day of the payment', async () => {
  const invoice = await both()
  expect(await postedOf(owner, 'invoice', invoice.id)).toEqual({
    debtors: 23000,
    sales_services_high: -10000,
    sales_services_low: -10000,
    vat_deferred: -3000,
  })
  expect(await boxesOf(owner, 'invoice', invoice.id)).toEqual({})
  expect(await due(invoice)).toEqual(nothing)
  await pay(invoice, 115)
  expect(await due(invoice)).toEqual(half)
  await pay(invoice, 115, '2026-08-07T10:00:00Z')
  expect(await due(invoice)).toEqual(whole)
  expect(await daysOf(owner, 'cash_vat', invoice.id)).toEqual(['2026-05-06', '2026-08-07'])
})

test('parts that do not divide end at the whole', async () => {
  const invoice = await both()
  for (const amount of [0.01, 0.01, 76.66, 76.66, 76.66]) await pay(invoice, amount)
  expect(await due(invoice)).toEqual(whole)
})

test('a refund takes it back, today', async () => {
  const invoice = await both()
  const payment = await pay(invoice, 230)
  await done(api.post(`/payments/${payment.id}/refund`, { amount: 115 }))
  expect(await due(invoice)).toEqual(half)
  await done(api.post(`/payments/${payment.id}/refund`))
  expect(await due(invoice)).toEqual(nothing)
  const { rows } = await owner.query(
    `select (now() at time zone 'Europe/Amsterdam')::date::text as today`,
  )
  expect((await daysOf(owner, 'cash_vat', invoice.id)).slice(1)).toEqual([
    rows[0].today,
    rows[0].today,
  ])
})

test('a credit note after payment takes back the VAT of what it credits', async () => {
  const invoice = await both()
  await pay(invoice, 230)
  const lines = [{ invoice_line_id: invoice.lines[0].id, qty: 1 }]
  const note = await done(
    api.post('/credit-notes', { invoice_id: invoice.id, reason: 'Faulty', lines }),
  )
  expect(await due(invoice)).toEqual({
    boxes: { '1b': [10000, 900] },
    posted: { vat_deferred: 900, vat_1b: -900 },
  })
  await done(api.delete(`/credit-notes/${note.id}`))
  expect(await due(invoice)).toEqual(whole)
})

test('a credit note before payment leaves the rest to be paid', async () => {
  const invoice = await both()
  const lines = [{ invoice_line_id: invoice.lines[0].id, qty: 1 }]
  const note = await done(
    api.post('/credit-notes', { invoice_id: invoice.id, reason: 'Faulty', lines }),
  )
  await done(api.post(`/credit-notes/${note.id}/apply`))
  expect(await due(invoice)).toEqual(nothing)
  await pay(invoice, 54.5)
  expect(await due(invoice)).toEqual({
    boxes: { '1b': [5000, 450] },
    posted: { vat_deferred: 450, vat_1b: -450 },
  })
})

test('what is written off never becomes due', async () => {
  const invoice = await both()
  await pay(invoice, 115)
  await owner.query(
    `with off as (insert into write_offs (tenant_id, invoice_id, amount_cents, reason) values ($1, $2, 11500, 'Bankrupt'))
     update invoices set written_off_cents = 11500, status = 'paid' where id = $2`,
    [tenant_id, invoice.id],
  )
  expect(await due(invoice)).toEqual(half)
  const { rows } = await owner.query('select id from write_offs where invoice_id = $1', [
    invoice.id,
  ])
  expect(await postedOf(owner, 'write_off', Number(rows[0].id))).toEqual({
    bad_debt: 10000,
    vat_deferred: 1500,
    debtors: -11500,
  })
})

test('an invoice for which deposits paid all is due when it is issued', async () => {
  const { newWorkOrder, deposit } = depositing(api)
  const path = await newWorkOrder({
    description: 'Shoes',
    quantity: 1,
    unit_price: 100,
    vat_rate: 9,
  })
  const taken = await deposit(path, { amount: 109, vat_rate: 21, method: 'pin' })
  const vat = 1892
  expect(await due(taken)).toMatchObject({ boxes: { '1a': [10900 - vat, vat] } })
  const draft = await done(api.post(`${path}/invoice`))
  expect(draft.total).toBe(0)
  await done(api.post(`/invoices/${draft.id}/issue`))
  expect(await due(draft)).toEqual({
    boxes: { '1a': [vat - 10900, -vat], '1b': [10000, 900] },
    posted: { vat_deferred: 900 - vat, vat_1a: vat, vat_1b: -900 },
  })
})

test('a shop that changes the basis goes on with each invoice as it began', async () => {
  const before = await both()
  await done(api.put('/settings', { vat_basis: 'invoice' }))
  const after = await both()
  await done(api.put('/settings', { vat_basis: 'cash' }))
  await pay(before, 230)
  await pay(after, 230)
  expect(await due(before)).toEqual(whole)
  expect(await due(after)).toEqual(nothing)
  expect(await boxesOf(owner, 'invoice', after.id)).toEqual(whole.boxes)
})
