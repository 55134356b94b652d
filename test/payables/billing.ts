import { expect } from 'vitest'
import type { Json } from '../harness/client.ts'
import type { Shop, startShops } from '../harness/shop.ts'
import { books } from '../ledger/books.ts'
import { makers } from '../purchasing/makers.ts'

type Owner = Awaited<ReturnType<typeof startShops>>['owner']

let numbers = 0

/** How a shop comes by goods, and by invoices for them. */
export function billing(shop: Shop, owner: Owner) {
  const { api, tenant_id } = shop
  const { supplier, product } = makers(shop, owner)
  const ledger = books(owner, tenant_id)

  const answered = async (status: number, path: string, body: object = {}): Promise<Json> => {
    const answer = await api.post(path, body)
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status })
    return answer.body
  }

  /** Goods come in; the receipt with its lines. */
  const receive = async (
    quantity: number,
    unit_cost: number,
    fields: object = {},
  ): Promise<Json> => {
    const product_id = await product()
    return answered(201, '/receiving/direct', { product_id, quantity, unit_cost, ...fields })
  }

  const draft = (fields: Json = {}) => ({
    invoice_number: `B-${++numbers}`,
    invoice_date: '2026-03-27',
    ...fields,
  })
  const newBill = async (fields: Json = {}): Promise<Json> => {
    const supplier_id = fields.supplier_id ?? (await supplier())
    return answered(201, '/purchase-invoices', draft({ supplier_id, ...fields }))
  }
  const book = (id: number): Promise<Json> => answered(200, `/purchase-invoices/${id}/book`)
  const booked = async (fields: Json = {}): Promise<Json> => book((await newBill(fields)).id)

  return {
    ...ledger,
    supplier,
    product,
    receive,
    draft,
    newBill,
    book,
    booked,
    answered,
    /** A line on an account, of that net. */
    line: async (unit_price: number, fields: object = {}) => ({
      description: 'Paper',
      account_id: await ledger.account('4400'),
      unit_price,
      ...fields,
    }),
    /** A line for goods that came in. */
    goodsLine: (receipt: Json, quantity: number, unit_price: number) => ({
      description: 'Screen',
      goods_receipt_line_id: receipt.lines[0].id,
      quantity,
      unit_price,
    }),
    /** Received and not billed, in cents, by the documents; the account must say the same. */
    async unbilled(): Promise<number> {
      const { rows } = await owner.query(
        `select (select coalesce(sum(cost_cents), 0) from goods_receipt_lines where tenant_id = $1)
           - (select coalesce(sum(l.received_cents), 0) from purchase_invoice_lines l
              join purchase_invoices i on i.id = l.purchase_invoice_id
              where i.tenant_id = $1 and i.status in ('booked', 'paid')) as cents`,
        [tenant_id],
      )
      const { grni = 0 } = await ledger.balances()
      const owed_cents = 0 - grni
      expect(owed_cents).toBe(Number(rows[0].cents))
      return owed_cents
    },
  }
}
