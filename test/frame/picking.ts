import type { Body, Factory, Ids } from './factory.ts'

/** A work order that needs pieces of a product, of which there are enough. */
export async function orderToPick(f: Factory, quantity = 1): Promise<number> {
  const draft = { name: f.name('Part'), price_excl: 1, stock_quantity: quantity }
  const { id: product_id } = await f.create('/products', draft)
  const id = await f.id('/work-orders')
  const line = { description: 'Part', product_id, quantity, unit_price: 1 }
  await f.create(`/work-orders/${id}/lines`, line)
  return id
}

export const newPickList = async (f: Factory, quantity?: number) =>
  f.create('/pick-lists/from-work-order', { work_order_id: await orderToPick(f, quantity) })

const pickables = new WeakMap<Factory, Promise<{ id: number; line_id: number }>>()

/** A list of which half is picked, with its line; one and the same for path and body. */
function pickable(f: Factory) {
  const list = pickables.get(f) ?? halfPicked(f)
  pickables.set(f, list)
  return list
}

async function halfPicked(f: Factory) {
  const { id, lines } = await newPickList(f, 2000)
  const line_id: number = lines[0].id
  await f.create(`/pick-lists/${id}/pick`, { line_id, quantity: 1000 })
  return { id: id as number, line_id }
}

export const pickableList = async (f: Factory): Promise<Ids> => ({ id: (await pickable(f)).id })

export const onePiece = async (f: Factory): Promise<Body> => ({
  line_id: (await pickable(f)).line_id,
  quantity: 1,
})
