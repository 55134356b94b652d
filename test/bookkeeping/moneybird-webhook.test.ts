import { beforeAll, describe, expect, test } from 'vitest'
import { isSigned } from '../../src/integrations/signed-body.ts'
import { newIssued } from '../sales/invoicing.ts'
import { startBookkeeping } from './pushing.ts'

describe('the known signature', () => {
  // A vector computed elsewhere.
  const signature = 'b790b945484419ca5f4319126b330c9b0db583500f83ab360be10b308d58818e'
  const text = '{"id":"1","action":"contact_changed"}'
  const signed_at_s = 1_760_000_000
  const header = `t=${signed_at_s},v1=${signature}`
  const check = (given: string, { now_s = signed_at_s, body = text, secret = 'mb_secret' } = {}) =>
    isSigned(new TextEncoder().encode(body), given, { secret, now_s })

  test('is taken, within five minutes of now', async () => {
    expect(await check(header)).toBe(true)
    expect(await check(header, { now_s: signed_at_s + 300 })).toBe(true)
    expect(await check(header, { now_s: signed_at_s + 301 })).toBe(false)
    expect(await check(header, { now_s: signed_at_s - 301 })).toBe(false)
  })

  test('is taken among several', async () => {
    const wrong = '0'.repeat(64)
    expect(await check(`t=${signed_at_s},v1=${wrong},v1=${signature}`)).toBe(true)
    expect(await check(`t=${signed_at_s},v1=${wrong}`)).toBe(false)
  })

  test('is refused of another body, time or secret', async () => {
    expect(await check(header, { body: `${text} ` })).toBe(false)
    expect(await check(`t=${signed_at_s + 1},v1=${signature}`)).toBe(false)
    expect(await check(header, { secret: 'another' })).toBe(false)
    for (const nonsense of ['', 't=', 'v1=', `t=${signed_at_s},v1=zz`]) {
      expect(await check(nonsense)).toBe(false)
    }
  })
})

const { shop, url, owner, moneybird, connect, settled, syncsOf } = await startBookkeeping()
const { api } = shop

let address = ''
beforeAll(async () => {
  await connect('moneybird')
  address = (await api.get('/integrations/moneybird')).body.webhook_url
})

const post = async ({ body, signature }: { body: string; signature: string }, to = address) => {
  const { pathname } = new URL(to, url)
  const headers = { 'Content-Type': 'application/json', 'Moneybird-Signature': signature }
  return (await fetch(`${url}${pathname}`, { method: 'POST', headers, body })).status
}

const paid = (entity_id: string, id = crypto.randomUUID()) => ({
  id,
  action: 'external_sales_invoice_state_changed_to_paid',
  entity_type: 'ExternalSalesInvoice',
  entity_id,
  state: 'paid',
})

const eventsOf = async (id: number) =>
  (
    await owner.query(
      `select name from events where entity = 'document_sync' and entity_id = $1 and name = 'document_sync.paid'`,
      [id],
    )
  ).rows.length

test('an invoice that was paid there is noted once, and no payment is booked', async () => {
  const invoice = await newIssued(api)
  await settled()
  const [sync] = await syncsOf('moneybird', invoice.invoice_number)
  const message = moneybird.event(paid(sync.external_id))
  expect(await Promise.all([post(message), post(message)])).toEqual([200, 200])
  const [noted] = await syncsOf('moneybird', invoice.invoice_number)
  expect(noted.paid_at).toMatch(/Z$/)
  expect(await post(moneybird.event(paid(sync.external_id)))).toBe(200)
  expect(await syncsOf('moneybird', invoice.invoice_number)).toEqual([noted])
  expect(await eventsOf(sync.id)).toBe(1)
  const { body } = await api.get(`/invoices/${invoice.id}`)
  expect(body).toMatchObject({ amount_paid: 0, paid_at: null })
  const { rows } = await owner.query(
    `select count(*)::int as kept from inbox where provider = 'moneybird' and done_at is not null`,
  )
  expect(rows[0].kept).toBe(2)
})

test('a message that is not signed, old or changed is refused', async () => {
  const invoice = await newIssued(api)
  await settled()
  const [{ external_id }] = await syncsOf('moneybird', invoice.invoice_number)
  const { body, signature } = moneybird.event(paid(external_id))
  const old = moneybird.event(paid(external_id), { at_s: Math.floor(Date.now() / 1000) - 400 })
  const foreign = moneybird.event(paid(external_id), { secret: 'of somebody else' })
  expect(await post({ body, signature: '' })).toBe(400)
  expect(await post({ body: `${body} `, signature })).toBe(400)
  expect(await post(old)).toBe(400)
  expect(await post(foreign)).toBe(400)
  expect(await syncsOf('moneybird', invoice.invoice_number)).toMatchObject([{ paid_at: null }])
})

test('what tells of something else, or of nothing of ours, is taken and left', async () => {
  for (const body of [{ id: '1', action: 'contact_changed' }, paid('1'), {}, [], 'what']) {
    expect(await post(moneybird.event(body as object))).toBe(200)
  }
})

test('an address that names no shop is none', async () => {
  expect(await post(moneybird.event({}), '/webhooks/moneybird/nobody')).toBe(404)
})

test('before the secret is saved everything is taken, and nothing believed', async () => {
  const invoice = await newIssued(api)
  await settled()
  const [{ external_id }] = await syncsOf('moneybird', invoice.invoice_number)
  await connect('moneybird', { webhook_secret: null })
  expect(await post({ body: JSON.stringify(paid(external_id)), signature: '' })).toBe(200)
  await connect('moneybird')
  expect(await syncsOf('moneybird', invoice.invoice_number)).toMatchObject([{ paid_at: null }])
})
