import { afterEach, expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { driving, pickers, unsound } from './picking.ts'

const { shop, owner } = await startShops()
const { api } = shop
const { bin, stock, product, order, generate, list, levels } = pickers(shop, owner)
const a = await bin('A-01')
const b = await bin('B-01')

afterEach(async () => {
  expect(await unsound(owner)).toEqual([])
})

const times = <T>(count: number, act: (i: number) => T) =>
  Promise.all(Array.from({ length: count }, (_, i) => act(i)))
const { act } = driving(shop)
/** How many were done, and how many were refused with which code. */
const outcomes = (answers: Json[]) => {
  const codes = answers.map(({ status, body }) => (status < 300 ? 'done' : body.code) as string)
  return Object.fromEntries(
    [...new Set(codes)].map((c) => [c, codes.filter((d) => d === c).length]),
  )
}

test('ten completes at once deduct once', async () => {
  const part = await product({ [a]: 5, [b]: 5 })
  const { id } = await list([[part, 7]])
  const answers = await times(10, () => act(id, 'complete'))
  expect(outcomes(answers)).toEqual({ done: 1, not_open: 9 })
  expect(await levels(part)).toEqual({ stock: 3, reserved: 0 })
  const { body } = await api.get(`/stock/movements?source=pick_list&source_id=${id}`)
  expect(body.data.reduce((sum: number, m: Json) => sum + m.quantity, 0)).toBe(-7)
})

test('completing and cancelling at once do one of both', async () => {
  for (let round = 0; round < 3; round++) {
    const part = await product({ [a]: 2 })
    const { id } = await list([[part, 2]])
    const answers = await Promise.all([act(id, 'complete'), act(id, 'cancel')])
    expect(outcomes(answers)).toEqual({ done: 1, not_open: 1 })
    expect(await levels(part)).toEqual({ stock: answers[0].status === 200 ? 0 : 2, reserved: 0 })
  }
})

test('ten picks at once take no more than the line needs', async () => {
  const part = await product({ [a]: 20 })
  const { id, lines } = await list([[part, 4]])
  const answers = await times(10, () => act(id, 'pick', { line_id: lines[0].id, quantity: 1 }))
  expect(outcomes(answers)).toEqual({ done: 4, over_pick: 6 })
  expect(await levels(part)).toEqual({ stock: 16, reserved: 0 })
})

test('ten returns at once bring back no more than was picked', async () => {
  const part = await product({ [a]: 4 })
  const { id, lines } = await list([[part, 4]])
  await act(id, 'complete')
  const answers = await times(10, () => act(id, 'return', { line_id: lines[0].id, quantity: 1 }))
  expect(outcomes(answers)).toEqual({ done: 4, over_return: 6 })
  expect(await levels(part)).toEqual({ stock: 4, reserved: 0 })
})

test('a work order gets one list, however often it is asked', async () => {
  const work_order_id = await order([[await product({ [a]: 1 }), 1]])
  const answers = await times(6, () => generate(work_order_id))
  expect(outcomes(answers)).toEqual({ done: 1, pick_list_open: 5 })
})

test('lists made at once hold no more than there is', async () => {
  const part = await product({ [a]: 3 })
  const orders = await times(6, () => order([[part, 1]]))
  const lists = await Promise.all(orders.map(generate))
  expect(lists.reduce((sum, { body }) => sum + body.lines[0].reserved_qty, 0)).toBe(3)
})

test('lists with the same products in other orders do not wait in a circle', async () => {
  const parts = await times(4, () => product({ [a]: 20, [b]: 20 }))
  const needs = parts.map((part) => [part, 2] as const)
  const lists = await times(8, (i) => list(i % 2 ? needs : needs.toReversed()))
  const answers = await Promise.all(
    lists.flatMap(({ id }, i) => [
      act(id, i % 3 ? 'complete' : 'cancel'),
      stock(parts[i % 4] as number, 1, { bin_id: b }),
    ]),
  )
  expect(answers.flatMap((answer) => answer?.status ?? [])).toEqual(Array(8).fill(200))
})

test('lines that come and go while lists are completed are picked or not, never half', async () => {
  const parts = await times(3, () => product({ [a]: 50 }))
  const lists = await times(4, (i) => {
    const needs = parts.map((part) => [part, 2] as const)
    return list(i % 2 ? needs : needs.toReversed())
  })
  const more = { description: 'More', unit_price: 1 }
  const answers = await Promise.all(
    lists.flatMap(({ id, work_order_id, lines }) => {
      const path = `/work-orders/${work_order_id}/lines/${lines[0].work_order_line_id}`
      return [
        act(id, 'complete'),
        api.post(`/work-orders/${work_order_id}/lines`, { ...more, product_id: parts[2] }),
        api.post(`/work-orders/${work_order_id}/lines`, { ...more, product_id: parts[0] }),
        api.patch(path, { quantity: 1 }),
        api.post(`/work-orders/${work_order_id}/status`, { status: 'cancelled' }),
      ]
    }),
  )
  for (const { status } of answers) expect([200, 201, 422]).toContain(status)
  for (const { id } of lists) {
    const { body } = await api.get(`/pick-lists/${id}`)
    expect(['completed', 'cancelled']).toContain(body.status)
    for (const { quantity, picked_qty } of body.lines) {
      expect(picked_qty).toBe(body.status === 'completed' ? quantity : 0)
    }
  }
})
