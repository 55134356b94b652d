import type { Body, Factory, Ids } from './factory.ts'

/** Valid bodies of what the shop buys. */
export const purchasingBodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/suppliers': (f) => ({ name: f.name('Supplier'), email: 'orders@parts.example' }),
  '/supplier-products': async (f) => ({
    supplier_id: await f.id('/suppliers'),
    product_id: await f.id('/products'),
    article_code: f.name('PD'),
    unit_price: 45.5,
  }),
  '/purchase-orders': async (f) => ({
    supplier_id: await f.id('/suppliers'),
    reference: f.name('SO'),
    lines: [
      {
        product_id: await f.id('/products'),
        quantity: 10,
        unit_price: 45.5,
        work_order_id: await f.id('/work-orders'),
      },
    ],
  }),
  '/purchase-orders/from-suggestions': async (f) => ({ product_ids: [await f.id('/products')] }),
  '/receiving/direct': async (f) => ({
    product_id: await f.id('/products'),
    quantity: 5,
    unit_cost: 45.5,
    reference: f.name('Delivery'),
    lines: [{ product_id: await f.id('/products'), quantity: 2 }],
  }),
  '/receiving/from-po/{id}': async (f) => ({
    lines: [{ po_line_id: (await placedOrder(f)).line_id, received_qty: 1 }],
  }),
  '/receiving/{id}/reverse': () => ({ reason: 'Counted wrong' }),
  '/work-orders/{id}/special-orders': async (f) => ({
    product_id: await f.id('/products'),
    supplier_id: await f.id('/suppliers'),
    unit_price: 45.5,
  }),
  '/purchase-orders/{id}/send': () => ({ to: 'orders@parts.example' }),
}

/** A purchase order of which a part came in. */
export const partlyReceived = async (f: Factory): Promise<Ids> => {
  const order = await f.create('/purchase-orders', await f.body('/purchase-orders'))
  await f.create(`/purchase-orders/${order.id}/order`)
  const receipt_number = f.name('GR')
  const goods_receipt_id = await f.row('goods_receipts', { receipt_number })
  const [{ id: po_line_id, product_id }] = order.lines
  await f.row('goods_receipt_lines', { goods_receipt_id, po_line_id, product_id, quantity: 1 })
  return { id: order.id }
}

const placed = new WeakMap<Factory, Promise<{ id: number; line_id: number }>>()

/** A purchase order that was placed, of which much is to come; one and the same for path and body. */
export function placedOrder(f: Factory): Promise<{ id: number; line_id: number }> {
  const order = placed.get(f) ?? newPlacedOrder(f)
  placed.set(f, order)
  return order
}

async function newPlacedOrder(f: Factory) {
  const draft = await f.create('/purchase-orders', {
    supplier_id: await f.id('/suppliers'),
    lines: [{ product_id: await f.id('/products'), quantity: 1000, unit_price: 10 }],
  })
  const { id, lines } = await f.create(`/purchase-orders/${draft.id}/order`, {})
  return { id: id as number, line_id: lines[0].id as number }
}
