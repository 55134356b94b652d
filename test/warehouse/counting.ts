import type pg from 'pg'
import type { Client, Json } from '../harness/client.ts'

interface Counted {
  api: Client
  owner: pg.Pool
  tenant_id: number
}

/** What a test of counts needs of a shop: bins, goods in them, and what the books say of both. */
export function countingIn({ api, owner, tenant_id }: Counted) {
  let made = 0

  const add = async (draft: object = {}): Promise<number> => {
    const { status, body } = await api.post('/products', { name: 'Part', price_excl: 1, ...draft })
    if (status !== 201) throw new Error(JSON.stringify(body))
    return body.id
  }

  /** A bin of the default warehouse. */
  const newBin = async (code = `B-${++made}`): Promise<number> => {
    const { rows } = await owner.query(
      `insert into bins (tenant_id, warehouse_id, code)
       select tenant_id, id, $2 from warehouses where tenant_id = $1 and is_default returning id`,
      [tenant_id, code],
    )
    return Number(rows[0].id)
  }

  const adjust = async (
    product_id: number,
    bin_id: number,
    quantity: number,
    rest: object = {},
  ) => {
    const body = { product_id, bin_id, quantity, ...rest }
    const answer = await api.post('/stock/adjust', body)
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  }

  /** A product with so many pieces in a bin of its own. */
  const stocked = async (quantity: number, draft: object = {}) => {
    const product_id = await add(draft)
    const bin_id = await newBin()
    if (quantity > 0) await adjust(product_id, bin_id, quantity)
    return { product_id, bin_id }
  }

  const standing = async (product_id: number, bin_id: number): Promise<number> => {
    const { rows } = await owner.query(
      'select quantity from bin_stock where product_id = $1 and bin_id = $2',
      [product_id, bin_id],
    )
    return rows[0]?.quantity ?? 0
  }

  /** The stock, and whether product, bins and serial numbers agree with the movements. */
  const books = async (product_id: number) => {
    const { rows } = await owner.query(
      `select stock_quantity as stock, reserved_quantity as reserved,
         stock_quantity = (select coalesce(sum(quantity), 0) from stock_movements where product_id = p.id)
         and stock_value_cents = (select coalesce(sum(value_cents), 0) from stock_movements where product_id = p.id)
         and stock_quantity = (select coalesce(sum(quantity), 0) from bin_stock where product_id = p.id)
         and (not track_serials or stock_quantity
           = (select count(*) from serial_numbers where product_id = p.id and bin_id is not null)) as agree
       from products p where id = $1`,
      [product_id],
    )
    return rows[0] as { stock: number; reserved: number; agree: boolean }
  }

  /** The serial numbers that stand in a bin. */
  const pieces = async (product_id: number, bin_id: number): Promise<string[]> => {
    const { rows } = await owner.query(
      'select serial from serial_numbers where product_id = $1 and bin_id = $2 order by serial',
      [product_id, bin_id],
    )
    return rows.map(({ serial }) => serial)
  }

  const newCount = async (scope: object): Promise<Json> => {
    const { status, body } = await api.post('/stock-counts', scope)
    if (status !== 201) throw new Error(JSON.stringify(body))
    return body
  }

  const enter = (id: number, lines: object[]) => api.put(`/stock-counts/${id}/lines`, { lines })
  const apply = (id: number, body: object = {}) => api.post(`/stock-counts/${id}/apply`, body)

  return { add, newBin, adjust, stocked, standing, books, pieces, newCount, enter, apply }
}
