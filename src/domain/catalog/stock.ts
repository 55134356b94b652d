import { and, eq, lt, ne, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage, page } from '../../db/pages.ts'
import { guard, insert, matching, mustExist, same } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  ArrayPaging,
  flag,
  Id,
  id,
  idText,
  Named,
  optionalText,
  Paging,
  pageOf,
  Stamps,
  searchText,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { users } from '../identity/tables.ts'
import { inCategory } from './categories.ts'
import { whileLocked } from './products.ts'
import { productCategories, products, stockMovements } from './tables.ts'

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

const Movement = z.object({
  id: id(),
  product_id: id(),
  kind: z.string().meta({ examples: ['adjust'] }),
  quantity: z
    .int()
    .describe('What came in, or, negative, went out')
    .meta({ examples: [-1] }),
  reason: z
    .string()
    .nullable()
    .meta({ examples: ['Damaged'] }),
  user: Named.nullable(),
  ...Stamps,
})

const movements = (ctx: Selecting) =>
  ctx.db
    .select({
      id: stockMovements.id,
      product_id: stockMovements.product_id,
      kind: stockMovements.kind,
      quantity: stockMovements.quantity,
      reason: stockMovements.reason,
      user: { id: users.id, name: users.name },
      created_at: stockMovements.created_at,
      updated_at: stockMovements.updated_at,
    })
    .from(stockMovements)
    .leftJoin(users, eq(users.id, stockMovements.user_id))

const levels = (ctx: Selecting) =>
  ctx.db
    .select({
      product_id: products.id,
      sku: products.sku,
      name: products.name,
      quantity: products.stock_quantity,
      min_stock: products.min_stock,
    })
    .from(products)

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
    }),
    output: z.array(StockLevel),
  },
  async (ctx, { query }) => {
    const where = and(
      ne(products.kind, 'service'),
      matching(products.id, 'products', query.q),
      inCategory(query.category_id),
      query.below_min ? lt(products.stock_quantity, products.min_stock) : undefined,
    )
    const [, list] = await Promise.all([
      mustExist(ctx, productCategories, query.category_id),
      arrayPage(ctx, products, query, where, [sql`${products.id} desc`], levels),
    ])
    return list
  },
)

export const adjustStock = write(
  {
    summary: 'Manual stock adjustment',
    description:
      'Refused when it would bring the stock below 0, unless the product allows negative stock.',
    can: 'stock:write',
    module: 'inventory',
    body: z.object({
      product_id: id().meta({ examples: [1] }),
      quantity: z
        .int()
        .min(-9_999_999)
        .max(9_999_999)
        .refine((quantity) => quantity !== 0, 'must not be 0')
        .describe('Positive (add) or negative (remove)')
        .meta({ examples: [-1] }),
      reason: optionalText().describe('Adjustment reason note'),
    }),
    output: z.object({
      product_id: id().meta({ examples: [1] }),
      quantity: z
        .int()
        .describe('The stock that is left')
        .meta({ examples: [11] }),
      movement_id: id(),
    }),
  },
  async (ctx, { body }) => {
    const hasStock = whileLocked(body.product_id, sql`${products.kind} <> 'service'`)
    const [, [movement], [product]] = await Promise.all([
      // A product that is not there is left to the foreign key, which names the field.
      guard(ctx, sql`coalesce(${hasStock}, true)`, {
        code: 'no_stock_kept',
        message: 'A service has no stock.',
        field: 'product_id',
      }),
      insert(ctx, stockMovements, { ...body, kind: 'adjust' }),
      ctx.db
        .select({ product_id: products.id, quantity: products.stock_quantity })
        .from(products)
        .where(eq(products.id, body.product_id)),
    ])
    return { ...found(product), movement_id: found(movement).id }
  },
)

export const listMovements = read(
  {
    summary: 'List stock movements',
    can: 'stock:read',
    module: 'inventory',
    query: Paging.extend({ product_id: idText().optional() }),
    output: pageOf(Movement),
  },
  async (ctx, { query }) => {
    const where = same(stockMovements.product_id, query.product_id)
    const [, list] = await Promise.all([
      mustExist(ctx, products, query.product_id),
      page(ctx, stockMovements, query, where, movements),
    ])
    return list
  },
)

export const getMovement = read(
  {
    summary: 'Get stock movement',
    can: 'stock:read',
    module: 'inventory',
    params: Id,
    output: Movement,
    on: stockMovements,
  },
  async (ctx, { params }) => {
    const [movement] = await movements(ctx).where(eq(stockMovements.id, params.id))
    return found(movement)
  },
)
