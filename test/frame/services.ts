import { delivered as upsDelivered } from '../fakes/ups.ts'
import type { Factory, Ids } from './factory.ts'

// What a shop needs before it can use services outside.

/** An account at Twilio. */
export const connectTwilio = (f: Factory) => {
  const account_sid = `AC${'0'.repeat(32)}`
  const config = { account_sid, auth_token: 'secret', from_number: '+3197010000000' }
  return f.api.put('/integrations/twilio', { is_enabled: true, config })
}

/** A tag that one customer has. */
export async function taggedCustomer(f: Factory): Promise<number> {
  const [customer, tag] = [await f.id('/customers'), await f.id('/tags')]
  await f.api.put(`/customers/${customer}/tags`, { tag_ids: [tag] })
  return tag
}

/** Whom a parcel goes to. */
export const receiver = {
  ship_to_address: 'Damrak 1',
  ship_to_city: 'Amsterdam',
  ship_to_postal: '1012 LG',
}

const senders = new WeakMap<Factory, Promise<unknown>>()

/** A shop with an address, and accounts at the carriers. */
export function asSender(f: Factory): Promise<unknown> {
  const shop = { address: 'Kerkstraat 12', postal_code: '1017 GC', city: 'Amsterdam' }
  const ups = { client_id: 'ups-client', client_secret: 'ups-secret', account_number: 'A1B2C3' }
  const dhl = { user_id: 'dhl-user', api_key: 'dhl-key-of-the-shop', account_id: '01234567' }
  const ready =
    senders.get(f) ??
    Promise.all([
      f.api.put('/settings', shop),
      f.api.put('/integrations/ups', { is_enabled: true, config: ups }),
      f.api.put('/integrations/dhl', { is_enabled: true, config: dhl }),
    ])
  senders.set(f, ready)
  return ready
}

/** A label as a carrier made it; its file is another record's. */
export async function newLabel(f: Factory, carrier: 'ups' | 'dhl', more: object = {}) {
  await asSender(f)
  const party = { name: 'Jane', address: 'Damrak 1', postal_code: '1012LG', city: 'Amsterdam' }
  const nobody = { contact: null, phone: null, email: null }
  const ends = JSON.stringify({ ...party, ...nobody, country: 'NL' })
  const id = await f.row('shipments', {
    carrier,
    status: 'created',
    ship_to: ends,
    ship_from: ends,
    request_id: crypto.randomUUID(),
    provider_id: upsDelivered,
    tracking_code: upsDelivered,
    ...more,
  })
  return { id }
}

/** An administration at Moneybird. */
export const withMoneybird = async (f: Factory): Promise<Ids> => {
  const config = { api_token: 'none', administration_id: '1' }
  await f.api.put('/integrations/moneybird', { is_enabled: true, config })
  return { slug: 'moneybird' }
}
