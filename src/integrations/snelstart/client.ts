import * as z from 'zod'
import { parseCents } from '../../lib/money.ts'
import { type TokenSource, withToken } from '../access-token.ts'
import type { Booked, Bookkeeper, Buyer } from '../bookkeeper.ts'
import { exchange, ProviderError } from '../exchange.ts'
import { bookingFields, type Ledger, type VatRate } from './booking.ts'
import { sentenceOf } from './errors.ts'

// SnelStart's B2B API: https://b2bapi-developer.snelstart.nl

const Company = z.object({ administratieNaam: z.string() })

const Relation = z.object({
  id: z.string(),
  naam: z.string().nullish(),
  email: z.string().nullish(),
  btwNummer: z.string().nullish(),
  memo: z.string().nullish(),
  nonactief: z.boolean().nullish(),
})

const Country = z.object({ id: z.string(), landcodeISO: z.string().nullish() })

const LedgerRow = z.object({
  id: z.string(),
  nummer: z.number(),
  grootboekfunctie: z.string().nullish(),
  nonactief: z.boolean().nullish(),
})

const day = z
  .string()
  .nullish()
  .transform((value) => value?.slice(0, 10) ?? null)

const Rate = z.object({
  btwSoort: z.enum(['Geen', 'Laag', 'Hoog', 'Overig']),
  btwPercentage: z.number(),
  datumVanaf: day,
  datumTotEnMet: day,
})

const Booking = z.object({
  id: z.string(),
  factuurnummer: z.string(),
  factuurbedrag: z.number().nullish(),
})

export interface SnelStartAccount {
  subscription_key: string
  tokens: TokenSource
}

/** Records of a page; SnelStart gives no more than so many at once. */
const perPage = 500
const mostPages = 20

/** @param base_url without the version: `https://b2bapi.snelstart.nl` */
export function snelstart(
  base_url: string,
  { subscription_key, tokens }: SnelStartAccount,
  { timeout_ms }: { timeout_ms: number },
): Bookkeeper {
  const ask = <T>(method: 'GET' | 'POST', path: string, answer: z.ZodType<T>, body?: object) =>
    withToken(tokens, (token) =>
      exchange(
        {
          provider: 'SnelStart',
          method,
          url: `${base_url}/v2/${path}`,
          headers: {
            Authorization: `Bearer ${token}`,
            'Ocp-Apim-Subscription-Key': subscription_key,
            ...(body && { 'Content-Type': 'application/json' }),
          },
          ...(body && { body: JSON.stringify(body) }),
          timeout_ms,
          sentenceOf,
        },
        answer,
      ),
    )
  const get = <T>(path: string, answer: z.ZodType<T>) => ask('GET', path, answer)

  /** All pages: the service may hold fewer records for a page than we do. */
  async function all<T>(path: string, record: z.ZodType<T>): Promise<T[]> {
    const records: T[] = []
    for (let page = 0; page < mostPages; page++) {
      const found = await get(`${path}?$top=${perPage}&$skip=${records.length}`, z.array(record))
      if (found.length === 0) break
      records.push(...found)
    }
    return records
  }

  async function knownRelation(id: string): Promise<string | undefined> {
    try {
      const relation = await get(`relaties/${encodeURIComponent(id)}`, Relation)
      return relation.nonactief ? undefined : relation.id
    } catch (error) {
      if (error instanceof ProviderError && error.failure === 'not_found') return undefined
      throw error
    }
  }

  /** Filtered here again: which property the service filters by is its own affair. */
  async function relationOf(buyer: Buyer): Promise<string | undefined> {
    const filter = encodeURIComponent(`naam eq '${nameOf(buyer).replaceAll("'", "''")}'`)
    const relations = await get(`relaties?$filter=${filter}`, z.array(Relation))
    const active = relations.filter(({ nonactief }) => !nonactief)
    const ours = active.find(({ memo }) => memo === memoOf(buyer))
    return (ours ?? active.find((relation) => isSame(relation, buyer)))?.id
  }

  async function addRelation(buyer: Buyer): Promise<string> {
    const countries = await get('landen', z.array(Country))
    const land = countries.find(({ landcodeISO }) => landcodeISO?.toUpperCase() === buyer.country)
    const fields = relationFields(buyer, land?.id)
    return (await ask('POST', 'relaties', Relation, fields)).id
  }

  return {
    label: 'SnelStart',

    accountName: async () => (await get('companyInfo', Company)).administratieNaam,

    async contactFor(buyer, known) {
      const there = known === null ? undefined : await knownRelation(known)
      return there ?? (await relationOf(buyer)) ?? addRelation(buyer)
    },

    async find({ number }, contact_id) {
      const path = `relaties/${encodeURIComponent(contact_id)}/verkoopboekingen`
      const bookings = await get(path, z.array(Booking))
      const booking = bookings.find(({ factuurnummer }) => factuurnummer === number)
      return booking ? bookedOf(booking) : null
    },

    async book(document, contact_id) {
      const [ledgers, rates] = await Promise.all([
        all('grootboeken', LedgerRow),
        get('btwtarieven', z.array(Rate)),
      ])
      const known = { ledgers: ledgers.flatMap(ledgerOf), rates: rates.map(rateOf) }
      const fields = { klant: { id: contact_id }, ...bookingFields(document, known) }
      return bookedOf(await ask('POST', 'verkoopboekingen', Booking, fields))
    },
  }
}

const bookedOf = ({ id, factuurbedrag }: z.output<typeof Booking>): Booked => ({
  id,
  total_cents: (factuurbedrag && parseCents(factuurbedrag.toFixed(2))) ?? null,
  subtotal_cents: null,
})

const ledgerOf = (row: z.output<typeof LedgerRow>): Ledger[] =>
  row.nonactief || !row.grootboekfunctie
    ? []
    : [{ id: row.id, number: row.nummer, purpose: row.grootboekfunctie }]

const rateOf = (row: z.output<typeof Rate>): VatRate => ({
  kind: row.btwSoort,
  rate: row.btwPercentage,
  from: row.datumVanaf,
  until: row.datumTotEnMet,
})

/** So long a name may be. */
const nameOf = ({ company, name }: Buyer) => (company ?? name).slice(0, 50)

const maker = 'Repair Angel'
const memoOf = ({ number }: Buyer) => `${maker} ${number}`

/** Somebody made it there by hand, of the same name: it is the same by its VAT number or its e-mail address. */
function isSame({ email, btwNummer, memo }: z.output<typeof Relation>, buyer: Buyer): boolean {
  if (memo?.startsWith(maker)) return false
  const plain = (text: string | null | undefined) => text?.replace(/[\s.]/g, '').toLowerCase() ?? ''
  if (buyer.vat_number && btwNummer) return plain(btwNummer) === plain(buyer.vat_number)
  return buyer.email !== null && plain(email) === plain(buyer.email)
}

function relationFields(buyer: Buyer, country_id: string | undefined) {
  return {
    relatiesoort: ['Klant'],
    naam: nameOf(buyer),
    vestigingsAdres: {
      contactpersoon: buyer.company ? buyer.name : undefined,
      straat: buyer.address ?? undefined,
      postcode: buyer.postal_code ?? undefined,
      plaats: buyer.city ?? undefined,
      land: country_id && { id: country_id },
    },
    email: buyer.email ?? undefined,
    btwNummer: buyer.vat_number ?? undefined,
    kvkNummer: buyer.kvk_number ?? undefined,
    // By which it is found again.
    memo: memoOf(buyer),
  }
}
