import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { makers } from './makers.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { add, purchaseOrder, product, orderOf, stockOf } = makers(shop, owner)

const receive = (id: number, lines: object[], more: object = {}) =>
  api.post(`/receiving/from-po/${id}`, { lines, ...more })
const reverse = (id: number, reason?: string) => api.post(`/receiving/${id}/reverse`, { reason })

test('takes a receipt back, once', async () => {
  const product_id = await product()
  const order = await purchaseOrder([{ product_id, quantity: 5 }])
  const line = { po_line_id: order.line, received_qty: 3 }
  const receipt = (await receive(order.id, [line], { reference: 'DN-1' })).body
  const answer = await reverse(receipt.id, 'Counted wrong')
  expect(answer).toMatchObject({
    status: 201,
    body: {
      purchase_order_id: order.id,
      supplier_id: order.supplier_id,
      reference: 'DN-1',
      reverses_id: receipt.id,
      reversed_by_id: null,
      reason: 'Counted wrong',
      lines: [{ product_id, po_line_id: order.line, quantity: -3, unit_cost: 10 }],
    },
  })
  expect((await api.get(`/receiving/${receipt.id}`)).body.reversed_by_id).toBe(answer.body.id)
  expect(await orderOf(order.id)).toEqual({ status: 'ordered', received: [0] })
  expect(await stockOf(product_id)).toEqual({ stock: 0, moved: 0, in_bins: 0, value_cents: 0 })
  const movements = (await api.get(`/stock/movements?product_id=${product_id}`)).body.data
  expect(movements[0]).toMatchObject({
    kind: 'receipt',
    quantity: -3,
    reason: 'Counted wrong',
    source: 'goods_receipt',
    source_id: answer.body.id,
  })
  expect((await reverse(receipt.id)).body).toMatchObject({
    code: 'already_reversed',
    message: `${receipt.receipt_number} was taken back by ${answer.body.receipt_number}.`,
  })
  expect((await reverse(answer.body.id)).body.code).toBe('is_reversal')
  expect((await receive(order.id, [{ ...line, received_qty: 5 }])).status).toBe(201)
  expect((await other.api.post(`/receiving/${receipt.id}/reverse`)).status).toBe(404)
  expect((await shop.as.frontdesk.post(`/receiving/${receipt.id}/reverse`)).status).toBe(403)
})

test('is a record that nobody changes', async () => {
  const product_id = await product()
  const { id } = (await api.post('/receiving/direct', { product_id, quantity: 2 })).body
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    expect((await api.send(method, `/receiving/${id}`, {})).status).toBe(405)
  }
  await expect(owner.query('update goods_receipts set reference = null')).rejects.toThrow(
    /append-only/,
  )
})

test('of 10 reversals at once one succeeds', async () => {
  const product_id = await product()
  const { id } = (await api.post('/receiving/direct', { product_id, quantity: 2 })).body
  await api.post('/stock/adjust', { product_id, quantity: 10 })
  const answers = await Promise.all(Array.from({ length: 10 }, () => reverse(id)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(422)])
  const refusals = answers.filter(({ status }) => status === 422)
  expect(new Set(refusals.map(({ body }) => body.code))).toEqual(new Set(['already_reversed']))
  expect(await stockOf(product_id)).toMatchObject({ stock: 10, moved: 10, in_bins: 10 })
})

test('finds the goods where they were put away, and refuses what is gone or held', async () => {
  const [kept, sold] = [await product(), await product()]
  const lines = [
    { product_id: kept, quantity: 2 },
    { product_id: sold, quantity: 2 },
  ]
  const { id, warehouse_id } = (await api.post('/receiving/direct', { lines })).body
  const bin_id = await add('bins', { warehouse_id, code: 'A-01-01' })
  await owner.query(
    `select set_config('app.tenant_id', $1::text, false),
      app.move_stock($2, 2, 'putaway', (select bin_id from bin_stock where product_id = $2), $3)`,
    [shop.tenant_id, kept, bin_id],
  )
  await api.post('/stock/adjust', { product_id: sold, quantity: -1 })
  expect(await reverse(id)).toMatchObject({ status: 422, body: { code: 'insufficient_stock' } })
  expect(await stockOf(kept)).toMatchObject({ stock: 2, moved: 2 })
  await api.post('/stock/adjust', { product_id: sold, quantity: 1 })
  const order = await makers(shop, owner).workOrder()
  const pick_list_id = await add('pick_lists', {
    pick_list_number: 'PL-1',
    work_order_id: order.id,
  })
  const held = { pick_list_id, product_id: kept, quantity: 1, reserved_qty: 1 }
  const line = await add('pick_list_lines', held)
  expect(await reverse(id)).toMatchObject({ status: 422, body: { code: 'reserved' } })
  await owner.query('update pick_list_lines set reserved_qty = 0 where id = $1', [line])
  expect((await reverse(id)).status).toBe(201)
  expect(await stockOf(kept)).toMatchObject({ stock: 0, in_bins: 0 })
  expect(await stockOf(sold)).toMatchObject({ stock: 0, in_bins: 0 })
})

test('takes back the very pieces that came', async () => {
  const product_id = await product({ name: 'Phone', track_serials: true })
  const draft = (serials: string[]) => ({ product_id, quantity: serials.length, serials })
  const first = (await api.post('/receiving/direct', draft(['a', 'b']))).body
  const second = (await api.post('/receiving/direct', { lines: [draft(['c']), draft(['d'])] })).body
  expect((await reverse(second.id)).status).toBe(201)
  const { rows } = await owner.query(
    'select serial, bin_id is not null as here from serial_numbers where product_id = $1 order by 1',
    [product_id],
  )
  expect(rows.filter(({ here }) => here).map(({ serial }) => serial)).toEqual(['a', 'b'])
  await api.post('/stock/adjust', { product_id, quantity: -1, serials: ['a'] })
  expect((await reverse(first.id)).body).toMatchObject({ code: 'serial_elsewhere' })
})

test('receipts and reversals at once: an order received what its receipts add up to', async () => {
  const step = fc.oneof(
    fc.record({ line: fc.nat(1), pieces: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ reversed: fc.nat(5) }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
      async (waves) => {
        const ids = [await product(), await product()]
        const lines = ids.map((product_id) => ({ product_id, quantity: 6, max_receivable: 7 }))
        const order = await purchaseOrder(lines)
        const receipts: number[] = []
        for (const wave of waves) {
          const answers = await Promise.all(
            wave.map((one) =>
              'line' in one
                ? receive(order.id, [
                    { po_line_id: order.lines[one.line], received_qty: one.pieces },
                  ])
                : reverse(receipts[one.reversed % Math.max(receipts.length, 1)] ?? 0),
            ),
          )
          for (const { status, body } of answers) {
            expect([201, 404, 422]).toContain(status)
            if (status === 201 && body.reverses_id === null) receipts.push(body.id)
          }
          await expectSums(order, ids)
        }
      },
    ),
    { numRuns: 8 },
  )
})

async function expectSums(order: { id: number; lines: number[] }, products: number[]) {
  const { rows } = await owner.query(
    `select l.received_qty, coalesce(sum(r.quantity), 0)::int as summed from purchase_order_lines l
     left join goods_receipt_lines r on r.po_line_id = l.id where l.purchase_order_id = $1 group by l.id order by l.id`,
    [order.id],
  )
  for (const [i, { received_qty, summed }] of rows.entries()) {
    expect(received_qty).toBe(summed)
    expect(received_qty).toBeLessThanOrEqual(7)
    const stock = await stockOf(products[i] ?? 0)
    expect(stock).toMatchObject({ stock: received_qty, moved: received_qty, in_bins: received_qty })
    expect(stock.value_cents).toBe(received_qty * 1000)
  }
  const received = rows.map(({ received_qty }) => received_qty)
  const isDone = received.every((pieces) => pieces >= 6)
  const isBegun = received.some((pieces) => pieces > 0)
  const status = isDone ? 'received' : isBegun ? 'partially_received' : 'ordered'
  expect(await orderOf(order.id)).toEqual({ status, received })
}
