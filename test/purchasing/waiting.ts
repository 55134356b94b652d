import { startTelling } from '../notifications/telling.ts'
import { makers } from './makers.ts'

/** A shop whose work orders wait for parts. */
export async function startWaiting() {
  const world = await startTelling()
  const { shop, other, owner, settled } = world
  const { api } = shop
  const { add, supplier, purchaseOrder, product, workOrder } = makers(shop, owner)
  const theirs = makers(other, owner)

  const special = (id: number, draft: object) =>
    api.post(`/work-orders/${id}/special-orders`, draft)
  const receive = (id: number, po_line_id: number, received_qty: number) =>
    api.post(`/receiving/from-po/${id}`, { lines: [{ po_line_id, received_qty }] })
  const statusOf = async (id: number) => (await api.get(`/work-orders/${id}`)).body.status.slug

  /** Places an order, as who buys does. */
  const place = (id: number) =>
    owner.query(
      `with placed as (update purchase_orders set status = 'ordered' where id = $1)
       update purchase_order_lines set max_receivable = quantity where purchase_order_id = $1`,
      [id],
    )
  const arrivalsOf = async (id: number) => {
    const { rows } = await owner.query(
      `select changes from events where name = 'work_order.parts_arrived' and entity_id = $1`,
      [id],
    )
    return rows.map(({ changes }) => changes.parts[1])
  }

  return {
    world,
    shop,
    owner,
    api,
    settled,
    add,
    supplier,
    purchaseOrder,
    product,
    workOrder,
    theirs,
    special,
    receive,
    statusOf,
    place,
    arrivalsOf,
  }
}
