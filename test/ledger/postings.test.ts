import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { depositing } from '../payments/depositing.ts'
import { roundCash } from '../payments/owing.ts'
import { newCustomer, newIssued, screen } from '../sales/invoicing.ts'
import { newPart } from '../warehouse/selling.ts'
import { boxesOf, codesOf, daysOf, done, newCompany, type Posting, postedOf } from './posting.ts'
import { truth } from './truth.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { newWorkOrder, deposit } = depositing(api)
const posted = (source: string, id: number) => postedOf(owner, source, id)
const boxes = (source: string, id: number) => boxesOf(owner, source, id)

let codes: Record<string, number> = {}
beforeAll(async () => {
  codes = await codesOf(api)
})

afterEach(async () => {
  for (const { tenant_id } of [shop, other]) expect(await truth(owner, tenant_id)).toEqual([])
})

const pay = (invoice: Json, fields: object) =>
  done(api.post(`/invoices/${invoice.id}/payments`, { amount: invoice.total, ...fields }))
const creditFor = (invoice_id: number, fields: object = { full: true }) =>
  done(api.post('/credit-notes', { invoice_id, reason: 'Faulty', ...fields }))
const owed = (total: number) =>
  newIssued(api, { lines: [{ ...screen, unit_price: total, vat_rate: 0 }] })

/** Tax code, buyer's country, and what an invoice of € 100 for work and € 10 for a part says. */
const invoices: [string, string | null, Posting, Record<string, [number, number]>][] = [
  [
    'standard',
    null,
    { debtors: 13310, sales_services_high: -10000, sales_goods_high: -1000, vat_1a: -2310 },
    { '1a': [11000, 2310] },
  ],
  [
    'reduced',
    null,
    { debtors: 11990, sales_services_low: -10000, sales_goods_low: -1000, vat_1b: -990 },
    { '1b': [11000, 990] },
  ],
  [
    'zero',
    null,
    { debtors: 11000, sales_services_zero: -10000, sales_goods_zero: -1000 },
    { '1e': [11000, 0] },
  ],
  ['exempt', null, { debtors: 11000, sales_services_zero: -10000, sales_goods_zero: -1000 }, {}],
  [
    'reverse_charge',
    'NL',
    { debtors: 11000, sales_services_zero: -10000, sales_goods_zero: -1000 },
    { '1e': [11000, 0] },
  ],
  [
    'intra_eu',
    'DE',
    { debtors: 11000, sales_services_eu: -10000, sales_goods_eu: -1000 },
    { '3b': [11000, 0] },
  ],
  [
    'export',
    'CH',
    { debtors: 11000, sales_services_zero: -10000, sales_export: -1000 },
    { '3a': [11000, 0] },
  ],
  ['margin', null, { debtors: 11000, sales_margin: -11000 }, { ms: [11000, 0] }],
]

test.each(invoices)('an invoice at the code %s', async (code, country, posting, returned) => {
  const tax_rate_id = codes[code]
  const { id } = await newIssued(api, {
    customer_id: country ? await newCompany(owner, shop, country) : await newCustomer(api),
    lines: [
      { description: 'Work', unit_price: 100, tax_rate_id },
      { description: 'Part', unit_price: 10, product_id: await newPart(api, 0), tax_rate_id },
    ],
  })
  expect(await posted('invoice', id)).toEqual(posting)
  expect(await boxes('invoice', id)).toEqual(returned)
  const note = await creditFor(id)
  const back = Object.entries(posting).map(([account, cents]) => [account, -cents])
  expect(await posted('credit_note', note.id)).toEqual(Object.fromEntries(back))
})

test('rates mixed, at a discount: each group rounds for itself, and the entry balances', async () => {
  const { id } = await newIssued(api, {
    discount_pct: 12.5,
    lines: [
      { ...screen, qty: 3, unit_price: 33.33 },
      { ...screen, unit_price: 0.99, vat_rate: 9 },
      { ...screen, unit_price: 7.77, vat_rate: 13 },
    ],
  })
  // 99.99, 0.99 and 7.77 less an eighth: 87.49, 0.87 and 6.80; VAT 18.37, 0.08 and 0.88.
  expect(await posted('invoice', id)).toEqual({
    debtors: 11449,
    sales_services_high: -8749 - 680,
    sales_services_low: -87,
    vat_1a: -1837,
    vat_1b: -8,
    vat_1c: -88,
  })
  expect(await boxes('invoice', id)).toEqual({ '1a': [8749, 1837], '1b': [87, 8], '1c': [680, 88] })
})

test('a credit note that changes is posted by its difference, and not at all when it is voided', async () => {
  const { id, lines } = await newIssued(api, { lines: [screen, { ...screen, vat_rate: 9 }] })
  const of = (line: number, qty: number) => ({ lines: [{ invoice_line_id: lines[line].id, qty }] })
  const note = await creditFor(id, of(0, 1))
  const first = { debtors: -10769, sales_services_high: 8900, vat_1a: 1869 }
  expect(await posted('credit_note', note.id)).toEqual(first)
  await done(api.patch(`/credit-notes/${note.id}`, of(1, 1)))
  expect(await posted('credit_note', note.id)).toEqual({
    debtors: -9701,
    sales_services_low: 8900,
    vat_1b: 801,
  })
  await done(api.patch(`/credit-notes/${note.id}`, { reason: 'Other' }))
  expect(await daysOf(owner, 'credit_note', note.id)).toHaveLength(2)
  await done(api.delete(`/credit-notes/${note.id}`))
  expect(await posted('credit_note', note.id)).toEqual({})
  expect(await daysOf(owner, 'credit_note', note.id)).toHaveLength(3)
})

test('applying a credit note posts nothing', async () => {
  const note = await creditFor((await newIssued(api)).id)
  await done(api.post(`/credit-notes/${note.id}/apply`))
  expect(await daysOf(owner, 'credit_note', note.id)).toHaveLength(1)
})

test.each([
  ['cash', 'cash'],
  ['pin', 'pin_in_transit'],
  ['bank', 'bank'],
  ['ideal', 'provider_in_transit'],
  ['card', 'provider_in_transit'],
  ['other', 'transfers'],
])('a payment by %s, and its refund in two parts', async (method, account) => {
  const payment = await pay(await owed(50), { method, paid_at: '2026-10-05T12:00:00Z' })
  expect(await posted('payment', payment.id)).toEqual({ [account]: 5000, debtors: -5000 })
  expect(await daysOf(owner, 'payment', payment.id)).toEqual(['2026-10-05'])
  await done(api.post(`/payments/${payment.id}/refund`, { amount: 20 }))
  expect(await posted('payment', payment.id)).toEqual({ [account]: 3000, debtors: -3000 })
  await done(api.post(`/payments/${payment.id}/refund`))
  expect(await posted('payment', payment.id)).toEqual({})
})

test('a payment through a provider, from asked for to paid beyond what was open to charged back', async () => {
  const invoice = await owed(50)
  const { rows } = await owner.query(
    `insert into payments (tenant_id, invoice_id, amount_cents, method, status, provider, provider_id, paid_at)
     values ($1, $2, 5000, 'ideal', 'pending', 'mollie', 'tr_7', null) returning id`,
    [shop.tenant_id, invoice.id],
  )
  const id = Number(rows[0].id)
  const set = async (settles_cents: number, columns: string) => {
    await owner.query(`
      with paid as (update payments set ${columns} where id = ${id})
      update invoices set paid_cents = ${settles_cents} where id = ${invoice.id}`)
    return posted('payment', id)
  }
  expect(await posted('payment', id)).toEqual({})
  expect(
    await set(
      5000,
      `status = 'paid', amount_cents = 6000, unapplied_cents = 1000, paid_at = '2026-10-06 23:30+02'`,
    ),
  ).toEqual({ provider_in_transit: 6000, debtors: -6000 })
  expect(await daysOf(owner, 'payment', id)).toEqual(['2026-10-06'])
  expect(
    await set(
      4000,
      `status = 'partially_refunded', refunded_cents = 2000, charged_back_cents = 1500, unapplied_cents = 0`,
    ),
  ).toEqual({ provider_in_transit: 4000, debtors: -4000 })
})

test.each([
  [10.02, 10, { cash: 1000, payment_difference: 2, debtors: -1002 }],
  [10.03, 10.05, { cash: 1005, payment_difference: -2, debtors: -1003 }],
])('%d paid by %d in cash', async (open, amount, posting) => {
  await roundCash(owner, shop.tenant_id)
  const payment = await pay(await owed(open), { amount, method: 'cash' })
  expect(await posted('payment', payment.id)).toEqual(posting)
  await done(api.post(`/payments/${payment.id}/refund`))
  expect(await posted('payment', payment.id)).toEqual({})
})

describe('deposits', () => {
  const final = async (path: string) => {
    const draft = await done(api.post(`${path}/invoice`))
    return done(api.post(`/invoices/${draft.id}/issue`))
  }

  test('VAT is due when it is taken, and deducted with it', async () => {
    const path = await newWorkOrder()
    const taken = await deposit(path, { method: 'pin' })
    expect(await posted('invoice', taken.id)).toEqual({
      debtors: 10000,
      deposits: -8264,
      vat_1a: -1736,
    })
    expect(await boxes('invoice', taken.id)).toEqual({ '1a': [8264, 1736] })
    const { id } = await final(path)
    expect(await posted('invoice', id)).toEqual({
      debtors: 14200,
      sales_services_high: -20000,
      deposits: 8264,
      vat_1a: -2464,
    })
    expect(await boxes('invoice', id)).toEqual({ '1a': [11736, 2464] })
  })

  test('an invoice that is cancelled gives back what it deducted, to be deducted again', async () => {
    const path = await newWorkOrder()
    const taken = await deposit(path, { method: 'pin' })
    const { id } = await final(path)
    await done(api.post(`/invoices/${id}/cancel`))
    const { body } = await api.get(`/credit-notes?invoice_id=${id}`)
    expect(await posted('credit_note', body.data[0].id)).toEqual({
      debtors: -14200,
      sales_services_high: 20000,
      deposits: -8264,
      vat_1a: 2464,
    })
    const again = await final(path)
    expect(await posted('invoice', again.id)).toMatchObject({ deposits: 8264 })
    expect(again.lines.at(-1).deposit_invoice_id).toBe(taken.id)
  })

  test('one that is credited is owed no more', async () => {
    const taken = await deposit(await newWorkOrder(), { amount: 109, vat_rate: 9 })
    const note = await creditFor(taken.id)
    expect(await posted('credit_note', note.id)).toEqual({
      debtors: -10900,
      deposits: 10000,
      vat_1b: 900,
    })
  })
})

test('a shop under the small-business scheme has turnover and no VAT, and reports neither', async () => {
  await done(other.api.put('/settings', { kor: true }))
  const { id } = await newIssued(other.api)
  expect(await postedOf(owner, 'invoice', id)).toEqual({
    debtors: 8900,
    sales_services_zero: -8900,
  })
  expect(await boxesOf(owner, 'invoice', id)).toEqual({})
  const { rows } = await owner.query(
    `insert into settlements (tenant_id, provider, settled_on, gross_cents, fee_cents, fee_vat_cents)
     values ($1, 'mollie', '2026-10-01', 10000, 200, 42) returning id`,
    [other.tenant_id],
  )
  expect(await postedOf(owner, 'settlement', Number(rows[0].id))).toEqual({
    bank: 9758,
    payment_costs: 242,
    provider_in_transit: -10000,
  })
})

test('what a provider paid out, less its costs and their VAT', async () => {
  const { rows } = await owner.query(
    `insert into settlements (tenant_id, provider, settled_on, gross_cents, fee_cents, fee_vat_cents)
     values ($1, 'pin', '2026-10-01', 10000, 200, 42) returning id`,
    [shop.tenant_id],
  )
  const id = Number(rows[0].id)
  expect(await posted('settlement', id)).toEqual({
    bank: 9758,
    payment_costs: 200,
    vat_5b: 42,
    pin_in_transit: -10000,
  })
  expect(await boxes('settlement', id)).toEqual({ '5b': [0, 42] })
  await owner.query('update settlements set voided_at = now() where id = $1', [id])
  expect(await posted('settlement', id)).toEqual({})
})
