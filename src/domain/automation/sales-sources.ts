import { sql } from 'drizzle-orm'
import { productCategories, productKinds, products } from '../catalog/tables.ts'
import { customers } from '../customers/tables.ts'
import { payments } from '../payments/tables.ts'
import { priceAgreements } from '../pricing/tables.ts'
import { invoices, quotations } from '../sales/tables.ts'
import { branches } from '../staff/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import {
  amount,
  boolean,
  date,
  type Fields,
  idOf,
  number,
  oneOf,
  string,
  timestamp,
} from './fields.ts'
import { customerFields, joinCustomer, type Source } from './sources.ts'

const euros = (cents: unknown) => amount(sql`round(${cents} / 100.0, 2)`)

const isOpen = sql`${invoices.status} = 'sent' and ${invoices.due_cents} > 0`

const amountDue = euros(
  sql`case when ${invoices.status} = 'cancelled' then 0 else ${invoices.due_cents} end`,
)

const invoiceFields: Fields = {
  invoice_number: string(invoices.invoice_number),
  status: oneOf(invoices.status, ['draft', 'sent', 'paid', 'cancelled']),
  kind: oneOf(invoices.kind, ['standard', 'deposit']),
  total: euros(invoices.total_cents),
  amount_due: amountDue,
  invoice_date: date(invoices.invoice_date),
  due_date: date(invoices.due_date),
  days_overdue: number(sql`case when ${isOpen} then app.today() - ${invoices.due_date} end`),
  work_order_id: idOf(invoices.work_order_id, workOrders.id),
  ticket_no: string(workOrders.ticket_no),
  branch_id: idOf(invoices.branch_id, branches.id),
  issued_at: timestamp(invoices.issued_at),
  sent_at: timestamp(invoices.sent_at),
  paid_at: timestamp(invoices.paid_at),
  created_at: timestamp(invoices.created_at),
  ...customerFields,
}

export const invoice: Source = {
  entity: 'invoice',
  from: sql`${invoices} left join ${workOrders} on ${workOrders.id} = ${invoices.work_order_id}
    ${joinCustomer(invoices.customer_id)}`,
  id: invoices.id,
  fields: invoiceFields,
  links: { work_order: invoices.work_order_id, customer: invoices.customer_id },
}

export const quotation: Source = {
  entity: 'quotation',
  from: sql`${quotations} left join ${workOrders} on ${workOrders.id} = ${quotations.work_order_id}
    ${joinCustomer(quotations.customer_id)}`,
  id: quotations.id,
  fields: {
    quotation_number: string(quotations.quotation_number),
    status: oneOf(quotations.status, ['draft', 'sent', 'accepted', 'rejected', 'expired']),
    total: euros(quotations.total_cents),
    valid_until: date(quotations.valid_until),
    rejection_reason: string(quotations.rejection_reason),
    accepted_by: string(quotations.accepted_by),
    work_order_id: idOf(quotations.work_order_id, workOrders.id),
    ticket_no: string(workOrders.ticket_no),
    sent_at: timestamp(quotations.sent_at),
    created_at: timestamp(quotations.created_at),
    ...customerFields,
  },
  links: { work_order: quotations.work_order_id, customer: quotations.customer_id },
}

export const payment: Source = {
  entity: 'payment',
  from: sql`${payments} join ${invoices} on ${invoices.id} = ${payments.invoice_id}
    left join ${workOrders} on ${workOrders.id} = ${invoices.work_order_id}
    ${joinCustomer(invoices.customer_id)}`,
  id: payments.id,
  fields: {
    amount: euros(payments.amount_cents),
    method: oneOf(payments.method, ['cash', 'pin', 'bank', 'ideal', 'card', 'other']),
    status: oneOf(payments.status, ['pending', 'paid', 'failed', 'refunded', 'partially_refunded']),
    provider: oneOf(payments.provider, ['mollie', 'stripe']),
    failure: string(payments.failure),
    reference: string(payments.reference),
    invoice_id: idOf(payments.invoice_id, invoices.id),
    invoice_number: string(invoices.invoice_number),
    amount_due: amountDue,
    work_order_id: idOf(invoices.work_order_id, workOrders.id),
    ticket_no: string(workOrders.ticket_no),
    created_at: timestamp(payments.created_at),
    ...customerFields,
  },
  links: { work_order: invoices.work_order_id, customer: invoices.customer_id },
}

export const agreement: Source = {
  entity: 'price_agreement',
  from: sql`${priceAgreements} join ${products} on ${products.id} = ${priceAgreements.service_id}
    ${joinCustomer(priceAgreements.customer_id)}`,
  id: priceAgreements.id,
  fields: {
    status: oneOf(priceAgreements.status, ['draft', 'active', 'signed']),
    service: string(products.name),
    service_id: idOf(priceAgreements.service_id, products.id),
    agreed_price: amount(priceAgreements.agreed_price),
    valid_from: date(priceAgreements.valid_from),
    valid_until: date(priceAgreements.valid_until),
    created_at: timestamp(priceAgreements.created_at),
    ...customerFields,
  },
  links: { customer: customers.id },
}

export const product: Source = {
  entity: 'product',
  from: sql`${products} left join ${productCategories} on ${productCategories.id} = ${products.category_id}`,
  id: products.id,
  fields: {
    name: string(products.name),
    sku: string(products.sku),
    kind: oneOf(products.kind, productKinds),
    category_id: idOf(products.category_id, productCategories.id),
    category: string(productCategories.name),
    stock_quantity: number(products.stock_quantity),
    min_stock: number(products.min_stock),
    price_excl: amount(products.price_excl),
    is_active: boolean(products.is_active),
    created_at: timestamp(products.created_at),
  },
  links: {},
}
