/** Column → value before and after, as the history keeps it. */
export type Changes = Record<string, [unknown, unknown]>

/** A change as the history keeps it, with what it needs from elsewhere to be told. */
export interface Told {
  name: string
  changes: Changes
  /** What the line that changed is called. */
  line: string | null
  /** What people call a value: a status' label, an engineer's name, a moment in the shop's zone. */
  label(column: string, value: unknown): string
}

/** What happened, for people. */
export function sentence({ name, changes, line, label }: Told): string {
  const was = (column: string) => label(column, changes[column]?.[0])
  const is = (column: string) => label(column, changes[column]?.[1])
  switch (name) {
    case 'work_order.created':
      return 'warranty_of_id' in changes
        ? `Work order ${is('ticket_no')} created under warranty of ${is('warranty_of_id')}`
        : `Work order ${is('ticket_no')} created`
    case 'work_order.status_changed':
      return `Status changed from ${was('status')} to ${is('status')}`
    case 'work_order.assigned':
      return `Assigned to ${is('assigned_to')}`
    case 'work_order.completed':
      return 'Work order completed'
    case 'work_order_note.created':
      return is('note')
    case 'work_order_line.created':
      return `Line added: ${is('description')}`
    case 'work_order_line.updated':
      return `Line changed: ${line}. ${fields(changes, label)}`
    case 'work_order_line.deleted':
      return `Line removed: ${was('description')}`
    case 'attachment.created':
      return `File added: ${is('filename')}`
    case 'attachment.deleted':
      return `File removed: ${was('filename')}`
    case 'work_order.label_created':
      return `${is('carrier')} ${is('label')} created: ${is('tracking_code')}`
    case 'work_order.label_voided':
      return `${is('carrier')} ${is('label')} voided: ${is('tracking_code')}`
    case 'work_order.parcel_delivered':
      return `Parcel delivered by ${is('carrier')}: ${is('tracking_code')}`
    case 'work_order.parts_arrived':
      return `Parts arrived: ${is('parts')}`
    case 'work_order.parts_picked':
      return `Parts picked: ${is('pick_list_number')}`
    case 'work_order.parts_returned':
      return `Part returned to stock: ${is('quantity')} × ${is('part')} (${is('pick_list_number')})`
    case 'warranty_claim.created':
      return `Warranty claimed: ${is('description')}`
    case 'warranty_claim.updated':
      return 'Warranty claim changed'
    case 'warranty_claim.deleted':
      return `Warranty claim removed: ${was('description')}`
    case 'warranty_claim.approved':
      return `Warranty claim approved: ${is('warranty_work_order_id')}`
    case 'warranty_claim.rejected':
      return `Warranty claim rejected: ${is('reason')}`
    default:
      return fields(changes, label)
  }
}

/** Follows from others: the sum of a line from its quantity and price, completion from the status. */
const derived = new Set(['total_excl_cents', 'completed_at'])

const titles: Record<string, string> = {
  assigned_to: 'Engineer',
  product_id: 'Product',
  sla_config_id: 'SLA',
  vat_rate: 'VAT rate',
}

function fields(changes: Changes, label: Told['label']): string {
  return Object.entries(changes)
    .filter(([column]) => !derived.has(column))
    .map(([column, [before, after]]) => {
      const title = titles[column] ?? titleOf(column)
      if (before === null) return `${title} set to ${label(column, after)}`
      if (after === null) return `${title} removed, was ${label(column, before)}`
      return `${title} changed from ${label(column, before)} to ${label(column, after)}`
    })
    .join('; ')
}

const titleOf = (column: string) => capitalised(column.replace(/_id$/, '').replaceAll('_', ' '))

export const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
