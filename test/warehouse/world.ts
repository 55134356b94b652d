import type { Answer, Client, Json } from '../harness/client.ts'

/** Some products, bins, work orders and a purchase order of a shop, for histories of stock. */
export interface World {
  api: Client
  /** Plain, plain, may be short, tracks serial numbers. */
  products: number[]
  bins: number[]
  orders: number[]
  purchase_order: Json
  invoices: number[]
  receipts: number[]
  counts: number[]
}

/** One thing that somebody does; not every command reads every field. */
export interface Step {
  command: CommandName
  product: number
  bin: number
  other_bin: number
  order: number
  quantity: number
  /** Of a product that tracks serial numbers: which pieces. */
  pieces: number[]
  flag: boolean
}

const created = async (answer: Promise<Answer>) => {
  const { status, body } = await answer
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return body
}

let worlds = 0

/** A world of its own in a shop that may have seen others, valued as it is from now on. */
export async function buildWorld(api: Client, valuation_method: string): Promise<World> {
  await created(api.put('/settings', { valuation_method, over_receipt_pct: 20 }))
  const product = async (extra: object) =>
    (
      await created(
        api.post('/products', { name: 'Part', price_excl: 10, purchase_price: '3.33', ...extra }),
      )
    ).id
  const products = [
    await product({ stock_quantity: 7 }),
    await product({}),
    await product({ allow_negative_stock: true }),
    await product({ track_serials: true }),
  ]
  const [receiving] = (await created(api.get('/bins?kind=receiving'))).data
  worlds += 1
  const bins: number[] = []
  for (const place of ['A-01', 'A-02', 'B-01']) {
    const bin = { warehouse_id: receiving.warehouse_id, code: `${place}-${worlds}` }
    bins.push((await created(api.post('/bins', bin))).id)
  }
  bins.push(receiving.id)
  const customer = await created(api.post('/customers', { first_name: 'Jan', last_name: 'Bos' }))
  const order = async () =>
    (await created(api.post('/work-orders', { customer_id: customer.id }))).id
  const supplier = await created(api.post('/suppliers', { name: 'Parts BV' }))
  const lines = products.map((product_id) => ({ product_id, quantity: 10, unit_price: '2.505' }))
  const draft = await created(api.post('/purchase-orders', { supplier_id: supplier.id, lines }))
  return {
    api,
    products,
    bins,
    orders: [await order(), await order()],
    purchase_order: await created(api.post(`/purchase-orders/${draft.id}/order`, {})),
    invoices: [],
    receipts: [],
    counts: [],
  }
}

const nth = <T>(list: readonly T[], place: number): T => list[place % list.length] as T

/** Of the product that tracks serial numbers so many pieces, of others the quantity. */
function goods(world: World, { product, quantity, pieces }: Step) {
  const product_id = nth(world.products, product)
  if (product % world.products.length !== 3) return { product_id, quantity }
  return { product_id, quantity: pieces.length, serials: pieces.map((n) => `SN-${n}`) }
}

async function openList({ api, orders }: World, { order }: Step): Promise<Json | undefined> {
  const { body } = await api.get(`/pick-lists?work_order_id=${nth(orders, order)}`)
  return body.data[0] && (await api.get(`/pick-lists/${body.data[0].id}`)).body
}

const keep = (list: number[], answer: Answer) => {
  if (answer.status === 201) list.push(answer.body.id)
  return answer
}

type Command = (world: World, step: Step) => Promise<Answer | undefined>

const commands = {
  add: (world, step) =>
    world.api.post('/stock/adjust', {
      ...goods(world, step),
      ...(step.flag && { bin_id: nth(world.bins, step.bin), unit_cost: '4.125' }),
    }),
  remove: (world, step) => {
    const { quantity, ...rest } = goods(world, step)
    return world.api.post('/stock/adjust', {
      ...rest,
      quantity: -quantity,
      ...(step.flag && { bin_id: nth(world.bins, step.bin) }),
    })
  },
  receive: async (world, step) =>
    keep(world.receipts, await world.api.post('/receiving/direct', goods(world, step))),
  receiveOrder: async (world, step) => {
    const { id, lines } = world.purchase_order
    const { quantity, serials } = goods(world, step)
    const line = { po_line_id: nth<Json>(lines, step.product).id, received_qty: quantity, serials }
    return keep(world.receipts, await world.api.post(`/receiving/from-po/${id}`, { lines: [line] }))
  },
  reverse: async (world, step) => {
    const id = world.receipts.at(-1 - (step.bin % 2))
    return id ? world.api.post(`/receiving/${id}/reverse`, { reason: 'Mistake' }) : undefined
  },
  putAway: (world, step) =>
    world.api.post('/putaway', { ...goods(world, step), bin_id: nth(world.bins, step.bin % 3) }),
  transfer: async (world, step) => {
    const { product_id, ...pieces } = goods(world, step)
    const { body } = await world.api.get(`/bin-stock?product_id=${product_id}`)
    const from_bin_id = body.at(step.bin % (body.length || 1))?.bin_id
    if (!from_bin_id) return undefined
    const to_bin_id = nth(world.bins, step.other_bin)
    return world.api.post('/bin-stock/transfer', { product_id, ...pieces, from_bin_id, to_bin_id })
  },
  addLine: (world, step) =>
    world.api.post(`/work-orders/${nth(world.orders, step.order)}/lines`, {
      description: 'Part',
      product_id: nth(world.products, step.product),
      quantity: step.quantity,
      unit_price: 10,
    }),
  changeLine: async (world, step) => {
    const path = `/work-orders/${nth(world.orders, step.order)}/lines`
    const { body } = await world.api.get(path)
    const line: Json | undefined = body.data[step.bin]
    if (!line) return undefined
    return step.flag
      ? world.api.patch(`${path}/${line.id}`, { quantity: step.quantity })
      : world.api.delete(`${path}/${line.id}`)
  },
  generate: (world, step) =>
    world.api.post('/pick-lists/from-work-order', { work_order_id: nth(world.orders, step.order) }),
  pick: async (world, step) => {
    const list = await openList(world, step)
    const line: Json | undefined = list?.lines[step.bin]
    if (!line) return undefined
    const isTracked = line.product_id === world.products[3]
    return world.api.post(`/pick-lists/${list?.id}/pick`, {
      line_id: line.id,
      quantity: isTracked ? step.pieces.length : step.quantity,
      ...(isTracked && { serials: step.pieces.map((n) => `SN-${n}`) }),
      ...(step.flag && { bin_id: nth(world.bins, step.other_bin) }),
    })
  },
  complete: async (world, step) => {
    const list = await openList(world, step)
    return list && world.api.post(`/pick-lists/${list.id}/complete`, { partial: step.flag })
  },
  cancel: async (world, step) => {
    const list = await openList(world, step)
    return list && world.api.post(`/pick-lists/${list.id}/cancel`, { return: step.flag })
  },
  bringBack: async (world, step) => {
    const list = await openList(world, step)
    const line: Json | undefined = list?.lines.find(({ picked_qty }: Json) => picked_qty > 0)
    if (!line) return undefined
    const isTracked = line.product_id === world.products[3]
    return world.api.post(`/pick-lists/${list?.id}/return`, {
      line_id: line.id,
      quantity: isTracked ? step.pieces.length : 1,
      ...(isTracked && { serials: step.pieces.map((n) => `SN-${n}`) }),
    })
  },
  sell: async (world, step) => {
    const { quantity, ...rest } = goods(world, step)
    const customer = (await world.api.get('/customers')).body.data[0]
    const draft = await world.api.post('/invoices', {
      customer_id: customer.id,
      invoice_date: new Date().toISOString().slice(0, 10),
      lines: [{ description: 'Part', qty: quantity, unit_price: 10, vat_rate: 21, ...rest }],
    })
    if (draft.status !== 201) return draft
    const issued = await world.api.post(`/invoices/${draft.body.id}/issue`, {})
    if (issued.status === 200) world.invoices.push(draft.body.id)
    return issued
  },
  takeBack: async (world, step) => {
    const id = world.invoices.at(-1 - (step.bin % 2))
    return id ? world.api.post(`/invoices/${id}/cancel`, { reason: 'Returned' }) : undefined
  },
  count: async (world, step) =>
    keep(
      world.counts,
      await world.api.post('/stock-counts', { bin_ids: [nth(world.bins, step.bin)] }),
    ),
  countLine: async (world, step) => {
    const id = world.counts.at(-1)
    if (!id) return undefined
    const { product_id, quantity, serials } = goods(world, step)
    const bin_id = (await world.api.get(`/stock-counts/${id}`)).body.lines[0]?.bin_id
    if (!bin_id) return undefined
    return world.api.put(`/stock-counts/${id}/lines`, {
      lines: [{ bin_id, product_id, counted_qty: quantity, serials }],
    })
  },
  applyCount: async (world) => {
    const id = world.counts.at(-1)
    return id ? world.api.post(`/stock-counts/${id}/apply`, {}) : undefined
  },
} satisfies Record<string, Command>

export type CommandName = keyof typeof commands
export const commandNames = Object.keys(commands) as CommandName[]

/** Does it; nothing when the shop has nothing to do it with. */
export const perform = (world: World, step: Step): Promise<Answer | undefined> =>
  (commands[step.command] as Command)(world, step)
