import { and, desc, eq, lt, ne, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Selecting } from '../../context.ts'
import { arrayPage, page } from '../../db/pages.ts'
import { matching, mustExist, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  ArrayPaging,
  flag,
  Id,
  id,
  idText,
  optionalText,
  searchText,
  unitPrice,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { inCategory } from '../catalog/categories.ts'
import { productCategories, products } from '../catalog/tables.ts'
import { mustBeBranch } from '../staff/branches.ts'
import { branches } from '../staff/tables.ts'
import { inBinsOf } from './bin-stock.ts'
import { putStock, serials, takeStock } from './moves.ts'
import { binStock } from './tables.ts'

const StockLevel = z.object({
  product_id: id().meta({ examples: [1] }),
  sku: z
    .string()
    .nullable()
    .meta({ examples: ['SCR-IP15-BLK'] }),
  name: z.string().meta({ examples: ['iPhone 15 Screen'] }),
  quantity: z.int().meta({ examples: [12] }),
  min_stock: z.int().meta({ examples: [3] }),
})

const columns = {
  product_id: products.id,
  sku: products.sku,
  name: products.name,
  quantity: products.stock_quantity,
  min_stock: products.min_stock,
}

const levels = (ctx: Selecting) => ctx.db.select(columns).from(products)

/**
 * What stands in the warehouses of a branch, and how many there; the newest product first. Pieces sold before
 * they came in are below 0.
 */
function stockOfBranch(
  ctx: Reading,
  branch_id: number,
  narrowed: SQL | undefined,
  paging: { page?: number | undefined; per_page?: number | undefined },
) {
  const standing = and(ne(binStock.quantity, 0), inBinsOf(binStock.bin_id, branch_id))
  const quantity = subquery<number>(sql`
    select sum(${binStock.quantity})::int from ${binStock}
    where ${binStock.product_id} = ${products.id} and ${standing}`)
  const where = and(
    sql`${products.id} in (select ${binStock.product_id} from ${binStock} where ${standing})`,
    narrowed,
  )
  const rows = ({ db }: Selecting) => db.select({ ...columns, quantity }).from(products)
  return arrayPage(ctx, products, paging, where, [desc(products.id)], rows)
}

export const listBranchStock = read(
  {
    summary: 'Stock of branch',
    description:
      'What stands in the warehouses of the branch, and how many there; the newest product first. `min_stock` is ' +
      'that of the whole shop.',
    can: 'stock:read',
    module: 'inventory',
    params: Id,
    query: ArrayPaging.extend({
      q: searchText().optional().describe('Name, SKU or barcode'),
      category_id: idText().optional().describe('With the categories under it'),
    }),
    output: z.array(StockLevel),
    on: branches,
  },
  async (ctx, { params: { id }, query: { q, category_id, ...paging } }) => {
    const narrowed = and(matching(products.id, 'goods', q), inCategory(category_id))
    const [, , list] = await Promise.all([
      mustBeBranch(ctx, id),
      mustExist(ctx, productCategories, category_id),
      stockOfBranch(ctx, id, narrowed, paging),
    ])
    return list
  },
)

export const listStock = read(
  {
    summary: 'Current stock levels',
    description: 'Of everything but services, the newest product first.',
    can: 'stock:read',
    module: 'inventory',
    query: ArrayPaging.extend({
      q: searchText().optional().describe('Name, SKU or barcode'),
      category_id: idText().optional().describe('With the categories under it'),
      below_min: flag().optional().describe('`1`: only what is below its `min_stock`'),
      branch_id: idText()
        .optional()
        .describe('Only what stands in the warehouses of the branch, and how many there'),
    }),
    output: z.array(StockLevel),
  },
  async (ctx, { query }) => {
    const { q, category_id, below_min, branch_id, page: number = 1, per_page = 100 } = query
    const narrowed = and(
      matching(products.id, 'goods', q),
      inCategory(category_id),
      below_min ? lt(products.stock_quantity, products.min_stock) : undefined,
    )
    if (branch_id !== undefined) {
      const [, , list] = await Promise.all([
        mustExist(ctx, productCategories, category_id),
        mustExist(ctx, branches, branch_id),
        stockOfBranch(ctx, branch_id, narrowed, query),
      ])
      return list
    }
    const where = q ? narrowed : and(ne(products.kind, 'service'), narrowed)
    const counted = narrowed ? undefined : 'products but services'
    const [, { data, total }] = await Promise.all([
      mustExist(ctx, productCategories, category_id),
      page(ctx, products, { page: number, per_page }, where, levels, counted),
    ])
    return Object.assign(data, { total })
  },
)

/** What is left of a product after a movement by hand. */
export const Moved = z.object({
  product_id: id().meta({ examples: [1] }),
  quantity: z
    .int()
    .describe('The stock that is left')
    .meta({ examples: [11] }),
  movement_id: id().describe('The last one, where it took more'),
})

/** The columns of `Moved`, but for the movement. */
export const movedProduct = (ctx: Selecting, product_id: number) =>
  ctx.db
    .select({ product_id: products.id, quantity: products.stock_quantity })
    .from(products)
    .where(eq(products.id, product_id))
    .execute()

const pieces = z.int().min(-9_999_999).max(9_999_999)

export const adjustStock = write(
  {
    summary: 'Manual stock adjustment',
    description:
      'What is added stands where goods come in, or in `bin_id`; what is removed leaves that bin, or the bins ' +
      'as people walk. Refused when it would bring the stock below 0, unless the product allows negative ' +
      'stock, and below what is reserved for pick lists.',
    can: 'stock:write',
    module: 'inventory',
    body: z.object({
      product_id: id().meta({ examples: [1] }),
      quantity: pieces
        .refine((quantity) => quantity !== 0, 'must not be 0')
        .describe('Positive (add) or negative (remove)')
        .meta({ examples: [-1] }),
      reason: optionalText().describe('Adjustment reason note'),
      bin_id: id().optional(),
      unit_cost: unitPrice()
        .optional()
        .describe('Of what is added; what the stock costs on average when absent'),
      serials: serials().optional(),
    }),
    output: Moved,
  },
  async (ctx, { body }) => {
    const { quantity, ...rest } = body
    const [movement_id, [product]] = await Promise.all([
      quantity > 0
        ? putStock(ctx, { ...rest, quantity, kind: 'adjust' })
        : takeStock(ctx, { ...rest, quantity: -quantity, kind: 'adjust' }),
      movedProduct(ctx, body.product_id),
    ])
    return { ...found(product), movement_id }
  },
)
