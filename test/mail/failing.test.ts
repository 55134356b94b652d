import { afterAll, expect, test } from 'vitest'
import { picture } from '../frame/bodies.ts'
import { startBusyMailServer } from '../harness/busy-mail.ts'
import { startShops } from '../harness/shop.ts'
import { newDraft } from '../sales/invoicing.ts'

const { smtp_url, mailbox, refuse } = await startBusyMailServer({ busy: 0 })
const { shop, other, owner } = await startShops({ smtp_url })
const { api } = shop
afterAll(() => mailbox.clear())

const mail = { to: 'jane@example.com', subject: 'Ready', body_html: '<p>Ready</p>' }

const lastMessage = async () =>
  (
    await owner.query(
      'select id::int, status, failure, message_id from email_messages order by id desc',
    )
  ).rows[0]

test('a mail that nobody takes is kept as failed, and sent again as the same mail', async () => {
  const order = (
    await api.post('/work-orders', {
      customer_id: (await api.post('/customers', { first_name: 'Jane' })).body.id,
    })
  ).body
  const file = (await api.post(`/work-orders/${order.id}/attachments`, picture())).body
  refuse(1)
  const failed = await api.post('/email/send', { ...mail, attachment_ids: [file.id] })
  expect(failed).toMatchObject({ status: 502, body: { code: 'mail_failed' } })
  const { id, message_id } = await lastMessage()
  const path = `/email/messages/${id}`
  expect((await api.get(path)).body).toMatchObject({
    status: 'failed',
    failure: failed.body.message,
    sent_at: null,
  })
  expect((await api.get('/email/sent')).body.total).toBe(0)
  expect((await api.get('/email/threads')).body.total).toBe(1)

  refuse(1)
  expect((await api.post(`${path}/resend`)).status).toBe(502)
  expect((await other.api.post(`${path}/resend`)).status).toBe(404)
  expect((await shop.as.technician.post(`${path}/resend`)).status).toBe(403)
  const [first, second] = await Promise.all([1, 2].map(() => api.post(`${path}/resend`)))
  const answers = [first, second].sort((a, b) => (a?.status ?? 0) - (b?.status ?? 0))
  expect(answers).toMatchObject([
    { status: 200, body: { status: 'sent', message_id: `msg_${id.toString(36)}` } },
    { status: 422, body: { code: 'not_failed' } },
  ])
  expect(mailbox.mails()).toHaveLength(1)
  expect(mailbox.mails()[0]).toMatchObject({
    to: [mail.to],
    subject: 'Ready',
    text: 'Ready',
    attachments: [{ filename: 'screen.png' }],
    headers: { 'message-id': expect.stringContaining(`<${message_id}@`) },
  })
  expect((await api.get(path)).body).toMatchObject({ status: 'sent', failure: null })
  expect((await api.get('/email/sent')).body.total).toBe(1)
})

test('one whose sender died can be sent again after a while', async () => {
  await api.post('/email/send', mail)
  const { id } = await lastMessage()
  await owner.query(`update email_messages set status = 'queued', sent_at = null where id = $1`, [
    id,
  ])
  expect((await api.post(`/email/messages/${id}/resend`)).body.code).toBe('not_failed')
  await owner.query('alter table email_messages disable trigger touch')
  await owner.query(
    `update email_messages set updated_at = now() - interval '3 minutes' where id = $1`,
    [id],
  )
  await owner.query('alter table email_messages enable trigger touch')
  expect((await api.post(`/email/messages/${id}/resend`)).status).toBe(200)
})

test('an invoice is mailed in one conversation; what failed is sent again as the document', async () => {
  mailbox.clear()
  const { id } = await newDraft(api, { due_date: '2099-01-01' })
  refuse(1)
  const send = () => api.post(`/invoices/${id}/send`, { to: 'jane@example.com' })
  expect((await send()).status).toBe(502)
  const failed = await lastMessage()
  expect(failed.status).toBe('failed')
  expect((await api.post(`/email/messages/${failed.id}/resend`)).body.code).toBe('document_mail')
  expect((await send()).status).toBe(200)
  expect(await lastMessage()).toMatchObject({ id: failed.id, status: 'sent', failure: null })
  expect((await send()).status).toBe(200)
  const { body } = await api.get(`/email/messages/${failed.id}`)
  expect(body).toMatchObject({
    about: { entity: 'invoice', id },
    attachments: [{ content_type: 'application/pdf', url: null }],
    user: { name: 'admin of first' },
  })
  const thread = (await api.get(`/email/threads/${body.thread_id}`)).body
  expect(thread.message_count).toBe(2)
  expect(thread.customer).not.toBeNull()
  expect(new Set(mailbox.mails().map(({ headers }) => headers['message-id'])).size).toBe(2)
})
