import { expect, test } from 'vitest'
import { picture } from '../frame/bodies.ts'
import { startMailing } from './mailing.ts'

const { shop, other, api, owner, mailbox, newCustomer, send } = await startMailing()

const mail = {
  to: 'customer@example.com',
  subject: 'Your repair is ready',
  body_html: '<p>Good news! Your device is ready for pickup.</p>',
}

test('sends a mail as the reference prints it, and keeps it in a conversation', async () => {
  const customer = await newCustomer({ email: mail.to })
  const { status, body } = await api.post('/email/send', mail)
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      thread_id: expect.any(Number),
      message_id: expect.stringMatching(/^msg_[a-z0-9]+$/),
      status: 'sent',
    },
  })
  const [received] = mailbox.mails()
  expect(received).toMatchObject({
    to: ['customer@example.com'],
    subject: mail.subject,
    text: 'Good news! Your device is ready for pickup.',
    html: expect.stringContaining('ready for pickup'),
  })
  expect((await api.get(`/email/threads/${body.thread_id}`)).body).toMatchObject({
    id: body.thread_id,
    subject: mail.subject,
    address: mail.to,
    customer: { id: customer.id, name: 'Jane Smith' },
    message_count: 1,
    unread_count: 0,
    messages: [
      {
        id: expect.any(Number),
        message_id: body.message_id,
        direction: 'outbound',
        status: 'sent',
        from: { name: 'first', email: null },
        to: [mail.to],
        body_html: mail.body_html,
        user: { name: 'admin of first' },
        sent_at: expect.stringMatching(/Z$/),
        attachments: [],
      },
    ],
  })
  const { rows } = await owner.query('select message_id from email_messages where subject = $1', [
    mail.subject,
  ])
  expect(received?.headers['message-id']).toBe(`<${rows[0].message_id}>`)
})

test('goes on with a conversation, and with the one about the same record', async () => {
  const first = await send()
  const second = await send({ thread_id: first.id, subject: 'More' })
  expect(second).toMatchObject({ id: first.id, message_count: 2, subject: first.subject })
  const order = (await api.post('/work-orders', { customer_id: (await newCustomer()).id })).body
  const about = await send({ work_order_id: order.id })
  const again = await send({ work_order_id: order.id, to: 'other@example.com' })
  expect(again.id).toBe(about.id)
  expect(again.messages.map((m: { about: object }) => m.about)).toEqual([
    { entity: 'work_order', id: order.id },
    { entity: 'work_order', id: order.id },
  ])
  expect((await send()).id).not.toBe(first.id)
})

test('two first mails about a record at once are one conversation', async () => {
  const order = (await api.post('/work-orders', { customer_id: (await newCustomer()).id })).body
  const threads = await Promise.all([1, 2, 3].map(() => send({ work_order_id: order.id })))
  expect(new Set(threads.map(({ id }) => id)).size).toBe(1)
  expect((await api.get(`/email/threads/${threads[0].id}`)).body.message_count).toBe(3)
})

test('finds the customer by the address of its company', async () => {
  const company = (await api.post('/companies', { name: 'Co', email: 'info@co.example' })).body
  const { id } = await newCustomer({ email: null, company_id: company.id })
  expect((await send({ to: 'Info@Co.example' })).customer_id).toBe(id)
  expect((await send({ to: 'nobody@example.org' })).customer).toBeNull()
})

test('sends files of a work order, and keeps a copy of them', async () => {
  const order = (await api.post('/work-orders', { customer_id: (await newCustomer()).id })).body
  const file = (await api.post(`/work-orders/${order.id}/attachments`, picture())).body
  mailbox.clear()
  const thread = await send({ work_order_id: order.id, attachment_ids: [file.id] })
  expect(mailbox.mails()[0]?.attachments).toMatchObject([{ filename: 'screen.png' }])
  const [{ attachments }] = thread.messages
  expect(attachments).toMatchObject([{ filename: 'screen.png', content_type: 'image/png' }])
  expect((await api.delete(`/attachments/${file.id}`)).status).toBe(204)
  const path = `/email/attachments/${attachments[0].id}`
  expect(attachments[0].url).toMatch(new RegExp(`/api/v1${path}$`))
  expect((await api.get(path)).body.byteLength).toBe(attachments[0].size_bytes)
  expect((await other.api.get(path)).status).toBe(404)
  expect((await api.delete(`/email/threads/${thread.id}`)).status).toBe(204)
  expect((await api.get(path)).status).toBe(404)
  expect((await api.get(`/email/threads/${thread.id}`)).status).toBe(404)
})

test('refuses what cannot be sent', async () => {
  const refusal = async (change: object) => {
    const { status, body } = await api.post('/email/send', { ...mail, ...change })
    return [status, Object.keys(body.errors ?? {})]
  }
  expect((await api.post('/email/send', {})).body.errors).toEqual({
    to: ['The to field is required.'],
    subject: ['The subject field is required.'],
    body_html: ['The body html field is required.'],
  })
  expect(await refusal({ to: 'jane@example.com\r\nBcc: all@example.com' })).toEqual([422, ['to']])
  expect(await refusal({ to: 'a@example.com, b@example.com' })).toEqual([422, ['to']])
  expect(await refusal({ cc: ['a@example.com\nX: y'] })).toEqual([422, ['cc.0']])
  expect(await refusal({ subject: 'Hi\r\nBcc: all@example.com' })).toEqual([422, ['subject']])
  expect(await refusal({ subject: 'Hi\u0000' })).toEqual([422, ['subject']])
  for (const field of ['thread_id', 'template_id', 'customer_id', 'work_order_id', 'invoice_id']) {
    expect(await refusal({ [field]: 999_999_999 }), field).toEqual([422, [field]])
  }
  expect(await refusal({ attachment_ids: [999_999_999] })).toEqual([422, ['attachment_ids']])
  const theirs = (await other.api.post('/email/send', mail)).body.thread_id
  expect(await refusal({ thread_id: theirs })).toEqual([422, ['thread_id']])
  expect((await shop.as.technician.post('/email/send', mail)).status).toBe(403)
})

test('an Idempotency-Key sends once', async () => {
  mailbox.clear()
  const key = { 'Idempotency-Key': 'mail-once' }
  const first = await api.post('/email/send', mail, key)
  const second = await api.post('/email/send', mail, key)
  expect(second.body).toEqual(first.body)
  expect(second.headers.get('idempotent-replayed')).toBe('true')
  expect(mailbox.mails()).toHaveLength(1)
})
