import { describe, expect, test } from 'vitest'
import { startShopsWithTwilio } from './texting.ts'

const origin = 'https://api.repair-angel.example'
const { shop, other, owner, twilio, url, settled, newPhone, logOf, wake } =
  await startShopsWithTwilio({
    PUBLIC_URL: origin,
  })
const { api } = shop
const { webhook_url } = (await api.get('/integrations/twilio')).body

/** As it arrives: the Worker sees another host than Twilio does. */
const post = (address: string, { body, signature }: { body: string; signature: string }) =>
  fetch(address.replace(origin, url), {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Twilio-Signature': signature,
    },
    body,
  })

/** A message of ours on its way, and a way to tell what became of it. */
async function sent() {
  const phone = newPhone()
  await api.post('/sms/send', { phone, body: 'Klaar' })
  await settled()
  const [message] = twilio.to(phone)
  if (!message?.status_callback) throw new Error('It was not sent')
  const address = message.status_callback
  const tell = async (status: string, more: object = {}) => {
    const answer = await post(address, twilio.callback(message, status, address, more))
    expect(answer.status).toBe(200)
  }
  const row = async () => (await logOf(phone))[0]
  return { phone, message, address, tell, row }
}

describe('what became of a message', () => {
  test('is told by Twilio, and never goes back', async () => {
    const { message, tell, row } = await sent()
    twilio.become(message, { status: 'delivered', price: '-0.07900' })
    await tell('sent')
    expect(await row()).toMatchObject({ status: 'sent', delivered_at: null })
    await tell('delivered', { RawDlrDoneDate: '2603270905' })
    await expect.poll(async () => (await row()).cost, { timeout: 20_000 }).not.toBeNull()
    const delivered = await row()
    expect(delivered).toMatchObject({ status: 'delivered', failure: null, cost: 0.079 })
    expect(delivered.delivered_at).toMatch(/Z$/)
    for (const status of ['sent', 'queued', 'undelivered', 'delivered']) await tell(status)
    expect(await row()).toEqual(delivered)
    const { body } = await api.get(`/events?entity=sms_message&entity_id=${delivered.id}`)
    const names = body.data.map(({ name }: { name: string }) => name)
    expect(names.filter((name: string) => name === 'sms_message.delivered')).toHaveLength(1)
  })

  test('may be that nobody has the number', async () => {
    const { tell, row } = await sent()
    await tell('undelivered', { ErrorCode: '30005' })
    expect(await row()).toMatchObject({
      status: 'failed',
      failure: 'Twilio: nobody has this number.',
      delivered_at: null,
    })
  })

  test('may be told before its sender wrote down that it left', async () => {
    const { phone, message, tell, row } = await sent()
    await owner.query(
      `update sms_messages set provider_id = null, status = 'queued', sent_at = null where phone = $1`,
      [phone],
    )
    await owner.query(
      `update reactions set done_at = null, next_at = now() - interval '1 minute', failure = 'It died.'
       where key = 'sms:' || (select id from sms_messages where phone = $1)`,
      [phone],
    )
    await tell('delivered')
    await settled()
    expect(await row()).toMatchObject({ status: 'delivered' })
    expect(twilio.to(phone)).toEqual([message])
  })

  test('costs nothing that is known when Twilio never names a price', async () => {
    const { phone, tell, row } = await sent()
    await tell('delivered')
    const text = `update reactions set next_at = now(), attempts = 8 where kind = 'sms_cost' and done_at is null
      and failure is not null and subject_id in (select id from sms_messages where phone = $1)`
    const hurried = async () => (await owner.query(text, [phone])).rowCount
    await expect.poll(hurried, { timeout: 20_000 }).toBe(1)
    await wake()
    const open = `select from reactions where kind = 'sms_cost' and done_at is null and attempts >= 8`
    await expect.poll(async () => (await owner.query(open)).rowCount, { timeout: 20_000 }).toBe(0)
    expect(await row()).toMatchObject({ status: 'delivered', cost: null })
    const { body } = await api.get('/dead-letters?kind=sms_cost')
    expect(body.total).toBe(0)
  })
})

describe('nothing changes', () => {
  test('by what Twilio did not sign', async () => {
    const { message, address, row } = await sent()
    const { body, signature } = twilio.callback(message, 'delivered', address)
    const forged = [
      { body: body.replace('delivered', 'failed'), signature },
      { body, signature: '' },
      { body, signature: signature.replace(/^./, '+') },
      { body: `${body}&ErrorCode=30005`, signature },
    ]
    for (const request of forged) expect((await post(address, request)).status).toBe(403)
    // Signed for another message.
    const elsewhere = address.replace(/sms=\d+/, 'sms=1')
    expect((await post(elsewhere, { body, signature })).status).toBe(403)
    expect(await row()).toMatchObject({ status: 'sent' })
  })

  test('at an address that is no shop’s', async () => {
    const address = `${origin}/webhooks/twilio/${'x'.repeat(43)}`
    const answer = await post(address, twilio.received(newPhone(), 'Hallo', address))
    expect(answer.status).toBe(404)
  })

  test('by a message that is another one’s', async () => {
    const { message, address } = await sent()
    const second = await sent()
    await post(second.address, twilio.callback(message, 'delivered', second.address))
    expect(await second.row()).toMatchObject({ status: 'sent' })
    const strange = address.replace(/sms=\d+/, 'sms=x')
    expect((await post(strange, twilio.callback(message, 'delivered', strange))).status).toBe(200)
  })
})

describe('a message to the shop', () => {
  test('is kept once, with its customer, and people are told', async () => {
    const phone = newPhone()
    const { body: customer } = await api.post('/customers', { first_name: 'Jan', phone })
    const request = twilio.received(phone, 'Wanneer is hij klaar? 😀', webhook_url)
    const answers = await Promise.all([1, 2, 3].map(() => post(webhook_url, request)))
    for (const answer of answers) {
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toMatch(/^text\/xml/)
      expect(await answer.text()).toBe('<Response/>')
    }
    expect(await logOf(phone)).toMatchObject([
      {
        direction: 'inbound',
        status: 'received',
        body: 'Wanneer is hij klaar? 😀',
        credits: 1,
        customer_id: customer.id,
        sent_at: null,
      },
    ])
    const mine = async () => (await shop.as.frontdesk.get('/notifications')).body.data[0]
    await expect.poll(mine, { timeout: 20_000 }).toMatchObject({
      type: 'customer',
      title: 'Text message from Jan',
      body: 'Wanneer is hij klaar? 😀',
    })
    expect((await shop.as.technician.get('/notifications')).body.data).toEqual([])
    expect((await other.api.get('/sms/log')).body.total).toBe(0)
  })

  test('of somebody unknown has no customer', async () => {
    const phone = newPhone()
    await post(webhook_url, twilio.received(phone, '', webhook_url))
    expect(await logOf(phone)).toMatchObject([{ body: '', customer_id: null }])
  })

  test('ends messages to the number, and lets them come again', async () => {
    const phone = newPhone()
    const people = [
      (await api.post('/customers', { first_name: 'One', phone })).body.id,
      (await api.post('/customers', { first_name: 'Two', phone })).body.id,
    ]
    const says = async (text: string, more: Record<string, string> = {}) => {
      const request = twilio.received(phone, text, webhook_url, more)
      expect((await post(webhook_url, request)).status).toBe(200)
      const all = people.map(async (id) => (await api.get(`/customers/${id}`)).body.sms_opt_out)
      return Promise.all(all)
    }
    expect(await says('Stop maar met zoeken')).toEqual([false, false])
    expect(await says('Stop')).toEqual([true, true])
    expect((await api.post('/sms/send', { phone, body: 'x' })).body.code).toBe('opted_out')
    expect(await says('start')).toEqual([false, false])
    expect(await says('AFMELDEN')).toEqual([true, true])
    expect(await says('Aan')).toEqual([false, false])
    expect(await says('ARRET', { OptOutType: 'STOP' })).toEqual([true, true])
  })
})

test('webhooks of the shop may ask for messages', async () => {
  const { body } = await api.get('/webhook-endpoints/events')
  const names = (Array.isArray(body) ? body : []).map(({ name }: { name: string }) => name)
  expect(names).toEqual(
    expect.arrayContaining(['sms_message.received', 'sms_message.delivered', 'sms_message.failed']),
  )
})
