import { getTableName, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Writing } from '../context.ts'
import type { Table } from './rows.ts'

// Rows by the thousand: as one JSON value of one statement, whose text does not grow with them.

type Column<T extends PgTable> = keyof T['$inferInsert'] & string
type Row<T extends PgTable> = { [K in Column<T>]?: T['$inferInsert'][K] | null }

const listOf = (columns: readonly string[]) =>
  sql.join(
    columns.map((column) => sql.identifier(column)),
    sql`, `,
  )

/** Rows as the table's own type of row. */
const recordset = (table: PgTable, rows: readonly object[]): SQL =>
  sql`jsonb_populate_recordset(null::${table}, ${JSON.stringify(rows)}::jsonb)`

/**
 * Adds rows with these columns, the others take their defaults; answers their ids and, as text, the `keys`.
 * A row that breaks a rule of uniqueness is left out.
 */
export async function insertMany<
  T extends Table,
  K extends Column<T>,
  const R extends readonly K[] = [],
>(
  ctx: Writing,
  table: T,
  columns: readonly K[],
  rows: readonly Pick<Row<T>, K>[],
  keys: R = [] as unknown as R,
): Promise<({ id: number } & Record<R[number], string | null>)[]> {
  if (rows.length === 0) return []
  const list = listOf(columns)
  const added = await ctx.db.execute<{ id: string } & Record<string, string | null>>(sql`
    insert into ${table} (${list}) select ${list} from ${recordset(table, rows)}
    on conflict do nothing returning ${listOf(['id', ...keys])}`)
  return added.rows.map((row) => ({ ...row, id: Number(row.id) })) as never
}

/** Gives the rows of these ids other values in these columns. */
export async function updateMany<T extends Table, K extends Column<T>>(
  ctx: Writing,
  table: T,
  columns: readonly K[],
  rows: readonly (Pick<Row<T>, K> & { id: number })[],
) {
  if (rows.length === 0) return
  const changes = columns.map(
    (column) => sql`${sql.identifier(column)} = given.${sql.identifier(column)}`,
  )
  await ctx.db.execute(sql`
    update ${table} set ${sql.join(changes, sql`, `)} from ${recordset(table, rows)} given
    where ${sql.identifier(getTableName(table))}.id = given.id`)
}
