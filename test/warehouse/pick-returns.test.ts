import { afterEach, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { brief, driving, pickers, unsound } from './picking.ts'

const { shop, owner } = await startShops()
const { api } = shop
const { bin, stock, product, generate, list, levels, inBin } = pickers(shop, owner)
const a = await bin('A-01')
const b = await bin('B-01')

afterEach(async () => {
  expect(await unsound(owner)).toEqual([])
})

const { act, done, refusal } = driving(shop)

test('cancels: lets go of what it held, to who waits', async () => {
  const part = await product({ [a]: 1 })
  const first = await list([[part, 1]])
  const second = await list([[part, 1]])
  const cancelled = await done(first.id, 'cancel')
  expect(cancelled).toMatchObject({ status: 'cancelled', cancelled_at: expect.any(String) })
  expect(brief(cancelled)).toEqual([['A-01', 1, 0, 0, 0]])
  expect(brief((await api.get(`/pick-lists/${second.id}`)).body)).toEqual([['A-01', 1, 0, 1, 0]])
  expect(await refusal(first.id, 'pick', { line_id: first.lines[0].id, quantity: 1 })).toBe(
    'not_open',
  )
  expect((await generate(first.work_order_id)).status).toBe(201)
})

test('cancels what was picked only when it comes back', async () => {
  const part = await product({ [a]: 2, [b]: 1 })
  const { id, lines } = await list([[part, 3]])
  await done(id, 'pick', { line_id: lines[0].id, quantity: 2 })
  expect(await refusal(id, 'cancel')).toBe('picked')
  const back = await done(id, 'cancel', { return: true })
  expect(back.lines.map((l: Json) => [l.picked_qty, l.returned_qty])).toEqual([
    [2, 2],
    [0, 0],
  ])
  expect([await inBin(part, a), await inBin(part, b)]).toEqual([2, 1])
  expect(await levels(part)).toEqual({ stock: 3, reserved: 0 })
})

test('takes parts back at what they went out at, never more than went out', async () => {
  const part = await product()
  await stock(part, 1, { bin_id: a, unit_cost: 10 })
  const { id, lines, work_order_id } = await list([[part, 2]])
  const line_id = lines[0].id
  await done(id, 'pick', { line_id, quantity: 1 })
  await stock(part, 1, { bin_id: b, unit_cost: 20 })
  await done(id, 'complete')
  const value = async () =>
    (
      await owner.query('select stock_value_cents::int as cents from products where id = $1', [
        part,
      ])
    ).rows[0].cents
  expect(await value()).toBe(0)
  const after = await done(id, 'return', { line_id, quantity: 1 })
  expect(after.status).toBe('completed')
  expect(after.lines.find((l: Json) => l.id === line_id)).toMatchObject({ returned_qty: 1 })
  expect([await value(), await inBin(part, a)]).toEqual([1000, 1])
  expect(await refusal(id, 'return', { line_id, quantity: 2 })).toBe('over_return')
  const rest = after.lines.find((l: Json) => l.picked_qty > l.returned_qty)
  await done(id, 'return', { line_id: rest.id, quantity: 1, bin_id: a })
  expect([await value(), await inBin(part, a)]).toEqual([3000, 2])
  expect(await refusal(id, 'return', { line_id, quantity: 1 })).toBe('over_return')
  const { body } = await api.get(`/work-orders/${work_order_id}/timeline?per_page=1`)
  expect(body.data[0].description).toBe(
    `Part returned to stock: 1 × Part (${after.pick_list_number})`,
  )
  expect((await generate(work_order_id)).body.lines[0]).toMatchObject({ reserved_qty: 2 })
})

test('takes each piece of a product with serial numbers by its own', async () => {
  const phone = await product({}, { track_serials: true })
  await stock(phone, 2, { bin_id: a, serials: ['S1', 'S2'] })
  await stock(phone, 1, { bin_id: b, serials: ['S3'] })
  const { id, lines } = await list([[phone, 3]])
  const [first, last] = lines
  const pick = (serials?: string[], more: object = {}) => ({
    line_id: first.id,
    quantity: 1,
    serials,
    ...more,
  })
  expect(await refusal(id, 'pick', pick())).toBe('serials_required')
  expect(await refusal(id, 'pick', pick(['S9']))).toBe('serial_unknown')
  expect(await refusal(id, 'pick', pick(['S1'], { bin_id: b }))).toBe('serial_elsewhere')
  await done(id, 'pick', pick(['S3']))
  expect(await refusal(id, 'complete')).toBe('serials_required')
  const stray = { lines: [{ line_id: 999_999, serials: ['S1'] }] }
  expect((await act(id, 'complete', stray)).body.errors).toEqual({
    'lines.0.line_id': ['The selected line id is invalid.'],
  })
  expect(await refusal(id, 'return', pick(['S1']))).toBe('serial_unknown')
  await done(id, 'return', pick(['S3']))
  expect(await inBin(phone, b)).toBe(1)
  const given = [
    { line_id: first.id, serials: ['S1'] },
    { line_id: last.id, serials: ['S2'] },
  ]
  await done(id, 'complete', { lines: given })
  expect(await levels(phone)).toEqual({ stock: 1, reserved: 0 })
  const second = await list([[phone, 2]])
  const some = { partial: true, lines: [{ line_id: second.lines[0].id, serials: ['S3'] }] }
  expect((await done(second.id, 'complete', some)).lines).toHaveLength(1)
})

test('brings the serial numbers back that a cancelled list took', async () => {
  const phone = await product({}, { track_serials: true })
  await stock(phone, 2, { bin_id: a, serials: ['P1', 'P2'] })
  const { id, lines } = await list([[phone, 2]])
  await done(id, 'pick', { line_id: lines[0].id, quantity: 2, serials: ['P1', 'P2'] })
  await done(id, 'return', { line_id: lines[0].id, quantity: 1, serials: ['P1'], bin_id: b })
  await done(id, 'cancel', { return: true })
  expect([await inBin(phone, a), await inBin(phone, b)]).toEqual([1, 1])
})
