import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { all, newCredit, part } from './crediting.ts'
import { newIssued, screen } from './invoicing.ts'

const { shop, owner } = await startShops()
const { api } = shop

const numbersOf = (answer: { body: Json }) =>
  answer.body.data.map(({ credit_note_number }: Json) => credit_note_number)

test('credits a part of an invoice as the reference prints it', async () => {
  const invoice = await newIssued(api, {
    due_date: '2099-01-01',
    lines: [{ ...screen, unit_price: 100 }],
  })
  const created = await api.post('/credit-notes', {
    invoice_id: invoice.id,
    reason: 'Screen was faulty',
    lines: [part],
  })
  expect(created).toMatchObject({ status: 201, body: { total: -48.4, status: 'open' } })
  expect(created.body.credit_note_number).toMatch(/^CN-\d{4}-\d{4}$/)
  const { id } = created.body
  const detail = await api.get(`/credit-notes/${id}`)
  expect(detail.body).toEqual(created.body)
  expect(detail.body).toEqual({
    id,
    credit_note_number: created.body.credit_note_number,
    status: 'open',
    invoice_id: invoice.id,
    invoice: { id: invoice.id, invoice_number: invoice.invoice_number },
    customer_id: invoice.customer_id,
    customer: { id: invoice.customer_id, name: 'Jane Smith' },
    credit_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    reason: 'Screen was faulty',
    restock: false,
    prices_include_vat: false,
    lines: [
      {
        id: expect.any(Number),
        invoice_line_id: invoice.lines[0].id,
        description: 'Screen replacement',
        product_id: null,
        qty: 1,
        unit_price: 40,
        discount_pct: 0,
        vat_pct: 21,
        tax_rate_id: expect.any(Number),
        total_excl: -40,
      },
    ],
    subtotal: -40,
    vat_total: -8.4,
    total: -48.4,
    vat_breakdown: [{ vat_rate: 21, category: 'S', base: -40, vat: -8.4, exemption_text: null }],
    applied_at: null,
    voided_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  const { lines: _, ...listed } = detail.body
  expect((await api.get(`/credit-notes?invoice_id=${invoice.id}`)).body).toEqual({
    data: [listed],
    current_page: 1,
    last_page: 1,
    per_page: 25,
    total: 1,
  })
  expect((await api.get(`/invoices/${invoice.id}`)).body.amount_due).toBe(121)

  const applied = await api.post(`/credit-notes/${id}/apply`)
  expect(applied).toMatchObject({ status: 200 })
  expect(applied.body).toEqual({ message: 'Credit applied', invoice_remaining: 72.6 })
  expect((await api.get(`/credit-notes/${id}`)).body).toMatchObject({
    status: 'applied',
    applied_at: expect.stringMatching(/Z$/),
  })
  expect((await api.get(`/invoices/${invoice.id}`)).body).toMatchObject({
    status: 'sent',
    amount_credited: 48.4,
    amount_due: 72.6,
  })
})

test('a credit of all that is open pays the invoice', async () => {
  const invoice = await newIssued(api)
  const { id, total, lines } = await newCredit(api, {
    invoice_id: invoice.id,
    ...all,
  })
  expect(total).toBe(-107.69)
  expect(lines).toMatchObject([{ description: 'Screen replacement', qty: 1, unit_price: 89 }])
  const applied = await api.post(`/credit-notes/${id}/apply`)
  expect(applied.body).toEqual({ message: 'Credit applied', invoice_remaining: 0 })
  expect((await api.get(`/invoices/${invoice.id}`)).body).toMatchObject({
    status: 'paid',
    amount_due: 0,
    paid_at: expect.any(String),
  })
  const events = await owner.query(
    `select name from events where root = 'invoice' and root_id = $1`,
    [invoice.id],
  )
  const names = events.rows.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(['credit_note.created', 'credit_note.applied', 'invoice.paid']),
  )
})

test('a line is named by its id, by its words, or by its rate', async () => {
  const invoice = await newIssued(api, {
    lines: [
      { ...screen, qty: 3, discount_pct: 10 },
      { description: 'Saddle', unit_price: 50, vat_rate: 9 },
      { description: 'Saddle', unit_price: 20, vat_rate: 9 },
    ],
  })
  const [first, , third] = invoice.lines
  const { lines } = await newCredit(api, {
    invoice_id: invoice.id,
    lines: [
      { invoice_line_id: first.id, qty: 2 },
      { description: 'Saddle', unit_price: 20, vat_pct: 9, invoice_line_id: third.id },
      { description: 'Goodwill', unit_price: 5, vat_pct: 9 },
    ],
  })
  expect(lines).toMatchObject([
    { invoice_line_id: first.id, qty: 2, unit_price: 89, discount_pct: 10, total_excl: -160.2 },
    { invoice_line_id: third.id, qty: 1, unit_price: 20, vat_pct: 9, total_excl: -20 },
    { invoice_line_id: null, description: 'Goodwill', vat_pct: 9, total_excl: -5 },
  ])
  const rest = await newCredit(api, { invoice_id: invoice.id, ...all })
  expect(rest.lines).toMatchObject([
    { invoice_line_id: first.id, qty: 1, unit_price: 89, discount_pct: 10, total_excl: -80.1 },
    { description: 'Saddle', qty: 1, total_excl: -45 },
  ])
  const { rows } = await owner.query(
    `select sum(total_cents)::int as total from credit_notes where invoice_id = $1`,
    [invoice.id],
  )
  expect(rows[0].total / 100).toBe(invoice.total)
})

test('changes reason or lines while it is open', async () => {
  const { id, invoice_id } = await newCredit(api)
  const path = `/credit-notes/${id}`
  expect(await api.put(path, { reason: 'Other reason' })).toMatchObject({
    status: 200,
    body: { reason: 'Other reason', total: -48.4 },
  })
  const relined = await api.patch(path, { lines: [{ ...part, unit_price: 89 }] })
  expect(relined).toMatchObject({ status: 200, body: { reason: 'Other reason', total: -107.69 } })
  expect(relined.body.lines).toHaveLength(1)
  expect(await api.patch(path, { lines: [{ ...part, qty: 2 }] })).toMatchObject({
    status: 422,
    body: { code: 'credit_exceeds_invoice' },
  })
  await api.post(`${path}/apply`)
  for (const answer of [
    await api.put(path, { reason: 'Late' }),
    await api.patch(path, { lines: [part] }),
    await api.delete(path),
    await api.post(`${path}/apply`),
  ]) {
    expect(answer).toMatchObject({ status: 422, body: { code: 'not_open' } })
  }
  expect((await api.get(`/invoices/${invoice_id}`)).body.amount_due).toBe(0)
})

test('a deleted one is voided: it keeps its number, leaves the lists and credits nothing', async () => {
  const { id, invoice_id, credit_note_number } = await newCredit(api, { ...all })
  const path = `/credit-notes/${id}`
  expect(await api.delete(path)).toMatchObject({ status: 204 })
  expect((await api.get(path)).body).toMatchObject({
    status: 'voided',
    credit_note_number,
    voided_at: expect.any(String),
  })
  const query = `/credit-notes?invoice_id=${invoice_id}`
  expect(numbersOf(await api.get(query))).toEqual([])
  expect(numbersOf(await api.get(`${query}&status=voided`))).toEqual([credit_note_number])
  expect(await api.post(`${path}/apply`)).toMatchObject({ status: 422, body: { code: 'not_open' } })
  expect(await api.delete(path)).toMatchObject({ status: 422, body: { code: 'not_open' } })
  const again = await newCredit(api, { invoice_id, ...all })
  expect(again.total).toBe(-107.69)
  expect(again.credit_note_number).not.toBe(credit_note_number)
})

test('filters by state, invoice, customer, day and words', async () => {
  const invoice = await newIssued(api)
  const { id, credit_note_number, customer_id, credit_date } = await newCredit(api, {
    invoice_id: invoice.id,
  })
  const found = async (query: string) =>
    numbersOf(await api.get(`/credit-notes?customer_id=${customer_id}&${query}`))
  expect(await found('status=open')).toEqual([credit_note_number])
  expect(await found('status=applied')).toEqual([])
  await api.post(`/credit-notes/${id}/apply`)
  expect(await found('status=applied')).toEqual([credit_note_number])
  expect(await found(`from=${credit_date}&to=${credit_date}`)).toEqual([credit_note_number])
  expect(await found('from=2099-01-01')).toEqual([])
  expect(await found('to=2020-01-01')).toEqual([])
  expect(await found(`q=${credit_note_number.toLowerCase()}`)).toEqual([credit_note_number])
  expect(await found(`q=${invoice.invoice_number}`)).toEqual([credit_note_number])
  expect(await found('q=smith')).toEqual([credit_note_number])
  expect(await found('q=%25')).toEqual([])
  expect((await api.get('/credit-notes?invoice_id=999999')).status).toBe(404)
  expect((await api.get('/credit-notes?customer_id=999999')).status).toBe(404)
  for (const [query, field] of [
    ['status=unpaid', 'status'],
    ['from=2026-02-30', 'from'],
    ['to=soon', 'to'],
  ]) {
    expect((await api.get(`/credit-notes?${query}`)).body.errors).toHaveProperty([String(field)])
  }
})

test('keeps buyer and seller of the invoice', async () => {
  await api.put('/settings', { city: 'Amsterdam', kvk_number: '12345678' })
  const invoice = await newIssued(api)
  await api.put(`/customers/${invoice.customer_id}`, { last_name: 'Married' })
  const { id } = await newCredit(api, { invoice_id: invoice.id })
  const { rows } = await owner.query('select buyer, seller from credit_notes where id = $1', [id])
  expect(rows[0].buyer).toMatchObject({ name: 'Jane Smith' })
  expect(rows[0].seller).toMatchObject({ name: 'first', city: 'Amsterdam', kvk_number: '12345678' })
})
