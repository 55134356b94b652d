import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import type { startShopsWithMail } from '../harness/mail.ts'
import type { Shop } from '../harness/shop.ts'

type Owner = Awaited<ReturnType<typeof startShopsWithMail>>['owner']

const made = async (api: Client, path: string, body: object): Promise<Json> => {
  const answer = await api.post(path, body)
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 })
  return answer.body
}

/** How a shop comes by suppliers, products and purchase orders. */
export function purchasing({ api, tenant_id }: Shop, owner: Owner) {
  const newProduct = (draft: object = {}) =>
    made(api, '/products', { name: 'Screen', price_excl: 89, purchase_price: 45.5, ...draft })
  const newSupplier = (draft: object = {}) =>
    made(api, '/suppliers', { name: 'Parts Direct', email: 'orders@parts.example', ...draft })
  const newArticle = (draft: object) => made(api, '/supplier-products', draft)

  /** A draft of one line, its path with it. */
  const newOrder = async (draft: Json = {}) => {
    const order = await made(api, '/purchase-orders', {
      supplier_id: draft.supplier_id ?? (await newSupplier()).id,
      lines: draft.lines ?? [{ product_id: (await newProduct()).id, quantity: 10 }],
      ...draft,
    })
    return { ...order, path: `/purchase-orders/${order.id}` }
  }
  const ordered = async (draft: Json = {}) => {
    const order = await newOrder(draft)
    expect((await api.post(`${order.path}/order`)).status).toBe(200)
    return order
  }

  /** So many pieces of a line come in. */
  const receive = async (line: { id: number; product_id: number }, quantity: number) => {
    const { rows } = await owner.query(
      `insert into goods_receipts (tenant_id, receipt_number) values ($1, gen_random_uuid()::text) returning id`,
      [tenant_id],
    )
    await owner.query(
      `insert into goods_receipt_lines (tenant_id, goods_receipt_id, product_id, po_line_id, quantity)
       values ($1, $2, $3, $4, $5)`,
      [tenant_id, rows[0].id, line.product_id, line.id, quantity],
    )
  }
  return { newProduct, newSupplier, newArticle, newOrder, ordered, receive }
}
