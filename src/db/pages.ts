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
import type { Selecting } from '../context.ts'
import { invalid } from '../refusal.ts'
import { placeholder, type Rows, runKept } from './kept.ts'
import { atShopTime, type Reader, searchAlone, type Table } from './rows.ts'
import { rowDeltas } from './tables.ts'

type SyncedTable = Table & { updated_at: PgColumn }

interface PageQuery {
  page?: number | undefined
  per_page?: number | undefined
}
interface SyncQuery extends PageQuery {
  updated_since?: string | undefined
  cursor?: string | undefined
}

/**
 * One page, newest first, and how many records there are in all; two statements of one batch.
 *
 * @param rows a select without condition, order and limit, a constant of its module
 * @param counted under which name the database keeps how many rows meet `where`, where it does
 */
export async function page<Q extends PgSelect>(
  ctx: Reader,
  table: Table,
  query: PageQuery,
  where: SQL | undefined,
  rows: Rows<Q>,
  counted?: string,
) {
  const { page: current_page = 1, per_page = 25 } = query
  const offset = (current_page - 1) * per_page
  const [total, data] = await Promise.all(totalAndRows())
  const last_page = Math.max(1, Math.ceil(total / per_page))
  return { data, current_page, last_page, per_page, total }

  function totalAndRows(): [Promise<number>, Q | Promise<Awaited<Q>>] {
    if (where === undefined) {
      const all = countAll(ctx, getTableName(table))
      return [all, firstRows(ctx, table, rows, per_page, offset)]
    }
    if (counted) {
      const some = countAll(ctx, counted)
      return [some, rowsWhere(ctx, where, [desc(table.id)], rows, per_page, offset)]
    }
    return [choosePage(ctx, table, where, per_page, offset), chosenRows(ctx, table, rows)]
  }
}

const chosenRows = <Q extends PgSelect>(ctx: Reader, table: Table, rows: Rows<Q>) =>
  runKept(ctx, rows, 'chosen', (select) => select.where(chosen(table)).orderBy(desc(table.id)))

const firstRows = <Q extends PgSelect>(
  ctx: Reader,
  table: Table,
  rows: Rows<Q>,
  per_page: number,
  offset: number,
) =>
  runKept(ctx, rows, `${per_page} after ${offset}`, (select) =>
    offset >= deepOffset
      ? select.where(inArray(table.id, idsOf(ctx, table, per_page, offset))).orderBy(desc(table.id))
      : select.orderBy(desc(table.id)).limit(inText(per_page)).offset(inText(offset)),
  )

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

const rowsWhere = <Q extends PgSelect>(
  ctx: Reader,
  where: SQL | undefined,
  order: SQL[],
  rows: Rows<Q>,
  limit: number,
  offset: number,
) =>
  rows(ctx)
    .$dynamic()
    .where(where)
    .orderBy(...order)
    .limit(inText(limit))
    .offset(inText(offset)) as Q

/** How many rows a table has, or meet a condition that has a name: the sum of what triggers noted, not a count. */
async function countAll(ctx: Reader, name: string): Promise<number> {
  const [sum] = await runKept(
    ctx,
    sums,
    'all',
    (select) => select.where(eq(rowDeltas.table_name, placeholder('table'))),
    { table: name },
  )
  return Number(sum?.total ?? 0)
}

const sums = (ctx: Selecting) =>
  ctx.db.select({ total: sql<string>`coalesce(sum(${rowDeltas.delta}), 0)` }).from(rowDeltas)

/** Evaluates a filter once: answers the total, and leaves the page's ids to `chosen`. */
async function choosePage(
  ctx: Reader,
  table: Table,
  where: SQL,
  limit: number,
  offset: number,
): Promise<number> {
  const setting = `app.page_${getTableName(table)}`
  const search = searchAlone(where)
  const { rows } = await ctx.db.execute<{ total: string }>(sql`
    with found (id) as materialized (${search ?? sql`select ${table.id} from ${table} where ${where}`})
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
  rows: Rows<Q>,
): Promise<Awaited<Q> & Counted> {
  const { page: current_page = 1, per_page = 100 } = query
  const [data, totals] = await Promise.all([
    rowsWhere(ctx, where, order, rows, per_page, (current_page - 1) * per_page),
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
  rows: Rows<Q>,
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
  rows: Rows<Q>,
  counted?: string,
) {
  if (query.updated_since === undefined && query.cursor === undefined) {
    return page(ctx, table, query, where, rows, counted)
  }
  const { per_page = 25 } = query
  const data = await rows(ctx)
    .$dynamic()
    .where(and(where, since(table, query), settled(table)))
    .orderBy(asc(table.updated_at), asc(table.id))
    .limit(per_page)
  const last = data.at(-1) as { updated_at: string; id: number } | undefined
  const next_cursor =
    last && data.length === per_page ? btoa(`${last.updated_at}|${last.id}`) : null
  return { data: data as Awaited<Q>, per_page, next_cursor }
}

/**
 * Written before every transaction that is under way: a cursor that passed a later row would never see
 * what such a transaction commits.
 */
export const settled = (table: PgTable) =>
  sql`age(${table}.xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)`

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
