import { expect, test } from 'vitest'
import { sumCents } from '../../src/lib/money.ts'
import { startShops } from '../harness/shop.ts'
import { movesOf, newPart, newSold, stockOf } from './selling.ts'
import { truth } from './truth.ts'

const { shop, other, owner } = await startShops()
const { api } = shop

const valuation = async (query = '') => {
  const { status, body } = await api.get(`/stock/valuation?per_page=100${query}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const valueBy = (valuation_method: 'average' | 'fifo') => api.put('/settings', { valuation_method })

/** `+10 @ 5` buys ten at € 5, `-5` sells five; after each of them: what it was worth, what is left in pieces and value. */
type Step = [move: string, worth: number, quantity: number, left: number]

async function play(fields: object, steps: Step[]) {
  const product_id = await newPart(api, 0, fields)
  let seen = 0
  for (const [move, worth, quantity, left] of steps) {
    const [pieces, unit_cost] = move.split(' @ ').map(Number)
    const answer = await api.post('/stock/adjust', { product_id, quantity: pieces, unit_cost })
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    const moves = await movesOf(api, product_id)
    const value = sumCents(moves.slice(seen).map((made) => Math.round(made.value * 100))) / 100
    seen = moves.length
    const { total_quantity, total_value } = await valuation(`&product_id=${product_id}`)
    expect({ move, value, quantity: total_quantity, left: total_value }).toEqual({
      move,
      value: worth,
      quantity,
      left,
    })
  }
  expect(await truth(owner)).toEqual([])
  return product_id
}

test('moving average: each piece leaves at the average of what is there', () =>
  play({}, [
    ['+10 @ 5', 50, 10, 50],
    ['+10 @ 7', 70, 20, 120],
    ['-5', -30, 15, 90],
    ['+5 @ 10', 50, 20, 140],
    ['-20', -140, 0, 0],
  ]))

test('moving average: the last piece takes the cents that are left', () =>
  play({}, [
    ['+1 @ 3.34', 3.34, 1, 3.34],
    ['+2 @ 3.33', 6.66, 3, 10],
    ['-1', -3.33, 2, 6.67],
    ['-1', -3.34, 1, 3.33],
    ['-1', -3.33, 0, 0],
  ]))

test('moving average: what was sold before it was there is covered at what it was charged for', () =>
  play({ allow_negative_stock: true, purchase_price: 5 }, [
    ['+1 @ 4', 4, 1, 4],
    ['-4', -19, -3, -15],
    ['+2 @ 8', 10, -1, -5],
    ['+3 @ 8', 21, 2, 16],
    ['-2', -16, 0, 0],
  ]))

test('first in, first out: the oldest pieces leave first, each at its own cost', async () => {
  await valueBy('fifo')
  await play({}, [
    ['+10 @ 5', 50, 10, 50],
    ['+10 @ 7', 70, 20, 120],
    ['-5', -25, 15, 95],
    ['-8', -46, 7, 49],
    ['+1 @ 9', 9, 8, 58],
    ['-8', -58, 0, 0],
  ])
  await play({ allow_negative_stock: true, purchase_price: 5 }, [
    ['+2 @ 4', 8, 2, 8],
    ['-5', -23, -3, -15],
    ['+4 @ 6', 21, 1, 6],
    ['-1', -6, 0, 0],
  ])
  await valueBy('average')
})

test('a return comes back at what it cost when it left, and is the youngest of all', async () => {
  await valueBy('fifo')
  const product_id = await play({}, [
    ['+2 @ 4', 8, 2, 8],
    ['+2 @ 9', 18, 4, 26],
  ])
  const id = await newSold(api, [{ product_id, qty: 3 }])
  await api.post('/stock/returns', { product_id, quantity: 1, invoice_id: id })
  expect((await movesOf(api, product_id)).slice(-2)).toMatchObject([
    { kind: 'sale', quantity: -3, value: -17 },
    { kind: 'return', quantity: 1, unit_cost: 5.6667, value: 5.67 },
  ])
  expect(await valuation(`&product_id=${product_id}`)).toMatchObject({ total_value: 14.67 })
  await valueBy('average')
})

test('another method keeps the value, whatever moves at the same time', async () => {
  const parts = await Promise.all([0, 0, 0, 0].map((stock) => newPart(api, stock)))
  for (const product_id of parts) {
    await api.post('/stock/adjust', { product_id, quantity: 20, unit_cost: 3 })
    await api.post('/stock/adjust', { product_id, quantity: 20, unit_cost: 7 })
  }
  for (const method of ['fifo', 'average', 'fifo', 'average'] as const) {
    const answers = await Promise.all([
      ...parts.map((product_id) => api.post('/stock/adjust', { product_id, quantity: -1 })),
      api.post('/products', { name: 'New', price_excl: 1, purchase_price: 2, stock_quantity: 4 }),
      valueBy(method),
      ...parts.map((product_id) =>
        api.post('/stock/adjust', { product_id, quantity: 2, unit_cost: 4 }),
      ),
    ])
    expect(answers.map(({ status }) => status)).toEqual([
      200, 200, 200, 200, 201, 200, 200, 200, 200, 200,
    ])
    expect(await truth(owner)).toEqual([])
  }
  const before = await valuation()
  await valueBy('fifo')
  expect(await valuation()).toMatchObject({ total_value: before.total_value, method: 'fifo' })
  await valueBy('average')
})

test('shows what the stock is worth, newest product first, nothing that is nothing', async () => {
  const category_id = (await api.post('/product-categories', { name: 'Screens' })).body.id
  const [empty, one, two] = [
    await newPart(api, 0, { category_id }),
    await newPart(api, 3, { category_id, name: 'Glass', sku: 'G-1' }),
    await newPart(api, 2, { category_id, purchase_price: 2.345 }),
  ]
  const body = await valuation(`&category_id=${category_id}`)
  expect(body).toEqual({
    method: 'average',
    at: null,
    total_quantity: 5,
    total_value: 19.69,
    data: [
      { product_id: two, sku: null, name: 'Screen', quantity: 2, unit_cost: 2.345, value: 4.69 },
      { product_id: one, sku: 'G-1', name: 'Glass', quantity: 3, unit_cost: 5, value: 15 },
    ],
    current_page: 1,
    last_page: 1,
    per_page: 100,
    total: 2,
  })
  const second = await api.get(`/stock/valuation?category_id=${category_id}&per_page=1&page=2`)
  expect(second.body).toMatchObject({
    data: [{ product_id: one }],
    last_page: 2,
    total: 2,
    total_value: 19.69,
  })
  expect((await valuation(`&product_id=${empty}`)).data).toEqual([])
  for (const query of ['product_id=999999', 'category_id=999999']) {
    expect((await api.get(`/stock/valuation?${query}`)).status).toBe(404)
    expect((await other.api.get(`/stock/valuation?product_id=${one}`)).status).toBe(404)
  }
  expect((await api.get('/stock/valuation?at=2026-02-30')).status).toBe(422)
  expect((await other.api.get('/stock/valuation')).body).toMatchObject({
    data: [],
    total: 0,
    total_value: 0,
  })
})

test('shows what it was worth at the end of a day, by the clock of the shop', async () => {
  const product_id = await newPart(api, 0)
  const at = async (day: string) => {
    const { total_quantity, total_value } = await valuation(`&product_id=${product_id}&at=${day}`)
    return [total_quantity, total_value]
  }
  for (const [moment, quantity] of [
    ['2026-01-10 12:00+00', 4],
    // Half past midnight of the 16th in Amsterdam.
    ['2026-01-15 23:30+00', -1],
    ['2026-02-01 12:00+00', 2],
  ] as const) {
    const answer = await api.post('/stock/adjust', { product_id, quantity, unit_cost: 10 })
    await owner.query('alter table stock_movements disable trigger append_only')
    await owner.query('update stock_movements set created_at = $1 where id = $2', [
      moment,
      answer.body.movement_id,
    ])
    await owner.query('alter table stock_movements enable trigger append_only')
  }
  expect(await at('2026-01-09')).toEqual([0, 0])
  expect(await at('2026-01-10')).toEqual([4, 40])
  expect(await at('2026-01-15')).toEqual([4, 40])
  expect(await at('2026-01-16')).toEqual([3, 30])
  expect(await at('2026-02-01')).toEqual([5, 50])
  expect(await at('9999-12-31')).toEqual([5, 50])
  expect(await stockOf(api, product_id)).toBe(5)
})
