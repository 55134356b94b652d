import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { text } from '../../schema.ts'
import type { movementKinds, movementSources } from './tables.ts'

/** The serial numbers of pieces, in any order, each once. */
export const serials = () =>
  z
    .array(text(100))
    .max(1000)
    .describe('Of a product that tracks serial numbers: one for each piece')
    .meta({ examples: [['356938035643809']] })

/** How many pieces move. */
export const pieces = () =>
  z
    .int()
    .min(1)
    .max(9_999_999)
    .meta({ examples: [5] })

type Kind = (typeof movementKinds)[number]

interface Pieces {
  product_id: number | SQL<number>
  /** How many, above 0. */
  quantity: number
  kind: Kind
  serials?: readonly string[] | undefined
  reason?: string | null | undefined
}

/** The document that a movement comes from. */
interface Sourced {
  source?: (typeof movementSources)[number]
  source_id?: number | SQL<number>
}

interface Put extends Pieces, Sourced {
  /** Where goods come in when absent. */
  bin_id?: number | SQL<number> | undefined
  /** Per piece; what the stock costs on average, else the purchase price, when absent. */
  unit_cost?: string | undefined
}

interface Take extends Pieces, Sourced {
  /** Out of this bin and no other. */
  bin_id?: number | undefined
  /** Out of this bin first. */
  prefer_bin_id?: number | null | undefined
}

/** `null::text[]` for none: an empty list is a mistake for a product that tracks serial numbers. */
export const listOf = (serials: readonly string[] | undefined) =>
  serials ? sql`${sql.param([...serials])}::text[]` : sql`null::text[]`

/** Goods that come in; answers the last movement. Who puts several products holds them first (`holdProducts`). */
export const putStock = (ctx: Writing, put: Put): Promise<number> =>
  moved(
    ctx,
    sql`select app.put_stock(${put.product_id}, ${put.quantity}, ${put.kind}, ${put.bin_id ?? null}, ${put.unit_cost ?? null},
      ${put.reason ?? null}, ${put.source ?? null}, ${put.source_id ?? null}, ${listOf(put.serials)}) as id`,
  )

/**
 * Goods that leave; answers the last movement. 422 `insufficient_stock` when they are not there, `reserved`
 * when pick lists hold them.
 */
export const takeStock = (ctx: Writing, take: Take): Promise<number> =>
  moved(
    ctx,
    sql`select app.take_stock(${take.product_id}, ${take.quantity}, ${take.kind}, ${take.bin_id ?? null}, ${take.prefer_bin_id ?? null},
      null, ${take.reason ?? null}, ${take.source ?? null}, ${take.source_id ?? null}, ${listOf(take.serials)}) as id`,
  )

/**
 * Goods that an invoice sold and that come back by themselves, to the bins that they left; answers the last
 * movement. 422 `exceeds_sold` for more than are still out, `not_sold` for a number that is not of them.
 */
export const returnSold = (
  ctx: Writing,
  back: Omit<Pieces, 'kind'> & { invoice_id: number; bin_id?: number | undefined },
): Promise<number> =>
  moved(
    ctx,
    sql`select app.return_sold(${back.invoice_id}, ${back.product_id}, ${back.quantity}, ${back.bin_id ?? null},
      ${back.reason ?? null}, 'invoice', ${back.invoice_id}, ${listOf(back.serials)}) as id`,
  )

/** Goods that go from one bin to another; answers the last movement. The stock stays what it is. */
export const moveStock = (
  ctx: Writing,
  move: Pieces & { from_bin_id: number; to_bin_id: number },
): Promise<number> =>
  moved(
    ctx,
    sql`select app.move_stock(${move.product_id}, ${move.quantity}, ${move.kind}, ${move.from_bin_id}, ${move.to_bin_id},
      ${move.reason ?? null}, ${listOf(move.serials)}) as id`,
  )

/**
 * Goods that came in go to their shelf, from wherever goods come in; answers the last movement. 422
 * `insufficient_stock` when not so many wait there.
 */
export const putAway = (
  ctx: Writing,
  put: Omit<Pieces, 'kind'> & { bin_id: number },
): Promise<number> =>
  moved(
    ctx,
    sql`select app.put_away(${put.product_id}, ${put.quantity}, ${put.bin_id}, ${put.reason ?? null}, ${listOf(put.serials)}) as id`,
  )

/** One of many: what comes in, or, negative, goes out. */
interface Change {
  product_id: number
  quantity: number
  /** As people walk, and where goods come in, when absent. */
  bin_id?: number | undefined
  unit_cost?: string | undefined
  reason?: string | undefined
}

/**
 * `putStock` and `takeStock` for many products without serial numbers; the caller holds them. What comes in is
 * one statement: the history of a thousand movements then costs as much as that of a few.
 */
export async function changeStocks(ctx: Writing, kind: Kind, changes: readonly Change[]) {
  const coming = changes.filter(({ quantity }) => quantity > 0)
  const leaving = changes.filter(({ quantity }) => quantity < 0)
  if (coming.length > 0) {
    await ctx.db.execute(sql`
      insert into stock_movements (product_id, bin_id, kind, quantity, unit_cost, reason)
      select product_id, coalesce(bin_id, (select app.receiving_bin())), ${kind}, quantity, unit_cost, reason
      from ${recordset(coming)} order by product_id`)
  }
  if (leaving.length > 0) {
    await ctx.db.execute(sql`
      select app.take_stock(product_id, -quantity, ${kind}, bin_id, p_reason => reason)
      from (select * from ${recordset(leaving)} order by product_id) sorted`)
  }
}

const recordset = (changes: readonly Change[]) => sql`
  jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
    as given (product_id bigint, quantity int, bin_id bigint, unit_cost numeric, reason text)`

async function moved(ctx: Writing, statement: SQL): Promise<number> {
  const { rows } = await ctx.db.execute<{ id: string }>(statement)
  return Number(rows[0]?.id)
}

/**
 * Holds products until the transaction ends, in the order of their ids. Who moves several, or touches lines
 * of pick lists, starts with it, so that nobody waits in a circle.
 */
export async function holdProducts(ctx: Writing, product_ids: readonly number[]) {
  await ctx.db.execute(
    sql`select app.hold_products(${sql.param([...new Set(product_ids)])}::bigint[])`,
  )
}
