import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'
import { countingIn } from './counting.ts'

const { shop, owner } = await startShops()
const { api } = shop
const { add, newBin, adjust, books, pieces, newCount, enter, apply } = countingIn({
  ...shop,
  owner,
})

/** A product whose pieces have numbers, some of them in a bin of their own. */
async function numbered(...serials: string[]) {
  const product_id = await add({ name: 'Phone', track_serials: true })
  const bin_id = await newBin()
  if (serials.length > 0) await adjust(product_id, bin_id, serials.length, { serials })
  return { product_id, bin_id }
}

const counted = (place: object, ...serials: string[]) => ({
  ...place,
  counted_qty: serials.length,
  serials,
})

test('the pieces that were found are there, and those that were not are not', async () => {
  const place = await numbered('A', 'B', 'C')
  const { id } = await newCount({ bin_ids: [place.bin_id] })
  const entered = await enter(id, [counted(place, 'B', 'C', 'D')])
  expect(entered.body.lines).toMatchObject([
    { expected_qty: 3, counted_qty: 3, difference: 0, serials: ['B', 'C', 'D'] },
  ])
  await apply(id)
  expect(await pieces(place.product_id, place.bin_id)).toEqual(['B', 'C', 'D'])
  expect(await books(place.product_id)).toMatchObject({ stock: 3, agree: true })
  const { body } = await api.get(`/stock/movements?source=stock_count&source_id=${id}`)
  expect(body.data).toMatchObject([
    { kind: 'count', quantity: -1, serial: 'A' },
    { kind: 'count', quantity: 1, serial: 'D' },
  ])
})

test('a piece that stands elsewhere by the books moves to where it was found', async () => {
  const place = await numbered('A', 'B')
  const to = { ...place, bin_id: await newBin() }
  const { id } = await newCount({ bin_ids: [to.bin_id] })
  await enter(id, [counted(to, 'B')])
  await apply(id)
  expect(await pieces(place.product_id, place.bin_id)).toEqual(['A'])
  expect(await pieces(place.product_id, to.bin_id)).toEqual(['B'])
  // Both bins on one list: what is missing in the one is what was found in the other.
  const both = await newCount({ product_ids: [place.product_id] })
  await enter(both.id, [counted(place, 'A', 'B'), counted(to)])
  await apply(both.id)
  expect(await pieces(place.product_id, place.bin_id)).toEqual(['A', 'B'])
  expect(await books(place.product_id)).toMatchObject({ stock: 2, agree: true })
  const kinds = await api.get(`/stock/movements?product_id=${place.product_id}&kind=count`)
  expect(kinds.body.total).toBe(0)
})

test('what came in, or was sold, after it was counted stays so', async () => {
  const place = await numbered('A', 'B')
  const { id } = await newCount({ bin_ids: [place.bin_id] })
  await enter(id, [counted(place, 'A', 'X')])
  await adjust(place.product_id, place.bin_id, 1, { serials: ['N'] })
  await adjust(place.product_id, place.bin_id, -1, { serials: ['A'] })
  await apply(id)
  expect(await pieces(place.product_id, place.bin_id)).toEqual(['N', 'X'])
  expect(await books(place.product_id)).toMatchObject({ stock: 2, agree: true })
})

test('an empty bin empties the books', async () => {
  const place = await numbered('A', 'B')
  const first = await newCount({ bin_ids: [place.bin_id] })
  await enter(first.id, [{ ...place, counted_qty: 0 }])
  await apply(first.id)
  expect(await books(place.product_id)).toMatchObject({ stock: 0, agree: true })
  await adjust(place.product_id, place.bin_id, 2, { serials: ['A', 'C'] })
  const second = await newCount({ bin_ids: [place.bin_id] })
  const applied = await apply(second.id, { uncounted: 'zero' })
  expect(applied.body.lines).toMatchObject([{ counted_qty: 0, difference: -2, serials: [] }])
  expect(await books(place.product_id)).toMatchObject({ stock: 0, agree: true })
})

test('asks for the number of each piece, once', async () => {
  const place = await numbered('A', 'B')
  const { id } = await newCount({ bin_ids: [place.bin_id] })
  const needs = (pieces: number) => `Phone needs ${pieces} different serial numbers.`
  for (const [entry, message] of [
    [{ ...place, counted_qty: 2 }, needs(2)],
    [{ ...place, counted_qty: 2, serials: ['A'] }, needs(2)],
    [{ ...place, counted_qty: 2, serials: ['A', 'A'] }, needs(2)],
    [{ ...place, counted_qty: 0, serials: ['A'] }, needs(0)],
  ] as const) {
    expect(await enter(id, [entry])).toMatchObject({
      status: 422,
      body: { code: 'serials_required', errors: { 'lines.0.serials': [message] } },
    })
  }
  const twice = await enter(id, [
    counted(place, 'A'),
    counted({ ...place, bin_id: await newBin() }, 'B', 'A'),
  ])
  expect(twice).toMatchObject({ status: 422, body: { code: 'serial_counted_twice' } })
  expect(twice.body.errors.lines).toEqual([
    expect.stringMatching(/^Serial number A was counted in bins B-\d+, B-\d+\.$/),
  ])
})
