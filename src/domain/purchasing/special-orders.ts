import { and, asc, desc, eq, exists, inArray, isNotNull, isNull, notExists, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { insert, mustExist, rowsBy, update, updateWhere } from '../../db/rows.ts'
import { lineTotalCents } from '../../lib/money.ts'
import { found, invalid, refused } from '../../refusal.ts'
import { day, Id, id, Paging, pageOf, unitPrice } from '../../schema.ts'
import { read, transact } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { pieces } from '../warehouse/moves.ts'
import { workOrderStatuses, workOrders } from '../workshop/tables.ts'
import { entering } from '../workshop/work-order-status.ts'
import { holdWorkOrders, waitingForParts } from './arrivals.ts'
import { rows, SpecialOrder } from './special-order-record.ts'
import { purchaseOrderLines, purchaseOrders, supplierProducts, suppliers } from './tables.ts'

export const listSpecialOrders = read(
  {
    summary: 'List parts ordered for a work order',
    can: 'work_orders:read',
    module: 'inventory',
    params: Id,
    query: Paging,
    output: pageOf(SpecialOrder),
  },
  async (ctx, { params, query }) => {
    const where = eq(purchaseOrderLines.work_order_id, params.id)
    const [, list] = await Promise.all([
      mustExist(ctx, workOrders, params.id),
      pageInOrder(ctx, purchaseOrderLines, query, where, [asc(purchaseOrderLines.id)], rows),
    ])
    return list
  },
)

const Draft = z.object({
  product_id: id(),
  quantity: pieces().optional().describe('1 when absent'),
  supplier_id: id().optional().describe('The preferred one, else the cheapest, when absent'),
  unit_price: unitPrice()
    .optional()
    .describe("The supplier's price, else the purchase price, when absent"),
  expected_at: day().optional().describe('When it should be here'),
})

export const orderSpecially = transact(
  {
    summary: 'Order a part for a work order',
    description:
      "Puts it on the supplier's draft of special orders, or on a new one; placing that order is for who buys. " +
      'The work order goes to `waiting_parts`, where its status allows that. When all of it has come in, the ' +
      'technician is told and the work order goes on; a pick list holds the parts for it as soon as there is one.',
    can: 'work_orders:write',
    module: 'inventory',
    params: Id,
    body: Draft,
    output: SpecialOrder.extend({
      work_order_status: z.object({
        slug: z.string().meta({ examples: ['waiting_parts'] }),
        label: z.string().meta({ examples: ['Waiting for parts'] }),
      }),
      message: z.string().meta({ examples: ['The work order waits for parts.'] }),
    }),
    on: workOrders,
    status: 201,
  },
  async (ctx, { params, body: { quantity = 1, expected_at, ...asked } }) => {
    await holdOpen(ctx, params.id)
    const article = await articleOf(ctx, asked)
    const purchase_order_id = await draftFor(ctx, article.supplier_id)
    const [line] = await insert(ctx, purchaseOrderLines, {
      purchase_order_id,
      product_id: asked.product_id,
      work_order_id: params.id,
      article_code: article.article_code,
      quantity,
      unit_price: article.unit_price,
      total_cents: lineTotalCents({ quantity, unit_price: article.unit_price }),
    })
    if (expected_at) {
      // One order comes at once: the day on which all of it should be here.
      await update(ctx, purchaseOrders, purchase_order_id, {
        expected_at: sql`greatest(${purchaseOrders.expected_at}, ${expected_at})`,
      })
    }
    const message = await waitForParts(ctx, params.id)
    const [ordered] = await rowsBy(ctx, rows, purchaseOrderLines.id, found(line).id)
    return { ...found(ordered), ...message }
  },
)

/** Holds a work order; 422 when it is done or cancelled. */
async function holdOpen(ctx: Transacting, id: number) {
  // Held first: who waited for the lock would meet the new status with the old one's row.
  await holdWorkOrders(ctx, [id])
  const { label, kind } = await statusOf(ctx, id)
  if (kind !== 'done' && kind !== 'cancelled') return
  throw refused('work_order_closed', `The work order is in ${label}: nothing is ordered for it.`)
}

async function statusOf(ctx: Transacting, work_order_id: number) {
  const [status] = await ctx.db
    .select({
      slug: workOrderStatuses.slug,
      label: workOrderStatuses.label,
      kind: workOrderStatuses.kind,
    })
    .from(workOrders)
    .innerJoin(workOrderStatuses, eq(workOrderStatuses.slug, workOrders.status))
    .where(eq(workOrders.id, work_order_id))
  return found(status)
}

type Asked = Pick<z.output<typeof Draft>, 'product_id' | 'supplier_id' | 'unit_price'>

/** A product with the supplier that it is ordered from: who is asked for, else the preferred, else the cheapest. */
function articlesOf(ctx: Transacting, { product_id, supplier_id }: Asked) {
  const inUse = ctx.db
    .select({ id: suppliers.id })
    .from(suppliers)
    .where(eq(suppliers.is_active, true))
  const isAsked =
    supplier_id === undefined
      ? inArray(supplierProducts.supplier_id, inUse)
      : eq(supplierProducts.supplier_id, supplier_id)
  return ctx.db
    .select({
      kind: products.kind,
      purchase_price: products.purchase_price,
      supplier_id: supplierProducts.supplier_id,
      article_code: supplierProducts.article_code,
      unit_price: supplierProducts.unit_price,
    })
    .from(products)
    .leftJoin(supplierProducts, and(eq(supplierProducts.product_id, products.id), isAsked))
    .where(eq(products.id, product_id))
    .orderBy(
      sql`${supplierProducts.is_preferred} desc nulls last, ${supplierProducts.unit_price} nulls last`,
      supplierProducts.id,
    )
    .limit(1)
}

/** Where a product is ordered, how it is called there and what it costs; 422 when nobody knows. */
async function articleOf(ctx: Transacting, asked: Asked) {
  const [product] = await articlesOf(ctx, asked)
  if (!product) throw invalid({ product_id: ['The selected product id is invalid.'] })
  const refuse = (field: string, code: string, message: string) =>
    refused(code, message, { [field]: [message] })
  if (product.kind === 'service') {
    throw refuse('product_id', 'no_stock_kept', 'A service has no stock.')
  }
  const supplier_id = asked.supplier_id ?? product.supplier_id
  if (supplier_id === null) {
    throw refuse('supplier_id', 'no_supplier', 'No supplier of this product is known: name one.')
  }
  const unit_price = asked.unit_price ?? product.unit_price ?? product.purchase_price
  if (unit_price === null) {
    throw refuse('unit_price', 'no_price', 'No price of this product is known: name one.')
  }
  return { supplier_id, unit_price, article_code: product.article_code }
}

/**
 * The supplier's newest draft that holds special orders only, or a new one. It holds the supplier, so that two
 * at once do not make two drafts, and the draft, which is not placed meanwhile.
 */
async function draftFor(ctx: Transacting, supplier_id: number): Promise<number> {
  const [supplier] = await ctx.db
    .select({ id: suppliers.id })
    .from(suppliers)
    .where(eq(suppliers.id, supplier_id))
    .for('no key update')
  if (!supplier) throw invalid({ supplier_id: ['The selected supplier id is invalid.'] })
  const linesFor = (whom: typeof isNull | typeof isNotNull) =>
    ctx.db
      .select({ id: purchaseOrderLines.id })
      .from(purchaseOrderLines)
      .where(
        and(
          eq(purchaseOrderLines.purchase_order_id, purchaseOrders.id),
          whom(purchaseOrderLines.work_order_id),
        ),
      )
  const [draft] = await ctx.db
    .select({ id: purchaseOrders.id })
    .from(purchaseOrders)
    .where(
      and(
        eq(purchaseOrders.supplier_id, supplier_id),
        eq(purchaseOrders.status, 'draft'),
        exists(linesFor(isNotNull)),
        notExists(linesFor(isNull)),
      ),
    )
    .orderBy(desc(purchaseOrders.id))
    .limit(1)
    .for('update')
  if (draft) return draft.id
  const [added] = await insert(ctx, purchaseOrders, { supplier_id })
  return found(added).id
}

/** Lets a held work order wait for parts, where its status allows that; answers where it is, in words too. */
async function waitForParts(ctx: Transacting, id: number) {
  const mayWait = sql`exists (select from ${workOrderStatuses} present
    where present.slug = ${workOrders.status} and ${waitingForParts} = any (present.allowed_next))
    and exists (select from ${workOrderStatuses} waiting where waiting.slug = ${waitingForParts})`
  await updateWhere(ctx, workOrders, and(eq(workOrders.id, id), mayWait), entering(waitingForParts))
  const work_order_status = await statusOf(ctx, id)
  const message =
    work_order_status.slug === waitingForParts
      ? 'The work order waits for parts.'
      : `The work order stays in ${work_order_status.label}, from where it cannot go to ${waitingForParts}.`
  return { work_order_status, message }
}
