import { afterAll, expect } from 'vitest'
import { startTwilio } from '../fakes/twilio.ts'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

/** How long the Worker waits for Twilio here. */
export const patience_ms = 1000

export const sender = '+3197010000000'

/** Two shops, the first of which has an account at a Twilio of its own. */
export async function startShopsWithTwilio(vars: Record<string, string> = {}) {
  const twilio = await startTwilio()
  afterAll(() => twilio.stop())
  const shops = await startShops({
    vars: { TWILIO_BASE_URL: twilio.url, PROVIDER_TIMEOUT_MS: String(patience_ms), ...vars },
  })
  const { shop, owner, miniflare } = shops
  const { account_sid, auth_token } = twilio
  const connect = (config: Record<string, string | null> = {}) =>
    shop.api.put('/integrations/twilio', {
      is_enabled: true,
      config: { account_sid, auth_token, from_number: sender, ...config },
    })
  expect((await connect()).status).toBe(200)
  let numbers = 0

  /** Calls consumers to work, that many at once. */
  async function wake(times = 1) {
    const queue = await miniflare.getQueueProducer('EVENTS_QUEUE')
    const message = { kind: 'reactions', tenant_id: shop.tenant_id, request_id: 'test' }
    for (let n = 0; n < times; n++) await queue.send(message)
  }

  return {
    ...shops,
    twilio,
    connect,
    wake,
    /** A mobile number that nobody had before. */
    newPhone: () => `+3161${String(1_000_000 + numbers++)}`,
    /** Waits until every message was sent or given up; a next try comes at once. */
    settled: () =>
      expect
        .poll(
          async () => {
            const { rowCount } = await owner.query(
              `update reactions set next_at = now() ${waiting}`,
            )
            if (rowCount) await wake()
            const { rows } = await owner.query(`
              select count(*)::int as open from reactions
              where kind in ('sms', 'sms_bulk') and done_at is null and failed_at is null`)
            return rows[0].open
          },
          { timeout: 30_000, interval: 30 },
        )
        .toBe(0),
    /** So many customers with a tag of their own, each with a number of his own, straight into the tables. */
    async taggedCustomers(count: number): Promise<{ tag_id: number; phones: string[] }> {
      const name = `Tag ${numbers++}`
      const { id: tag_id } = (await shop.api.post('/tags', { name })).body
      const phones = Array.from({ length: count }, () => `+3161${String(1_000_000 + numbers++)}`)
      await owner.query(
        `with added as (
           insert into customers (tenant_id, first_name, phone, phone_e164)
           select $1, 'Klant ' || phone, phone, phone from unnest($3::text[]) phone returning id
         ) insert into customer_tags (tenant_id, customer_id, tag_id) select $1, id, $2 from added`,
        [shop.tenant_id, tag_id, phones],
      )
      return { tag_id, phones }
    },
    /** The rows of the log for a number. */
    logOf: async (phone: string): Promise<Json[]> => {
      const { body } = await shop.api.get(`/sms/log?phone=${encodeURIComponent(phone)}`)
      return body.data
    },
    /** When a try of the message to a number has failed, the next one is number `attempt`, and comes at once. */
    hurry: async (phone: string, attempt: number) => {
      const text = `update reactions set next_at = now(), attempts = $2 - 1 ${waiting}
        and subject_id in (select id from sms_messages where phone = $1)`
      const hurried = async () => (await owner.query(text, [phone, attempt])).rowCount
      await expect.poll(hurried, { timeout: 20_000, interval: 30 }).toBe(1)
      await wake()
    },
  }
}

/** Of messages whose next try is soon; later than that is the end of a consumer's lease. */
const waiting = `where kind in ('sms', 'sms_bulk') and failure is not null and done_at is null and failed_at is null
  and next_at between now() and now() + interval '45 seconds'`
