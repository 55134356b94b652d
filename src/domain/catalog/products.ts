import { and, eq, gt, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { refusalOf } from '../../db/errors.ts'
import { syncPage } from '../../db/pages.ts'
import {
  guard,
  insert,
  matching,
  mustExist,
  newId,
  remove,
  rowsBy,
  same,
  subquery,
  update,
} from '../../db/rows.ts'
import { lineTotalCents, totalsOf } from '../../lib/money.ts'
import { found, refused } from '../../refusal.ts'
import {
  flag,
  Id,
  id,
  idText,
  money,
  number,
  optionalText,
  percent,
  price,
  Stamps,
  Syncing,
  searchText,
  syncPageOf,
  text,
  unitPrice,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { tenants } from '../identity/tables.ts'
import { mustAgree, taxOfChanged, taxOfNew } from '../tax/assigned.ts'
import { taxOf } from '../tax/codes.ts'
import { taxRates } from '../tax/tables.ts'
import { inCategory } from './categories.ts'
import { productCategories, productKinds, products, stockMovements } from './tables.ts'

const Product = z.object({
  id: id(),
  name: z.string().meta({ examples: ['iPhone 15 Screen'] }),
  sku: z
    .string()
    .nullable()
    .meta({ examples: ['SCR-IP15-BLK'] }),
  kind: z.enum(productKinds),
  description: z.string().nullable(),
  barcode: z
    .string()
    .nullable()
    .meta({ examples: ['8712345678906'] }),
  price_excl: price(),
  price_incl: money()
    .describe('What an invoice for one piece comes to')
    .meta({ examples: [107.69] }),
  purchase_price: price()
    .nullable()
    .meta({ examples: [45.5] }),
  vat_rate: number(21),
  tax_rate_id: id().nullable(),
  stock_quantity: z.int().meta({ examples: [12] }),
  reserved_quantity: z.int().meta({ examples: [0] }),
  min_stock: z.int().meta({ examples: [3] }),
  category_id: id().nullable(),
  is_active: z.boolean(),
  track_serials: z.boolean(),
  allow_negative_stock: z.boolean().meta({ examples: [false] }),
  ...Stamps,
})

const pieces = () => z.int().min(0).max(9_999_999)

const Draft = z.object({
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
  category_id: id().nullable().optional(),
  is_active: z.boolean().optional(),
  track_serials: z.boolean().optional(),
  allow_negative_stock: z.boolean().optional().describe('Sell what is not on the shelf yet'),
})

const NewProduct = Draft.extend({
  stock_quantity: pieces()
    .optional()
    .describe('Initial stock')
    .meta({ examples: [12] }),
}).refine(({ kind, stock_quantity = 0 }) => kind !== 'service' || stock_quantity === 0, {
  path: ['stock_quantity'],
  message: 'must be 0 for a service',
})

const columns = {
  id: products.id,
  name: products.name,
  sku: products.sku,
  kind: products.kind,
  description: products.description,
  barcode: products.barcode,
  price_excl: products.price_excl,
  purchase_price: products.purchase_price,
  vat_rate: products.vat_rate,
  tax_rate_id: products.tax_rate_id,
  category: taxRates.category,
  kor: subquery<boolean>(
    sql`select ${tenants.kor} from ${tenants} where ${tenants.id} = app.tenant()`,
  ),
  stock_quantity: products.stock_quantity,
  reserved_quantity: products.reserved_quantity,
  min_stock: products.min_stock,
  category_id: products.category_id,
  is_active: products.is_active,
  track_serials: products.track_serials,
  allow_negative_stock: products.allow_negative_stock,
  created_at: products.created_at,
  updated_at: products.updated_at,
}

const rows = (ctx: Selecting) =>
  ctx.db.select(columns).from(products).leftJoin(taxRates, eq(taxRates.id, products.tax_rate_id))

/** With the price that an invoice line of one piece would come to, rounded as there. */
const priced = <T extends Awaited<ReturnType<typeof rows>>[number]>(product: T) => {
  const total_excl_cents = lineTotalCents({ quantity: 1, unit_price: product.price_excl })
  const tax = taxOf({ ...product, exemption_text: null }, product.kor)
  return { ...product, price_incl: totalsOf([{ total_excl_cents, ...tax }]).total_cents }
}

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [product] = await rowsBy(ctx, rows, products.id, id)
  return priced(found(product))
}

/**
 * A condition on a product as it is when everyone before us is done with it; nobody changes it until
 * our batch commits. Null when it is not there.
 */
export const whileLocked = (product_id: number, condition: SQL): SQL => sql`
  (select ${condition} from ${products} where ${products.id} = ${product_id} for no key update)`

export const listProducts = read(
  {
    summary: 'List products',
    can: 'products:read',
    module: 'inventory',
    query: Syncing.extend({
      q: searchText().optional().describe('Name, SKU or barcode'),
      category_id: idText().optional().describe('With the categories under it'),
      in_stock: flag().optional().describe('`1`: only products with stock > 0'),
      is_active: flag().optional(),
      kind: z.enum(productKinds).optional(),
      sku: text(100).optional().describe('Exactly this one'),
      barcode: text(100).optional().describe('Exactly this one'),
    }),
    output: syncPageOf(Product),
  },
  async (ctx, { query }) => {
    const where = and(
      matching(products.id, 'products', query.q),
      inCategory(query.category_id),
      query.in_stock ? gt(products.stock_quantity, 0) : undefined,
      same(products.is_active, query.is_active),
      same(products.kind, query.kind),
      same(products.sku, query.sku),
      same(products.barcode, query.barcode),
    )
    const [, list] = await Promise.all([
      mustExist(ctx, productCategories, query.category_id),
      syncPage(ctx, products, query, where, rows),
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
    const { stock_quantity: quantity = 0, ...draft } = body
    const initial = { product_id: newId(products), kind: 'initial', quantity }
    const [, , , product] = await Promise.all([
      mustAgree(ctx, draft),
      insert(ctx, products, { ...draft, ...taxOfNew(draft) }),
      insert(ctx, stockMovements, quantity > 0 ? [initial] : []),
      one(ctx, newId(products)),
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
    const [, , , , product] = await Promise.all([
      mustAgree(ctx, body),
      body.kind === 'service' ? mustBeEmpty(ctx, params.id) : undefined,
      body.allow_negative_stock === false ? mustNotBeShort(ctx, params.id) : undefined,
      update(ctx, products, params.id, { ...body, ...taxOfChanged(body, products) }),
      one(ctx, params.id),
    ])
    return product
  },
)

const mustBeEmpty = (ctx: Writing, product_id: number) =>
  guard(ctx, whileLocked(product_id, sql`${products.stock_quantity} = 0`), {
    code: 'has_stock',
    message: 'A service has no stock; bring the stock to 0 first.',
    field: 'kind',
  })

const mustNotBeShort = (ctx: Writing, product_id: number) =>
  guard(ctx, whileLocked(product_id, sql`${products.stock_quantity} >= 0`), {
    code: 'insufficient_stock',
    message: 'The stock is below 0; bring it to 0 first.',
    field: 'allow_negative_stock',
  })

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
    await remove(ctx, products, params.id).catch((error: unknown) => {
      const refusal = refusalOf(error)
      if (refusal?.code !== 'in_use') throw error
      throw refused('in_use', `${refusal.message} Set is_active to false instead.`)
    })
  },
)
