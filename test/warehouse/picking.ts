import { expect } from 'vitest'
import type { Json } from '../harness/client.ts'
import type { Shop, startShops } from '../harness/shop.ts'
import { makers } from '../workshop/makers.ts'

type Owner = Awaited<ReturnType<typeof startShops>>['owner']

/** What a test of pick lists needs around them; bins straight in SQL. */
export function pickers({ api, tenant_id }: Shop, owner: Owner) {
  const make = makers({ api, tenant_id } as Shop, owner)
  const one = async (statement: string, values: unknown[]) =>
    (await owner.query(statement, values)).rows[0]?.id as number

  const bin = (code: string, warehouse_id?: number) =>
    one(
      `insert into bins (tenant_id, warehouse_id, code)
       values ($1, coalesce($3, (select id from warehouses where tenant_id = $1 and is_default)), $2)
       returning id::int`,
      [tenant_id, code, warehouse_id ?? null],
    )
  const warehouse = (name: string, branch_id: number) =>
    one(
      `insert into warehouses (tenant_id, name, branch_id) values ($1, $2, $3) returning id::int`,
      [tenant_id, name, branch_id],
    )
  const stock = async (product_id: number, quantity: number, more: object = {}) => {
    const { status, body } = await api.post('/stock/adjust', { product_id, quantity, ...more })
    expect(status, JSON.stringify(body)).toBe(200)
  }
  /** A product with pieces in bins: `{ [bin_id]: pieces }`. */
  const product = async (places: Record<number, number> = {}, draft: object = {}) => {
    const { status, body } = await api.post('/products', { name: 'Part', price_excl: 1, ...draft })
    expect(status).toBe(201)
    for (const [bin_id, pieces] of Object.entries(places)) {
      await stock(body.id, pieces, { bin_id: Number(bin_id) })
    }
    return body.id as number
  }
  const line = async (work_order_id: number, product_id: number | null, quantity = 1) => {
    const draft = { description: 'Part', product_id, quantity, unit_price: 1 }
    const { status, body } = await api.post(`/work-orders/${work_order_id}/lines`, draft)
    expect(status, JSON.stringify(body)).toBe(201)
    return body.id as number
  }
  /** A work order that needs these pieces: `[product_id, quantity]`. */
  const order = async (
    needs: (readonly [number, number])[],
    draft: Record<string, unknown> = {},
  ) => {
    const { id } = await make.order(draft)
    for (const [product_id, quantity] of needs) await line(id, product_id, quantity)
    return id as number
  }
  const generate = (work_order_id: number) =>
    api.post('/pick-lists/from-work-order', { work_order_id })
  const list = async (
    needs: (readonly [number, number])[],
    draft: Record<string, unknown> = {},
  ): Promise<Json> => {
    const { status, body } = await generate(await order(needs, draft))
    expect(status, JSON.stringify(body)).toBe(201)
    return body
  }
  const levels = async (product_id: number): Promise<{ stock: number; reserved: number }> =>
    (
      await owner.query(
        `select stock_quantity as stock, reserved_quantity as reserved from products where id = $1`,
        [product_id],
      )
    ).rows[0]
  const inBin = async (product_id: number, bin_id: number): Promise<number> =>
    (
      await owner.query('select quantity from bin_stock where product_id = $1 and bin_id = $2', [
        product_id,
        bin_id,
      ])
    ).rows[0]?.quantity ?? 0
  /** One piece, as a putaway moves it. */
  const putaway = (product_id: number, from: number, to: number) =>
    owner.query(`begin; set local app.tenant_id = '${tenant_id}';
      select app.move_stock(${product_id}, 1, 'putaway', ${from}, ${to}); commit`)
  return {
    ...make,
    bin,
    warehouse,
    stock,
    product,
    line,
    order,
    generate,
    list,
    levels,
    inBin,
    putaway,
  }
}

/** What is done to a list: `act` answers all, `done` the list, `refusal` the code. */
export function driving({ api }: Pick<Shop, 'api'>) {
  const act = (id: number, action: string, body?: object) =>
    api.post(`/pick-lists/${id}/${action}`, body)
  const done = async (id: number, action: string, body?: object): Promise<Json> => {
    const answer = await act(id, action, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return answer.body
  }
  const refusal = async (id: number, action: string, body?: object): Promise<string> => {
    const answer = await act(id, action, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(422)
    return answer.body.code
  }
  return { act, done, refusal }
}

/** Its lines: bin, quantity, picked, reserved, short. */
export const brief = ({ lines }: Json) =>
  lines.map((l: Json) => [l.bin, l.quantity, l.picked_qty, l.reserved_qty, l.short_qty])

/** Products whose stock is not the sum of their movements and bins, or whose reservation is not that of their lines. */
export async function unsound(owner: Owner) {
  const { rows } = await owner.query(
    `select p.id from products p
     left join lateral (select coalesce(sum(quantity), 0) as pieces, coalesce(sum(value_cents), 0) as value_cents
       from stock_movements where product_id = p.id) moved on true
     left join lateral (select coalesce(sum(quantity), 0) as pieces from bin_stock where product_id = p.id) placed on true
     left join lateral (select coalesce(sum(reserved_qty), 0) as pieces, coalesce(sum(reserved_qty)
         filter (where status in ('completed', 'cancelled')), 0) as after_all
       from pick_list_lines l join pick_lists k on k.id = l.pick_list_id where product_id = p.id) held on true
     where (p.stock_quantity, p.stock_quantity, p.stock_value_cents, p.reserved_quantity, 0)
         <> (moved.pieces, placed.pieces, moved.value_cents, held.pieces, held.after_all)
       or p.reserved_quantity > greatest(p.stock_quantity, 0)`,
  )
  return rows
}
