import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { emailOfNow } from '../customers/email-of-now.ts'
import {
  companies,
  customers,
  customerTags,
  deviceKinds,
  devices,
  tags,
} from '../customers/tables.ts'
import { users } from '../identity/tables.ts'
import { branches, employees } from '../staff/tables.ts'
import { taskStatuses, tasks } from '../tasks/tables.ts'
import { priorities, workOrderNotes, workOrderStatuses, workOrders } from '../workshop/tables.ts'
import {
  amount,
  boolean,
  date,
  type Field,
  type Fields,
  idOf,
  list,
  number,
  oneOf,
  string,
  timestamp,
} from './fields.ts'

/** What may belong to a record, and what actions are done to: ids. `assignee` is a user. */
export const links = ['work_order', 'customer', 'assignee'] as const
export type Link = (typeof links)[number]

/** Where the record of a trigger is read, with what belongs to it. */
export interface Source {
  /** Its kind, as events name it. */
  entity: string
  from: SQL
  id: PgColumn
  fields: Fields
  links: Partial<Record<Link, PgColumn>>
}

/** Whole days since a moment, by the calendar of the shop. */
const daysSince = (moment: SQL | PgColumn) =>
  sql`app.today() - (${moment} at time zone app.zone())::date`

export const customerFields: Fields = {
  customer_id: idOf(customers.id, customers.id),
  customer_name: string(customers.name),
  customer_first_name: string(customers.first_name),
  customer_email: string(emailOfNow),
  customer_phone: string(customers.phone),
  customer_city: string(customers.city),
  customer_is_business: boolean(customers.is_business),
  customer_company: string(companies.name),
  customer_tags: list(sql`(select jsonb_agg(${tags.name} order by ${tags.name})
    from ${customerTags} join ${tags} on ${tags.id} = ${customerTags.tag_id}
    where ${customerTags.customer_id} = ${customers.id})`),
}

/** Follows a table that has a `customer_id`. */
export const joinCustomer = (customer_id: PgColumn) => sql`
  left join ${customers} on ${customers.id} = ${customer_id}
  left join ${companies} on ${companies.id} = ${customers.company_id}`

const status: Field = {
  type: 'enum',
  value: workOrders.status,
  names: workOrderStatuses.slug,
  shown: 'status_label',
}

const workOrderFields: Fields = {
  ticket_no: string(workOrders.ticket_no),
  status,
  status_label: string(workOrderStatuses.label),
  priority: oneOf(workOrders.priority, priorities),
  problem_description: string(workOrders.problem_description),
  device: string(
    sql`nullif(concat_ws(' ', ${workOrders.device_brand}, ${workOrders.device_model}), '')`,
  ),
  device_id: idOf(workOrders.device_id, devices.id),
  device_brand: string(workOrders.device_brand),
  device_model: string(workOrders.device_model),
  device_kind: oneOf(devices.kind, deviceKinds),
  serial_number: string(devices.serial_number),
  assigned_to: idOf(workOrders.assigned_to, employees.id),
  assignee: string(employees.name),
  branch_id: idOf(workOrders.branch_id, branches.id),
  branch: string(branches.name),
  subtotal:
    amount(sql`(select round(coalesce(sum((part ->> 'total_excl_cents')::numeric), 0) / 100, 2)
    from jsonb_array_elements(${workOrders.line_sums}) part)`),
  idle_days: number(daysSince(workOrders.idle_since)),
  expected_ready_at: timestamp(workOrders.expected_ready_at),
  completed_at: timestamp(workOrders.completed_at),
  status_changed_at: timestamp(workOrders.status_changed_at),
  created_at: timestamp(workOrders.created_at),
  updated_at: timestamp(workOrders.updated_at),
  ...customerFields,
}

/** Follows a table that has a `work_order_id`, or is the work orders' own. */
const joinAround = sql`
  left join ${workOrderStatuses} on ${workOrderStatuses.slug} = ${workOrders.status}
  left join ${devices} on ${devices.id} = ${workOrders.device_id}
  left join ${branches} on ${branches.id} = ${workOrders.branch_id}
  ${joinCustomer(workOrders.customer_id)}`

export const workOrder: Source = {
  entity: 'work_order',
  from: sql`${workOrders} ${joinAround}
    left join ${employees} on ${employees.id} = ${workOrders.assigned_to}`,
  id: workOrders.id,
  fields: workOrderFields,
  links: {
    work_order: workOrders.id,
    customer: workOrders.customer_id,
    assignee: employees.user_id,
  },
}

/** Days that a work order lies ready; null in any other status. */
export const daysReady = number(
  sql`case when ${workOrders.status} = 'ready' then ${daysSince(workOrders.status_changed_at)} end`,
)

export const note: Source = {
  ...workOrder,
  entity: 'work_order_note',
  from: sql`${workOrderNotes} join ${workOrders} on ${workOrders.id} = ${workOrderNotes.work_order_id}
    ${joinAround} left join ${employees} on ${employees.id} = ${workOrders.assigned_to}
    left join ${users} on ${users.id} = ${workOrderNotes.user_id}`,
  id: workOrderNotes.id,
  fields: {
    note: string(workOrderNotes.note),
    is_internal: boolean(workOrderNotes.is_internal),
    author: string(users.name),
    ...workOrderFields,
  },
}

export const task: Source = {
  entity: 'task',
  from: sql`${tasks} left join ${workOrders} on ${workOrders.id} = ${tasks.work_order_id}
    ${joinAround} left join ${employees} on ${employees.id} = ${tasks.assigned_to}`,
  id: tasks.id,
  fields: {
    title: string(tasks.title),
    description: string(tasks.description),
    status: oneOf(tasks.status, taskStatuses),
    due_date: date(tasks.due_date),
    assigned_to: idOf(tasks.assigned_to, employees.id),
    assignee: string(employees.name),
    work_order_id: idOf(tasks.work_order_id, workOrders.id),
    ticket_no: string(workOrders.ticket_no),
    completed_at: timestamp(tasks.completed_at),
    created_at: timestamp(tasks.created_at),
    ...customerFields,
  },
  links: {
    work_order: tasks.work_order_id,
    customer: workOrders.customer_id,
    assignee: employees.user_id,
  },
}

export const customer: Source = {
  entity: 'customer',
  from: sql`${customers} left join ${companies} on ${companies.id} = ${customers.company_id}`,
  id: customers.id,
  fields: { ...customerFields, created_at: timestamp(customers.created_at) },
  links: { customer: customers.id },
}

export const device: Source = {
  entity: 'device',
  from: sql`${devices} ${joinCustomer(devices.customer_id)}`,
  id: devices.id,
  fields: {
    kind: oneOf(devices.kind, deviceKinds),
    brand: string(devices.brand),
    model: string(devices.model),
    serial_number: string(devices.serial_number),
    license_plate: string(devices.license_plate),
    tail_number: string(devices.tail_number),
    hull_number: string(devices.hull_number),
    created_at: timestamp(devices.created_at),
    ...customerFields,
  },
  links: { customer: devices.customer_id },
}
