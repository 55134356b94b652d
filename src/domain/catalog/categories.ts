import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { guard, insert, mustExist, newId, remove, rowsBy, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { Id, id, idText, Paging, pageOf, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { productCategories, products } from './tables.ts'

const Category = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Screens'] }),
  parent_id: id().nullable(),
  ...Stamps,
})

const Draft = z.object({
  name: text().meta({ examples: ['Screens'] }),
  parent_id: id().nullable().optional().describe('The category it stands under; null: the top'),
})

const columns = {
  id: productCategories.id,
  name: productCategories.name,
  parent_id: productCategories.parent_id,
  created_at: productCategories.created_at,
  updated_at: productCategories.updated_at,
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(productCategories)

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [category] = await rowsBy(ctx, rows, productCategories.id, id)
  return found(category)
}

/** Ids of a category and of all that stand under it, as a query. */
const branchOf = (id: number) => sql`
  with recursive branch as (
    select ${id}::bigint as id
    union
    select child.id from ${productCategories} child join branch on child.parent_id = branch.id
  )
  select id from branch`

/** Products of a category or of one under it; no condition when the filter was not given. */
export const inCategory = (category_id: number | undefined): SQL | undefined =>
  category_id === undefined ? undefined : sql`${products.category_id} in (${branchOf(category_id)})`

export const listCategories = read(
  {
    summary: 'List product categories',
    can: 'products:read',
    module: 'inventory',
    query: Paging.extend({
      parent_id: idText().optional().describe('Only those right under this category'),
    }),
    output: pageOf(Category),
  },
  async (ctx, { query }) => {
    const where = same(productCategories.parent_id, query.parent_id)
    const [, list] = await Promise.all([
      mustExist(ctx, productCategories, query.parent_id),
      page(ctx, productCategories, query, where, rows),
    ])
    return list
  },
)

export const createCategory = write(
  {
    summary: 'Create product category',
    can: 'products:write',
    module: 'inventory',
    body: Draft,
    output: Category,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, category] = await Promise.all([
      insert(ctx, productCategories, body),
      one(ctx, newId(productCategories)),
    ])
    return category
  },
)

export const getCategory = read(
  {
    summary: 'Get product category',
    can: 'products:read',
    module: 'inventory',
    params: Id,
    output: Category,
    on: productCategories,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateCategory = write(
  {
    summary: 'Update product category',
    description: 'Refused when it would stand under itself or under one of its own subcategories.',
    can: 'products:write',
    module: 'inventory',
    params: Id,
    body: Draft.partial(),
    output: Category,
    on: productCategories,
  },
  async (ctx, { params, body }) => {
    const [, , category] = await Promise.all([
      body.parent_id ? keepTree(ctx, params.id, body.parent_id) : undefined,
      update(ctx, productCategories, params.id, body),
      one(ctx, params.id),
    ])
    return category
  },
)

/** One move at a time in a shop: of two at once each could put the other's category under its own. */
async function keepTree(ctx: Writing, id: number, parent_id: number) {
  await Promise.all([
    lockTree(ctx),
    guard(ctx, sql`${parent_id}::bigint not in (${branchOf(id)})`, {
      code: 'category_cycle',
      message: 'A category cannot stand under itself or under one of its subcategories.',
      field: 'parent_id',
    }),
  ])
}

/** Holds the tree of categories until the transaction ends. */
export async function lockTree(ctx: Writing) {
  await ctx.db.execute(
    sql`select pg_advisory_xact_lock(hashtextextended('product_categories ' || app.tenant(), 0))`,
  )
}

export const deleteCategory = write(
  {
    summary: 'Delete product category',
    description: 'Refused while products or subcategories stand under it.',
    can: 'products:write',
    module: 'inventory',
    params: Id,
    on: productCategories,
  },
  async (ctx, { params }) => {
    await remove(ctx, productCategories, params.id)
  },
)
