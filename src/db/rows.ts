import {
  and,
  asc,
  count,
  desc,
  eq,
  getTableName,
  gt,
  gte,
  inArray,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import type { PgColumn, PgSelect, PgTable } from 'drizzle-orm/pg-core'
import type { Context, Db, ReadOnlyDb, WritableDb } from '../context.ts'
import { invalid, notFound } from '../refusal.ts'
import { rowDeltas } from './tables.ts'

type Reader = Context & { db: ReadOnlyDb }
type Writer = Context & { db: WritableDb }

const writable = (ctx: Writer) => ctx.db as unknown as Db
type Table = PgTable & { id: PgColumn; tenant_id: PgColumn }
type Changeable = PgTable & { id: PgColumn; updated_at: PgColumn }
type SyncedTable = Table & { updated_at: PgColumn }

interface PageQuery {
  page?: number | undefined
  per_page?: number | undefined
}
interface SyncQuery extends PageQuery {
  updated_since?: string | undefined
  cursor?: string | undefined
}

/** `column = value`, or no condition when the filter was not given. */
export const same = (column: PgColumn, value: unknown): SQL | undefined =>
  value === undefined ? undefined : eq(column, value)

/** A subquery as a column of a select; a level of its own keeps Drizzle from dropping its table names. */
export const subquery = <T>(select: SQL) => sql<T>`(${select})`

/** Ids that a search function finds; no condition when nothing was typed. */
export const matching = (
  column: PgColumn,
  noun: 'customers' | 'companies' | 'devices' | 'products' | 'work_orders',
  query: string | undefined,
): SQL | undefined =>
  query ? sql`${column} in (select ${sql.raw(`app.search_${noun}`)}(${query}))` : undefined

/** A moment as the client wrote it; without an offset in the shop's zone. */
export const atShopTime = (value: string): SQL<string> => sql`app.instant(${value})`

/** The id that this transaction gave to its last new row of a table. */
export const newId = (table: PgTable): SQL<number> =>
  sql`(select currval(pg_get_serial_sequence(${getTableName(table)}, 'id')))`

/** 404 when the record that a query names is not there; nothing when the filter was not given. */
export async function mustExist(ctx: Reader, table: PgTable, id: number | undefined) {
  if (id === undefined) return
  await ctx.db.execute(sql`select app.must_exist(${getTableName(table)}, ${id})`)
}

/** If-Match for a record that the path does not name by id, such as the caller's own account. */
export async function mustMatch(ctx: Writer, table: PgTable, id: SQL<number>) {
  if (!ctx.if_match) return
  const versions = sql.param([...ctx.if_match])
  await ctx.db.execute(sql`select app.must_match(${getTableName(table)}, ${id}, ${versions})`)
}

/** A condition of a one-batch write: when it does not hold, nothing of the batch happens and it is 422. */
export async function guard(
  ctx: Writer,
  holds: SQL,
  refusal: { code: string; message: string; field?: string },
) {
  const { code, message, field = null } = refusal
  await ctx.db.execute(sql`select app.guard(${holds}, ${code}, ${message}, ${field})`)
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

// Every write goes through these. Each starts its statement when it is called, so that the statements of
// a batch run in the order in which they stand; a bare Drizzle builder would start only when awaited.

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
  return rowCount
}

/**
 * One page, newest first, and how many records there are in all; two statements of one batch.
 *
 * @param rows a select without condition, order and limit, `.$dynamic()`
 */
export async function page<Q extends PgSelect>(
  ctx: Reader,
  table: Table,
  query: PageQuery,
  where: SQL | undefined,
  rows: Q,
) {
  const { page: current_page = 1, per_page = 25 } = query
  const offset = (current_page - 1) * per_page
  const choose = where ? choosePage(ctx, table, where, per_page, offset) : countAll(ctx, table)
  const [total, data] = await Promise.all([
    choose,
    where || offset >= deepOffset
      ? rows
          .where(where ? chosen(table) : inArray(table.id, idsOf(ctx, table, per_page, offset)))
          .orderBy(desc(table.id))
      : rows.orderBy(desc(table.id)).limit(inText(per_page)).offset(inText(offset)),
  ])
  const last_page = Math.max(1, Math.ceil(total / per_page))
  return { data: data as Awaited<Q>, current_page, last_page, per_page, total }
}

/** From here on the page's ids are found in the index alone, so that skipped rows are not built. */
const deepOffset = 500

const idsOf = (ctx: Reader, table: Table, limit: number, offset: number) =>
  ctx.db
    .select({ id: table.id })
    .from(table as PgTable)
    .orderBy(desc(table.id))
    .limit(inText(limit))
    .offset(inText(offset))

/** As part of the statement's text: a plan for 25 rows is another one than for any number of rows. */
const inText = (n: number) => sql.raw(String(n)) as unknown as number

/** The total of an unfiltered list: the sum of what triggers noted, not a count. */
async function countAll(ctx: Reader, table: Table): Promise<number> {
  const [sum] = await ctx.db
    .select({ total: sql<string>`coalesce(sum(${rowDeltas.delta}), 0)` })
    .from(rowDeltas)
    .where(eq(rowDeltas.table_name, getTableName(table)))
  return Number(sum?.total ?? 0)
}

/** Evaluates a filter once: answers the total, and leaves the page's ids to `chosen`. */
async function choosePage(
  ctx: Reader,
  table: Table,
  where: SQL,
  limit: number,
  offset: number,
): Promise<number> {
  const setting = `app.page_${getTableName(table)}`
  const { rows } = await ctx.db.execute<{ total: string }>(sql`
    with found as materialized (select ${table.id} as id from ${table} where ${where})
    select (select count(*) from found) as total, set_config(${setting}, coalesce((
      select string_agg(id::text, ',')
      from (select id from found order by id desc limit ${inText(limit)} offset ${inText(offset)}) page), ''), true)`)
  return Number(rows[0]?.total ?? 0)
}

const chosen = (table: Table) =>
  sql`${table.id} = any((select app.page_ids(${getTableName(table)}))::bigint[])`

/**
 * A bare array of at most `per_page` records, 100 when not said; `serve` shows the total of all of them
 * in `X-Total-Count`.
 */
export async function arrayPage<Q extends PgSelect>(
  ctx: Reader,
  table: PgTable,
  query: PageQuery,
  where: SQL | undefined,
  order: SQL[],
  rows: Q,
): Promise<Awaited<Q> & Counted> {
  const { page: current_page = 1, per_page = 100 } = query
  const [data, totals] = await Promise.all([
    rows
      .where(where)
      .orderBy(...order)
      .limit(per_page)
      .offset((current_page - 1) * per_page) as Q,
    ctx.db.select({ total: count() }).from(table).where(where),
  ])
  return Object.assign(data as Awaited<Q> & object, { total: totals[0]?.total ?? 0 })
}

/** A list that knows how many records there are in all. */
export interface Counted {
  total: number
}

/** One page of few records, in an order of their own. */
export async function pageInOrder<Q extends PgSelect>(
  ctx: Reader,
  table: PgTable,
  query: PageQuery,
  where: SQL | undefined,
  order: SQL[],
  rows: Q,
) {
  const { page: current_page = 1, per_page = 25 } = query
  const data = await arrayPage(ctx, table, { page: current_page, per_page }, where, order, rows)
  const last_page = Math.max(1, Math.ceil(data.total / per_page))
  return { data: data as Awaited<Q>, current_page, last_page, per_page, total: data.total }
}

/** A page, or, with `updated_since` or `cursor`, the next stretch of changes: by key, without a count. */
export async function syncPage<Q extends PgSelect>(
  ctx: Reader,
  table: SyncedTable,
  query: SyncQuery,
  where: SQL | undefined,
  rows: Q,
) {
  if (query.updated_since === undefined && query.cursor === undefined) {
    return page(ctx, table, query, where, rows)
  }
  const { per_page = 25 } = query
  const data = await rows
    .where(and(where, since(table, query)))
    .orderBy(asc(table.updated_at), asc(table.id))
    .limit(per_page)
  const last = data.at(-1) as { updated_at: string; id: number } | undefined
  const next_cursor =
    last && data.length === per_page ? btoa(`${last.updated_at}|${last.id}`) : null
  return { data: data as Awaited<Q>, per_page, next_cursor }
}

function since(table: SyncedTable, { updated_since, cursor }: SyncQuery): SQL | undefined {
  if (cursor === undefined) return gte(table.updated_at, atShopTime(updated_since as string))
  const [updated_at, id] = readCursor(cursor)
  return or(
    gt(table.updated_at, sql`${updated_at}::timestamptz`),
    and(eq(table.updated_at, sql`${updated_at}::timestamptz`), gt(table.id, id)),
  )
}

function readCursor(cursor: string): [string, number] {
  const match = /^(\d{4}-\d\d-\d\d [\d:.]+\+00)\|(\d{1,15})$/.exec(decodeBase64(cursor))
  if (!match?.[1]) throw invalid({ cursor: ['The cursor field is invalid.'] })
  return [match[1], Number(match[2])]
}

function decodeBase64(text: string): string {
  try {
    return atob(text)
  } catch {
    return ''
  }
}
