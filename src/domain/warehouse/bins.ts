import { and, eq, not, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { orSetInactive } from '../../db/errors.ts'
import { pageInOrder } from '../../db/pages.ts'
import { guard, insert, mustExist, newId, remove, rowsBy, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  flag,
  Id,
  id,
  idText,
  optionalText,
  Paging,
  pageOf,
  Stamps,
  searchText,
  text,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { branches } from '../staff/tables.ts'
import { inWarehouses } from './bin-stock.ts'
import { binKinds } from './bins-table.ts'
import { binStock, bins, warehouses } from './tables.ts'

const Bin = z.object({
  id: id(),
  warehouse_id: id(),
  warehouse: z.string().meta({ examples: ['Magazijn'] }),
  code: z.string().meta({ examples: ['A-01-02'] }),
  kind: z.enum(binKinds).describe('In `receiving` goods wait until they are put away'),
  description: z.string().nullable(),
  is_active: z.boolean(),
  ...Stamps,
})

export const binCode = () =>
  text(50)
    .describe('Sorts as people walk; unique in the warehouse')
    .meta({ examples: ['A-01-02'] })

const Draft = z.object({
  warehouse_id: id(),
  code: binCode(),
  description: optionalText(),
  is_active: z.boolean().optional(),
})

const columns = {
  id: bins.id,
  warehouse_id: bins.warehouse_id,
  warehouse: warehouses.name,
  code: bins.code,
  kind: bins.kind,
  description: bins.description,
  is_active: bins.is_active,
  created_at: bins.created_at,
  updated_at: bins.updated_at,
}

const rows = (ctx: Selecting) =>
  ctx.db.select(columns).from(bins).innerJoin(warehouses, eq(warehouses.id, bins.warehouse_id))

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [bin] = await rowsBy(ctx, rows, bins.id, id)
  return found(bin)
}

/** Of a bin: something stands there, or is short there. */
export const holdsGoods = sql`exists (
  select from ${binStock} where ${binStock.bin_id} = ${bins.id} and ${binStock.quantity} <> 0)`

const holds = (product_id: number | undefined) =>
  product_id === undefined
    ? undefined
    : sql`${bins.id} in (select ${binStock.bin_id} from ${binStock}
        where ${binStock.product_id} = ${product_id} and ${binStock.quantity} <> 0)`

export const listBins = read(
  {
    summary: 'List bins',
    description: 'Warehouse by warehouse, by code.',
    can: 'stock:read',
    module: 'warehouse',
    query: Paging.extend({
      q: searchText().optional().describe('Start of the code'),
      code: text(50).optional().describe('Exactly this one'),
      warehouse_id: idText().optional(),
      branch_id: idText().optional().describe('Of the warehouse'),
      kind: z.enum(binKinds).optional(),
      is_active: flag().optional(),
      empty: flag().optional().describe('`1`: nothing stands there; `0`: something does'),
      product_id: idText().optional().describe('Where this product stands'),
    }),
    output: pageOf(Bin),
  },
  async (ctx, { query }) => {
    const where = and(
      query.q ? sql`starts_with(lower(${bins.code}), lower(${query.q}))` : undefined,
      same(bins.code, query.code),
      inWarehouses(query),
      same(bins.kind, query.kind),
      same(bins.is_active, query.is_active),
      query.empty === undefined ? undefined : query.empty ? not(holdsGoods) : holdsGoods,
      holds(query.product_id),
    )
    const order = [bins.warehouse_id, bins.code].map((column) => sql`${column}`)
    const [, , , list] = await Promise.all([
      mustExist(ctx, branches, query.branch_id),
      mustExist(ctx, warehouses, query.warehouse_id),
      mustExist(ctx, products, query.product_id),
      pageInOrder(ctx, bins, query, where, order, rows),
    ])
    return list
  },
)

export const createBin = write(
  {
    summary: 'Create bin',
    can: 'stock:write',
    module: 'warehouse',
    body: Draft,
    output: Bin,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, bin] = await Promise.all([insert(ctx, bins, body), one(ctx, newId(bins))])
    return bin
  },
)

export const getBin = read(
  {
    summary: 'Get bin',
    can: 'stock:read',
    module: 'warehouse',
    params: Id,
    output: Bin,
    on: bins,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateBin = write(
  {
    summary: 'Update bin',
    description:
      'A bin in which goods stand stays in use and in its warehouse; of `RECEIVING` only the description changes.',
    can: 'stock:write',
    module: 'warehouse',
    params: Id,
    body: Draft.partial(),
    output: Bin,
    on: bins,
  },
  async (ctx, { params: { id }, body }) => {
    const [, , , bin] = await Promise.all([
      lockBin(ctx, id),
      mustAllow(ctx, id, body),
      update(ctx, bins, id, body),
      one(ctx, id),
    ])
    return bin
  },
)

/** Waits for goods that are on their way in, and keeps others out until the batch commits. */
async function lockBin(ctx: Writing, id: number) {
  await ctx.db.execute(sql`select from ${bins} where ${bins.id} = ${id} for no key update`)
}

const fixed = ['code', 'warehouse_id', 'is_active'] as const

const mustAllow = (
  ctx: Writing,
  id: number,
  changes: Partial<Record<(typeof fixed)[number], unknown>>,
) =>
  Promise.all(
    fixed
      .filter((field) => changes[field] !== undefined)
      .flatMap((field) => {
        const unless = (condition: SQL) =>
          sql`(select ${bins[field]} = ${changes[field]} or not ${condition} from ${bins} where ${bins.id} = ${id})`
        return [
          guard(ctx, unless(sql`${bins.kind} = 'receiving'`), { ...receivingStays, field }),
          field === 'code'
            ? undefined
            : guard(ctx, unless(holdsGoods), {
                code: 'has_stock',
                message: 'Goods stand in this bin; move them to another one first.',
                field,
              }),
        ]
      }),
  )

const receivingStays = {
  code: 'receiving_bin',
  message: 'Goods come in here: this bin stays as long as its warehouse.',
}

export const deleteBin = write(
  {
    summary: 'Delete bin',
    description: 'Refused once goods stood in it; deactivate it instead.',
    can: 'stock:write',
    module: 'warehouse',
    params: Id,
    on: bins,
  },
  async (ctx, { params: { id } }) => {
    await orSetInactive(
      Promise.all([
        guard(
          ctx,
          sql`(select ${bins.kind} <> 'receiving' from ${bins} where ${bins.id} = ${id})`,
          receivingStays,
        ),
        remove(ctx, bins, id),
      ]),
    )
  },
)
