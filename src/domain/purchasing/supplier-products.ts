import { and, eq, ne, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { page } from '../../db/pages.ts'
import {
  insert,
  mustExist,
  newId,
  remove,
  rowsBy,
  same,
  subquery,
  update,
  updateWhere,
} from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  flag,
  Id,
  id,
  idText,
  Named,
  optionalText,
  Paging,
  pageOf,
  price,
  Stamps,
  text,
  unitPrice,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { NamedProduct, namedProduct } from './purchase-order-record.ts'
import { days } from './suppliers.ts'
import { supplierProducts, suppliers } from './tables.ts'

const articleCode = { examples: ['PD-90412'] }

const SupplierProduct = z.object({
  id: id(),
  supplier_id: id(),
  supplier: Named,
  product_id: id(),
  product: NamedProduct,
  article_code: z.string().nullable().meta(articleCode),
  unit_price: price().nullable(),
  pack_size: z.int().meta({ examples: [1] }),
  lead_time_days: z.int().nullable(),
  is_preferred: z.boolean(),
  ...Stamps,
})

const Draft = z.object({
  supplier_id: id(),
  product_id: id(),
  article_code: optionalText(100).describe('What the supplier calls it'),
  unit_price: unitPrice().nullable().optional().describe('What the supplier asks, excl. VAT'),
  pack_size: z.int().min(1).max(100_000).optional().describe('Sold by so many at once'),
  lead_time_days: days().nullable().optional().describe("The supplier's own when null"),
  is_preferred: z
    .boolean()
    .optional()
    .describe('Where the product is ordered when nobody says otherwise; one supplier per product'),
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: supplierProducts.id,
      supplier_id: supplierProducts.supplier_id,
      supplier: { id: suppliers.id, name: suppliers.name },
      product_id: supplierProducts.product_id,
      product: namedProduct,
      article_code: supplierProducts.article_code,
      unit_price: supplierProducts.unit_price,
      pack_size: supplierProducts.pack_size,
      lead_time_days: supplierProducts.lead_time_days,
      is_preferred: supplierProducts.is_preferred,
      created_at: supplierProducts.created_at,
      updated_at: supplierProducts.updated_at,
    })
    .from(supplierProducts)
    .innerJoin(suppliers, eq(suppliers.id, supplierProducts.supplier_id))
    .innerJoin(products, eq(products.id, supplierProducts.product_id))

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [article] = await rowsBy(ctx, rows, supplierProducts.id, id)
  return found(article)
}

const module = 'inventory'

export const listSupplierProducts = read(
  {
    summary: 'List articles of suppliers',
    can: 'suppliers:read',
    module,
    query: Paging.extend({
      supplier_id: idText().optional(),
      product_id: idText().optional(),
      article_code: text(100).optional().describe('Exactly this one'),
      is_preferred: flag().optional(),
    }),
    output: pageOf(SupplierProduct),
  },
  async (ctx, { query }) => {
    const where = and(
      same(supplierProducts.supplier_id, query.supplier_id),
      same(supplierProducts.product_id, query.product_id),
      same(supplierProducts.article_code, query.article_code),
      same(supplierProducts.is_preferred, query.is_preferred),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, suppliers, query.supplier_id),
      mustExist(ctx, products, query.product_id),
      page(ctx, supplierProducts, query, where, rows),
    ])
    return list
  },
)

/**
 * Before a supplier becomes the preferred one of a product, no other is. The product is held, so that two
 * who both want to be it come one after the other.
 */
const unprefer = (
  ctx: Writing,
  product_id: number | SQL<number>,
  except: { id: number; when: boolean | SQL<boolean> },
) =>
  Promise.all([
    ctx.db.execute(
      sql`select from ${products} where ${products.id} = ${product_id} for no key update`,
    ),
    updateWhere(
      ctx,
      supplierProducts,
      and(
        eq(supplierProducts.product_id, product_id),
        eq(supplierProducts.is_preferred, true),
        ne(supplierProducts.id, except.id),
        sql`${except.when}`,
      ),
      { is_preferred: false },
    ),
  ])

export const createSupplierProduct = write(
  {
    summary: 'Create article of a supplier',
    description: 'A preferred one takes the place of the one before it.',
    can: 'suppliers:write',
    module,
    body: Draft,
    output: SupplierProduct,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, , article] = await Promise.all([
      body.is_preferred && unprefer(ctx, body.product_id, { id: 0, when: true }),
      insert(ctx, supplierProducts, body),
      one(ctx, newId(supplierProducts)),
    ])
    return article
  },
)

export const getSupplierProduct = read(
  {
    summary: 'Get article of a supplier',
    can: 'suppliers:read',
    module,
    params: Id,
    output: SupplierProduct,
    on: supplierProducts,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateSupplierProduct = write(
  {
    summary: 'Update article of a supplier',
    description: 'A preferred one takes the place of the one before it.',
    can: 'suppliers:write',
    module,
    params: Id,
    body: Draft.partial(),
    output: SupplierProduct,
    on: supplierProducts,
  },
  async (ctx, { params: { id }, body }) => {
    const kept = <T>(column: SQL | typeof supplierProducts.product_id) =>
      subquery<T>(
        sql`select ${column} from ${supplierProducts} where ${supplierProducts.id} = ${id}`,
      )
    const moves = body.is_preferred ?? body.product_id !== undefined
    const [, , article] = await Promise.all([
      moves &&
        unprefer(ctx, body.product_id ?? kept<number>(supplierProducts.product_id), {
          id,
          when: body.is_preferred ?? kept<boolean>(sql`${supplierProducts.is_preferred}`),
        }),
      update(ctx, supplierProducts, id, body),
      one(ctx, id),
    ])
    return article
  },
)

export const deleteSupplierProduct = write(
  {
    summary: 'Delete article of a supplier',
    can: 'suppliers:write',
    module,
    params: Id,
    on: supplierProducts,
  },
  async (ctx, { params }) => {
    await remove(ctx, supplierProducts, params.id)
  },
)
