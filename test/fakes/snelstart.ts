import { secret } from '../harness/secrets.ts'
import { type FakeRequest, startFake } from './provider.ts'

interface Relation extends Record<string, unknown> {
  id: string
  naam: string
  memo?: string
  nonactief?: boolean
}
interface Booking {
  id: string
  factuurnummer: string
  factuurdatum: string
  factuurbedrag: number
  betalingstermijn?: number
  klant: { id: string }
  omschrijving: string
  boekingsregels: {
    omschrijving: string
    grootboek: { id: string }
    bedrag: number
    btwSoort: string
  }[]
  btw: { btwSoort: string; btwBedrag: number }[]
}

const coded = (status: number, errorCode: string, message: string) => ({
  status,
  body: [{ errorCode, message }],
})

const relationFields = new Set([
  'relatiesoort',
  'naam',
  'vestigingsAdres',
  'email',
  'btwNummer',
  'kvkNummer',
  'memo',
])
const bookingFields = new Set([
  'factuurnummer',
  'klant',
  'factuurdatum',
  'omschrijving',
  'factuurbedrag',
  'betalingstermijn',
  'boekingsregels',
  'btw',
])

const ledger = (nummer: number, grootboekfunctie: string, nonactief = false) => ({
  id: `00000000-0000-4000-8000-0000000${nummer}`.padEnd(36, '0'),
  nummer,
  omschrijving: grootboekfunctie,
  grootboekfunctie,
  nonactief,
})

const ledgers = [
  ledger(10000, 'DagboekKas'),
  ledger(79990, 'VerkopenOmzetHoog', true),
  ledger(80020, 'VerkopenOmzetHoog'),
  ledger(80000, 'VerkopenOmzetHoog'),
  ledger(80100, 'VerkopenOmzetLaag'),
  ledger(80200, 'VerkopenOmzetOnbelastVerlegd'),
  ledger(80300, 'DienstverleningBinnenEU'),
  ledger(80400, 'VerkopenExportBuitenEU'),
  ledger(80500, 'VerkopenBtwVrij'),
]

const rates = [
  { btwSoort: 'Geen', btwPercentage: 0, datumVanaf: '2000-01-01T00:00:00', datumTotEnMet: null },
  {
    btwSoort: 'Laag',
    btwPercentage: 6,
    datumVanaf: '2000-01-01T00:00:00',
    datumTotEnMet: '2018-12-31T00:00:00',
  },
  { btwSoort: 'Laag', btwPercentage: 9, datumVanaf: '2019-01-01T00:00:00', datumTotEnMet: null },
  { btwSoort: 'Hoog', btwPercentage: 21, datumVanaf: '2012-10-01T00:00:00', datumTotEnMet: null },
]

/** SnelStart's relations and sales bookings as its documentation describes them, and strict. */
export async function startSnelStart() {
  const client_key = secret('koppelsleutel-of-the-shop')
  const subscription_key = secret('subscription-of-the-product')
  const relations: Relation[] = []
  const bookings: Booking[] = []
  const tokens = new Set<string>()
  /** Records of a page, whatever is asked. */
  const perPage = 4

  function token({ method, url, headers, body }: FakeRequest) {
    if (`${method} ${url.pathname}` !== 'POST /b2b/token') throw { status: 404, body: undefined }
    if (headers['content-type'] !== 'application/x-www-form-urlencoded') {
      throw { status: 400, body: { error: 'invalid_request' } }
    }
    const form = new URLSearchParams(body)
    if (form.get('grant_type') !== 'clientkey') {
      throw { status: 400, body: { error: 'unsupported_grant_type' } }
    }
    if (form.get('clientkey') !== client_key) {
      throw { status: 400, body: { error: 'invalid_grant', error_description: body } }
    }
    const access_token = secret(crypto.randomUUID())
    tokens.add(access_token)
    return { status: 200, body: { access_token, token_type: 'bearer', expires_in: 3600 } }
  }

  function fieldsOf({ headers, body }: FakeRequest, known: Set<string>) {
    if (headers['content-type'] !== 'application/json') throw coded(400, 'GEN-001', 'JSON please')
    const fields = JSON.parse(body)
    const strange = Object.keys(fields).find((field) => !known.has(field))
    if (strange) throw coded(400, 'GEN-002', `Onbekend veld ${strange}`)
    return fields
  }

  function addRelation(request: FakeRequest) {
    const fields = fieldsOf(request, relationFields)
    if (!fields.naam || fields.naam.length > 50 || fields.relatiesoort?.[0] !== 'Klant') {
      throw {
        status: 400,
        body: { modelState: { 'relatie.naam': [`${fields.naam} is ongeldig`] } },
      }
    }
    if (fields.email && !/^[^@\s]+@[^@\s]+$/.test(fields.email)) {
      throw coded(400, 'REL-0005', `E-mailadres ${fields.email} is ongeldig`)
    }
    const relation = { ...fields, id: crypto.randomUUID() }
    relations.push(relation)
    return { status: 201, body: relation }
  }

  function addBooking(request: FakeRequest) {
    const fields = fieldsOf(request, bookingFields)
    const { factuurnummer, klant, boekingsregels, btw, factuurbedrag, factuurdatum } = fields
    if (!relations.some(({ id }) => id === klant?.id)) throw coded(400, 'VBK-0001', 'Klant')
    if (!factuurnummer || factuurnummer.length > 25 || !/^\d{4}-\d\d-\d\dT/.test(factuurdatum)) {
      throw { status: 400, body: { Message: 'The request is invalid.' } }
    }
    for (const { grootboek, btwSoort } of boekingsregels) {
      const account = ledgers.find(({ id, nonactief }) => id === grootboek.id && !nonactief)
      const wants = /Hoog$/.test(account?.grootboekfunctie ?? '')
        ? 'Hoog'
        : /Laag$/.test(account?.grootboekfunctie ?? '')
          ? 'Laag'
          : 'Geen'
      if (!account || btwSoort !== wants) throw coded(400, 'VBK-0002', 'Grootboek')
    }
    const cents = (amounts: number[]) =>
      amounts.reduce((sum, amount) => sum + Math.round(amount * 100), 0)
    const sum = cents([
      ...boekingsregels.map(({ bedrag }: { bedrag: number }) => bedrag),
      ...btw.map(({ btwBedrag }: { btwBedrag: number }) => btwBedrag),
    ])
    if (sum !== cents([factuurbedrag])) throw coded(400, 'VBK-0003', 'Niet in balans')
    const booking: Booking = { ...fields, id: crypto.randomUUID() }
    bookings.push(booking)
    return { status: 201, body: booking }
  }

  function findRelations({ searchParams }: URL) {
    const name = /^naam eq '(.*)'$/.exec(searchParams.get('$filter') ?? '')?.[1]
    if (name === undefined) throw coded(400, 'GEN-003', 'Onbekend filter')
    return relations.filter(({ naam }) => naam === name.replaceAll("''", "'"))
  }

  const paged = <T>(all: T[], { searchParams }: URL): T[] => {
    const skip = Number(searchParams.get('$skip') ?? 0)
    const top = Math.min(Number(searchParams.get('$top') ?? perPage), perPage)
    return all.slice(skip, skip + top)
  }

  function handle(request: FakeRequest) {
    const { method, url, headers } = request
    const given = headers.authorization?.replace('Bearer ', '') ?? ''
    if (!tokens.has(given) || headers['ocp-apim-subscription-key'] !== subscription_key) {
      return { status: 401, body: { message: `Access denied: ${given}` } }
    }
    const ok = (body: unknown) => ({ status: 200, body })
    const [, id, its] = /^\/v2\/relaties\/([\w-]+)(\/verkoopboekingen)?$/.exec(url.pathname) ?? []
    if (id && method === 'GET') {
      const relation = relations.find((one) => one.id === id)
      if (!relation) return coded(404, 'REL-0001', 'Onbekend')
      return ok(its ? bookings.filter(({ klant }) => klant.id === id) : relation)
    }
    switch (`${method} ${url.pathname}`) {
      case 'GET /v2/companyInfo':
        return ok({ administratieNaam: 'RepairAngel BV', bedrijfsnaam: 'RepairAngel' })
      case 'GET /v2/landen':
        return ok([
          { id: crypto.randomUUID(), naam: 'België', landcodeISO: 'BE', landcode: 'BE' },
          { id: netherlands, naam: 'Nederland', landcodeISO: 'NL', landcode: 'NL' },
        ])
      case 'GET /v2/grootboeken':
        return ok(paged(ledgers, url))
      case 'GET /v2/btwtarieven':
        return ok(rates)
      case 'GET /v2/relaties':
        return ok(findRelations(url))
      case 'POST /v2/relaties':
        return addRelation(request)
      case 'POST /v2/verkoopboekingen':
        return addBooking(request)
      default:
        return coded(404, 'GEN-004', 'Onbekend')
    }
  }

  const fake = await startFake({ handle, descriptions: ['snelstart_b2b_v2.yaml'] })
  const login = await startFake({ handle: token })
  return {
    ...fake,
    login,
    vars: { SNELSTART_BASE_URL: fake.url, SNELSTART_LOGIN_BASE_URL: login.url },
    stop: () => Promise.all([fake.stop(), login.stop()]).then(() => {}),
    client_key,
    subscription_key,
    relations,
    bookings,
    ledgers,
    /** What it has under a number. */
    named: (number: string) => bookings.filter(({ factuurnummer }) => factuurnummer === number),
    /** Ends all tokens before their time. */
    withdrawTokens: () => tokens.clear(),
  }
}

/** Its id of the Netherlands. */
export const netherlands = '11111111-2222-4333-8444-555555555555'
