import * as z from 'zod'
import { type AccessToken, type TokenSource, withToken } from '../access-token.ts'
import { exchange, ProviderError } from '../exchange.ts'
import { orderOnce, type Parcel, type ShippingProvider } from '../shipping-provider.ts'
import { type ShipmentBody, shipmentBody } from './shipment-body.ts'

// DHL eCommerce in the Netherlands: https://api-gw.dhlparcel.nl/docs

const Access = z.object({
  accessToken: z.string().min(1),
  accountNumbers: z.array(z.string()).nullish(),
})

/** Its tokens say when they end, but are renewed as its own plugins do. */
const tokenLasts_s = 720

const Capability = z.object({
  parcelType: z.object({
    key: z.string(),
    minWeightGrams: z.number().nullish(),
    maxWeightGrams: z.number().nullish(),
  }),
})

const Ordered = z.object({
  shipmentId: z.string(),
  pieces: z.array(z.object({ labelId: z.string().min(1), trackerCode: z.string().min(1) })).min(1),
})

const Label = z.object({ pdf: z.base64().min(1) })

const Event = z.object({
  category: z.string().nullish(),
  status: z.string(),
  timestamp: z.string(),
  localTimestamp: z.string().nullish(),
})

const Parcels = z.array(
  z.object({
    barcode: z.string(),
    events: z.array(Event).nullish(),
    deliveredAt: z.string().nullish(),
  }),
)

export interface DhlAccount {
  user_id: string
  api_key: string
  account_id: string
}

interface Waits {
  timeout_ms: number
}

// No sentence of DHL's is known to hold no address.
const provider = { provider: 'DHL', sentenceOf: () => undefined } as const
const json = { 'Content-Type': 'application/json' }

/** Asks for access; also says whose accounts it opens. */
function authenticate(base_url: string, { user_id, api_key }: DhlAccount, { timeout_ms }: Waits) {
  const url = `${base_url}/authenticate/api-key`
  const body = JSON.stringify({ userId: user_id, key: api_key })
  const request = { ...provider, timeout_ms, url, headers: json, body } as const
  return exchange({ ...request, method: 'POST', repeatable: true }, Access)
}

/**
 * A token of DHL's.
 *
 * @throws ProviderError
 */
export async function fetchDhlToken(
  base_url: string,
  account: DhlAccount,
  waits: Waits,
): Promise<AccessToken> {
  const { accessToken } = await authenticate(base_url, account, waits)
  return { token: accessToken, expires_in_s: tokenLasts_s }
}

/** @param base_url `https://api-gw.dhlparcel.nl` */
export function dhl(
  base_url: string,
  account: DhlAccount,
  tokens: TokenSource,
  { timeout_ms }: Waits,
): ShippingProvider {
  const asked = (path: string, token: string) => ({
    ...provider,
    timeout_ms,
    url: `${base_url}${path}`,
    headers: { Authorization: `Bearer ${token}` },
  })
  const get = <T>(path: string, answer: z.ZodType<T>) =>
    withToken(tokens, (token) => exchange({ ...asked(path, token), method: 'GET' }, answer))

  const post = (path: string, body: string) =>
    withToken(tokens, (token) => {
      const request = asked(path, token)
      const headers = { ...request.headers, ...json }
      return orderOnce(() => exchange({ ...request, method: 'POST', headers, body }, Ordered))
    })

  /** The smallest that takes this weight. */
  async function parcelType(parcel: Parcel, option: string): Promise<string> {
    const query = new URLSearchParams({
      fromCountry: parcel.from.country,
      toCountry: parcel.to.country,
      toPostalCode: parcel.to.postal_code,
      toBusiness: 'false',
      returnProduct: String(parcel.is_return),
      accountNumber: account.account_id,
      option,
    })
    const capabilities = await get(`/capabilities/business?${query}`, z.array(Capability))
    const grams = parcel.weight_kg * 1000
    const [smallest] = capabilities
      .map(({ parcelType }) => parcelType)
      .filter(({ minWeightGrams, maxWeightGrams }) => {
        return (minWeightGrams ?? 0) <= grams && grams <= (maxWeightGrams ?? Number.MAX_VALUE)
      })
      .toSorted((a, b) => (a.maxWeightGrams ?? 0) - (b.maxWeightGrams ?? 0))
    if (smallest) return smallest.key
    throw new ProviderError('refused', 'DHL carries no such parcel between these addresses.')
  }

  return {
    async accountName() {
      const { accountNumbers } = await authenticate(base_url, account, { timeout_ms })
      return accountNumbers?.[0] ?? account.account_id
    },

    async order(parcel) {
      const option = parcel.service === 'letterbox' ? 'BP' : 'DOOR'
      const parcel_type = await parcelType(parcel, option)
      const shipment: ShipmentBody = { parcel, account_id: account.account_id, parcel_type, option }
      const { pieces } = await post('/shipments', JSON.stringify(shipmentBody(shipment)))
      const [piece] = pieces
      if (!piece) throw new Error('an order has a piece')
      const { labelId: provider_id, trackerCode: tracking_code } = piece
      return { provider_id, tracking_code, cost: null, file: null }
    },

    async label(provider_id) {
      const { pdf } = await get(`/labels/${encodeURIComponent(provider_id)}`, Label)
      return { content: Buffer.from(pdf, 'base64'), content_type: 'application/pdf' }
    },

    // DHL's interface knows no such request.
    void: null,

    async track(tracking_code, postal_code) {
      const postcode = postal_code?.replace(/\s/g, '').toUpperCase()
      const key = encodeURIComponent(postcode ? `${tracking_code}+${postcode}` : tracking_code)
      const url = `${base_url}/track-trace?key=${key}`
      // Open to all.
      const request = { ...provider, timeout_ms, url, headers: {} } as const
      const [parcel] = await exchange({ ...request, method: 'GET' }, Parcels)
      if (!parcel) throw new ProviderError('not_found', 'DHL does not know it.')
      return trackingOf(parcel)
    },
  }
}

function trackingOf({ events, deliveredAt }: z.output<typeof Parcels>[number]) {
  const latestFirst = (events ?? []).toSorted((a, b) => b.timestamp.localeCompare(a.timestamp))
  const delivered = latestFirst.find(({ category }) => category === 'DELIVERED')
  return {
    status: phrase(latestFirst[0]?.category ?? latestFirst[0]?.status ?? 'UNKNOWN'),
    activities: latestFirst.map(({ status, timestamp, localTimestamp }) => ({
      // DHL does not say where.
      location: null,
      description: phrase(status),
      date: (localTimestamp ?? timestamp).slice(0, 10),
    })),
    delivered_at: momentOf(deliveredAt ?? delivered?.timestamp),
  }
}

function momentOf(timestamp: string | undefined): string | null {
  const moment = new Date(timestamp ?? '')
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString()
}

/** `IN_DELIVERY` → `In delivery` */
const phrase = (code: string) => {
  const words = code.replaceAll('_', ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
