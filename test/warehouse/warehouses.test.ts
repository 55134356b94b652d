import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const newWarehouse = async (name: string, more: object = {}) => {
  const { status, body } = await api.post('/warehouses', { name, ...more })
  expect(status).toBe(201)
  return body.id as number
}
const defaults = async () => {
  const { data } = (await api.get('/warehouses?per_page=100')).body
  return data.filter((w: { is_default: boolean }) => w.is_default).map((w: { id: number }) => w.id)
}
const receivingOf = async (warehouse_id: number) =>
  (await api.get(`/bins?warehouse_id=${warehouse_id}&kind=receiving`)).body.data[0]

const isDefault = {
  status: 422,
  body: {
    code: 'default_warehouse',
    message: 'This is the default warehouse; make another one the default first.',
  },
}

test('a shop begins with one warehouse, the default, where goods come in', async () => {
  const { body } = await api.get('/warehouses')
  const [first] = body.data
  expect(body).toMatchObject({ total: 1, current_page: 1, per_page: 25 })
  expect(first).toEqual({
    id: expect.any(Number),
    name: expect.any(String),
    branch_id: null,
    is_default: true,
    is_active: true,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  expect(await receivingOf(first.id)).toMatchObject({ code: 'RECEIVING', is_active: true })
})

test('creates, lists, changes and deletes a warehouse, its RECEIVING with it', async () => {
  const branch_id = (await api.post('/branches', { name: 'Rotterdam' })).body.id
  const created = await api.post('/warehouses', { name: ' Rotterdam ', branch_id })
  expect(created).toMatchObject({
    status: 201,
    body: { name: 'Rotterdam', branch_id, is_default: false, is_active: true },
  })
  const { id } = created.body
  const receiving = await receivingOf(id)
  const found = async (query: string) =>
    (await api.get(`/warehouses?${query}`)).body.data.map((w: { id: number }) => w.id)
  expect(await found(`branch_id=${branch_id}`)).toEqual([id])
  expect(await found('q=rotter')).toEqual([id])
  expect(await found('q=%25')).toEqual([])
  expect(await api.put(`/warehouses/${id}`, { is_active: false })).toMatchObject({
    status: 200,
    body: { name: 'Rotterdam', is_active: false },
  })
  expect(await found('is_active=0')).toEqual([id])
  expect((await api.patch(`/warehouses/${id}`, { branch_id: null })).body.branch_id).toBeNull()
  expect((await api.delete(`/warehouses/${id}`)).status).toBe(204)
  expect((await api.get(`/warehouses/${id}`)).status).toBe(404)
  expect((await api.get(`/bins/${receiving.id}`)).status).toBe(404)
  const { rows } = await owner.query(
    `select name from events where entity = 'warehouse' and entity_id = $1 order by id`,
    [id],
  )
  expect(rows.map(({ name }) => name)).toEqual([
    'warehouse.created',
    'warehouse.updated',
    'warehouse.updated',
    'warehouse.deleted',
  ])
})

test('one warehouse is the default, always', async () => {
  const [first] = await defaults()
  const second = await newWarehouse('Second', { is_default: true })
  expect(await defaults()).toEqual([second])
  expect(await api.delete(`/warehouses/${second}`)).toMatchObject(isDefault)
  expect(await api.put(`/warehouses/${second}`, { is_default: false })).toMatchObject({
    ...isDefault,
    body: { ...isDefault.body, errors: { is_default: [isDefault.body.message] } },
  })
  expect(await api.put(`/warehouses/${second}`, { is_active: false })).toMatchObject({
    status: 422,
    body: { code: 'default_warehouse', errors: { is_active: [expect.any(String)] } },
  })
  const off = await newWarehouse('Off', { is_active: false })
  for (const answer of [
    await api.put(`/warehouses/${off}`, { is_default: true }),
    await api.post('/warehouses', { name: 'Idle', is_default: true, is_active: false }),
  ]) {
    expect(answer).toMatchObject({ status: 422, body: { code: 'default_warehouse' } })
  }
  expect((await api.put(`/warehouses/${first}`, { is_default: true })).body.is_default).toBe(true)
  expect((await api.put(`/warehouses/${first}`, { is_default: true })).body.is_default).toBe(true)
  expect(await defaults()).toEqual([first])
  const product = { name: 'Part', price_excl: 1, stock_quantity: 2 }
  const { id: product_id } = (await api.post('/products', product)).body
  expect((await api.get(`/bin-stock?product_id=${product_id}`)).body).toMatchObject([
    { warehouse_id: first, bin: 'RECEIVING', quantity: 2 },
  ])
})

test('of all who want to be the default at once one is', async () => {
  const names = ['One', 'Two', 'Three', 'Four', 'Five']
  const ids = await Promise.all(names.map((name) => newWarehouse(name)))
  const answers = await Promise.all([
    ...ids.map((id) => api.put(`/warehouses/${id}`, { is_default: true })),
    ...names.map((name) => api.post('/warehouses', { name: `New ${name}`, is_default: true })),
  ])
  expect(answers.map(({ status }) => status)).toEqual([
    ...ids.map(() => 200),
    ...ids.map(() => 201),
  ])
  expect(await defaults()).toHaveLength(1)
})

test('a warehouse that is used stays', async () => {
  const id = await newWarehouse('Used')
  const { id: bin_id } = (await api.post('/bins', { warehouse_id: id, code: 'A-01' })).body
  const inUse = (by: string) => ({
    status: 422,
    body: {
      code: 'in_use',
      message: `Cannot delete: it is still used by ${by}. Set is_active to false instead.`,
    },
  })
  expect(await api.delete(`/warehouses/${id}`)).toMatchObject(inUse('bins'))
  expect((await api.delete(`/bins/${bin_id}`)).status).toBe(204)
  const receiving = await receivingOf(id)
  const product = { name: 'Part', price_excl: 1 }
  const { id: product_id } = (await api.post('/products', product)).body
  const adjust = (quantity: number) =>
    api.post('/stock/adjust', { product_id, quantity, bin_id: receiving.id })
  expect((await adjust(3)).status).toBe(200)
  expect(await api.put(`/warehouses/${id}`, { is_active: false })).toMatchObject({
    status: 422,
    body: { code: 'has_stock', errors: { is_active: [expect.any(String)] } },
  })
  expect((await adjust(-3)).status).toBe(200)
  const refusal = await api.delete(`/warehouses/${id}`)
  expect(refusal).toMatchObject({ status: 422, body: { code: 'in_use' } })
  expect(refusal.body.message).toMatch(/by (bin stock|stock movements)\. Set is_active to false/)
  expect((await receivingOf(id)).id).toBe(receiving.id)
  expect((await api.put(`/warehouses/${id}`, { is_active: false })).status).toBe(200)
  expect(await adjust(1)).toMatchObject({
    status: 422,
    body: { code: 'bin_inactive', errors: { bin_id: ['Bin RECEIVING is not in use.'] } },
  })
})

test('no goods come into a warehouse while it is put out of use', async () => {
  const { id: product_id } = (await api.post('/products', { name: 'Part', price_excl: 1 })).body
  for (let round = 0; round < 5; round++) {
    const id = await newWarehouse(`Closing ${round}`)
    const { id: bin_id } = await receivingOf(id)
    const answers = await Promise.all([
      api.post('/stock/adjust', { product_id, quantity: 1, bin_id }),
      api.put(`/warehouses/${id}`, { is_active: false }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
  }
})

test('refuses what it must', async () => {
  const id = await newWarehouse('Mine')
  const theirs = (await other.api.get('/warehouses')).body.data[0].id
  expect((await api.get(`/warehouses/${theirs}`)).status).toBe(404)
  expect((await api.put(`/warehouses/${theirs}`, { name: '' })).status).toBe(404)
  expect((await api.delete(`/warehouses/${theirs}`)).status).toBe(404)
  expect((await api.post('/warehouses', {})).body.errors).toEqual({
    name: ['The name field is required.'],
  })
  expect((await api.post('/warehouses', { name: 'Mine' })).body.errors).toEqual({
    name: ['The name has already been taken.'],
  })
  expect((await api.put(`/warehouses/${id}`, { name: 'a\u0000' })).status).toBe(422)
  const branch_id = (await api.post('/branches', { name: 'Closing' })).body.id
  await api.delete(`/branches/${branch_id}`)
  const unknown = { branch_id: ['The selected branch id is invalid.'] }
  expect((await api.put(`/warehouses/${id}`, { branch_id })).body.errors).toEqual(unknown)
  expect((await api.post('/warehouses', { name: 'X', branch_id: 999_999 })).body.errors).toEqual(
    unknown,
  )
  expect((await api.get('/warehouses?branch_id=999999')).status).toBe(404)
  expect((await shop.as.frontdesk.get('/warehouses')).status).toBe(200)
  expect((await shop.as.frontdesk.post('/warehouses', { name: 'x' })).status).toBe(403)
  expect((await shop.as.technician.post('/warehouses', { name: 'By hand' })).status).toBe(201)
})

test('belongs to the warehouse module', async () => {
  await owner.query(
    `update license_modules set is_active = false where tenant_id = $1 and module_key = 'warehouse'`,
    [other.tenant_id],
  )
  for (const path of ['/warehouses', '/bins', '/bin-stock', '/putaway']) {
    expect(await other.api.get(path)).toMatchObject({
      status: 403,
      body: { code: 'module_inactive' },
    })
  }
  expect((await other.api.get('/serial-numbers')).status).toBe(200)
})
