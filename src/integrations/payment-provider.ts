export const paymentProviders = ['mollie', 'stripe'] as const
export type PaymentProviderName = (typeof paymentProviders)[number]

/** How a payment was made, in our words. */
export type PaymentMethod = 'pin' | 'bank' | 'ideal' | 'card' | 'other'

/** What the customer is to pay. Repeated with the same key it must be the same in every field. */
export interface PaymentOrder {
  /** Of the row that waits for it; the provider keeps it and gives it back. */
  payment_id: number
  idempotency_key: string
  amount_cents: number
  description: string
  locale: 'nl' | 'en'
  /** Where the customer comes back to. */
  return_url: string
  /** Where the provider reports to, if it does so per payment; undefined where it could not reach us. */
  webhook_url: string | undefined
  /** When it shall end, if the provider lets us choose. */
  expires_at: string
}

/** A page of the provider on which the customer pays. */
export interface Checkout {
  provider_id: string
  url: string
  expires_at: string | null
}

export interface RefundOrder {
  refund_id: number
  idempotency_key: string
  /** The payment's. */
  provider_id: string
  amount_cents: number
  description: string
}

/** Money that went back, as the provider knows it. */
export interface ProviderRefund {
  provider_id: string
  /** Our row's, when we asked for it. */
  refund_id: number | null
  kind: 'refund' | 'chargeback'
  amount_cents: number
  status: 'pending' | 'done' | 'failed'
  reason: string | null
}

/** A payment as the provider knows it now. */
export interface ProviderPayment {
  provider_id: string
  /** Our row's; null when it is a payment of something else. */
  payment_id: number | null
  status: 'open' | 'paid' | 'failed'
  amount_cents: number
  method: PaymentMethod
  paid_at: string | null
  failure: string | null
  refunds: ProviderRefund[]
}

/** What every payment provider can do. Each function throws ProviderError. */
export interface PaymentProvider {
  /** Whose account the credentials open. */
  accountName(): Promise<string>
  createPayment(order: PaymentOrder): Promise<Checkout>
  getPayment(provider_id: string): Promise<ProviderPayment>
  refund(order: RefundOrder): Promise<ProviderRefund>
}

/** Names of our ids in a provider's metadata; other software of the shop may use the same account. */
export const ourPayment = 'repair_angel_payment'
export const ourRefund = 'repair_angel_refund'

/** An id of ours in a provider's metadata, which may hold anything. */
export function idIn(metadata: unknown, name: string): number | null {
  const id = Number((metadata as Record<string, unknown> | null | undefined)?.[name] ?? Number.NaN)
  return Number.isSafeInteger(id) && id > 0 ? id : null
}
