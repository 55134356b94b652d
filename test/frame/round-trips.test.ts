import { afterAll, expect, test } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { startShops } from '../harness/shop.ts'
import { Factory } from './factory.ts'
import { isEveryday, operationsOf } from './operations.ts'
import { type RoundTrips, roundTripsOf } from './round-trips.ts'

const mailbox = await startMailbox()
const { shop, owner, endpoint, url } = await startShops({ smtp_url: mailbox.smtp_url })
// A token that was just used is not touched after the answer, which would be counted too.
await owner.query(`update api_tokens set last_used_at = now() + interval '1 hour'`)
const operations = await operationsOf(url)
const factory = new Factory(shop.api)
const table: Record<string, object> = {}
afterAll(() => console.table(table))

/** What an operation may cost that looks before it leaps, or that talks to the outside. */
const budgets: Record<string, Partial<RoundTrips>> = {}

test.each(operations.filter(isEveryday))('$name', async (operation) => {
  const { status, ...cost } = await roundTripsOf(operation, { api: shop.api, factory, endpoint })
  table[operation.name] = { kind: operation.kind, ...cost }
  expect(status).toBeLessThan(300)
  const { kind, name } = operation
  if (kind === 'read' || kind === 'write') {
    expect(cost).toEqual({ http: 1, connects: 0, messages: 0 })
    return
  }
  const budget = budgets[name]
  expect(
    budget,
    `declare what ${name} may cost in \`budgets\`: it cost ${JSON.stringify(cost)}`,
  ).toBeDefined()
  const { http = 0, connects = 0, messages = 0 } = budget ?? {}
  expect(cost.http).toBeLessThanOrEqual(http)
  expect(cost.connects).toBeLessThanOrEqual(connects)
  expect(cost.messages).toBeLessThanOrEqual(messages)
})

test('a login costs two round trips', async () => {
  const { rows } = await owner.query(
    `select email from users where role = 'admin' order by id limit 1`,
  )
  endpoint.reset()
  const answer = await shop.api.post('/auth/login', { email: rows[0].email, password: 'password' })
  expect(answer.status).toBe(200)
  expect(endpoint.counts).toMatchObject({ http: 2, websocket_connects: 0 })
})
