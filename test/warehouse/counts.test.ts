import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { countingIn } from './counting.ts'

const { shop, owner } = await startShops()
const { api } = shop
const { add, newBin, adjust, stocked, standing, books, newCount, enter, apply } = countingIn({
  ...shop,
  owner,
})

const stamp = expect.stringMatching(/Z$/)

test('lists what stands in a bin, takes what was counted and books the difference', async () => {
  const bin_id = await newBin('A-01-02')
  const product_id = await add({ name: 'iPhone 15 Screen', sku: 'SCR-IP15-BLK' })
  await adjust(product_id, bin_id, 12, { unit_cost: 45.5 })
  const made = await api.post('/stock-counts', { bin_ids: [bin_id], notes: 'Rack A' })
  expect(made.status).toBe(201)
  const place = { bin_id, bin: 'A-01-02', product_id, sku: 'SCR-IP15-BLK' }
  const line = { id: expect.any(Number), ...place, name: 'iPhone 15 Screen', expected_qty: 12 }
  const uncounted = { counted_qty: null, difference: null, serials: null, counted_at: null }
  expect(made.body).toEqual({
    id: expect.any(Number),
    count_number: expect.stringMatching(/^SC-\d{4}-\d{4}$/),
    status: 'open',
    blind: false,
    category_id: null,
    notes: 'Rack A',
    user: { id: expect.any(Number), name: 'admin of first' },
    lines_count: 1,
    counted_count: 0,
    applied_at: null,
    cancelled_at: null,
    created_at: stamp,
    updated_at: stamp,
    lines: [{ ...line, ...uncounted, user: null }],
  })
  const { id, count_number, lines } = made.body
  expect((await api.get(`/stock-counts/${id}`)).body).toEqual(made.body)
  const counted = await shop.as.technician.put(`/stock-counts/${id}/lines`, {
    lines: [{ line_id: lines[0].id, counted_qty: 11 }],
  })
  expect(counted.status).toBe(200)
  const technician = { id: expect.any(Number), name: 'technician of first' }
  const done = { counted_qty: 11, difference: -1, counted_at: stamp, user: technician }
  expect(counted.body.lines).toEqual([{ ...line, ...uncounted, ...done }])
  expect(counted.body).toMatchObject({ counted_count: 1, status: 'open' })
  expect((await books(product_id)).stock).toBe(12)
  const applied = await apply(id)
  expect(applied.status).toBe(200)
  expect(applied.body).toMatchObject({ status: 'applied', applied_at: stamp, lines: [done] })
  expect(await books(product_id)).toMatchObject({ stock: 11, agree: true })
  const { body } = await api.get(`/stock/movements?source=stock_count&source_id=${id}`)
  const movement = { kind: 'count', quantity: -1, bin_id, reason: count_number, source_id: id }
  expect(body.data).toMatchObject([{ ...movement, product_id, unit_cost: 45.5, value: -45.5 }])
})

test('counts by category, by product and by warehouse, and what is given together narrows', async () => {
  const parent_id = (await api.post('/product-categories', { name: 'Screens' })).body.id
  const category_id = (await api.post('/product-categories', { name: 'Apple', parent_id })).body.id
  const inside = await stocked(3, { category_id })
  const outside = await stocked(4)
  const empty = await stocked(0, { category_id })
  const placesOf = async (scope: object) =>
    (await newCount(scope)).lines.map(({ product_id, bin_id }: typeof inside) => ({
      product_id,
      bin_id,
    }))
  expect(await placesOf({ category_id: parent_id })).toEqual([inside])
  expect(await placesOf({ product_ids: [outside.product_id, empty.product_id] })).toEqual([outside])
  expect(await placesOf({ bin_ids: [empty.bin_id] })).toEqual([])
  expect(await placesOf({ bin_ids: [outside.bin_id], category_id })).toEqual([])
  const { rows } = await owner.query(
    'select id from warehouses where tenant_id = $1 and is_default',
    [shop.tenant_id],
  )
  const whole = await placesOf({ warehouse_id: Number(rows[0].id) })
  expect(whole).toContainEqual(inside)
  expect(whole).toContainEqual(outside)
  const { body } = await api.get(`/stock-counts?category_id=${parent_id}&status=open`)
  expect(body).toMatchObject({ total: 1, data: [{ category_id: parent_id, lines_count: 1 }] })
  expect(body.data[0]).not.toHaveProperty('lines')
  expect((await api.get('/stock-counts?status=applied')).body.total).toBe(1)
})

test('a blind count shows what was expected when it is over, or no longer blind', async () => {
  const { product_id, bin_id } = await stocked(5)
  const { id } = await newCount({ bin_ids: [bin_id], blind: true })
  const hidden = { expected_qty: null, difference: null }
  const counted = await enter(id, [{ bin_id, product_id, counted_qty: 7 }])
  expect(counted.body.lines).toMatchObject([{ ...hidden, counted_qty: 7 }])
  expect((await api.get(`/stock-counts/${id}`)).body.lines).toMatchObject([hidden])
  const seen = { expected_qty: 5, difference: 2 }
  const opened = await api.patch(`/stock-counts/${id}`, { blind: false })
  expect(opened.body).toMatchObject({ blind: false, lines: [seen] })
  await api.put(`/stock-counts/${id}`, { blind: true })
  expect((await apply(id)).body).toMatchObject({ blind: true, lines: [seen] })
  expect(await standing(product_id, bin_id)).toBe(7)
})

test('what moves after counting is no difference', async () => {
  const { product_id, bin_id } = await stocked(10)
  const { id } = await newCount({ bin_ids: [bin_id] })
  await adjust(product_id, bin_id, -2)
  const counted = await enter(id, [{ bin_id, product_id, counted_qty: 7 }])
  expect(counted.body.lines).toMatchObject([{ expected_qty: 8, difference: -1 }])
  await adjust(product_id, bin_id, 5)
  await apply(id)
  expect(await standing(product_id, bin_id)).toBe(12)
  expect(await books(product_id)).toMatchObject({ stock: 12, agree: true })
})

test('what was not counted is left alone, or is not there', async () => {
  const bin_id = await newBin()
  const [one, two] = [await add(), await add()]
  await adjust(one, bin_id, 3)
  await adjust(two, bin_id, 4)
  const kept = await newCount({ bin_ids: [bin_id] })
  await enter(kept.id, [{ bin_id, product_id: one, counted_qty: 2 }])
  expect((await apply(kept.id, { uncounted: 'keep' })).body.lines).toMatchObject([
    { difference: -1 },
    { counted_qty: null, difference: null },
  ])
  expect([await standing(one, bin_id), await standing(two, bin_id)]).toEqual([2, 4])
  const emptied = await newCount({ bin_ids: [bin_id] })
  await enter(emptied.id, [{ bin_id, product_id: one, counted_qty: 2 }])
  await adjust(two, bin_id, 1)
  expect((await apply(emptied.id, { uncounted: 'zero' })).body.lines).toMatchObject([
    { difference: 0 },
    { expected_qty: 5, counted_qty: 0, difference: -5, counted_at: stamp },
  ])
  expect([await standing(one, bin_id), await standing(two, bin_id)]).toEqual([2, 0])
})

test('takes a product that the list does not have, a correction, and a count back', async () => {
  const bin_id = await newBin()
  const product_id = await add({ purchase_price: 3 })
  const { id } = await newCount({ bin_ids: [bin_id] })
  const found = await enter(id, [
    { bin_id, product_id, counted_qty: 9 },
    { bin_id, product_id, counted_qty: 2 },
  ])
  expect(found.body.lines).toMatchObject([{ expected_qty: 0, counted_qty: 2, difference: 2 }])
  const line_id = found.body.lines[0].id
  const back = await enter(id, [{ line_id, counted_qty: null }])
  const nothing = { counted_qty: null, difference: null, counted_at: null, user: null }
  expect(back.body).toMatchObject({ counted_count: 0, lines: [nothing] })
  await enter(id, [{ line_id, bin_id, product_id, counted_qty: 4 }])
  await apply(id)
  expect(await standing(product_id, bin_id)).toBe(4)
  expect((await api.get(`/products/${product_id}`)).body).toMatchObject({ stock_value: 12 })
})

test('a piece that only lay elsewhere is moved by the count, also out of a short bin', async () => {
  const { product_id, bin_id } = await stocked(5)
  const to = await newBin()
  const { id } = await newCount({ product_ids: [product_id] })
  await enter(id, [
    { bin_id, product_id, counted_qty: 2 },
    { bin_id: to, product_id, counted_qty: 3 },
  ])
  await apply(id)
  expect([await standing(product_id, bin_id), await standing(product_id, to)]).toEqual([2, 3])
  const short = await add({ allow_negative_stock: true })
  await api.post('/stock/adjust', { product_id: short, quantity: -3 })
  const { lines, ...count } = await newCount({ product_ids: [short] })
  expect(lines).toMatchObject([{ bin: 'RECEIVING', expected_qty: -3 }])
  await enter(count.id, [
    { bin_id: to, product_id: short, counted_qty: 2 },
    { line_id: lines[0].id, counted_qty: 0 },
  ])
  await apply(count.id)
  expect(await standing(short, to)).toBe(2)
  expect(await books(short)).toMatchObject({ stock: 2, agree: true })
})

test('books once, however often it is applied at once', async () => {
  const { product_id, bin_id } = await stocked(8)
  const { id } = await newCount({ bin_ids: [bin_id] })
  await enter(id, [{ bin_id, product_id, counted_qty: 5 }])
  const answers = await Promise.all(Array.from({ length: 10 }, () => apply(id)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(422)])
  const refusals = answers.filter(({ status }) => status === 422)
  expect(new Set(refusals.map(({ body }) => body.code))).toEqual(new Set(['not_open']))
  expect(await books(product_id)).toMatchObject({ stock: 5, agree: true })
})

test('two counts of the same bins, applied at once in either order, do not wait in a circle', async () => {
  const bin_id = await newBin()
  const ids = await Promise.all([add(), add(), add(), add()])
  for (const id of ids) await adjust(id, bin_id, 10)
  const counts = await Promise.all([1, 2].map(() => newCount({ bin_ids: [bin_id] })))
  const lines = ids.map((product_id) => ({ bin_id, product_id, counted_qty: 9 }))
  await Promise.all([
    enter(counts[0]?.id, lines),
    enter(counts[1]?.id, lines.toReversed()),
    ...ids.map((product_id) => adjust(product_id, bin_id, -1)),
  ])
  const answers = await Promise.all(counts.map(({ id }) => apply(id)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  for (const id of ids) expect((await books(id)).agree).toBe(true)
})

test('what is missing is no longer held for pick lists', async () => {
  const { product_id, bin_id } = await stocked(5)
  const customer = await api.post('/customers', { first_name: 'Jane' })
  const order = await api.post('/work-orders', { customer_id: customer.body.id })
  const { rows } = await owner.query(
    `insert into pick_lists (tenant_id, pick_list_number, work_order_id) values ($1, 'PL-1', $2) returning id`,
    [shop.tenant_id, order.body.id],
  )
  await owner.query(
    `insert into pick_list_lines (tenant_id, pick_list_id, product_id, quantity, reserved_qty)
     values ($1, $2, $3, 2, 2), ($1, $2, $3, 2, 2)`,
    [shop.tenant_id, rows[0].id, product_id],
  )
  const { id } = await newCount({ bin_ids: [bin_id] })
  await enter(id, [{ bin_id, product_id, counted_qty: 3 }])
  expect((await apply(id)).status).toBe(200)
  expect(await books(product_id)).toEqual({ stock: 3, reserved: 3, agree: true })
  const held = await owner.query(
    'select reserved_qty from pick_list_lines where product_id = $1 order by id',
    [product_id],
  )
  expect(held.rows).toEqual([{ reserved_qty: 2 }, { reserved_qty: 1 }])
  const again = await newCount({ bin_ids: [bin_id] })
  await enter(again.id, [{ bin_id, product_id, counted_qty: 9 }])
  await apply(again.id)
  expect(await books(product_id)).toEqual({ stock: 9, reserved: 4, agree: true })
})
