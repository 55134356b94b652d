import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { pickers, unsound } from './picking.ts'

const { shop, owner } = await startShops()
const { api } = shop
const { bin, product, line, order, generate, levels } = pickers(shop, owner)
const bins = [await bin('A-01'), await bin('B-01')]

const small = fc.integer({ min: 1, max: 3 })
const step = fc.oneof(
  fc.record({ kind: fc.constant('generate' as const), order: fc.nat(1) }),
  fc.record({
    kind: fc.constant('adjust' as const),
    bin: fc.nat(1),
    quantity: fc.integer({ min: -3, max: 4 }),
  }),
  fc.record({
    kind: fc.constant('pick' as const),
    order: fc.nat(1),
    line: fc.nat(3),
    bin: fc.option(fc.nat(1)),
    quantity: small,
  }),
  fc.record({
    kind: fc.constant('return' as const),
    order: fc.nat(1),
    line: fc.nat(3),
    quantity: small,
  }),
  fc.record({ kind: fc.constant('complete' as const), order: fc.nat(1), partial: fc.boolean() }),
  fc.record({ kind: fc.constant('cancel' as const), order: fc.nat(1), return: fc.boolean() }),
  fc.record({ kind: fc.constant('line' as const), order: fc.nat(1), quantity: small }),
  fc.record({
    kind: fc.constant('change' as const),
    order: fc.nat(1),
    line: fc.nat(2),
    quantity: small,
  }),
  fc.record({ kind: fc.constant('remove' as const), order: fc.nat(1), line: fc.nat(2) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** The newest list of a work order, with its lines. */
async function newest(work_order_id: number): Promise<Json> {
  const { body } = await api.get(`/pick-lists?work_order_id=${work_order_id}&per_page=1`)
  return body.data[0] && (await api.get(`/pick-lists/${body.data[0].id}`)).body
}

async function take(step: Step, part: number, orders: number[]): Promise<number> {
  if (step.kind === 'adjust') {
    const adjustment = { product_id: part, bin_id: bins[step.bin], quantity: step.quantity || 1 }
    return (await api.post('/stock/adjust', adjustment)).status
  }
  const work_order_id = orders[step.order] as number
  if (step.kind === 'generate') return (await generate(work_order_id)).status
  if (step.kind === 'line') return (await line(work_order_id, part, step.quantity)) && 200
  if (step.kind === 'change' || step.kind === 'remove') {
    const { lines } = (await api.get(`/work-orders/${work_order_id}`)).body
    const path = `/work-orders/${work_order_id}/lines/${lines[step.line]?.id ?? 0}`
    if (!lines[step.line]) return 404
    return step.kind === 'remove'
      ? (await api.delete(path)).status
      : (await api.patch(path, { quantity: step.quantity })).status
  }
  const list = await newest(work_order_id)
  if (!list) return 404
  const { kind, order: _, ...rest } = step
  const body =
    kind === 'pick' || kind === 'return'
      ? {
          line_id: list.lines[(rest as { line: number }).line]?.id ?? 1,
          quantity: (rest as { quantity: number }).quantity,
          ...(kind === 'pick' && step.bin !== null && { bin_id: bins[step.bin] }),
        }
      : rest
  return (await api.post(`/pick-lists/${list.id}/${kind}`, body)).status
}

/** What an open list still asks for, and what its work order still needs, by line. */
async function outOfStep(orders: number[]) {
  const { rows } = await owner.query(
    `select * from (
       select l.id, ceil(l.quantity) as needed, coalesce(sum(k.picked_qty), 0) as picked,
         coalesce(sum(k.returned_qty), 0) as returned,
         coalesce(sum(k.quantity - k.picked_qty) filter (where p.status in ('open', 'in_progress')), 0) as listed
       from work_order_lines l
       left join pick_list_lines k on k.work_order_line_id = l.id left join pick_lists p on p.id = k.pick_list_id
       where l.work_order_id = any ($1)
         and exists (select from pick_lists o where o.work_order_id = l.work_order_id and o.status in ('open', 'in_progress'))
       group by l.id) lines
     where picked - returned > needed or listed + picked - returned > needed or listed + picked < needed`,
    [orders],
  )
  return rows
}

test('whatever people do, stock is its movements, nothing is held twice, and lists follow their orders', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const part = await product({ [bins[0] as number]: 3, [bins[1] as number]: 2 })
      const orders = [await order([[part, 2]]), await order([[part, 4]])]
      for (const each of [{ kind: 'generate', order: 0 } as const, ...steps]) {
        expect([200, 201, 204, 404, 422]).toContain(await take(each, part, orders))
        expect(await unsound(owner)).toEqual([])
        expect(await outOfStep(orders)).toEqual([])
      }
      // Nobody waits for what is free.
      const { stock, reserved } = await levels(part)
      if (stock > reserved) {
        const lists = await Promise.all(orders.map(newest))
        expect(lists.flatMap((list) => list?.lines ?? []).filter((l) => l.short_qty > 0)).toEqual(
          [],
        )
      }
    }),
    { numRuns: 12 },
  )
})
