import type { Json } from '../harness/client.ts'
import { secret } from '../harness/secrets.ts'
import { type FakeAnswer, type FakeRequest, startFake } from './provider.ts'

interface Made {
  label_id: string
  tracking_code: string
  body: Json
}

interface DhlEvent {
  category: string
  status: string
  timestamp: string
}

const refusal = (status: number, key: string): FakeAnswer => ({ status, body: { key } })

/** A parcel that somebody else sent. */
export const knownParcel = 'JVGL0123456789'

/** The beginning of every PDF. */
export const pdf = Buffer.from('%PDF-1.4\n%fake\n').toString('base64')

const known = {
  shipment: ['shipmentId', 'orderReference', 'accountId', 'receiver', 'shipper', 'options'],
  more: ['returnLabel', 'pieces', 'application'],
  party: ['name', 'address', 'email', 'phoneNumber'],
  address: ['countryCode', 'postalCode', 'city', 'street', 'number', 'addition', 'isBusiness'],
}

const parcelTypes = [
  { key: 'SMALL', minWeightGrams: 0, maxWeightGrams: 2000 },
  { key: 'LARGE', minWeightGrams: 10_001, maxWeightGrams: 31_500 },
  { key: 'MEDIUM', minWeightGrams: 2001, maxWeightGrams: 10_000 },
]

/** DHL eCommerce NL as its own plugins use it, and strict about what it is sent. */
export async function startDhl({ user_id = 'dhl-user', api_key = 'dhl-key-of-the-shop' } = {}) {
  secret(api_key)
  const account_id = '01234567'
  const made: Made[] = []
  const events = new Map<string, DhlEvent[]>([[knownParcel, []]])
  let tokens = 0
  let token = ''

  function authenticate({ body }: FakeRequest): FakeAnswer {
    const { userId, key, ...others } = JSON.parse(body)
    if (Object.keys(others).length > 0) throw refusal(400, 'unknown_field')
    if (userId !== user_id || key !== api_key) throw refusal(401, 'unauthorized')
    tokens += 1
    token = secret(`dhl-token-${tokens}`)
    const rest = { refreshToken: 'refresh', accountNumbers: [account_id] }
    return { status: 200, body: { accessToken: token, ...rest } }
  }

  function capabilities({ url: { searchParams: query } }: FakeRequest): FakeAnswer {
    if (query.get('accountNumber') !== account_id) throw refusal(400, 'account')
    if (!/^\d{4}[A-Z]{2}$|^[^a-z]+$/.test(query.get('toPostalCode') ?? '')) {
      throw refusal(400, 'postal_code')
    }
    const types = query.get('option') === 'BP' ? parcelTypes.slice(0, 1) : parcelTypes
    const body = types.map((parcelType) => ({ parcelType, product: { key: 'DFY-B2C' } }))
    return { status: 200, body }
  }

  function ship({ body: text }: FakeRequest): FakeAnswer {
    const body: Json = JSON.parse(text)
    onlyKnown(body, [...known.shipment, ...known.more])
    for (const party of [body.receiver, body.shipper]) {
      onlyKnown(party, known.party)
      onlyKnown(party.address, known.address)
      const { street, number, countryCode, postalCode } = party.address
      if (!street || !/^\d+$/.test(number)) throw refusal(400, 'address')
      if (countryCode === 'NL' && !/^\d{4}[A-Z]{2}$/.test(postalCode)) throw refusal(400, 'postal')
    }
    if (body.accountId !== account_id) throw refusal(400, 'account')
    if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(body.shipmentId)) throw refusal(400, 'id')
    const [{ parcelType, weight }] = body.pieces
    const type = parcelTypes.find(({ key }) => key === parcelType)
    if (!type || weight * 1000 > type.maxWeightGrams) throw refusal(400, 'parcel_type')
    // What the real one does with a number that it has had is not known.
    if (made.some(({ body: { shipmentId } }) => shipmentId === body.shipmentId)) {
      throw refusal(409, 'duplicate')
    }
    const label_id = crypto.randomUUID()
    const tracking_code = `JVGL${String(made.length + 1).padStart(10, '0')}`
    made.push({ label_id, tracking_code, body })
    const piece = { labelId: label_id, trackerCode: tracking_code, parcelType, pieceNumber: 1 }
    return { status: 201, body: { shipmentId: body.shipmentId, product: 'DFY', pieces: [piece] } }
  }

  function label(path: string): FakeAnswer {
    const one = made.find(({ label_id }) => path === `/labels/${label_id}`)
    if (!one) throw refusal(404, 'label')
    const { label_id: labelId, tracking_code: trackerCode } = one
    return { status: 200, body: { labelId, labelType: 'LABEL', trackerCode, pdf } }
  }

  function track({ url }: FakeRequest): FakeAnswer {
    // A plus that is not encoded is a space.
    const [barcode = '', postcode] = (url.searchParams.get('key') ?? '').split('+')
    const told = events.get(barcode)
    const own = made.find(({ tracking_code }) => tracking_code === barcode)
    if (!told && !own) throw { status: 404, body: 'No parcel found for the given key(s)' }
    if (own && postcode !== own.body.receiver.address.postalCode) throw refusal(404, 'postcode')
    const delivered = told?.find(({ category }) => category === 'DELIVERED')
    const parcel = { barcode, type: 'PARCEL', isReturn: false, view: { phases: [] } }
    const deliveredAt = delivered && { deliveredAt: delivered.timestamp }
    return { status: 200, body: [{ ...parcel, events: told ?? [], ...deliveredAt }] }
  }

  function handle(request: FakeRequest): FakeAnswer {
    const { method, url, headers } = request
    const operation = `${method} ${url.pathname}`
    if (operation === 'POST /authenticate/api-key') return authenticate(request)
    if (operation === 'GET /track-trace') return track(request)
    if (headers.authorization !== `Bearer ${token}`) throw refusal(401, 'unauthorized')
    if (operation === 'GET /capabilities/business') return capabilities(request)
    if (operation === 'POST /shipments') return ship(request)
    if (operation.startsWith('GET /labels/')) return label(url.pathname)
    throw refusal(404, 'unknown')
  }

  return {
    ...(await startFake({ handle })),
    user_id,
    api_key,
    account_id,
    made,
    /** What DHL knows of a parcel. */
    tell: (tracking_code: string, ...told: DhlEvent[]) => events.set(tracking_code, told),
    /** Ends the token. */
    withdraw: () => {
      token = 'withdrawn'
    },
  }
}

function onlyKnown(value: object, names: string[]) {
  const strange = Object.keys(value).find((key) => !names.includes(key))
  if (strange) throw refusal(400, `unknown_field_${strange}`)
}
