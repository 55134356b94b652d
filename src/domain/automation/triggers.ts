import { sql } from 'drizzle-orm'
import { slaKinds } from '../sla/tables.ts'
import { type Field, type Fields, number, oneOf, string, timestamp, told } from './fields.ts'
import { agreement, invoice, payment, product, quotation } from './sales-sources.ts'
import { customer, daysReady, device, note, type Source, task, workOrder } from './sources.ts'

/** A rule about time reacts when so many days have gone by. */
export interface Line {
  /** The field of days; a condition on it says how many. */
  field: string
  /** How many when no condition says; as app.line_of in SQL. */
  usual_days: number
}

/** What starts a rule. */
export interface Trigger {
  label: string
  /** The records that it is about; null for the schedule, which is about none. */
  source: Source | null
  fields: Fields
  /** Fields whose change it tells, so that a rule can ask what they were. */
  tells: readonly string[]
  line?: Line
}

const when = (label: string, source: Source, tells: readonly string[] = []): Trigger => ({
  label,
  source,
  fields: source.fields,
  tells,
})

/** What an event about a deadline says of it. */
const ofDeadline: Fields = {
  sla_kind: told('kind', (value) => oneOf(value, slaKinds)),
  sla_config: told('sla_config', string),
  sla_due_at: told('due_at', timestamp),
}

const onDeadline = (label: string): Trigger => ({
  ...when(label, workOrder),
  fields: { ...workOrder.fields, ...ofDeadline },
})

/** A rule about time; the field of its line may be one of its own. */
function over(label: string, source: Source, line: Line, own?: Field): Trigger {
  const fields = own ? { ...source.fields, [line.field]: own } : source.fields
  return { label, source, fields, tells: [], line }
}

const changedWorkOrder = [
  'priority',
  'problem_description',
  'device_id',
  'device_brand',
  'device_model',
  'branch_id',
  'expected_ready_at',
]

/** The events that a shop automates, by their names, and the times. */
export const triggers = {
  'work_order.created': when('Work order created', workOrder),
  'work_order.updated': when('Work order changed', workOrder, changedWorkOrder),
  'work_order.status_changed': when('Status of a work order changed', workOrder, ['status']),
  'work_order.assigned': when('Work order assigned', workOrder, ['assigned_to']),
  'work_order.completed': when('Work order completed', workOrder),
  'work_order_note.created': when('Note added to a work order', note),
  'sla.warned': onDeadline('Deadline of a work order comes near'),
  'sla.breached': onDeadline('Deadline of a work order missed'),
  'quotation.created': when('Quotation created', quotation),
  'quotation.sent': when('Quotation sent', quotation),
  'quotation.accepted': when('Quotation accepted', quotation),
  'quotation.rejected': when('Quotation rejected', quotation),
  'quotation.expired': when('Quotation expired', quotation),
  'invoice.created': when('Invoice created', invoice),
  'invoice.updated': when('Invoice changed', invoice, ['status', 'due_date', 'branch_id']),
  'invoice.issued': when('Invoice issued', invoice),
  'invoice.sent': when('Invoice sent', invoice),
  'invoice.paid': when('Invoice paid', invoice),
  'invoice.overdue': when('Invoice overdue', invoice),
  'invoice.cancelled': when('Invoice cancelled', invoice),
  'payment.created': when('Payment recorded or asked for', payment),
  'payment.paid': when('Payment received through a provider', payment),
  'payment.failed': when('Payment failed', payment),
  'payment.refunded': when('Payment refunded', payment),
  'customer.created': when('Customer created', customer),
  'customer.updated': when('Customer changed', customer),
  'device.created': when('Device registered', device),
  'device.updated': when('Device changed', device, ['brand', 'model', 'serial_number']),
  'task.created': when('Task created', task),
  'task.updated': when('Task changed', task, ['status', 'due_date', 'title']),
  'task.assigned': when('Task assigned', task, ['assigned_to']),
  'task.due': when('Task due today', task),
  'task.reminded': when('Task reminder', task),
  'task.completed': when('Task completed', task),
  'price_agreement.created': when('Price agreement created', agreement),
  'price_agreement.activated': when('Price agreement activated', agreement),
  'price_agreement.signed': when('Price agreement signed', agreement),
  'price_agreement.expired': when('Price agreement expired', agreement),
  'product.created': when('Product created', product),
  'product.low_stock': when('Stock fell below the minimum', product),
  low_stock: when('Stock fell below the minimum', product),
  wo_idle: over('Nothing happened to a work order for some days', workOrder, {
    field: 'idle_days',
    usual_days: 7,
  }),
  pickup_reminder: over(
    'A work order lies ready for some days',
    workOrder,
    { field: 'days_ready', usual_days: 3 },
    daysReady,
  ),
  invoice_overdue: over('An invoice is overdue for some days', invoice, {
    field: 'days_overdue',
    usual_days: 1,
  }),
  schedule: {
    label: 'At certain hours',
    source: null,
    fields: {
      hour: number(sql`null`),
      weekday: number(sql`null`),
      day_of_month: number(sql`null`),
    },
    tells: [],
  },
} satisfies Record<string, Trigger>

export type TriggerKey = keyof typeof triggers
export const triggerKeys = Object.keys(triggers) as [TriggerKey, ...TriggerKey[]]

export const triggerOf = (key: string): Trigger | undefined =>
  Object.hasOwn(triggers, key) ? triggers[key as TriggerKey] : undefined
