import type pg from 'pg'
import { knownParcel } from '../fakes/dhl.ts'
import { mollieKey } from '../fakes/mollie.ts'
import { delivered } from '../fakes/ups.ts'
import type { Client, Json } from '../harness/client.ts'
import { pbxConfig } from '../harness/mail.ts'
import {
  bodies,
  issuedInvoice,
  line,
  linkable,
  newEndpoint,
  newOrder,
  picture,
  webhookEndpoint,
} from './bodies.ts'
import { collectionPath, fillPath, type Operation, recordPath } from './operations.ts'
import { referenced } from './schemas.ts'
import { asSender, newLabel } from './services.ts'

export type Ids = Record<string, number | string>
type Owner = pg.Pool
export type Body = Record<string, unknown> | FormData

/** Makes valid records of every resource through the API, each with the records it needs. */
export class Factory {
  readonly api: Client
  readonly #owner: Owner
  #count = 0

  constructor(api: Client, owner: Owner) {
    this.api = api
    this.#owner = owner
  }

  /** A row that no request makes, in the shop of the client. */
  async row(table: string, values: Record<string, unknown>): Promise<number> {
    const columns = Object.keys(values)
    const { rows } = await this.#owner.query(
      `insert into ${table} (tenant_id, ${columns.join()})
       select tenant_id, ${columns.map((_, i) => `$${i + 2}`).join()} from api_tokens where id = $1
       returning id`,
      [this.api.token?.split('|')[0], ...Object.values(values)],
    )
    return Number(rows[0].id)
  }

  /** A column that no answer shows. */
  async value(table: string, column: string, id: unknown): Promise<unknown> {
    const { rows } = await this.#owner.query(`select ${column} from ${table} where id = $1`, [id])
    return rows[0][column]
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
      return `${name}=${/_id$/.test(name) ? await this.id(referenced({ name }, { path })) : example}`
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
  '/integrations/{slug}/sync/{id}': async (f) => {
    const id = await f.row('document_syncs', {
      slug: 'moneybird',
      document_type: 'invoice',
      document_id: f.next(),
      reference: f.name('INV'),
      customer_id: f.next(),
    })
    return { ...(await withMoneybird(f)), id }
  },
  '/3cx/extensions/{user_id}': async (f) => {
    const body = (await f.body('/3cx/extensions')) as Record<string, unknown>
    return { user_id: (await f.create('/3cx/extensions', body)).user_id }
  },
  '/3cx/call-logs/{id}': async (f) => ({
    id: await f.row('calls', {
      direction: 'inbound',
      caller: '+31612345678',
      outcome: 'answered',
      started_at: new Date().toISOString(),
    }),
  }),
  '/ups/labels/{id}': (f) => newLabel(f, 'ups'),
  '/dhl/labels/{id}': (f) => newLabel(f, 'dhl'),
  '/ups/track/{tracking_code}': async (f) => {
    await asSender(f)
    return { tracking_code: delivered }
  },
  '/dhl/track/{tracking_code}': async (f) => {
    await asSender(f)
    return { tracking_code: knownParcel }
  },
  '/dead-letters/{id}': async (f) => ({
    id: await f.row('dead_letters', {
      queue: 'reactions',
      kind: 'mail',
      body: JSON.stringify({ reaction_id: 0, key: 'none' }),
      attempts: 9,
    }),
  }),
  '/sms/log/{id}': async (f) => ({
    id: await f.row('sms_messages', { phone: '+31612345678', body: f.name('Ready') }),
  }),
  '/sms/bulk/{id}': async (f) => ({ id: await f.row('sms_bulks', { body: f.name('Closed') }) }),
  '/webhook-endpoints/{id}': webhookEndpoint,
  '/vies/checks/{id}': async (f) => {
    const checked = await f.create('/vies/validate', await f.body('/vies/validate'))
    return { id: checked.check_id }
  },
  '/webhook-deliveries/{id}': async (f) => {
    const { id: endpoint_id } = await webhookEndpoint(f)
    const message_id = `msg_${f.next()}`
    const told = { event: 'tag.created', body: '{}', status: 'failed' }
    return { id: await f.row('webhook_deliveries', { endpoint_id, message_id, ...told }) }
  },
  '/notifications/{id}': async (f) => ({
    id: await f.row('notifications', {
      user_id: (await f.api.get('/auth/me')).body.id,
      type: 'system',
      key: 'test',
      title: 'Test',
      body: 'Test',
      channels: '["in_app"]',
    }),
  }),
  '/email/threads/{id}': async (f) => ({ id: (await sentMail(f)).id }),
  '/email/messages/{id}': async (f) => ({ id: (await sentMail(f)).messages[0].id }),
  '/email/attachments/{id}': async (f) => {
    const { id } = await f.record('/attachments/{id}')
    const { messages } = await sentMail(f, { attachment_ids: [id] })
    return { id: messages[0].attachments[0].id }
  },
  '/licenses/{id}': async (f) => {
    const { body } = await f.api.get('/licenses')
    return { id: (body.data ?? body)[0].id }
  },
}

const withMoneybird = async (f: Factory): Promise<Ids> => {
  const config = { api_token: 'none', administration_id: '1' }
  await f.api.put('/integrations/moneybird', { is_enabled: true, config })
  return { slug: 'moneybird' }
}

/** A conversation that begins with a mail of the shop. */
async function sentMail(f: Factory, mail: object = {}): Promise<Json> {
  const body = { ...(await f.body('/email/send')), ...mail }
  const { thread_id } = await f.create('/email/send', body)
  return (await f.api.get(`/email/threads/${thread_id}`)).body
}

const failedMail = async (f: Factory): Promise<Ids> => {
  const thread_id = (await f.record('/email/threads/{id}')).id
  const words = { subject: 'Hello', body_text: 'Hello', from_address: 'shop@example.com' }
  const id = await f.row('email_messages', {
    ...words,
    thread_id,
    message_id: f.name('mail').replaceAll(' ', ''),
    direction: 'outbound',
    status: 'failed',
    to_addresses: ['jane@example.com'],
  })
  return { id }
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

const phoned = async (f: Factory): Promise<Ids> => {
  const id = await f.id('/employees')
  const path = '/employees/{id}/phone-config'
  await f.api.put(`/employees/${id}/phone-config`, await f.body(path))
  return { id }
}

const withExchange = async (f: Factory): Promise<Ids> => {
  await f.api.put('/integrations/3cx', { is_enabled: true, config: pbxConfig })
  return {}
}

const agreementAfter = async (f: Factory, action: string, body?: Body): Promise<Ids> => {
  const id = await f.id('/pricing/agreements')
  await f.create(`/pricing/agreements/${id}/${action}`, body)
  return { id }
}

/** A label whose file is there. */
const printable = async (f: Factory, carrier: 'ups' | 'dhl'): Promise<Ids> => {
  const { id } = await f.record('/attachments/{id}')
  const label_key = await f.value('attachments', 'storage_key', id)
  return newLabel(f, carrier, { label_key, label_content_type: 'image/png' })
}

const failedLabel = { status: 'failed', provider_id: null, tracking_code: null }

/** Operations that succeed only in a certain state of their record. */
const states: Record<string, (f: Factory) => Promise<Ids>> = {
  'POST /3cx/call': withExchange,
  'GET /3cx/queue': withExchange,
  'GET /3cx/status': withExchange,
  'GET /3cx/crm-template': withExchange,
  'PUT /3cx/config': withExchange,
  'PATCH /3cx/config': withExchange,
  'PUT /employees/{id}/phone-config': phoned,
  'PATCH /employees/{id}/phone-config': phoned,
  'DELETE /employees/{id}/phone-config': phoned,
  'POST /invoices/{id}/payments': issuedInvoice,
  'GET /integrations/{slug}/sync': withMoneybird,
  'POST /integrations/{slug}/sync': withMoneybird,
  'POST /integrations/{slug}/sync/{id}/retry': (f) => f.record('/integrations/{slug}/sync/{id}'),
  'GET /ups/labels/{id}/file': (f) => printable(f, 'ups'),
  'GET /dhl/labels/{id}/file': (f) => printable(f, 'dhl'),
  'POST /ups/labels/{id}/retry': (f) => newLabel(f, 'ups', failedLabel),
  'POST /dhl/labels/{id}/retry': (f) => newLabel(f, 'dhl', failedLabel),
  'DELETE /notifications/subscriptions': async (f) => {
    const { keys } = (await f.body('/notifications/subscriptions')) as Record<string, unknown>
    const endpoint = 'https://push.example.net/send/dGhlIGJyb3dzZXI'
    await f.create('/notifications/subscriptions', { endpoint, keys })
    return {}
  },
  'GET /invoices/{id}/ubl': async (f) => {
    await asSeller(f)
    return issuedInvoice(f)
  },
  'GET /credit-notes/{id}/ubl': async (f) => {
    await asSeller(f)
    return f.record('/credit-notes/{id}')
  },
  'POST /email/messages/{id}/resend': failedMail,
  'POST /companies/{id}/validate-vat': async (f) => {
    const company = { name: f.name('Company'), vat_number: 'NL123456789B01' }
    return { id: (await f.create('/companies', company)).id }
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
  'DELETE /webhook-endpoints/{id}': newEndpoint,
  'DELETE /email/config': async (f) => {
    await f.api.put('/email/config', await f.body('/email/config'))
    return {}
  },
  'DELETE /employees/{id}/email-config': async (f) => {
    const id = await f.id('/employees')
    await f.api.put(`/employees/${id}/email-config`, { provider: 'outlook' })
    return { id }
  },
  'POST /quotations/{id}/accept': sentQuotation,
  'POST /quotations/{id}/reject': sentQuotation,
}
