import { and, eq, inArray, ne, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { matching, mustExist, same } from '../../db/rows.ts'
import { ArrayPaging, id, idText, searchText } from '../../schema.ts'
import { read } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { ofBranch } from '../staff/of-branch.ts'
import { branches } from '../staff/tables.ts'
import { binStock, bins, warehouses } from './tables.ts'

/** So many pieces of a product in a bin. */
export const Standing = z.object({
  product_id: id().meta({ examples: [5] }),
  sku: z
    .string()
    .nullable()
    .meta({ examples: ['CAB-USB-C'] }),
  name: z.string().meta({ examples: ['USB-C cable'] }),
  quantity: z.int().meta({ examples: [30] }),
  bin_id: id(),
  bin: z.string().meta({ examples: ['A-01-02'] }),
  warehouse_id: id(),
  warehouse: z.string().meta({ examples: ['Magazijn'] }),
})

export const standing = {
  product_id: binStock.product_id,
  sku: products.sku,
  name: products.name,
  quantity: binStock.quantity,
  bin_id: binStock.bin_id,
  bin: bins.code,
  warehouse_id: bins.warehouse_id,
  warehouse: warehouses.name,
}

const rows = (ctx: Selecting) =>
  ctx.db
    .select(standing)
    .from(binStock)
    .innerJoin(bins, eq(bins.id, binStock.bin_id))
    .innerJoin(warehouses, eq(warehouses.id, bins.warehouse_id))
    .innerJoin(products, eq(products.id, binStock.product_id))

const order = [bins.warehouse_id, bins.code, binStock.product_id].map((column) => sql`${column}`)

/** Stock in bins of a kind or a warehouse; no condition when neither is given. */
export const inBins = (ctx: Selecting, which: SQL | undefined) =>
  which && inArray(binStock.bin_id, ctx.db.select({ id: bins.id }).from(bins).where(which))

/** Bins of a warehouse, or of those of a branch; no condition when neither is given. */
export const inWarehouses = ({
  warehouse_id,
  branch_id,
}: {
  warehouse_id?: number | undefined
  branch_id?: number | undefined
}) => and(same(bins.warehouse_id, warehouse_id), ofBranch(bins.warehouse_id, warehouses, branch_id))

/** Records of bins in the warehouses of a branch; no condition when the filter was not given. */
export const inBinsOf = (bin_id: PgColumn, branch_id: number | undefined) =>
  branch_id === undefined
    ? undefined
    : sql`${bin_id} in (select ${bins.id} from ${bins} where ${inWarehouses({ branch_id })})`

export const listBinStock = read(
  {
    summary: 'Stock in all bins',
    description:
      'As people walk: warehouse by warehouse, by the code of the bin. A negative quantity was sold before it ' +
      'was there.',
    can: 'stock:read',
    module: 'warehouse',
    query: ArrayPaging.extend({
      q: searchText().optional().describe('Name, SKU or barcode of the product'),
      product_id: idText().optional(),
      bin_id: idText().optional(),
      warehouse_id: idText().optional(),
      branch_id: idText().optional().describe('Of the warehouse'),
    }),
    output: z.array(Standing),
  },
  async (ctx, { query }) => {
    const where = and(
      ne(binStock.quantity, 0),
      matching(binStock.product_id, 'products', query.q),
      same(binStock.product_id, query.product_id),
      same(binStock.bin_id, query.bin_id),
      inBins(ctx, inWarehouses(query)),
    )
    const [, , , , list] = await Promise.all([
      mustExist(ctx, products, query.product_id),
      mustExist(ctx, bins, query.bin_id),
      mustExist(ctx, warehouses, query.warehouse_id),
      mustExist(ctx, branches, query.branch_id),
      arrayPage(ctx, binStock, query, where, order, rows),
    ])
    return list
  },
)

export const listStockOfBin = read(
  {
    summary: 'Stock in a bin location',
    can: 'stock:read',
    module: 'warehouse',
    params: z.object({ bin_id: idText() }),
    query: ArrayPaging,
    output: z.array(Standing),
  },
  async (ctx, { params: { bin_id }, query }) => {
    const where = and(ne(binStock.quantity, 0), eq(binStock.bin_id, bin_id))
    const [, list] = await Promise.all([
      mustExist(ctx, bins, bin_id),
      arrayPage(ctx, binStock, query, where, order, rows),
    ])
    return list
  },
)
