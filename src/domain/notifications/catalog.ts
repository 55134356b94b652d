import type { shopRoles } from '../identity/permissions.ts'
import type { channels, notificationTypes } from './tables.ts'

export type Channel = (typeof channels)[number]
type Role = (typeof shopRoles)[number]

/** A kind of thing that people are told of, each where he likes. */
interface Kind {
  label: string
  /** Names of `events`; none for what is told on other grounds. */
  events: readonly string[]
  /** Whose work or task it is, is told. */
  to_assignee?: true
  /** Who got it by the event, and still has it, is told. */
  to_new_assignee?: true
  /** Who made the record is told. */
  to_maker?: true
  /** Who made what is nobody's own is told. */
  to_maker_of_nobodys?: true
  /** These are told: those of the record's branch, and those who belong to none. */
  to_roles?: readonly Role[]
  /** These are told of what is nobody's own. */
  to_roles_of_nobody?: readonly Role[]
  /** Where nobody said otherwise; in the app when absent. */
  channels?: readonly Channel[]
}

const chiefs = ['admin', 'manager'] as const
const counter = [...chiefs, 'frontdesk'] as const
const office = [...chiefs, 'accountant'] as const

/**
 * Group of the preferences → key → kind. Nobody is told of his own doing, nor of a record that his role may
 * not read. Of two kinds that stand for one event, a person is told by the first that is for him.
 */
const catalog = {
  work_orders: {
    wo_status_changed: {
      label: 'Status changed',
      events: ['work_order.status_changed'],
      to_assignee: true,
      channels: ['in_app', 'email'],
    },
    wo_assigned: {
      label: 'Engineer assigned',
      events: ['work_order.assigned', 'work_order.created'],
      to_new_assignee: true,
    },
    wo_created: {
      label: 'Work order created',
      events: ['work_order.created'],
      to_roles: counter,
    },
    wo_completed: {
      label: 'Work order completed',
      events: ['work_order.completed'],
      to_roles: counter,
    },
    wo_note_added: {
      label: 'Note added',
      events: ['work_order_note.created'],
      to_assignee: true,
    },
    wo_parts_arrived: {
      label: 'Parts arrived',
      events: ['work_order.parts_arrived'],
      to_assignee: true,
      to_roles_of_nobody: counter,
      channels: ['in_app', 'push'],
    },
    warranty_claimed: {
      label: 'Warranty claimed',
      events: ['warranty_claim.created'],
      to_roles: counter,
    },
    label_failed: {
      label: 'Shipping label failed',
      events: ['shipment.failed'],
      to_maker: true,
      to_roles: chiefs,
      channels: ['in_app', 'email'],
    },
  },
  invoices: {
    invoice_overdue: {
      label: 'Invoice overdue',
      events: ['invoice.overdue'],
      to_roles: office,
      channels: ['in_app', 'email', 'push'],
    },
    invoice_paid: { label: 'Invoice paid', events: ['invoice.paid'], to_roles: office },
    payment_failed: {
      label: 'Payment failed',
      events: ['payment.failed'],
      to_roles: [...counter, 'accountant'],
      channels: ['in_app', 'email'],
    },
  },
  tasks: {
    task_assigned: {
      label: 'Task assigned',
      events: ['task.assigned', 'task.created'],
      to_new_assignee: true,
    },
    task_completed: { label: 'Task completed', events: ['task.completed'], to_maker: true },
    task_due: {
      label: 'Task due',
      events: ['task.due'],
      to_assignee: true,
      channels: ['in_app', 'push'],
    },
    task_reminder: {
      label: 'Task reminder',
      events: ['task.reminded'],
      to_assignee: true,
      to_maker_of_nobodys: true,
      channels: ['in_app', 'push'],
    },
  },
  sla: {
    sla_warning: {
      label: 'Deadline near',
      events: ['sla.warned'],
      to_assignee: true,
      to_roles: chiefs,
      channels: ['in_app', 'push'],
    },
    sla_breached: {
      label: 'Deadline missed',
      events: ['sla.breached'],
      to_assignee: true,
      to_roles: chiefs,
      channels: ['in_app', 'email', 'push'],
    },
  },
  customers: {
    email_received: {
      label: 'E-mail received',
      events: ['email_message.received'],
      to_roles: counter,
    },
    quotation_accepted: {
      label: 'Quotation accepted',
      events: ['quotation.accepted'],
      to_maker: true,
      to_roles: counter,
      channels: ['in_app', 'email'],
    },
    quotation_rejected: {
      label: 'Quotation rejected',
      events: ['quotation.rejected'],
      to_maker: true,
      to_roles: counter,
    },
    quotation_expired: {
      label: 'Quotation expired',
      events: ['quotation.expired'],
      to_maker: true,
    },
    sms_received: {
      label: 'Text message received',
      events: ['sms_message.received'],
      to_roles: counter,
    },
    agreement_signed: {
      label: 'Price agreement signed',
      events: ['price_agreement.signed'],
      to_maker: true,
      to_roles: chiefs,
    },
    call_missed: {
      label: 'Call missed',
      events: ['call.missed'],
      to_assignee: true,
      to_roles_of_nobody: counter,
      channels: ['in_app', 'push'],
    },
    agreement_expired: {
      label: 'Price agreement expired',
      events: ['price_agreement.expired'],
      to_maker: true,
      to_roles: chiefs,
    },
  },
  system: {
    low_stock: { label: 'Stock is low', events: ['product.low_stock'], to_roles: chiefs },
    license_expiring: {
      label: 'Licence expires soon',
      events: ['license.expiring'],
      to_roles: ['admin'],
      channels: ['in_app', 'email'],
    },
    license_expired: {
      label: 'Licence expired',
      events: ['license.expired'],
      to_roles: ['admin'],
      channels: ['in_app', 'email'],
    },
    webhook_disabled: {
      label: 'Webhook disabled',
      events: ['webhook_endpoint.disabled'],
      to_roles: ['admin'],
      channels: ['in_app', 'email'],
    },
    bookkeeping_failed: {
      label: 'Bookkeeping failed',
      events: ['document_sync.failed'],
      to_roles: office,
      channels: ['in_app', 'email'],
    },
    leave_requested: {
      label: 'Leave requested',
      events: ['leave_request.created'],
      to_roles: chiefs,
      channels: ['in_app', 'email'],
    },
    leave_approved: {
      label: 'Leave approved',
      events: ['leave_request.approved'],
      to_assignee: true,
      channels: ['in_app', 'email'],
    },
    leave_rejected: {
      label: 'Leave rejected',
      events: ['leave_request.rejected'],
      to_assignee: true,
      channels: ['in_app', 'email'],
    },
    automation: { label: 'Told by an automation rule', events: [] },
  },
} as const satisfies Record<string, Record<string, Kind>>

export type Group = keyof typeof catalog
export type Key = { [G in Group]: keyof (typeof catalog)[G] }[Group]

/** How a notification of a group is called in the list. */
const types = {
  work_orders: 'work_order',
  invoices: 'invoice',
  tasks: 'task',
  sla: 'sla',
  customers: 'customer',
  system: 'system',
} as const satisfies Record<Group, (typeof notificationTypes)[number]>

export interface CatalogKind extends Kind {
  key: Key
  group: Group
  type: (typeof notificationTypes)[number]
  channels: readonly Channel[]
}

export const groups = Object.keys(catalog) as Group[]

/** All kinds, in the order of the catalog. */
export const kinds: readonly CatalogKind[] = groups.flatMap((group) =>
  Object.entries<Kind>(catalog[group]).map(([key, kind]) => ({
    channels: ['in_app'],
    ...kind,
    key: key as Key,
    group,
    type: types[group],
  })),
)

/** The kinds that an event stands for. */
export const kindsOf = (event: string) => kinds.filter(({ events }) => events.includes(event))

/** The events that somebody may be told of; `app.is_notified` names the same. */
export const notifiedEvents: ReadonlySet<string> = new Set(kinds.flatMap(({ events }) => events))

/** Where a kind is told when the person did not say. */
export const usualChannels = (key: string): readonly Channel[] =>
  kinds.find((kind) => kind.key === key)?.channels ?? ['in_app']
