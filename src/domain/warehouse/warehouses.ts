import { and, eq, ne, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { orSetInactive } from '../../db/errors.ts'
import { page } from '../../db/pages.ts'
import {
  guard,
  insert,
  mustExist,
  newId,
  remove,
  removeWhere,
  rowsBy,
  same,
  update,
  updateWhere,
} from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { flag, Id, id, idText, Paging, pageOf, Stamps, searchText, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { branches } from '../staff/tables.ts'
import { holdsGoods } from './bins.ts'
import { bins, warehouses } from './tables.ts'

const Warehouse = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Magazijn'] }),
  branch_id: id().nullable(),
  is_default: z.boolean(),
  is_active: z.boolean(),
  ...Stamps,
})

const Draft = z.object({
  name: text().meta({ examples: ['Magazijn'] }),
  branch_id: id().nullable().optional().describe('The branch it belongs to; null: the whole shop'),
  is_default: z.boolean().optional().describe('Where goods come in when nobody says otherwise'),
  is_active: z.boolean().optional(),
})

const columns = {
  id: warehouses.id,
  name: warehouses.name,
  branch_id: warehouses.branch_id,
  is_default: warehouses.is_default,
  is_active: warehouses.is_active,
  created_at: warehouses.created_at,
  updated_at: warehouses.updated_at,
}

const rows = (ctx: Selecting) => ctx.db.select(columns).from(warehouses)

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [warehouse] = await rowsBy(ctx, rows, warehouses.id, id)
  return found(warehouse)
}

/** One change of the default at a time. */
async function lockWarehouses(ctx: Writing) {
  await ctx.db.execute(sql`select from ${warehouses} order by ${warehouses.id} for no key update`)
}

/** The flag moves; a unique index allows it once. */
const makeDefault = (ctx: Writing, id: number | SQL<number>) =>
  Promise.all([
    updateWhere(ctx, warehouses, and(eq(warehouses.is_default, true), ne(warehouses.id, id)), {
      is_default: false,
    }),
    updateWhere(ctx, warehouses, eq(warehouses.id, id), { is_default: true }),
  ])

const mustNotBeDefault = (ctx: Writing, id: number, field?: string) =>
  guard(
    ctx,
    sql`not exists (select from ${warehouses} where ${warehouses.id} = ${id} and ${warehouses.is_default})`,
    {
      code: 'default_warehouse',
      message: 'This is the default warehouse; make another one the default first.',
      ...(field && { field }),
    },
  )

export const listWarehouses = read(
  {
    summary: 'List warehouses',
    can: 'stock:read',
    module: 'warehouse',
    query: Paging.extend({
      q: searchText().optional().describe('Start of the name'),
      branch_id: idText().optional(),
      is_active: flag().optional(),
    }),
    output: pageOf(Warehouse),
  },
  async (ctx, { query }) => {
    const where = and(
      query.q ? sql`starts_with(app.fold(${warehouses.name}), app.fold(${query.q}))` : undefined,
      same(warehouses.branch_id, query.branch_id),
      same(warehouses.is_active, query.is_active),
    )
    const [, list] = await Promise.all([
      mustExist(ctx, branches, query.branch_id),
      page(ctx, warehouses, query, where, rows),
    ])
    return list
  },
)

export const createWarehouse = write(
  {
    summary: 'Create warehouse',
    description: 'It gets a bin `RECEIVING`, where its goods stand until they are put away.',
    can: 'stock:write',
    module: 'warehouse',
    body: Draft,
    output: Warehouse,
    status: 201,
  },
  async (ctx, { body: { is_default, ...draft } }) => {
    const added = newId(warehouses)
    const [, , , warehouse] = await Promise.all([
      is_default ? lockWarehouses(ctx) : undefined,
      insert(ctx, warehouses, draft),
      is_default ? makeDefault(ctx, added) : undefined,
      one(ctx, added),
    ])
    return warehouse
  },
)

export const getWarehouse = read(
  {
    summary: 'Get warehouse',
    can: 'stock:read',
    module: 'warehouse',
    params: Id,
    output: Warehouse,
    on: warehouses,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateWarehouse = write(
  {
    summary: 'Update warehouse',
    description:
      'A shop always has one default warehouse: another one takes the flag over. Goods keep a warehouse in use.',
    can: 'stock:write',
    module: 'warehouse',
    params: Id,
    body: Draft.partial(),
    output: Warehouse,
    on: warehouses,
  },
  async (ctx, { params: { id }, body: { is_default, ...changes } }) => {
    const [, , , , , warehouse] = await Promise.all([
      lockWarehouses(ctx),
      is_default === false ? mustNotBeDefault(ctx, id, 'is_default') : undefined,
      changes.is_active === false ? mustBeEmpty(ctx, id) : undefined,
      update(ctx, warehouses, id, changes),
      is_default ? makeDefault(ctx, id) : undefined,
      one(ctx, id),
    ])
    return warehouse
  },
)

/** Waits for goods that are on their way in, and keeps others out until the batch commits. */
async function mustBeEmpty(ctx: Writing, id: number) {
  await Promise.all([
    ctx.db.execute(sql`select from ${warehouses} where ${warehouses.id} = ${id} for update`),
    guard(
      ctx,
      sql`not exists (select from ${bins} where ${bins.warehouse_id} = ${id} and ${holdsGoods})`,
      {
        code: 'has_stock',
        message: 'Goods stand in this warehouse; move them to another one first.',
        field: 'is_active',
      },
    ),
  ])
}

export const deleteWarehouse = write(
  {
    summary: 'Delete warehouse',
    description:
      'Refused for the default, and once it has bins, stock or documents; its `RECEIVING` goes with it.',
    can: 'stock:write',
    module: 'warehouse',
    params: Id,
    on: warehouses,
  },
  async (ctx, { params: { id } }) => {
    await orSetInactive(
      Promise.all([
        lockWarehouses(ctx),
        mustNotBeDefault(ctx, id),
        removeWhere(ctx, bins, and(eq(bins.warehouse_id, id), eq(bins.kind, 'receiving'))),
        remove(ctx, warehouses, id),
      ]),
    )
  },
)
