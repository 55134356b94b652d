import { and, eq } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { mustExist, onDays, same } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, Id, id, idText, money, Named, Paging, pageOf, price, Stamps } from '../../schema.ts'
import { read } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { users } from '../identity/tables.ts'
import { branches } from '../staff/tables.ts'
import { inBinsOf } from './bin-stock.ts'
import { bins, movementKinds, movementSources, serialNumbers, stockMovements } from './tables.ts'

export const Movement = z.object({
  id: id(),
  product_id: id(),
  kind: z.enum(movementKinds).meta({ examples: ['adjust'] }),
  quantity: z
    .int()
    .describe('What came in, or, negative, went out')
    .meta({ examples: [-1] }),
  bin_id: id(),
  bin: z.string().meta({ examples: ['A-01-02'] }),
  serial: z.string().nullable().describe('Of a product that tracks serial numbers'),
  reason: z
    .string()
    .nullable()
    .meta({ examples: ['Damaged'] }),
  source: z.enum(movementSources).nullable().describe('The document it comes from'),
  source_id: id().nullable(),
  pair_id: id().nullable().describe('Of a move between bins: the movement that left the other bin'),
  unit_cost: price().nullable(),
  value: money().describe('What the stock became worth more, or, negative, less; at cost'),
  user: Named.nullable(),
  ...Stamps,
})

const columns = {
  id: stockMovements.id,
  product_id: stockMovements.product_id,
  kind: stockMovements.kind,
  quantity: stockMovements.quantity,
  bin_id: stockMovements.bin_id,
  bin: bins.code,
  serial: serialNumbers.serial,
  reason: stockMovements.reason,
  source: stockMovements.source,
  source_id: stockMovements.source_id,
  pair_id: stockMovements.pair_id,
  unit_cost: stockMovements.unit_cost,
  value: stockMovements.value_cents,
  user: { id: users.id, name: users.name },
  created_at: stockMovements.created_at,
  updated_at: stockMovements.updated_at,
}

/** Movements; a select for lists. */
export const rows = (ctx: Selecting) =>
  ctx.db
    .select(columns)
    .from(stockMovements)
    .innerJoin(bins, eq(bins.id, stockMovements.bin_id))
    .leftJoin(serialNumbers, eq(serialNumbers.id, stockMovements.serial_id))
    .leftJoin(users, eq(users.id, stockMovements.user_id))

export const listMovements = read(
  {
    summary: 'List stock movements',
    can: 'stock:read',
    module: 'inventory',
    query: Paging.extend({
      product_id: idText().optional(),
      bin_id: idText().optional(),
      branch_id: idText().optional().describe('Of the warehouse of the bin'),
      serial_id: idText().optional().describe('The history of one piece'),
      kind: z.enum(movementKinds).optional(),
      source: z.enum(movementSources).optional(),
      source_id: idText().optional(),
      from: day().optional(),
      to: day().optional(),
    }),
    output: pageOf(Movement),
  },
  async (ctx, { query }) => {
    const where = and(
      same(stockMovements.product_id, query.product_id),
      same(stockMovements.bin_id, query.bin_id),
      inBinsOf(stockMovements.bin_id, query.branch_id),
      same(stockMovements.serial_id, query.serial_id),
      same(stockMovements.kind, query.kind),
      same(stockMovements.source, query.source),
      same(stockMovements.source_id, query.source_id),
      onDays(stockMovements.created_at, query),
    )
    const [, , , , list] = await Promise.all([
      mustExist(ctx, products, query.product_id),
      mustExist(ctx, bins, query.bin_id),
      mustExist(ctx, serialNumbers, query.serial_id),
      mustExist(ctx, branches, query.branch_id),
      page(ctx, stockMovements, query, where, rows),
    ])
    return list
  },
)

export const getMovement = read(
  {
    summary: 'Get stock movement',
    can: 'stock:read',
    module: 'inventory',
    params: Id,
    output: Movement,
    on: stockMovements,
  },
  async (ctx, { params }) => {
    const [movement] = await rows(ctx).where(eq(stockMovements.id, params.id))
    return found(movement)
  },
)
