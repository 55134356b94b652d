import { beforeAll, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newBusiness, newCustomer, newDraft, newIssued, screen } from '../sales/invoicing.ts'
import { books } from './books.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { balances, boxesOf, postedFor } = books(owner, shop.tenant_id)

const reason = 'Bankrupt'

/** € 121.00 at 21 % and € 109.00 at 9 %: € 230.00. */
const owed = (fields: object = {}): Promise<Json> =>
  newIssued(api, {
    due_date: '2026-04-10',
    lines: [
      { ...screen, unit_price: 100 },
      { ...screen, unit_price: 100, vat_rate: 9 },
    ],
    ...fields,
  })
const pay = (id: number, amount: number) =>
  api.post(`/invoices/${id}/payments`, { amount, method: 'bank' })
const writeOff = (id: number, body: object = { reason }) =>
  api.post(`/invoices/${id}/write-off`, body)
const reverse = (id: number) => api.post(`/invoices/${id}/write-off/reverse`)
const lastWriteOff = async (id: number): Promise<Json> =>
  (await api.get(`/invoices/${id}/write-offs`)).body[0]

/** What customers owe, by their invoices; the account must say the same. */
async function debtorsAgree() {
  const { rows } = await owner.query(
    `select coalesce(sum(due_cents), 0) as cents from invoices where tenant_id = $1 and issued_at is not null`,
    [shop.tenant_id],
  )
  const { debtors = 0 } = await balances()
  expect(debtors).toBe(Number(rows[0].cents))
}

beforeAll(async () => {
  await owner.query('alter table events disable trigger react')
})

test('what is open becomes a loss, and its share of the VAT comes back', async () => {
  const { id } = await owed()
  await pay(id, 115)
  const { status, body } = await writeOff(id, { reason, written_off_on: '2026-06-30' })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    id,
    status: 'paid',
    paid_at: null,
    amount_paid: 115,
    amount_written_off: 115,
    amount_due: 0,
    late: false,
  })
  const done = await lastWriteOff(id)
  expect(done).toEqual({
    id: expect.any(Number),
    invoice_id: id,
    amount: 115,
    written_off_on: '2026-06-30',
    reason,
    reversed_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  expect(await postedFor('write_off', done.id)).toEqual({
    bad_debt: 10_000,
    vat_1a: 1050,
    vat_1b: 450,
    debtors: -11_500,
  })
  expect(await boxesOf('write_off', done.id)).toEqual({
    '1a turnover': -5000,
    '1a': -1050,
    '1b turnover': -5000,
    '1b': -450,
  })
  await debtorsAgree()
})

test('on cash basis no VAT was due of it: it comes off what is to come', async () => {
  await owner.query(`update tenants set vat_basis = 'cash' where id = $1`, [shop.tenant_id])
  const { id } = await owed()
  await owner.query(`update tenants set vat_basis = 'invoice' where id = $1`, [shop.tenant_id])
  await pay(id, 115)
  const due = { '1a turnover': 5000, '1a': 1050, '1b turnover': 5000, '1b': 450 }
  expect(await boxesOf('cash_vat', id)).toEqual(due)
  await writeOff(id)
  const done = await lastWriteOff(id)
  expect(await postedFor('write_off', done.id)).toEqual({
    bad_debt: 10_000,
    vat_deferred: 1500,
    debtors: -11_500,
  })
  expect(await boxesOf('write_off', done.id)).toEqual({})
  // What was paid stays due, and nothing is left to become so.
  expect(await boxesOf('cash_vat', id)).toEqual(due)
  expect((await balances()).vat_deferred).toBeUndefined()
  await reverse(id)
  await pay(id, 115)
  expect(await boxesOf('cash_vat', id)).toEqual({
    '1a turnover': 10_000,
    '1a': 2100,
    '1b turnover': 10_000,
    '1b': 900,
  })
  expect((await balances()).vat_deferred).toBeUndefined()
  await debtorsAgree()
})

test('a customer who pays after all: first the reversal, then the payment', async () => {
  const { id } = await owed()
  await writeOff(id)
  expect(await pay(id, 230)).toMatchObject({
    status: 422,
    body: {
      code: 'overpaid',
      errors: {
        amount: [
          'The invoice was written off, so that nothing is open; reverse the write-off first.',
        ],
      },
    },
  })
  const done = await lastWriteOff(id)
  const opened = await reverse(id)
  expect(opened).toMatchObject({
    status: 200,
    body: { amount_written_off: 0, amount_due: 230, paid_at: null },
  })
  expect(opened.body.status).toBe('overdue')
  expect(await postedFor('write_off', done.id)).toEqual({})
  expect(await boxesOf('write_off', done.id)).toEqual({})
  expect((await lastWriteOff(id)).reversed_at).toMatch(/Z$/)
  expect(await reverse(id)).toMatchObject({ status: 422, body: { code: 'not_written_off' } })
  expect((await pay(id, 230)).status).toBe(201)
  expect((await api.get(`/invoices/${id}`)).body.status).toBe('paid')
  expect(await writeOff(id)).toMatchObject({ status: 422, body: { code: 'nothing_open' } })
  await debtorsAgree()
})

test('writes off once, however often it is asked', async () => {
  const { id } = await owed()
  const answers = await Promise.all([1, 2, 3, 4].map(() => writeOff(id)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422])
  await Promise.all([reverse(id), reverse(id)])
  expect((await writeOff(id)).status).toBe(200)
  expect((await api.get(`/invoices/${id}/write-offs`)).body).toHaveLength(2)
  await debtorsAgree()
})

test('nothing is credited or cancelled of what was written off, nor written off beside an open credit note', async () => {
  const credit = (invoice_id: number) =>
    api.post('/credit-notes', {
      invoice_id,
      reason: 'Faulty',
      lines: [{ description: screen.description, qty: 1, unit_price: 10, vat_pct: 21 }],
    })
  const { id } = await owed()
  await writeOff(id)
  const refused = { status: 422, body: { code: 'written_off' } }
  expect(await credit(id)).toMatchObject(refused)
  expect(await api.post(`/invoices/${id}/cancel`)).toMatchObject(refused)

  const second = await owed()
  const note = await credit(second.id)
  expect(note.status).toBe(201)
  expect(await writeOff(second.id)).toMatchObject({
    status: 422,
    body: { code: 'open_credit_note' },
  })
  await api.post(`/credit-notes/${note.body.id}/apply`)
  expect((await writeOff(second.id)).body).toMatchObject({
    amount_credited: 12.1,
    amount_written_off: 217.9,
  })
  // 90 of 100 is left at 21 %, all of 100 at 9 %.
  expect(await postedFor('write_off', (await lastWriteOff(second.id)).id)).toEqual({
    bad_debt: 19_000,
    vat_1a: 1890,
    vat_1b: 900,
    debtors: -21_790,
  })
  await debtorsAgree()
})

test('is seen by the statement, the PDF and the reminders', async () => {
  const customer_id = await newCustomer(api)
  const { id, invoice_number } = await owed({ customer_id })
  await writeOff(id, { reason, written_off_on: '2026-06-30' })
  const statement = async () => (await api.get(`/customers/${customer_id}/statement`)).body
  expect(await statement()).toMatchObject({
    closing_balance: 0,
    rows: [
      { kind: 'invoice', amount: 230 },
      { kind: 'write_off', date: '2026-06-30', number: null, invoice_number, amount: -230 },
    ],
  })
  expect((await api.post(`/invoices/${id}/remind`, { to: 'jane@example.com' })).status).toBe(422)
  expect((await api.get(`/invoices/${id}/pdf`)).status).toBe(200)
  await reverse(id)
  expect(await statement()).toMatchObject({
    closing_balance: 230,
    rows: [{}, {}, { kind: 'write_off_reversal', amount: 230 }],
  })
  expect((await api.get(`/customers/${customer_id}/statement/pdf`)).status).toBe(200)
  const { rows } = await owner.query(
    `select name from events where entity = 'invoice' and entity_id = $1 and name = 'invoice.paid'`,
    [id],
  )
  expect(rows).toEqual([])
})

test('refuses bad input, drafts, strangers and those who may not', async () => {
  const { id } = await owed({
    customer_id: (await newBusiness(owner, shop, { address: 'Damrak 1' })).customer_id,
  })
  for (const [field, body] of [
    ['reason', {}],
    ['reason', { reason: ' ' }],
    ['written_off_on', { reason, written_off_on: '2026-02-30' }],
    ['written_off_on', { reason, written_off_on: '2999-01-01' }],
    ['written_off_on', { reason, written_off_on: '2026-03-26' }],
  ] as const) {
    const { status, body: refusal } = await writeOff(id, body)
    expect([status, Object.keys(refusal.errors)]).toEqual([422, [field]])
  }
  const draft = await newDraft(api)
  expect(await writeOff(draft.id)).toMatchObject({ status: 422, body: { code: 'nothing_open' } })
  expect((await other.api.post(`/invoices/${id}/write-off`, { reason })).status).toBe(404)
  expect((await other.api.get(`/invoices/${id}/write-offs`)).status).toBe(404)
  expect((await shop.as.frontdesk.post(`/invoices/${id}/write-off`, { reason })).status).toBe(403)
  expect((await shop.as.frontdesk.get(`/invoices/${id}/write-offs`)).status).toBe(403)
  expect((await shop.as.accountant.post(`/invoices/${id}/write-off`, { reason })).status).toBe(200)
})
