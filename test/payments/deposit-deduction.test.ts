import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { depositing, idOf, labour } from './depositing.ts'

const { shop, owner } = await startShops()
const { api } = shop
const { newWorkOrder, newQuotation, deposit } = depositing(api)

const deductions = ({ body }: { body: Json }) =>
  body.lines.filter((line: Json) => line.deposit_invoice_id !== null)

test('the final invoice deducts each deposit with the VAT that it bore', async () => {
  const path = await newWorkOrder()
  const first = await deposit(path, { method: 'pin' })
  const second = await deposit(path, { amount: 10.9, vat_rate: 9 })
  const final = await api.post(`${path}/invoice`)
  expect(final).toMatchObject({
    status: 201,
    body: {
      kind: 'standard',
      lines: [
        { description: 'Labour', total_excl: 200, deposit_invoice_id: null },
        {
          description: `Aanbetaling, factuur ${first.invoice_number}`,
          qty: 1,
          unit_price: -82.64,
          vat_rate: 21,
          total_excl: -82.64,
          deposit_invoice_id: first.id,
        },
        { total_excl: -10, vat_rate: 9, deposit_invoice_id: second.id },
      ],
      // 242.00 less 100.00 and 10.90, where 21 % of 117.36 would be 24.65.
      vat_breakdown: [
        { vat_rate: 21, category: 'S', base: 117.36, vat: 24.64 },
        { vat_rate: 9, category: 'S', base: -10, vat: -0.9 },
      ],
      subtotal: 107.36,
      vat_total: 23.74,
      total: 131.1,
      amount_due: 131.1,
    },
  })
  const issued = await api.post(`/invoices/${final.body.id}/issue`)
  expect(issued.body).toMatchObject({ total: 131.1, status: 'sent' })
  expect((await api.get(`/invoices/${final.body.id}/pdf`)).status).toBe(200)
  await api.post(`${path}/lines`, { ...labour, description: 'More labour' })
  expect(deductions(await api.post(`${path}/invoice`))).toEqual([])
})

test('a cancelled or deleted draft lets go of the deposit', async () => {
  const path = await newWorkOrder()
  const { id } = await deposit(path)
  const first = await api.post(`${path}/invoice`)
  expect(deductions(first)).toHaveLength(1)
  const cancelled = await api.post(`/invoices/${first.body.id}/cancel`)
  expect(deductions(cancelled)).toEqual([])
  const second = await api.post(`${path}/invoice`)
  expect(deductions(second)).toMatchObject([{ deposit_invoice_id: id }])
  expect((await api.delete(`/invoices/${second.body.id}`)).status).toBe(204)
  expect(deductions(await api.post(`${path}/invoice`))).toMatchObject([{ deposit_invoice_id: id }])
})

test('a draft keeps its deductions when its lines change', async () => {
  const path = await newWorkOrder()
  await deposit(path)
  const { body: draft } = await api.post(`${path}/invoice`)
  const [line, deduction] = draft.lines
  const put = (lines: unknown) => api.put(`/invoices/${draft.id}`, { lines })
  const changed = await put([{ ...line, unit_price: 300 }, deduction])
  expect(changed.body).toMatchObject({
    lines: [{ unit_price: 300, work_order_line_id: line.work_order_line_id }, deduction],
    subtotal: 217.36,
    vat_total: 45.64,
    total: 263,
  })
  const without = await put([
    { ...line, unit_price: 300 },
    { description: 'Gift', unit_price: 0 },
  ])
  expect(without.body).toMatchObject({
    total: 263,
    lines: [{}, { description: 'Gift' }, deduction],
  })
  expect(await put([{ ...line, unit_price: 10 }])).toMatchObject({
    status: 422,
    body: { code: 'deposit_exceeds_invoice' },
  })
  expect((await put([{ ...line, unit_price: -1 }])).status).toBe(422)
  expect((await api.get(`/invoices/${draft.id}`)).body.total).toBe(263)
  expect((await api.put(`/invoices/${draft.id}`, { notes: 'Thanks' })).body.total).toBe(263)
})

test('deposits that cover all leave nothing to pay, more than all is refused', async () => {
  const path = await newWorkOrder()
  await deposit(path, { amount: 242, method: 'ideal' })
  const { body: draft } = await api.post(`${path}/invoice`)
  expect(draft).toMatchObject({ total: 0, subtotal: 0, vat_total: 0 })
  expect((await api.post(`/invoices/${draft.id}/issue`)).body).toMatchObject({
    status: 'paid',
    amount_due: 0,
    paid_at: expect.any(String),
  })
  const small = await newWorkOrder()
  await deposit(small, { amount: 242.01 })
  expect(await api.post(`${small}/invoice`)).toMatchObject({
    status: 422,
    body: { code: 'deposit_exceeds_invoice' },
  })
  expect((await api.get(`/invoices?work_order_id=${idOf(small)}&kind=standard`)).body.total).toBe(0)
})

/** A credit note straight into the tables. */
const credit = (invoice_id: number, net: number, vat: number) =>
  owner.query(
    `with tenant as (select set_config('app.tenant_id', $4::text, false)),
     note as (
       insert into credit_notes (tenant_id, credit_note_number, invoice_id, customer_id, reason, subtotal_cents, vat_cents, total_cents)
       select tenant_id, gen_random_uuid(), id, customer_id, 'Test', $2::bigint, $3::bigint, $2::bigint + $3::bigint
       from invoices, tenant where id = $1 returning total_cents)
     update invoices set credited_cents = credited_cents + note.total_cents from note where id = $1`,
    [invoice_id, net, vat, shop.tenant_id],
  )

test('what was credited of a deposit is not deducted', async () => {
  const path = await newWorkOrder()
  const { id } = await deposit(path)
  const whole = await deposit(path, { amount: 50 })
  await credit(id, 2066, 434)
  await credit(whole.id, 4132, 868)
  const final = await api.post(`${path}/invoice`)
  expect(deductions(final)).toMatchObject([{ deposit_invoice_id: id, total_excl: -61.98 }])
  expect(final.body).toMatchObject({ total: 167, vat_total: 28.98 })
  await expect(credit(id, 1, 0)).rejects.toThrow('A draft invoice deducts this deposit')
})

test('a deposit on a quotation is deducted by its invoice', async () => {
  const path = await newQuotation()
  const { id, ...taken } = await deposit(path, { method: 'bank' })
  expect(taken).toMatchObject({
    quotation_id: idOf(path),
    work_order_id: null,
    lines: [{ description: expect.stringMatching(/^Aanbetaling QU-/) }],
  })
  expect((await api.get(path)).body.invoice_id).toBe(null)
  const { invoice_id } = (await api.post(`${path}/convert-to-invoice`)).body
  const final = await api.get(`/invoices/${invoice_id}`)
  expect(deductions(final)).toMatchObject([{ deposit_invoice_id: id }])
  expect(final.body.total).toBe(142)
  expect((await api.get(path)).body.invoice_id).toBe(invoice_id)
  const late = await api.post(`${path}/deposit`, { amount: 1 })
  expect(late).toMatchObject({ status: 422, body: { code: 'already_converted' } })
})

test('a deposit follows its quotation to the work order', async () => {
  const path = await newQuotation()
  const { id } = await deposit(path)
  const { work_order_id } = (await api.post(`${path}/convert-to-work-order`)).body
  const later = await deposit(path, { amount: 10 })
  expect(later.work_order_id).toBe(work_order_id)
  const listed = await api.get(`/invoices?work_order_id=${work_order_id}`)
  expect(listed.body.data.map((invoice: Json) => invoice.id)).toEqual([later.id, id])
  const final = await api.post(`/work-orders/${work_order_id}/invoice`)
  expect(final.body).toMatchObject({ total: 132 })
  expect(deductions(final).map((line: Json) => line.deposit_invoice_id)).toEqual([id, later.id])
})

test('is deducted once when several invoice at once', async () => {
  const path = await newWorkOrder()
  const { id } = await deposit(path)
  const answers = await Promise.all(Array.from({ length: 8 }, () => api.post(`${path}/invoice`)))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  const { rows } = await owner.query('select from invoice_lines where deposit_invoice_id = $1', [
    id,
  ])
  expect(rows).toHaveLength(1)
})
