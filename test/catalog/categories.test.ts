import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other } = await startShops()
const { api } = shop

const add = async (name: string, parent_id?: number) => {
  const { status, body } = await api.post('/product-categories', { name, parent_id })
  expect(status).toBe(201)
  return body.id as number
}

test('creates, lists, gets, updates and deletes a category', async () => {
  const created = await api.post('/product-categories', { name: 'Screens' })
  const { id, created_at, updated_at } = created.body
  expect(created).toMatchObject({ status: 201 })
  expect(created.body).toEqual({ id, name: 'Screens', parent_id: null, created_at, updated_at })
  expect((await api.get(`/product-categories/${id}`)).body).toEqual(created.body)
  const below = await add('OLED', id)
  expect((await api.get(`/product-categories?parent_id=${id}`)).body).toMatchObject({
    data: [{ id: below, name: 'OLED', parent_id: id }],
    total: 1,
  })
  expect((await api.get('/product-categories')).body.total).toBe(2)
  expect((await api.put(`/product-categories/${below}`, { name: 'LCD' })).body).toMatchObject({
    name: 'LCD',
    parent_id: id,
  })
  const top = await api.patch(`/product-categories/${below}`, { parent_id: null })
  expect(top.body).toMatchObject({ name: 'LCD', parent_id: null })
  expect((await api.delete(`/product-categories/${below}`)).status).toBe(204)
  expect((await api.get(`/product-categories/${below}`)).status).toBe(404)
  expect((await api.get(`/product-categories?parent_id=${below}`)).status).toBe(404)
})

test('refuses a branch that would hold itself', async () => {
  const a = await add('A')
  const b = await add('B', a)
  const c = await add('C', b)
  for (const parent_id of [a, b, c]) {
    expect(await api.put(`/product-categories/${a}`, { parent_id })).toMatchObject({
      status: 422,
      body: { code: 'category_cycle', errors: { parent_id: [expect.any(String)] } },
    })
  }
  expect((await api.put(`/product-categories/${c}`, { parent_id: a })).status).toBe(200)
})

test('keeps a tree when two moves, each fine by itself, come at once', async () => {
  for (let round = 0; round < 10; round++) {
    const [a, b] = [await add('A'), await add('B')]
    const answers = await Promise.all([
      api.put(`/product-categories/${a}`, { parent_id: b }),
      api.put(`/product-categories/${b}`, { parent_id: a }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
  }
})

test('is not deleted while anything stands under it', async () => {
  const parent = await add('Parent')
  const child = await add('Child', parent)
  const product = await api.post('/products', { name: 'P', price_excl: 1, category_id: child })
  const refusal = (users: string) => ({
    status: 422,
    body: { code: 'in_use', message: `Cannot delete: it is still used by ${users}.` },
  })
  expect(await api.delete(`/product-categories/${parent}`)).toMatchObject(
    refusal('product categories'),
  )
  expect(await api.delete(`/product-categories/${child}`)).toMatchObject(refusal('products'))
  await api.delete(`/products/${product.body.id}`)
  expect((await api.delete(`/product-categories/${child}`)).status).toBe(204)
  expect((await api.delete(`/product-categories/${parent}`)).status).toBe(204)
})

test('refuses bad input, strangers and who may not', async () => {
  expect((await api.post('/product-categories', {})).body.errors).toEqual({
    name: ['The name field is required.'],
  })
  const own = await add('Own')
  const theirs = (await other.api.post('/product-categories', { name: 'Theirs' })).body.id
  for (const parent_id of [theirs, 999_999]) {
    const refusal = {
      status: 422,
      body: { errors: { parent_id: ['The selected parent id is invalid.'] } },
    }
    expect(await api.post('/product-categories', { name: 'X', parent_id })).toMatchObject(refusal)
    expect(await api.put(`/product-categories/${own}`, { parent_id })).toMatchObject(refusal)
    expect((await api.get(`/product-categories?parent_id=${parent_id}`)).status).toBe(404)
    expect((await api.get(`/product-categories/${parent_id}`)).status).toBe(404)
    expect((await api.delete(`/product-categories/${parent_id}`)).status).toBe(404)
  }
  const { technician } = shop.as
  expect((await technician.get(`/product-categories/${own}`)).status).toBe(200)
  expect((await technician.post('/product-categories', {})).status).toBe(403)
  expect((await technician.patch(`/product-categories/${own}`, {})).status).toBe(403)
  expect((await technician.delete(`/product-categories/${own}`)).status).toBe(403)
})
