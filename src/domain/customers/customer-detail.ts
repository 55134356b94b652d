import { and, asc, desc, eq, inArray, notInArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy } from '../../db/rows.ts'
import { Id, id, instant, money } from '../../schema.ts'
import { read } from '../../verb.ts'
import { invoices } from '../sales/tables.ts'
import { workOrderStatuses, workOrders } from '../workshop/tables.ts'
import { Customer, oneCustomer } from './customers.ts'
import { customers, devices } from './tables.ts'

const CustomerDetail = Customer.extend({
  devices: z.array(
    z.object({
      id: id(),
      kind: z.string(),
      brand: z.string().nullable(),
      model: z.string().nullable(),
      serial_number: z.string().nullable(),
      imei: z.string().nullable(),
      license_plate: z.string().nullable(),
      tail_number: z.string().nullable(),
      hull_number: z.string().nullable(),
    }),
  ),
  open_work_orders: z.array(
    z.object({
      id: id(),
      ticket_no: z.string(),
      status: z.object({ slug: z.string(), label: z.string() }),
      device_brand: z.string().nullable(),
      device_model: z.string().nullable(),
      created_at: instant(),
    }),
  ),
  balance: money().describe('What is open on issued invoices, incl. VAT'),
})

const deviceRows = (ctx: Selecting) =>
  ctx.db.select().from(devices).$dynamic().orderBy(asc(devices.id))

const openWorkOrderRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: workOrders.id,
      ticket_no: workOrders.ticket_no,
      status: { slug: workOrderStatuses.slug, label: workOrderStatuses.label },
      device_brand: workOrders.device_brand,
      device_model: workOrders.device_model,
      created_at: workOrders.created_at,
    })
    .from(workOrders)
    .innerJoin(
      workOrderStatuses,
      and(
        eq(workOrderStatuses.slug, workOrders.status),
        inArray(workOrderStatuses.kind, ['open', 'waiting']),
      ),
    )
    .$dynamic()
    .orderBy(desc(workOrders.id))
    .limit(100)

/** Of issued invoices only. */
const balances = (ctx: Selecting) =>
  ctx.db
    .select({
      cents: sql<string>`coalesce(sum(${invoices.due_cents}) filter (where ${notInArray(invoices.status, ['draft', 'cancelled'])}), 0)`,
    })
    .from(invoices)

export const getCustomer = read(
  {
    summary: 'Get customer',
    description: 'With devices, open work orders and balance.',
    can: 'customers:read',
    params: Id,
    output: CustomerDetail,
    on: customers,
  },
  async (ctx, { params }) => {
    const [customer, theirDevices, openWorkOrders, [balance]] = await Promise.all([
      oneCustomer(ctx, params.id),
      rowsBy(ctx, deviceRows, devices.customer_id, params.id),
      rowsBy(ctx, openWorkOrderRows, workOrders.customer_id, params.id),
      rowsBy(ctx, balances, invoices.customer_id, params.id),
    ])
    return {
      ...customer,
      devices: theirDevices,
      open_work_orders: openWorkOrders,
      balance: Number(balance?.cents ?? 0),
    }
  },
)
