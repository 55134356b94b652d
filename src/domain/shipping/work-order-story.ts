import { eq } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { record } from '../../db/rows.ts'
import { terms } from './carriers.ts'
import { shipments } from './tables.ts'

/** Puts what happened to a parcel into the history of its work order, if it is for one. */
export async function tellWorkOrder(
  ctx: Transacting,
  what: 'label_created' | 'label_voided' | 'parcel_delivered',
  shipment_id: number,
) {
  const [row] = await ctx.db
    .select({
      work_order_id: shipments.work_order_id,
      carrier: shipments.carrier,
      is_return: shipments.is_return,
      tracking_code: shipments.tracking_code,
    })
    .from(shipments)
    .where(eq(shipments.id, shipment_id))
  if (!row?.work_order_id) return
  await record(ctx, `work_order.${what}`, 'work_order', row.work_order_id, {
    carrier: [null, terms[row.carrier].name],
    label: [null, row.is_return ? 'return label' : 'label'],
    tracking_code: [null, row.tracking_code],
  })
}
