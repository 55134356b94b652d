import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import type { Shop } from '../harness/shop.ts'
import { newCustomer } from '../sales/invoicing.ts'

type Owner = { query(sql: string, values?: unknown[]): Promise<{ rows: Json[] }> }

/** A part of € 10, in stock at € 5 apiece, unless said otherwise. */
export async function newPart(api: Client, stock: number, fields: object = {}): Promise<number> {
  const { status, body } = await api.post('/products', {
    name: 'Screen',
    price_excl: 10,
    purchase_price: 5,
    stock_quantity: stock,
    ...fields,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}

/** A part of which each piece has a number. */
export const newPhone = (api: Client, serials: string[]) =>
  newPart(api, serials.length, { name: 'Phone', track_serials: true, serials })

/** A bin in the shop's default warehouse, or in that of a branch. */
export async function newBin(
  owner: Owner,
  { tenant_id }: Shop,
  code: string,
  branch_id?: number,
): Promise<number> {
  const { rows } = branch_id
    ? await owner.query(
        `insert into warehouses (tenant_id, name, branch_id) values ($1, $2, $3) returning id`,
        [tenant_id, `Warehouse of ${code}`, branch_id],
      )
    : await owner.query('select id from warehouses where tenant_id = $1 and is_default', [
        tenant_id,
      ])
  const { rows: bins } = await owner.query(
    'insert into bins (tenant_id, warehouse_id, code) values ($1, $2, $3) returning id',
    [tenant_id, rows[0].id, code],
  )
  return Number(bins[0].id)
}

/** A draft invoice of these lines; what a line does not say is its product's. */
export async function newSale(api: Client, lines: object[], fields: object = {}): Promise<number> {
  const { status, body } = await api.post('/invoices', {
    customer_id: await newCustomer(api),
    invoice_date: '2026-03-27',
    lines,
    ...fields,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}

/** An issued one. */
export async function newSold(api: Client, lines: object[], fields: object = {}): Promise<number> {
  const id = await newSale(api, lines, fields)
  const { status, body } = await api.post(`/invoices/${id}/issue`)
  expect(status, JSON.stringify(body)).toBe(200)
  return id
}

export const stockOf = async (api: Client, product_id: number): Promise<number> =>
  (await api.get(`/products/${product_id}`)).body.stock_quantity

/** What moved of a product, the first movement first. */
export async function movesOf(api: Client, product_id: number, query = ''): Promise<Json[]> {
  const { body } = await api.get(`/stock/movements?product_id=${product_id}&per_page=100${query}`)
  return body.data.toReversed()
}

/** A list that is to take, and took, these pieces for a line of a work order; written as the owner. */
export async function newPickList(
  owner: Owner,
  { tenant_id }: Shop,
  list: { work_order_id: number; status: 'open' | 'completed' },
  line: {
    product_id: number
    work_order_line_id: number
    quantity: number
    picked_qty?: number
    returned_qty?: number
    reserved_qty?: number
  },
): Promise<number> {
  const { rows } = await owner.query(
    `insert into pick_lists (tenant_id, work_order_id, status, pick_list_number) values ($1, $2, $3, $4) returning id`,
    [tenant_id, list.work_order_id, list.status, `PL-${list.work_order_id}`],
  )
  await owner.query(
    `insert into pick_list_lines (tenant_id, pick_list_id, product_id, work_order_line_id, quantity, picked_qty, returned_qty, reserved_qty)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tenant_id,
      rows[0].id,
      line.product_id,
      line.work_order_line_id,
      line.quantity,
      line.picked_qty ?? 0,
      line.returned_qty ?? 0,
      line.reserved_qty ?? 0,
    ],
  )
  return Number(rows[0].id)
}
