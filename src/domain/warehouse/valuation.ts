import { and, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { mustExist, same } from '../../db/rows.ts'
import { day, id, idText, money, Paging, pageOf, price } from '../../schema.ts'
import { read } from '../../verb.ts'
import { inCategory } from '../catalog/categories.ts'
import { productCategories, products } from '../catalog/tables.ts'
import { tenants } from '../identity/tables.ts'
import { stockMovements } from './tables.ts'

const Valued = z.object({
  product_id: id().meta({ examples: [1] }),
  sku: z
    .string()
    .nullable()
    .meta({ examples: ['SCR-IP15-BLK'] }),
  name: z.string().meta({ examples: ['iPhone 15 Screen'] }),
  quantity: z.int().meta({ examples: [12] }),
  unit_cost: price().nullable().describe('What one piece is worth on average'),
  value: money().meta({ examples: [480] }),
})

interface Valuation {
  method: string
  total: number
  total_quantity: number
  total_cents: number
  data: z.input<typeof Valued>[]
}

export const getValuation = read(
  {
    summary: 'Inventory value',
    description:
      'What the stock cost, now or at the end of a day: pieces and value of each product that has any, the ' +
      'newest product first, and of all of them together. Pieces sold before they came in count below zero.',
    can: 'stock:read',
    module: 'inventory',
    query: Paging.extend({
      at: day().optional().describe('At the end of that day; now when absent'),
      category_id: idText().optional().describe('With the categories under it'),
      product_id: idText().optional(),
    }),
    output: pageOf(Valued).extend({
      method: z
        .string()
        .describe('How the shop values now: average | fifo')
        .meta({ examples: ['average'] }),
      at: day().nullable(),
      total_quantity: z.int().meta({ examples: [12] }),
      total_value: money().meta({ examples: [480] }),
    }),
  },
  async (ctx, { query }) => {
    const { page: current_page = 1, per_page = 25, at = null } = query
    const where = and(inCategory(query.category_id), same(products.id, query.product_id))
    const [, , { total, total_cents, ...valuation }] = await Promise.all([
      mustExist(ctx, productCategories, query.category_id),
      mustExist(ctx, products, query.product_id),
      valued(ctx, at, where, { limit: per_page, offset: (current_page - 1) * per_page }),
    ])
    const last_page = Math.max(1, Math.ceil(total / per_page))
    return { ...valuation, current_page, last_page, per_page, total, at, total_value: total_cents }
  },
)

/** The present is on the products; the past is the present without what was moved since. */
async function valued(
  ctx: Reading,
  at: string | null,
  where: SQL | undefined,
  { limit, offset }: { limit: number; offset: number },
): Promise<Valuation> {
  const since = at
    ? sql`left join (
        select ${stockMovements.product_id} as product_id, sum(${stockMovements.quantity}) as quantity,
          sum(${stockMovements.value_cents}) as value_cents
        from ${stockMovements} where ${stockMovements.created_at} >= (select app.instant((${at}::date + 1)::text))
        group by 1) since on since.product_id = ${products.id}`
    : sql`cross join (select 0 as quantity, 0 as value_cents) since`
  const { rows } = await ctx.db.execute<{ valuation: Valuation }>(sql`
    with valued as materialized (
      select ${products.id} as product_id, ${products.sku} as sku, ${products.name} as name,
        ${products.stock_quantity} - coalesce(since.quantity, 0) as quantity,
        ${products.stock_value_cents} - coalesce(since.value_cents, 0) as cents
      from ${products} ${since} where ${where ?? sql`true`}
    ), kept as (select * from valued where quantity <> 0 or cents <> 0)
    select jsonb_build_object(
      'method', (select ${tenants.valuation_method} from ${tenants} where ${tenants.id} = app.tenant()),
      'total', count(*), 'total_quantity', coalesce(sum(quantity), 0), 'total_cents', coalesce(sum(cents), 0),
      'data', (
        select coalesce(jsonb_agg(jsonb_build_object('product_id', product_id, 'sku', sku, 'name', name, 'quantity', quantity,
          'unit_cost', round(cents / 100.0 / nullif(quantity, 0), 4)::text, 'value', cents) order by product_id desc), '[]')
        from (select * from kept order by product_id desc limit ${limit} offset ${offset}) page)
      ) as valuation
    from kept`)
  return (rows[0] as { valuation: Valuation }).valuation
}
