import { createHmac } from 'node:crypto'
import { secret } from '../harness/secrets.ts'
import { type FakeRequest, type Misbehaviour, startFake } from './provider.ts'

interface Contact extends Record<string, unknown> {
  id: string
  customer_id: string
}
interface Detail {
  description: string
  amount: string
  price: string
  tax_rate_id: string
  ledger_account_id?: string
}
interface Invoice {
  id: string
  contact_id: string
  reference: string
  date: string
  due_date: string | null
  prices_are_incl_tax: boolean
  details: Detail[]
  total_price_excl_tax: string
  total_price_incl_tax: string
}

const refusal = (status: number, error: unknown) => ({ status, body: { error } })

const contactFields = new Set([
  'customer_id',
  'company_name',
  'firstname',
  'lastname',
  'address1',
  'zipcode',
  'city',
  'country',
  'send_invoices_to_email',
  'tax_number',
  'chamber_of_commerce',
])
const invoiceFields = new Set([
  'contact_id',
  'reference',
  'date',
  'due_date',
  'currency',
  'source',
  'prices_are_incl_tax',
  'details_attributes',
])
const detailFields = new Set(['description', 'amount', 'price', 'tax_rate_id', 'ledger_account_id'])

interface Rate {
  id: string
  name: string
  percentage: string
  tax_rate_type: string
  show_tax: boolean
  active: boolean
  country: string | null
}

const rate = (id: string, name: string, percentage: string, more: Partial<Rate> = {}): Rate => ({
  id,
  name,
  percentage,
  tax_rate_type: 'sales_invoice',
  show_tax: true,
  active: true,
  country: null,
  ...more,
})

/** As a Dutch administration has them. */
const usualRates = [
  rate('20', 'Oud 21% btw', '21.0', { active: false }),
  rate('19', 'USt 21%', '21.0', { country: 'DE' }),
  rate('21', '21% btw', '21.0'),
  rate('9', '9% btw', '9.0'),
  rate('1', '0% btw', '0.0'),
  rate('2', 'Btw verlegd', '0.0'),
  rate('3', 'Leveringen binnen de EU', '0.0'),
  rate('4', 'Export buiten de EU', '0.0'),
  rate('5', 'Vrijgesteld van btw', '0.0'),
]

const isAmount = (text: unknown) => typeof text === 'string' && /^-?\d+\.\d\d$/.test(text)
const isDay = (text: unknown) => typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text)

/** Moneybird's contacts and external sales invoices as its documentation describes them, and strict. */
export async function startMoneybird({ api_token = 'mb_token_of_the_shop' } = {}) {
  secret(api_token)
  const administration_id = '123456'
  const contacts: Contact[] = []
  const invoices: Invoice[] = []
  const world = {
    rates: usualRates,
    /** What it makes of our totals, in cents. */
    skew_cents: 0,
    /** Finds contacts by number in its search alone. */
    digitsOnly: false,
    webhook_secret: secret('mb_webhook_secret'),
  }
  let ids = 443_500_000_000_000_000n
  const newId = () => String(++ids)

  function fieldsOf(request: FakeRequest, name: string, known: Set<string>) {
    if (request.headers['content-type'] !== 'application/json') {
      throw refusal(400, 'The body must be JSON')
    }
    const fields = JSON.parse(request.body)[name]
    if (!fields) throw refusal(400, `param is missing or the value is empty: ${name}`)
    const strange = Object.keys(fields).find((field) => !known.has(field))
    if (strange) throw refusal(400, `unpermitted parameter ${strange}`)
    return fields
  }

  function addContact(request: FakeRequest) {
    const fields = fieldsOf(request, 'contact', contactFields)
    if (!fields.company_name && !fields.firstname && !fields.lastname) {
      throw refusal(422, { company_name: ["can't be blank"] })
    }
    if (!/^[A-Z]{2}$/.test(fields.country)) throw refusal(422, { country: ['is invalid'] })
    if (contacts.some(({ customer_id }) => customer_id === fields.customer_id)) {
      throw refusal(422, { customer_id: ['is al in gebruik'] })
    }
    const email = fields.send_invoices_to_email
    if (email && !/^[^@\s]+@[^@\s]+$/.test(email)) {
      throw refusal(422, { send_invoices_to_email: [`${email} is geen e-mailadres`] })
    }
    const contact = { ...fields, id: newId() }
    contacts.push(contact)
    return { status: 201, body: contact }
  }

  function addInvoice(request: FakeRequest) {
    const fields = fieldsOf(request, 'external_sales_invoice', invoiceFields)
    const { contact_id, reference, date, due_date = null, prices_are_incl_tax } = fields
    if (!contacts.some(({ id }) => id === contact_id)) throw refusal(404, 'record not found')
    if (!reference || !isDay(date) || (due_date !== null && !isDay(due_date))) {
      throw refusal(422, { date: ['is ongeldig'] })
    }
    if (fields.currency !== 'EUR' || typeof prices_are_incl_tax !== 'boolean') {
      throw refusal(422, { currency: ['is ongeldig'] })
    }
    const details: Detail[] = fields.details_attributes
    for (const detail of details) {
      const strange = Object.keys(detail).find((field) => !detailFields.has(field))
      if (strange) throw refusal(400, `unpermitted parameter ${strange}`)
      const known = world.rates.some(({ id, active }) => active && id === detail.tax_rate_id)
      if (!detail.description || !isAmount(detail.price) || detail.amount !== '1' || !known) {
        throw refusal(422, { details: ['is ongeldig'] })
      }
    }
    const invoice: Invoice = {
      id: newId(),
      contact_id,
      reference,
      date,
      due_date,
      prices_are_incl_tax,
      details,
      ...totals(details, prices_are_incl_tax),
    }
    invoices.push(invoice)
    return { status: 201, body: { ...invoice, state: 'open', entry_number: 1 } }
  }

  /** The VAT is rounded once per rate. */
  function totals(details: Detail[], isIncl: boolean) {
    let [excl, incl] = [0, world.skew_cents]
    for (const [id, some] of Map.groupBy(details, ({ tax_rate_id }) => tax_rate_id)) {
      const percentage = Number(world.rates.find((rate) => rate.id === id)?.percentage)
      const sum = some.reduce((cents, { price }) => cents + Math.round(Number(price) * 100), 0)
      const parts = isIncl ? 100 + percentage : 100
      const vat = Math.sign(sum) * Math.round((Math.abs(sum) * percentage) / parts)
      excl += isIncl ? sum - vat : sum
      incl += isIncl ? sum : sum + vat
    }
    const written = (cents: number) => (cents / 100).toFixed(2).replace(/0$/, '')
    return { total_price_excl_tax: written(excl), total_price_incl_tax: written(incl) }
  }

  function listInvoices({ url }: FakeRequest) {
    const terms = (url.searchParams.get('filter') ?? 'period:this_year').split(',')
    const filter = Object.fromEntries(terms.map((term) => term.split(':')))
    const period = /^(\d{8})\.\.(\d{8})$/.exec(filter.period ?? '')
    if (!period) throw refusal(400, 'The fake wants a period of days')
    const found = invoices.filter(({ contact_id, date }) => {
      const day = date.replaceAll('-', '')
      const [, from = '', to = ''] = period
      return contact_id === filter.contact_id && from <= day && day <= to
    })
    return { status: 200, body: paged(found, url) }
  }

  function paged<T>(all: T[], { searchParams }: URL): T[] {
    const per_page = Number(searchParams.get('per_page') ?? 50)
    if (per_page > 100) throw refusal(400, 'per_page is at most 100')
    const start = (Number(searchParams.get('page') ?? 1) - 1) * per_page
    return all.slice(start, start + per_page)
  }

  function handle(request: FakeRequest) {
    const { method, url, headers } = request
    if (headers.authorization !== `Bearer ${api_token}`) {
      return refusal(401, `Access token ${headers.authorization} is not authorized`)
    }
    if (url.pathname === '/api/v2/administrations.json') {
      const others = { language: 'nl', currency: 'EUR', country: 'NL', time_zone: 'Amsterdam' }
      return {
        status: 200,
        body: [
          { id: '99', name: 'Somebody else', ...others },
          { id: administration_id, name: 'RepairAngel BV', ...others },
        ],
      }
    }
    const [, api, version, administration, ...rest] = url.pathname.split('/')
    if (`${api}/${version}` !== 'api/v2' || administration !== administration_id) {
      return refusal(404, 'record not found')
    }
    const numbered = /^contacts\/customer_id\/(.+)\.json$/.exec(rest.join('/'))?.[1]
    if (numbered && method === 'GET') {
      const contact = contacts.find(({ customer_id }) => customer_id === numbered)
      return contact && !world.digitsOnly
        ? { status: 200, body: contact }
        : refusal(404, 'record not found')
    }
    switch (`${method} ${rest.join('/')}`) {
      case 'GET contacts.json': {
        const query = url.searchParams.get('query') ?? ''
        const found = contacts.filter((contact) => JSON.stringify(contact).includes(query))
        return { status: 200, body: paged(found, url) }
      }
      case 'POST contacts.json':
        return addContact(request)
      case 'GET tax_rates.json':
        if (url.searchParams.get('filter') !== 'tax_rate_type:sales_invoice,active:true') {
          return refusal(400, 'unknown filter')
        }
        return { status: 200, body: world.rates }
      case 'GET external_sales_invoices.json':
        return listInvoices(request)
      case 'POST external_sales_invoices.json':
        return addInvoice(request)
      default:
        return refusal(404, 'record not found')
    }
  }

  const fake = await startFake({ handle, descriptions: ['moneybird.json'] })

  /** Its `Retry-After` is a moment. */
  const asMoment = (mood: Misbehaviour): Misbehaviour =>
    typeof mood === 'object' && 'status' in mood && mood.retry_after
      ? { ...mood, retry_after: String(Math.ceil(Date.now() / 1000) + Number(mood.retry_after)) }
      : mood

  return {
    ...fake,
    vars: { MONEYBIRD_BASE_URL: `${fake.url}/api` },
    next: (match: RegExp, ...moods: Misbehaviour[]) => fake.next(match, ...moods.map(asMoment)),
    api_token,
    administration_id,
    contacts,
    invoices,
    world,
    /** What it has under a number. */
    named: (reference: string) => invoices.filter((invoice) => invoice.reference === reference),
    /** An event as Moneybird posts it, signed. */
    event(
      body: object,
      { at_s = Math.floor(Date.now() / 1000), secret = world.webhook_secret } = {},
    ) {
      const text = JSON.stringify(body)
      const signature = createHmac('sha256', secret).update(`${at_s}.${text}`).digest('hex')
      return { body: text, signature: `t=${at_s},v1=${'0'.repeat(64)},v1=${signature}` }
    },
  }
}
