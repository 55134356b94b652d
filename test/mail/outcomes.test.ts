import { expect, test } from 'vitest'
import { postedOutcome } from '../fakes/postmark-mails.ts'
import type { Json } from '../harness/client.ts'
import { startReceiving } from './mailing.ts'

const { shop, api, owner, miniflare, newCustomer, send, post } = await startReceiving()

async function sentBy(provider_id: string, to: string): Promise<Json> {
  const { id, messages } = await send({ to })
  await owner.query('update email_messages set provider_id = $2 where id = $1', [
    messages[0].id,
    provider_id,
  ])
  return { thread: id, id: messages[0].id }
}

/** Waits for what the queue does; the next try comes at once. */
async function worked() {
  await expect
    .poll(
      async () => {
        await owner.query(
          `update reactions set next_at = now() - interval '10 seconds'
           where done_at is null and failed_at is null and failure is not null`,
        )
        const queue = await miniflare.getQueueProducer('EVENTS_QUEUE')
        await queue.send({ kind: 'reactions', tenant_id: shop.tenant_id, request_id: 'test' })
        const { rows } = await owner.query(
          'select count(*)::int as n from reactions where done_at is null and failed_at is null',
        )
        return rows[0].n
      },
      { timeout: 30_000, interval: 100 },
    )
    .toBe(0)
}

test('a delivery and a bounce are noted on the mail, a hard one on the customer', async () => {
  const customer = await newCustomer({ email: 'gone@example.com' })
  const { id } = await sentBy('pm-1', 'gone@example.com')
  const status = async () => (await api.get(`/email/messages/${id}`)).body
  const about = { MessageID: 'pm-1', Email: 'Gone@example.com' }
  await post(postedOutcome('Bounce', { ...about, Type: 'Transient', Inactive: false }))
  await worked()
  expect((await status()).status).toBe('sent')
  await post(postedOutcome('Delivery', { MessageID: 'pm-1', Recipient: 'gone@example.com' }))
  await worked()
  expect((await status()).status).toBe('delivered')
  await post(postedOutcome('Bounce', { ...about, Type: 'SoftBounce', Inactive: false }))
  await worked()
  const path = `/customers/${customer.id}`
  expect((await api.get(path)).body.email_bounced_at).toBeNull()
  const hard = postedOutcome('Bounce', about)
  for (const _ of [1, 2]) expect((await post(hard)).status).toBe(200)
  await post(postedOutcome('Delivery', { MessageID: 'pm-1', Recipient: 'other@example.com' }))
  await worked()
  expect(await status()).toMatchObject({ status: 'bounced', failure: 'It came back: Hard bounce.' })
  expect((await api.get(path)).body.email_bounced_at).toMatch(/Z$/)
  const { rows } = await owner.query(
    `select count(*)::int as n from events where name = 'email_message.bounced' and entity_id = $1`,
    [id],
  )
  expect(rows[0].n).toBe(1)
  await api.patch(path, { city: 'Utrecht' })
  expect((await api.get(path)).body.email_bounced_at).not.toBeNull()
  await api.patch(path, { email: 'new@example.com' })
  expect((await api.get(path)).body.email_bounced_at).toBeNull()
})

test('a bounce that is here before the number of its mail finds it later', async () => {
  const { id } = await sentBy('pm-none', 'early@example.com')
  await post(postedOutcome('SpamComplaint', { MessageID: 'pm-2', Email: 'early@example.com' }))
  await expect
    .poll(async () => {
      const { rows } = await owner.query(
        `select failure from reactions where kind = 'mail_outcome' and done_at is null`,
      )
      return rows[0]?.failure
    })
    .toBe('Its mail is not known yet.')
  await owner.query(`update email_messages set provider_id = 'pm-2' where id = $1`, [id])
  await worked()
  expect((await api.get(`/email/messages/${id}`)).body).toMatchObject({
    status: 'bounced',
    failure: 'The recipient marked it as spam.',
  })
  // Of a mail that somebody else sent through the same account.
  await post(postedOutcome('Delivery', { MessageID: 'pm-of-others' }))
  await worked()
})
