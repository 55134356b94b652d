import { and, eq, gt, sql } from 'drizzle-orm'
import type { Writing } from '../../context.ts'
import { guard, update, updateWhere } from '../../db/rows.ts'
import { Id } from '../../schema.ts'
import { write } from '../../verb.ts'
import { tenants } from '../identity/tables.ts'
import {
  mustBe,
  onePurchaseOrder,
  outstanding,
  PurchaseOrderDetail,
} from './purchase-order-record.ts'
import { purchaseOrderLines, purchaseOrders } from './tables.ts'

const onPurchaseOrder = {
  can: 'purchase_orders:write',
  module: 'inventory',
  params: Id,
  output: PurchaseOrderDetail,
  on: purchaseOrders,
} as const

const linesOf = (id: number) => eq(purchaseOrderLines.purchase_order_id, id)

export const orderPurchaseOrder = write(
  {
    ...onPurchaseOrder,
    summary: 'Order purchase order',
    description:
      'A draft becomes ordered. It fixes how much is taken in beyond the order (`over_receipt_pct` of the settings), ' +
      'and by the lead times when it is expected, unless that is known.',
  },
  async (ctx, { params: { id } }) => {
    const [, , , , order] = await Promise.all([
      mustBe(ctx, id, ['draft'], {
        code: 'not_draft',
        message: 'Only a draft purchase order can be ordered.',
      }),
      mustHaveLines(ctx, id),
      updateWhere(ctx, purchaseOrderLines, linesOf(id), { max_receivable: receivable }),
      update(ctx, purchaseOrders, id, {
        status: 'ordered',
        ordered_at: sql`app.now()`,
        expected_at: sql`coalesce(${purchaseOrders.expected_at}, app.today() + ${slowest(id)})`,
      }),
      onePurchaseOrder(ctx, id),
    ])
    return order
  },
)

const mustHaveLines = (ctx: Writing, id: number) =>
  guard(ctx, sql`exists (select from ${purchaseOrderLines} where ${linesOf(id)})`, {
    code: 'no_lines',
    message: 'A purchase order without lines cannot be ordered.',
    field: 'lines',
  })

/** What is ordered, and what the shop takes in beyond it; whole pieces. */
const receivable = sql`${purchaseOrderLines.quantity} + floor(${purchaseOrderLines.quantity} * (
  select ${tenants.over_receipt_pct} from ${tenants} where ${tenants.id} = ${purchaseOrderLines.tenant_id}) / 100)::int`

/** Days until the last of the lines is there; null where no lead time is known. */
const slowest = (id: number) => sql`(
  select max(coalesce(a.lead_time_days, s.lead_time_days))
  from purchase_order_lines l
  join purchase_orders o on o.id = l.purchase_order_id
  join suppliers s on s.id = o.supplier_id
  left join supplier_products a on a.supplier_id = o.supplier_id and a.product_id = l.product_id
  where l.purchase_order_id = ${id})`

export const cancelPurchaseOrder = write(
  {
    ...onPurchaseOrder,
    summary: 'Cancel purchase order',
    description: 'Before anything came in; after that, close it.',
  },
  async (ctx, { params: { id } }) => {
    const [, , , , order] = await Promise.all([
      mustBe(ctx, id, ['draft', 'ordered', 'partially_received'], {
        code: 'purchase_order_closed',
        message: 'A received or cancelled purchase order cannot be cancelled.',
      }),
      mustBe(ctx, id, ['draft', 'ordered'], {
        code: 'has_receipts',
        message: 'Goods came in already; close the purchase order instead.',
      }),
      // First the order: of one that is cancelled, the database does not follow the lines.
      update(ctx, purchaseOrders, id, { status: 'cancelled', cancelled_at: sql`app.now()` }),
      endLines(ctx, id),
      onePurchaseOrder(ctx, id),
    ])
    return order
  },
)

export const closePurchaseOrder = write(
  {
    ...onPurchaseOrder,
    summary: 'Close purchase order',
    description: 'What is outstanding will not come any more: the order counts as received.',
  },
  async (ctx, { params: { id } }) => {
    const [, , order] = await Promise.all([
      mustBe(ctx, id, ['partially_received'], {
        code: 'not_partially_received',
        message: 'Only a purchase order of which a part came in can be closed.',
      }),
      // The database makes the order received.
      endLines(ctx, id),
      onePurchaseOrder(ctx, id),
    ])
    return order
  },
)

const endLines = (ctx: Writing, id: number) =>
  updateWhere(ctx, purchaseOrderLines, and(linesOf(id), gt(outstanding, 0)), {
    cancelled_qty: sql`${purchaseOrderLines.cancelled_qty} + ${outstanding}`,
  })
