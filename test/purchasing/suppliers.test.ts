import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { purchasing } from './purchasing.ts'

const { shop, other, owner } = await startShops()
const { api } = shop
const { newProduct, newSupplier, newArticle, newOrder } = purchasing(shop, owner)
const theirs = purchasing(other, owner)

test('keeps suppliers', async () => {
  const draft = {
    name: 'Parts Direct B.V.',
    email: 'Orders@Parts.example',
    phone: '010-1234567',
    address: 'Havenweg 1',
    postal_code: '3011 AA',
    city: 'Rotterdam',
    country: 'nl',
    vat_number: 'NL 0012.34567.B01',
    kvk_number: '12345678',
    iban: 'NL91 ABNA 0417 1643 00',
    customer_number: 'K-7781',
    payment_term_days: 14,
    lead_time_days: 2,
    notes: 'Before 16:00',
  }
  const { status, body } = await api.post('/suppliers', draft)
  expect(status).toBe(201)
  expect(body).toEqual({
    ...draft,
    id: expect.any(Number),
    email: 'orders@parts.example',
    country: 'NL',
    vat_number: 'NL001234567B01',
    iban: 'NL91ABNA0417164300',
    is_active: true,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  const path = `/suppliers/${body.id}`
  expect((await api.get(path)).body).toEqual(body)
  expect((await api.patch(path, { lead_time_days: null, is_active: false })).body).toMatchObject({
    name: draft.name,
    lead_time_days: null,
    is_active: false,
  })
  expect((await api.put(path, { name: 'Parts' })).body).toMatchObject({ name: 'Parts' })
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.get(path)).status).toBe(404)
})

test('lists and finds them', async () => {
  const { id } = await newSupplier({ name: 'Schermen Groothandel', customer_number: 'SG-100' })
  const idle = await newSupplier({ name: 'Schermen Oud', is_active: false })
  const ids = async (query: string) =>
    (await api.get(`/suppliers?${query}`)).body.data.map((s: { id: number }) => s.id)
  expect(await ids('q=schermen')).toEqual([idle.id, id])
  expect(await ids('q=sg-100')).toEqual([id])
  expect(await ids('q=schermen&is_active=1')).toEqual([id])
  expect(await ids('is_active=0')).toContain(idle.id)
  expect((await other.api.get('/suppliers?q=schermen')).body.data).toEqual([])
})

test.each<[object, string]>([
  [{ name: undefined }, 'name'],
  [{ name: ' ' }, 'name'],
  [{ email: 'no address' }, 'email'],
  [{ country: 'Holland' }, 'country'],
  [{ vat_number: 'NL12' }, 'vat_number'],
  [{ kvk_number: '123' }, 'kvk_number'],
  [{ iban: 'NL91ABNA0417164301' }, 'iban'],
  [{ payment_term_days: -1 }, 'payment_term_days'],
  [{ payment_term_days: 1.5 }, 'payment_term_days'],
  [{ lead_time_days: 366 }, 'lead_time_days'],
  [{ notes: 'a\u0000b' }, 'notes'],
])('refuses %j', async (wrong, field) => {
  const answer = await api.post('/suppliers', { name: 'Parts', ...wrong })
  expect(answer).toMatchObject({ status: 422, body: { errors: { [field]: expect.any(Array) } } })
})

test('keeps a supplier where something was ordered', async () => {
  const order = await newOrder()
  const answer = await api.delete(`/suppliers/${order.supplier_id}`)
  expect(answer).toMatchObject({ status: 422, body: { code: 'in_use' } })
})

test('keeps what suppliers call products and ask for them', async () => {
  const [supplier, product] = await Promise.all([newSupplier(), newProduct({ sku: 'SCR-1' })])
  const draft = {
    supplier_id: supplier.id,
    product_id: product.id,
    article_code: 'PD-90412',
    unit_price: 41.125,
    pack_size: 5,
    lead_time_days: 3,
    is_preferred: true,
  }
  const article = await newArticle(draft)
  expect(article).toEqual({
    ...draft,
    id: expect.any(Number),
    supplier: { id: supplier.id, name: 'Parts Direct' },
    product: { id: product.id, name: 'Screen', sku: 'SCR-1' },
    created_at: expect.any(String),
    updated_at: expect.any(String),
  })
  const path = `/supplier-products/${article.id}`
  expect((await api.get(path)).body).toEqual(article)
  for (const query of [
    `supplier_id=${supplier.id}`,
    `product_id=${product.id}&is_preferred=1`,
    'article_code=PD-90412',
  ]) {
    expect((await api.get(`/supplier-products?${query}`)).body.data).toEqual([article])
  }
  expect((await api.get('/supplier-products?article_code=none')).body.data).toEqual([])
  expect((await api.get('/supplier-products?supplier_id=99999999')).status).toBe(404)
  expect(await api.post('/supplier-products', draft)).toMatchObject({
    status: 422,
    body: { errors: { product_id: ['The supplier has this product already.'] } },
  })
  expect((await api.patch(path, { unit_price: null })).body.unit_price).toBeNull()
  expect((await api.delete(path)).status).toBe(204)
  expect((await api.get(path)).status).toBe(404)
})

const preferred = async (product_id: number): Promise<number[]> => {
  const { body } = await api.get(`/supplier-products?product_id=${product_id}&is_preferred=1`)
  return body.data.map(({ id }: { id: number }) => id)
}

test('a product has one preferred supplier, the last who became it', async () => {
  const { id: product_id } = await newProduct()
  const article = async (is_preferred?: boolean) =>
    newArticle({ supplier_id: (await newSupplier()).id, product_id, is_preferred })
  const first = await article(true)
  const second = await article(true)
  expect(await preferred(product_id)).toEqual([second.id])
  await api.patch(`/supplier-products/${first.id}`, { is_preferred: true, pack_size: 2 })
  expect(await preferred(product_id)).toEqual([first.id])
  await api.patch(`/supplier-products/${second.id}`, { pack_size: 3 })
  expect(await preferred(product_id)).toEqual([first.id])
  // It takes its place with it to another product.
  const { id: elsewhere } = await newProduct()
  const there = await newArticle({
    supplier_id: (await newSupplier()).id,
    product_id: elsewhere,
    is_preferred: true,
  })
  await api.patch(`/supplier-products/${second.id}`, { product_id: elsewhere })
  expect(await preferred(elsewhere)).toEqual([there.id])
  await api.patch(`/supplier-products/${first.id}`, { product_id: elsewhere })
  expect(await preferred(elsewhere)).toEqual([first.id])
  expect(await preferred(product_id)).toEqual([])
})

test('has one preferred supplier when ten want to be it at once', async () => {
  const { id: product_id } = await newProduct()
  const articles = await Promise.all(
    Array.from({ length: 10 }, async () =>
      newArticle({ supplier_id: (await newSupplier()).id, product_id }),
    ),
  )
  const answers = await Promise.all(
    articles.map(({ id }) => api.patch(`/supplier-products/${id}`, { is_preferred: true })),
  )
  expect(answers.map(({ status }) => status)).toEqual(articles.map(() => 200))
  expect(await preferred(product_id)).toHaveLength(1)
})

test("knows no other shop's suppliers and products", async () => {
  const [supplier, product] = await Promise.all([theirs.newSupplier(), theirs.newProduct()])
  const ours = { supplier_id: (await newSupplier()).id, product_id: (await newProduct()).id }
  for (const field of ['supplier_id', 'product_id'] as const) {
    const strange = field === 'supplier_id' ? supplier.id : product.id
    const draft = { ...ours, [field]: strange, is_preferred: true }
    expect((await api.post('/supplier-products', draft)).body.errors).toHaveProperty(field)
  }
  expect((await api.get(`/suppliers/${supplier.id}`)).status).toBe(404)
  expect((await api.delete(`/suppliers/${supplier.id}`)).status).toBe(404)
})

test('everybody sees suppliers, who buys changes them', async () => {
  const { id } = await newSupplier()
  expect((await shop.as.technician.get(`/suppliers/${id}`)).status).toBe(200)
  for (const role of ['technician', 'frontdesk', 'accountant'] as const) {
    expect((await shop.as[role].patch(`/suppliers/${id}`, { name: 'X' })).status).toBe(403)
  }
  expect((await shop.as.manager.patch(`/suppliers/${id}`, { name: 'X' })).status).toBe(200)
})
