import { and, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import { page } from '../../db/pages.ts'
import { mustExist, newId, same } from '../../db/rows.ts'
import { Id, id, idText, Paging, pageOf } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { ofBranch } from '../staff/of-branch.ts'
import { branches } from '../staff/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { onePickList, PickList, PickListDetail, picking, pickListRows } from './pick-list-record.ts'
import { pickListLines, pickListStatuses, pickLists } from './tables.ts'

const Filters = Paging.extend({
  status: z.enum(pickListStatuses).optional(),
  work_order_id: idText().optional(),
  product_id: idText().optional().describe('Only lists with this product'),
  branch_id: idText().optional().describe('Only lists for work orders of this branch'),
})

export const listPickLists = read(
  {
    summary: 'List pick lists',
    can: 'stock:read',
    module: 'warehouse',
    query: Filters,
    output: pageOf(PickList),
  },
  async (ctx, { query }) => {
    const { status, work_order_id, product_id, branch_id } = query
    const where = and(
      same(pickLists.status, status),
      same(pickLists.work_order_id, work_order_id),
      product_id === undefined
        ? undefined
        : inArray(
            pickLists.id,
            ctx.db
              .select({ id: pickListLines.pick_list_id })
              .from(pickListLines)
              .where(eq(pickListLines.product_id, product_id)),
          ),
      ofBranch(pickLists.work_order_id, workOrders, branch_id),
    )
    const [, , , list] = await Promise.all([
      mustExist(ctx, workOrders, work_order_id),
      mustExist(ctx, products, product_id),
      mustExist(ctx, branches, branch_id),
      page(ctx, pickLists, query, where, pickListRows),
    ])
    return list
  },
)

export const getPickList = read(
  {
    summary: 'Get pick list',
    description: 'With its lines in the order in which people walk past the bins.',
    can: 'stock:read',
    module: 'warehouse',
    params: Id,
    output: PickListDetail,
    on: pickLists,
  },
  (ctx, { params }) => onePickList(ctx, params.id),
)

export const makePickList = write(
  {
    summary: 'Generate pick list from work order',
    description:
      'Of the parts that the work order still needs. What is free in stock is held for it from now on; the rest ' +
      'is as soon as it comes in. While the list is open it follows the lines of its work order.',
    can: 'stock:write',
    module: 'warehouse',
    body: z.object({ work_order_id: id() }),
    output: PickListDetail,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, list] = await Promise.all([
      ctx.db.execute(sql`select app.make_pick_list(${body.work_order_id})`),
      onePickList(ctx, newId(pickLists)),
    ])
    return list
  },
)

export const cancelPickList = write(
  {
    ...picking,
    summary: 'Cancel pick list',
    description: 'Lets go of what it holds. Refused while picked parts did not come back.',
    body: z.object({
      return: z.boolean().optional().describe('Puts back what was picked; false when absent'),
      bin_id: id().optional().describe('Where to; the bins they came from when absent'),
    }),
  },
  async (ctx, { params, body }) => {
    const [, list] = await Promise.all([
      ctx.db.execute(
        sql`select app.cancel_pick_list(${params.id}, ${body.return ?? false}, ${body.bin_id ?? null})`,
      ),
      onePickList(ctx, params.id),
    ])
    return list
  },
)
