import { and, eq, gt, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { matching, mustExist, same, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { id, idText, optionalText, Paging, pageOf, searchText } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { branches } from '../staff/tables.ts'
import { inBins, inWarehouses, Standing, standing } from './bin-stock.ts'
import { pieces, putAway, serials } from './moves.ts'
import { binStock, bins, warehouses } from './tables.ts'

interface Place {
  id: number
  code: string
  warehouse: string
}

/**
 * Per warehouse the first bin, as people walk, that is empty and nobody's fixed place. In an order, which
 * makes Postgres work it out once and not for each line.
 */
const emptyBins = (ctx: Selecting) =>
  ctx.db.$with('empty_bins').as(
    ctx.db
      .select({
        home_id: warehouses.id,
        first_id: subquery<number | null>(sql`
          select ${bins.id} from ${bins}
          where ${bins.warehouse_id} = ${warehouses.id} and ${bins.kind} = 'storage' and ${bins.is_active}
            and not exists (select from ${binStock} where ${binStock.bin_id} = ${bins.id} and ${binStock.quantity} <> 0)
            and not exists (select from ${products} where ${products.default_bin_id} = ${bins.id})
          order by ${bins.code} limit 1`).as('first_id'),
      })
      .from(warehouses)
      .orderBy(warehouses.id),
  )

/** `offset 0`: one suggestion per line, however the bin is then found. */
const suggested = sql`
  select jsonb_build_object('id', shelf.id, 'code', shelf.code, 'warehouse', home.name)
  from (select coalesce(app.shelf_for(${products.id}, ${bins.warehouse_id}), empty_bins.first_id) as bin_id offset 0) chosen
  join ${bins} shelf on shelf.id = chosen.bin_id join ${warehouses} home on home.id = shelf.warehouse_id`

const rows = (ctx: Selecting) => {
  const empty = emptyBins(ctx)
  return ctx.db
    .with(empty)
    .select({ ...standing, suggested_bin: subquery<Place | null>(suggested) })
    .from(binStock)
    .innerJoin(bins, eq(bins.id, binStock.bin_id))
    .innerJoin(warehouses, eq(warehouses.id, bins.warehouse_id))
    .innerJoin(products, eq(products.id, binStock.product_id))
    .leftJoin(empty, eq(empty.home_id, bins.warehouse_id))
}

export const listPutaway = read(
  {
    summary: 'What waits to be put away',
    description:
      'With a bin that suits: the fixed place of the product, else where most of it stands in that warehouse, ' +
      'else where its category stands, else the first empty bin.',
    can: 'stock:read',
    module: 'warehouse',
    query: Paging.extend({
      q: searchText().optional().describe('Name, SKU or barcode of the product'),
      product_id: idText().optional(),
      warehouse_id: idText().optional(),
      branch_id: idText().optional().describe('Of the warehouse'),
    }),
    output: pageOf(
      Standing.extend({
        suggested_bin: z
          .object({ id: id(), code: z.string(), warehouse: z.string() })
          .nullable()
          .meta({ examples: [{ id: 43, code: 'A-01-02', warehouse: 'Magazijn' }] }),
      }),
    ),
  },
  async (ctx, { query }) => {
    const where = and(
      gt(binStock.quantity, 0),
      inBins(ctx, and(eq(bins.kind, 'receiving'), inWarehouses(query))),
      same(binStock.product_id, query.product_id),
      matching(binStock.product_id, 'products', query.q),
    )
    const [, , , list] = await Promise.all([
      mustExist(ctx, products, query.product_id),
      mustExist(ctx, warehouses, query.warehouse_id),
      mustExist(ctx, branches, query.branch_id),
      page(ctx, binStock, query, where, rows),
    ])
    return list
  },
)

export const putGoodsAway = write(
  {
    summary: 'Put goods away',
    description:
      'Out of the bins where goods come in: that of the same warehouse first, then of the default one.',
    can: 'stock:write',
    module: 'warehouse',
    body: z.object({
      product_id: id().meta({ examples: [5] }),
      bin_id: id().describe('Where it goes'),
      quantity: pieces(),
      serials: serials().optional(),
      reason: optionalText(),
    }),
    output: z.object({
      product_id: id().meta({ examples: [5] }),
      bin_id: id(),
      bin: z.string().meta({ examples: ['A-01-02'] }),
      quantity: z
        .int()
        .describe('What stands in the bin now')
        .meta({ examples: [30] }),
      movement_id: id().describe('The last that left where goods come in'),
    }),
  },
  async (ctx, { body }) => {
    const [movement_id, [stands]] = await Promise.all([
      putAway(ctx, body),
      ctx.db
        .select({
          product_id: binStock.product_id,
          bin_id: binStock.bin_id,
          bin: bins.code,
          quantity: binStock.quantity,
        })
        .from(binStock)
        .innerJoin(bins, eq(bins.id, binStock.bin_id))
        .where(and(eq(binStock.product_id, body.product_id), eq(binStock.bin_id, body.bin_id))),
    ])
    return { ...found(stands), movement_id }
  },
)
