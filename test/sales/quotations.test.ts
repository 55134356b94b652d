import { expect, test } from 'vitest'
import { startQuoting } from './quoting.ts'

const { shop, other, owner, endpoint, api, customer_id, printed, newQuotation } =
  await startQuoting()

const one = async (text: string, values: unknown[]) => (await owner.query(text, values)).rows[0]
const newWorkOrder = (tenant_id: number, customer: number) =>
  one(
    `insert into work_orders (tenant_id, customer_id, ticket_no)
     values ($1, $2, 'WO-' || gen_random_uuid()) returning id::int`,
    [tenant_id, customer],
  )

test('creates a quotation from the body that the reference prints', async () => {
  const { status, body } = await api.post('/quotations', printed({ valid_until: '2026-04-30' }))
  expect(status).toBe(201)
  expect(body).toEqual({
    id: expect.any(Number),
    quotation_number: expect.stringMatching(/^QU-\d{4}-\d{4}$/),
    status: 'draft',
    customer_id,
    customer: { id: customer_id, name: 'Jane Smith', email: 'jane@example.com', phone: null },
    work_order_id: null,
    branch_id: null,
    invoice_id: null,
    valid_until: '2026-04-30',
    lines: [
      {
        id: expect.any(Number),
        description: 'Screen replacement',
        product_id: null,
        qty: 1,
        unit_price: 120,
        vat_pct: 21,
        discount_pct: 0,
        tax_rate_id: expect.any(Number),
        total_excl: 120,
      },
    ],
    prices_include_vat: false,
    discount_pct: 0,
    discount_amount: 0,
    discount_total: 0,
    subtotal: 120,
    vat_total: 25.2,
    total: 145.2,
    notes: null,
    rejection_reason: null,
    sent_at: null,
    accepted_at: null,
    rejected_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  expect((await api.get(`/quotations/${body.id}`)).body).toEqual(body)
})

test('takes numbers without gap or double', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => newQuotation()))
  const numbers = made.map(({ quotation_number }) => Number(quotation_number.slice(-4)))
  const first = Math.min(...numbers)
  expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => first + index))
})

test('changes a draft whole, and only the notes of a sent one', async () => {
  const { path } = await newQuotation()
  const lines = [
    { description: 'Battery', qty: 2, unit_price: '49.95', vat_pct: 21, discount_pct: 10 },
    { description: 'Book', unit_price: 10, vat_pct: 9 },
  ]
  const changed = await api.put(path, { lines, valid_until: '2126-05-31' })
  expect(changed).toMatchObject({
    status: 200,
    body: {
      valid_until: '2126-05-31',
      customer_id,
      subtotal: 99.91,
      vat_total: 19.78,
      total: 119.69,
      lines: [
        { description: 'Battery', total_excl: 89.91 },
        { description: 'Book', qty: 1, vat_pct: 9, total_excl: 10 },
      ],
    },
  })
  expect((await api.post(`${path}/send`)).status).toBe(200)
  const notes = await api.patch(path, { notes: 'With a year of warranty' })
  expect(notes).toMatchObject({
    status: 200,
    body: { notes: 'With a year of warranty', status: 'sent', total: 119.69 },
  })
  for (const body of [{ lines }, { valid_until: null }, { customer_id }, { notes: 'x', lines }]) {
    const refused = await api.put(path, body)
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'not_draft', message: 'Only the notes of a sent quotation can change.' },
    })
  }
  expect((await api.get(path)).body).toEqual(notes.body)
  await api.post(`${path}/accept`)
  expect((await api.patch(path, { notes: 'late' })).body.code).toBe('quotation_closed')
})

test('an empty change changes nothing', async () => {
  const { path, updated_at: _, ...before } = await newQuotation()
  expect(await api.patch(path, {})).toMatchObject({ status: 200, body: before })
})

test('deletes a draft only', async () => {
  const draft = await newQuotation()
  expect((await api.delete(draft.path)).status).toBe(204)
  expect((await api.get(draft.path)).status).toBe(404)
  const sent = await newQuotation()
  await api.post(`${sent.path}/send`)
  expect(await api.delete(sent.path)).toMatchObject({ status: 422, body: { code: 'not_draft' } })
})

test('lists by status, customer and work order, without lines', async () => {
  const customer = (await api.post('/customers', { first_name: 'Piet' })).body.id
  const order = await newWorkOrder(shop.tenant_id, customer)
  const plain = await newQuotation({ customer_id: customer })
  const linked = await newQuotation({ customer_id: customer, work_order_id: order.id })
  const list = await api.get(`/quotations?customer_id=${customer}`)
  expect(list.body).toMatchObject({ current_page: 1, last_page: 1, per_page: 25, total: 2 })
  expect(list.body.data.map(({ id }: { id: number }) => id)).toEqual([linked.id, plain.id])
  expect(list.body.data[0]).not.toHaveProperty('lines')
  expect((await api.get(`/quotations?work_order_id=${order.id}`)).body.total).toBe(1)
  expect((await api.get(`/quotations?customer_id=${customer}&status=accepted`)).body.total).toBe(0)
  expect((await api.get('/quotations?status=lost')).body.errors).toHaveProperty('status')
  expect((await api.get('/quotations?customer_id=999999999')).status).toBe(404)
})

test('refuses bad input at its field', async () => {
  const line = { description: 'Screen', unit_price: 10 }
  const cases: [object, string][] = [
    [{ customer_id: undefined }, 'customer_id'],
    [{ customer_id: 999_999_999 }, 'customer_id'],
    [{ customer_id: 'x' }, 'customer_id'],
    [{ lines: undefined }, 'lines'],
    [{ lines: [] }, 'lines'],
    [{ lines: 'x' }, 'lines'],
    [{ lines: [{ ...line, unit_price: undefined }] }, 'lines.0.unit_price'],
    [{ lines: [line, { ...line, unit_price: -1 }] }, 'lines.1.unit_price'],
    [{ lines: [{ ...line, unit_price: 1.23456 }] }, 'lines.0.unit_price'],
    [{ lines: [{ ...line, qty: 0 }] }, 'lines.0.qty'],
    [{ lines: [{ ...line, qty: 1.2345 }] }, 'lines.0.qty'],
    [{ lines: [{ ...line, vat_pct: 101 }] }, 'lines.0.vat_pct'],
    [{ lines: [{ ...line, discount_pct: 101 }] }, 'lines.0.discount_pct'],
    [{ lines: [{ ...line, description: 'a\u0000b' }] }, 'lines.0.description'],
    [{ lines: [line, { ...line, product_id: 999_999_999 }] }, 'product_id'],
    [{ lines: Array(501).fill(line) }, 'lines'],
    [{ lines: [{ ...line, qty: 99_999, unit_price: 9_999_999 }] }, 'lines'],
    [{ valid_until: '2026-02-30' }, 'valid_until'],
    [{ work_order_id: 999_999_999 }, 'work_order_id'],
  ]
  for (const [given, field] of cases) {
    const { status, body } = await api.post('/quotations', printed(given))
    expect({ status, fields: Object.keys(body.errors ?? {}) }).toEqual({
      status: 422,
      fields: [expect.stringMatching(field)],
    })
  }
})

test('offers for a work order go to its own customer', async () => {
  const someone = (await api.post('/customers', { first_name: 'Someone' })).body.id
  const theirs = await newWorkOrder(shop.tenant_id, someone)
  const field = { errors: { work_order_id: ['The work order belongs to another customer.'] } }
  const refused = await api.post('/quotations', printed({ work_order_id: theirs.id }))
  expect(refused).toMatchObject({ status: 422, body: field })
  const { path } = await newQuotation()
  const moved = await api.put(path, { work_order_id: theirs.id })
  expect(moved).toMatchObject({ status: 422, body: field })
})

test('keeps shops and roles apart', async () => {
  const { id, path } = await newQuotation()
  const customer = (await other.api.post('/customers', { first_name: 'Stranger' })).body.id
  const order = await newWorkOrder(other.tenant_id, customer)
  expect((await api.post('/quotations', printed({ customer_id: customer }))).body.errors).toEqual({
    customer_id: ['The selected customer id is invalid.'],
  })
  const foreign = await api.post('/quotations', printed({ work_order_id: order.id }))
  expect(foreign.body.errors).toHaveProperty('work_order_id')
  expect((await other.api.get(path)).status).toBe(404)
  expect((await other.api.put(path, { lines: 'x' })).status).toBe(404)
  expect((await other.api.delete(path)).status).toBe(404)
  const actions = ['send', 'accept', 'reject', 'convert-to-invoice', 'convert-to-work-order']
  for (const action of actions) {
    expect((await other.api.post(`${path}/${action}`)).status).toBe(404)
    expect((await shop.as.technician.post(`${path}/${action}`)).status).toBe(403)
  }
  expect((await other.api.get('/quotations')).body.total).toBe(0)
  expect((await shop.as.technician.get(path)).status).toBe(200)
  expect((await shop.as.accountant.post('/quotations', {})).status).toBe(403)
  expect((await api.get(`/quotations/${id}0000`)).status).toBe(404)
  expect((await api.get('/quotations/abc')).status).toBe(404)
})

test('belongs to a module of the licence', async () => {
  await owner.query(
    `update license_modules set is_active = false where tenant_id = $1 and module_key = 'quotations'`,
    [other.tenant_id],
  )
  expect(await other.api.get('/quotations')).toMatchObject({
    status: 403,
    body: { code: 'module_inactive' },
  })
})

test('refuses a stale version', async () => {
  const { path } = await newQuotation()
  const etag = (await api.get(path)).headers.get('etag') as string
  expect((await api.put(path, { notes: 'A' }, { 'If-Match': etag })).status).toBe(200)
  expect((await api.put(path, { notes: 'B' }, { 'If-Match': etag })).status).toBe(412)
})

test('takes one round trip to the database', async () => {
  // What happens by itself afterwards has round trips of its own.
  await owner.query('alter table events disable trigger react')
  const { path } = await newQuotation()
  const requests: [string, string, object?][] = [
    ['GET', `/quotations?customer_id=${customer_id}&status=draft`],
    ['GET', path],
    ['GET', `${path}/pdf`],
    ['POST', '/quotations', printed()],
    ['PUT', path, { lines: printed().lines }],
    ['POST', `${path}/accept`],
    ['DELETE', (await newQuotation()).path],
  ]
  for (const [method, requested, body] of requests) {
    const before = { ...endpoint.counts }
    expect((await api.send(method, requested, body)).status).toBeLessThan(300)
    expect(endpoint.counts.batches - before.batches, `${method} ${requested}`).toBe(1)
    expect(endpoint.counts.websocket_connects).toBe(before.websocket_connects)
  }
})
