import { and, gt, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { orSetInactive } from '../../db/errors.ts'
import { syncPage } from '../../db/pages.ts'
import { guard, insert, matching, mustExist, newId, remove, same, update } from '../../db/rows.ts'
import {
  flag,
  Id,
  id,
  idText,
  optionalText,
  percent,
  Syncing,
  searchText,
  syncPageOf,
  text,
  unitPrice,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { mustAgree, taxOfChanged, taxOfNew } from '../tax/assigned.ts'
import { putStock, serials } from '../warehouse/moves.ts'
import { binStock } from '../warehouse/tables.ts'
import { inCategory } from './categories.ts'
import { one, Product, priced, rows } from './product-record.ts'
import { productCategories, productKinds, products } from './tables.ts'

const pieces = () => z.int().min(0).max(9_999_999)

export const Draft = z.object({
  name: text().meta({ examples: ['iPhone 15 Screen'] }),
  sku: optionalText(100).describe('Stock keeping unit, unique in the shop'),
  kind: z.enum(productKinds).optional().describe('`part` when absent; a `service` has no stock'),
  description: optionalText(5000),
  barcode: optionalText(100),
  price_excl: unitPrice().describe('Selling price excl. VAT'),
  purchase_price: unitPrice().nullable().optional().describe('Cost price'),
  vat_rate: percent()
    .optional()
    .describe("That of the tax rate, or the shop's default, when absent"),
  tax_rate_id: id().nullable().optional().describe('In place of a bare percentage'),
  min_stock: pieces()
    .optional()
    .describe('Reorder threshold')
    .meta({ examples: [3] }),
  max_stock: pieces()
    .nullable()
    .optional()
    .describe('Order up to here; up to `min_stock` when null'),
  default_bin_id: id().nullable().optional().describe('Where it is put away'),
  category_id: id().nullable().optional(),
  is_active: z.boolean().optional(),
  track_serials: z.boolean().optional(),
  allow_negative_stock: z.boolean().optional().describe('Sell what is not on the shelf yet'),
})

export const NewProduct = Draft.extend({
  stock_quantity: pieces()
    .optional()
    .describe('Initial stock')
    .meta({ examples: [12] }),
  serials: serials().optional(),
}).refine(({ kind, stock_quantity = 0 }) => kind !== 'service' || stock_quantity === 0, {
  path: ['stock_quantity'],
  message: 'must be 0 for a service',
})

/**
 * A condition on a product as it is when everyone before us is done with it; nobody changes it until
 * our batch commits. Null when it is not there.
 */
export const whileLocked = (product_id: number, condition: SQL): SQL => sql`
  (select ${condition} from ${products} where ${products.id} = ${product_id} for no key update)`

/** What narrows a list of products. */
export const ProductFilters = z.object({
  q: searchText().optional().describe('Name, SKU or barcode'),
  category_id: idText().optional().describe('With the categories under it'),
  in_stock: flag().optional().describe('`1`: only products with stock > 0'),
  is_active: flag().optional(),
  kind: z.enum(productKinds).optional(),
  sku: text(100).optional().describe('Exactly this one'),
  barcode: text(100).optional().describe('Exactly this one'),
})

/** The products that filters leave, and under which name the database counts them, where it does. */
export function filtered(query: z.output<typeof ProductFilters>) {
  const { q, category_id, in_stock, is_active, kind, sku, barcode } = query
  const narrowed = and(
    matching(products.id, in_stock ? 'products_in_stock' : 'products', q),
    inCategory(category_id),
    same(products.is_active, is_active),
    same(products.kind, kind),
    same(products.sku, sku),
    same(products.barcode, barcode),
  )
  return {
    where: and(narrowed, in_stock && !q ? gt(products.stock_quantity, 0) : undefined),
    counted: in_stock && !narrowed ? 'products in stock' : undefined,
  }
}

export const listProducts = read(
  {
    summary: 'List products',
    can: 'products:read',
    module: 'inventory',
    query: Syncing.extend(ProductFilters.shape),
    output: syncPageOf(Product),
  },
  async (ctx, { query }) => {
    const { where, counted } = filtered(query)
    const [, list] = await Promise.all([
      mustExist(ctx, productCategories, query.category_id),
      syncPage(ctx, products, query, where, rows, counted),
    ])
    return { ...list, data: list.data.map(priced) }
  },
)

export const createProduct = write(
  {
    summary: 'Create product',
    description: 'Initial stock becomes the first of its stock movements.',
    can: 'products:write',
    module: 'inventory',
    body: NewProduct,
    output: Product,
    status: 201,
  },
  async (ctx, { body }) => {
    const { stock_quantity: quantity = 0, serials, ...draft } = body
    const product_id = newId(products)
    const [, , , product] = await Promise.all([
      mustAgree(ctx, draft),
      insert(ctx, products, { ...draft, ...taxOfNew(draft) }),
      quantity > 0 ? putStock(ctx, { product_id, quantity, kind: 'initial', serials }) : undefined,
      one(ctx, product_id),
    ])
    return product
  },
)

export const getProduct = read(
  {
    summary: 'Get product',
    can: 'products:read',
    module: 'inventory',
    params: Id,
    output: Product,
    on: products,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateProduct = write(
  {
    summary: 'Update product',
    description:
      'Stock is not changed here: `stock_quantity` is ignored, as every field that is only shown, so that ' +
      'a product can be sent back as it was read. Use `POST /stock/adjust`.',
    can: 'products:write',
    module: 'inventory',
    params: Id,
    body: Draft.partial(),
    output: Product,
    on: products,
  },
  async (ctx, { params, body }) => {
    const [, , , , , product] = await Promise.all([
      mustAgree(ctx, body),
      body.kind === 'service' ? mustBeEmpty(ctx, params.id) : undefined,
      body.track_serials === undefined
        ? undefined
        : keepsSerials(ctx, params.id, body.track_serials),
      body.allow_negative_stock === false ? mustNotBeShort(ctx, params.id) : undefined,
      update(ctx, products, params.id, { ...body, ...taxOfChanged(body, products) }),
      one(ctx, params.id),
    ])
    return product
  },
)

/** What a product cannot become while it has stock, or lacks some. */
export const refusals = {
  service: {
    code: 'has_stock',
    message: 'A service has no stock; bring the stock to 0 first.',
    field: 'kind',
  },
  serials: {
    code: 'has_stock',
    message: 'Serial numbers start or end with an empty stock; bring the stock to 0 first.',
    field: 'track_serials',
  },
  short: {
    code: 'insufficient_stock',
    message: 'The stock is below 0; bring it to 0 first.',
    field: 'allow_negative_stock',
  },
}

const mustBeEmpty = (ctx: Writing, product_id: number) =>
  guard(ctx, whileLocked(product_id, sql`${products.stock_quantity} = 0`), refusals.service)

/** Pieces in stock either all have a number or none has. */
const keepsSerials = (ctx: Writing, product_id: number, track_serials: boolean) =>
  guard(
    ctx,
    whileLocked(
      product_id,
      sql`${products.stock_quantity} = 0 or ${products.track_serials} = ${track_serials}`,
    ),
    refusals.serials,
  )

const mustNotBeShort = (ctx: Writing, product_id: number) =>
  guard(
    ctx,
    whileLocked(
      product_id,
      sql`${products.stock_quantity} >= 0 and not exists (
        select from ${binStock} s where s.product_id = ${products.id} and s.quantity < 0)`,
    ),
    refusals.short,
  )

export const deleteProduct = write(
  {
    summary: 'Delete product',
    description:
      'Refused while documents or stock movements point at the product; deactivate it instead.',
    can: 'products:write',
    module: 'inventory',
    params: Id,
    on: products,
  },
  async (ctx, { params }) => {
    await orSetInactive(remove(ctx, products, params.id))
  },
)
