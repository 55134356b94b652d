import { eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy, subquery } from '../../db/rows.ts'
import { lineTotalCents, totalsOf } from '../../lib/money.ts'
import { found } from '../../refusal.ts'
import { id, money, number, price, Stamps } from '../../schema.ts'
import { tenants } from '../identity/tables.ts'
import { taxOf } from '../tax/codes.ts'
import { taxRates } from '../tax/tables.ts'
import { productKinds, products } from './tables.ts'

export const Product = z.object({
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
  stock_value: money()
    .describe('What the stock is worth, at cost')
    .meta({ examples: [546] }),
  min_stock: z.int().meta({ examples: [3] }),
  max_stock: z.int().nullable(),
  default_bin_id: id().nullable(),
  category_id: id().nullable(),
  is_active: z.boolean(),
  track_serials: z.boolean(),
  allow_negative_stock: z.boolean().meta({ examples: [false] }),
  ...Stamps,
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
  stock_value: products.stock_value_cents,
  min_stock: products.min_stock,
  max_stock: products.max_stock,
  default_bin_id: products.default_bin_id,
  category_id: products.category_id,
  is_active: products.is_active,
  track_serials: products.track_serials,
  allow_negative_stock: products.allow_negative_stock,
  created_at: products.created_at,
  updated_at: products.updated_at,
}

/** Products without their price incl. VAT; a select for lists. */
export const rows = (ctx: Selecting) =>
  ctx.db.select(columns).from(products).leftJoin(taxRates, eq(taxRates.id, products.tax_rate_id))

/** A product with the price that an invoice line of one piece would come to, rounded as there. */
export const priced = <T extends Awaited<ReturnType<typeof rows>>[number]>(product: T) => {
  const total_excl_cents = lineTotalCents({ quantity: 1, unit_price: product.price_excl })
  const tax = taxOf({ ...product, exemption_text: null }, product.kor)
  return { ...product, price_incl: totalsOf([{ total_excl_cents, ...tax }]).total_cents }
}

export const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [product] = await rowsBy(ctx, rows, products.id, id)
  return priced(found(product))
}
