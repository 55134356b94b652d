import { expect, test } from 'vitest'
import { startShops } from '../harness/shop.ts'

const { shop, other } = await startShops()
const { api } = shop

const { data: first } = (await api.get('/bins')).body
const warehouse_id: number = first[0].warehouse_id
const dock: number = first[0].id

const newBin = async (code: string) =>
  (await api.post('/bins', { warehouse_id, code })).body.id as number
const newPhone = async (serials: string[], more: object = {}) => {
  const draft = { name: 'Phone', price_excl: 99, track_serials: true, ...more }
  const stock = { stock_quantity: serials.length, ...(serials.length > 0 && { serials }) }
  const { status, body } = await api.post('/products', { ...draft, ...stock })
  expect(status).toBe(201)
  return body.id as number
}
const seen = async (query: string) => {
  const { status, body } = await api.get(`/serial-numbers?${query}`)
  expect(status).toBe(200)
  return body.data.map((piece: { serial: string; bin: string | null }) => [piece.serial, piece.bin])
}
const idOf = async (serial: string) =>
  (await api.get(`/serial-numbers?serial=${serial}`)).body.data[0].id as number

test('each piece is in one place, and has its history', async () => {
  const bin_id = await newBin('A-01')
  const product_id = await newPhone(['A1', 'A2', 'A3'])
  const of = `product_id=${product_id}`
  expect(await seen(of)).toEqual([
    ['A3', 'RECEIVING'],
    ['A2', 'RECEIVING'],
    ['A1', 'RECEIVING'],
  ])
  const put = { product_id, bin_id, quantity: 2, serials: ['A3', 'A1'] }
  expect(await api.post('/putaway', put)).toMatchObject({ status: 200, body: { quantity: 2 } })
  const taken = { product_id, quantity: -1, serials: ['A1'], reason: 'Lost' }
  expect((await api.post('/stock/adjust', taken)).status).toBe(200)
  expect(await seen(of)).toEqual([
    ['A3', 'A-01'],
    ['A2', 'RECEIVING'],
    ['A1', null],
  ])
  expect(await seen(`${of}&in_stock=1`)).toEqual([
    ['A3', 'A-01'],
    ['A2', 'RECEIVING'],
  ])
  expect(await seen(`${of}&in_stock=0`)).toEqual([['A1', null]])
  expect(await seen(`bin_id=${bin_id}`)).toEqual([['A3', 'A-01']])
  expect(await seen('serial=A2')).toEqual([['A2', 'RECEIVING']])
  expect(await seen('serial=a2')).toEqual([])

  const id = await idOf('A1')
  const { status, body } = await api.get(`/serial-numbers/${id}`)
  expect(status).toBe(200)
  const { movements, ...piece } = body
  expect(piece).toEqual({
    id,
    serial: 'A1',
    product_id,
    product: { id: product_id, name: 'Phone' },
    bin_id: null,
    bin: null,
    warehouse: null,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  })
  expect(movements).toMatchObject([
    { kind: 'adjust', quantity: -1, bin: 'A-01', serial: 'A1', reason: 'Lost' },
    { kind: 'putaway', quantity: 1, bin: 'A-01' },
    { kind: 'putaway', quantity: -1, bin: 'RECEIVING' },
    { kind: 'initial', quantity: 1, bin: 'RECEIVING' },
  ])
  expect((await api.get(`/stock/movements?serial_id=${id}`)).body.data).toEqual(movements)
  const here = (await api.get(`/serial-numbers/${await idOf('A3')}`)).body
  expect(here).toMatchObject({ bin_id, bin: 'A-01', warehouse: expect.any(String) })
})

test('a move names the pieces, and they must be there', async () => {
  const [from, to] = [await newBin('B-01'), await newBin('B-02')]
  const product_id = await newPhone(['B1', 'B2', 'B3'])
  const strange = await newPhone(['S1'], { name: 'Other phone' })
  const put = (quantity: number, serials?: string[]) =>
    api.post('/putaway', { product_id, bin_id: from, quantity, serials })
  const move = (quantity: number, serials?: string[]) =>
    api.post('/bin-stock/transfer', {
      product_id,
      from_bin_id: from,
      to_bin_id: to,
      quantity,
      serials,
    })
  expect((await put(2, ['B1', 'B2'])).status).toBe(200)
  for (const [answer, code] of [
    [await put(1), 'serials_required'],
    [await put(2, ['B3', 'B3']), 'serials_required'],
    [await put(1, ['B1']), 'serial_elsewhere'],
    [await put(2, ['B3', 'nobody knows']), 'serial_elsewhere'],
    [await put(1, ['S1']), 'serial_elsewhere'],
    [await move(1), 'serials_required'],
    [await move(1, ['B3']), 'serial_elsewhere'],
    [await move(1, ['nobody knows']), 'serial_unknown'],
  ] as const) {
    expect(answer).toMatchObject({ status: 422, body: { code } })
    expect(Object.keys(answer.body.errors)).toEqual(['serials'])
  }
  expect(await move(2, ['B2', 'B1'])).toMatchObject({ status: 200, body: { quantity: 2 } })
  expect(await seen(`product_id=${product_id}`)).toEqual([
    ['B3', 'RECEIVING'],
    ['B2', 'B-02'],
    ['B1', 'B-02'],
  ])
  expect(await seen(`product_id=${strange}`)).toEqual([['S1', 'RECEIVING']])
})

test('of two who move the same piece at once one does', async () => {
  const [one, two] = [await newBin('C-01'), await newBin('C-02')]
  for (let round = 0; round < 4; round++) {
    const serial = `C${round}`
    const product_id = await newPhone([serial])
    const answers = await Promise.all([
      api.post('/putaway', { product_id, bin_id: one, quantity: 1, serials: [serial] }),
      api.post('/bin-stock/transfer', {
        product_id,
        from_bin_id: dock,
        to_bin_id: two,
        quantity: 1,
        serials: [serial],
      }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422])
    expect(answers.find(({ status }) => status === 422)?.body.code).toBe('serial_elsewhere')
  }
})

test('is read only, in the own shop only', async () => {
  await newPhone(['D1'])
  const id = await idOf('D1')
  for (const answer of await Promise.all([
    api.put(`/serial-numbers/${id}`, {}),
    api.delete(`/serial-numbers/${id}`),
    api.post('/serial-numbers', {}),
  ])) {
    expect(answer.status).toBe(405)
  }
  expect((await other.api.get(`/serial-numbers/${id}`)).status).toBe(404)
  expect((await other.api.get('/serial-numbers')).body.total).toBe(0)
  for (const name of ['product_id', 'bin_id']) {
    expect((await api.get(`/serial-numbers?${name}=999999`)).status).toBe(404)
  }
  expect((await api.get('/serial-numbers?in_stock=maybe')).status).toBe(422)
  expect((await shop.as.frontdesk.get('/serial-numbers')).status).toBe(200)
  expect((await shop.as.accountant.get(`/serial-numbers/${id}`)).status).toBe(200)
})
