import { expect, test } from 'vitest'
import type { Json } from '../harness/client.ts'
import { startShops } from '../harness/shop.ts'

const { shop, other } = await startShops()
const { api } = shop

const made = async (path: string, body: object = {}, client = api): Promise<Json> => {
  const answer = await client.post(path, body)
  expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status)
  return answer.body
}
const customer = await made('/customers', { first_name: 'Jane' })
const supplier = await made('/suppliers', { name: 'PartsCo' })
const cable = await made('/products', { name: 'Cable', price_excl: 5, min_stock: 9 })
const phone = await made('/products', { name: 'Phone', price_excl: 99, track_serials: true })
const line = { description: 'Screen', qty: 1, unit_price: 89, vat_pct: 21 }

/** A branch with one of everything. */
async function stocked(name: string, pieces: number) {
  const { id: branch_id } = await made('/branches', { name })
  const warehouse = await made('/warehouses', { name, branch_id })
  const bin = await made('/bins', { warehouse_id: warehouse.id, code: 'A-01' })
  const receiving = (await api.get(`/bins?warehouse_id=${warehouse.id}&kind=receiving`)).body
    .data[0]
  const adjust = { product_id: cable.id, quantity: pieces, bin_id: bin.id }
  const { movement_id } = await made('/stock/adjust', adjust)
  const serials = [`SN-${name}`]
  await made('/stock/adjust', { product_id: phone.id, quantity: 1, bin_id: receiving.id, serials })
  const lines = [{ product_id: cable.id, quantity: 1, unit_price: 1 }]
  const purchase = await made('/purchase-orders', {
    supplier_id: supplier.id,
    warehouse_id: warehouse.id,
    lines,
  })
  const receipt = await made('/receiving/direct', {
    product_id: cable.id,
    quantity: 1,
    bin_id: receiving.id,
  })
  const draft = { customer_id: customer.id, branch_id }
  const order = await made('/work-orders', { ...draft, device_brand: 'Apple' })
  const quotation = await made('/quotations', { ...draft, lines: [line] })
  const schedule = { frequency: 'monthly', next_run_date: '2099-01-31', lines: [line] }
  const recurring = await made('/recurring-invoices', { ...draft, ...schedule })
  const invoice = await made('/invoices', { ...draft, invoice_date: '2026-03-27', lines: [line] })
  await made(`/invoices/${invoice.id}/issue`)
  const payment = await made(`/invoices/${invoice.id}/payments`, { amount: 10, method: 'cash' })
  const credit = await made('/credit-notes', {
    invoice_id: invoice.id,
    reason: 'Faulty',
    lines: [{ ...line, unit_price: 5 }],
  })
  const employee = await made('/employees', { name, branch_id })
  const task = await made('/tasks', { title: name, assigned_to: employee.id })
  return {
    branch_id,
    ids: {
      '/warehouses': [warehouse.id],
      '/bins': [receiving.id, bin.id],
      '/stock/movements?kind=adjust': [expect.any(Number), movement_id],
      '/purchase-orders': [purchase.id],
      '/receiving': [receipt.id],
      '/work-orders': [order.id],
      '/quotations': [quotation.id],
      '/recurring-invoices': [recurring.id],
      '/invoices': [invoice.id],
      '/payments': [payment.id],
      '/credit-notes': [credit.id],
      '/employees': [employee.id],
      '/tasks': [task.id],
    } as Record<string, number[]>,
  }
}

const here = await stocked('Here', 3)
const there = await stocked('There', 4)

const rowsOf = (body: Json): Json[] => body.data ?? body
const listOf = async (path: string, query: string) => {
  const { status, body, headers } = await api.get(
    `${path}${path.includes('?') ? '&' : '?'}${query}`,
  )
  expect(status, path).toBe(200)
  return { rows: rowsOf(body), total: body.total ?? Number(headers.get('x-total-count')) }
}

test.each(Object.keys(here.ids))('%s: only those of a branch', async (path) => {
  for (const { branch_id, ids } of [here, there]) {
    const { rows, total } = await listOf(path, `branch_id=${branch_id}`)
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(ids[path]))
    expect(total).toBe(ids[path]?.length)
  }
})

const filtered = [
  ...Object.keys(here.ids),
  '/stock',
  '/bin-stock',
  '/putaway',
  '/serial-numbers',
  '/pick-lists',
  '/users',
  '/tasks/kanban',
  '/sla/breaches',
  '/ups/labels',
  '/dhl/labels',
]

test.each(filtered)('%s: 404 for a branch that the shop does not have', async (path) => {
  const theirs = await made('/branches', { name: path }, other.api)
  for (const id of [999_999, theirs.id]) {
    const { status } = await api.get(`${path}${path.includes('?') ? '&' : '?'}branch_id=${id}`)
    expect(status).toBe(404)
  }
  const empty = await made('/branches', { name: path })
  const { rows } = await listOf(path, `branch_id=${empty.id}`)
  expect(rows.flatMap((row) => row.tasks ?? [row])).toEqual([])
})

test('copies of a branch keep their cursor', async () => {
  for (const path of ['/work-orders', '/invoices', '/payments']) {
    const query = `branch_id=${here.branch_id}&updated_since=2000-01-01&per_page=1`
    const { body } = await api.get(`${path}?${query}`)
    expect(body.data.map(({ id }: Json) => id)).toEqual(here.ids[path])
    const next = await api.get(
      `${path}?branch_id=${here.branch_id}&cursor=${encodeURIComponent(body.next_cursor)}`,
    )
    expect(next.body).toMatchObject({ data: [], next_cursor: null })
  }
})

test('stock of a branch: what stands in its warehouses, and how many there', async () => {
  const path = `/branches/${here.branch_id}/stock`
  const { status, body, headers } = await api.get(path)
  expect(status).toBe(200)
  // One cable came in besides the three.
  expect(body).toEqual([
    { product_id: phone.id, sku: null, name: 'Phone', quantity: 1, min_stock: 0 },
    { product_id: cable.id, sku: null, name: 'Cable', quantity: 4, min_stock: 9 },
  ])
  expect(headers.get('x-total-count')).toBe('2')
  expect((await api.get(`/stock?branch_id=${here.branch_id}`)).body).toEqual(body)
  expect((await api.get(`/stock?branch_id=${here.branch_id}&below_min=1`)).body).toHaveLength(0)
  expect((await api.get(`${path}?q=cab`)).body).toEqual([body[1]])
  expect((await api.get(`${path}?per_page=1&page=2`)).body).toEqual([body[1]])
  expect((await api.get(`/branches/${there.branch_id}/stock?q=cable`)).body).toMatchObject([
    { quantity: 5 },
  ])
  expect((await api.get('/stock')).body).toMatchObject([{ quantity: 2 }, { quantity: 9 }])
  expect((await api.get(`${path}?category_id=999999`)).status).toBe(404)
  for (const [list, quantities] of [
    ['/bin-stock', [3, 1, 1]],
    ['/putaway', [1, 1]],
  ] as const) {
    const { rows } = await listOf(list, `branch_id=${here.branch_id}`)
    expect(rows.map(({ quantity }) => quantity)).toEqual(quantities)
  }
  const pieces = await listOf('/serial-numbers', `branch_id=${there.branch_id}`)
  expect(pieces.rows.map(({ serial }) => serial)).toEqual(['SN-There'])
})

test('users of a branch, and how many people and places it has', async () => {
  const account = {
    name: 'Bob',
    email: 'bob@shop.example',
    password: 'a long password',
    role: 'technician',
    branch_id: here.branch_id,
  }
  const bob = await made('/users', account)
  const path = `/branches/${here.branch_id}/users`
  expect((await api.get(path)).body).toMatchObject({ data: [bob], total: 1 })
  expect((await api.get(`${path}?active=0`)).body.total).toBe(0)
  expect((await api.get(`/branches/${there.branch_id}/users`)).body.data).toEqual([])
  expect((await api.get(`/branches/${here.branch_id}`)).body).toMatchObject({
    users_count: 1,
    employees_count: 1,
    warehouses_count: 1,
  })
  expect((await shop.as.technician.get(path)).status).toBe(403)
  expect((await shop.as.technician.get(`/branches/${here.branch_id}/stock`)).status).toBe(200)
})

test('a branch that is gone has no lists of its own, but is still found on its records', async () => {
  const gone = await stocked('Gone', 1)
  expect((await api.delete(`/branches/${gone.branch_id}`)).status).toBe(204)
  for (const sub of ['users', 'stock']) {
    for (const id of [gone.branch_id, 999_999]) {
      expect((await api.get(`/branches/${id}/${sub}`)).status).toBe(404)
    }
    expect((await other.api.get(`/branches/${here.branch_id}/${sub}`)).status).toBe(404)
  }
  const { rows } = await listOf('/invoices', `branch_id=${gone.branch_id}`)
  expect(rows.map(({ id }) => id)).toEqual(gone.ids['/invoices'])
})
