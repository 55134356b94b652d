import { afterAll, expect } from 'vitest'
import { startMollie } from '../fakes/mollie.ts'
import { startStripe } from '../fakes/stripe.ts'
import type { Client, Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'
import { newIssued, screen } from '../sales/invoicing.ts'

/** How long the Worker waits for a provider here. */
export const patience_ms = 1000

/** Two shops, the first of which is connected to a Mollie and a Stripe of its own. */
export async function startShopsWithProviders() {
  const [mollie, stripe] = await Promise.all([startMollie(), startStripe()])
  afterAll(() => Promise.all([mollie.stop(), stripe.stop()]))
  const shops = await startShops({
    vars: {
      MOLLIE_BASE_URL: mollie.url,
      STRIPE_BASE_URL: stripe.url,
      PROVIDER_TIMEOUT_MS: String(patience_ms),
      PUBLIC_URL: 'https://api.repair-angel.example',
    },
  })
  const { api } = shops.shop
  await api.put('/integrations/mollie', {
    is_enabled: true,
    config: { api_key: mollie.api_key },
  })
  await api.put('/integrations/stripe', {
    is_enabled: true,
    config: { secret_key: stripe.secret_key, webhook_secret: stripe.webhook_secret },
  })
  const pathOf = async (slug: string) => {
    const { body } = await api.get(`/integrations/${slug}`)
    return new URL(body.webhook_url).pathname
  }
  const paths = { mollie: await pathOf('mollie'), stripe: await pathOf('stripe') }

  return {
    ...shops,
    mollie,
    stripe,
    paths,

    /** An issued invoice of that amount, without VAT. */
    owing: (total: number): Promise<Json> =>
      newIssued(api, {
        due_date: '2099-01-01',
        lines: [{ ...screen, unit_price: total, vat_rate: 0 }],
      }),

    /** Posts what Mollie posts. */
    mollieSays: (id: string, path = paths.mollie) =>
      fetch(`${shops.url}${path}`, { method: 'POST', body: new URLSearchParams({ id }) }),

    /** Posts a signed event. */
    stripeSays: ({ body, signature }: { body: string; signature: string }, path = paths.stripe) =>
      fetch(`${shops.url}${path}`, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json', 'Stripe-Signature': signature },
      }),

    /** Waits until every message of a provider has been acted on. */
    settled: () =>
      expect
        .poll(
          async () => {
            const text =
              'select count(*)::int as waiting from inbox where done_at is null and failure is null'
            return (await shops.owner.query(text)).rows[0].waiting
          },
          { timeout: 20_000, interval: 50 },
        )
        .toBe(0),
  }
}

/** The payments of an invoice, oldest first. */
export async function paymentsOf(api: Client, invoice_id: number): Promise<Json[]> {
  const { body } = await api.get(`/payments?invoice_id=${invoice_id}`)
  return body.data.toReversed()
}
