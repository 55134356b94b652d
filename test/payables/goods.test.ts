import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { billing } from './billing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const {
  answered,
  book,
  booked,
  draft,
  goodsLine,
  newBill,
  postedFor,
  product,
  receive,
  supplier,
  unbilled,
} = billing(shop, owner)

test('an invoice clears what the receipt had put down, and the rest is a price difference', async () => {
  const receipt = await receive(10, 45.5)
  expect(await unbilled()).toBe(45_500)
  const part = await booked({ lines: [goodsLine(receipt, 4, 46)] })
  expect(await postedFor('purchase_invoice', part.id)).toEqual({
    grni: 18_200,
    price_difference: 200,
    vat_5b: 3864,
    creditors: -22_264,
  })
  expect(await unbilled()).toBe(27_300)
  await booked({ lines: [goodsLine(receipt, 6, 45)] })
  expect(await unbilled()).toBe(0)
})

test('the last piece takes the cents that are left', async () => {
  // 3 at 0.3333: 1.00 in all, 33, 34 and 33 cents by the piece.
  const receipt = await receive(3, 0.3333)
  const before = await unbilled()
  const cleared: (number | undefined)[] = []
  for (const piece of [1, 2, 3]) {
    const { id } = await booked({ lines: [goodsLine(receipt, 1, piece)] })
    cleared.push((await postedFor('purchase_invoice', id)).grni)
  }
  expect(cleared).toEqual([33, 34, 33])
  expect(await unbilled()).toBe(before - 100)
})

test('bills no more than came, in one invoice or in several at once', async () => {
  const receipt = await receive(10, 10)
  const refused = { status: 422, body: { code: 'over_billed' } }
  const twice = await newBill({ lines: [goodsLine(receipt, 6, 10), goodsLine(receipt, 5, 10)] })
  expect(await api.post(`/purchase-invoices/${twice.id}/book`)).toMatchObject({
    ...refused,
    body: { errors: { 'lines.1.quantity': [expect.any(String)] } },
  })
  const bills = await Promise.all(
    Array.from({ length: 6 }, () => newBill({ lines: [goodsLine(receipt, 3, 10)] })),
  )
  const answers = await Promise.all(
    bills.map(({ id }) => api.post(`/purchase-invoices/${id}/book`)),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    expect(answer).toMatchObject(refused)
  }
  await booked({ lines: [goodsLine(receipt, 1, 10)] })
  expect(await unbilled()).toBe(0)
  expect(await api.post(`/purchase-invoices/${twice.id}/book`)).toMatchObject(refused)
})

test('a cancelled invoice leaves its goods to be billed again', async () => {
  const receipt = await receive(2, 10)
  const wrong = await booked({ lines: [goodsLine(receipt, 2, 12)] })
  await answered(200, `/purchase-invoices/${wrong.id}/cancel`)
  expect(await unbilled()).toBe(2000)
  await booked({ lines: [goodsLine(receipt, 2, 10)] })
  expect(await unbilled()).toBe(0)
})

test('goods that went back before they were billed are billed no more', async () => {
  const receipt = await receive(4, 10)
  await answered(201, `/receiving/${receipt.id}/reverse`)
  expect(await unbilled()).toBe(0)
  const { id } = await newBill({ lines: [goodsLine(receipt, 1, 10)] })
  expect(await api.post(`/purchase-invoices/${id}/book`)).toMatchObject({
    status: 422,
    body: { code: 'over_billed' },
  })
  expect((await api.get('/purchase-invoices/unbilled')).body).toMatchObject({
    total: 0,
    total_amount: 0,
  })
})

test('goods that went back after they were billed wait for the credit note', async () => {
  const receipt = await receive(4, 10)
  const bill = await booked({ lines: [goodsLine(receipt, 3, 10)] })
  const reversal = await answered(201, `/receiving/${receipt.id}/reverse`)
  expect(await unbilled()).toBe(-3000)
  expect((await api.get('/purchase-invoices/unbilled')).body).toMatchObject({
    data: [{ goods_receipt_line_id: receipt.lines[0].id, quantity_left: -3, amount: -30 }],
    total_amount: -30,
  })
  const tooMuch = await newBill({ lines: [goodsLine(reversal, -4, 10)] })
  expect(await api.post(`/purchase-invoices/${tooMuch.id}/book`)).toMatchObject({
    status: 422,
    body: { code: 'over_billed', errors: { 'lines.0.quantity': [expect.any(String)] } },
  })
  const supplier_id = await supplier()
  const credit = await answered(201, '/purchase-invoices/from-receipt', {
    ...draft(),
    goods_receipt_id: reversal.id,
    supplier_id,
  })
  expect(credit).toMatchObject({
    subtotal: -30,
    total: -36.3,
    lines: [{ goods_receipt_line_id: receipt.lines[0].id, quantity: -3, unit_price: 10 }],
  })
  await book(credit.id)
  expect(await unbilled()).toBe(0)
  expect(await api.post(`/purchase-invoices/${bill.id}/cancel`)).toMatchObject({
    status: 422,
    body: { code: 'billed_since' },
  })
  await answered(200, `/purchase-invoices/${credit.id}/cancel`)
  expect(await unbilled()).toBe(-3000)
  await answered(200, `/purchase-invoices/${bill.id}/cancel`)
  expect(await unbilled()).toBe(0)
})

test('makes the invoice of a receipt: what is left to bill, with the VAT of where it came from', async () => {
  const supplier_id = await supplier({ country: 'DE' })
  const receipt = await receive(10, 45.5, { supplier_id })
  await booked({ supplier_id, lines: [goodsLine(receipt, 4, 45.5)] })
  const made = await answered(201, '/purchase-invoices/from-receipt', {
    ...draft(),
    goods_receipt_id: receipt.id,
  })
  expect(made).toMatchObject({
    supplier_id,
    status: 'draft',
    subtotal: 273,
    vat_total: 0,
    total: 273,
    lines: [
      {
        description: 'Screen',
        quantity: 6,
        unit_price: 45.5,
        vat_treatment: 'intra_eu',
        vat: 57.33,
      },
    ],
  })
  await book(made.id)
  expect(await unbilled()).toBe(0)
  const again = { ...draft(), goods_receipt_id: receipt.id }
  expect(await api.post('/purchase-invoices/from-receipt', again)).toMatchObject({
    status: 422,
    body: { code: 'nothing_to_bill' },
  })
  const elsewhere = await supplier()
  expect(
    await api.post('/purchase-invoices/from-receipt', { ...again, supplier_id: elsewhere }),
  ).toMatchObject({ status: 422, body: { errors: { supplier_id: [expect.any(String)] } } })
  expect(
    await api.post('/purchase-invoices', {
      ...draft({ lines: [goodsLine(receipt, 1, 45.5)] }),
      supplier_id: elsewhere,
    }),
  ).toMatchObject({
    status: 422,
    body: {
      code: 'other_supplier',
      errors: { 'lines.0.goods_receipt_line_id': [expect.any(String)] },
    },
  })
  const nameless = await receive(1, 5)
  expect(
    await api.post('/purchase-invoices/from-receipt', {
      ...draft(),
      goods_receipt_id: nameless.id,
    }),
  ).toMatchObject({ status: 422, body: { errors: { supplier_id: [expect.any(String)] } } })
  const theirs = await other.api.post('/purchase-invoices/from-receipt', again)
  expect(theirs).toMatchObject({
    status: 422,
    body: { errors: { goods_receipt_id: ['The selected goods receipt id is invalid.'] } },
  })
  const british = await supplier({ country: 'GB' })
  const imported = await receive(1, 100, { supplier_id: british })
  expect(
    (
      await api.post('/purchase-invoices/from-receipt', {
        ...draft(),
        goods_receipt_id: imported.id,
      })
    ).body.lines,
  ).toMatchObject([{ vat_treatment: 'import', vat: 21 }])
})

test('shows what came in and nobody billed, by supplier', async () => {
  const supplier_id = await supplier({ name: 'Slow Biller' })
  const product_id = await product({ name: 'Battery', sku: 'BAT-1' })
  const receipt = await receive(2, 7.25, {
    supplier_id,
    lines: [{ product_id, quantity: 3, unit_cost: 4 }],
  })
  const battery = receipt.lines.find((line: Json) => line.product_id === product_id)
  await booked({ supplier_id, lines: [goodsLine({ lines: [battery] }, 1, 4)] })
  const { status, body } = await api.get(
    `/purchase-invoices/unbilled?supplier_id=${supplier_id}&per_page=1&page=2`,
  )
  expect(status).toBe(200)
  expect(body).toEqual({
    data: [
      {
        goods_receipt_line_id: battery.id,
        goods_receipt_id: receipt.id,
        receipt_number: receipt.receipt_number,
        received_at: receipt.created_at,
        supplier_id,
        supplier: { id: supplier_id, name: 'Slow Biller' },
        product_id,
        product: { id: product_id, name: 'Battery', sku: 'BAT-1' },
        quantity: 3,
        quantity_billed: 1,
        quantity_left: 2,
        unit_cost: 4,
        amount: 8,
      },
    ],
    current_page: 2,
    last_page: 2,
    per_page: 1,
    total: 2,
    total_amount: 22.5,
  })
  expect((await api.get('/purchase-invoices/unbilled?supplier_id=999999')).status).toBe(404)
  expect((await api.get('/purchase-invoices/unbilled?page=999')).body.data).toEqual([])
  expect((await other.api.get('/purchase-invoices/unbilled')).body.total).toBe(0)
})
