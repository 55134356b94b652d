import * as z from 'zod'
import { parseCents } from '../../lib/money.ts'
import { type AccessToken, type TokenSource, withToken } from '../access-token.ts'
import { type Exchange, exchange, ProviderError } from '../exchange.ts'
import {
  orderOnce,
  type Party,
  type ShippingProvider,
  type Tracking,
} from '../shipping-provider.ts'
import { shipmentRequest } from './shipment-request.ts'

// UPS's Shipping v2409 and Tracking v1: https://developer.ups.com/api/reference

const Token = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
})

const Ordered = z.object({
  ShipmentResponse: z.object({
    ShipmentResults: z.object({
      ShipmentIdentificationNumber: z.string().min(1),
      ShipmentCharges: z
        .object({ TotalCharges: z.object({ CurrencyCode: z.string(), MonetaryValue: z.string() }) })
        .nullish(),
      PackageResults: z
        .array(
          z.object({
            TrackingNumber: z.string().min(1),
            ShippingLabel: z.object({
              ImageFormat: z.object({ Code: z.string() }),
              GraphicImage: z.base64().min(1),
            }),
          }),
        )
        .min(1),
    }),
  }),
})

const Voided = z.object({
  VoidShipmentResponse: z.object({
    /** 1: voided, or already voided. */
    SummaryResult: z.object({ Status: z.object({ Code: z.string() }) }),
  }),
})

const Status = z.object({ description: z.string().nullish(), type: z.string().nullish() })

const Activity = z.object({
  /** `YYYYMMDD` and `HHMMSS` where it happened, and in Greenwich. */
  date: z.string().regex(/^\d{8}$/),
  gmtDate: z.string().nullish(),
  gmtTime: z.string().nullish(),
  location: z.object({ address: z.object({ city: z.string().nullish() }).nullish() }).nullish(),
  status: Status.nullish(),
})

const Tracked = z.object({
  trackResponse: z.object({
    shipment: z
      .array(
        z.object({
          package: z
            .array(
              z.object({
                currentStatus: Status.nullish(),
                activity: z.array(Activity).nullish(),
              }),
            )
            .nullish(),
        }),
      )
      .min(1),
  }),
})

const Failure = z.object({
  response: z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) }),
})

export interface UpsAccount {
  client_id: string
  client_secret: string
  /** Six characters: who pays. */
  account_number: string
}

interface Waits {
  timeout_ms: number
}

const provider = {
  provider: 'UPS',
  sentenceOf: (body: unknown) => errorOf(body)?.message,
  reasonOf: codeOf,
} as const

/**
 * A token of UPS's, by client credentials.
 *
 * @throws ProviderError
 */
export async function fetchUpsToken(
  base_url: string,
  { client_id, client_secret, account_number }: UpsAccount,
  { timeout_ms }: Waits,
): Promise<AccessToken> {
  const { access_token, expires_in } = await exchange(
    {
      ...provider,
      timeout_ms,
      method: 'POST',
      url: `${base_url}/security/v1/oauth/token`,
      headers: {
        Authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
        'Content-Type': 'application/x-www-form-urlencoded',
        'x-merchant-id': account_number,
      },
      body: 'grant_type=client_credentials',
      repeatable: true,
    },
    Token,
  )
  return { token: access_token, expires_in_s: expires_in }
}

/** @param base_url without the version: `https://onlinetools.ups.com` */
export function ups(
  base_url: string,
  account: UpsAccount,
  tokens: TokenSource,
  { timeout_ms }: Waits,
): ShippingProvider {
  const { account_number } = account
  type Asked = Pick<Exchange, 'method' | 'body' | 'repeatable'> & { path: string }
  const asked = ({ path, ...request }: Asked, token: string): Exchange => ({
    ...provider,
    ...request,
    timeout_ms,
    url: `${base_url}/api${path}`,
    headers: {
      Authorization: `Bearer ${token}`,
      transId: crypto.randomUUID().replaceAll('-', ''),
      transactionSrc: 'repair-angel',
      ...(request.body !== undefined && { 'Content-Type': 'application/json' }),
    },
  })
  const ask = <T>(request: Asked, answer: z.ZodType<T>) =>
    withToken(tokens, (token) => exchange(asked(request, token), answer))

  return {
    async accountName() {
      // UPS tells no name. A token of its own proves the credentials; a kept one would not.
      await fetchUpsToken(base_url, account, { timeout_ms })
      return account_number
    },

    async order(parcel) {
      const body = JSON.stringify(shipmentRequest(parcel, account_number))
      const request = { method: 'POST', path: '/shipments/v2409/ship', body } as const
      const sentenceOf = sentenceWithout([parcel.from, parcel.to].flatMap(wordsOf))
      const { ShipmentResponse } = await withToken(tokens, (token) =>
        orderOnce(() => exchange({ ...asked(request, token), sentenceOf }, Ordered)),
      )
      return orderedOf(ShipmentResponse.ShipmentResults)
    },

    // It came with the order.
    label: null,

    async void(provider_id) {
      const path = `/shipments/v2409/void/cancel/${encodeURIComponent(provider_id)}`
      try {
        const voided = await ask({ method: 'DELETE', path, repeatable: true }, Voided)
        if (voided.VoidShipmentResponse.SummaryResult.Status.Code === '1') return
        throw new ProviderError('refused', 'UPS did not void it.')
      } catch (error) {
        if (!(error instanceof ProviderError) || error.reason !== voidedBefore) throw error
      }
    },

    async track(tracking_code) {
      const path = `/track/v1/details/${encodeURIComponent(tracking_code)}?locale=en_US&returnSignature=false`
      const { trackResponse } = await ask({ method: 'GET', path }, Tracked)
      return trackingOf(trackResponse)
    },
  }
}

const contentTypes: Record<string, string> = {
  GIF: 'image/gif',
  PNG: 'image/png',
  PDF: 'application/pdf',
}

type Results = z.output<typeof Ordered>['ShipmentResponse']['ShipmentResults']

function orderedOf(results: Results) {
  const [made] = results.PackageResults
  if (!made) throw new Error('an order has a package')
  const { ImageFormat, GraphicImage } = made.ShippingLabel
  const charges = results.ShipmentCharges?.TotalCharges
  const amount_cents = charges && parseCents(charges.MonetaryValue)
  return {
    provider_id: results.ShipmentIdentificationNumber,
    tracking_code: made.TrackingNumber,
    cost:
      charges && amount_cents !== undefined
        ? { amount_cents, currency: charges.CurrencyCode }
        : null,
    file: {
      content: Buffer.from(GraphicImage, 'base64'),
      content_type: contentTypes[ImageFormat.Code.toUpperCase()] ?? 'application/octet-stream',
    },
  }
}

function trackingOf({ shipment }: z.output<typeof Tracked>['trackResponse']): Tracking {
  const parcel = shipment[0]?.package?.[0]
  // A number that UPS has no news of: a shipment that holds warnings alone.
  if (!parcel) throw new ProviderError('not_found', 'UPS does not know it.')
  const activity = parcel.activity ?? []
  const latest = activity[0]
  // "D" is what the community knows as delivered; the description does not say it in every language.
  const isDelivered = (parcel.currentStatus?.type ?? latest?.status?.type) === 'D'
  return {
    status: parcel.currentStatus?.description ?? latest?.status?.description ?? 'Unknown',
    activities: activity.map(({ date, location, status }) => ({
      location: location?.address?.city || null,
      description: status?.description ?? '',
      date: dashed(date),
    })),
    delivered_at: isDelivered && latest ? momentOf(latest) : null,
  }
}

const dashed = (date: string) => `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`

/** UPS leaves the zero of an early hour out: "74700". */
function momentOf({ date, gmtDate, gmtTime }: z.output<typeof Activity>): string {
  const time = (gmtTime ?? '').replaceAll(':', '').padStart(6, '0')
  const moment = `${dashed(gmtDate ?? date)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}Z`
  return Number.isNaN(Date.parse(moment)) ? `${dashed(date)}T00:00:00Z` : moment
}

function errorOf(body: unknown) {
  return Failure.safeParse(body).data?.response.errors[0]
}

function codeOf(body: unknown) {
  return errorOf(body)?.code
}

/** UPS's own sentence, unless it repeats what somebody else would not have told. */
const sentenceWithout = (words: readonly string[]) => (body: unknown) => {
  const error = errorOf(body)
  const text = error?.message.toLowerCase() ?? ''
  return words.some((word) => text.includes(word)) ? `error ${error?.code}.` : error?.message
}

const wordsOf = ({ name, contact, address, city, postal_code, phone, email }: Party) =>
  [name, contact, address, city, postal_code, phone, email]
    .flatMap((value) => value?.toLowerCase().split(/[^\p{L}\p{N}]+/u) ?? [])
    .filter((word) => word.length > 2)

/** "The Shipment has already been voided" */
const voidedBefore = '190117'
