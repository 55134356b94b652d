import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other } = await startShops()
const { api } = shop

const newCustomer = async (customer: object): Promise<Json> =>
  (await api.post('/customers', customer)).body

const found = async (q: string, resource = 'customers'): Promise<number[]> =>
  (await api.get(`/${resource}?q=${encodeURIComponent(q)}`)).body.data.map((row: Json) => row.id)

const company = (await api.post('/companies', { name: 'Schröder & Zonen', kvk_number: '87654321' }))
  .body
const rene = await newCustomer({
  first_name: 'René',
  last_name: 'van den Berg',
  email: 'r.berg+shop@example.com',
  phone: '06-1234 5678',
})
const piet = await newCustomer({ first_name: 'Piet', last_name: 'Øster', phone: '020 123 45 67' })
const anna = await newCustomer({ first_name: 'Anna', company_id: company.id })
const luc = await newCustomer({ first_name: 'Luc', phone: '0470 12 34 56', country: 'be' })
await newCustomer({ first_name: 'Nobody', last_name: 'Else' })
await other.api.post('/customers', { first_name: 'René', phone: '0612345678' })
await api.post('/devices', {
  customer_id: anna.id,
  kind: 'car',
  license_plate: 'XY-34-ZZ',
  serial_number: 'SN-774411',
})
await api.post('/devices', { customer_id: piet.id, kind: 'phone', imei: '490154203237518' })

test('finds a name by its parts, without accents and case', async () => {
  for (const q of ['rene', 'RENÉ', 'berg', 'van den', 'rené van den berg', 'van den berg rene']) {
    expect(await found(q), q).toEqual([rene.id])
  }
  for (const q of ['oster', 'ØSTER', 'piet o']) expect(await found(q), q).toEqual([piet.id])
})

test('one or two letters match the start of a word', async () => {
  expect(await found('re')).toEqual([rene.id])
  expect(await found('p')).toEqual([piet.id])
  expect(await found('be')).toEqual([rene.id])
  expect(await found('er')).toEqual([])
})

test('finds an e-mail address', async () => {
  for (const q of ['r.berg+shop@example.com', 'R.Berg', '@example.com', 'shop@ex']) {
    expect(await found(q), q).toEqual([rene.id])
  }
})

test('finds a phone number in any writing', async () => {
  for (const q of [
    '0612345678',
    '06-12345678',
    '06 1234 5678',
    '+31612345678',
    '+31 6 1234 5678',
    '+31 (0)6 12345678',
    '0031612345678',
    '0031 6 12 34 56 78',
    '(06) 12345678',
    '1234 5678',
    '0612',
    '5678',
  ]) {
    expect(await found(q), q).toEqual([rene.id])
  }
  for (const q of ['0201234567', '020-1234567', '+31 20 123 45 67', '(020) 1234567']) {
    expect(await found(q), q).toEqual([piet.id])
  }
})

test("finds a number of the customer's own country", async () => {
  for (const q of ['0470123456', '0470/12.34.56', '+32 470 12 34 56', '0032470123456']) {
    expect(await found(q), q).toEqual([luc.id])
  }
  await api.put(`/customers/${luc.id}`, { phone: '0471 12 34 56' })
  expect(await found('+32471123456')).toEqual([luc.id])
  await api.put(`/customers/${luc.id}`, { country: 'NL', phone: '0032 472 12 34 56' })
  expect(await found('+32472123456')).toEqual([luc.id])
  await api.put(`/customers/${luc.id}`, { phone: '06-87654321' })
  expect(await found('+31687654321')).toEqual([luc.id])
  await api.put(`/customers/${luc.id}`, { phone: '0470 12 34 56' })
  await api.put(`/customers/${luc.id}`, { country: 'BE' })
  expect(await found('+32470123456')).toEqual([luc.id])
  await api.put(`/customers/${luc.id}`, { phone: null })
  expect(await found('0470123456')).toEqual([])
})

test('finds a customer by company and by device', async () => {
  for (const q of ['schroder', 'Schröder & Zonen', '87654321', 'xy-34-zz', 'XY34ZZ', 'sn774411']) {
    expect(await found(q), q).toEqual([anna.id])
  }
  expect(await found('490154203237518')).toEqual([piet.id])
})

test('takes wildcards and quotes literally', async () => {
  const percent = await newCustomer({ first_name: 'Hundred', last_name: '100%_sure\\yes' })
  for (const q of ['100%', '%_sure', '_sure\\yes', '100%_sure\\yes']) {
    expect(await found(q), q).toEqual([percent.id])
  }
  for (const q of [
    '%',
    '_',
    '%%%',
    'r%n',
    'r_ne',
    '\\',
    "'",
    "'; drop table customers; --",
    '😀',
  ]) {
    expect(await found(q), q).toEqual([])
  }
  expect((await api.get('/customers?q=')).body.total).toBeGreaterThan(4)
  expect((await api.get(`/customers?q=${'x'.repeat(201)}`)).status).toBe(422)
  expect((await api.get('/customers?q=a%00b')).status).toBe(422)
})

test('finds a company', async () => {
  for (const q of ['zonen', 'SCHRODER', '8765', 'sc']) {
    expect(await found(q, 'companies'), q).toEqual([company.id])
  }
  expect(await found('rene', 'companies')).toEqual([])
})
