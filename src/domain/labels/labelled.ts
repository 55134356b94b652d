import { eq, inArray, sql } from 'drizzle-orm'
import type { Reading } from '../../context.ts'
import { formatDate } from '../../lib/dates.ts'
import { priced, rows } from '../catalog/product-record.ts'
import { products } from '../catalog/tables.ts'
import { tenants } from '../identity/tables.ts'
import { type Locale, printedMoney } from '../sales/documents/texts.ts'
import { bins, warehouses } from '../warehouse/bins-table.ts'
import { workOrders } from '../workshop/tables.ts'
import type { Label } from './draw-labels.ts'

/** Records that labels are made for, by id, as a label of the shop's language. */
type Labelled = Map<number, (locale: Locale) => Label>

async function productsOf(ctx: Reading, ids: number[]): Promise<Labelled> {
  const list = await rows(ctx).where(inArray(products.id, ids))
  return new Map(
    list.map((product) => {
      const { id, name, sku, barcode } = product
      const { price_incl } = priced(product)
      const code = barcode || sku || String(id)
      const details = sku && sku !== code ? [sku] : []
      return [
        id,
        (locale) => ({ title: name, details, price: printedMoney(price_incl, locale), code }),
      ]
    }),
  )
}

async function binsOf(ctx: Reading, ids: number[]): Promise<Labelled> {
  const list = await ctx.db
    .select({ id: bins.id, code: bins.code, warehouse: warehouses.name })
    .from(bins)
    .innerJoin(warehouses, eq(warehouses.id, bins.warehouse_id))
    .where(inArray(bins.id, ids))
  return new Map(
    list.map(({ id, code, warehouse }) => [
      id,
      () => ({ title: code, details: [warehouse], price: null, code }),
    ]),
  )
}

/** Everybody in the shop sees it: the device and the day it came in, nothing of the customer. */
async function workOrdersOf(ctx: Reading, ids: number[]): Promise<Labelled> {
  const list = await ctx.db
    .select({
      id: workOrders.id,
      ticket_no: workOrders.ticket_no,
      brand: workOrders.device_brand,
      model: workOrders.device_model,
      day: sql<string>`(${workOrders.created_at} at time zone ${tenants.timezone})::date::text`,
    })
    .from(workOrders)
    .innerJoin(tenants, eq(tenants.id, workOrders.tenant_id))
    .where(inArray(workOrders.id, ids))
  return new Map(
    list.map(({ id, ticket_no, brand, model, day }) => {
      const device = [brand, model].filter(Boolean).join(' ')
      return [
        id,
        (locale) => ({
          title: ticket_no,
          details: [...(device ? [device] : []), formatDate(day, locale)],
          price: null,
          code: ticket_no,
        }),
      ]
    }),
  )
}

/** What labels can be made for; one statement each. */
export const labelled = { product: productsOf, bin: binsOf, work_order: workOrdersOf }
