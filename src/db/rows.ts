import { and, eq, getTableName, gte, lt, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgSelect, PgTable } from 'drizzle-orm/pg-core'
import type { Context, Db, ReadOnlyDb, Selecting, WritableDb } from '../context.ts'
import { notFound } from '../refusal.ts'
import { placeholder, type Rows, runKept } from './kept.ts'

export type Reader = Context & { db: ReadOnlyDb }
type Writer = Context & { db: WritableDb }

const writable = (ctx: Writer) => ctx.db as unknown as Db
export type Table = PgTable & { id: PgColumn; tenant_id: PgColumn }
type Changeable = PgTable & { id: PgColumn; updated_at: PgColumn }

/** `column = value`, or no condition when the filter was not given. */
export const same = (column: PgColumn, value: unknown): SQL | undefined =>
  value === undefined ? undefined : eq(column, value)

/** A subquery as a column of a select; a level of its own keeps Drizzle from dropping its table names. */
export const subquery = <T>(select: SQL) => sql<T>`(${select})`

type Searched =
  | 'customers'
  | 'companies'
  | 'devices'
  | 'goods'
  | 'products'
  | 'products_in_stock'
  | 'suppliers'
  | 'work_orders'

const searches = new WeakMap<object, SQL>()

/** Ids that a search function finds; no condition when nothing was typed. */
export function matching(
  column: PgColumn,
  noun: Searched,
  query: string | undefined,
): SQL | undefined {
  if (!query) return undefined
  const search = sql`select ${sql.raw(`app.search_${noun}`)}(${query})`
  const condition = sql`${column} in (${search})`
  searches.set(condition, search)
  return condition
}

/**
 * The search, when a condition is nothing else. Its function answers ids of the shop's own rows, so nobody
 * need look at them again to count them.
 */
export function searchAlone(where: SQL): SQL | undefined {
  const [only, ...others] = where.queryChunks
  return searches.get(where) ?? (only && others.length === 0 ? searches.get(only) : undefined)
}

/** A moment as the client wrote it; without an offset in the shop's zone. */
export const atShopTime = (value: string): SQL<string> => sql`app.instant(${value})`

/**
 * Moments from the first of these days until the end of the last, both the shop's own; no condition without
 * them. In a subselect, which is evaluated once and not for every row.
 */
export const onDays = (
  column: PgColumn,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): SQL | undefined =>
  and(
    from === undefined ? undefined : gte(column, sql`(select app.instant(${from}))`),
    to === undefined ? undefined : lt(column, sql`(select app.instant((${to}::date + 1)::text))`),
  )

const newIds = new WeakMap<PgTable, SQL<number>>()
const isNewId = new WeakSet<SQL>()

/** The id that this transaction gave to its last new row of a table; one and the same SQL, see `rowsBy`. */
export function newId(table: PgTable): SQL<number> {
  let id = newIds.get(table)
  if (!id) {
    id = sql`(select currval(pg_get_serial_sequence(${getTableName(table)}, 'id')))`
    newIds.set(table, id)
    isNewId.add(id)
  }
  return id
}

/**
 * The rows of a select whose column is this id, or the id that `newId` gives; built once (see runKept).
 *
 * @param rows a select without condition, a constant of its module; it may have an order
 */
export const rowsBy = <Q extends PgSelect>(
  ctx: Selecting,
  rows: Rows<Q>,
  column: PgColumn,
  id: number | SQL<number>,
): Promise<Awaited<Q>> =>
  typeof id === 'number'
    ? runKept(ctx, rows, column, (select) => select.where(eq(column, placeholder('id'))), { id })
    : runKept(ctx, rows, isNewId.has(id) ? id : undefined, (select) => select.where(eq(column, id)))

/** What a function finds across the shops: which record of which shop. */
export async function acrossShops(ctx: Selecting, find: SQL) {
  const { rows } = await ctx.db.execute<{ tenant_id: string; id: string }>(
    sql`select tenant_id, id from ${find}`,
  )
  return rows.map(({ tenant_id, id }) => ({ tenant_id: Number(tenant_id), id: Number(id) }))
}

/** 404 when the record that a query names is not there; nothing when the filter was not given. */
export async function mustExist(ctx: Reader, table: PgTable, id: number | undefined) {
  if (id === undefined) return
  await ctx.db.execute(sql`select app.must_exist(${getTableName(table)}, ${id})`)
}

/** If-Match for a record that the path does not name by id, such as the caller's own account. */
export async function mustMatch(ctx: Writer, table: PgTable, id: SQL<number>) {
  if (!ctx.if_match) return
  const versions = sql.param([...ctx.if_match.versions])
  await ctx.db.execute(sql`select app.must_match(${getTableName(table)}, ${id}, ${versions})`)
}

/** A condition of a one-batch write: when it does not hold, nothing of the batch happens and it is 422. */
export async function guard(
  ctx: Writer,
  holds: SQL,
  refusal: { code: string; message: string | SQL; field?: string },
) {
  const { code, message, field = null } = refusal
  await ctx.db.execute(sql`select app.guard(${holds}, ${code}, ${message}, ${field})`)
}

/** 422 at a field that names records which are not there; nothing when it was not given. */
export async function mustBeOurs(
  ctx: Writer,
  table: Table,
  named: number | readonly number[] | undefined,
  field: string,
) {
  if (named === undefined) return
  const isMissing = sql`not exists (select from ${table} where ${table.id} = given.id)`
  await guard(
    ctx,
    sql`not exists (select from unnest(${sql.param([named].flat())}::bigint[]) given (id) where ${isMissing})`,
    {
      code: 'validation_failed',
      message: `The selected ${field.replaceAll('_', ' ')} is invalid.`,
      field,
    },
  )
}

/** An event that no change of a row says by itself: `quotation.sent`; `changes` tells more of it. */
export async function record(
  ctx: Writer,
  name: string,
  entity: string,
  id: number | SQL<number>,
  changes: object = {},
) {
  const told = JSON.stringify(changes)
  await ctx.db.execute(sql`select app.record_event(${name}, ${entity}, ${id}, ${told}::jsonb)`)
}

type Values<T extends PgTable> = {
  [K in keyof T['$inferInsert']]: T['$inferInsert'][K] | SQL
}
type Changes<T extends PgTable> = { [K in keyof T['$inferInsert']]?: Values<T>[K] | undefined }

// Every write goes through these. Each starts its statement when it is called (`.execute()`), so that the
// statements of a batch run in the order in which they stand; a Drizzle builder starts only when awaited.

/** Adds rows and answers their ids. */
export async function insert<T extends Table>(
  ctx: Writer,
  table: T,
  values: Values<T> | Values<T>[],
): Promise<{ id: number }[]> {
  const rows = Array.isArray(values) ? values : [values]
  if (rows.length === 0) return []
  const added = await writable(ctx)
    .insert(table as PgTable)
    .values(rows as Record<string, unknown>[])
    .returning({ id: table.id })
    .execute()
  return added as { id: number }[]
}

/** Adds rows but for those that break a rule of uniqueness, and answers the ids of the new ones. */
export async function insertMissing<T extends Table>(
  ctx: Writer,
  table: T,
  values: Values<T> | Values<T>[],
): Promise<{ id: number }[]> {
  const rows = Array.isArray(values) ? values : [values]
  if (rows.length === 0) return []
  const added = await writable(ctx)
    .insert(table as PgTable)
    .values(rows as Record<string, unknown>[])
    .onConflictDoNothing()
    .returning({ id: table.id })
    .execute()
  return added as { id: number }[]
}

/** Changes a row; an absent field stays as it is. 404 when it is not there. */
export async function update<T extends Changeable>(
  ctx: Writer,
  table: T,
  id: number,
  changes: Changes<T>,
) {
  if ((await updateWhere(ctx, table, eq(table.id, id), changes)) === 0) throw notFound()
}

/** Changes rows and answers how many. With nothing to change the rows are touched all the same. */
export async function updateWhere<T extends Changeable>(
  ctx: Writer,
  table: T,
  where: SQL | undefined,
  changes: Changes<T>,
): Promise<number> {
  const given = Object.fromEntries(Object.entries(changes).filter(([, v]) => v !== undefined))
  const set = Object.keys(given).length > 0 ? given : { updated_at: sql`${table.updated_at}` }
  const { rowCount } = await writable(ctx)
    .update(table as PgTable)
    .set(set)
    .where(where)
    .execute()
  return rowCount
}

/** Deletes a row; refused by the database while others still point at it. 404 when it is not there. */
export async function remove(ctx: Writer, table: Table, id: number) {
  if ((await removeWhere(ctx, table, eq(table.id, id))) === 0) throw notFound()
}

/** Deletes rows and answers how many. */
export async function removeWhere(ctx: Writer, table: Table, where: SQL | undefined) {
  const { rowCount } = await writable(ctx)
    .delete(table as PgTable)
    .where(where)
    .execute()
  return rowCount
}
