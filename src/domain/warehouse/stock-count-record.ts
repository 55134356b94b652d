import { asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { guard, rowsBy, subquery } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { Id, id, instant, Named, Stamps } from '../../schema.ts'
import { products } from '../catalog/tables.ts'
import { users } from '../identity/tables.ts'
import { bins, stockCountLines, stockCountStatuses, stockCounts } from './tables.ts'

const CountLine = z.object({
  id: id(),
  bin_id: id(),
  bin: z.string().meta({ examples: ['A-01-02'] }),
  product_id: id(),
  sku: z
    .string()
    .nullable()
    .meta({ examples: ['SCR-IP15-BLK'] }),
  name: z.string().meta({ examples: ['iPhone 15 Screen'] }),
  expected_qty: z
    .int()
    .nullable()
    .describe(
      'What stood there by the books when it was counted; until then, when the list was made. Null as long as the count is blind',
    )
    .meta({ examples: [12] }),
  counted_qty: z
    .int()
    .nullable()
    .meta({ examples: [11] }),
  difference: z
    .int()
    .nullable()
    .describe('What was counted less what was expected')
    .meta({ examples: [-1] }),
  serials: z
    .array(z.string())
    .nullable()
    .describe('Of a product that tracks serial numbers: those that were found'),
  counted_at: instant().nullable(),
  user: Named.nullable().describe('Who counted it'),
})

/** A count in a list. */
export const StockCount = z.object({
  id: id(),
  count_number: z.string().meta({ examples: ['SC-2026-0001'] }),
  status: z.enum(stockCountStatuses),
  blind: z.boolean().describe('Who counts is not shown what should be there'),
  category_id: id().nullable(),
  notes: z.string().nullable(),
  user: Named.nullable().describe('Who made the list'),
  lines_count: z.int().meta({ examples: [40] }),
  counted_count: z
    .int()
    .describe('Lines that were counted')
    .meta({ examples: [12] }),
  applied_at: instant().nullable(),
  cancelled_at: instant().nullable(),
  ...Stamps,
})

/** A count with its lines. */
export const StockCountDetail = StockCount.extend({
  lines: z.array(CountLine).describe('As people walk: by bin'),
})

/** What every verb that changes a count has in common. */
export const writing = {
  can: 'stock:write',
  module: 'inventory',
  params: Id,
  on: stockCounts,
} as const

const linesThat = (what: SQL) =>
  subquery<number>(
    sql`select count(${what})::int from ${stockCountLines}
      where ${stockCountLines.stock_count_id} = ${stockCounts.id}`,
  )

/** Counts as `StockCount` has them. */
export const countRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: stockCounts.id,
      count_number: stockCounts.count_number,
      status: stockCounts.status,
      blind: stockCounts.blind,
      category_id: stockCounts.category_id,
      notes: stockCounts.notes,
      user: { id: users.id, name: users.name },
      lines_count: linesThat(sql`*`),
      counted_count: linesThat(sql`${stockCountLines.counted_qty}`),
      applied_at: stockCounts.applied_at,
      cancelled_at: stockCounts.cancelled_at,
      created_at: stockCounts.created_at,
      updated_at: stockCounts.updated_at,
    })
    .from(stockCounts)
    .leftJoin(users, eq(users.id, stockCounts.user_id))

const lineRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: stockCountLines.id,
      bin_id: stockCountLines.bin_id,
      bin: bins.code,
      product_id: stockCountLines.product_id,
      sku: products.sku,
      name: products.name,
      expected_qty: stockCountLines.expected_qty,
      counted_qty: stockCountLines.counted_qty,
      serials: stockCountLines.serials,
      counted_at: stockCountLines.counted_at,
      user: { id: users.id, name: users.name },
    })
    .from(stockCountLines)
    .innerJoin(bins, eq(bins.id, stockCountLines.bin_id))
    .innerJoin(products, eq(products.id, stockCountLines.product_id))
    .leftJoin(users, eq(users.id, stockCountLines.user_id))
    .orderBy(asc(bins.code), asc(products.name), asc(stockCountLines.id))

/** One count with its lines, by id or by a subquery for it; its two statements start at once. */
export async function oneCount(ctx: Selecting, id: number | SQL<number>) {
  const [[row], lines] = await Promise.all([
    rowsBy(ctx, countRows, stockCounts.id, id),
    rowsBy(ctx, lineRows, stockCountLines.stock_count_id, id),
  ])
  const count = found(row)
  const hides = count.blind && count.status === 'open'
  return { ...count, lines: lines.map((line) => shown(line, hides)) }
}

function shown(line: Awaited<ReturnType<typeof lineRows>>[number], hides: boolean) {
  const { expected_qty, counted_qty } = line
  if (hides) return { ...line, expected_qty: null, difference: null }
  return { ...line, difference: counted_qty === null ? null : counted_qty - expected_qty }
}

/** Locks the count; 422 when it was applied or cancelled. */
export const mustBeOpen = (ctx: Writing, id: number) =>
  guard(
    ctx,
    sql`exists (select from ${stockCounts} where ${stockCounts.id} = ${id} and ${stockCounts.status} = 'open' for update)`,
    { code: 'not_open', message: 'The stock count is not open.' },
  )
