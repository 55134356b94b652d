import { asc, eq, sql } from 'drizzle-orm'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { tenants } from '../identity/tables.ts'
import { sellerOf } from '../sales/buyers.ts'
import { localeOf, printedBuyer, printedSeller } from '../sales/invoice-document.ts'
import { branches } from '../staff/tables.ts'
import { warehouses } from '../warehouse/bins-table.ts'
import type { PurchaseOrderDocument } from './purchase-order-pdf.ts'
import { purchaseOrderLines, purchaseOrders, suppliers } from './tables.ts'

/** Everything that the paper and the mail of a purchase order tell; two statements of one batch. */
export async function purchaseOrderToPrint(ctx: Reading, id: number) {
  const [[row], lines] = await Promise.all([
    ctx.db
      .select({
        order: purchaseOrders,
        /** The day it was ordered; today as long as it was not. */
        order_date: sql<string>`
          (coalesce(${purchaseOrders.ordered_at}, app.now()) at time zone ${tenants.timezone})::date::text`,
        supplier: suppliers,
        shop: tenants,
        warehouse: { name: warehouses.name },
        branch: { name: branches.name, address: branches.address },
      })
      .from(purchaseOrders)
      .innerJoin(suppliers, eq(suppliers.id, purchaseOrders.supplier_id))
      .innerJoin(tenants, eq(tenants.id, purchaseOrders.tenant_id))
      .leftJoin(
        warehouses,
        sql`case when ${purchaseOrders.warehouse_id} is null then ${warehouses.is_default}
          else ${warehouses.id} = ${purchaseOrders.warehouse_id} end`,
      )
      .leftJoin(branches, eq(branches.id, warehouses.branch_id))
      .where(eq(purchaseOrders.id, id)),
    ctx.db
      .select({
        article_code: purchaseOrderLines.article_code,
        name: products.name,
        quantity: purchaseOrderLines.quantity,
        unit_price: purchaseOrderLines.unit_price,
        total_cents: purchaseOrderLines.total_cents,
      })
      .from(purchaseOrderLines)
      .innerJoin(products, eq(products.id, purchaseOrderLines.product_id))
      .where(eq(purchaseOrderLines.purchase_order_id, id))
      .orderBy(asc(purchaseOrderLines.id)),
  ])
  const printed = found(row)
  return { ...printed, lines, locale: localeOf(printed.shop) }
}

export type PurchaseOrderToPrint = Awaited<ReturnType<typeof purchaseOrderToPrint>>

export const filenameOf = ({ order }: PurchaseOrderToPrint) => `${order.po_number}.pdf`

/** The PDF; the renderer and its fonts are loaded when they are first needed. */
export async function pdfOf(printed: PurchaseOrderToPrint): Promise<Uint8Array> {
  const [{ renderPurchaseOrder }, { fonts }] = await Promise.all([
    import('./purchase-order-pdf.ts'),
    import('../sales/documents/fonts.ts'),
  ])
  return renderPurchaseOrder(documentOf(printed), fonts)
}

export const getPurchaseOrderPdf = read(
  {
    summary: 'Get purchase order as PDF',
    description: 'A draft is marked as such, and so is a cancelled one.',
    can: 'purchase_orders:read',
    module: 'inventory',
    params: Id,
    file: 'application/pdf',
    on: purchaseOrders,
  },
  async (ctx, { params }) => {
    const printed = await purchaseOrderToPrint(ctx, params.id)
    return {
      content: await pdfOf(printed),
      content_type: 'application/pdf',
      filename: filenameOf(printed),
      inline: true,
    }
  },
)

function documentOf(printed: PurchaseOrderToPrint): PurchaseOrderDocument {
  const { order, order_date, supplier, shop, lines, locale } = printed
  const buyer = printedSeller(sellerOf(shop), shop)
  return {
    kind: kindOf(order.status),
    locale,
    number: order.po_number,
    order_date,
    expected_at: order.expected_at,
    buyer,
    supplier: {
      ...printedBuyer({ ...supplier, company: null }, shop.country, locale),
      // It knows its own.
      vat_id: null,
    },
    customer_number: supplier.customer_number,
    reference: order.reference,
    delivery: deliveryOf(printed, buyer.address),
    lines,
    total_cents: order.total_cents,
    notes: order.notes,
  }
}

const kindOf = (status: string) =>
  status === 'draft' || status === 'cancelled' ? status : ('order' as const)

/** The branch of the warehouse where it has an address, else the shop; and the warehouse by name. */
function deliveryOf({ shop, warehouse, branch }: PurchaseOrderToPrint, address: string[]) {
  const place = branch?.address ? [branch.name, branch.address] : [shop.name, ...address]
  return [...place, ...(warehouse ? [warehouse.name] : [])]
}
