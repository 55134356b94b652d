import { afterAll, expect, test } from 'vitest'
import { startShopsWithMail } from '../harness/mail.ts'
import { Factory } from './factory.ts'
import { isEveryday, operationsOf } from './operations.ts'
import { nothingReacts } from './quiet.ts'
import { type RoundTrips, roundTripsOf } from './round-trips.ts'

const { shop, owner, endpoint, url } = await startShopsWithMail()
await nothingReacts(owner)
await owner.query(`alter table reactions alter next_at set default now() + interval '1 day'`)
const operations = await operationsOf(url)
const factory = new Factory(shop.api, owner)
const table: Record<string, object> = {}
afterAll(() => console.table(table))

/** What an operation may cost that looks before it leaps, or that talks to the outside. */
const budgets: Record<string, Partial<RoundTrips>> = {
  'PUT /auth/me': { connects: 1, messages: 4 },
  'PATCH /auth/me': { connects: 1, messages: 4 },
  // With the mail's own turn in the queue.
  'POST /auth/forgot-password': { http: 2 },
  'PUT /customers/{id}': { connects: 1, messages: 5 },
  'PATCH /customers/{id}': { connects: 1, messages: 5 },
  'PUT /work-orders/{work_order_id}/lines/{id}': { connects: 1, messages: 7 },
  'PATCH /work-orders/{work_order_id}/lines/{id}': { connects: 1, messages: 7 },
  'DELETE /work-orders/{work_order_id}/lines/{id}': { connects: 1, messages: 6 },
  'GET /products/export': { connects: 1, messages: 6 },
  'POST /products/import': { connects: 1, messages: 10 },
  'GET /stock/export': { connects: 1, messages: 6 },
  // As CSV: a transaction for as long as it is read.
  'GET /reports/general-ledger': { http: 1 },
  'POST /stock/import': { connects: 1, messages: 11 },
  'GET /purchase-orders/export': { connects: 1, messages: 5 },
  'POST /purchase-orders/import': { connects: 1, messages: 10 },
  // With a page of each journal that has entries.
  'GET /audit-file': { connects: 1, messages: 17 },
  'POST /work-orders/{id}/attachments': { http: 2 },
  'POST /work-orders/{id}/deposit': { connects: 1, messages: 19 },
  'POST /work-orders/{id}/invoice': { connects: 1, messages: 9 },
  'POST /work-orders/{id}/special-orders': { connects: 1, messages: 12 },
  'POST /receiving/from-po/{id}': { connects: 1, messages: 11 },
  'POST /receiving/direct': { connects: 1, messages: 11 },
  'POST /receiving/{id}/reverse': { connects: 1, messages: 12 },
  'POST /purchase-invoices/{id}/book': { connects: 1, messages: 9 },
  'POST /purchase-invoices/{id}/cancel': { connects: 1, messages: 6 },
  'POST /purchase-invoices/from-receipt': { connects: 1, messages: 12 },
  'DELETE /attachments/{id}': { http: 2 },
  // With nothing due; what it costs otherwise is tested with the deadlines.
  'POST /sla/run-check': { connects: 1, messages: 3 },
  'POST /warranty/claims/{id}/approve': { connects: 1, messages: 8 },
  'POST /invoices/{id}/issue': { connects: 1, messages: 7 },
  'POST /invoices/{id}/send': { http: 6, connects: 2, messages: 17 },
  'POST /payments': { connects: 1, messages: 9 },
  'POST /invoices/{id}/cancel': { connects: 1, messages: 7 },
  'POST /credit-notes': { connects: 1, messages: 10 },
  'PUT /credit-notes/{id}': { connects: 1, messages: 6 },
  'PATCH /credit-notes/{id}': { connects: 1, messages: 6 },
  'POST /quotations/{id}/send': { http: 5, connects: 1, messages: 10 },
  'POST /purchase-orders/from-suggestions': { connects: 1, messages: 5 },
  'POST /purchase-orders/{id}/send': { http: 6, connects: 1, messages: 10 },
  'POST /quotations/{id}/convert-to-invoice': { connects: 1, messages: 9 },
  'POST /quotations/{id}/convert-to-work-order': { connects: 1, messages: 10 },
  'POST /quotations/{id}/deposit': { connects: 1, messages: 22 },
  'DELETE /pricing/agreements/{id}': { http: 1 },
  'POST /notifications/test': { http: 1 },
  'POST /pricing/agreements/{id}/sign': { http: 2 },
  'POST /pricing/agreements/{id}/generate-contract': { http: 2 },
  'POST /recurring-invoices/{id}/generate': { connects: 1, messages: 7 },
  'POST /customers/{id}/links': { connects: 1, messages: 5 },
  'POST /invoices/{id}/remind': { http: 4, connects: 1, messages: 10 },
  'PUT /invoices/{invoice_id}/reminders/{id}': { connects: 1, messages: 5 },
  'PATCH /invoices/{invoice_id}/reminders/{id}': { connects: 1, messages: 5 },
  // The connection's credentials, the row that waits, the provider's answer.
  'POST /invoices/{id}/payment-link': { http: 2, connects: 1, messages: 6 },
  'POST /payments/{id}/refund': { http: 2 },
  'POST /email/config/test': { http: 2 },
  'PUT /employees/{id}/email-config': { connects: 1, messages: 7 },
  'PATCH /employees/{id}/email-config': { connects: 1, messages: 7 },
  'POST /employees/{id}/email-config/test': { http: 2 },
  'PUT /integrations/{slug}': { connects: 1, messages: 9 },
  'POST /integrations/{slug}/test': { http: 2 },
  'POST /integrations/{slug}/sync/{id}/retry': { http: 1, connects: 1, messages: 8 },
  // The words, then what came of them.
  'POST /email/send': { http: 2, connects: 1, messages: 6 },
  'POST /email/messages/{id}/resend': { http: 3 },
  'DELETE /email/threads/{id}': { http: 2 },
  // What is known, and the proof.
  'POST /vies/validate': { http: 2 },
  'POST /companies/{id}/validate-vat': { http: 3 },
  // What is known, the credentials, the outcome; between them the reservation.
  'POST /ai/suggest-repair': { http: 3, connects: 1, messages: 5 },
  // One of them the queue's.
  'POST /warranty/claims/{id}/reject': { http: 1, connects: 1, messages: 6 },
  'POST /sms/send': { http: 1, connects: 1, messages: 7 },
  'POST /sms/bulk-send': { http: 1, connects: 1, messages: 8 },
  // The counts, the connection, the country; and the token, which is fetched once.
  'GET /3cx/status': { http: 5 },
  'GET /3cx/queue': { http: 6 },
  'POST /3cx/call': { http: 6 },
  'PUT /3cx/config': { connects: 1, messages: 12 },
  'PATCH /3cx/config': { connects: 1, messages: 12 },
  'POST /3cx/extensions': { connects: 1, messages: 6 },
  // With a national number: the shop's country first.
  'PUT /employees/{id}/phone-config': { http: 2 },
  'PATCH /employees/{id}/phone-config': { http: 2 },
  'POST /ups/label': { http: 1, connects: 1, messages: 8 },
  'POST /dhl/label': { http: 1, connects: 1, messages: 8 },
  'POST /ups/labels/{id}/retry': { http: 1, connects: 1, messages: 8 },
  'POST /dhl/labels/{id}/retry': { http: 1, connects: 1, messages: 8 },
  // The label, the connection's credentials, an access token: three more when there was none.
  'POST /ups/labels/{id}/void': { http: 7, connects: 1, messages: 7 },
  'POST /dhl/labels/{id}/void': { http: 2, connects: 1, messages: 7 },
  'GET /ups/track/{tracking_code}': { http: 7, connects: 1, messages: 4 },
  'GET /dhl/track/{tracking_code}': { http: 2 },
  'POST /dead-letters/{id}/replay': { http: 1, connects: 1, messages: 7 },
  'POST /webhook-endpoints': { connects: 1, messages: 6 },
  'POST /webhook-endpoints/{id}/rotate-secret': { connects: 1, messages: 5 },
  'POST /webhook-endpoints/{id}/test': { http: 2 },
  'POST /webhook-deliveries/{id}/replay': { http: 1, connects: 1, messages: 7 },
  'POST /automation-rules/{id}/run': { connects: 1, messages: 12 },
  'POST /btw-periods/{id}/close': { connects: 1, messages: 13 },
  'POST /users': { connects: 1, messages: 6 },
  'PUT /users/{id}': { connects: 1, messages: 7 },
  'PATCH /users/{id}': { connects: 1, messages: 7 },
  'DELETE /users/{id}': { connects: 1, messages: 5 },
  'POST /bank-statements': { connects: 1, messages: 7 },
  'POST /bank-transactions/{id}/match': { connects: 1, messages: 9 },
  'POST /bank-transactions/{id}/unmatch': { connects: 1, messages: 9 },
  'POST /bank-transactions/confirm': { http: 1 },
  'POST /api-tokens': { connects: 1, messages: 4 },
  'PUT /api-tokens/{id}': { connects: 1, messages: 5 },
  'PATCH /api-tokens/{id}': { connects: 1, messages: 5 },
  'DELETE /api-tokens/{id}': { connects: 1, messages: 3 },
}

/** Requests to the database, with those of the queue that an operation calls to work. */
const queued: Record<string, number> = {
  'POST /auth/forgot-password': 2,
  'POST /sms/send': 1,
  'POST /integrations/{slug}/sync/{id}/retry': 1,
  'POST /sms/bulk-send': 1,
  'POST /warranty/claims/{id}/reject': 1,
  'POST /ups/label': 1,
  'POST /dhl/label': 1,
  'POST /ups/labels/{id}/retry': 1,
  'POST /dhl/labels/{id}/retry': 1,
  'POST /dead-letters/{id}/replay': 1,
  'POST /webhook-deliveries/{id}/replay': 1,
}

test.each(operations.filter(isEveryday))('$name', async (operation) => {
  const { status, ...cost } = await roundTripsOf(operation, { api: shop.api, factory, endpoint })
  table[operation.name] = { kind: operation.kind, ...cost }
  expect(status).toBeLessThan(300)
  const { kind, name } = operation
  // The queue comes after the answer: let it be done before the next operation is counted.
  if (name in queued) {
    await expect.poll(() => endpoint.counts.http, { timeout: 30_000 }).toBe(queued[name])
  }
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
