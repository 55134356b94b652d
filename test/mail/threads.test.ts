import { expect, test } from 'vitest'
import { postedMail } from '../fakes/postmark-mails.ts'
import type { Json } from '../harness/client.ts'
import { startReceiving } from './mailing.ts'

const world = await startReceiving()
const { shop, other, api, owner, newCustomer, send, post, received } = world

const customer = await newCustomer({ email: 'kim@example.com', first_name: 'Kím', last_name: 'Ek' })
const toKim = await send({ to: 'kim@example.com', subject: 'Offerte 100% klaar' })
const fromAnn = await received({
  Subject: 'Vraag over réparatie',
  FromFull: { Email: 'ann@example.org', Name: 'Ann', MailboxHash: '' },
  Headers: [],
})
const fromKim = await received({
  FromFull: { Email: 'kim@example.com', Name: 'Kim', MailboxHash: '' },
  Subject: 'Dank',
  Headers: [],
})
await owner.query(
  `update email_threads set last_message_at = '2026-03-27T23:30:00Z' where id = $1`,
  [fromAnn.thread_id],
)

const found = async (query = '', list = 'threads') => {
  const { status, body } = await api.get(`/email/${list}${query}`)
  return status === 200 ? body.data.map(({ id }: Json) => id) : status
}

test('lists all threads, the inbox and what was sent, the last active one first', async () => {
  expect(await found()).toEqual([fromKim.thread_id, toKim.id, fromAnn.thread_id])
  expect(await found('', 'inbox')).toEqual([fromKim.thread_id, fromAnn.thread_id])
  expect(await found('', 'sent')).toEqual([toKim.id])
  expect((await api.get('/email/threads?per_page=1&page=2')).body).toMatchObject({
    data: [{ id: toKim.id, customer: { id: customer.id, name: 'Kím Ek' }, is_read: true }],
    current_page: 2,
    last_page: 3,
    per_page: 1,
    total: 3,
  })
  expect((await other.api.get('/email/threads')).body.total).toBe(0)
})

test('filters by customer, subject, day, words and what is unread', async () => {
  const kims = [fromKim.thread_id, toKim.id]
  expect(await found(`?customer_id=${customer.id}`)).toEqual(kims)
  expect(await found('?customer_id=999999999')).toBe(404)
  expect(await found('?subject=REPARATIE')).toEqual([fromAnn.thread_id])
  expect(await found('?subject=100%25')).toEqual([toKim.id])
  expect(await found('?subject=1_0')).toEqual([])
  expect(await found('?q=kim+ek')).toEqual(kims)
  expect(await found('?q=ann@example')).toEqual([fromAnn.thread_id])
  // Half past midnight in Amsterdam.
  expect(await found('?from=2026-03-28&to=2026-03-28')).toEqual([fromAnn.thread_id])
  expect(await found('?to=2026-03-27')).toEqual([])
  expect(await found('?from=2026-02-30')).toBe(422)
  expect(await found('?unread=1')).toEqual([fromKim.thread_id, fromAnn.thread_id])
  expect(await found('?unread=false')).toEqual([toKim.id])
  expect(await found('?unread=1', 'sent')).toEqual([])
})

test('a thread is given to a customer, marked as read, and deleted with its mails', async () => {
  const path = `/email/threads/${fromAnn.thread_id}`
  const changed = await api.patch(path, { customer_id: customer.id, is_read: true })
  expect(changed.body).toMatchObject({ customer: { id: customer.id }, unread_count: 0 })
  expect((await api.patch(path, { customer_id: null })).body.customer).toBeNull()
  expect((await api.patch(path, { customer_id: 999_999_999 })).status).toBe(422)
  expect((await api.patch(path, { is_read: 'yes' })).status).toBe(422)
  expect((await other.api.patch(path, { is_read: true })).status).toBe(404)
  expect((await shop.as.accountant.get(path)).status).toBe(200)
  expect((await shop.as.accountant.patch(path, { is_read: true })).status).toBe(403)
  expect((await other.api.delete(path)).status).toBe(404)
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.get(`/email/messages/${fromAnn.id}`)).status).toBe(404)
})

test('a mail of somebody who is known by now is theirs', async () => {
  const first = await received({
    FromFull: { Email: 'new@example.org', Name: '', MailboxHash: '' },
    Headers: [{ Name: 'Message-ID', Value: '<first@example.org>' }],
  })
  expect((await api.get(`/email/threads/${first.thread_id}`)).body.customer).toBeNull()
  const { id } = await newCustomer({ email: 'new@example.org' })
  await post(
    postedMail({
      FromFull: { Email: 'New@example.org', Name: '', MailboxHash: '' },
      Headers: [{ Name: 'In-Reply-To', Value: '<first@example.org>' }],
    }),
  )
  expect((await api.get(`/email/threads/${first.thread_id}`)).body).toMatchObject({
    message_count: 2,
    customer_id: id,
  })
})
