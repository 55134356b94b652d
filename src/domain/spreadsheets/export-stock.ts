import { type SQL, sql } from 'drizzle-orm'
import type * as z from 'zod'
import type { Reading } from '../../context.ts'
import { mustExist } from '../../db/rows.ts'
import { unitPriceOf } from '../../lib/money.ts'
import { productCategories, products } from '../catalog/tables.ts'
import { binStock, bins, warehouses } from '../warehouse/tables.ts'
import type { ExportQuery } from './separator.ts'
import { pagesOf, sheetOf } from './writing.ts'

const headers = [
  'product_id',
  'sku',
  'barcode',
  'name',
  'warehouse',
  'bin',
  'quantity',
  'unit_cost',
  'value',
] as const

interface Query extends z.output<typeof ExportQuery> {
  category_id?: number | undefined
}

/** What stands in each bin. The values of a product's bins add up to that of its stock, to the cent. */
export async function* exportStock(
  ctx: Reading,
  query: Query,
  where: SQL | undefined,
): AsyncGenerator<Uint8Array> {
  await mustExist(ctx, productCategories, query.category_id)
  const pages = pagesOf((after, limit) => placesAfter(ctx, after, limit, where))
  yield* sheetOf(headers, rowsOf(pages), query.separator)
}

interface Place {
  /** The product's, by which pages go. */
  id: number
  sku: string | null
  barcode: string | null
  name: string
  warehouse: string
  bin: string
  quantity: number
  stock_quantity: number
  stock_value_cents: number
  value_cents: number
}

async function* rowsOf(pages: AsyncIterable<Place[]>) {
  for await (const page of pages) {
    yield page.map(({ id, value_cents, stock_quantity, stock_value_cents, ...place }) => ({
      ...place,
      product_id: id,
      unit_cost: stock_quantity > 0 ? Number(unitPriceOf(stock_value_cents, stock_quantity)) : null,
      value: value_cents / 100,
    }))
  }
}

/** The share of what stands up to and with a bin, less that of what stands before it. */
const share = sql`coalesce(
  round(${products.stock_value_cents}::numeric * reached / nullif(${products.stock_quantity}, 0))
  - round(${products.stock_value_cents}::numeric * (reached - place.quantity) / nullif(${products.stock_quantity}, 0)), 0)`

/** The places of so many products, in the order of their ids. */
async function placesAfter(ctx: Reading, after: number, limit: number, where: SQL | undefined) {
  const { rows } = await ctx.db.execute<Record<keyof Place, string>>(sql`
    with page as (
      select ${products.id} as id from ${products}
      where ${products.id} > ${after} and ${where ?? sql`true`} and exists (
        select from ${binStock} where ${binStock.product_id} = ${products.id} and ${binStock.quantity} <> 0)
      order by ${products.id} limit ${limit}
    )
    select ${products.id} as id, ${products.sku} as sku, ${products.barcode} as barcode, ${products.name} as name,
      place.warehouse, place.code as bin, place.quantity, ${products.stock_quantity} as stock_quantity,
      ${products.stock_value_cents} as stock_value_cents, ${share} as value_cents
    from page join ${products} on ${products.id} = page.id
    cross join lateral (
      select w.name as warehouse, b.code, s.quantity,
        sum(s.quantity) over (order by w.name, b.code, b.id) as reached
      from ${binStock} s join ${bins} b on b.id = s.bin_id join ${warehouses} w on w.id = b.warehouse_id
      where s.product_id = page.id and s.quantity <> 0
    ) place
    order by ${products.id}, place.warehouse, place.code`)
  return rows.map(
    (row): Place => ({
      ...row,
      id: Number(row.id),
      quantity: Number(row.quantity),
      stock_quantity: Number(row.stock_quantity),
      stock_value_cents: Number(row.stock_value_cents),
      value_cents: Number(row.value_cents),
    }),
  )
}
