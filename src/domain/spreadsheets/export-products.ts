import { and, asc, gt } from 'drizzle-orm'
import type * as z from 'zod'
import type { Reading } from '../../context.ts'
import { mustExist } from '../../db/rows.ts'
import { filtered, type ProductFilters } from '../catalog/products.ts'
import { productCategories, products } from '../catalog/tables.ts'
import { categoryPaths } from './category-paths.ts'
import { productColumns } from './product-columns.ts'
import { productFields } from './product-match.ts'
import type { ExportQuery } from './separator.ts'
import { pagesOf, sheetOf } from './writing.ts'

type Query = z.output<typeof ProductFilters> & z.output<typeof ExportQuery>

const headers = Object.keys(productColumns) as (keyof typeof productColumns)[]

export async function* exportProducts(ctx: Reading, query: Query): AsyncGenerator<Uint8Array> {
  await mustExist(ctx, productCategories, query.category_id)
  const paths = await categoryPaths(ctx)
  const pages = pagesOf(async (after, limit) => {
    const rows = await ctx.db
      .select(productFields)
      .from(products)
      .where(and(gt(products.id, after), filtered(query).where))
      .orderBy(asc(products.id))
      .limit(limit)
    return rows.map(({ category_id, price_excl, purchase_price, vat_rate, ...product }) => ({
      ...product,
      category: category_id === null ? null : (paths.get(category_id) ?? null),
      price_excl: Number(price_excl),
      purchase_price: purchase_price === null ? null : Number(purchase_price),
      vat_rate: Number(vat_rate),
    }))
  })
  yield* sheetOf(headers, pages, query.separator)
}
