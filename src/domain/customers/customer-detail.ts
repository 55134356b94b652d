import { and, asc, desc, eq, inArray, notInArray, sql } from 'drizzle-orm'
import * as z from 'zod'
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
      ctx.db
        .select()
        .from(devices)
        .where(eq(devices.customer_id, params.id))
        .orderBy(asc(devices.id)),
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
        .innerJoin(workOrderStatuses, eq(workOrderStatuses.slug, workOrders.status))
        .where(
          and(
            eq(workOrders.customer_id, params.id),
            inArray(workOrderStatuses.kind, ['open', 'waiting']),
          ),
        )
        .orderBy(desc(workOrders.id))
        .limit(100),
      ctx.db
        .select({ cents: sql<string>`coalesce(sum(${invoices.due_cents}), 0)` })
        .from(invoices)
        .where(
          and(
            eq(invoices.customer_id, params.id),
            notInArray(invoices.status, ['draft', 'cancelled']),
          ),
        ),
    ])
    return {
      ...customer,
      devices: theirDevices,
      open_work_orders: openWorkOrders,
      balance: Number(balance?.cents ?? 0),
    }
  },
)
