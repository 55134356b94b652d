import { ProviderError } from './exchange.ts'

/** One end of a parcel's way. */
export interface Party {
  name: string
  /** The contact, when the name is a company's. */
  contact: string | null
  /** Street and number. */
  address: string
  postal_code: string
  city: string
  /** ISO 3166, two letters. */
  country: string
  /** E.164. */
  phone: string | null
  email: string | null
}

/** What a label is ordered for. */
export interface Parcel {
  /** A UUID of ours. */
  request_id: string
  from: Party
  to: Party
  /** The shop, which pays; one of the two ends. */
  shop: Party
  is_return: boolean
  weight_kg: number
  /** As the carrier's client calls it; the usual one when absent. */
  service: string | null
  reference: string | null
}

/** A label, as it is printed. */
export interface LabelFile {
  content: Uint8Array
  content_type: string
}

/** What the carrier made of an order. */
export interface OrderedLabel {
  /** The carrier's own number of it. */
  provider_id: string
  tracking_code: string
  /** What it charges; null where it does not say. */
  cost: { amount_cents: number; currency: string } | null
  /** null where it is fetched afterwards, with `label`. */
  file: LabelFile | null
}

export interface TrackingActivity {
  location: string | null
  description: string
  /** `YYYY-MM-DD`, where it happened. */
  date: string
}

/** Where a parcel is. */
export interface Tracking {
  status: string
  /** Newest first. */
  activities: TrackingActivity[]
  /** ISO 8601 with an offset. */
  delivered_at: string | null
}

/** Each function throws ProviderError. */
export interface ShippingProvider {
  /** Whose account the credentials open. */
  accountName(): Promise<string>
  /** @throws UnknownOutcome when the label may have been made. */
  order(parcel: Parcel): Promise<OrderedLabel>
  /** The label of an order; null where it comes with the order alone. */
  label: ((provider_id: string) => Promise<LabelFile>) | null
  /** Takes a label back; null where the carrier does not. */
  void: ((provider_id: string) => Promise<void>) | null
  /** @param postal_code of the receiver, for carriers that tell more to who knows it */
  track(tracking_code: string, postal_code: string | null): Promise<Tracking>
}

/** The order was sent, and nobody knows what came of it. */
export class UnknownOutcome extends ProviderError {
  constructor(message: string) {
    super('no_answer', message)
  }
}

/**
 * Sends an order that its carrier would carry out a second time.
 *
 * @throws UnknownOutcome, and ProviderError when nothing was done: a refusal, or 429
 */
export async function orderOnce<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof ProviderError) || error.failure !== 'no_answer') throw error
    if (error.http_status === 429) throw error
    throw new UnknownOutcome(error.message)
  }
}
