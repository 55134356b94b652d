import { and, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Writing } from '../../context.ts'
import { syncPage } from '../../db/pages.ts'
import {
  atShopTime,
  guard,
  insert,
  matching,
  mustExist,
  newId,
  onDays,
  remove,
  same,
  update,
} from '../../db/rows.ts'
import { invalid } from '../../refusal.ts'
import {
  day,
  Id,
  id,
  idText,
  moment,
  optionalText,
  Syncing,
  searchText,
  syncPageOf,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { customers, devices } from '../customers/tables.ts'
import { branches, employees } from '../staff/tables.ts'
import { priorities, workOrderStatuses, workOrders } from './tables.ts'
import { one, rows, shown, WorkOrder, WorkOrderRow } from './work-order.ts'
import { allowTransition, entering, statusSlug } from './work-order-status.ts'

const Draft = z.object({
  customer_id: id(),
  device_id: id()
    .nullable()
    .optional()
    .describe('A device of the customer; gives brand and model when they are absent'),
  device_brand: optionalText().meta({ examples: ['Apple'] }),
  device_model: optionalText().meta({ examples: ['iPhone 15 Pro'] }),
  category: optionalText(100)
    .describe('Kind of repair, in words of your own: a warranty policy may be for it')
    .meta({ examples: ['screen'] }),
  problem_description: optionalText(10_000).meta({ examples: ['Cracked screen'] }),
  priority: z.enum(priorities).optional(),
  assigned_to: id().nullable().optional().describe('Employee'),
  branch_id: id().nullable().optional(),
  sla_config_id: id()
    .nullable()
    .optional()
    .describe('The agreement that counts for it; by priority or kind of device when absent'),
  expected_ready_at: moment().nullable().optional(),
})

const Filters = Syncing.extend({
  status: statusSlug().optional(),
  customer_id: idText().optional(),
  assigned_to: idText().optional().describe('Employee'),
  device_id: idText().optional(),
  branch_id: idText().optional(),
  priority: z.enum(priorities).optional(),
  category: searchText().optional().describe('Exactly as it is written'),
  q: searchText().optional().describe('Ticket no, customer, device, serial number, plate'),
  from: day().optional().describe('Taken in on this day or later'),
  to: day().optional().describe('Taken in on this day or earlier'),
})

const matches = (query: z.output<typeof Filters>) =>
  and(
    same(workOrders.status, query.status),
    same(workOrders.customer_id, query.customer_id),
    same(workOrders.assigned_to, query.assigned_to),
    same(workOrders.device_id, query.device_id),
    same(workOrders.branch_id, query.branch_id),
    same(workOrders.priority, query.priority),
    same(workOrders.category, query.category),
    matching(workOrders.id, 'work_orders', query.q),
    onDays(workOrders.created_at, query),
  )

async function mustKnow(ctx: Reading, status: string | undefined) {
  if (status === undefined) return
  const known = await ctx.db
    .select({ id: workOrderStatuses.id })
    .from(workOrderStatuses)
    .where(eq(workOrderStatuses.slug, status))
  if (known.length === 0) throw invalid({ status: ['The selected status is invalid.'] })
}

export const listWorkOrders = read(
  {
    summary: 'List work orders',
    can: 'work_orders:read',
    module: 'work_orders',
    query: Filters,
    output: syncPageOf(WorkOrderRow),
  },
  async (ctx, { query }) => {
    const [list] = await Promise.all([
      syncPage(ctx, workOrders, query, matches(query), rows),
      mustKnow(ctx, query.status),
      mustExist(ctx, customers, query.customer_id),
      mustExist(ctx, employees, query.assigned_to),
      mustExist(ctx, devices, query.device_id),
      mustExist(ctx, branches, query.branch_id),
    ])
    return { ...list, data: list.data.map(shown) }
  },
)

type Given = Partial<z.output<typeof Draft>>

/** The columns of what a body gives; `present` are the values that stay where the device knows no better. */
function columnsOf<T extends Given>(
  draft: T,
  present: { device_brand: unknown; device_model: unknown },
) {
  const { device_id, expected_ready_at } = draft
  return {
    ...draft,
    ...(device_id && {
      device_brand: draft.device_brand ?? ofDevice('brand', device_id, present.device_brand),
      device_model: draft.device_model ?? ofDevice('model', device_id, present.device_model),
    }),
    expected_ready_at: expected_ready_at && atShopTime(expected_ready_at),
  }
}

const ofDevice = (column: 'brand' | 'model', device_id: number, otherwise: unknown) =>
  sql<string>`coalesce(
    (select ${devices[column]} from ${devices} where ${devices.id} = ${device_id}), ${otherwise})`

const deviceOfCustomer = (ctx: Writing, id: number | SQL<number>) =>
  guard(
    ctx,
    sql`not exists (select from ${workOrders} join ${devices} on ${devices.id} = ${workOrders.device_id}
      where ${workOrders.id} = ${id} and ${devices.customer_id} <> ${workOrders.customer_id})`,
    {
      code: 'device_of_other_customer',
      message: 'The selected device is of another customer.',
      field: 'device_id',
    },
  )

export const createWorkOrder = write(
  {
    summary: 'Create work order',
    can: 'work_orders:write',
    module: 'work_orders',
    body: Draft,
    output: WorkOrder,
    status: 201,
  },
  async (ctx, { body }) => {
    const none = { device_brand: null, device_model: null }
    const [, , order] = await Promise.all([
      insert(ctx, workOrders, columnsOf(body, none)),
      body.device_id && deviceOfCustomer(ctx, newId(workOrders)),
      one(ctx, newId(workOrders)),
    ])
    return order
  },
)

export const getWorkOrder = read(
  {
    summary: 'Get work order',
    can: 'work_orders:read',
    module: 'work_orders',
    params: Id,
    output: WorkOrder,
    on: workOrders,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateWorkOrder = write(
  {
    summary: 'Update work order',
    description: 'A `status` follows the rules of a change of status.',
    can: 'work_orders:write',
    module: 'work_orders',
    params: Id,
    body: Draft.extend({ status: statusSlug() }).partial(),
    output: WorkOrder,
    on: workOrders,
  },
  async (ctx, { params: { id }, body: { status, ...draft } }) => {
    const [, , , order] = await Promise.all([
      status && allowTransition(ctx, id, status),
      update(ctx, workOrders, id, {
        ...columnsOf(draft, workOrders),
        ...(status && entering(status)),
      }),
      (draft.device_id || draft.customer_id) && deviceOfCustomer(ctx, id),
      one(ctx, id),
    ])
    return order
  },
)

export const deleteWorkOrder = write(
  {
    summary: 'Delete work order',
    description:
      'With its lines and notes; refused while an invoice, a quotation, a file or a warranty claim is on it.',
    can: 'work_orders:write',
    module: 'work_orders',
    params: Id,
    on: workOrders,
  },
  async (ctx, { params }) => {
    await remove(ctx, workOrders, params.id)
  },
)
