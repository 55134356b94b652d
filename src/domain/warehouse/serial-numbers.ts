import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { mustExist, rowsBy, same } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { flag, Id, id, idText, Named, Paging, pageOf, Stamps, text } from '../../schema.ts'
import { read } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { branches } from '../staff/tables.ts'
import { inBinsOf } from './bin-stock.ts'
import { Movement, rows as movements } from './movements.ts'
import { bins, serialNumbers, stockMovements, warehouses } from './tables.ts'

const SerialNumber = z.object({
  id: id(),
  serial: z.string().meta({ examples: ['356938035643809'] }),
  product_id: id(),
  product: Named.meta({ examples: [{ id: 42, name: 'iPhone 15' }] }),
  bin_id: id().nullable().describe('Where it is; null: not in stock'),
  bin: z
    .string()
    .nullable()
    .meta({ examples: ['A-01-02'] }),
  warehouse: z
    .string()
    .nullable()
    .meta({ examples: ['Magazijn'] }),
  ...Stamps,
})

const columns = {
  id: serialNumbers.id,
  serial: serialNumbers.serial,
  product_id: serialNumbers.product_id,
  product: { id: products.id, name: products.name },
  bin_id: serialNumbers.bin_id,
  bin: bins.code,
  warehouse: warehouses.name,
  created_at: serialNumbers.created_at,
  updated_at: serialNumbers.updated_at,
}

const rows = (ctx: Selecting) =>
  ctx.db
    .select(columns)
    .from(serialNumbers)
    .innerJoin(products, eq(products.id, serialNumbers.product_id))
    .leftJoin(bins, eq(bins.id, serialNumbers.bin_id))
    .leftJoin(warehouses, eq(warehouses.id, bins.warehouse_id))

export const listSerialNumbers = read(
  {
    summary: 'List serial numbers',
    can: 'stock:read',
    module: 'inventory',
    query: Paging.extend({
      serial: text(100).optional().describe('Exactly this one'),
      product_id: idText().optional(),
      bin_id: idText().optional(),
      branch_id: idText().optional().describe('Of the warehouse where it is'),
      in_stock: flag().optional().describe('`1`: only pieces that are here; `0`: only others'),
    }),
    output: pageOf(SerialNumber),
  },
  async (ctx, { query }) => {
    const { bin_id } = serialNumbers
    const where = and(
      same(serialNumbers.serial, query.serial),
      same(serialNumbers.product_id, query.product_id),
      same(bin_id, query.bin_id),
      inBinsOf(bin_id, query.branch_id),
      query.in_stock === undefined
        ? undefined
        : query.in_stock
          ? isNotNull(bin_id)
          : isNull(bin_id),
    )
    const [, , , list] = await Promise.all([
      mustExist(ctx, products, query.product_id),
      mustExist(ctx, bins, query.bin_id),
      mustExist(ctx, branches, query.branch_id),
      page(ctx, serialNumbers, query, where, rows),
    ])
    return list
  },
)

export const getSerialNumber = read(
  {
    summary: 'Get serial number',
    description:
      'With its last 100 movements, the newest first; all are in `GET /stock/movements?serial_id=`.',
    can: 'stock:read',
    module: 'inventory',
    params: Id,
    output: SerialNumber.extend({ movements: z.array(Movement) }),
    on: serialNumbers,
  },
  async (ctx, { params: { id } }) => {
    const [[piece], history] = await Promise.all([
      rowsBy(ctx, rows, serialNumbers.id, id),
      movements(ctx)
        .where(eq(stockMovements.serial_id, id))
        .orderBy(desc(stockMovements.id))
        .limit(100),
    ])
    return { ...found(piece), movements: history }
  },
)
