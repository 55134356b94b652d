import * as z from 'zod'
import { decimal, parseCents, percentOf, sumCents } from '../../lib/money.ts'
import {
  type Booked,
  type Bookkeeper,
  type Buyer,
  isOfVat,
  type SalesDocument,
  type SalesLine,
} from '../bookkeeper.ts'
import { exchange, ProviderError } from '../exchange.ts'
import { rateFor, type TaxRate } from './tax-rates.ts'

// Moneybird's API: https://developer.moneybird.com

const Id = z.union([z.string(), z.int()]).transform(String)

const Administrations = z.array(z.object({ id: Id, name: z.string() }))
const Contact = z.object({ id: Id, customer_id: z.string().nullish() })

const TaxRates = z.array(
  z.object({
    id: Id,
    name: z.string(),
    percentage: z
      .union([z.string(), z.number()])
      .nullish()
      .transform((value) => (value === null || value === undefined ? null : String(value))),
    active: z.boolean().nullish().transform(Boolean),
    country: z
      .string()
      .nullish()
      .transform((value) => value ?? null),
  }),
)

const Amount = z
  .union([z.string(), z.number()])
  .transform((value) => parseCents(rounded(value)) ?? null)

/** Amounts come with as many decimals as it pleases: `121.0`. */
const rounded = (value: string | number) => String(value).replace(/(\.\d\d)0+$/, '$1')

const Invoice = z.object({
  id: Id,
  reference: z.string().nullish(),
  total_price_excl_tax: Amount,
  total_price_incl_tax: Amount,
})

const Failure = z.object({ error: z.record(z.string(), z.unknown()) })

export interface MoneybirdAccount {
  api_token: string
  administration_id: string
  /** Where turnover goes; as Moneybird likes when absent. */
  ledger_account_id: string | undefined
}

const perPage = 100
/** More invoices than this no customer gets on a day. */
const mostPages = 20

/** @param base_url without the version: `https://moneybird.com/api` */
export function moneybird(
  base_url: string,
  { api_token, administration_id, ledger_account_id }: MoneybirdAccount,
  { timeout_ms }: { timeout_ms: number },
): Bookkeeper {
  const root = `${base_url}/v2`
  const administration = `${root}/${encodeURIComponent(administration_id)}`
  const request = {
    provider: 'Moneybird',
    timeout_ms,
    sentenceOf: fieldsOf,
    retry_after_is_epoch: true,
    headers: { Authorization: `Bearer ${api_token}`, 'Content-Type': 'application/json' },
  } as const
  const get = <T>(url: string, answer: z.ZodType<T>) =>
    exchange({ ...request, method: 'GET', url }, answer)
  const post = <T>(path: string, body: object, answer: z.ZodType<T>) =>
    exchange(
      { ...request, method: 'POST', url: `${administration}/${path}`, body: JSON.stringify(body) },
      answer,
    )

  async function contactOf(number: string): Promise<string | undefined> {
    try {
      return (await get(`${administration}/contacts/customer_id/${number}.json`, Contact)).id
    } catch (error) {
      if (!(error instanceof ProviderError) || error.failure !== 'not_found') throw error
    }
    // Where that path takes digits only.
    const query = new URLSearchParams({ query: number, per_page: String(perPage) })
    const contacts = await get(`${administration}/contacts.json?${query}`, z.array(Contact))
    return contacts.find(({ customer_id }) => customer_id === number)?.id
  }

  return {
    label: 'Moneybird',

    async accountName() {
      const administrations = await get(`${root}/administrations.json`, Administrations)
      const ours = administrations.find(({ id }) => id === administration_id)
      if (ours) return ours.name
      throw new ProviderError('refused', 'Moneybird shows this token no such administration.')
    },

    async contactFor(buyer) {
      const there = await contactOf(buyer.number)
      if (there) return there
      const { id } = await post('contacts.json', { contact: contactFields(buyer) }, Contact)
      return id
    },

    async find({ number, date }, contact_id) {
      const day = date.replaceAll('-', '')
      const filter = `contact_id:${contact_id},period:${day}..${day},state:all`
      for (let page = 1; page <= mostPages; page++) {
        const query = new URLSearchParams({
          filter,
          page: String(page),
          per_page: String(perPage),
        })
        const url = `${administration}/external_sales_invoices.json?${query}`
        const invoices = await get(url, z.array(Invoice))
        const invoice = invoices.find(({ reference }) => reference === number)
        if (invoice) return bookedOf(invoice)
        if (invoices.length < perPage) return null
      }
      throw new ProviderError('refused', 'Moneybird has too many invoices of that day.')
    },

    async book(document, contact_id) {
      const query = new URLSearchParams({
        filter: 'tax_rate_type:sales_invoice,active:true',
        per_page: String(perPage),
      })
      const rates = await get(`${administration}/tax_rates.json?${query}`, TaxRates)
      const external_sales_invoice = {
        contact_id,
        reference: document.number,
        date: document.date,
        due_date: document.due_date ?? undefined,
        currency: 'EUR',
        source: 'Repair Angel',
        ...detailsOf(document, rates, ledger_account_id),
      }
      return bookedOf(
        await post('external_sales_invoices.json', { external_sales_invoice }, Invoice),
      )
    },
  }
}

/** Which fields it did not like, and why; a plain sentence of Moneybird's may repeat what they held. */
function fieldsOf(body: unknown): string | undefined {
  const { data } = Failure.safeParse(body)
  return data && Object.keys(data.error).length > 0
    ? `${Object.keys(data.error).join(', ')}.`
    : undefined
}

const bookedOf = (invoice: z.output<typeof Invoice>): Booked => ({
  id: invoice.id,
  total_cents: invoice.total_price_incl_tax,
  subtotal_cents: invoice.total_price_excl_tax,
})

function contactFields(buyer: Buyer) {
  const [firstname = '', ...rest] = buyer.name.trim().split(/\s+/)
  return {
    customer_id: buyer.number,
    company_name: buyer.company ?? undefined,
    firstname: firstname || undefined,
    lastname: rest.join(' ') || undefined,
    address1: buyer.address ?? undefined,
    zipcode: buyer.postal_code ?? undefined,
    city: buyer.city ?? undefined,
    country: buyer.country,
    send_invoices_to_email: buyer.email ?? undefined,
    tax_number: buyer.vat_number ?? undefined,
    chamber_of_commerce: buyer.kvk_number ?? undefined,
  }
}

/**
 * Each line by what it comes to, so that discounts and quantities leave nothing to be rounded. Moneybird
 * reckons the VAT of a rate by itself: without VAT the lines go where that gives ours, else with it, where
 * the total is ours in any case.
 */
function detailsOf(
  document: SalesDocument,
  rates: readonly TaxRate[],
  ledger_account_id: string | undefined,
) {
  const isPlain = document.vat.every(
    ({ category, base_cents, vat_rate, vat_cents }) =>
      vat_cents === (category === 'S' ? percentOf(base_cents, vat_rate) : 0),
  )
  const amounts = isPlain ? document.lines.map(({ net_cents }) => net_cents) : inclVat(document)
  return {
    prices_are_incl_tax: !isPlain,
    details_attributes: document.lines.map((line, i) => ({
      description: line.description,
      amount: '1',
      price: decimal(amounts[i] ?? 0),
      tax_rate_id: rateFor(line, rates).id,
      ledger_account_id,
    })),
  }
}

/** What the lines come to with VAT; the last of a rate carries what rounding leaves. */
function inclVat({ lines, vat }: SalesDocument): number[] {
  const amounts = lines.map(inclOf)
  for (const group of vat) {
    const places = lines.flatMap((line, place) => (isOfVat(line, group) ? [place] : []))
    const last = places.at(-1)
    if (last === undefined) continue
    const told = places.map((place) => -(amounts[place] ?? 0))
    const rest = sumCents([group.base_cents, group.vat_cents, ...told])
    amounts[last] = sumCents([amounts[last] ?? 0, rest])
  }
  return amounts
}

const inclOf = ({ category, net_cents, vat_rate }: SalesLine) =>
  category === 'S' ? sumCents([net_cents, percentOf(net_cents, vat_rate)]) : net_cents
