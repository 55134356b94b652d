import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { read, type Spec } from '../../verb.ts'
import { getBankAccount } from '../bank/bank-accounts.ts'
import { getBankStatement } from '../bank/bank-statements.ts'
import { getBankTransaction } from '../bank/bank-transactions.ts'
import { getCategory } from '../catalog/categories.ts'
import { getProduct } from '../catalog/products.ts'
import { getCompany } from '../customers/companies.ts'
import { getCustomer } from '../customers/customer-detail.ts'
import { getDevice } from '../customers/devices.ts'
import { getTag } from '../customers/tags.ts'
import { getLeaveRequest } from '../leave/leave-requests.ts'
import { getLeaveType } from '../leave/leave-types.ts'
import { getAccount } from '../ledger/accounts.ts'
import { getBtwPeriod } from '../ledger/btw-return.ts'
import { getFiscalYear } from '../ledger/fiscal-years.ts'
import { getMessage } from '../mail/messages.ts'
import { getPurchaseInvoice } from '../payables/purchase-invoices.ts'
import { getPayment } from '../payments/payments.ts'
import { getSettlement } from '../payments/settlements.ts'
import { getAgreement } from '../pricing/agreements.ts'
import { getPurchaseOrder } from '../purchasing/purchase-orders.ts'
import { getReceipt } from '../purchasing/receiving.ts'
import { getSupplierProduct } from '../purchasing/supplier-products.ts'
import { getSupplier } from '../purchasing/suppliers.ts'
import { getRecurringInvoice } from '../recurring/recurring-invoices.ts'
import { getCreditNote } from '../sales/credit-notes.ts'
import { getInvoice } from '../sales/invoices.ts'
import { getQuotation } from '../sales/quotations.ts'
import { getShipment } from '../shipping/labels.ts'
import { getSms } from '../sms/messages.ts'
import { getBranch } from '../staff/branches.ts'
import { getEmployee } from '../staff/employees.ts'
import { getTask } from '../tasks/tasks.ts'
import { getTaxRate } from '../tax/tax-rates.ts'
import { getCall } from '../telephony/call-logs.ts'
import { getBin } from '../warehouse/bins.ts'
import { getMovement } from '../warehouse/movements.ts'
import { getPickList } from '../warehouse/pick-lists.ts'
import { getSerialNumber } from '../warehouse/serial-numbers.ts'
import { getStockCount } from '../warehouse/stock-counts.ts'
import { getWarehouse } from '../warehouse/warehouses.ts'
import { getClaim } from '../warranty/claims.ts'
import { getWarrantyConfig } from '../warranty/configs.ts'
import { getStatus } from '../workshop/statuses.ts'
import { getWorkOrder } from '../workshop/work-orders.ts'

/** The verb that shows a record as the API does. */
interface Shows {
  (ctx: Calling, input: { params: { id: number } }): Promise<unknown>
  readonly spec: Spec
}

/** A kind of record that webhooks tell of. */
interface Resource {
  /** As `events.entity` names it. */
  entity: string
  get: Shows
  /** What happens to it, as the last part of an event's name. */
  happenings: readonly string[]
  /** Events that are named otherwise. */
  others?: readonly string[]
}

const usual = ['created', 'updated', 'deleted'] as const

/** Everything that webhooks tell of; records that no verb shows by themselves (lines, notes) are left out. */
const resources: readonly Resource[] = [
  {
    entity: 'work_order',
    get: getWorkOrder,
    happenings: [...usual, 'status_changed', 'assigned', 'completed'],
    others: ['sla.warned', 'sla.breached', 'work_order.parts_arrived'],
  },
  {
    entity: 'quotation',
    get: getQuotation,
    happenings: [...usual, 'sent', 'accepted', 'rejected', 'expired'],
  },
  {
    entity: 'invoice',
    get: getInvoice,
    happenings: [...usual, 'issued', 'sent', 'paid', 'cancelled', 'overdue'],
  },
  { entity: 'credit_note', get: getCreditNote, happenings: [...usual, 'applied', 'voided'] },
  { entity: 'payment', get: getPayment, happenings: [...usual, 'paid', 'failed', 'refunded'] },
  { entity: 'recurring_invoice', get: getRecurringInvoice, happenings: usual },
  {
    entity: 'price_agreement',
    get: getAgreement,
    happenings: [...usual, 'activated', 'signed', 'expired'],
  },
  { entity: 'customer', get: getCustomer, happenings: usual },
  { entity: 'company', get: getCompany, happenings: usual },
  { entity: 'device', get: getDevice, happenings: usual },
  { entity: 'tag', get: getTag, happenings: usual },
  {
    entity: 'product',
    get: getProduct,
    happenings: usual,
    others: ['product.low_stock', 'product.oversold'],
  },
  { entity: 'product_category', get: getCategory, happenings: usual },
  { entity: 'stock_movement', get: getMovement, happenings: ['created'] },
  { entity: 'goods_receipt', get: getReceipt, happenings: ['created'] },
  {
    entity: 'pick_list',
    get: getPickList,
    happenings: [...usual, 'completed', 'cancelled'],
  },
  { entity: 'warehouse', get: getWarehouse, happenings: usual },
  { entity: 'bin', get: getBin, happenings: usual },
  { entity: 'serial_number', get: getSerialNumber, happenings: usual },
  { entity: 'supplier', get: getSupplier, happenings: usual },
  { entity: 'supplier_product', get: getSupplierProduct, happenings: usual },
  {
    entity: 'purchase_order',
    get: getPurchaseOrder,
    happenings: [...usual, 'status_changed', 'ordered', 'sent', 'cancelled'],
  },
  {
    entity: 'purchase_invoice',
    get: getPurchaseInvoice,
    happenings: [...usual, 'status_changed', 'booked', 'cancelled'],
  },
  { entity: 'settlement', get: getSettlement, happenings: [...usual, 'voided'] },
  { entity: 'stock_count', get: getStockCount, happenings: [...usual, 'applied', 'cancelled'] },
  {
    entity: 'shipment',
    get: getShipment,
    happenings: [...usual, 'voided', 'delivered', 'failed'],
  },
  {
    entity: 'task',
    get: getTask,
    happenings: [...usual, 'assigned', 'completed'],
    others: ['task.due', 'task.reminded'],
  },
  {
    entity: 'sms_message',
    get: getSms,
    happenings: [...usual, 'sent', 'delivered', 'failed'],
    others: ['sms_message.received'],
  },
  {
    entity: 'email_message',
    get: getMessage,
    happenings: [...usual, 'sent'],
    others: ['email_message.received', 'email_message.bounced'],
  },
  { entity: 'call', get: getCall, happenings: [...usual, 'missed'] },
  { entity: 'employee', get: getEmployee, happenings: usual },
  { entity: 'warranty_config', get: getWarrantyConfig, happenings: usual },
  {
    entity: 'warranty_claim',
    get: getClaim,
    happenings: [...usual, 'approved', 'rejected'],
  },
  { entity: 'leave_type', get: getLeaveType, happenings: usual },
  {
    entity: 'leave_request',
    get: getLeaveRequest,
    happenings: [...usual, 'approved', 'rejected', 'cancelled'],
  },
  { entity: 'branch', get: getBranch, happenings: usual },
  { entity: 'tax_rate', get: getTaxRate, happenings: usual },
  { entity: 'gl_account', get: getAccount, happenings: usual },
  { entity: 'fiscal_year', get: getFiscalYear, happenings: [...usual, 'closed'] },
  { entity: 'btw_period', get: getBtwPeriod, happenings: [...usual, 'closed'] },
  { entity: 'bank_account', get: getBankAccount, happenings: usual },
  { entity: 'bank_statement', get: getBankStatement, happenings: usual },
  {
    entity: 'bank_transaction',
    get: getBankTransaction,
    happenings: [...usual, 'matched', 'unmatched'],
  },
  { entity: 'work_order_status', get: getStatus, happenings: usual },
]

const getters = new Map(resources.map(({ entity, get }) => [entity, get]))

/** The verb that shows records of an entity; undefined when webhooks do not tell of it. */
export const getterOf = (entity: string): Shows | undefined => getters.get(entity)

/** Names of all events that an endpoint may ask for; `app.is_public_event` knows the same. */
export const publicEvents: readonly string[] = resources.flatMap(
  ({ entity, happenings, others = [] }) => [
    ...happenings.map((happening) => `${entity}.${happening}`),
    ...others,
  ],
)

/** Asks for all events. */
export const everything = '*'

const askable = new Set([...publicEvents, everything])

/** What an endpoint may name in `events`. */
export const isAskable = (name: string) => askable.has(name)

/** What happened, where the name alone does not say it. */
const meanings: Record<string, string> = {
  status_changed: 'Its status changed',
  assigned: 'Somebody was assigned, or somebody else',
  'sla.warned': 'A work order comes close to the deadline of its service level',
  'sla.breached': 'A work order missed the deadline of its service level',
  'invoice.overdue': 'Its due date passed, and it is not paid',
  'payment.created': 'A payment was booked, or a payment link was made',
  'payment.paid': 'The provider confirmed that it was paid',
  'product.low_stock': 'Its stock fell below `min_stock`',
  'product.oversold': 'An invoice sold more than was free',
  'sms_message.received': 'Somebody wrote to the shop',
  'email_message.received': 'A mail came in that no machine wrote',
  'email_message.bounced': 'A mail did not arrive',
  'shipment.created': 'A label was asked for',
  'shipment.delivered': 'The carrier says that it arrived',
  'shipment.failed': 'There is no label, or nobody knows whether there is',
  'task.due': 'Its day has come, and it is not done',
  'task.reminded': 'The moment of its `remind_at` has come, and it is not done',
  'call.created': 'A telephone call is over',
  'call.missed': 'Nobody took a call',
  'goods_receipt.created': 'Goods were received, or a receipt was taken back',
  'btw_period.closed': 'Its return is filed; nothing more is booked in it',
  'bank_transaction.matched': 'Somebody said what it was for, or what a part of it was',
  'bank_transaction.unmatched': 'What it had been said to be for was taken back',
  'work_order.parts_arrived': 'All that was ordered for it has come in',
  'stock_movement.created': 'Stock came in, went out or was counted',
}

export const listWebhookEvents = read(
  {
    summary: 'List webhook events',
    description: `What an endpoint may name in \`events\`; \`*\` there asks for all of them.`,
    can: 'webhook_endpoints:read',
    output: z.array(
      z.object({
        name: z.string().meta({ examples: ['invoice.paid'] }),
        description: z.string().nullable(),
      }),
    ),
  },
  async (ctx) => {
    // Nothing is read, but only the database knows who asks.
    await ctx.db.execute(sql`select 1`)
    return publicEvents.map((name) => ({
      name,
      description: meanings[name] ?? meanings[name.split('.')[1] ?? ''] ?? null,
    }))
  },
)
