import { eq, type SQL, sql } from 'drizzle-orm'
import type { PgSelect } from 'drizzle-orm/pg-core'
import type { Selecting } from '../../context.ts'
import { subquery } from '../../db/rows.ts'
import { documentSyncs } from '../bookkeeping/tables.ts'
import { products } from '../catalog/tables.ts'
import { customers } from '../customers/tables.ts'
import type { Happening } from '../engine/reaction.ts'
import { tenants } from '../identity/tables.ts'
import { leaveRequests } from '../leave/tables.ts'
import { licenses } from '../licensing/tables.ts'
import { emailMessages, emailThreads } from '../mail/tables.ts'
import { payments } from '../payments/tables.ts'
import { priceAgreements } from '../pricing/tables.ts'
import { invoices, quotations } from '../sales/tables.ts'
import { shipments } from '../shipping/tables.ts'
import { smsMessages } from '../sms/tables.ts'
import { employees } from '../staff/tables.ts'
import { tasks } from '../tasks/tables.ts'
import { calls } from '../telephony/tables.ts'
import { webhookEndpoints } from '../webhooks/tables.ts'
import { workOrderStatuses, workOrders } from '../workshop/tables.ts'

/** What a field became by an event. */
export const after = ({ changes }: Happening, field: string): unknown => changes[field]?.[1]

/** The record of an event: what the words are made of, and who has to do with it. */
export interface Subject {
  /** Its number or name: `WO-2026-0055`. */
  name: string | null
  customer: string | null
  amount_cents: number | null
  /** Until when it is due or holds, `YYYY-MM-DD`. */
  day: string | null
  /** The last of its days, `YYYY-MM-DD`. */
  until: string | null
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
  until: null,
  detail: null,
  assignee_id: null,
  branch_id: null,
}

type Select = (ctx: Selecting, event: Happening) => PgSelect

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
        branch_id: quotations.branch_id,
      })
      .from(quotations)
      .innerJoin(customers, eq(customers.id, quotations.customer_id))
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

  leave_request: ({ db }, { root_id }) =>
    db
      .select({
        name: employees.name,
        day: leaveRequests.start_date,
        until: leaveRequests.end_date,
        detail: leaveRequests.reason,
        assignee_id: leaveRequests.employee_id,
        branch_id: employees.branch_id,
      })
      .from(leaveRequests)
      .innerJoin(employees, eq(employees.id, leaveRequests.employee_id))
      .where(eq(leaveRequests.id, root_id))
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

  call: ({ db }, { root_id }) =>
    db
      .select({
        name: subquery<string | null>(sql`select coalesce((
          select ${customers.name} from ${customers} where ${customers.phone_e164} = ${calls.phone}
          order by ${customers.id} desc limit 1), nullif(${calls.caller}, 'anonymous'))`),
        detail: subquery<string>(sql`select concat_ws(', ', ${calls.phone},
          to_char(${calls.started_at} at time zone ${tenants.timezone}, 'HH24:MI'))`),
        assignee_id: subquery<number | null>(sql`select max(${employees.id}) from ${employees}
          where ${employees.user_id} = ${calls.user_id}`).mapWith(Number),
      })
      .from(calls)
      .innerJoin(tenants, eq(tenants.id, calls.tenant_id))
      .where(eq(calls.id, root_id))
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

  sms_message: ({ db }, { root_id }) =>
    db
      .select({ name: smsMessages.phone, customer: customers.name, detail: smsMessages.body })
      .from(smsMessages)
      .leftJoin(customers, eq(customers.id, smsMessages.customer_id))
      .where(eq(smsMessages.id, root_id))
      .$dynamic(),

  email_message: ({ db }, { root_id }) =>
    db
      .select({
        name: emailMessages.subject,
        customer: sql<string>`coalesce(${customers.name}, ${emailMessages.from_name}, ${emailMessages.from_address})`,
      })
      .from(emailMessages)
      .innerJoin(emailThreads, eq(emailThreads.id, emailMessages.thread_id))
      .leftJoin(customers, eq(customers.id, emailThreads.customer_id))
      .where(eq(emailMessages.id, root_id))
      .$dynamic(),

  webhook_endpoint: ({ db }, { root_id }) =>
    db
      .select({ name: webhookEndpoints.url, detail: webhookEndpoints.disabled_reason })
      .from(webhookEndpoints)
      .where(eq(webhookEndpoints.id, root_id))
      .$dynamic(),

  document_sync: ({ db }, { root_id }) =>
    db
      .select({ name: documentSyncs.reference, detail: documentSyncs.failure })
      .from(documentSyncs)
      .where(eq(documentSyncs.id, root_id))
      .$dynamic(),
}

/** As the shop calls the status that it took; the work order may have gone on since. */
const statusLabel = (event: Happening): SQL<string> =>
  subquery(sql`select ${workOrderStatuses.label} from ${workOrderStatuses}
    where ${workOrderStatuses.slug} = ${after(event, 'status')}`)

const device = sql<
  string | null
>`nullif(concat_ws(' ', ${workOrders.device_brand}, ${workOrders.device_model}), '')`

/** The record of an event as it is now; undefined when it is gone. */
export async function subjectOf(ctx: Selecting, event: Happening): Promise<Subject | undefined> {
  const [row] = (await selects[event.root]?.(ctx, event)) ?? []
  return row && { ...none, ...(row as Partial<Subject>) }
}
