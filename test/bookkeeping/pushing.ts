import { afterAll, expect } from 'vitest'
import { startMoneybird } from '../fakes/moneybird.ts'
import { startSnelStart } from '../fakes/snelstart.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

/** How long the Worker waits for a service here. */
export const patience_ms = 1000

export type Slug = 'moneybird' | 'snelstart'

/** The request that makes a document. */
export const booking: Record<Slug, RegExp> = {
  moneybird: /^POST .*\/external_sales_invoices\.json$/,
  snelstart: /^POST .*\/verkoopboekingen$/,
}

/** The request that makes a customer. */
export const adding: Record<Slug, RegExp> = {
  moneybird: /^POST .*\/contacts\.json$/,
  snelstart: /^POST .*\/relaties$/,
}

/** Two shops, the first of which has an administration at both services; switched on is what a test asks for. */
export async function startBookkeeping() {
  const [moneybird, snelstart] = await Promise.all([startMoneybird(), startSnelStart()])
  afterAll(() => Promise.all([moneybird.stop(), snelstart.stop()]))
  const shops = await startShops({
    vars: {
      ...moneybird.vars,
      ...snelstart.vars,
      PROVIDER_TIMEOUT_MS: String(patience_ms),
    },
  })
  const { shop, owner, miniflare } = shops
  const configs: Record<Slug, Record<string, string>> = {
    moneybird: {
      api_token: moneybird.api_token,
      administration_id: moneybird.administration_id,
      webhook_secret: moneybird.world.webhook_secret,
    },
    snelstart: {
      client_key: snelstart.client_key,
      subscription_key: snelstart.subscription_key,
    },
  }

  async function connect(slug: Slug, change: Record<string, string | null> = {}) {
    const config = { ...configs[slug], ...change }
    const saved = await shop.api.put(`/integrations/${slug}`, { is_enabled: true, config })
    expect(saved.status).toBe(200)
  }

  async function wake(times = 1) {
    const queue = await miniflare.getQueueProducer('EVENTS_QUEUE')
    const message = { kind: 'reactions', tenant_id: shop.tenant_id, request_id: 'test' }
    for (let n = 0; n < times; n++) await queue.send(message)
  }

  return {
    ...shops,
    moneybird,
    snelstart,
    fakes: { moneybird, snelstart },
    connect,
    disconnect: (slug: Slug) => shop.api.put(`/integrations/${slug}`, { is_enabled: false }),
    wake,
    /** Waits until every document was pushed or given up; a next try comes at once. */
    settled: () =>
      expect
        .poll(
          async () => {
            const { rowCount } = await owner.query(
              `update reactions set next_at = now() where ${isOpen}
               and failure is not null and next_at > now() and next_at < now() + interval '1 day'`,
            )
            if (rowCount) await wake()
            const { rows } = await owner.query(
              `select count(*)::int as open from reactions where ${isOpen}`,
            )
            return rows[0].open
          },
          { timeout: 40_000, interval: 50 },
        )
        .toBe(0),
    /** Rows of the list for a number. */
    syncsOf: async (slug: Slug, number: string): Promise<Json[]> => {
      const { status, body } = await shop.api.get(`/integrations/${slug}/sync?per_page=100`)
      expect(status).toBe(200)
      return body.data.filter((sync: Json) => sync.number === number)
    },
    /** Methods and last parts of what a service was asked since. */
    askedSince: (slug: Slug, since: number) =>
      (slug === 'moneybird' ? moneybird : snelstart).requests
        .slice(since)
        .map(({ method, url }) => `${method} ${url.pathname.split('/').at(-1)}`),
  }
}

const isOpen = `kind = 'bookkeeping' and done_at is null and failed_at is null`
