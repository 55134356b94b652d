import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newBusiness, newDraft, newIssued, screen } from '../sales/invoicing.ts'
import { asTenant, newPeriod, openPeriodOn, today } from './returning.ts'

// On cash basis VAT is due when the customer pays. The tables are computed by hand: turnover and VAT of the boxes
// 1a and 1b, and what stands as not due yet on account 1509, after each step.

const { shop, owner } = await startShops()
const { api } = shop
await api.put('/settings', { vat_basis: 'cash' })
const { id: period_id } = await openPeriodOn(api, today)

/** Turnover and VAT of 1a, of 1b, then VAT that is not due yet. */
type Books = [number, number, number, number, number]

async function books(): Promise<Books> {
  const { boxes } = (await api.get(`/btw-periods/${period_id}`)).body
  const { rows } = await owner.query(
    `select coalesce(sum(b.credit_cents - b.debit_cents), 0)::int as cents from ledger_balances b
     join gl_accounts a on a.id = b.account_id where b.tenant_id = $1 and a.role = 'vat_deferred'`,
    [shop.tenant_id],
  )
  const { '1a': high, '1b': low } = boxes
  return [high.turnover, high.vat, low.turnover, low.vat, rows[0].cents / 100]
}

type Step = [name: string, act: (done: Json[]) => Promise<unknown>, expected: Books]

/** Does the steps, each with what those before it answered, and expects what has changed since the first. */
async function walk(steps: Step[]) {
  const before = await books()
  const done: Json[] = []
  for (const [name, act, expected] of steps) {
    done.push(await act(done))
    const after = await books()
    const changed = after.map(
      (value, index) => Math.round(100 * (value - (before[index] ?? 0))) / 100,
    )
    expect(changed, name).toEqual(expected)
  }
}

/** 121.00 at 21 % and 109.00 at 9 %: € 230. */
const lines = [
  { ...screen, unit_price: 100 },
  { ...screen, unit_price: 100, vat_rate: 9 },
]

const twoRates = (fields: object = {}) => newIssued(api, { invoice_date: today, lines, ...fields })

const pay = async (invoice: Json, amount: number) => {
  const answer = await api.post(`/invoices/${invoice.id}/payments`, { amount, method: 'pin' })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

const credit = async (invoice: Json, fields: object) => {
  const answer = await api.post('/credit-notes', {
    invoice_id: invoice.id,
    reason: 'Back',
    ...fields,
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
}

const writeOff = (invoice: Json, cents: number) =>
  asTenant(owner, shop.tenant_id, async (query) => {
    await query(
      `insert into write_offs (invoice_id, amount_cents, reason) values ($1, $2, 'Bankrupt')`,
      [invoice.id, cents],
    )
    await query('update invoices set written_off_cents = $2 where id = $1', [invoice.id, cents])
  })

const issued: Step = ['issued', () => twoRates(), [0, 0, 0, 0, 30]]

test('paid in halves', async () => {
  await walk([
    issued,
    ['half', ([invoice]) => pay(invoice, 115), [50, 10.5, 50, 4.5, 15]],
    ['whole', ([invoice]) => pay(invoice, 115), [100, 21, 100, 9, 0]],
  ])
})

test('paid in thirds that do not divide', async () => {
  const odd = [
    { ...screen, unit_price: 33.33 },
    { ...screen, unit_price: 33.33, vat_rate: 9 },
  ]
  await walk([
    ['issued', () => twoRates({ lines: odd }), [0, 0, 0, 0, 10]],
    ['a third', ([invoice]) => pay(invoice, 25.55), [11.11, 2.33, 11.11, 1, 6.67]],
    ['two', ([invoice]) => pay(invoice, 25.55), [22.22, 4.67, 22.22, 2, 3.33]],
    ['all', ([invoice]) => pay(invoice, 25.56), [33.33, 7, 33.33, 3, 0]],
  ])
})

const part = (unit_price: number) => ({
  lines: [{ description: 'Screen', qty: 1, unit_price, vat_pct: 21 }],
})

test('credited after it was paid, in part and whole', async () => {
  await walk([
    issued,
    ['paid', ([invoice]) => pay(invoice, 230), [100, 21, 100, 9, 0]],
    ['credited in part', ([invoice]) => credit(invoice, part(50)), [50, 10.5, 100, 9, 0]],
    ['credited whole', ([invoice]) => credit(invoice, { full: true }), [0, 0, 0, 0, 0]],
  ])
})

test('credited before it was paid', async () => {
  await walk([
    issued,
    ['credited', ([invoice]) => credit(invoice, part(100)), [0, 0, 0, 0, 9]],
    ['half of the rest', ([invoice]) => pay(invoice, 54.5), [0, 0, 50, 4.5, 4.5]],
  ])
})

test('given back', async () => {
  const refund = (payment: Json, body?: object) => api.post(`/payments/${payment.id}/refund`, body)
  await walk([
    issued,
    ['paid', ([invoice]) => pay(invoice, 230), [100, 21, 100, 9, 0]],
    ['half given back', ([, payment]) => refund(payment, { amount: 115 }), [50, 10.5, 50, 4.5, 15]],
    ['all given back', ([, payment]) => refund(payment), [0, 0, 0, 0, 30]],
  ])
})

test('half paid, and the rest written off', async () => {
  await walk([
    issued,
    ['half', ([invoice]) => pay(invoice, 115), [50, 10.5, 50, 4.5, 15]],
    ['written off', ([invoice]) => writeOff(invoice, 115_00), [50, 10.5, 50, 4.5, 0]],
  ])
})

test('written off without a payment', async () => {
  await walk([issued, ['written off', ([invoice]) => writeOff(invoice, 230_00), [0, 0, 0, 0, 0]]])
})

/** A work order of € 100, whose deposit is paid at once. */
async function orderOf(vat_rate: number) {
  const { body: customer } = await api.post('/customers', { first_name: 'Jane' })
  const { body: order } = await api.post('/work-orders', {
    customer_id: customer.id,
    title: 'Screen',
    device_type: 'phone',
  })
  const line = { description: 'Screen', quantity: 1, unit_price: 100, vat_rate }
  expect((await api.post(`/work-orders/${order.id}/lines`, line)).status).toBe(201)
  return {
    deposit: async (amount: number) => {
      const deposit = { amount, vat_rate: 21, method: 'pin' }
      expect((await api.post(`/work-orders/${order.id}/deposit`, deposit)).status).toBe(201)
    },
    bill: async () => {
      const made = await api.post(`/work-orders/${order.id}/invoice`)
      return (await api.post(`/invoices/${made.body.id}/issue`)).body
    },
  }
}

test('a deposit is due when it is paid, and the rest with the final invoice', async () => {
  const order = await orderOf(21)
  await walk([
    ['deposit', () => order.deposit(60.5), [50, 10.5, 0, 0, 0]],
    ['final invoice', () => order.bill(), [50, 10.5, 0, 0, 10.5]],
    ['rest', ([, final]) => pay(final, 60.5), [100, 21, 0, 0, 0]],
  ])
})

test('a final invoice that deposits have paid for puts the rates right', async () => {
  const order = await orderOf(9)
  await walk([
    ['deposit at 21 %', () => order.deposit(109), [90.08, 18.92, 0, 0, 0]],
    ['final invoice at 9 %', () => order.bill(), [0, 0, 100, 9, 0]],
  ])
})

test('a supply within the EU is reported by its invoice', async () => {
  const { customer_id, company_id } = await newBusiness(owner, shop, { address: 'Hauptstr. 1' })
  await api.put(`/companies/${company_id}`, { vat_number: 'DE123456789', country: 'DE' })
  await api.put(`/customers/${customer_id}`, { country: 'DE' })
  const rates = (await api.get('/tax-rates')).body
  const eu = rates.find(({ category }: Json) => category === 'intra_eu')
  const draft = await newDraft(api, {
    customer_id,
    invoice_date: today,
    lines: [{ ...screen, vat_rate: undefined, tax_rate_id: eu.id }],
  })
  const issued = await api.post(`/invoices/${draft.id}/issue`)
  expect(issued.status, JSON.stringify(issued.body)).toBe(200)
  const reported = async () => (await api.get(`/btw-periods/${period_id}`)).body
  expect((await reported()).boxes['3b'].turnover).toBe(89)
  await pay(issued.body, 89)
  const { boxes, icp } = await reported()
  expect(boxes['3b'].turnover).toBe(89)
  expect(icp).toMatchObject([{ vat_number: 'DE123456789', services: 89 }])
})

test('money counts on the day on which it came in; in time that is filed it is late', async () => {
  const past = await newPeriod(api, { year: 2020, quarter: 1 })
  const invoice = await twoRates()
  const payOn = (paid_at: string) =>
    api.post(`/invoices/${invoice.id}/payments`, { amount: 115, method: 'bank', paid_at })
  expect((await payOn('2020-02-03')).status).toBe(201)
  expect((await api.get(`/btw-periods/${past.id}`)).body.boxes['1a']).toMatchObject({
    turnover: 50,
    vat: 10.5,
  })
  expect((await api.post(`/btw-periods/${past.id}/close`)).body.total_vat).toBe(14)
  expect((await payOn('2020-02-04')).status).toBe(201)
  const { late, corrections } = (await api.get(`/btw-periods/${period_id}`)).body
  expect(late).toMatchObject([
    {
      source: 'cash_vat',
      document_date: '2020-02-04',
      original_period: { id: past.id },
      turnover: 100,
      vat: 15,
    },
  ])
  expect(corrections).toMatchObject([{ vat: 15, route: 'next_return' }])
})

test('closes with accounts and boxes equal', async () => {
  const before = (await api.get(`/btw-periods/${period_id}`)).body
  const closed = await api.post(`/btw-periods/${period_id}/close`)
  expect(closed).toMatchObject({ status: 200, body: { total_vat: before.total_vat } })
})
