import { eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Writing } from '../../context.ts'
import { insert, removeWhere, subquery, updateWhere } from '../../db/rows.ts'
import { lineTotalCents, sumCents } from '../../lib/money.ts'
import { type FieldErrors, invalid } from '../../refusal.ts'
import { id, optionalText, unitPrice } from '../../schema.ts'
import { products } from '../catalog/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import type { PurchaseOrderId } from './purchase-order-record.ts'
import { purchaseOrderLines, purchaseOrders, supplierProducts } from './tables.ts'

/** Lines of one purchase order. */
export const maxLines = 500

/** Pieces in one line. */
export const maxQuantity = 999_999

/** Lines in a body. */
export const LinesInput = z
  .array(
    z.object({
      product_id: id(),
      quantity: z
        .int()
        .min(1)
        .max(maxQuantity)
        .meta({ examples: [10] }),
      unit_price: unitPrice()
        .optional()
        .describe("Excl. VAT; the supplier's price, else the purchase price, when absent")
        .meta({ examples: [45.5] }),
      article_code: optionalText(100).describe("The supplier's, when absent"),
      work_order_id: id().nullable().optional().describe('The work order that waits for it'),
    }),
  )
  .min(1)
  .max(maxLines)

export type LineInput = z.output<typeof LinesInput>[number]

/** A line whose price is known. */
export type PricedLine = LineInput & { unit_price: string; total_cents: number }

/** Prices of products at a supplier, by the product's id; null where nobody knows one. */
export type Prices = ReadonlyMap<number, string | null>

/** Do the lines alone say what they cost? */
export const arePriced = (lines: readonly LineInput[]) =>
  lines.every(({ unit_price }) => unit_price !== undefined)

/** What the supplier asks for products, or else what they were bought for last. */
export async function pricesAt(
  ctx: Reading,
  supplier_id: number | SQL,
  lines: readonly LineInput[],
): Promise<Prices> {
  const ids = lines.map(({ product_id }) => product_id)
  const { rows } = await ctx.db.execute<{ id: string; price: string | null }>(sql`
    select ${products.id} as id, coalesce(${supplierProducts.unit_price}, ${products.purchase_price}) as price
    from ${products} left join ${supplierProducts}
      on ${supplierProducts.product_id} = ${products.id} and ${supplierProducts.supplier_id} = ${supplier_id}
    where ${products.id} = any(${sql.param(ids)}::bigint[])`)
  return new Map(rows.map(({ id, price }) => [Number(id), price]))
}

/** What one order comes to at most; a slip of the pen is refused before it is mailed. */
export const maxTotal_cents = 10_000_000_000

/**
 * The lines with their prices and totals.
 *
 * @param prices needed where a line names no price
 * @throws Refusal 422 at the line whose product or price nobody knows; on `lines` above 100 million
 */
export function priced(lines: readonly LineInput[], prices: Prices = new Map()): PricedLine[] {
  const errors: FieldErrors = {}
  const done = lines.map((line, i) => {
    const { product_id, quantity, unit_price = prices.get(product_id) } = line
    if (unit_price === undefined) {
      errors[`lines.${i}.product_id`] = ['The selected product id is invalid.']
    } else if (unit_price === null) {
      errors[`lines.${i}.unit_price`] = [
        'The unit price field is required: neither the supplier nor the product has a price.',
      ]
    }
    const price = unit_price ?? '0'
    return {
      ...line,
      unit_price: price,
      total_cents: lineTotalCents({ quantity, unit_price: price }),
    }
  })
  if (Object.keys(errors).length > 0) throw invalid(errors)
  const isTooLarge = (cents: number) => cents > maxTotal_cents
  const totals = done.map(({ total_cents }) => total_cents)
  if (totals.some(isTooLarge) || isTooLarge(sumCents(totals))) {
    throw invalid({ lines: ['The total may not be greater than 100000000.00.'] })
  }
  return done
}

/** 422 at the first line whose product or work order is not there, or whose product is a service. */
export async function mustBeGoods(ctx: Writing, lines: readonly LineInput[]) {
  const asked = lines.map(({ product_id, work_order_id = null }, n) => ({
    n,
    product_id,
    work_order_id,
  }))
  await ctx.db.execute(sql`
    select app.refuse(422, code, message, 'lines.' || n || '.' || field)
    from (
      select line.n, problem.*
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as line (n int, product_id bigint, work_order_id bigint)
      left join ${products} on ${products.id} = line.product_id
      left join ${workOrders} on ${workOrders.id} = line.work_order_id
      cross join lateral (values
        (${products.id} is null, 'validation_failed', 'The selected product id is invalid.', 'product_id'),
        (${products.kind} = 'service', 'no_stock_kept', 'A service has no stock.', 'product_id'),
        (line.work_order_id is not null and ${workOrders.id} is null,
          'validation_failed', 'The selected work order id is invalid.', 'work_order_id')
      ) problem (holds, code, message, field)
      where problem.holds
      order by line.n limit 1
    ) first`)
}

/** What the supplier calls a product. */
const codeAt = (supplier_id: number | SQL, product_id: number | SQL) =>
  subquery<string | null>(sql`
    select ${supplierProducts.article_code} from ${supplierProducts}
    where ${supplierProducts.supplier_id} = ${supplier_id} and ${supplierProducts.product_id} = ${product_id}`)

/** The supplier of a purchase order, as it is when the statement runs. */
export const supplierOf = (id: PurchaseOrderId) =>
  subquery<number>(
    sql`select ${purchaseOrders.supplier_id} from ${purchaseOrders} where ${purchaseOrders.id} = ${id}`,
  )

/** Adds lines, with the supplier's article codes where they name none. */
export const insertLines = (
  ctx: Writing,
  purchase_order_id: PurchaseOrderId,
  supplier_id: number | SQL,
  lines: readonly PricedLine[],
) =>
  insert(
    ctx,
    purchaseOrderLines,
    lines.map(({ article_code, ...line }) => ({
      ...line,
      purchase_order_id,
      article_code:
        article_code === undefined ? codeAt(supplier_id, line.product_id) : article_code,
    })),
  )

export const replaceLines = (
  ctx: Writing,
  purchase_order_id: number,
  supplier_id: number | SQL,
  lines: readonly PricedLine[],
) =>
  Promise.all([
    removeWhere(
      ctx,
      purchaseOrderLines,
      eq(purchaseOrderLines.purchase_order_id, purchase_order_id),
    ),
    insertLines(ctx, purchase_order_id, supplier_id, lines),
  ])

/** Before an order goes to another supplier: its lines get the article codes of that one. */
export const renameLines = (ctx: Writing, purchase_order_id: number, supplier_id: number) =>
  updateWhere(
    ctx,
    purchaseOrderLines,
    sql`${purchaseOrderLines.purchase_order_id} = ${purchase_order_id}
      and ${supplierOf(purchase_order_id)} <> ${supplier_id}`,
    { article_code: codeAt(supplier_id, sql`${purchaseOrderLines.product_id}`) },
  )
