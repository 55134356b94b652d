import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { billing } from './billing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { account, booked, draft, line, newBill, postedFor, supplier } = billing(shop, owner)

test('enters what a supplier bills, due by its payment term', async () => {
  const supplier_id = await supplier({ name: 'Office World', payment_term_days: 14 })
  const account_id = await account('4400')
  const { status, body } = await api.post('/purchase-invoices', {
    supplier_id,
    invoice_number: ' 2026-10482 ',
    invoice_date: '2026-03-27',
    notes: '',
    lines: [{ description: 'Paper', account_id, quantity: 2, unit_price: '44.50', vat: 18.7 }],
  })
  expect(status).toBe(201)
  const bill = {
    id: expect.any(Number),
    supplier_id,
    supplier: { id: supplier_id, name: 'Office World' },
    invoice_number: '2026-10482',
    status: 'draft',
    invoice_date: '2026-03-27',
    due_date: '2026-04-10',
    notes: null,
    subtotal: 89,
    vat_total: 18.7,
    total: 107.7,
    amount_paid: 0,
    amount_due: 107.7,
    booked_at: null,
    cancelled_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  }
  const paper = {
    id: expect.any(Number),
    description: 'Paper',
    account_id,
    account: { id: account_id, name: 'Kantoorkosten', code: '4400' },
    goods_receipt_line_id: null,
    quantity: 2,
    unit_price: 44.5,
    total: 89,
    vat_treatment: 'charged',
    vat_rate: 21,
    vat: 18.7,
  }
  expect(body).toEqual({ ...bill, lines: [paper] })
  const path = `/purchase-invoices/${body.id}`
  expect((await api.get(path)).body).toEqual(body)
  expect(await postedFor('purchase_invoice', body.id)).toEqual({})
  const changed = await api.patch(path, { lines: [await line(10, { vat_rate: 9 })] })
  expect(changed.body).toMatchObject({ subtotal: 10, vat_total: 0.9, total: 10.9 })
  expect((await api.put(path, { due_date: '2026-05-01' })).body).toMatchObject({
    due_date: '2026-05-01',
    total: 10.9,
    lines: [{ total: 10 }],
  })
  const { body: done } = await api.post(`${path}/book`)
  expect(done).toMatchObject({ status: 'overdue', booked_at: expect.stringMatching(/Z$/) })
  for (const answer of [
    await api.patch(path, { notes: 'Late' }),
    await api.delete(path),
    await api.post(`${path}/book`),
  ]) {
    expect(answer).toMatchObject({ status: 422, body: { code: 'not_draft' } })
  }
  expect(await postedFor('purchase_invoice', body.id)).toEqual({
    '4400': 1000,
    vat_5b: 90,
    creditors: -1090,
  })
})

test('deletes a draft, and keeps a supplier who billed', async () => {
  const bill = await newBill({ lines: [await line(10)] })
  expect(await api.delete(`/suppliers/${bill.supplier_id}`)).toMatchObject({
    status: 422,
    body: { code: 'in_use' },
  })
  expect((await api.delete(`/purchase-invoices/${bill.id}`)).status).toBe(204)
  expect((await api.get(`/purchase-invoices/${bill.id}`)).status).toBe(404)
  expect((await api.delete(`/suppliers/${bill.supplier_id}`)).status).toBe(204)
})

test('lists by status, supplier, day and words, with all that is due', async () => {
  const supplier_id = await supplier({ name: 'Zonnebloem Onderdelen' })
  const lines = [await line(100)]
  const first = await booked({ supplier_id, lines, due_date: '2099-01-01' })
  const late = await booked({
    supplier_id,
    lines,
    invoice_date: '2026-02-01',
    due_date: '2026-02-15',
  })
  const open = await newBill({ supplier_id, lines, invoice_number: 'ZZ-77' })
  const list = async (query: string) => {
    const { status, body } = await api.get(`/purchase-invoices?supplier_id=${supplier_id}&${query}`)
    expect(status).toBe(200)
    return { ids: body.data.map(({ id }: { id: number }) => id), due: body.total_due }
  }
  expect(await list('')).toEqual({ ids: [open.id, late.id, first.id], due: 242 })
  expect(await list('per_page=1')).toEqual({ ids: [open.id], due: 242 })
  expect(await list('status=booked')).toEqual({ ids: [first.id], due: 121 })
  expect(await list('status=overdue')).toEqual({ ids: [late.id], due: 121 })
  expect(await list('status=draft')).toEqual({ ids: [open.id], due: 0 })
  expect(await list('to=2026-02-28')).toEqual({ ids: [late.id], due: 121 })
  expect(await list('from=2026-03-27')).toEqual({ ids: [open.id, first.id], due: 121 })
  expect(await list('q=zz-7')).toEqual({ ids: [open.id], due: 0 })
  expect((await api.get('/purchase-invoices?q=zonnebloem')).body.total).toBe(3)
  expect((await api.get('/purchase-invoices?supplier_id=999999')).status).toBe(404)
  expect((await api.get('/purchase-invoices?status=sent')).status).toBe(422)
})

test('does not take the same invoice of a supplier twice, unless it was cancelled', async () => {
  const lines = [await line(10)]
  const bill = await booked({ lines, invoice_number: 'SAME-1' })
  const again = { ...draft({ lines }), supplier_id: bill.supplier_id, invoice_number: 'SAME-1' }
  expect(await api.post('/purchase-invoices', again)).toMatchObject({
    status: 422,
    body: { errors: { invoice_number: ['The invoice number has already been taken.'] } },
  })
  expect((await newBill({ lines, invoice_number: 'SAME-1' })).id).not.toBe(bill.id)
  const cancelled = await api.post(`/purchase-invoices/${bill.id}/cancel`)
  expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', amount_due: 0 } })
  expect(await postedFor('purchase_invoice', bill.id)).toEqual({})
  expect(await api.post(`/purchase-invoices/${bill.id}/cancel`)).toMatchObject({
    status: 422,
    body: { code: 'cancelled' },
  })
  expect((await api.post('/purchase-invoices', again)).status).toBe(201)
})

test('refuses lines that say too little, too much, or what the books know better', async () => {
  const supplier_id = await supplier()
  const good = await line(100)
  const refusal = async (fields: object) => {
    const { status, body } = await api.post('/purchase-invoices', {
      ...draft(),
      supplier_id,
      lines: [good, { ...good, ...fields }],
    })
    expect(status, JSON.stringify(fields)).toBe(422)
    return [body.code, ...Object.keys(body.errors)]
  }
  const invalid = (field: string) => ['validation_failed', `lines.1.${field}`]
  expect(await refusal({ account_id: null })).toEqual(invalid('account_id'))
  expect(await refusal({ goods_receipt_line_id: 1 })).toEqual(invalid('goods_receipt_line_id'))
  for (const [field, value] of [
    ['quantity', 0],
    ['quantity', 1.0001],
    ['unit_price', 'a'],
    ['unit_price', 99_999_999],
    ['vat_treatment', 'shifted'],
    ['vat_rate', 101],
    ['vat', 22.01],
    ['vat', 19.99],
    ['vat', 0.001],
    ['description', ' '],
  ]) {
    expect(await refusal({ [field as string]: value })).toEqual(invalid(field as string))
  }
  expect(await refusal({ vat_treatment: 'none', vat: 0.01 })).toEqual(invalid('vat'))
  for (const role of ['creditors', 'debtors', 'stock', 'grni', 'vat_5b', 'bank', 'suspense']) {
    expect(await refusal({ account_id: await account(role) })).toEqual([
      'account_kept',
      'lines.1.account_id',
    ])
  }
  const account_id = await account('4300')
  await owner.query('update gl_accounts set is_active = false where id = $1', [account_id])
  expect(await refusal({ account_id })).toEqual(['account_inactive', 'lines.1.account_id'])
  const huge = { ...good, unit_price: 9_999_999, quantity: 99_999 }
  expect(
    await api.post('/purchase-invoices', { ...draft(), supplier_id, lines: [huge, huge] }),
  ).toMatchObject({ status: 422, body: { errors: { lines: [expect.any(String)] } } })
})

test('refuses bad days, strangers and those who may not', async () => {
  const lines = [await line(100)]
  for (const fields of [
    { invoice_date: '2026-02-30' },
    { due_date: 'soon' },
    { invoice_number: '' },
    { supplier_id: 999_999 },
    { lines: [] },
    { notes: 'a\u0000' },
  ]) {
    const supplier_id = await supplier()
    const answer = await api.post('/purchase-invoices', {
      ...draft({ lines }),
      supplier_id,
      ...fields,
    })
    expect(answer.status, JSON.stringify(fields)).toBe(422)
    expect(answer.body.errors).toHaveProperty([Object.keys(fields)[0] ?? ''])
  }
  for (const invoice_date of ['2999-01-01', '1999-12-31']) {
    const { id } = await newBill({ lines, invoice_date, due_date: '2999-01-01' })
    expect(await api.post(`/purchase-invoices/${id}/book`)).toMatchObject({
      status: 422,
      body: { errors: { invoice_date: [expect.any(String)] } },
    })
  }
  const bill = await newBill({ lines })
  const path = `/purchase-invoices/${bill.id}`
  for (const answer of [
    await other.api.get(path),
    await other.api.patch(path, {}),
    await other.api.delete(path),
    await other.api.post(`${path}/book`),
    await other.api.post(`${path}/cancel`),
    await other.api.post(`${path}/payments`, { amount: 1, method: 'bank' }),
    await other.api.get(`${path}/payments`),
  ]) {
    expect(answer.status).toBe(404)
  }
  expect((await other.api.get('/purchase-invoices')).body.total).toBe(0)
  const { technician, frontdesk, accountant } = shop.as
  expect((await technician.get(path)).status).toBe(403)
  expect((await frontdesk.post(`${path}/book`)).status).toBe(403)
  expect((await accountant.post(`${path}/book`)).status).toBe(200)
})
