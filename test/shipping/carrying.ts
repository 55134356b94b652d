import { afterAll, expect } from 'vitest'
import { startDhl } from '../fakes/dhl.ts'
import { startUps } from '../fakes/ups.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

/** How long the Worker waits for a carrier here. */
export const patience_ms = 800

/** The shop's end of each parcel. */
export const ours = {
  name: 'Reparatiehuis',
  address: 'Kerkstraat 12',
  postal_code: '1017 GC',
  city: 'Amsterdam',
  country: 'NL',
  phone: '020-1234567',
  email: 'info@reparatiehuis.example',
}

/** Two shops, the first of which has an account at a UPS and a DHL of its own. */
export async function startShopsWithCarriers() {
  const [ups, dhl] = await Promise.all([startUps(), startDhl()])
  afterAll(() => Promise.all([ups.stop(), dhl.stop()]))
  const shops = await startShops({
    vars: {
      UPS_BASE_URL: ups.url,
      // Nobody lives there: a shop in production must never ask it.
      UPS_TEST_BASE_URL: 'http://127.0.0.1:1',
      DHL_BASE_URL: dhl.url,
      PROVIDER_TIMEOUT_MS: String(patience_ms),
    },
  })
  const { shop, owner, miniflare } = shops
  const { api } = shop
  const { client_id, client_secret, account_number } = ups
  const { user_id, api_key, account_id } = dhl
  const accounts = {
    ups: { client_id, client_secret, account_number },
    dhl: { user_id, api_key, account_id },
  }
  type Carrier = keyof typeof accounts
  const connect = (carrier: Carrier, config: Record<string, string | null> = {}) =>
    api.put(`/integrations/${carrier}`, {
      is_enabled: true,
      config: { ...accounts[carrier], ...config },
    })
  for (const carrier of ['ups', 'dhl'] as const) {
    expect((await connect(carrier)).status).toBe(200)
  }
  expect((await api.put('/settings', ours)).status).toBe(200)
  let names = 0

  /** A label for somebody who had none before. */
  const draft = (more: object = {}) => ({
    ship_to_name: `Jane Smith ${++names}`,
    ship_to_address: 'Damrak 1-2 hs',
    ship_to_city: 'Amsterdam',
    ship_to_postal: '1012 lg',
    ...more,
  })

  async function order(carrier: Carrier, more: object = {}): Promise<Json> {
    const { status, body } = await api.post(`/${carrier}/label`, draft(more))
    expect({ status, ...(status !== 201 && { body }) }).toEqual({ status: 201 })
    return body
  }

  /** Calls consumers to work, that many at once. */
  async function wake(times = 1) {
    const queue = await miniflare.getQueueProducer('EVENTS_QUEUE')
    const message = { kind: 'reactions', tenant_id: shop.tenant_id, request_id: 'test' }
    for (let n = 0; n < times; n++) await queue.send(message)
  }

  /** Waits until every label was made or given up; a next try comes at once, but for the end of a lease. */
  const settled = () =>
    expect
      .poll(
        async () => {
          const { rowCount } = await owner.query(`
            update reactions set next_at = now()
            where kind in ('label', 'parcels') and failure is not null and done_at is null and failed_at is null
              and next_at > now() and next_at - now() not between interval '46 seconds' and interval '121 seconds'`)
          if (rowCount) await wake()
          const { rows } = await owner.query(`
            select count(*)::int as open from reactions
            where kind in ('label', 'parcels') and done_at is null and failed_at is null`)
          return rows[0].open
        },
        { timeout: 30_000, interval: 30 },
      )
      .toBe(0)

  return {
    ...shops,
    ups,
    dhl,
    connect,
    draft,
    order,
    wake,
    settled,
    /** Orders a label, and answers what became of it. */
    made: async (carrier: Carrier, more: object = {}): Promise<Json> => {
      const { id } = await order(carrier, more)
      await settled()
      return (await api.get(`/${carrier}/labels/${id}`)).body
    },
    label: async (carrier: Carrier, id: number): Promise<Json> =>
      (await api.get(`/${carrier}/labels/${id}`)).body,
  }
}
