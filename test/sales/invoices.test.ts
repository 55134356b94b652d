import { expect, test } from 'vitest'
import { settled } from '../harness/database.ts'
import { startShops } from '../harness/shop.ts'
import { newBusiness, newCustomer, newDraft, newIssued, screen } from './invoicing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

test('creates the invoice of the reference as a draft', async () => {
  const customer_id = await newCustomer(api)
  const created = await api.post('/invoices', {
    customer_id,
    invoice_date: '2026-03-27',
    due_date: '2026-04-27',
    lines: [screen],
  })
  expect(created.status).toBe(201)
  expect(created.body).toEqual({
    id: expect.any(Number),
    invoice_number: null,
    status: 'draft',
    customer_id,
    customer: { id: customer_id, name: 'Jane Smith' },
    work_order_id: null,
    branch_id: null,
    quotation_id: null,
    kind: 'standard',
    invoice_date: '2026-03-27',
    supply_date: null,
    due_date: '2026-04-27',
    lines: [
      {
        id: expect.any(Number),
        description: 'Screen replacement',
        product_id: null,
        qty: 1,
        unit_price: 89,
        vat_rate: 21,
        discount_pct: 0,
        tax_rate_id: expect.any(Number),
        total_excl: 89,
        serials: null,
        work_order_line_id: null,
        deposit_invoice_id: null,
      },
    ],
    prices_include_vat: false,
    discount_pct: 0,
    discount_amount: 0,
    discount_total: 0,
    subtotal: 89,
    vat_total: 18.69,
    total: 107.69,
    vat_breakdown: [{ vat_rate: 21, category: 'S', base: 89, vat: 18.69 }],
    amount_paid: 0,
    amount_credited: 0,
    amount_written_off: 0,
    amount_due: 107.69,
    notes: null,
    late: false,
    issued_at: null,
    sent_at: null,
    paid_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  const { id } = created.body
  expect((await api.get(`/invoices/${id}`)).body).toEqual(created.body)
  const { lines: _, ...listed } = created.body
  expect((await api.get(`/invoices?customer_id=${customer_id}`)).body).toEqual({
    data: [listed],
    current_page: 1,
    last_page: 1,
    per_page: 25,
    total: 1,
  })
})

test('fills in quantity, rate and due date', async () => {
  const customer_id = await newCustomer(api)
  const draft = await newDraft(api, {
    customer_id,
    lines: [{ description: 'Labour', unit_price: '65.00' }],
  })
  expect(draft.lines).toMatchObject([{ qty: 1, vat_rate: 21, discount_pct: 0, total_excl: 65 }])
  expect(draft.due_date).toBe('2026-04-10')

  const business = await newBusiness(owner, shop, { payment_term_days: 30 })
  const { due_date, id } = await newDraft(api, business)
  expect(due_date).toBe('2026-04-26')
  const later = await api.patch(`/invoices/${id}`, { invoice_date: '2026-04-01', due_date: null })
  expect(later.body.due_date).toBe('2026-05-01')
  const last = await newDraft(api, { invoice_date: '9999-12-31' })
  expect(last.due_date).toBe('9999-12-31')
})

test('discounts a line, and taxes each rate once', async () => {
  const draft = await newDraft(api, {
    lines: [
      { ...screen, discount_pct: 10 },
      { description: 'Saddle', qty: 3, unit_price: 0.035, vat_rate: 9 },
      { description: 'Stamp', qty: '2', unit_price: '1.05', vat_rate: 0 },
    ],
  })
  expect(draft.lines.map((line: { total_excl: number }) => line.total_excl)).toEqual([
    80.1, 0.11, 2.1,
  ])
  expect(draft.vat_breakdown).toEqual([
    { vat_rate: 21, category: 'S', base: 80.1, vat: 16.82 },
    { vat_rate: 9, category: 'S', base: 0.11, vat: 0.01 },
    { vat_rate: 0, category: 'Z', base: 2.1, vat: 0 },
  ])
  expect(draft).toMatchObject({ subtotal: 82.31, vat_total: 16.83, total: 99.14 })
})

test('changes and deletes a draft, partially by both PUT and PATCH', async () => {
  const { id } = await newDraft(api)
  const renamed = await api.put(`/invoices/${id}`, { notes: 'Thank you' })
  expect(renamed).toMatchObject({
    status: 200,
    body: { notes: 'Thank you', total: 107.69, lines: [{ description: 'Screen replacement' }] },
  })
  const relined = await api.patch(`/invoices/${id}`, {
    lines: [
      { description: 'A', unit_price: 1 },
      { description: 'B', unit_price: 2 },
    ],
  })
  expect(relined.body.lines.map((line: { description: string }) => line.description)).toEqual([
    'A',
    'B',
  ])
  expect(relined.body).toMatchObject({ subtotal: 3, total: 3.63, notes: 'Thank you' })
  expect((await api.patch(`/invoices/${id}`, { lines: [] })).body).toMatchObject({
    lines: [],
    total: 0,
    vat_breakdown: [],
  })
  expect((await api.delete(`/invoices/${id}`)).status).toBe(204)
  expect((await api.get(`/invoices/${id}`)).status).toBe(404)
})

test('filters by day, customer and number', async () => {
  const customer_id = await newCustomer(api, { first_name: 'Filter' })
  const first = await newIssued(api, { customer_id, invoice_date: '2026-02-01' })
  const last = await newDraft(api, { customer_id, invoice_date: '2026-02-28' })
  const ids = async (query: string) =>
    (await api.get(`/invoices?customer_id=${customer_id}&${query}`)).body.data.map(
      (invoice: { id: number }) => invoice.id,
    )
  expect(await ids('from=2026-02-01&to=2026-02-28')).toEqual([last.id, first.id])
  expect(await ids('from=2026-02-02')).toEqual([last.id])
  expect(await ids('to=2026-02-27')).toEqual([first.id])
  expect(await ids(`q=${first.invoice_number.toLowerCase()}`)).toEqual([first.id])
  expect(await ids('q=filter')).toEqual([last.id, first.id])
  expect(await ids('q=%25')).toEqual([])
  expect((await api.get('/invoices?customer_id=999999')).status).toBe(404)
  expect((await api.get('/invoices?work_order_id=999999')).status).toBe(404)
  for (const [query, field] of [
    ['status=unpaid', 'status'],
    ['from=2026-02-30', 'from'],
    ['to=tomorrow', 'to'],
    ['per_page=101', 'per_page'],
  ]) {
    expect((await api.get(`/invoices?${query}`)).body.errors, query).toHaveProperty([String(field)])
  }
  await settled(owner)
  const page = await api.get('/invoices?updated_since=2020-01-01&per_page=1')
  expect(page.body.next_cursor).toBeTruthy()
  expect((await api.get(`/invoices?cursor=${page.body.next_cursor}`)).status).toBe(200)
})

test('says what is wrong with the input, at its field', async () => {
  const customer_id = await newCustomer(api)
  const valid = { customer_id, invoice_date: '2026-03-27' }
  const errors = async (fields: object) => {
    const { status, body } = await api.post('/invoices', { ...valid, ...fields })
    expect(status, JSON.stringify(fields)).toBe(422)
    return body.errors
  }
  const line = (fields: object) => ({ lines: [screen, { ...screen, ...fields }] })
  expect((await api.post('/invoices', {})).body.errors).toEqual({
    customer_id: ['The customer id field is required.'],
    invoice_date: ['The invoice date field is required.'],
  })
  expect(await errors({ invoice_date: '2026-02-30' })).toHaveProperty('invoice_date')
  expect(await errors({ due_date: '2026-03-26' })).toEqual({
    due_date: ['The due date field must be a date on or after the invoice date.'],
  })
  expect(await errors({ customer_id: 999999 })).toEqual({
    customer_id: ['The selected customer id is invalid.'],
  })
  expect(await errors({ work_order_id: 999999 })).toHaveProperty('work_order_id')
  expect(await errors(line({ product_id: 999999 }))).toHaveProperty(['lines.1.product_id'])
  expect(await errors(line({ description: '' }))).toEqual({
    'lines.1.description': ['The lines.1.description field is required.'],
  })
  expect(await errors(line({ unit_price: undefined }))).toHaveProperty(['lines.1.unit_price'])
  expect(await errors(line({ unit_price: -1 }))).toHaveProperty(['lines.1.unit_price'])
  expect(await errors(line({ unit_price: 0.00001 }))).toHaveProperty(['lines.1.unit_price'])
  expect(await errors(line({ qty: 0 }))).toHaveProperty(['lines.1.qty'])
  expect(await errors(line({ qty: 1.0005 }))).toHaveProperty(['lines.1.qty'])
  expect(await errors(line({ vat_rate: 101 }))).toHaveProperty(['lines.1.vat_rate'])
  expect(await errors(line({ discount_pct: -5 }))).toHaveProperty(['lines.1.discount_pct'])
  expect(await errors(line({ description: 'a\u0000' }))).toHaveProperty(['lines.1.description'])
  expect(await errors({ lines: 'none' })).toHaveProperty('lines')
  expect(await errors({ lines: Array(501).fill(screen) })).toHaveProperty('lines')
  expect(await errors(line({ qty: 99_999, unit_price: 9_999_999 }))).toHaveProperty('lines')
  const { id } = await newDraft(api)
  expect((await api.patch(`/invoices/${id}`, { due_date: '2026-03-01' })).body.errors).toEqual({
    due_date: ['The due date field must be a date on or after the invoice date.'],
  })
  const most = await newDraft(api, { lines: Array(500).fill(screen) })
  expect(most.total).toBe(53845)
})

test("does not know another shop's records", async () => {
  const stranger = await newDraft(other.api)
  const path = `/invoices/${stranger.id}`
  for (const answer of [
    await api.get(path),
    await api.put(path, { customer_id: 'x' }),
    await api.patch(path, {}),
    await api.delete(path),
    await api.post(`${path}/issue`),
    await api.post(`${path}/send`),
    await api.post(`${path}/cancel`),
    await api.get(`${path}/pdf`),
    await api.post(`${path}/payments`, {}),
    await api.get('/invoices/abc'),
    await api.get('/invoices/999999/pdf'),
  ]) {
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
  const customer_id = stranger.customer_id
  const draft = await api.post('/invoices', { customer_id, invoice_date: '2026-03-27' })
  expect(draft).toMatchObject({
    status: 422,
    body: { errors: { customer_id: [expect.any(String)] } },
  })
  expect((await api.get(`/invoices?customer_id=${customer_id}`)).status).toBe(404)
})

test('asks for the permission and for the module', async () => {
  const { id } = await newDraft(api)
  const { technician, accountant, frontdesk } = shop.as
  expect((await technician.get('/invoices')).status).toBe(403)
  expect((await technician.post(`/invoices/${id}/issue`)).status).toBe(403)
  expect((await technician.get(`/invoices/${id}/pdf`)).status).toBe(403)
  expect((await accountant.get(`/invoices/${id}`)).status).toBe(200)
  expect((await frontdesk.post(`/invoices/${id}/issue`)).status).toBe(200)
  const { api: otherApi } = other
  await owner.query(
    `update license_modules set is_active = false where tenant_id = $1 and module_key = 'invoices'`,
    [other.tenant_id],
  )
  expect(await otherApi.get('/invoices')).toMatchObject({
    status: 403,
    body: { code: 'module_inactive' },
  })
  await owner.query(
    `update license_modules set is_active = true where tenant_id = $1 and module_key = 'invoices'`,
    [other.tenant_id],
  )
})

test('keeps one answer per key, and refuses a stale version', async () => {
  const key = { 'Idempotency-Key': 'one-invoice' }
  const body = { customer_id: await newCustomer(api), invoice_date: '2026-03-27', lines: [screen] }
  const first = await api.post('/invoices', body, key)
  expect((await api.post('/invoices', body, key)).body).toEqual(first.body)
  const issueKey = { 'Idempotency-Key': 'one-issue' }
  const path = `/invoices/${first.body.id}`
  const etag = (await api.get(path)).headers.get('etag') as string
  const issued = await api.post(`${path}/issue`, undefined, issueKey)
  expect((await api.post(`${path}/issue`, undefined, issueKey)).body).toEqual(issued.body)
  expect((await api.put(path, { notes: 'x' }, { 'If-Match': etag })).status).toBe(412)
  expect((await api.get(path, { 'If-None-Match': etag })).status).toBe(200)
})
