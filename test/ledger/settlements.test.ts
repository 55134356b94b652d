import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { books } from './books.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { boxesOf, closeUntil, postedFor } = books(owner, shop.tenant_id)

const payout = {
  provider: 'mollie',
  settled_on: '2026-03-27',
  gross: 1000,
  fee: 10,
  fee_vat: 2.1,
  reference: '1234567.2603.01',
}

test('what a provider pays out clears what was on its way, and its fee is a cost', async () => {
  const { status, body } = await api.post('/settlements', payout)
  expect(status).toBe(201)
  expect(body).toEqual({
    id: expect.any(Number),
    ...payout,
    net: 987.9,
    voided_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  expect((await api.get(`/settlements/${body.id}`)).body).toEqual(body)
  expect(await postedFor('settlement', body.id)).toEqual({
    bank: 98_790,
    payment_costs: 1000,
    vat_5b: 210,
    provider_in_transit: -100_000,
  })
  expect(await boxesOf('settlement', body.id)).toEqual({ '5b': 210 })
  const pin = await api.post('/settlements', { ...payout, provider: 'pin', fee: 0, fee_vat: 0 })
  expect(await postedFor('settlement', pin.body.id)).toEqual({
    bank: 100_000,
    pin_in_transit: -100_000,
  })
})

test('once per reference; one that was voided may be entered again', async () => {
  const draft = { ...payout, reference: 'again' }
  const answers = await Promise.all([1, 2, 3].map(() => api.post('/settlements', draft)))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422])
  expect(answers.find(({ status }) => status === 422)?.body.errors).toEqual({
    reference: ['The reference has already been taken.'],
  })
  expect((await api.post('/settlements', { ...draft, provider: 'stripe' })).status).toBe(201)
  const id = answers.find(({ status }) => status === 201)?.body.id
  const voided = await api.post(`/settlements/${id}/void`)
  expect(voided).toMatchObject({ status: 200, body: { voided_at: expect.stringMatching(/Z$/) } })
  expect(await postedFor('settlement', id)).toEqual({})
  expect(await api.post(`/settlements/${id}/void`)).toMatchObject({
    status: 422,
    body: { code: 'voided' },
  })
  expect((await api.post('/settlements', draft)).status).toBe(201)
})

test('lists by provider and day', async () => {
  const on = async (settled_on: string) =>
    (await api.post('/settlements', { ...payout, provider: 'stripe', settled_on, reference: null }))
      .body.id
  const [first, last] = [await on('2025-01-31'), await on('2025-02-01')]
  const ids = async (query: string) =>
    (await api.get(`/settlements?${query}`)).body.data.map(({ id }: { id: number }) => id)
  expect(await ids('provider=stripe&to=2025-02-01')).toEqual([last, first])
  expect(await ids('from=2025-02-01&to=2025-02-01')).toEqual([last])
  expect((await api.get('/settlements?provider=paypal')).status).toBe(422)
})

test('refuses what no payout can be, strangers and those who may not', async () => {
  for (const fields of [
    { provider: 'paypal' },
    { gross: 'much' },
    { fee: -1 },
    { fee: 998 },
    { fee_vat: 0.001 },
    { settled_on: '2026-02-30' },
    { settled_on: '2999-01-01' },
    { reference: 'a\u0000' },
  ]) {
    const { status, body } = await api.post('/settlements', {
      ...payout,
      reference: null,
      ...fields,
    })
    expect([status, Object.keys(body.errors)], JSON.stringify(fields)).toEqual([
      422,
      Object.keys(fields),
    ])
  }
  const { body } = await api.post('/settlements', { ...payout, reference: null })
  expect((await other.api.get(`/settlements/${body.id}`)).status).toBe(404)
  expect((await other.api.post(`/settlements/${body.id}/void`)).status).toBe(404)
  expect((await other.api.get('/settlements')).body.total).toBe(0)
  expect((await shop.as.frontdesk.get('/settlements')).status).toBe(403)
  expect((await shop.as.accountant.post(`/settlements/${body.id}/void`)).status).toBe(200)
})

test('one of a closed period is booked today', async () => {
  await closeUntil('2024-12-31')
  const draft = { ...payout, settled_on: '2024-12-30', reference: null }
  const { body } = await api.post('/settlements', draft)
  const { rows } = await owner.query(
    `select entry_date = app.today() as today, document_date::text as day from journal_entries
     where source = 'settlement' and source_id = $1`,
    [body.id],
  )
  expect(rows).toEqual([{ today: true, day: '2024-12-30' }])
})
