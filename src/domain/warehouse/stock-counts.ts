import { and, inArray, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { guard, insert, mustBeOurs, mustExist, newId, remove, same, update } from '../../db/rows.ts'
import { Id, id, idText, optionalText, Paging, pageOf } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { inCategory } from '../catalog/categories.ts'
import { productCategories, products } from '../catalog/tables.ts'
import {
  countRows,
  mustBeOpen,
  oneCount,
  StockCount,
  StockCountDetail,
  writing,
} from './stock-count-record.ts'
import {
  binStock,
  bins,
  stockCountLines,
  stockCountStatuses,
  stockCounts,
  warehouses,
} from './tables.ts'

const ids = () => z.array(id()).min(1).max(1000)

const Draft = z.object({
  blind: z.boolean().optional().describe('Do not show who counts what should be there'),
  notes: optionalText(5000),
})

const Scope = z.object({
  bin_ids: ids().optional(),
  category_id: id().optional().describe('With the categories under it'),
  product_ids: ids().optional(),
  warehouse_id: id().optional().describe('All its bins'),
})

type Scope = z.output<typeof Scope>

export const listStockCounts = read(
  {
    summary: 'List stock counts',
    can: 'stock:read',
    module: 'inventory',
    query: Paging.extend({
      status: z.enum(stockCountStatuses).optional(),
      category_id: idText().optional(),
    }),
    output: pageOf(StockCount),
  },
  async (ctx, { query }) => {
    const where = and(
      same(stockCounts.status, query.status),
      same(stockCounts.category_id, query.category_id),
    )
    const [, list] = await Promise.all([
      mustExist(ctx, productCategories, query.category_id),
      page(ctx, stockCounts, query, where, countRows),
    ])
    return list
  },
)

export const getStockCount = read(
  {
    summary: 'Get stock count',
    can: 'stock:read',
    module: 'inventory',
    params: Id,
    output: StockCountDetail,
    on: stockCounts,
  },
  (ctx, { params }) => oneCount(ctx, params.id),
)

export const createStockCount = write(
  {
    summary: 'Create stock count',
    description:
      'Lists what stands in those bins by the books, of that category and of those products; at least one of ' +
      'them is given, and each narrows. What is found besides is added while counting.',
    can: 'stock:write',
    module: 'inventory',
    body: Scope.extend(Draft.shape).refine(
      ({ bin_ids, category_id, product_ids, warehouse_id }) =>
        bin_ids ?? category_id ?? product_ids ?? warehouse_id,
      { path: ['bin_ids'], message: 'is required when nothing else says what to count' },
    ),
    output: StockCountDetail,
    status: 201,
  },
  async (ctx, { body }) => {
    const { bin_ids, product_ids, warehouse_id, ...draft } = body
    const [, , , , , count] = await Promise.all([
      mustBeOurs(ctx, bins, bin_ids, 'bin_ids'),
      mustBeOurs(ctx, products, product_ids, 'product_ids'),
      mustBeOurs(ctx, warehouses, warehouse_id, 'warehouse_id'),
      insert(ctx, stockCounts, draft),
      listLines(ctx, body),
      oneCount(ctx, newId(stockCounts)),
    ])
    return count
  },
)

/** A line for each product in each bin of the scope; a bin may be short of one. */
async function listLines(ctx: Writing, scope: Scope) {
  const within = and(
    sql`${binStock.quantity} <> 0`,
    scope.bin_ids && inArray(binStock.bin_id, scope.bin_ids),
    scope.product_ids && inArray(binStock.product_id, scope.product_ids),
    same(bins.warehouse_id, scope.warehouse_id),
    inCategory(scope.category_id),
  ) as SQL
  await ctx.db.execute(sql`
    insert into ${stockCountLines} (stock_count_id, bin_id, product_id, expected_qty)
    select ${newId(stockCounts)}, ${binStock.bin_id}, ${binStock.product_id}, ${binStock.quantity}
    from ${binStock}
    join ${bins} on ${bins.id} = ${binStock.bin_id}
    join ${products} on ${products.id} = ${binStock.product_id}
    where ${within}`)
}

export const updateStockCount = write(
  {
    ...writing,
    summary: 'Update stock count',
    description: 'Only as long as it is open.',
    body: Draft.partial(),
    output: StockCountDetail,
  },
  async (ctx, { params, body }) => {
    const [, , count] = await Promise.all([
      mustBeOpen(ctx, params.id),
      update(ctx, stockCounts, params.id, body),
      oneCount(ctx, params.id),
    ])
    return count
  },
)

export const cancelStockCount = write(
  {
    ...writing,
    summary: 'Cancel stock count',
    description: 'What was counted stays readable, and changes no stock.',
    output: StockCountDetail,
  },
  async (ctx, { params }) => {
    const [, , count] = await Promise.all([
      mustBeOpen(ctx, params.id),
      update(ctx, stockCounts, params.id, { status: 'cancelled', cancelled_at: sql`app.now()` }),
      oneCount(ctx, params.id),
    ])
    return count
  },
)

export const deleteStockCount = write(
  {
    ...writing,
    summary: 'Delete stock count',
    description: 'Only as long as nothing was counted; cancel it afterwards.',
  },
  async (ctx, { params }) => {
    await Promise.all([
      mustBeOpen(ctx, params.id),
      mustBeUncounted(ctx, params.id),
      remove(ctx, stockCounts, params.id),
    ])
  },
)

const mustBeUncounted = (ctx: Writing, id: number) =>
  guard(
    ctx,
    sql`not exists (select from ${stockCountLines}
      where ${stockCountLines.stock_count_id} = ${id} and ${stockCountLines.counted_qty} is not null)`,
    { code: 'counted', message: 'Something was counted already; cancel the stock count instead.' },
  )
