import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { page } from '../../db/pages.ts'
import { insert, mustExist, newId, onDays, remove, same, update } from '../../db/rows.ts'
import { day, Id, id, idText, optionalText, Paging, pageOf, searchText } from '../../schema.ts'
import { read, write, writeAfterLook } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { ofBranch } from '../staff/of-branch.ts'
import { branches } from '../staff/tables.ts'
import { warehouses } from '../warehouse/bins-table.ts'
import { workOrders } from '../workshop/tables.ts'
import {
  arePriced,
  insertLines,
  LinesInput,
  mustBeGoods,
  priced,
  pricesAt,
  renameLines,
  replaceLines,
  supplierOf,
} from './purchase-order-lines.ts'
import {
  mustBe,
  onePurchaseOrder,
  PurchaseOrder,
  PurchaseOrderDetail,
  purchaseOrderRows,
} from './purchase-order-record.ts'
import { purchaseOrderLines, purchaseOrderStatuses, purchaseOrders, suppliers } from './tables.ts'

const module = 'inventory'

const Draft = z.object({
  supplier_id: id(),
  warehouse_id: id().nullable().optional().describe('The default warehouse when null'),
  expected_at: day()
    .nullable()
    .optional()
    .describe('By the lead times of the supplier and its articles when it is ordered without one'),
  reference: optionalText(100).meta({ examples: ['SO-18833'] }),
  notes: optionalText(5000).describe('For the supplier: they stand on the order'),
  lines: LinesInput,
})

/** What of an order can change once it was ordered. */
const lasting: readonly string[] = ['expected_at', 'reference', 'notes']

/** An order that names no warehouse goes to the default one. */
const goingTo = (branch_id: number | undefined) =>
  branch_id === undefined
    ? undefined
    : or(
        ofBranch(purchaseOrders.warehouse_id, warehouses, branch_id),
        and(
          isNull(purchaseOrders.warehouse_id),
          sql`exists (select from ${warehouses} where ${warehouses.is_default} and ${warehouses.branch_id} = ${branch_id})`,
        ),
      )

export const listPurchaseOrders = read(
  {
    summary: 'List purchase orders',
    can: 'purchase_orders:read',
    module,
    query: Paging.extend({
      q: searchText().optional().describe('The whole number or reference'),
      status: z.enum(purchaseOrderStatuses).optional(),
      supplier_id: idText().optional(),
      product_id: idText().optional(),
      warehouse_id: idText().optional(),
      branch_id: idText().optional().describe('Of the warehouse that it goes to'),
      work_order_id: idText().optional(),
      from: day().optional(),
      to: day().optional(),
    }),
    output: pageOf(PurchaseOrder),
  },
  async (ctx, { query }) => {
    const where = and(
      called(query.q),
      same(purchaseOrders.status, query.status),
      same(purchaseOrders.supplier_id, query.supplier_id),
      same(purchaseOrders.warehouse_id, query.warehouse_id),
      goingTo(query.branch_id),
      withLine(purchaseOrderLines.product_id, query.product_id),
      withLine(purchaseOrderLines.work_order_id, query.work_order_id),
      onDays(purchaseOrders.created_at, query),
    )
    const [, , , , , list] = await Promise.all([
      mustExist(ctx, suppliers, query.supplier_id),
      mustExist(ctx, products, query.product_id),
      mustExist(ctx, warehouses, query.warehouse_id),
      mustExist(ctx, workOrders, query.work_order_id),
      mustExist(ctx, branches, query.branch_id),
      page(ctx, purchaseOrders, query, where, purchaseOrderRows),
    ])
    return list
  },
)

const called = (name: string | undefined): SQL | undefined =>
  name
    ? or(
        eq(purchaseOrders.po_number, name.toUpperCase()),
        sql`lower(${purchaseOrders.reference}) = lower(${name})`,
      )
    : undefined

const withLine = (column: PgColumn, id: number | undefined): SQL | undefined =>
  id === undefined
    ? undefined
    : sql`${purchaseOrders.id} in (
        select ${purchaseOrderLines.purchase_order_id} from ${purchaseOrderLines} where ${column} = ${id})`

export const createPurchaseOrder = writeAfterLook(
  {
    summary: 'Create purchase order',
    description: 'A draft, until it is ordered or sent.',
    can: 'purchase_orders:write',
    module,
    body: Draft,
    output: PurchaseOrderDetail,
    status: 201,
  },
  {
    needless: ({ body }) => arePriced(body.lines),
    see: (ctx, { body }) => pricesAt(ctx, body.supplier_id, body.lines),
  },
  async (ctx, { body: { lines, ...draft } }, prices) => {
    const done = priced(lines, prices)
    const [, , , order] = await Promise.all([
      mustBeGoods(ctx, lines),
      insert(ctx, purchaseOrders, draft),
      insertLines(ctx, newId(purchaseOrders), draft.supplier_id, done),
      onePurchaseOrder(ctx, newId(purchaseOrders)),
    ])
    return order
  },
)

export const getPurchaseOrder = read(
  {
    summary: 'Get purchase order',
    can: 'purchase_orders:read',
    module,
    params: Id,
    output: PurchaseOrderDetail,
    on: purchaseOrders,
  },
  (ctx, { params }) => onePurchaseOrder(ctx, params.id),
)

export const updatePurchaseOrder = writeAfterLook(
  {
    summary: 'Update purchase order',
    description:
      'A draft whole: `lines`, when given, replace all lines. Once ordered only `expected_at`, `reference` ' +
      'and `notes` change.',
    can: 'purchase_orders:write',
    module,
    params: Id,
    body: Draft.partial(),
    output: PurchaseOrderDetail,
    on: purchaseOrders,
  },
  {
    needless: ({ body }) => arePriced(body.lines ?? []),
    see: (ctx, { params, body }) =>
      pricesAt(ctx, body.supplier_id ?? supplierOf(params.id), body.lines ?? []),
  },
  async (ctx, { params: { id }, body }, prices) => {
    const { lines, ...fields } = body
    const { supplier_id } = fields
    const done = lines && priced(lines, prices)
    const other = Object.keys(body).find((field) => !lasting.includes(field))
    const [, , , , , order] = await Promise.all([
      other &&
        mustBe(ctx, id, ['draft'], {
          code: 'not_draft',
          message: 'Once ordered, only the expected day, the reference and the notes can change.',
          field: other,
        }),
      mustBeGoods(ctx, lines ?? []),
      supplier_id && !lines && renameLines(ctx, id, supplier_id),
      update(ctx, purchaseOrders, id, fields),
      done && replaceLines(ctx, id, supplier_id ?? supplierOf(id), done),
      onePurchaseOrder(ctx, id),
    ])
    return order
  },
)

export const deletePurchaseOrder = write(
  {
    summary: 'Delete purchase order',
    description: 'A draft only; cancel what was ordered.',
    can: 'purchase_orders:write',
    module,
    params: Id,
    on: purchaseOrders,
  },
  async (ctx, { params: { id } }) => {
    await Promise.all([
      mustBe(ctx, id, ['draft'], {
        code: 'not_draft',
        message: 'Only a draft purchase order can be deleted.',
      }),
      remove(ctx, purchaseOrders, id),
    ])
  },
)
