import { asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { Id, id, instant, Stamps } from '../../schema.ts'
import { products } from '../catalog/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { bins, pickListLines, pickListStatuses, pickLists, warehouses } from './tables.ts'

/** A pick list in a list. */
export const PickList = z.object({
  id: id(),
  pick_list_number: z.string().meta({ examples: ['PL-2026-0001'] }),
  status: z.enum(pickListStatuses),
  work_order_id: id(),
  work_order: z.object({
    id: id(),
    ticket_no: z.string().meta({ examples: ['WO-2026-0101'] }),
  }),
  completed_at: instant().nullable(),
  cancelled_at: instant().nullable(),
  ...Stamps,
})

const Line = z.object({
  id: id(),
  product_id: id(),
  name: z.string().meta({ examples: ['iPhone 15 Screen'] }),
  sku: z
    .string()
    .nullable()
    .meta({ examples: ['SCR-IP15-BLK'] }),
  work_order_line_id: id().nullable().describe('null once that line is gone'),
  quantity: z.int().meta({ examples: [2] }),
  picked_qty: z.int().meta({ examples: [0] }),
  returned_qty: z
    .int()
    .describe('Of what was picked: what came back')
    .meta({ examples: [0] }),
  reserved_qty: z
    .int()
    .describe('Held for it out of the stock')
    .meta({ examples: [2] }),
  short_qty: z
    .int()
    .describe('What nothing is held for; goods that come in are')
    .meta({ examples: [0] }),
  bin_id: id().nullable().describe('Where to take it from; null when it stands nowhere'),
  bin: z
    .string()
    .nullable()
    .meta({ examples: ['A-01-02'] }),
  warehouse: z
    .string()
    .nullable()
    .meta({ examples: ['Warehouse'] }),
})

/** A pick list with its lines as people walk. */
export const PickListDetail = PickList.extend({ lines: z.array(Line) })

/** What every verb that changes one pick list has in common. */
export const picking = {
  can: 'stock:write',
  module: 'warehouse',
  params: Id,
  output: PickListDetail,
  on: pickLists,
} as const

/** Pick lists as `PickList` has them. */
export const pickListRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: pickLists.id,
      pick_list_number: pickLists.pick_list_number,
      status: pickLists.status,
      work_order_id: pickLists.work_order_id,
      work_order: { id: workOrders.id, ticket_no: workOrders.ticket_no },
      completed_at: pickLists.completed_at,
      cancelled_at: pickLists.cancelled_at,
      created_at: pickLists.created_at,
      updated_at: pickLists.updated_at,
    })
    .from(pickLists)
    .innerJoin(workOrders, eq(workOrders.id, pickLists.work_order_id))

/** A list that has ended lacks nothing. */
const short = subquery(sql`
  select case when ${pickLists.status} in ('open', 'in_progress')
    then ${pickListLines.quantity} - ${pickListLines.picked_qty} - ${pickListLines.reserved_qty} else 0 end
  from ${pickLists} where ${pickLists.id} = ${pickListLines.pick_list_id}`).mapWith(Number)

/** In the order of app.take_stock: the branch's own warehouses, by code, and last what was not put away. */
const lineRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: pickListLines.id,
      product_id: pickListLines.product_id,
      name: products.name,
      sku: products.sku,
      work_order_line_id: pickListLines.work_order_line_id,
      quantity: pickListLines.quantity,
      picked_qty: pickListLines.picked_qty,
      returned_qty: pickListLines.returned_qty,
      reserved_qty: pickListLines.reserved_qty,
      short_qty: short,
      bin_id: pickListLines.bin_id,
      bin: bins.code,
      warehouse: warehouses.name,
    })
    .from(pickListLines)
    .innerJoin(products, eq(products.id, pickListLines.product_id))
    .leftJoin(bins, eq(bins.id, pickListLines.bin_id))
    .leftJoin(warehouses, eq(warehouses.id, bins.warehouse_id))
    .orderBy(
      isNull(bins.id),
      sql`(${warehouses.branch_id} = app.branch_of_pick_list(${pickListLines.pick_list_id})) is not true`,
      sql`${bins.kind} = 'receiving'`,
      asc(bins.code),
      asc(bins.id),
      asc(pickListLines.id),
    )
    .$dynamic()

/** One pick list as answered, by id or by a subquery for it; its two statements start at once. */
export async function onePickList(ctx: Selecting, id: number | SQL<number>) {
  const [[list], lines] = await Promise.all([
    rowsBy(ctx, pickListRows, pickLists.id, id),
    rowsBy(ctx, lineRows, pickListLines.pick_list_id, id),
  ])
  return { ...found(list), lines }
}
