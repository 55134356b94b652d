import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { newCustomer } from './invoicing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

/** A work order with a line for each description, written as the owner. */
async function newWorkOrder(...descriptions: string[]): Promise<number> {
  const customer_id = await newCustomer(api)
  await owner.query(`select set_config('app.tenant_id', '${shop.tenant_id}', false)`)
  const { rows } = await owner.query(
    `insert into work_orders (tenant_id, customer_id, ticket_no) values ($1, $2, 'WO-' || gen_random_uuid()) returning id`,
    [shop.tenant_id, customer_id],
  )
  const id = Number(rows[0].id)
  for (const description of descriptions) await addLine(id, description)
  return id
}

async function addLine(work_order_id: number, description: string): Promise<void> {
  await owner.query(
    `insert into work_order_lines (tenant_id, work_order_id, description, quantity, unit_price, vat_rate, total_excl_cents)
     values ($1, $2, $3, 2, 44.5, 21, 8900)`,
    [shop.tenant_id, work_order_id, description],
  )
}

const descriptionsOf = ({ body }: { body: { lines: { description: string }[] } }) =>
  body.lines.map(({ description }) => description)

test('bills the lines of a work order once', async () => {
  const id = await newWorkOrder('Screen', 'Labour')
  const invoice = await api.post(`/work-orders/${id}/invoice`)
  expect(invoice).toMatchObject({
    status: 201,
    body: {
      status: 'draft',
      work_order_id: id,
      customer: { name: 'Jane Smith' },
      lines: [
        { description: 'Screen', qty: 2, unit_price: 44.5, vat_rate: 21, total_excl: 89 },
        { description: 'Labour' },
      ],
      subtotal: 178,
      total: 215.38,
      due_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    },
  })
  const again = await api.post(`/work-orders/${id}/invoice`)
  expect(again).toMatchObject({ status: 422, body: { code: 'nothing_to_invoice' } })
  await addLine(id, 'Battery')
  const rest = await api.post(`/work-orders/${id}/invoice`)
  expect(descriptionsOf(rest)).toEqual(['Battery'])
  const list = await api.get(`/invoices?work_order_id=${id}`)
  expect(list.body.data.map((found: { id: number }) => found.id)).toEqual([
    rest.body.id,
    invoice.body.id,
  ])
})

test('tells the day of the repair when it was another', async () => {
  const id = await newWorkOrder('Screen')
  const billed = async () => {
    const { body } = await api.post(`/work-orders/${id}/invoice`)
    await api.delete(`/invoices/${body.id}`)
    return body.supply_date
  }
  expect(await billed()).toBeNull()
  const complete = (at: string) =>
    owner.query(`update work_orders set completed_at = ${at} where id = $1`, [id])
  await complete('now()')
  expect(await billed()).toBeNull()
  await complete(`'2026-03-01T23:30:00Z'`)
  expect(await billed()).toBe('2026-03-02')
})

test('bills again what a cancelled or deleted draft let go of', async () => {
  const id = await newWorkOrder('Screen')
  const path = `/work-orders/${id}/invoice`
  const first = await api.post(path)
  await api.post(`/invoices/${first.body.id}/cancel`)
  const second = await api.post(path)
  expect(descriptionsOf(second)).toEqual(['Screen'])
  await api.delete(`/invoices/${second.body.id}`)
  expect(descriptionsOf(await api.post(path))).toEqual(['Screen'])
  expect((await api.post(path)).body.code).toBe('nothing_to_invoice')
})

test('keeps the link of a line that stays when the draft changes', async () => {
  const id = await newWorkOrder('Screen', 'Labour')
  const path = `/work-orders/${id}/invoice`
  const { body: draft } = await api.post(path)
  const [screen] = draft.lines
  const changed = await api.put(`/invoices/${draft.id}`, {
    lines: [{ ...screen, description: 'Screen, original part', discount_pct: 10 }],
  })
  expect(changed.body.lines).toMatchObject([
    {
      description: 'Screen, original part',
      work_order_line_id: screen.work_order_line_id,
      total_excl: 80.1,
    },
  ])
  expect(descriptionsOf(await api.post(path))).toEqual(['Labour'])
  const stranger = await api.post('/invoices', {
    customer_id: draft.customer_id,
    invoice_date: '2026-03-27',
    lines: changed.body.lines,
  })
  expect(stranger.body.lines[0].work_order_line_id).toBe(null)
})

test('bills no line twice when asked by several at once', async () => {
  const id = await newWorkOrder('Screen', 'Labour')
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => api.post(`/work-orders/${id}/invoice`)),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  const { rows } = await owner.query(
    `select count(*)::int as billed from invoice_lines l join work_order_lines w on w.id = l.work_order_line_id
     where w.work_order_id = $1`,
    [id],
  )
  expect(rows).toEqual([{ billed: 2 }])
})

test('refuses a work order that is empty, unknown or of another shop', async () => {
  const id = await newWorkOrder()
  const path = `/work-orders/${id}/invoice`
  expect((await api.post(path)).body.code).toBe('nothing_to_invoice')
  expect((await other.api.post(path)).status).toBe(404)
  expect((await api.post('/work-orders/abc/invoice')).status).toBe(404)
  expect((await shop.as.technician.post(path)).status).toBe(403)
})
