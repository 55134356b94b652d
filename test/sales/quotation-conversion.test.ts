import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, owner } = await startShops()
const { api } = shop

const company = await owner.query(
  `insert into companies (tenant_id, name, payment_term_days) values ($1, 'Smith Ltd', 30) returning id::int`,
  [shop.tenant_id],
)
const jane = await api.post('/customers', {
  first_name: 'Jane',
  company_id: company.rows[0].id,
})
const customer_id: number = jane.body.id

const lines = [
  { description: 'Screen replacement', qty: 1, unit_price: 120, vat_pct: 21 },
  { description: 'Cable', qty: 3, unit_price: 9.99, vat_pct: 21, discount_pct: 7.5 },
  { description: 'Labour', qty: 1.5, unit_price: 45.5, vat_pct: 9, discount_pct: 10 },
]
const newQuotation = async (given: object = {}) => {
  const { body } = await api.post('/quotations', { customer_id, lines, ...given })
  return { ...body, path: `/quotations/${body.id}` }
}
const toInvoice = (path: string) => api.post(`${path}/convert-to-invoice`)
const toWorkOrder = (path: string) => api.post(`${path}/convert-to-work-order`)
const all = async (text: string, values: unknown[]) => (await owner.query(text, values)).rows

test.for(['draft', 'sent', 'accepted'])('a %s quotation becomes an invoice', async (status) => {
  const { id, path, total, vat_total } = await newQuotation({ notes: 'Agreed by phone' })
  await owner.query(`update quotations set status = $2 where id = $1`, [id, status])
  const converted = await toInvoice(path)
  expect(converted).toMatchObject({
    status: 200,
    body: { invoice_id: expect.any(Number), message: 'Invoice created from quotation' },
  })
  const { invoice_id } = converted.body
  const quotation = (await api.get(path)).body
  expect(quotation).toMatchObject({ status: 'accepted', invoice_id })
  expect(quotation.accepted_at).not.toBeNull()
  const invoice = (await api.get(`/invoices/${invoice_id}`)).body
  expect(invoice).toMatchObject({
    status: 'draft',
    invoice_number: null,
    customer_id,
    quotation_id: id,
    total,
    vat_total,
    notes: 'Agreed by phone',
    lines: lines.map(({ vat_pct, ...line }) => ({ ...line, vat_rate: vat_pct })),
  })
  const term_ms = Date.parse(invoice.due_date) - Date.parse(invoice.invoice_date)
  expect(term_ms).toBe(30 * 24 * 3600 * 1000)
  expect(await toInvoice(path)).toMatchObject({
    status: 422,
    body: { code: 'already_converted' },
  })
})

test('a quotation becomes a work order with the same sums', async () => {
  const { id, path, subtotal } = await newQuotation()
  const converted = await toWorkOrder(path)
  expect(converted).toMatchObject({
    status: 200,
    body: { work_order_id: expect.any(Number), message: 'Work order created from quotation' },
  })
  const { work_order_id } = converted.body
  expect((await api.get(path)).body).toMatchObject({ status: 'accepted', work_order_id })
  expect((await api.get(`/quotations?work_order_id=${work_order_id}`)).body.data[0].id).toBe(id)
  const made = await all(
    `select description, quantity::float, unit_price::float, vat_rate::float, total_excl_cents::int
     from work_order_lines where work_order_id = $1 order by id`,
    [work_order_id],
  )
  expect(made).toEqual([
    {
      description: 'Screen replacement',
      quantity: 1,
      unit_price: 120,
      vat_rate: 21,
      total_excl_cents: 12000,
    },
    // 3 × 9.99 less 7.5 % is 27.72, which is 3 × 9.24.
    { description: 'Cable', quantity: 3, unit_price: 9.24, vat_rate: 21, total_excl_cents: 2772 },
    // 1.5 × 45.50 less 10 % is 61.42, which no price in cents gives 1.5 times.
    {
      description: 'Labour',
      quantity: 1.5,
      unit_price: 40.947,
      vat_rate: 9,
      total_excl_cents: 6142,
    },
  ])
  const sum_cents = made.reduce((sum, line) => sum + line.total_excl_cents, 0)
  expect(sum_cents / 100).toBe(subtotal)
  expect(await toWorkOrder(path)).toMatchObject({
    status: 422,
    body: { code: 'already_converted' },
  })
})

test('a quotation for a work order stays with it', async () => {
  const [order] = await all(
    `insert into work_orders (tenant_id, customer_id, ticket_no) values ($1, $2, 'WO-1') returning id::int`,
    [shop.tenant_id, customer_id],
  )
  const { path } = await newQuotation({ work_order_id: order.id })
  expect((await toWorkOrder(path)).body.code).toBe('already_converted')
  const { invoice_id } = (await toInvoice(path)).body
  expect((await api.get(`/invoices/${invoice_id}`)).body.work_order_id).toBe(order.id)
})

test('work order first, invoice second: what is invoiced is not billed again', async () => {
  const { path, total } = await newQuotation()
  const { work_order_id } = (await toWorkOrder(path)).body
  const { invoice_id } = (await toInvoice(path)).body
  const invoice = (await api.get(`/invoices/${invoice_id}`)).body
  expect(invoice).toMatchObject({ work_order_id, total })
  expect(await api.post(`/work-orders/${work_order_id}/invoice`)).toMatchObject({
    status: 422,
    body: { code: 'nothing_to_invoice' },
  })
})

test('invoice first, work order second: what is invoiced is not billed again', async () => {
  const { path } = await newQuotation()
  const { invoice_id } = (await toInvoice(path)).body
  const { work_order_id } = (await toWorkOrder(path)).body
  expect((await api.get(`/invoices/${invoice_id}`)).body.work_order_id).toBe(work_order_id)
  expect((await api.post(`/work-orders/${work_order_id}/invoice`)).body.code).toBe(
    'nothing_to_invoice',
  )
})

test('what the work order has billed, the quotation does not bill', async () => {
  const { path, total } = await newQuotation()
  const { work_order_id } = (await toWorkOrder(path)).body
  const billed = await api.post(`/work-orders/${work_order_id}/invoice`)
  expect(billed).toMatchObject({ status: 201, body: { total } })
  expect(await toInvoice(path)).toMatchObject({ status: 422, body: { code: 'line_invoiced' } })
  expect((await api.delete(`/invoices/${billed.body.id}`)).status).toBe(204)
  expect((await toInvoice(path)).status).toBe(200)
})

test('a line of the work order that is deleted leaves the quotation as it is', async () => {
  const { path } = await newQuotation()
  const { work_order_id } = (await toWorkOrder(path)).body
  await owner.query(`delete from work_order_lines where work_order_id = $1`, [work_order_id])
  expect((await api.get(path)).body.lines).toHaveLength(3)
  expect((await toInvoice(path)).status).toBe(200)
})

test('a deleted or cancelled invoice can be made again', async () => {
  const { path } = await newQuotation()
  const first = (await toInvoice(path)).body.invoice_id
  expect((await api.delete(`/invoices/${first}`)).status).toBe(204)
  const second = (await toInvoice(path)).body.invoice_id
  expect((await api.post(`/invoices/${second}/cancel`)).status).toBe(200)
  expect((await api.get(path)).body.invoice_id).toBeNull()
  expect((await toInvoice(path)).status).toBe(200)
})

test('parallel conversions make one of each', async () => {
  const { id, path } = await newQuotation()
  const answers = await Promise.all([
    ...Array.from({ length: 5 }, () => toInvoice(path)),
    ...Array.from({ length: 5 }, () => toWorkOrder(path)),
  ])
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(2)
  expect(answers.filter(({ status }) => status === 422)).toHaveLength(8)
  expect(await all(`select id from invoices where quotation_id = $1`, [id])).toHaveLength(1)
})

test('a repeated Idempotency-Key converts once and answers the same', async () => {
  const { path } = await newQuotation()
  const key = { 'Idempotency-Key': 'convert-1' }
  const first = await api.post(`${path}/convert-to-invoice`, undefined, key)
  const again = await api.post(`${path}/convert-to-invoice`, undefined, key)
  expect(first.status).toBe(200)
  expect(again.body).toEqual(first.body)
})
