import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startMailbox } from '../../dev/mailbox.ts'
import { settled } from '../engine/settled.ts'
import { startShopsWithMail } from '../harness/mail.ts'
import { dayIn, eventsOf, firing, hourly, setZone, zoneAt } from '../jobs/firing.ts'
import { newCustomer, newIssued } from '../sales/invoicing.ts'

const { shop, other, owner, miniflare, mailbox } = await startShopsWithMail()
const { api } = shop
// What the staff is told of it is not counted here.
await owner.query('alter table events disable trigger react')
const { fire } = firing(miniflare)
const noon = zoneAt(12)
const daysAgo = (days: number) => dayIn(owner, noon, -days)
const overdueFor = async (days: number, fields: object = {}) =>
  newIssued(api, { invoice_date: '2026-01-02', due_date: await daysAgo(days), ...fields })

beforeEach(async () => {
  await setZone(owner, shop, noon)
  await owner.query(`update invoices set status = 'paid' where status = 'sent'`)
  await owner.query('delete from reactions')
  await api.put('/settings', { auto_reminders: true, reminder_days: [3, 10] })
  mailbox.clear()
})

/** The hour strikes, and all that follows from it is done. */
async function hour(times = 1) {
  await fire(hourly, times)
  await settled(owner)
}

/** The next day of the shop: what was sent lies that many days back, and it may look again. */
async function days(count: number) {
  await owner.query('update invoices set due_date = due_date - $1::int', [count])
  await owner.query('update reminders set deadline = deadline - $1::int', [count])
  await owner.query(`delete from reactions where kind = 'auto_reminders'`)
}

const sentOf = async (id: number) =>
  ((await api.get(`/invoices/${id}/reminders`)).body as { kind: string }[])
    .map(({ kind }) => kind)
    .reverse()

test('mails two reminders, each on its day and once, and leaves the last notice to people', async () => {
  const invoice = await overdueFor(2)
  await hour()
  expect(mailbox.mails()).toEqual([])
  await days(1)
  await hour(4)
  await hour()
  expect(mailbox.mails()).toMatchObject([
    {
      to: ['jane@example.com'],
      subject: `Herinnering: factuur ${invoice.invoice_number} van first`,
      attachments: [{ filename: `${invoice.invoice_number}.pdf` }],
    },
  ])
  const list = await api.get(`/invoices/${invoice.id}/reminders`)
  expect(list.body).toMatchObject([
    { kind: 'reminder', channel: 'email', recipient: 'jane@example.com', principal: invoice.total },
  ])
  expect(await eventsOf(owner, 'reminder.created')).toEqual([
    { tenant_id: shop.tenant_id, id: list.body[0].id, actor: 'system:auto-reminders' },
  ])
  await days(6)
  await hour()
  expect(mailbox.mails()).toHaveLength(1)
  // On the tenth day the deadline of the first one, seven days after it, is just not over.
  await days(1)
  await hour()
  expect(mailbox.mails()).toHaveLength(1)
  await days(1)
  await hour(3)
  expect(mailbox.mails()[0]?.subject).toContain('Tweede herinnering')
  await days(60)
  await hour()
  expect(mailbox.mails()).toHaveLength(2)
  expect(await sentOf(invoice.id)).toEqual(['reminder', 'second_reminder'])
})

test('a shop looks once in its day, from nine in its morning', async () => {
  const { id } = await overdueFor(30)
  await setZone(owner, shop, zoneAt(3))
  await hour()
  expect(await sentOf(id)).toEqual([])
  await setZone(owner, shop, noon)
  await hour()
  expect(await sentOf(id)).toEqual(['reminder'])
  const later = await overdueFor(30)
  await hour()
  expect(await sentOf(later.id)).toEqual([])
  await days(0)
  await hour()
  expect(await sentOf(later.id)).toEqual(['reminder'])
})

test('leaves alone what is paid, cancelled, of a customer without mail, or reminded of by people', async () => {
  const paid = await overdueFor(30)
  await api.post(`/invoices/${paid.id}/payments`, { amount: paid.total, method: 'pin' })
  const cancelled = await overdueFor(30)
  await api.post(`/invoices/${cancelled.id}/cancel`)
  const silent = await overdueFor(30, { customer_id: await newCustomer(api, { email: null }) })
  const handled = await overdueFor(30)
  await api.post(`/invoices/${handled.id}/remind`)
  mailbox.clear()
  await hour()
  expect(mailbox.mails()).toEqual([])
  expect(await sentOf(handled.id)).toEqual(['reminder'])
  expect(await sentOf(silent.id)).toEqual([])
  await api.put(`/customers/${silent.customer_id}`, { email: 'new@example.com' })
  await days(0)
  await hour()
  expect(mailbox.mails()).toMatchObject([{ to: ['new@example.com'] }])
})

describe('nobody is reminded', () => {
  const shops: [string, () => Promise<unknown>][] = [
    ['by a shop that did not ask for it', () => api.put('/settings', { auto_reminders: false })],
    [
      'by a shop whose licence is over',
      () =>
        owner.query(`update licenses set status = 'suspended' where tenant_id = $1`, [
          shop.tenant_id,
        ]),
    ],
  ]
  test.each(shops)('%s', async (_, prepare) => {
    await overdueFor(30)
    await prepare()
    await hour()
    await owner.query(`update licenses set status = 'active'`)
    expect(mailbox.mails()).toEqual([])
    expect((await owner.query('select from reactions')).rowCount).toBe(0)
  })
})

test('what was left alone for more than a month stays so', async () => {
  await overdueFor(3 + 31)
  const month = await overdueFor(3 + 30)
  await hour()
  expect(mailbox.mails()).toMatchObject([
    { subject: `Herinnering: factuur ${month.invoice_number} van first` },
  ])
})

test('one reminder only, where the shop says so', async () => {
  await api.put('/settings', { reminder_days: [1] })
  const { id } = await overdueFor(30)
  await hour()
  await days(100)
  await hour()
  expect(await sentOf(id)).toEqual(['reminder'])
})

test('an invoice paid between the queue and the mail is not reminded of', async () => {
  const { id, total } = await overdueFor(30)
  await owner.query(
    `insert into reactions (tenant_id, kind, key, subject_id, payload, next_at)
     values ($1, 'reminder', $2, $3, '{"kind": "reminder"}', now() + interval '1 hour')`,
    [shop.tenant_id, `reminder:${id}/reminder`, id],
  )
  await api.post(`/invoices/${id}/payments`, { amount: total, method: 'pin' })
  await owner.query('update reactions set next_at = now()')
  await fire('* * * * *')
  await owner.query(
    `update reactions set next_at = now() - interval '1 minute' where done_at is null`,
  )
  await fire('* * * * *')
  await settled(owner)
  expect(mailbox.mails()).toEqual([])
  expect((await owner.query('select done_at is not null as done from reactions')).rows).toEqual([
    { done: true },
  ])
})

test('a second try of a mail is the same mail, whoever tries', async () => {
  const { id } = await overdueFor(30)
  await hour()
  const [first] = mailbox.mails()
  // As if the consumer had died between the mail and the note of it.
  const unnoteMail = () =>
    owner.query(
      `update email_messages set sent_at = null, status = 'queued' where entity_id = $1`,
      [id],
    )
  await unnoteMail()
  await owner.query('delete from reminders where invoice_id = $1', [id])
  await owner.query(
    `update reactions set done_at = null, next_at = now() - interval '1 minute', payload = '{"kind": "reminder"}'
     where kind = 'reminder'`,
  )
  await fire('* * * * *')
  await settled(owner)
  await owner.query('delete from reminders where invoice_id = $1', [id])
  await unnoteMail()
  await api.post(`/invoices/${id}/remind`)
  const ids = mailbox.mails().map(({ headers }) => headers['message-id'])
  expect(ids).toHaveLength(3)
  expect(new Set(ids)).toEqual(new Set([first?.headers['message-id']]))
  expect(await sentOf(id)).toEqual(['reminder'])
  // What was noted is not even tried again.
  await owner.query('delete from reminders where invoice_id = $1', [id])
  expect((await api.post(`/invoices/${id}/remind`)).status).toBe(201)
  expect(mailbox.mails()).toHaveLength(3)
})

test('settings: days that rise, one or two of them', async () => {
  expect((await other.api.get('/settings')).body).toMatchObject({
    auto_reminders: false,
    reminder_days: [3, 10],
  })
  for (const reminder_days of [[], [0], [10, 3], [3, 3], [1, 2, 3], [1.5], [366], ['3'], 3, null]) {
    const answer = await other.api.put('/settings', { reminder_days })
    expect(answer.status, JSON.stringify(reminder_days)).toBe(422)
    expect(Object.keys(answer.body.errors)[0]).toMatch(/^reminder_days/)
  }
  expect((await other.api.put('/settings', { auto_reminders: 'yes' })).status).toBe(422)
  expect((await other.api.patch('/settings', { reminder_days: [5] })).body.reminder_days).toEqual([
    5,
  ])
})

test('a mail that did not leave is tried again, and kept when it left', async () => {
  const { id } = await overdueFor(30)
  await mailbox.stop()
  await fire(hourly)
  const failures = async () =>
    (await owner.query(`select failure from reactions where kind = 'reminder'`)).rows
  await expect
    .poll(failures, { timeout: 20_000 })
    .toMatchObject([{ failure: expect.stringContaining('SMTP connection refused') }])
  expect(await sentOf(id)).toEqual([])
  const back = await startMailbox({ smtp_port: Number(new URL(mailbox.smtp_url).port) })
  onTestFinished(back.stop)
  await expect.poll(() => sentOf(id), { timeout: 30_000 }).toEqual(['reminder'])
  expect(back.mails()).toHaveLength(1)
})
