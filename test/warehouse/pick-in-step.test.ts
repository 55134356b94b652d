import { afterEach, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { driving, pickers, unsound } from './picking.ts'

const { shop, owner } = await startShops()
const { api } = shop
const { bin, product, line, order, generate, list, levels, ...make } = pickers(shop, owner)
const a = await bin('A-01')
const b = await bin('B-01')

afterEach(async () => {
  expect(await unsound(owner)).toEqual([])
})

const shown = async (id: number): Promise<Json> => (await api.get(`/pick-lists/${id}`)).body
const brief = async (id: number) =>
  (await shown(id)).lines.map((l: Json) => [
    l.product_id,
    l.bin,
    l.quantity,
    l.picked_qty,
    l.reserved_qty,
  ])
const { done: act } = driving(shop)
/** A list for one product, and the path of its work order's line. */
async function listed(part: number, quantity: number) {
  const { id, lines, work_order_id } = await list([[part, quantity]])
  const [{ id: line_id, work_order_line_id }] = lines
  return {
    id,
    line_id,
    work_order_id,
    path: `/work-orders/${work_order_id}/lines/${work_order_line_id}`,
  }
}

test('an open list takes a new line, in the same round trip', async () => {
  const part = await product({ [a]: 3 })
  const other = await product()
  const { id, work_order_id } = await list([[part, 1]])
  const { updated_at } = await shown(id)
  await line(work_order_id, part, 1)
  await line(work_order_id, other, 0.5)
  await line(work_order_id, await product({}, { kind: 'service' }))
  expect(await brief(id)).toEqual([
    [part, 'A-01', 1, 0, 1],
    [part, 'A-01', 1, 0, 1],
    [other, null, 1, 0, 0],
  ])
  expect((await shown(id)).updated_at >= updated_at).toBe(true)
  expect(await levels(part)).toEqual({ stock: 3, reserved: 2 })
})

test('an open list follows a quantity up and down', async () => {
  const part = await product({ [a]: 2, [b]: 2 })
  const { id, path } = await listed(part, 1)
  await api.patch(path, { quantity: 5 })
  expect(await brief(id)).toEqual([
    [part, 'A-01', 2, 0, 2],
    [part, 'B-01', 2, 0, 2],
    [part, null, 1, 0, 0],
  ])
  await api.patch(path, { quantity: 2.5 })
  expect(await brief(id)).toEqual([
    [part, 'A-01', 2, 0, 2],
    [part, 'B-01', 1, 0, 1],
  ])
  await api.patch(path, { quantity: 2.6, unit_price: 9 })
  expect(await levels(part)).toEqual({ stock: 4, reserved: 3 })
})

test('what a list does not need any more goes to who waits', async () => {
  const part = await product({ [a]: 2 })
  const { path } = await listed(part, 2)
  const second = await listed(part, 1)
  await api.patch(path, { quantity: 1 })
  expect(await brief(second.id)).toEqual([[part, 'A-01', 1, 0, 1]])
})

test('a line that goes, goes from the list', async () => {
  const part = await product({ [a]: 2 })
  const { id, path } = await listed(part, 2)
  expect((await api.delete(path)).status).toBe(204)
  expect(await brief(id)).toEqual([])
  expect(await levels(part)).toEqual({ stock: 2, reserved: 0 })
})

test('a line that becomes another part is picked as that', async () => {
  const [part, better] = [await product({ [a]: 1 }), await product({ [b]: 1 })]
  const { id, path } = await listed(part, 1)
  await api.patch(path, { product_id: better })
  expect(await brief(id)).toEqual([[better, 'B-01', 1, 0, 1]])
  await api.patch(path, { product_id: null })
  expect(await brief(id)).toEqual([])
})

test('a line keeps what was picked for it, until it is returned', async () => {
  const part = await product({ [a]: 4 })
  const { id, line_id, path, work_order_id } = await listed(part, 3)
  await act(id, 'pick', { line_id, quantity: 2 })
  for (const change of [{ quantity: 1 }, { product_id: await product() }, { product_id: null }]) {
    expect(await api.patch(path, change)).toMatchObject({
      status: 422,
      body: { code: 'line_picked', message: 'Parts were picked for this line; return them first.' },
    })
  }
  expect((await api.delete(path)).body.code).toBe('line_picked')
  await api.patch(path, { quantity: 2 })
  expect(await brief(id)).toEqual([[part, 'A-01', 2, 2, 0]])
  await act(id, 'complete')
  expect((await api.patch(path, { quantity: 1 })).body.code).toBe('line_picked')
  await act(id, 'return', { line_id, quantity: 2 })
  expect((await api.delete(path)).status).toBe(204)
  expect((await shown(id)).lines[0]).toMatchObject({
    work_order_line_id: null,
    picked_qty: 2,
    returned_qty: 2,
  })
  expect((await generate(work_order_id)).body.code).toBe('nothing_to_pick')
})

test('what came back is not asked for again, until its line changes', async () => {
  const part = await product({ [a]: 5 })
  const { id, line_id, path, work_order_id } = await listed(part, 2)
  await act(id, 'pick', { line_id, quantity: 2 })
  await act(id, 'return', { line_id, quantity: 1 })
  await line(work_order_id, await product())
  expect((await shown(id)).lines[0]).toMatchObject({ quantity: 2, picked_qty: 2, returned_qty: 1 })
  await api.patch(path, { quantity: 3 })
  expect((await shown(id)).lines[0]).toMatchObject({ quantity: 4, picked_qty: 2, reserved_qty: 2 })
})

test('a cancelled work order lets its list go', async () => {
  const part = await product({ [a]: 3 })
  const bare = await listed(part, 1)
  const begun = await listed(part, 2)
  await act(begun.id, 'pick', { line_id: begun.line_id, quantity: 1 })
  for (const { work_order_id } of [bare, begun]) {
    const { status } = await api.post(`/work-orders/${work_order_id}/status`, {
      status: 'cancelled',
    })
    expect(status).toBe(200)
  }
  expect((await shown(bare.id)).status).toBe('cancelled')
  const { status, lines } = await shown(begun.id)
  expect(status).toBe('completed')
  expect(lines).toMatchObject([{ quantity: 1, picked_qty: 1, reserved_qty: 0 }])
  expect(await levels(part)).toEqual({ stock: 2, reserved: 0 })
  await act(begun.id, 'return', { line_id: begun.line_id, quantity: 1 })
  expect(await levels(part)).toEqual({ stock: 3, reserved: 0 })
})

test('a work order with a pick list stays', async () => {
  const part = await product({ [a]: 2 })
  const open = await listed(part, 1)
  const cancelled = await listed(part, 1)
  await act(cancelled.id, 'cancel')
  const emptied = await listed(part, 1)
  await api.delete(emptied.path)
  for (const { work_order_id } of [open, cancelled, emptied]) {
    expect((await api.delete(`/work-orders/${work_order_id}`)).body.code).toBe('in_use')
  }
})

test('what an invoice sold is not picked', async () => {
  const part = await product({ [a]: 5 })
  const work_order_id = await order([[part, 3]])
  const { body: found } = await api.get(`/work-orders/${work_order_id}`)
  const invoice = await make.invoice(found)
  await make.invoiceLine(invoice, found.lines[0].id)
  expect((await generate(work_order_id)).body.lines).toMatchObject([{ quantity: 3 }])
  const [open] = (await api.get(`/pick-lists?work_order_id=${work_order_id}`)).body.data
  await act(open.id, 'cancel')
  await owner.query(`begin; set local app.tenant_id = '${shop.tenant_id}';
    select app.take_stock(${part}, 1, 'sale', p_source => 'invoice', p_source_id => ${invoice}); commit`)
  expect((await generate(work_order_id)).body.lines).toMatchObject([{ quantity: 2 }])
})
