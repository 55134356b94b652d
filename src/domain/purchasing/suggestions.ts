import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { mustExist } from '../../db/rows.ts'
import { ArrayPaging, id, idText, Named, price } from '../../schema.ts'
import { read } from '../../verb.ts'
import { inCategory } from '../catalog/categories.ts'
import { productCategories } from '../catalog/tables.ts'
import { suppliers } from './tables.ts'

const pieces = (example: number) => z.int().meta({ examples: [example] })

const Suggestion = z.object({
  product_id: id(),
  sku: z
    .string()
    .nullable()
    .meta({ examples: ['SCR-IP15-BLK'] }),
  name: z.string().meta({ examples: ['iPhone 15 Screen'] }),
  stock_quantity: pieces(1),
  reserved_quantity: pieces(0).describe('Held for pick lists'),
  short_qty: pieces(0).describe('Wanted by pick lists, and not there'),
  incoming_qty: pieces(0).describe('Still to come of purchase orders, drafts included'),
  min_stock: pieces(3),
  max_stock: z.int().nullable(),
  suggested_qty: pieces(5).describe('Up to `max_stock`, or `min_stock`; in whole packs'),
  supplier: Named.nullable().describe(
    'The preferred one, else the cheapest, else where it was ordered last',
  ),
  article_code: z.string().nullable(),
  unit_price: price()
    .nullable()
    .meta({ examples: [45.5] }),
})

export type Suggestion = z.input<typeof Suggestion>

interface Asked {
  supplier_id?: number | undefined
  category_id?: number | undefined
  product_ids?: readonly number[] | undefined
}

/**
 * Products of which too little is here or on its way. Only those are looked at whose shelf is low, which an
 * index knows, or that pick lists lack; then what is coming is added.
 */
const suggested = ({ supplier_id, category_id, product_ids }: Asked): SQL => sql`
  with lacking as (
    select l.product_id, sum(l.quantity - l.picked_qty - l.reserved_qty) as pieces
    from pick_lists p join pick_list_lines l on l.pick_list_id = p.id
    where p.status in ('open', 'in_progress') and l.quantity - l.picked_qty > l.reserved_qty
    group by l.product_id
  ), coming as (
    select l.product_id, sum(greatest(l.quantity - l.received_qty - l.cancelled_qty, 0)) as pieces
    from purchase_orders o join purchase_order_lines l on l.purchase_order_id = o.id
    where o.status in ('draft', 'ordered', 'partially_received')
    group by l.product_id
  ), candidates as (
    select id from products
    where is_active and kind <> 'service' and stock_quantity - reserved_quantity < min_stock
    union select product_id from lacking
  ), low as (
    select products.*, coalesce(lacking.pieces, 0) as short_qty, coalesce(coming.pieces, 0) as incoming_qty,
      coalesce(max_stock, min_stock) - (stock_quantity - reserved_quantity - coalesce(lacking.pieces, 0)
        + coalesce(coming.pieces, 0)) as wanted_qty
    from candidates join products on products.id = candidates.id
    left join lacking on lacking.product_id = products.id
    left join coming on coming.product_id = products.id
    where is_active and kind <> 'service'
      and stock_quantity - reserved_quantity - coalesce(lacking.pieces, 0) + coalesce(coming.pieces, 0) < min_stock
      and ${inCategory(category_id) ?? sql`true`}
      and ${product_ids === undefined ? sql`true` : sql`products.id = any(${sql.param([...product_ids])}::bigint[])`}
  )
  select low.id as product_id, low.sku, low.name, low.stock_quantity, low.reserved_quantity, low.short_qty,
    low.incoming_qty, low.min_stock, low.max_stock,
    ceil(low.wanted_qty::numeric / coalesce(article.pack_size, 1)) * coalesce(article.pack_size, 1) as suggested_qty,
    supplier.id as supplier_id, supplier.name as supplier_name,
    coalesce(article.article_code, latest.article_code) as article_code,
    coalesce(article.unit_price, latest.unit_price, low.purchase_price) as unit_price
  from low
  left join lateral (
    select a.* from supplier_products a join suppliers s on s.id = a.supplier_id and s.is_active
    where a.product_id = low.id order by a.is_preferred desc, a.unit_price nulls last, a.id limit 1
  ) article on true
  left join lateral (
    select o.supplier_id, l.article_code, l.unit_price
    from purchase_order_lines l
    join purchase_orders o on o.id = l.purchase_order_id and o.ordered_at is not null
    join suppliers s on s.id = o.supplier_id and s.is_active
    where l.product_id = low.id and article.id is null order by o.ordered_at desc, l.id desc limit 1
  ) latest on true
  left join suppliers supplier on supplier.id = coalesce(article.supplier_id, latest.supplier_id)
  where ${supplier_id === undefined ? sql`true` : sql`supplier.id = ${supplier_id}`}`

/** As Postgres gives it: sums and ids are text. */
interface Row extends Record<string, unknown> {
  product_id: string
  sku: string | null
  name: string
  stock_quantity: number
  reserved_quantity: number
  short_qty: string
  incoming_qty: string
  min_stock: number
  max_stock: number | null
  suggested_qty: string
  supplier_id: string | null
  supplier_name: string | null
  article_code: string | null
  unit_price: string | null
}

/** What should be ordered, by supplier, last what no supplier is known for; all of it without paging. */
export async function suggestions(
  ctx: Selecting,
  asked: Asked,
  paging?: { limit: number; offset: number },
): Promise<Suggestion[]> {
  const stretch = paging ? sql`limit ${paging.limit} offset ${paging.offset}` : sql``
  const { rows } = await ctx.db.execute<Row>(
    sql`${suggested(asked)} order by supplier.id nulls last, low.id ${stretch}`,
  )
  return rows.map(({ supplier_id, supplier_name, ...row }) => ({
    ...row,
    product_id: Number(row.product_id),
    short_qty: Number(row.short_qty),
    incoming_qty: Number(row.incoming_qty),
    suggested_qty: Number(row.suggested_qty),
    supplier: supplier_id === null ? null : { id: Number(supplier_id), name: supplier_name ?? '' },
  }))
}

export const listSuggestions = read(
  {
    summary: 'Purchase suggestions',
    description:
      'Products of which less than `min_stock` is free or on its way: stock, less what is reserved and what ' +
      'pick lists lack, with what purchase orders bring.',
    can: 'purchase_orders:read',
    module: 'inventory',
    query: ArrayPaging.extend({
      supplier_id: idText().optional(),
      category_id: idText().optional().describe('With the categories under it'),
    }),
    output: z.array(Suggestion),
  },
  async (ctx, { query: { page = 1, per_page = 100, ...asked } }) => {
    const [, , list, { rows }] = await Promise.all([
      mustExist(ctx, suppliers, asked.supplier_id),
      mustExist(ctx, productCategories, asked.category_id),
      suggestions(ctx, asked, { limit: per_page, offset: (page - 1) * per_page }),
      ctx.db.execute<{ total: string }>(
        sql`select count(*) as total from (${suggested(asked)}) suggested`,
      ),
    ])
    return Object.assign(list, { total: Number(rows[0]?.total ?? 0) })
  },
)
