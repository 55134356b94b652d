import { eq, type SQL, sql } from 'drizzle-orm'
import type { PgSelect } from 'drizzle-orm/pg-core'
import type { Selecting } from '../../context.ts'
import { subquery } from '../../db/rows.ts'
import { products } from '../catalog/tables.ts'
import { customers } from '../customers/tables.ts'
import { licenses } from '../licensing/tables.ts'
import { payments } from '../payments/tables.ts'
import { priceAgreements } from '../pricing/tables.ts'
import { invoices, quotations } from '../sales/tables.ts'
import { shipments } from '../shipping/tables.ts'
import { tasks } from '../tasks/tables.ts'
import { webhookEndpoints } from '../webhooks/tables.ts'
import { workOrderStatuses, workOrders } from '../workshop/tables.ts'

/** An event, as far as people are told of it. */
export interface ToldEvent {
  id: number
  name: string
  /** The record, or the one that it is part of. */
  root: string
  root_id: number
  user_id: number | null
  at: string
  changes: Record<string, [before: unknown, after: unknown]>
}

/** What a field became by an event. */
export const after = ({ changes }: ToldEvent, field: string): unknown => changes[field]?.[1]

/** The record of an event: what the words are made of, and who has to do with it. */
export interface Subject {
  /** Its number or name: `WO-2026-0055`. */
  name: string | null
  customer: string | null
  amount_cents: number | null
  /** Until when it is due or holds, `YYYY-MM-DD`. */
  day: string | null
  /** A status, a device, a reason: whatever else is told. */
  detail: string | null
  /** Its employee. */
  assignee_id: number | null
  branch_id: number | null
}

const none: Subject = {
  name: null,
  customer: null,
  amount_cents: null,
  day: null,
  detail: null,
  assignee_id: null,
  branch_id: null,
}

type Select = (ctx: Selecting, event: ToldEvent) => PgSelect

/** How to look a record up, by its entity. */
const selects: Record<string, Select> = {
  work_order: ({ db }, event) =>
    db
      .select({
        name: workOrders.ticket_no,
        customer: customers.name,
        detail: event.name.endsWith('.status_changed') ? statusLabel(event) : device,
        assignee_id: workOrders.assigned_to,
        branch_id: workOrders.branch_id,
      })
      .from(workOrders)
      .innerJoin(customers, eq(customers.id, workOrders.customer_id))
      .where(eq(workOrders.id, event.root_id))
      .$dynamic(),

  quotation: ({ db }, { root_id }) =>
    db
      .select({
        name: quotations.quotation_number,
        customer: customers.name,
        amount_cents: quotations.total_cents,
        day: quotations.valid_until,
        detail: quotations.rejection_reason,
        branch_id: workOrders.branch_id,
      })
      .from(quotations)
      .innerJoin(customers, eq(customers.id, quotations.customer_id))
      .leftJoin(workOrders, eq(workOrders.id, quotations.work_order_id))
      .where(eq(quotations.id, root_id))
      .$dynamic(),

  invoice: ({ db }, { root_id, name }) =>
    db
      .select({
        name: invoices.invoice_number,
        customer: customers.name,
        amount_cents: name.endsWith('.paid') ? invoices.total_cents : invoices.due_cents,
        day: invoices.due_date,
        branch_id: invoices.branch_id,
      })
      .from(invoices)
      .innerJoin(customers, eq(customers.id, invoices.customer_id))
      .where(eq(invoices.id, root_id))
      .$dynamic(),

  payment: ({ db }, { root_id }) =>
    db
      .select({
        name: invoices.invoice_number,
        customer: customers.name,
        amount_cents: payments.amount_cents,
        detail: payments.failure,
        branch_id: invoices.branch_id,
      })
      .from(payments)
      .innerJoin(invoices, eq(invoices.id, payments.invoice_id))
      .innerJoin(customers, eq(customers.id, invoices.customer_id))
      .where(eq(payments.id, root_id))
      .$dynamic(),

  shipment: ({ db }, { root_id }) =>
    db
      .select({
        name: sql<string>`upper(${shipments.carrier})`,
        customer: sql<string>`case when ${shipments.is_return} then ${shipments.ship_from} else ${shipments.ship_to} end ->> 'name'`,
        detail: shipments.error,
        branch_id: workOrders.branch_id,
      })
      .from(shipments)
      .leftJoin(workOrders, eq(workOrders.id, shipments.work_order_id))
      .where(eq(shipments.id, root_id))
      .$dynamic(),

  task: ({ db }, { root_id }) =>
    db
      .select({
        name: tasks.title,
        customer: customers.name,
        day: tasks.due_date,
        detail: workOrders.ticket_no,
        assignee_id: tasks.assigned_to,
        branch_id: workOrders.branch_id,
      })
      .from(tasks)
      .leftJoin(workOrders, eq(workOrders.id, tasks.work_order_id))
      .leftJoin(customers, eq(customers.id, workOrders.customer_id))
      .where(eq(tasks.id, root_id))
      .$dynamic(),

  price_agreement: ({ db }, { root_id }) =>
    db
      .select({
        name: products.name,
        customer: customers.name,
        day: priceAgreements.valid_until,
      })
      .from(priceAgreements)
      .innerJoin(customers, eq(customers.id, priceAgreements.customer_id))
      .innerJoin(products, eq(products.id, priceAgreements.service_id))
      .where(eq(priceAgreements.id, root_id))
      .$dynamic(),

  product: ({ db }, { root_id }) =>
    db
      .select({ name: products.name, detail: sql<string>`stock_quantity::text` })
      .from(products)
      .where(eq(products.id, root_id))
      .$dynamic(),

  license: ({ db }, { root_id }) =>
    db
      .select({ name: licenses.tier, day: licenses.valid_until })
      .from(licenses)
      .where(eq(licenses.id, root_id))
      .$dynamic(),

  webhook_endpoint: ({ db }, { root_id }) =>
    db
      .select({ name: webhookEndpoints.url, detail: webhookEndpoints.disabled_reason })
      .from(webhookEndpoints)
      .where(eq(webhookEndpoints.id, root_id))
      .$dynamic(),
}

/** As the shop calls the status that it took; the work order may have gone on since. */
const statusLabel = (event: ToldEvent): SQL<string> =>
  subquery(sql`select ${workOrderStatuses.label} from ${workOrderStatuses}
    where ${workOrderStatuses.slug} = ${after(event, 'status')}`)

const device = sql<
  string | null
>`nullif(concat_ws(' ', ${workOrders.device_brand}, ${workOrders.device_model}), '')`

/** The record of an event as it is now; undefined when it is gone. */
export async function subjectOf(ctx: Selecting, event: ToldEvent): Promise<Subject | undefined> {
  const [row] = (await selects[event.root]?.(ctx, event)) ?? []
  return row && { ...none, ...(row as Partial<Subject>) }
}
