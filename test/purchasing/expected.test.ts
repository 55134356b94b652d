import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { purchasing } from './purchasing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { newProduct, newSupplier, newOrder, ordered, receive } = purchasing(shop, owner)

test('lists what is still to come, by day, and flags what is late', async () => {
  const supplier = await newSupplier()
  const product = await newProduct({ sku: 'SCR-1' })
  const lines = [{ product_id: product.id, quantity: 10 }]
  const some = (draft: object) => ordered({ supplier_id: supplier.id, lines, ...draft })
  const unsaid = await some({})
  const future = await some({ expected_at: '2126-04-01' })
  const late = await some({ expected_at: '2020-04-01' })
  await receive(late.lines[0], 4)
  const done = await some({ expected_at: '2126-04-01' })
  await receive(done.lines[0], 10)
  await newOrder({ supplier_id: supplier.id, lines })
  await api.post(`${(await some({})).path}/cancel`)

  const { body, headers } = await api.get('/purchase-orders/expected')
  expect(body).toMatchObject([{ is_late: true }, { is_late: false }, { is_late: false }])
  expect(body[0]).toEqual({
    id: late.lines[0].id,
    purchase_order_id: late.id,
    po_number: late.po_number,
    supplier: { id: supplier.id, name: 'Parts Direct' },
    product: { id: product.id, name: 'Screen', sku: 'SCR-1' },
    work_order_id: null,
    quantity: 10,
    received_qty: 4,
    outstanding_qty: 6,
    expected_at: '2020-04-01',
    is_late: true,
  })
  expect(headers.get('x-total-count')).toBe('3')
  const orders = async (query: string) =>
    (await api.get(`/purchase-orders/expected?${query}`)).body.map((a: Json) => a.purchase_order_id)
  expect(await orders('')).toEqual([late.id, future.id, unsaid.id])
  expect(await orders('from=2126-01-01')).toEqual([future.id])
  expect(await orders('to=2126-04-01')).toEqual([late.id, future.id])
  expect(await orders('per_page=1&page=2')).toEqual([future.id])
  const elsewhere = await ordered()
  expect(await orders(`supplier_id=${elsewhere.supplier_id}`)).toEqual([elsewhere.id])
  expect(await orders(`product_id=${elsewhere.lines[0].product_id}`)).toEqual([elsewhere.id])
  expect((await api.get('/purchase-orders/expected?product_id=99999999')).status).toBe(404)
  expect((await api.get('/purchase-orders/expected?from=2026-02-30')).status).toBe(422)
  expect((await other.api.get('/purchase-orders/expected')).body).toEqual([])
})
