import type { Json } from '../harness/client.ts'
import { type Command, keep, nth, type Step, type World, withOne } from './world.ts'

const productOf = ({ products }: World, { which }: Step) => nth(products, which)

async function openList(world: World, { other }: Step): Promise<Json | undefined> {
  const work_order_id = nth(world.work_orders, other)
  const { body } = await world.api.get(`/pick-lists?work_order_id=${work_order_id}`)
  return body.data[0] && (await world.api.get(`/pick-lists/${body.data[0].id}`)).body
}

export const goodsCommands = {
  receive: async (world, step) =>
    keep(
      world,
      'receipts',
      await world.api.post('/receiving/direct', {
        product_id: productOf(world, step),
        quantity: step.quantity,
        ...(step.other % 2 && { supplier_id: world.supplier_id }),
        ...(step.flag && { unit_cost: step.amount }),
      }),
    ),
  receiveOrder: async (world, step) => {
    const { id, lines } = world.order
    const line = { po_line_id: nth<Json>(lines, step.which).id, received_qty: step.quantity }
    return keep(
      world,
      'receipts',
      await world.api.post(`/receiving/from-po/${id}`, { lines: [line] }),
    )
  },
  reverseReceipt: (world, step) =>
    withOne(world, 'receipts', step, (id) =>
      world.api.post(`/receiving/${id}/reverse`, { reason: 'Mistake' }),
    ),
  adjust: (world, step) =>
    world.api.post('/stock/adjust', {
      product_id: productOf(world, step),
      quantity: step.flag ? step.quantity : -step.quantity,
      ...(step.flag && step.other % 2 && { unit_cost: '4.125' }),
    }),
  pick: async (world, step) => {
    const work_order_id = nth(world.work_orders, step.other)
    await world.api.post(`/work-orders/${work_order_id}/lines`, {
      description: 'Part',
      product_id: productOf(world, step),
      quantity: step.quantity,
      unit_price: step.amount,
    })
    const list = await openList(world, step)
    if (!list) return world.api.post('/pick-lists/from-work-order', { work_order_id })
    return world.api.post(`/pick-lists/${list.id}/complete`, { partial: true })
  },
  bringBack: async (world, step) => {
    const list = await openList(world, step)
    const line: Json | undefined = list?.lines.find(
      ({ picked_qty, returned_qty }: Json) => picked_qty > returned_qty,
    )
    if (!line) return undefined
    return world.api.post(`/pick-lists/${list?.id}/return`, { line_id: line.id, quantity: 1 })
  },
  count: async (world, step) => {
    const [bin] = (await world.api.get('/bins?kind=receiving')).body.data
    const count = await world.api.post('/stock-counts', { bin_ids: [bin.id] })
    if (count.status !== 201) return count
    const path = `/stock-counts/${count.body.id}`
    await world.api.put(`${path}/lines`, {
      lines: [{ bin_id: bin.id, product_id: productOf(world, step), counted_qty: step.quantity }],
    })
    const answer = await world.api.post(`${path}/apply`, {})
    if (answer.status !== 200) await world.api.post(`${path}/cancel`, {})
    return answer
  },
  changeScheme: ({ api, products, codes }, { flag }) =>
    api.patch(`/products/${products[3]}`, {
      tax_rate_id: flag ? codes.margin : codes.standard,
    }),
} satisfies Record<string, Command>
