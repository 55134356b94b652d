import { afterAll, expect } from 'vitest'
import { type Receipt, startReceiver } from '../fakes/receiver.ts'
import type { Client, Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

/** Two shops whose Worker may call loopback, and a receiver there. */
export async function startListening() {
  const receiver = await startReceiver()
  afterAll(() => receiver.stop())
  const vars = { ALLOW_PRIVATE_HOSTS: '1', PROVIDER_TIMEOUT_MS: '500' }
  const started = await startShops({ vars })
  let count = 0

  /** A new endpoint with a path of its own, and what comes there. */
  async function listen(events: string[], api: Client = started.shop.api) {
    const path = `/hook-${++count}`
    const { status, body } = await api.post('/webhook-endpoints', {
      url: `${receiver.url}${path}`,
      events,
    })
    expect(status).toBe(201)
    const address = `/webhook-endpoints/${body.id}`
    return {
      path,
      address,
      endpoint: body as Json,
      secret: body.secret as string,
      received: () => receiver.at(path),
      async deliveries(): Promise<Json[]> {
        return (await api.get(`${address}/deliveries`)).body.data
      },
    }
  }

  /** A new customer: the plainest of events. */
  async function newCustomer(api: Client = started.shop.api): Promise<Json> {
    const { status, body } = await api.post('/customers', {
      first_name: 'Jane',
      last_name: 'Smith',
    })
    expect(status).toBe(201)
    return body
  }

  return { ...started, receiver, listen, newCustomer }
}

export const eventually = (check: () => unknown, timeout_ms = 20_000) =>
  expect.poll(check, { timeout: timeout_ms, interval: 50 })

/** The first message that comes. */
export async function first({ received }: { received: () => Receipt[] }): Promise<Receipt> {
  await eventually(() => received().length).toBeGreaterThan(0)
  const [receipt] = received()
  if (!receipt) throw new Error('Nothing came')
  return receipt
}
