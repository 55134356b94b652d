import { dayIn } from '../../src/lib/dates.ts'
import { mollieKey } from '../fakes/mollie.ts'
import { openAiKey } from '../fakes/openai.ts'
import type { Json } from '../harness/client.ts'
import { bankBodies } from './books-bank.ts'
import { btwBodies } from './books-btw.ts'
import { journalBodies } from './books-journal.ts'
import { payablesBodies } from './books-payables.ts'
import type { Body, Factory, Ids } from './factory.ts'
import { leaveBodies } from './leave.ts'
import { licenceBodies } from './licences.ts'
import { peopleBodies } from './people.ts'
import { purchasingBodies } from './purchasing.ts'
import { asSender, connectTwilio, receiver, taggedCustomer } from './services.ts'
import { tutorialBodies } from './tutorials.ts'
import { warehouseBodies } from './warehouse.ts'
import { warrantyBodies } from './warranty.ts'

export const line = { description: 'Screen', quantity: 1, unit_price: 89, vat_rate: 21 }

export const png = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  ),
  (c) => c.charCodeAt(0),
)

export function picture(): FormData {
  const form = new FormData()
  form.set('file', new File([png], 'screen.png', { type: 'image/png' }))
  form.set('kind', 'photo')
  return form
}

/** Valid bodies, by the path of the POST; an action or a PUT without a POST by its own path. */
export const bodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/auth/login': () => ({ email: 'nobody@example.com', password: 'password' }),
  '/auth/me': (f) => ({ name: f.name('User') }),
  '/auth/password': () => ({ current_password: 'password', password: 'another password' }),
  '/auth/reset-password': () => ({ token: 'nobody gave this', password: 'another password' }),
  '/auth/forgot-password': () => ({ email: 'nobody@example.com' }),
  '/users': (f) => ({
    name: f.name('User'),
    email: `user${f.next()}.${f.api.token?.split('|')[0]}@example.com`,
    password: 'a long password',
    role: 'technician',
  }),
  '/api-tokens': (f) => ({ name: f.name('Token'), abilities: ['customers:read'] }),
  '/settings': (f) => ({ city: f.name('City') }),
  '/customers': async (f) => ({
    first_name: f.name('Jane'),
    last_name: 'Smith',
    email: 'jane@example.com',
    phone: '06-12345678',
    company_id: await f.id('/companies'),
  }),
  '/customers/{id}/tags': async (f) => ({ tag_ids: [await f.id('/tags')] }),
  '/companies': (f) => ({
    name: f.name('Company'),
    email: 'info@example.com',
    kvk_number: '87654321',
    address: 'Damrak 1',
    postal_code: '1012 LG',
    city: 'Amsterdam',
  }),
  '/tags': (f) => ({ name: f.name('Tag') }),
  '/devices': async (f) => ({
    customer_id: await f.id('/customers'),
    kind: 'phone',
    brand: 'Apple',
    model: 'iPhone 14',
    serial_number: f.name('SN'),
  }),
  '/product-categories': (f) => ({ name: f.name('Category') }),
  '/products': async (f) => ({
    name: f.name('Product'),
    sku: f.name('SKU'),
    price_excl: 12.5,
    stock_quantity: 10,
    category_id: await f.id('/product-categories'),
  }),
  'PUT /products/{id}': (f) => ({ name: f.name('Product') }),
  'PATCH /products/{id}': (f) => ({ name: f.name('Product') }),
  ...warehouseBodies,
  ...purchasingBodies,
  ...journalBodies,
  ...payablesBodies,
  ...tutorialBodies,
  ...btwBodies,
  ...bankBodies,
  ...warrantyBodies,
  ...licenceBodies,
  ...leaveBodies,
  ...peopleBodies,
  '/work-order-statuses': (f) => ({ slug: `status_${f.next()}`, label: 'A status' }),
  '/sla/configs': (f) => ({ name: f.name('SLA'), response_hours: 4, resolution_hours: 24 }),
  '/work-orders': async (f) => ({
    customer_id: await f.id('/customers'),
    device_brand: 'Apple',
    problem_description: f.name('Problem'),
    assigned_to: await f.id('/employees'),
  }),
  '/work-orders/{id}/status': () => ({ status: 'in_repair', note: 'Started' }),
  '/work-orders/{id}/lines': async (f) => ({ ...line, product_id: await f.id('/products') }),
  '/work-orders/{id}/notes': (f) => ({ note: f.name('Note') }),
  '/work-orders/{id}/timeline/note': (f) => ({ note: f.name('Note') }),
  '/work-orders/{id}/attachments': picture,
  '/invoices': async (f) => ({
    customer_id: await f.id('/customers'),
    invoice_date: '2026-03-27',
    lines: [{ description: 'Screen', qty: 1, unit_price: 89, product_id: await f.id('/products') }],
  }),
  '/invoices/{id}/send': () => ({ to: 'jane@example.com' }),
  '/customers/{id}/links': async (f) => ({
    subject: 'work_order',
    subject_id: (await linkable(f)).id,
  }),
  '/invoices/{id}/remind': () => ({ to: 'jane@example.com' }),
  '/invoices/{id}/reminders/{id}': () => ({ delivered_on: dayIn('Europe/Amsterdam', new Date()) }),
  '/invoices/{id}/payments': () => ({ amount: 10, method: 'cash' }),
  '/payments': async (f) => {
    const invoice = await f.create('/invoices', await f.body('/invoices'))
    await f.create(`/invoices/${invoice.id}/issue`)
    const shares = [{ invoice_id: invoice.id, amount: 10 }]
    return { customer_id: invoice.customer_id, amount: 10, method: 'pin', invoices: shares }
  },
  '/invoices/{id}/payment-link': () => ({ provider: 'mollie' }),
  '/email/config': (f) => ({ host: 'mail.invalid', port: 587, username: f.name('user') }),
  '/email/config/test': () => ({ to: 'jane@example.com' }),
  '/employees/{id}/email-config': (f) => ({ provider: 'outlook', display_name: f.name('John') }),
  '/integrations/{id}': () => ({ config: { api_key: mollieKey } }),
  '/integrations/{id}/sync': () => ({ from: '2019-01-01', to: '2019-01-31' }),
  '/payments/{id}/refund': () => ({ amount: 5, reason: 'Returned' }),
  '/tax-rates': (f) => ({ name: f.name('Rate'), rate: 13, valid_from: '2026-01-01' }),
  '/credit-notes': async (f) => ({
    invoice_id: (await issuedInvoice(f)).id,
    reason: 'Screen was faulty',
    lines: [{ description: 'Screen', qty: 1, unit_price: 40, vat_pct: 21 }],
  }),
  'PUT /credit-notes/{id}': () => ({ reason: 'Battery was faulty' }),
  'PATCH /credit-notes/{id}': () => ({ reason: 'Battery was faulty' }),
  '/quotations': async (f) => ({
    customer_id: await f.id('/customers'),
    valid_until: '2099-01-01',
    lines: [{ description: 'Screen', qty: 1, unit_price: 89, vat_pct: 21 }],
  }),
  '/pricing/agreements': async (f) => ({
    customer_id: await f.id('/customers'),
    service_id: await f.id('/products'),
    agreed_price: 89,
    valid_from: '2026-04-01',
  }),
  '/pricing/agreements/{id}/sign': () => ({
    signature_data: Buffer.from(png).toString('base64'),
  }),
  '/recurring-invoices': async (f) => ({
    customer_id: await f.id('/customers'),
    frequency: 'monthly',
    next_run_date: '2099-01-31',
    lines: [
      {
        description: 'Rent',
        qty: 1,
        unit_price: 25,
        vat_rate: 21,
        product_id: await f.id('/products'),
      },
    ],
  }),
  '/automation-rules': async (f) => ({
    name: f.name('Rule'),
    trigger: 'wo_idle',
    conditions: [{ field: 'idle_days', operator: '>=', value: 30 }],
    actions: [{ type: 'assign', params: { employee_id: await f.id('/employees') } }],
  }),
  '/automation-rules/{id}/run': () => ({ dry_run: true }),
  '/work-orders/{id}/deposit': () => ({ amount: 100, method: 'pin' }),
  '/quotations/{id}/deposit': () => ({ amount: 100, vat_rate: 21, method: 'cash' }),
  '/quotations/{id}/send': () => ({ to: 'jane@example.com' }),
  // A name that leads nowhere (RFC 2606), and an event that nothing here causes.
  '/webhook-endpoints': () => ({
    url: 'https://hooks.repairs.example/events',
    events: ['quotation.expired'],
  }),
  '/sms/send': async (f) => {
    await connectTwilio(f)
    return { phone: '+31612345678', body: f.name('Ready') }
  },
  '/sms/templates': (f) => ({ name: f.name('Template'), body: 'Dag {{customer_name}}' }),
  '/sms/bulk-send': async (f) => {
    await connectTwilio(f)
    return { body: f.name('Closed'), tag_id: await taggedCustomer(f) }
  },
  '/email/send': (f) => ({
    to: 'jane@example.com',
    subject: f.name('Ready'),
    body_html: '<p>Good news!</p>',
  }),
  '/email/threads/{id}': () => ({ is_read: true }),
  '/email/templates': (f) => ({
    name: f.name('Template'),
    subject: 'Your repair is ready',
    body_html: '<p>Dear {{customer_name}},</p>',
  }),
  '/email/templates/{id}/preview': async (f) => ({ customer_id: await f.id('/customers') }),
  '/3cx/config': () => ({ client_id: '900' }),
  '/3cx/call': () => ({ destination: '06-12345678', extension: '100' }),
  '/3cx/extensions': async (f) => ({
    user_id: await f.id('/users'),
    extension: String(1000 + f.next()),
  }),
  '/employees/{id}/phone-config': (f) => ({
    provider: '3cx',
    extension: String(1000 + f.next()),
    mobile_number: '06-12345678',
    forwarding_number: '+31201234567',
    sip_username: 'john.doe@pbx.example.com',
  }),
  '/ups/label': async (f) => {
    await asSender(f)
    return { ...receiver, ship_to_name: f.name('Jane'), work_order_id: await f.id('/work-orders') }
  },
  '/dhl/label': async (f) => {
    await asSender(f)
    return { ...receiver, ship_to_name: f.name('Jane'), work_order_id: await f.id('/work-orders') }
  },
  '/vies/validate': async (f) => ({
    vat_number: 'NL123456789B01',
    company_id: await f.id('/companies'),
    invoice_id: await f.id('/invoices'),
  }),
  '/ai/config': () => ({ max_suggestions: 5 }),
  '/ai/suggest-repair': async (f) => {
    await f.api.put('/integrations/openai', { is_enabled: true, config: { api_key: openAiKey } })
    return {
      device_brand: 'Apple',
      device_model: 'iPhone 14 Pro',
      symptoms: 'Screen cracked',
      customer_type: 'individual',
      customer_id: await f.id('/customers'),
    }
  },
  '/quotations/{id}/reject': () => ({ reason: 'Too dear' }),
}

const linkables = new WeakMap<Factory, Promise<Json>>()

/** A work order that a link to its customer can show; one and the same for path and body. */
export function linkable(f: Factory): Promise<Json> {
  const order = linkables.get(f) ?? newOrder(f)
  linkables.set(f, order)
  return order
}

const endpoints = new WeakMap<Factory, Promise<Ids>>()

/** A webhook endpoint, one and the same: a shop has few. */
export function webhookEndpoint(f: Factory): Promise<Ids> {
  const endpoint = endpoints.get(f) ?? newEndpoint(f)
  endpoints.set(f, endpoint)
  return endpoint
}

export const newEndpoint = async (f: Factory): Promise<Ids> => {
  const { id } = await f.create('/webhook-endpoints', await f.body('/webhook-endpoints'))
  return { id }
}

/** A work order of a customer. */
export const newOrder = async (f: Factory) => f.create('/work-orders', await f.body('/work-orders'))

/** An invoice that can be paid. */
export const issuedInvoice = async (f: Factory): Promise<Ids> => {
  const id = await f.id('/invoices')
  await f.create(`/invoices/${id}/issue`)
  return { id }
}
