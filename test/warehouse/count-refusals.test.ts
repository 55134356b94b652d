import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { countingIn } from './counting.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { add, newBin, adjust, stocked, standing, books, newCount, enter, apply } = countingIn({
  ...shop,
  owner,
})
const theirs = countingIn({ ...other, owner })

const stamp = expect.stringMatching(/Z$/)

test('refuses to take off what is no longer there, and says where', async () => {
  const bin_id = await newBin('C-09')
  const product_id = await add({ name: 'Battery' })
  await adjust(product_id, bin_id, 6)
  const { id } = await newCount({ bin_ids: [bin_id] })
  await enter(id, [{ bin_id, product_id, counted_qty: 1 }])
  await adjust(product_id, bin_id, -3)
  const message = 'Bin C-09 no longer holds what the count takes off Battery: count it again.'
  expect(await apply(id)).toMatchObject({
    status: 422,
    body: { code: 'count_again', errors: { lines: [message] } },
  })
  expect(await standing(product_id, bin_id)).toBe(3)
  await enter(id, [{ bin_id, product_id, counted_qty: 1 }])
  expect((await apply(id)).status).toBe(200)
  expect(await standing(product_id, bin_id)).toBe(1)
})

test('is changed, cancelled and deleted only as long as it is open', async () => {
  const { product_id, bin_id } = await stocked(5)
  const line = { bin_id, product_id, counted_qty: 4 }
  const gone = await newCount({ bin_ids: [bin_id] })
  expect((await api.delete(`/stock-counts/${gone.id}`)).status).toBe(204)
  expect((await api.get(`/stock-counts/${gone.id}`)).status).toBe(404)
  const { id } = await newCount({ bin_ids: [bin_id] })
  await enter(id, [line])
  expect(await api.delete(`/stock-counts/${id}`)).toMatchObject({
    status: 422,
    body: { code: 'counted' },
  })
  const cancelled = await api.post(`/stock-counts/${id}/cancel`)
  expect(cancelled).toMatchObject({
    status: 200,
    body: { status: 'cancelled', cancelled_at: stamp, lines: [{ difference: -1 }] },
  })
  for (const answer of await Promise.all([
    api.patch(`/stock-counts/${id}`, { notes: 'Late' }),
    api.put(`/stock-counts/${id}`, { blind: true }),
    api.delete(`/stock-counts/${id}`),
    api.post(`/stock-counts/${id}/cancel`),
    enter(id, [line]),
    apply(id),
  ])) {
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'not_open', message: 'The stock count is not open.' },
    })
  }
  expect(await books(product_id)).toMatchObject({ stock: 5, agree: true })
})

test('a version that was counted on is stale', async () => {
  const { product_id, bin_id } = await stocked(1)
  const { id } = await newCount({ bin_ids: [bin_id] })
  const etag = (await api.get(`/stock-counts/${id}`)).headers.get('etag') ?? ''
  await enter(id, [{ bin_id, product_id, counted_qty: 1 }])
  const stale = await api.patch(`/stock-counts/${id}`, { notes: 'x' }, { 'If-Match': etag })
  expect(stale.status).toBe(412)
})

test('refuses a scope and entries that name nothing of the shop or of the count', async () => {
  const { product_id, bin_id } = await stocked(1)
  const strange = await theirs.stocked(1)
  const strangers = await theirs.newCount({ bin_ids: [strange.bin_id] })
  expect((await api.post('/stock-counts', {})).body.errors).toEqual({
    bin_ids: ['The bin ids field is required.'],
  })
  expect((await api.post('/stock-counts', { bin_ids: [] })).body.errors).toHaveProperty('bin_ids')
  for (const [field, value, name] of [
    ['bin_ids', [bin_id, strange.bin_id], 'bin ids'],
    ['product_ids', [strange.product_id], 'product ids'],
    ['category_id', 999_999, 'category id'],
    ['warehouse_id', 999_999, 'warehouse id'],
  ]) {
    const { status, body } = await api.post('/stock-counts', { [String(field)]: value })
    expect(status).toBe(422)
    expect(body.errors).toEqual({ [String(field)]: [`The selected ${name} is invalid.`] })
  }
  const { id } = await newCount({ bin_ids: [bin_id] })
  const service = await add({ kind: 'service' })
  const good = { bin_id, product_id, counted_qty: 1 }
  for (const [line, field] of [
    [{ line_id: strangers.lines[0].id, counted_qty: 1 }, 'line_id'],
    [{ ...good, bin_id: strange.bin_id }, 'bin_id'],
    [{ ...good, product_id: strange.product_id }, 'product_id'],
    [{ ...good, product_id: service }, 'product_id'],
    [{ product_id, counted_qty: 1 }, 'bin_id'],
    [{ bin_id, counted_qty: 1 }, 'product_id'],
    [{ ...good, counted_qty: -1 }, 'counted_qty'],
    [{ ...good, counted_qty: 1.5 }, 'counted_qty'],
    [{ bin_id, product_id }, 'counted_qty'],
    [{ ...good, serials: ['1'] }, 'serials'],
  ] as const) {
    const { status, body } = await enter(id, [good, line])
    expect(status, field).toBe(422)
    expect(Object.keys(body.errors)).toEqual([`lines.1.${field}`])
  }
  const line_id = (await api.get(`/stock-counts/${id}`)).body.lines[0].id
  const elsewhere = await enter(id, [{ line_id, bin_id: await newBin(), counted_qty: 1 }])
  expect(Object.keys(elsewhere.body.errors)).toEqual(['lines.0.bin_id'])
  expect((await api.get(`/stock-counts/${id}`)).body.counted_count).toBe(0)
  expect((await apply(id, { uncounted: 'all' })).body.errors).toHaveProperty('uncounted')
  expect((await api.get('/stock-counts?category_id=999999')).status).toBe(404)
  expect((await api.get('/stock-counts?status=done')).status).toBe(422)
})

test('is seen and changed in the own shop, by who may', async () => {
  const { bin_id } = await stocked(1)
  const { id } = await newCount({ bin_ids: [bin_id] })
  for (const answer of await Promise.all([
    other.api.get(`/stock-counts/${id}`),
    other.api.patch(`/stock-counts/${id}`, {}),
    other.api.put(`/stock-counts/${id}/lines`, { lines: [{ line_id: 1, counted_qty: 1 }] }),
    other.api.post(`/stock-counts/${id}/apply`),
    other.api.post(`/stock-counts/${id}/cancel`),
    other.api.delete(`/stock-counts/${id}`),
  ])) {
    expect(answer.status).toBe(404)
  }
  expect((await shop.as.frontdesk.get(`/stock-counts/${id}`)).status).toBe(200)
  expect((await shop.as.frontdesk.post(`/stock-counts/${id}/apply`)).status).toBe(403)
  expect((await shop.as.technician.post(`/stock-counts/${id}/apply`)).status).toBe(200)
})
