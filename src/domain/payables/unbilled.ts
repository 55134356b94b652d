import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { mustExist } from '../../db/rows.ts'
import { id, idText, instant, money, Named, number, Paging, pageOf, price } from '../../schema.ts'
import { read } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { NamedProduct } from '../purchasing/purchase-order-record.ts'
import { goodsReceiptLines, goodsReceipts, suppliers } from '../purchasing/tables.ts'

const Unbilled = z.object({
  goods_receipt_line_id: id(),
  goods_receipt_id: id(),
  receipt_number: z.string().meta({ examples: ['GR-2026-0001'] }),
  received_at: instant(),
  supplier_id: id().nullable(),
  supplier: Named.nullable(),
  product_id: id(),
  product: NamedProduct,
  quantity: number(10).describe('As received'),
  quantity_billed: number(4).describe('On booked invoices'),
  quantity_left: number(6).describe('Below zero: billed, and the goods went back'),
  unit_cost: price().meta({ examples: [45.5] }),
  amount: money()
    .describe(
      'What the books owe for it: together the balance of the account of goods to be billed',
    )
    .meta({ examples: [273] }),
})

interface Row extends Record<string, unknown> {
  line_id: string
  receipt_id: string
  receipt_number: string
  received_at: string
  supplier_id: string | null
  supplier: string | null
  product_id: string
  product: string
  sku: string | null
  quantity: string
  billed_quantity: string
  left_quantity: string
  unit_cost: string
  left_cents: string
}

export const listUnbilled = read(
  {
    summary: 'List goods not billed yet',
    description: 'What came in and no booked purchase invoice bills, oldest first.',
    can: 'purchase_invoices:read',
    module: 'accounting',
    query: Paging.extend({ supplier_id: idText().optional() }),
    output: pageOf(Unbilled).extend({ total_amount: money().describe('Of all pages') }),
  },
  async (ctx, { query: { supplier_id, page: current_page = 1, per_page = 25 } }) => {
    const unbilled = sql`
      select g.*, g.kept_quantity - g.billed_quantity as left_quantity, g.kept_cents - g.received_cents as left_cents,
        r.receipt_number, r.created_at as received_at, r.supplier_id
      from app.billed_goods(null) g join ${goodsReceipts} r on r.id = g.goods_receipt_id
      where (g.kept_quantity <> g.billed_quantity or g.kept_cents <> g.received_cents)
        and coalesce(r.supplier_id = ${supplier_id ?? null}::bigint, ${supplier_id === undefined})`
    const [, totals, { rows }] = await Promise.all([
      mustExist(ctx, suppliers, supplier_id),
      ctx.db.execute<{ total: string; cents: string }>(
        sql`select count(*) as total, coalesce(sum(left_cents), 0) as cents from (${unbilled}) u`,
      ),
      ctx.db.execute<Row>(sql`
        select u.line_id, u.goods_receipt_id as receipt_id, u.receipt_number, u.received_at::text,
          u.supplier_id, s.name as supplier, l.product_id, p.name as product, p.sku,
          u.quantity, u.billed_quantity, u.left_quantity, l.unit_cost, u.left_cents
        from (${unbilled}) u
        join ${goodsReceiptLines} l on l.id = u.line_id
        join ${products} p on p.id = l.product_id
        left join ${suppliers} s on s.id = u.supplier_id
        order by u.line_id limit ${per_page} offset ${(current_page - 1) * per_page}`),
    ])
    const total = Number(totals.rows[0]?.total ?? 0)
    return {
      data: rows.map(shown),
      current_page,
      last_page: Math.max(1, Math.ceil(total / per_page)),
      per_page,
      total,
      total_amount: Number(totals.rows[0]?.cents ?? 0),
    }
  },
)

const shown = (row: Row): z.input<typeof Unbilled> => ({
  goods_receipt_line_id: Number(row.line_id),
  goods_receipt_id: Number(row.receipt_id),
  receipt_number: row.receipt_number,
  received_at: row.received_at,
  supplier_id: row.supplier_id === null ? null : Number(row.supplier_id),
  supplier:
    row.supplier_id === null ? null : { id: Number(row.supplier_id), name: row.supplier ?? '' },
  product_id: Number(row.product_id),
  product: { id: Number(row.product_id), name: row.product, sku: row.sku },
  quantity: row.quantity,
  quantity_billed: row.billed_quantity,
  quantity_left: row.left_quantity,
  unit_cost: row.unit_cost,
  amount: Number(row.left_cents),
})
