import { expect } from 'vitest'
import type { Shop } from '../harness/shop.ts'

/** What tests do on the shelves of a shop; `main` is its default warehouse, `dock` where goods come in. */
export async function startShelves({ api }: Shop) {
  const { data: first } = (await api.get('/bins')).body
  const main: number = first[0].warehouse_id
  const dock: number = first[0].id

  const newWarehouse = async (name: string) => {
    const { id } = (await api.post('/warehouses', { name })).body
    return { id, dock: (await api.get(`/bins?warehouse_id=${id}`)).body.data[0].id as number }
  }
  const newBin = async (code: string, more: object = {}) => {
    const { status, body } = await api.post('/bins', { warehouse_id: main, code, ...more })
    expect(status).toBe(201)
    return body.id as number
  }
  const newProduct = async (draft: object = {}) => {
    const { status, body } = await api.post('/products', { name: 'Part', price_excl: 1, ...draft })
    expect(status).toBe(201)
    return body.id as number
  }
  const putAway = (product_id: number, bin_id: number, quantity: number, more: object = {}) =>
    api.post('/putaway', { product_id, bin_id, quantity, ...more })
  const transfer = (
    product_id: number,
    from_bin_id: number,
    to_bin_id: number,
    quantity: number,
    more: object = {},
  ) => api.post('/bin-stock/transfer', { product_id, from_bin_id, to_bin_id, quantity, ...more })
  const adjust = (product_id: number, quantity: number, bin_id?: number) =>
    api.post('/stock/adjust', { product_id, quantity, bin_id })
  /** Pieces of a product, by bin. */
  const places = async (product_id: number) => {
    const { body } = await api.get(`/bin-stock?product_id=${product_id}`)
    return Object.fromEntries(
      body.map((standing: { bin: string; quantity: number }) => [standing.bin, standing.quantity]),
    )
  }

  return { main, dock, newWarehouse, newBin, newProduct, putAway, transfer, adjust, places }
}
