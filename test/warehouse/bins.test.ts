import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const newWarehouse = async (name: string) =>
  (await api.post('/warehouses', { name })).body.id as number
const newBin = async (warehouse_id: number, code: string, more: object = {}) => {
  const { status, body } = await api.post('/bins', { warehouse_id, code, ...more })
  expect(status).toBe(201)
  return body.id as number
}
const newProduct = async () =>
  (await api.post('/products', { name: 'Part', price_excl: 1 })).body.id as number
const adjust = (product_id: number, quantity: number, bin_id: number) =>
  api.post('/stock/adjust', { product_id, quantity, bin_id })
const codes = async (query: string) => {
  const { status, body } = await api.get(`/bins?${query}`)
  expect(status).toBe(200)
  return body.data.map((bin: { code: string }) => bin.code)
}

test('creates, changes and deletes a bin', async () => {
  const warehouse_id = await newWarehouse('First')
  const created = await api.post('/bins', { warehouse_id, code: ' A-01-02 ', description: 'Top' })
  expect(created.status).toBe(201)
  const { id } = created.body
  expect(created.body).toEqual({
    id: expect.any(Number),
    warehouse_id,
    warehouse: 'First',
    code: 'A-01-02',
    kind: 'storage',
    description: 'Top',
    is_active: true,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  expect((await api.get(`/bins/${id}`)).body).toEqual(created.body)
  const second = await newWarehouse('Other')
  const changed = { code: 'B-01', description: '', is_active: false, warehouse_id: second }
  expect((await api.put(`/bins/${id}`, changed)).body).toMatchObject({
    ...changed,
    description: null,
    warehouse: 'Other',
  })
  expect((await api.patch(`/bins/${id}`, { is_active: true })).body.is_active).toBe(true)
  // Only shown.
  expect((await api.patch(`/bins/${id}`, { kind: 'receiving' })).body.kind).toBe('storage')
  expect((await api.delete(`/bins/${id}`)).status).toBe(204)
  expect((await api.get(`/bins/${id}`)).status).toBe(404)
  const { rows } = await owner.query(
    `select name, root, root_id from events where entity = 'bin' and entity_id = $1 order by id`,
    [id],
  )
  expect(rows[0]).toMatchObject({ name: 'bin.created', root: 'warehouse' })
  expect(rows.at(-1)).toMatchObject({ name: 'bin.deleted' })
})

test('lists as people walk, with its filters', async () => {
  const warehouse_id = await newWarehouse('Listed')
  const full = await newBin(warehouse_id, 'A-02')
  await newBin(warehouse_id, 'B-01', { is_active: false })
  await newBin(warehouse_id, 'A-01')
  const product_id = await newProduct()
  await adjust(product_id, 3, full)
  const here = `warehouse_id=${warehouse_id}`
  expect(await codes(here)).toEqual(['A-01', 'A-02', 'B-01', 'RECEIVING'])
  expect(await codes(`${here}&per_page=2&page=2`)).toEqual(['B-01', 'RECEIVING'])
  expect((await api.get(`/bins?${here}&per_page=2`)).body).toMatchObject({ total: 4, last_page: 2 })
  expect(await codes(`${here}&q=a-`)).toEqual(['A-01', 'A-02'])
  expect(await codes(`${here}&q=%25`)).toEqual([])
  expect(await codes(`${here}&code=A-02`)).toEqual(['A-02'])
  expect(await codes(`${here}&code=a-02`)).toEqual([])
  expect(await codes(`${here}&kind=receiving`)).toEqual(['RECEIVING'])
  expect(await codes(`${here}&is_active=0`)).toEqual(['B-01'])
  expect(await codes(`${here}&empty=1`)).toEqual(['A-01', 'B-01', 'RECEIVING'])
  expect(await codes(`${here}&empty=0`)).toEqual(['A-02'])
  expect(await codes(`product_id=${product_id}`)).toEqual(['A-02'])
  await adjust(product_id, -3, full)
  expect(await codes(`product_id=${product_id}`)).toEqual([])
  expect(await codes(`${here}&empty=0`)).toEqual([])
  for (const wrong of ['kind=shelf', 'empty=maybe', 'code=', 'warehouse_id=abc']) {
    expect((await api.get(`/bins?${wrong}`)).status).toBe(422)
  }
  for (const unknown of ['warehouse_id', 'product_id']) {
    expect((await api.get(`/bins?${unknown}=999999`)).status).toBe(404)
  }
})

test('of RECEIVING only the description changes', async () => {
  const warehouse_id = await newWarehouse('Guarded')
  const second = await newWarehouse('Elsewhere')
  const { data } = (await api.get(`/bins?warehouse_id=${warehouse_id}`)).body
  const [receiving] = data
  const stays = { code: 'receiving_bin', message: expect.stringContaining('Goods come in here') }
  for (const change of [{ code: 'IN' }, { is_active: false }, { warehouse_id: second }]) {
    const answer = await api.put(`/bins/${receiving.id}`, change)
    expect(answer).toMatchObject({ status: 422, body: stays })
    expect(Object.keys(answer.body.errors)).toEqual(Object.keys(change))
  }
  expect(await api.delete(`/bins/${receiving.id}`)).toMatchObject({ status: 422, body: stays })
  const sentBack = await api.put(`/bins/${receiving.id}`, { ...receiving, description: 'Dock' })
  expect(sentBack).toMatchObject({ status: 200, body: { code: 'RECEIVING', description: 'Dock' } })
})

test('a bin in which goods stand stays in use and in its warehouse, one that was used stays', async () => {
  const warehouse_id = await newWarehouse('Full')
  const second = await newWarehouse('Far')
  const id = await newBin(warehouse_id, 'A-01')
  const product_id = await newProduct()
  expect((await adjust(product_id, 2, id)).status).toBe(200)
  for (const change of [{ is_active: false }, { warehouse_id: second }]) {
    const answer = await api.put(`/bins/${id}`, change)
    expect(answer).toMatchObject({ status: 422, body: { code: 'has_stock' } })
    expect(Object.keys(answer.body.errors)).toEqual(Object.keys(change))
  }
  const kept = { code: 'A-09', is_active: true, warehouse_id }
  expect((await api.put(`/bins/${id}`, kept)).body).toMatchObject(kept)
  expect((await adjust(product_id, -2, id)).status).toBe(200)
  expect(await api.delete(`/bins/${id}`)).toMatchObject({
    status: 422,
    body: { code: 'in_use', message: expect.stringMatching(/Set is_active to false instead\.$/) },
  })
  expect((await api.put(`/bins/${id}`, { is_active: false })).status).toBe(200)
  expect(await adjust(product_id, 1, id)).toMatchObject({
    status: 422,
    body: { code: 'bin_inactive', errors: { bin_id: ['Bin A-09 is not in use.'] } },
  })
})

test('no goods come into a bin while it is put out of use', async () => {
  const warehouse_id = await newWarehouse('Racing')
  const product_id = await newProduct()
  for (let round = 0; round < 5; round++) {
    const id = await newBin(warehouse_id, `R-${round}`)
    const answers = await Promise.all([
      adjust(product_id, 1, id),
      api.put(`/bins/${id}`, { is_active: false }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
  }
})

test('generates the bins between two codes, and leaves those that are there', async () => {
  const warehouse_id = await newWarehouse('Racks')
  await newBin(warehouse_id, 'A-02', { description: 'Mine' })
  const generate = (from: string, to: string) =>
    api.post('/bins/generate', { warehouse_id, from, to })
  expect(await generate('A-01', 'B-03')).toMatchObject({
    status: 200,
    body: { created: 5, existing: 1 },
  })
  const here = `warehouse_id=${warehouse_id}&kind=storage`
  expect(await codes(here)).toEqual(['A-01', 'A-02', 'A-03', 'B-01', 'B-02', 'B-03'])
  expect((await api.get(`/bins?${here}&code=A-02`)).body.data[0].description).toBe('Mine')
  expect((await generate('A-01', 'B-03')).body).toEqual({ created: 0, existing: 6 })
  for (const [from, to] of [
    ['A-03', 'A-01'],
    ['A-01', 'A-1'],
    ['A-01', 'A-01-01'],
    ['A-001', 'C-999'],
  ] as const) {
    expect(await generate(from, to)).toMatchObject({
      status: 422,
      body: { errors: { to: [expect.stringContaining('at most 1000')] } },
    })
  }
  expect(
    (await api.post('/bins/generate', { warehouse_id: 999_999, from: 'A', to: 'B' })).body.errors,
  ).toEqual({ warehouse_id: ['The selected warehouse id is invalid.'] })
})

test('refuses what it must', async () => {
  const warehouse_id = await newWarehouse('Mine')
  const id = await newBin(warehouse_id, 'A-01')
  const theirWarehouse = (await other.api.get('/warehouses')).body.data[0].id
  const theirs = (await other.api.get('/bins')).body.data[0].id
  for (const answer of [
    await api.get(`/bins/${theirs}`),
    await api.put(`/bins/${theirs}`, { code: '' }),
    await api.delete(`/bins/${theirs}`),
  ]) {
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
  expect((await api.post('/bins', {})).body.errors).toEqual({
    warehouse_id: ['The warehouse id field is required.'],
    code: ['The code field is required.'],
  })
  const unknown = { warehouse_id: ['The selected warehouse id is invalid.'] }
  const strange = { warehouse_id: theirWarehouse }
  expect((await api.post('/bins', { ...strange, code: 'A' })).body.errors).toEqual(unknown)
  expect((await api.put(`/bins/${id}`, strange)).body.errors).toEqual(unknown)
  const taken = { code: ['The code has already been taken.'] }
  expect((await api.post('/bins', { warehouse_id, code: 'A-01' })).body.errors).toEqual(taken)
  expect((await api.post('/bins', { warehouse_id, code: 'RECEIVING' })).body.errors).toEqual(taken)
  expect((await api.put(`/bins/${id}`, { code: 'a'.repeat(51) })).status).toBe(422)
  expect((await api.put(`/bins/${id}`, { code: 'a\u0000' })).status).toBe(422)
  expect((await shop.as.frontdesk.get('/bins')).status).toBe(200)
  expect((await shop.as.frontdesk.post('/bins', { warehouse_id, code: 'x' })).status).toBe(403)
  const { headers } = await api.get(`/bins/${id}`)
  const version = { 'If-Match': headers.get('etag') as string }
  expect((await api.put(`/bins/${id}`, { code: 'A-02' }, version)).status).toBe(200)
  expect((await api.delete(`/bins/${id}`, version)).status).toBe(412)
})
