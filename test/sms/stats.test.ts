import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()

test('counts what was sent this month and today, by the calendar of the shop', async () => {
  const nothing = {
    today: 0,
    this_month: 0,
    delivery_rate: 0,
    cost_this_month: 0,
    credits_this_month: 0,
  }
  expect((await shop.api.get('/sms/stats')).body).toEqual(nothing)
  const midnight = `date_trunc('day', now() at time zone 'Europe/Amsterdam') at time zone 'Europe/Amsterdam'`
  const first = `date_trunc('month', now() at time zone 'Europe/Amsterdam') at time zone 'Europe/Amsterdam'`
  const messages: [direction: string, status: string, at: string, cost: string][] = [
    ['outbound', 'delivered', midnight, '0.1'],
    ['outbound', 'delivered', midnight, '0.079'],
    ['outbound', 'failed', midnight, 'null'],
    ['outbound', 'sent', midnight, 'null'],
    ['inbound', 'received', midnight, '0.5'],
    ['outbound', 'delivered', `${first} - interval '1 second'`, '9'],
  ]
  for (const [direction, status, at, cost] of messages) {
    await owner.query(
      `insert into sms_messages (tenant_id, direction, status, phone, body, credits, provider_id, cost, created_at)
       values ($1, $2, $3, '+31612345678', 'x', 2, gen_random_uuid()::text, ${cost}, ${at})`,
      [shop.tenant_id, direction, status],
    )
  }
  expect((await shop.api.get('/sms/stats')).body).toEqual({
    today: 4,
    this_month: 4,
    delivery_rate: 66.7,
    cost_this_month: 0.18,
    credits_this_month: 8,
  })
  expect((await other.api.get('/sms/stats')).body).toEqual(nothing)
  expect((await shop.as.technician.get('/sms/stats')).status).toBe(403)
})
