import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { sender, startShopsWithTwilio } from './texting.ts'

const { shop, other, owner, twilio, connect, settled, newPhone, logOf } =
  await startShopsWithTwilio({ PUBLIC_URL: 'https://api.repair-angel.example' })
const { api } = shop

const text = 'Your repair is ready for pickup!'

test('sends a message once, and logs it', async () => {
  const phone = newPhone()
  const customer = (await api.post('/customers', { first_name: 'Jane', phone })).body
  const sent = await api.post('/sms/send', { phone, body: text })
  expect(sent).toMatchObject({ status: 200 })
  expect(sent.body).toEqual({
    message_id: expect.stringMatching(/^sms_[0-9a-z]+$/),
    status: 'queued',
  })
  await settled()
  const { webhook_url } = (await api.get('/integrations/twilio')).body
  const [row] = await logOf(phone)
  expect(twilio.to(phone)).toMatchObject([
    {
      from: sender,
      messaging_service_sid: null,
      body: text,
      status_callback: `${webhook_url}?sms=${row.id}`,
    },
  ])
  expect(row).toEqual({
    id: Number.parseInt(sent.body.message_id.slice(4), 36),
    message_id: sent.body.message_id,
    phone,
    body: text,
    direction: 'outbound',
    status: 'sent',
    credits: 1,
    cost: null,
    failure: null,
    customer_id: customer.id,
    customer: { id: customer.id, name: 'Jane' },
    bulk_id: null,
    sent_at: expect.stringMatching(/Z$/),
    delivered_at: null,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  const { body: events } = await api.get(`/events?entity=sms_message&entity_id=${row.id}`)
  expect(events.data.map(({ name }: Json) => name)).toContain('sms_message.sent')
  expect(JSON.stringify(events.data)).not.toContain(text)
})

test('takes a number as the shop’s country writes it', async () => {
  const numbers = ['06-24681357', '0031 6 2468 1357', '+31 (0)6 24681357']
  for (const phone of numbers) {
    expect((await api.post('/sms/send', { phone, body: text })).status, phone).toBe(200)
  }
  await settled()
  expect(twilio.to('+31624681357')).toHaveLength(3)
  expect(await logOf('0624681357')).toHaveLength(3)
  await api.put('/settings', { country: 'BE' })
  await api.post('/sms/send', { phone: '0470 12 34 56', body: text })
  await api.put('/settings', { country: 'NL' })
  await settled()
  expect(twilio.to('+32470123456')).toHaveLength(1)
})

test('lets a messaging service choose the sender', async () => {
  const phone = newPhone()
  const messaging_service_sid = `MG${'a'.repeat(32)}`
  await connect({ from_number: null, messaging_service_sid })
  await api.post('/sms/send', { phone, body: text })
  await settled()
  await connect({ messaging_service_sid: null })
  expect(twilio.to(phone)).toMatchObject([{ from: null, messaging_service_sid }])
})

test('refuses what cannot be sent', async () => {
  expect((await api.post('/sms/send', {})).body.errors).toEqual({
    phone: ['The phone field is required.'],
    body: ['The body field is required.'],
  })
  for (const phone of ['12', 'nobody', '+31', '+999123456789']) {
    expect(await api.post('/sms/send', { phone, body: text }), phone).toMatchObject({
      status: 422,
      body: {
        code: 'validation_failed',
        errors: { phone: ['The phone field must be a valid phone number.'] },
      },
    })
  }
  const long = { phone: newPhone(), body: 'x'.repeat(1601) }
  expect((await api.post('/sms/send', long)).body.errors).toHaveProperty('body')
  expect(await other.api.post('/sms/send', { phone: newPhone(), body: text })).toMatchObject({
    status: 422,
    body: {
      code: 'integration_disabled',
      message: 'Twilio is not switched on for this shop.',
    },
  })
  await api.put('/integrations/twilio', { is_enabled: false })
  expect((await api.post('/sms/send', { phone: newPhone(), body: text })).body.code).toBe(
    'integration_disabled',
  )
  await connect()
  for (const role of ['technician', 'accountant'] as const) {
    expect((await shop.as[role].post('/sms/send', {})).status).toBe(403)
    expect((await shop.as[role].get('/sms/log')).status).toBe(403)
  }
  expect((await shop.as.frontdesk.get('/sms/log')).status).toBe(200)
})

test('sends nothing to a customer who opted out, also not later', async () => {
  const phone = newPhone()
  await api.post('/customers', { first_name: 'Namesake', phone })
  const quiet = await api.post('/customers', { first_name: 'Quiet', phone, sms_opt_out: true })
  await api.post('/customers', { first_name: 'Another', phone })
  expect(await api.post('/sms/send', { phone, body: text })).toMatchObject({
    status: 422,
    body: {
      code: 'opted_out',
      errors: { phone: ['The customer has opted out of text messages.'] },
    },
  })
  await api.put(`/customers/${quiet.body.id}`, { sms_opt_out: false })
  twilio.next(/POST .*Messages/, 'error')
  await api.post('/sms/send', { phone, body: text })
  await expect.poll(() => twilio.requests.at(-1)?.body).toContain(encodeURIComponent(phone))
  await api.put(`/customers/${quiet.body.id}`, { sms_opt_out: true })
  await settled()
  expect(twilio.to(phone)).toEqual([])
  expect(await logOf(phone)).toMatchObject([
    { status: 'failed', failure: 'The customer has opted out of text messages.', sent_at: null },
  ])
  // Other shops know another person by that number.
  expect((await other.api.get('/sms/log')).body.total).toBe(0)
})

test('keeps one answer, and one message, per idempotency key', async () => {
  const phone = newPhone()
  const send = () => api.post('/sms/send', { phone, body: text }, { 'Idempotency-Key': phone })
  const [first, second] = [await send(), await send()]
  expect(second.body).toEqual(first.body)
  expect(second.headers.get('idempotent-replayed')).toBe('true')
  await settled()
  expect(twilio.to(phone)).toHaveLength(1)
})

test('lists the log by every filter', async () => {
  const phone = newPhone()
  const customer = (await api.post('/customers', { first_name: 'Listed', phone })).body
  await owner.query(
    `insert into sms_messages (tenant_id, direction, phone, body, status, customer_id, cost, created_at) values
       ($1, 'inbound', $2, 'Thanks', 'received', $3, 0.0079, '2026-03-26T22:59:59Z'),
       ($1, 'outbound', $2, 'Ready', 'delivered', $3, 0.1, '2026-03-26T23:00:00Z')`,
    [shop.tenant_id, phone, customer.id],
  )
  const bodies = async (query: string) => {
    const { status, body } = await api.get(`/sms/log?customer_id=${customer.id}&${query}`)
    expect(status).toBe(200)
    return body.data.map((row: Json) => row.body)
  }
  expect(await bodies('')).toEqual(['Ready', 'Thanks'])
  expect(await bodies('status=received')).toEqual(['Thanks'])
  expect(await bodies('direction=outbound')).toEqual(['Ready'])
  // Days are the shop's.
  expect(await bodies('from=2026-03-27')).toEqual(['Ready'])
  expect(await bodies('to=2026-03-26')).toEqual(['Thanks'])
  expect(await bodies('from=2026-03-26&to=2026-03-27')).toHaveLength(2)
  expect(await bodies(`phone=${phone.replace('+31', '0')}`)).toHaveLength(2)
  expect(await bodies('phone=0612')).toEqual([])
  expect((await logOf(phone)).map(({ cost }) => cost)).toEqual([0.1, 0.0079])
  const page = await api.get('/sms/log?per_page=1')
  expect(page.body).toMatchObject({ current_page: 1, per_page: 1 })
  expect(page.body.last_page).toBe(page.body.total)
  expect((await api.get('/sms/log?status=lost')).status).toBe(422)
  expect((await api.get('/sms/log?direction=up')).status).toBe(422)
  expect((await api.get('/sms/log?from=2026-02-30')).status).toBe(422)
  const theirs = (await other.api.post('/customers', { first_name: 'Theirs' })).body.id
  for (const id of [999999, theirs]) {
    expect((await api.get(`/sms/log?customer_id=${id}`)).status).toBe(404)
  }
})
