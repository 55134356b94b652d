import { dayIn } from '../../src/lib/dates.ts'
import { mollieKey } from '../fakes/mollie.ts'
import type { Client, Json } from '../harness/client.ts'
import { collectionPath, fillPath, type Operation, recordPath } from './operations.ts'
import { referenced } from './schemas.ts'

export type Ids = Record<string, number | string>
type Body = Record<string, unknown> | FormData

/** Makes valid records of every resource through the API, each with the records it needs. */
export class Factory {
  readonly api: Client
  #count = 0

  constructor(api: Client) {
    this.api = api
  }

  /** A number that no record of this run has had. */
  next(): number {
    return ++this.#count
  }

  /** A name that no record of this run has had. */
  name(noun: string): string {
    return `${noun} ${this.next()} of ${this.api.token?.split('|')[0]}`
  }

  /** Id of a new record of a plain collection. */
  async id(collection: string): Promise<number> {
    const { id } = await this.record(`${collection}/{id}`)
    return id as number
  }

  /** A body that a POST to this collection or action, or a PUT without a POST, accepts. */
  async body(path: string): Promise<Body> {
    const make = bodies[path.replace(/\{\w+\}/g, '{id}')]
    if (!make) {
      throw new Error(`test/frame/factory.ts knows no body for ${path}: add one to \`bodies\``)
    }
    return make(this)
  }

  /** The ids that a path needs, of new records. */
  async record(path: string): Promise<Ids> {
    if (!path.includes('{')) return {}
    const make = records[path]
    if (make) return make(this)
    const collection = collectionPath(path)
    const parent = await this.record(recordPath(collection))
    const { id } = await this.create(fillPath(collection, parent), await this.body(collection))
    const name = path.slice(path.lastIndexOf('{') + 1, path.lastIndexOf('}'))
    return { ...parent, [name]: id }
  }

  /** POSTs, and answers the body of the 2xx. */
  async create(path: string, body?: Body): Promise<Json> {
    const answer = await this.api.post(path, body)
    if (answer.status >= 300) {
      throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    }
    return answer.body
  }

  /** Ids in the state that an operation needs to succeed. */
  async idsFor(operation: Operation): Promise<Ids> {
    const prepared = states[operation.name]
    return prepared ? prepared(this) : this.record(recordPath(operation.path))
  }

  /** The address of an operation on these ids, with the query that it cannot do without. */
  async addressOf({ path, query }: Operation, ids: Ids): Promise<string> {
    const needed = query.filter(({ required }) => required)
    const values = needed.map(async ({ name, schema }) => {
      const example = schema.enum?.[0] ?? schema.examples[0]
      return `${name}=${/_id$/.test(name) ? await this.id(referenced({ name })) : example}`
    })
    const given = (await Promise.all(values)).join('&')
    return [fillPath(path, ids), ...(given ? [given] : [])].join('?')
  }

  /** A body that an operation accepts; undefined when it takes none. */
  async bodyFor(operation: Operation): Promise<Body | undefined> {
    if (!operation.body && !operation.form) return undefined
    const own = bodies[operation.name] ?? bodies[operation.path.replace(/\{\w+\}/g, '{id}')]
    return own ? own(this) : this.body(collectionPath(operation.path))
  }
}

const line = { description: 'Screen', quantity: 1, unit_price: 89, vat_rate: 21 }

const png = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  ),
  (c) => c.charCodeAt(0),
)

function picture(): FormData {
  const form = new FormData()
  form.set('file', new File([png], 'screen.png', { type: 'image/png' }))
  form.set('kind', 'photo')
  return form
}

/** Valid bodies, by the path of the POST; an action or a PUT without a POST by its own path. */
const bodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
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
  '/branches': (f) => ({ name: f.name('Branch') }),
  '/employees': async (f) => ({
    name: f.name('Employee'),
    branch_id: await f.id('/branches'),
    started_on: '2026-01-01',
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
  '/stock/adjust': async (f) => ({
    product_id: await f.id('/products'),
    quantity: 5,
    reason: 'Counted',
  }),
  '/work-order-statuses': (f) => ({ slug: `status_${f.next()}`, label: 'A status' }),
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
  '/integrations/{id}': () => ({ config: { api_key: mollieKey } }),
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
    lines: [{ description: 'Rent', qty: 1, unit_price: 25, product_id: await f.id('/products') }],
  }),
  '/work-orders/{id}/deposit': () => ({ amount: 100, method: 'pin' }),
  '/quotations/{id}/deposit': () => ({ amount: 100, vat_rate: 21, method: 'cash' }),
  '/quotations/{id}/send': () => ({ to: 'jane@example.com' }),
  '/quotations/{id}/reject': () => ({ reason: 'Too dear' }),
}

const linkables = new WeakMap<Factory, Promise<Json>>()

/** A work order that a link to its customer can show; one and the same for path and body. */
function linkable(f: Factory): Promise<Json> {
  const order = linkables.get(f) ?? newOrder(f)
  linkables.set(f, order)
  return order
}

const newOrder = async (f: Factory) => f.create('/work-orders', await f.body('/work-orders'))

/** How to come by records that no plain POST on a collection makes. */
const records: Record<string, (f: Factory) => Promise<Ids>> = {
  '/stock/movements/{id}': async (f) => {
    const adjusted = await f.create('/stock/adjust', await f.body('/stock/adjust'))
    return { id: adjusted.movement_id }
  },
  '/attachments/{id}': async (f) => {
    const order = await f.id('/work-orders')
    return { id: (await f.create(`/work-orders/${order}/attachments`, picture())).id }
  },
  '/payments/{id}': async (f) => {
    const { id } = await issuedInvoice(f)
    return { id: (await f.create(`/invoices/${id}/payments`, { amount: 10, method: 'cash' })).id }
  },
  '/invoice-lines/{id}': async (f) => {
    const { lines } = await f.create('/invoices', await f.body('/invoices'))
    return { id: lines[0].id }
  },
  '/customers/{customer_id}/links/{id}': async (f) => {
    const { id: subject_id, customer } = await newOrder(f)
    const link = { subject: 'work_order', subject_id }
    const { id } = await f.create(`/customers/${customer.id}/links`, link)
    return { customer_id: customer.id, id }
  },
  '/invoices/{invoice_id}/reminders/{id}': async (f) => {
    const { id: invoice_id = 0 } = await overdueInvoice(f)
    const { id } = await f.create(`/invoices/${invoice_id}/remind`, { to: 'jane@example.com' })
    return { invoice_id, id }
  },
  '/integrations/{slug}': async (f) => {
    await f.api.put('/integrations/mollie', { is_enabled: true, config: { api_key: mollieKey } })
    return { slug: 'mollie' }
  },
  '/licenses/{id}': async (f) => {
    const { body } = await f.api.get('/licenses')
    return { id: (body.data ?? body)[0].id }
  },
}

const overdueInvoice = async (f: Factory): Promise<Ids> => {
  const draft = {
    ...(await f.body('/invoices')),
    invoice_date: '2020-01-01',
    due_date: '2020-01-15',
  }
  const { id } = await f.create('/invoices', draft)
  await f.create(`/invoices/${id}/issue`)
  return { id }
}

const issuedInvoice = async (f: Factory): Promise<Ids> => {
  const id = await f.id('/invoices')
  await f.create(`/invoices/${id}/issue`)
  return { id }
}

/** What an e-invoice says of the shop. */
const asSeller = (f: Factory) =>
  f.api.put('/settings', {
    address: 'Kerkstraat 12',
    postal_code: '1017 GC',
    city: 'Amsterdam',
    kvk_number: '12345678',
    vat_number: 'NL001234567B01',
    iban: 'NL91ABNA0417164300',
  })

const orderWithLine = async (f: Factory): Promise<Ids> => {
  const { id = 0 } = await f.record('/work-orders/{id}')
  await f.create(`/work-orders/${id}/lines`, line)
  return { id }
}

const sentQuotation = async (f: Factory): Promise<Ids> => {
  const id = await f.id('/quotations')
  await f.create(`/quotations/${id}/send`, { to: 'jane@example.com' })
  return { id }
}

const agreementAfter = async (f: Factory, action: string, body?: Body): Promise<Ids> => {
  const id = await f.id('/pricing/agreements')
  await f.create(`/pricing/agreements/${id}/${action}`, body)
  return { id }
}

/** Operations that succeed only in a certain state of their record. */
const states: Record<string, (f: Factory) => Promise<Ids>> = {
  'POST /invoices/{id}/payments': issuedInvoice,
  'GET /invoices/{id}/ubl': async (f) => {
    await asSeller(f)
    return issuedInvoice(f)
  },
  'GET /credit-notes/{id}/ubl': async (f) => {
    await asSeller(f)
    return f.record('/credit-notes/{id}')
  },
  'POST /invoices/{id}/remind': overdueInvoice,
  'POST /customers/{id}/links': async (f) => ({ id: (await linkable(f)).customer.id }),
  'POST /invoices/{id}/payment-link': async (f) => {
    await f.record('/integrations/{slug}')
    return issuedInvoice(f)
  },
  'POST /work-orders/{id}/invoice': orderWithLine,
  'DELETE /customers/{id}': async (f) => ({
    id: (await f.create('/customers', { first_name: f.name('Gone') })).id,
  }),
  'DELETE /products/{id}': async (f) => ({
    id: (await f.create('/products', { name: f.name('Gone'), price_excl: 1 })).id,
  }),
  'GET /pricing/agreements/{id}/contract': (f) => agreementAfter(f, 'generate-contract'),
  'GET /pricing/agreements/{id}/signature': async (f) =>
    agreementAfter(f, 'sign', await f.body('/pricing/agreements/{id}/sign')),
  'POST /quotations/{id}/accept': sentQuotation,
  'POST /quotations/{id}/reject': sentQuotation,
}
