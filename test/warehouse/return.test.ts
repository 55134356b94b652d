import { afterEach, expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { movesOf, newBin, newPart, newPhone, newSale, newSold, stockOf } from './selling.ts'
import { truth } from './truth.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

afterEach(async () => {
  expect(await truth(owner)).toEqual([])
})

const cancel = (id: number) => api.post(`/invoices/${id}/cancel`)
const credit = (invoice_id: number, fields: object = { full: true }) =>
  api.post('/credit-notes', { invoice_id, reason: 'Back', restock: true, ...fields })
const giveBack = (body: object) => api.post('/stock/returns', body)
const lineOf = async (invoice_id: number, place = 0): Promise<number> =>
  (await api.get(`/invoices/${invoice_id}`)).body.lines[place].id

test('a cancelled invoice gives back what it took, to the bins, at the cost', async () => {
  const bin_id = await newBin(owner, shop, 'B-01')
  const product_id = await newPart(api, 0)
  await api.post('/stock/adjust', { product_id, quantity: 1, bin_id, unit_cost: 4 })
  await api.post('/stock/adjust', { product_id, quantity: 3, unit_cost: 8 })
  const id = await newSold(api, [{ product_id, qty: 2 }])
  await api.post('/stock/adjust', { product_id, quantity: 2, unit_cost: 20 })
  expect((await cancel(id)).status).toBe(200)
  const [note] = (await api.get(`/credit-notes?invoice_id=${id}`)).body.data
  expect(note.restock).toBe(true)
  const receiving = (await movesOf(api, product_id))[1].bin_id
  expect(await movesOf(api, product_id, '&kind=return')).toMatchObject([
    { quantity: 1, bin_id, unit_cost: 7, value: 7, source: 'credit_note', source_id: note.id },
    { quantity: 1, bin_id: receiving, unit_cost: 7, value: 7 },
  ])
  const { body } = await api.get(`/stock/valuation?product_id=${product_id}`)
  expect(body).toMatchObject({ total_quantity: 6, total_value: 68 })
  expect((await cancel(id)).status).toBe(422)
  const draft = await newSale(api, [{ product_id, qty: 1 }])
  await cancel(draft)
  expect(await stockOf(api, product_id)).toBe(6)
})

test('goods go where goods come in when their bin is no longer in use', async () => {
  const bin_id = await newBin(owner, shop, 'B-02')
  const product_id = await newPart(api, 0)
  await api.post('/stock/adjust', { product_id, quantity: 1, bin_id })
  const id = await newSold(api, [{ product_id, qty: 1 }])
  await owner.query('update bins set is_active = false where id = $1', [bin_id])
  await cancel(id)
  expect(await movesOf(api, product_id, '&kind=return')).toMatchObject([{ bin: 'RECEIVING' }])
})

test('a credit note returns goods only when it says so, and never more than were sold', async () => {
  const product_id = await newPart(api, 5)
  const id = await newSold(api, [{ product_id, qty: 3 }])
  const line = { invoice_line_id: await lineOf(id) }
  const kept = await credit(id, { lines: [{ ...line, qty: 0.5 }], restock: undefined })
  expect(kept).toMatchObject({ status: 201, body: { restock: false } })
  expect(await stockOf(api, product_id)).toBe(2)
  const one = await credit(id, { lines: [{ ...line, qty: 0.5 }] })
  expect(one).toMatchObject({ status: 201, body: { restock: true } })
  expect(await stockOf(api, product_id)).toBe(3)
  await giveBack({ product_id, quantity: 1, invoice_id: id })
  expect((await credit(id)).status).toBe(201)
  expect(await stockOf(api, product_id)).toBe(5)
})

test('a credit note stands once its goods are in stock again', async () => {
  const product_id = await newPart(api, 5)
  const id = await newSold(api, [{ product_id, qty: 3 }])
  const { body } = await credit(id, { lines: [{ invoice_line_id: await lineOf(id), qty: 1 }] })
  const path = `/credit-notes/${body.id}`
  const refusal = { status: 422, body: { code: 'restocked' } }
  expect(await api.delete(path)).toMatchObject(refusal)
  expect(await api.put(path, { full: true })).toMatchObject(refusal)
  expect(await api.patch(path, { reason: 'Too small' })).toMatchObject({
    status: 200,
    body: { reason: 'Too small', restock: true },
  })
  expect((await api.post(`${path}/apply`)).status).toBe(200)
  expect(await stockOf(api, product_id)).toBe(3)
})

test('what did not come from the stock does not come back to it', async () => {
  const product_id = await newPart(api, 1)
  const id = await newSold(api, [
    { product_id, qty: 3 },
    { description: 'Labour', unit_price: 10 },
  ])
  expect((await credit(id)).status).toBe(201)
  expect(await stockOf(api, product_id)).toBe(1)
})

test('pieces with numbers come back by their numbers', async () => {
  const product_id = await newPhone(api, ['A1', 'A2', 'A3'])
  const id = await newSold(api, [{ product_id, qty: 3, serials: ['A1', 'A2', 'A3'] }])
  const line = { invoice_line_id: await lineOf(id) }
  expect((await credit(id, { lines: [{ ...line, qty: 1 }] })).body).toMatchObject({
    code: 'serials_required',
    errors: { 'lines.0.serials': ['Phone needs 1 different serial numbers.'] },
  })
  expect((await credit(id, { lines: [{ ...line, qty: 1, serials: ['X1'] }] })).body).toMatchObject({
    code: 'not_sold',
    errors: { 'lines.0.serials': [expect.any(String)] },
  })
  const named = await credit(id, { lines: [{ ...line, qty: 1, serials: ['A2'] }] })
  expect((await api.post(`/credit-notes/${named.body.id}/apply`)).status).toBe(200)
  const twice = { product_id, quantity: 1, invoice_id: id, serials: ['A2'] }
  expect((await giveBack(twice)).body).toMatchObject({
    code: 'not_sold',
    errors: { serials: [expect.any(String)] },
  })
  await newSold(api, [{ product_id, qty: 1, serials: ['A2'] }])
  expect((await giveBack(twice)).body.code).toBe('not_sold')
  expect(await stockOf(api, product_id)).toBe(0)
  expect((await cancel(id)).status).toBe(200)
  const back = await movesOf(api, product_id, '&kind=return')
  expect(new Set(back.map(({ serial }) => serial))).toEqual(new Set(['A1', 'A2', 'A3']))
  expect(await stockOf(api, product_id)).toBe(2)
})

test('pieces that had no number when they were sold do not hold up a cancellation', async () => {
  const product_id = await newPart(api, 1)
  const id = await newSold(api, [{ product_id, qty: 1 }])
  expect((await api.patch(`/products/${product_id}`, { track_serials: true })).status).toBe(200)
  expect((await cancel(id)).status).toBe(200)
  expect(await stockOf(api, product_id)).toBe(0)
})

test('a customer brings goods back without credit', async () => {
  const product_id = await newPart(api, 4)
  const bin_id = await newBin(owner, shop, 'B-03')
  const id = await newSold(api, [{ product_id, qty: 3 }])
  const first = await giveBack({ product_id, quantity: 1, invoice_id: id, reason: 'Does not fit' })
  expect(first).toMatchObject({ status: 200 })
  expect(first.body).toEqual({ product_id, quantity: 2, movement_id: expect.any(Number) })
  expect((await api.get(`/stock/movements/${first.body.movement_id}`)).body).toMatchObject({
    kind: 'return',
    quantity: 1,
    reason: 'Does not fit',
    source: 'invoice',
    source_id: id,
    unit_cost: 5,
  })
  expect((await giveBack({ product_id, quantity: 1, invoice_id: id, bin_id })).status).toBe(200)
  expect(await giveBack({ product_id, quantity: 2, invoice_id: id })).toMatchObject({
    status: 422,
    body: {
      code: 'exceeds_sold',
      errors: { quantity: ['Only 1 can come back of this invoice.'] },
    },
  })
  const unasked = await giveBack({ product_id, quantity: 7, bin_id })
  expect(unasked.body.quantity).toBe(10)
  expect((await movesOf(api, product_id, '&kind=return')).map((move) => move.bin)).toEqual([
    'RECEIVING',
    'B-03',
    'B-03',
  ])
})

test('ten returns at once bring back what was sold, and no more', async () => {
  const product_id = await newPart(api, 4)
  const id = await newSold(api, [{ product_id, qty: 4 }])
  const answers = await Promise.all([
    ...Array.from({ length: 9 }, () => giveBack({ product_id, quantity: 1, invoice_id: id })),
    credit(id, { lines: [{ invoice_line_id: await lineOf(id), qty: 1 }] }),
  ])
  // The credit note brings back a piece only while one is out.
  expect([5, 6]).toContain(answers.filter(({ status }) => status === 422).length)
  expect(await stockOf(api, product_id)).toBe(4)
})

test('refuses a return that cannot be', async () => {
  const product_id = await newPart(api, 1)
  const id = await newSold(api, [{ product_id, qty: 1 }])
  const theirs = await newPart(other.api, 1)
  const theirSale = await newSold(other.api, [{ product_id: theirs, qty: 1 }])
  for (const invoice_id of [theirSale, 999_999]) {
    expect((await giveBack({ product_id, quantity: 1, invoice_id })).body.errors).toEqual({
      invoice_id: ['The selected invoice id is invalid.'],
    })
  }
  for (const unknown of [theirs, 999_999]) {
    expect((await giveBack({ product_id: unknown, quantity: 1 })).body.errors).toEqual({
      product_id: ['The selected product id is invalid.'],
    })
    expect((await giveBack({ product_id: unknown, quantity: 1, invoice_id: id })).status).toBe(422)
  }
  const service = await newPart(api, 0, { kind: 'service' })
  expect((await giveBack({ product_id: service, quantity: 1 })).body.code).toBe('no_stock_kept')
  for (const quantity of [0, -1, 1.5, 1e10, '1']) {
    expect((await giveBack({ product_id, quantity })).body.errors).toHaveProperty('quantity')
  }
  expect((await giveBack({ product_id, quantity: 1, reason: 'a\u0000' })).status).toBe(422)
  expect((await giveBack({})).body.errors).toEqual({
    product_id: ['The product id field is required.'],
    quantity: ['The quantity field is required.'],
  })
  expect((await shop.as.frontdesk.post('/stock/returns', {})).status).toBe(403)
  expect(await stockOf(api, product_id)).toBe(0)
})
