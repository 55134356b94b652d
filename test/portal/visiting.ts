import { dayIn, formatDate } from '../../src/lib/dates.ts'
import type { Json } from '../harness/client.ts'
import { startShopsWithMail } from '../harness/mail.ts'
import { newCustomer, newIssued } from '../sales/invoicing.ts'

/** Today in the shop, as its page writes it. */
export const today = formatDate(dayIn('Europe/Amsterdam', new Date()), 'nl')

/** What a reader sees: one kind of space, no markup. */
export const seen = (html: string) =>
  html
    .replace(/<style>.*?<\/style>|<script>.*?<\/script>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;|\s+/g, ' ')

/** Two shops, and how the first gives its customer links. */
export async function startVisiting() {
  const shops = await startShopsWithMail()
  const { shop, owner, url } = shops
  const { api } = shop
  await owner.query(
    `update tenants set name = 'Reparatiehuis Amsterdam', address = 'Kerkstraat 12', postal_code = '1017 GC',
       city = 'Amsterdam', phone = '020 123 45 67', email = 'info@reparatiehuis.example',
       iban = 'NL91ABNA0417164300', bic = 'ABNANL2A' where id = $1`,
    [shop.tenant_id],
  )
  const customer_id = await newCustomer(api)

  /** A link as the API answers it. */
  const linkOf = async (subject: string, subject_id: number, of = customer_id): Promise<Json> => {
    const { status, body } = await api.post(`/customers/${of}/links`, { subject, subject_id })
    if (status !== 201) throw new Error(`no link: ${JSON.stringify(body)}`)
    return body
  }
  const newQuotation = async (fields: object = {}): Promise<Json> => {
    const { body } = await api.post('/quotations', {
      customer_id,
      valid_until: '2099-04-30',
      lines: [
        { description: 'Scherm vervangen iPhone 15 Pro', qty: 1, unit_price: 249, vat_pct: 21 },
        { description: 'Arbeid', qty: 0.75, unit_price: 65, vat_pct: 21, discount_pct: 10 },
      ],
      notes: 'Klaar terwijl u wacht, met twaalf maanden garantie.',
      ...fields,
    })
    await api.post(`/quotations/${body.id}/send`)
    return body
  }
  const newInvoice = (fields: object = {}) =>
    newIssued(api, {
      customer_id,
      due_date: '2099-04-27',
      lines: [
        { description: 'Scherm vervangen iPhone 15 Pro', qty: 1, unit_price: 249, vat_rate: 21 },
        { description: 'Arbeid', qty: 0.75, unit_price: 65, vat_rate: 21 },
      ],
      ...fields,
    })
  const newOrder = async (fields: object = {}): Promise<Json> => {
    const { body } = await api.post('/work-orders', {
      customer_id,
      device_brand: 'Apple',
      device_model: 'iPhone 15 Pro',
      problem_description: 'Scherm gebarsten na een val, touch werkt nog half.',
      expected_ready_at: '2099-03-30T15:00:00Z',
      ...fields,
    })
    return body
  }
  const newAgreement = async (fields: object = {}): Promise<number> => {
    const service = await api.post('/products', { name: 'Schermreparatie', price_excl: 120 })
    const draft = { status: 'active', valid_until: '2099-12-31', ...fields }
    const { rows } = await owner.query(
      `insert into price_agreements (tenant_id, customer_id, service_id, agreed_price, valid_from, valid_until, status)
       values ($1, $2, $3, 95, '2026-01-01', $4, $5) returning id`,
      [shop.tenant_id, customer_id, service.body.id, draft.valid_until, draft.status],
    )
    return Number(rows[0].id)
  }

  let visits = 0
  /** A page as a browser of its own address gets it; redirects are shown, not followed. */
  const open = async (address: string, init: RequestInit = {}) => {
    const target = address.startsWith('http') ? address : `${url}${address}`
    visits += 1
    const headers = { 'CF-Connecting-IP': `visitor ${visits}`, ...init.headers }
    const response = await fetch(target, { redirect: 'manual', ...init, headers })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const send = (address: string, fields: Record<string, string> = {}, headers = {}) =>
    open(address, { method: 'POST', body: new URLSearchParams(fields), headers })

  /** The customer's page of a document: its text, and its forms. */
  async function pageOf(subject: string, id: number) {
    const { url } = await linkOf(subject, id)
    const show = async (query = '') => seen((await open(url + query)).text)
    return {
      url: url as string,
      show,
      post: (action: string, fields = {}) => send(`${url}/${action}`, fields),
    }
  }

  const eventsOf = async (entity: string, id: number) => {
    const { rows } = await owner.query(
      `select name, actor, user_id, tenant_id::int from events where entity = $1 and entity_id = $2 order by id`,
      [entity, id],
    )
    return rows
  }

  return {
    ...shops,
    api,
    customer_id,
    linkOf,
    newQuotation,
    newInvoice,
    newOrder,
    newAgreement,
    open,
    send,
    pageOf,
    eventsOf,
  }
}
