import { describe, expect, test } from 'vitest'
import { patience_ms, startShopsWithTwilio } from './texting.ts'

const { shop, other, owner, twilio, connect, settled, newPhone, taggedCustomers, logOf, wake } =
  await startShopsWithTwilio({ PUBLIC_URL: 'https://api.repair-angel.example' })
const { api } = shop

const posting = /POST .*\/Messages\.json$/
const looking = /GET .*\/Messages\.json$/

const none = { opted_out: 0, no_number: 0, invalid_number: 0, same_number: 0 }

const bulkOf = async (id: number) => (await api.get(`/sms/bulk/${id}`)).body

/** How many messages each of these numbers got. */
const counted = (phones: readonly string[]) =>
  phones.map((phone) => twilio.to(phone).length).filter((count) => count !== 1)

test('sends to all customers with a tag, each with his own name', async () => {
  const { tag_id, phones } = await taggedCustomers(3)
  const body = 'Dag {{ first_name }}, {{shop_name}} is maandag dicht €'
  const sent = await api.post('/sms/bulk-send', { body, tag_id })
  expect(sent).toMatchObject({ status: 200 })
  expect(sent.body).toEqual({
    queued: 3,
    message: '3 SMS messages queued for delivery',
    bulk_id: expect.any(Number),
    left_out: none,
  })
  await settled()
  for (const phone of phones) {
    expect(twilio.to(phone)).toMatchObject([
      { body: `Dag Klant ${phone}, first is maandag dicht €` },
    ])
  }
  const bulk = await bulkOf(sent.body.bulk_id)
  expect(bulk).toEqual({
    id: sent.body.bulk_id,
    body,
    template_id: null,
    tag_id,
    is_business: null,
    status: 'done',
    total: 3,
    queued: 0,
    sent: 3,
    delivered: 0,
    failed: 0,
    left_out: none,
    cost: null,
    finished_at: expect.stringMatching(/Z$/),
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  expect((await api.get('/sms/bulk')).body.data[0]).toEqual(bulk)
  expect((await api.get(`/sms/log?bulk_id=${bulk.id}`)).body.total).toBe(3)
  expect((await other.api.get(`/sms/bulk/${bulk.id}`)).status).toBe(404)
  expect((await other.api.get('/sms/bulk')).body.total).toBe(0)
})

test('leaves out who cannot or does not want to get one, and says how many', async () => {
  const [phone, quiet] = [newPhone(), newPhone()]
  const { id: tag_id } = (await api.post('/tags', { name: 'Left out' })).body
  const people = [
    { phone },
    { phone: phone.replace('+31', '0') },
    { phone: phone.replace('+31', '0031') },
    { phone: quiet, sms_opt_out: true },
    // The same phone, of somebody who said nothing.
    { phone: quiet },
    { phone: 'ask his wife' },
    {},
    {},
  ]
  for (const person of people) {
    const { id } = (await api.post('/customers', { first_name: 'Somebody', ...person })).body
    await api.put(`/customers/${id}/tags`, { tag_ids: [tag_id] })
  }
  const { body } = await api.post('/sms/bulk-send', { body: 'Dicht', tag_id })
  const left_out = { opted_out: 2, no_number: 2, invalid_number: 1, same_number: 2 }
  expect(body).toMatchObject({ queued: 1, message: '1 SMS message queued for delivery', left_out })
  await settled()
  expect(twilio.to(phone)).toHaveLength(1)
  expect(twilio.to(quiet)).toEqual([])
  expect(await bulkOf(body.bulk_id)).toMatchObject({ total: 1, sent: 1, left_out, status: 'done' })
})

test('sends to businesses only, when asked so', async () => {
  const { tag_id, phones } = await taggedCustomers(2)
  const { id: company_id } = (await api.post('/companies', { name: 'Bakkerij' })).body
  await owner.query('update customers set company_id = $1 where phone = $2', [
    company_id,
    phones[0],
  ])
  const { body } = await api.post('/sms/bulk-send', { body: 'Zaken', tag_id, is_business: true })
  expect(body).toMatchObject({ queued: 1, left_out: none })
  await settled()
  expect(phones.map((phone) => twilio.to(phone).length)).toEqual([1, 0])
  const all = await api.post('/sms/bulk-send', { body: 'Allen', tag_id, is_business: false })
  expect(all.body.queued).toBe(2)
  await settled()
})

test('takes the text of a template, which may go afterwards', async () => {
  const { tag_id, phones } = await taggedCustomers(1)
  const template = { name: 'For all', body: 'Dag {{customer_name}}' }
  const { id: template_id } = (await api.post('/sms/templates', template)).body
  const { body } = await api.post('/sms/bulk-send', { template_id, tag_id })
  expect((await api.delete(`/sms/templates/${template_id}`)).status).toBe(204)
  await settled()
  expect(twilio.to(phones[0] ?? '')).toMatchObject([{ body: `Dag Klant ${phones[0]}` }])
  expect(await bulkOf(body.bulk_id)).toMatchObject({ template_id: null, body: template.body })
})

test('refuses what reaches nobody, and what is not there', async () => {
  const { id: tag_id } = (await api.post('/tags', { name: 'Nobody' })).body
  expect(await api.post('/sms/bulk-send', { body: 'x', tag_id })).toMatchObject({
    status: 422,
    body: { code: 'nobody', message: 'There is nobody to send it to.' },
  })
  const errors = async (draft: object) => (await api.post('/sms/bulk-send', draft)).body.errors
  expect(await errors({ tag_id })).toEqual({ body: ['The body field is required.'] })
  expect(await errors({ body: 'x', tag_id: 999_999 })).toEqual({
    tag_id: ['The selected tag id is invalid.'],
  })
  expect(await errors({ template_id: 999_999 })).toEqual({
    template_id: ['The selected template id is invalid.'],
  })
  expect(await errors({ body: '{{nickname}}' })).toHaveProperty('body')
  expect((await other.api.post('/sms/bulk-send', { body: 'x' })).body.code).toBe(
    'integration_disabled',
  )
  expect((await shop.as.technician.post('/sms/bulk-send', { body: 'x' })).status).toBe(403)
  expect((await api.get('/sms/bulk/999999')).status).toBe(404)
  const { rows } = await owner.query(`select from sms_bulks where tag_id = $1`, [tag_id])
  expect(rows).toEqual([])
})

describe('each number gets one message', () => {
  const send = async (count: number) => {
    const { tag_id, phones } = await taggedCustomers(count)
    const { body } = await api.post('/sms/bulk-send', { body: 'Dag {{first_name}}', tag_id })
    expect(body.queued).toBe(count)
    return { phones, id: body.bulk_id }
  }

  test('also of more than one chunk, whatever Twilio does', async () => {
    const late = { late_ms: patience_ms + 300 }
    twilio.next(
      posting,
      late,
      'error',
      'broken',
      { status: 429, retry_after: '1' },
      'silence',
      late,
    )
    twilio.next(looking, 'error', 'error')
    const { phones, id } = await send(300)
    await settled()
    expect(counted(phones)).toEqual([])
    expect(await bulkOf(id)).toMatchObject({ status: 'done', total: 300, sent: 300, queued: 0 })
  })

  test('when a consumer died after it sent a chunk', async () => {
    const { phones, id } = await send(150)
    await settled()
    // As it was before the end of the first chunk was written.
    await owner.query(
      `update sms_messages set provider_id = null, status = 'queued', sent_at = null where bulk_id = $1`,
      [id],
    )
    await owner.query(
      `delete from reactions where kind = 'sms_bulk' and subject_id = $1 and key like '%:%:%'`,
      [id],
    )
    await owner.query(
      `update reactions set done_at = null, next_at = now() - interval '1 minute', failure = 'It died.',
       payload = '{"after": 0}' where kind = 'sms_bulk' and subject_id = $1`,
      [id],
    )
    await wake()
    await settled()
    expect(counted(phones)).toEqual([])
    expect(await bulkOf(id)).toMatchObject({ status: 'done', sent: 150 })
  })

  test('but those that are refused', async () => {
    const { tag_id, phones } = await taggedCustomers(5)
    const [invalid = '', stopped = ''] = phones
    twilio.refuse(invalid, 21211)
    twilio.refuse(stopped, 21610)
    const { body } = await api.post('/sms/bulk-send', { body: 'Dag', tag_id })
    await settled()
    expect(await bulkOf(body.bulk_id)).toMatchObject({ status: 'done', sent: 3, failed: 2 })
    expect(await logOf(invalid)).toMatchObject([
      { status: 'failed', failure: 'Twilio refused: this is not a valid phone number.' },
    ])
    const { rows } = await owner.query('select sms_opt_out from customers where phone = $1', [
      stopped,
    ])
    expect(rows).toEqual([{ sms_opt_out: true }])
  })

  test('later, when the account was closed meanwhile', async () => {
    await connect({ auth_token: 'of somebody else' })
    const { phones, id } = await send(7)
    await settled()
    expect(await bulkOf(id)).toMatchObject({ status: 'sending', queued: 7, finished_at: null })
    await connect()
    const { body } = await api.get('/dead-letters?kind=sms_bulk&replayed=0&per_page=1')
    expect(body.data[0].failure).toBe('Twilio does not accept our API key.')
    expect((await api.post(`/dead-letters/${body.data[0].id}/replay`)).status).toBe(200)
    await settled()
    expect(counted(phones)).toEqual([])
    expect(await bulkOf(id)).toMatchObject({ status: 'done', sent: 7 })
  })
})

test('a text that becomes too long for one customer fails for him alone', async () => {
  const { tag_id, phones } = await taggedCustomers(2)
  await owner.query(`update customers set first_name = repeat('x', 255) where phone = $1`, [
    phones[0],
  ])
  const body = '{{first_name}}'.repeat(8)
  const sent = await api.post('/sms/bulk-send', { body, tag_id })
  await settled()
  expect(await bulkOf(sent.body.bulk_id)).toMatchObject({ sent: 1, failed: 1, status: 'done' })
  expect(await logOf(phones[0] ?? '')).toMatchObject([
    { status: 'failed', failure: 'The text may not take more than 10 messages.' },
  ])
})
