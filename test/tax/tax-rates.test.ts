import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const all = async (): Promise<Json[]> => (await api.get('/tax-rates')).body
const named = async (name: string): Promise<Json> => {
  const found = (await all()).find((taxRate) => taxRate.name === name)
  if (!found) throw new Error(`There is no ${name}`)
  return found
}
const add = async (draft: object): Promise<Json> => {
  const { status, body } = await api.post('/tax-rates', { name: 'Rate', rate: 13, ...draft })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
const defaults = async () => (await all()).filter(({ is_default }) => is_default)

test('a shop starts with the Dutch rates, by rate and then by id', async () => {
  const { status, body, headers } = await api.get('/tax-rates')
  expect(status).toBe(200)
  expect(headers.get('x-total-count')).toBe('8')
  expect(
    body.map(({ name, rate, category, vat_box }: Json) => [name, rate, category, vat_box]),
  ).toEqual([
    ['Zero 0%', 0, 'zero', '1e'],
    ['Exempt', 0, 'exempt', null],
    ['Reverse charge', 0, 'reverse_charge', '1e'],
    ['Intra-EU', 0, 'intra_eu', '3b'],
    ['Export', 0, 'export', '3a'],
    ['Low 9%', 9, 'reduced', '1b'],
    ['Standard 21%', 21, 'standard', '1a'],
    ['Margin scheme', 21, 'margin', '1a'],
  ])
  expect(await named('Standard 21%')).toMatchObject({
    description: 'Standard Dutch BTW',
    is_default: true,
  })
  expect((await api.get('/tax-rates?category=margin')).body).toHaveLength(1)
  expect((await api.get('/tax-rates?category=nonsense')).status).toBe(422)
})

test('creates, gets, updates and deletes a rate', async () => {
  const created = await api.post('/tax-rates', {
    name: 'Margin scheme',
    rate: 9.0,
    description: 'Used-goods margin',
  })
  const { id, created_at, updated_at } = created.body
  expect(created).toMatchObject({ status: 201 })
  expect(created.body).toEqual({
    id: expect.any(Number),
    name: 'Margin scheme',
    rate: 9,
    description: 'Used-goods margin',
    is_default: false,
    category: 'reduced',
    vat_box: '1b',
    exemption_text: null,
    valid_from: null,
    valid_until: null,
    replaces_id: null,
    created_at,
    updated_at,
  })
  expect(await api.get(`/tax-rates/${id}`)).toMatchObject({ status: 200, body: created.body })
  expect((await api.put(`/tax-rates/${id}`, { name: 'Other', rate: 21 })).body).toMatchObject({
    name: 'Other',
    rate: 21,
    description: 'Used-goods margin',
    category: 'standard',
    vat_box: '1a',
  })
  expect((await api.patch(`/tax-rates/${id}`, { category: 'margin' })).body).toMatchObject({
    category: 'margin',
    rate: 21,
  })
  expect((await api.patch(`/tax-rates/${id}`, { rate: 9 })).body).toMatchObject({
    category: 'margin',
  })
  expect((await api.delete(`/tax-rates/${id}`)).status).toBe(204)
  expect((await api.get(`/tax-rates/${id}`)).status).toBe(404)
})

test.for([
  [0, 'zero', '1e'],
  [9, 'reduced', '1b'],
  [13.5, 'reduced', '1c'],
  [14.99, 'reduced', '1c'],
  [15, 'standard', '1c'],
  [21, 'standard', '1a'],
] as const)('%s %% is %s in box %s', async ([rate, category, vat_box]) => {
  const { id, ...created } = await add({ rate })
  expect(created).toMatchObject({ category, vat_box })
  await api.delete(`/tax-rates/${id}`)
})

test.for([
  ['margin', 21, '1a'],
  ['intra_eu', 0, '3b'],
  ['export', 0, '3a'],
  ['reverse_charge', 0, '1e'],
  ['exempt', 0, null],
] as const)('%s goes in its own box', async ([category, rate, vat_box]) => {
  const { id, ...created } = await add({ category, rate })
  expect(created).toMatchObject({ category, vat_box })
  await api.delete(`/tax-rates/${id}`)
})

test('refuses what cannot be a rate', async () => {
  for (const [draft, field] of [
    [{ rate: 21 }, 'name'],
    [{ name: 'x' }, 'rate'],
    [{ name: 'x', rate: -1 }, 'rate'],
    [{ name: 'x', rate: 101 }, 'rate'],
    [{ name: 'x', rate: 5.125 }, 'rate'],
    [{ name: 'x', rate: 0, category: 'standard' }, 'category'],
    [{ name: 'x', rate: 21, category: 'exempt' }, 'category'],
    [{ name: 'x', rate: 21, category: 'luxury' }, 'category'],
    [{ name: 'x', rate: 21, vat_box: '5a' }, 'vat_box'],
    [{ name: 'x', rate: 21, valid_from: '2026-02-30' }, 'valid_from'],
    [{ name: 'x', rate: 21, valid_from: '2026-03-02', valid_until: '2026-03-01' }, 'valid_until'],
    [{ name: 'x', rate: 21, replaces_id: 1 }, 'valid_from'],
    [{ name: 'x', rate: 21, replaces_id: 999_999, valid_from: '2026-01-01' }, 'replaces_id'],
    [{ name: 'a\0b', rate: 21 }, 'name'],
  ] as const) {
    const { status, body } = await api.post('/tax-rates', draft)
    expect(status, JSON.stringify(draft)).toBe(422)
    expect(Object.keys(body.errors), JSON.stringify(draft)).toContain(field)
  }
})

test('the default is one, and moves', async () => {
  const low = await named('Low 9%')
  const set = await api.post(`/tax-rates/${low.id}/set-default`)
  expect(set).toMatchObject({
    status: 200,
    body: { id: low.id, name: 'Low 9%', is_default: true },
  })
  expect((await defaults()).map(({ id }) => id)).toEqual([low.id])
  const fresh = await add({ is_default: true })
  expect((await defaults()).map(({ id }) => id)).toEqual([fresh.id])
  for (const refused of [
    await api.delete(`/tax-rates/${fresh.id}`),
    await api.patch(`/tax-rates/${fresh.id}`, { is_default: false }),
  ]) {
    expect(refused).toMatchObject({ status: 422, body: { code: 'default_tax_rate' } })
  }
  const standard = await named('Standard 21%')
  expect((await api.patch(`/tax-rates/${standard.id}`, { is_default: true })).status).toBe(200)
  expect((await defaults()).map(({ id }) => id)).toEqual([standard.id])
  expect((await api.patch(`/tax-rates/${fresh.id}`, { is_default: false })).status).toBe(200)
  expect((await api.delete(`/tax-rates/${fresh.id}`)).status).toBe(204)
})

test('parallel changes of the default leave one', async () => {
  const rates = await all()
  const answers = await Promise.all(
    [...rates, ...rates].map(({ id }) => api.post(`/tax-rates/${id}/set-default`)),
  )
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(await defaults()).toHaveLength(1)
  await api.post(`/tax-rates/${(await named('Standard 21%')).id}/set-default`)
})

test('a rate in use cannot be deleted, nor become another rate', async () => {
  const taxRate = await add({ rate: 6, name: 'Old low' })
  const path = `/tax-rates/${taxRate.id}`
  const use = (table: string, where = '') =>
    owner.query(`update ${table} set tax_rate_id = $1 where tenant_id = $2 ${where}`, [
      taxRate.id,
      shop.tenant_id,
    ])
  const refusal = async () => (await api.delete(path)).body
  const customer = await api.post('/customers', { first_name: 'Jane' })
  const customer_id = customer.body.id
  const lines = [1, 2, 3].map((n) => ({ description: `Line ${n}`, qty: 1, unit_price: 1 }))
  await api.post('/quotations', { customer_id, lines })
  await use('quotation_lines')
  expect(await refusal()).toMatchObject({
    message: 'Cannot delete: tax rate is assigned to 3 document line(s).',
    code: 'in_use',
  })
  await api.post('/invoices', { customer_id, invoice_date: '2026-03-27', lines })
  await use('invoice_lines')
  for (let n = 0; n < 12; n++) await api.post('/products', { name: `Part ${n}`, price_excl: 1 })
  await use('products')
  expect(await refusal()).toMatchObject({
    message: 'Cannot delete: tax rate is assigned to 12 product(s) and 6 document line(s).',
  })
  await owner.query(`update quotation_lines set tax_rate_id = null where tax_rate_id = $1`, [
    taxRate.id,
  ])
  await owner.query(`update invoice_lines set tax_rate_id = null where tax_rate_id = $1`, [
    taxRate.id,
  ])
  expect(await refusal()).toMatchObject({
    message: 'Cannot delete: tax rate is assigned to 12 product(s).',
  })
  for (const [changes, field] of [
    [{ rate: 7 }, 'rate'],
    [{ category: 'margin' }, 'category'],
  ] as const) {
    expect(await api.patch(path, changes)).toMatchObject({
      status: 422,
      body: { code: 'tax_rate_in_use', errors: { [field]: [expect.any(String)] } },
    })
  }
  expect(await api.patch(path, { rate: 6, category: 'reduced', name: 'New name' })).toMatchObject({
    status: 200,
    body: { name: 'New name' },
  })
})

test('a successor takes over from a date', async () => {
  const margin = await named('Margin scheme')
  const standard = await named('Standard 21%')
  const next = await add({
    name: 'Standard 22%',
    rate: 22,
    replaces_id: standard.id,
    valid_from: '2027-01-01',
  })
  expect(next).toMatchObject({
    is_default: true,
    category: 'standard',
    vat_box: '1a',
    replaces_id: standard.id,
    valid_from: '2027-01-01',
    valid_until: null,
  })
  expect((await api.get(`/tax-rates/${standard.id}`)).body).toMatchObject({
    is_default: false,
    valid_until: '2026-12-31',
  })
  const valid = async (on: string) =>
    (await api.get(`/tax-rates?category=standard&valid_on=${on}`)).body.map(
      ({ rate }: Json) => rate,
    )
  expect(await valid('2026-12-31')).toEqual([21])
  expect(await valid('2027-01-01')).toEqual([22])
  const again = { name: 'x', rate: 23, replaces_id: standard.id, valid_from: '2028-01-01' }
  expect(await api.post('/tax-rates', again)).toMatchObject({
    status: 422,
    body: { errors: { replaces_id: ['The replaces id has already been taken.'] } },
  })
  const used = await add({
    name: 'Margin',
    rate: 22,
    replaces_id: margin.id,
    valid_from: '2027-01-01',
  })
  expect(used).toMatchObject({
    is_default: false,
    category: 'margin',
    exemption_text: margin.exemption_text,
  })
  expect((await api.delete(`/tax-rates/${margin.id}`)).status).toBe(422)
})

test('rates are of one shop, and who may change them is told', async () => {
  const [theirs] = (await other.api.get('/tax-rates')).body
  for (const answer of [
    await api.get(`/tax-rates/${theirs.id}`),
    await api.put(`/tax-rates/${theirs.id}`, { name: 'Mine' }),
    await api.delete(`/tax-rates/${theirs.id}`),
    await api.post(`/tax-rates/${theirs.id}/set-default`),
  ]) {
    expect(answer.status).toBe(404)
  }
  expect((await shop.as.technician.get('/tax-rates')).status).toBe(200)
  expect((await shop.as.frontdesk.post('/tax-rates', { name: 'x', rate: 1 })).status).toBe(403)
  const byAccountant = await shop.as.accountant.post('/tax-rates', { name: 'x', rate: 1 })
  expect(byAccountant.status).toBe(201)
})
