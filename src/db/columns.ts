import { sql } from 'drizzle-orm'
import { bigint, foreignKey, type PgColumn, text, timestamp, unique } from 'drizzle-orm/pg-core'

/** Cents as safe integers; a name ends in `_cents`. */
export const cents = () => bigint({ mode: 'number' })

export const reference = () => bigint({ mode: 'number' })

export const instant = () => timestamp({ withTimezone: true, mode: 'string' })

/** What every record of a shop carries. The tenant is never written by code: the session knows it. */
export const tenantColumns = {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  tenant_id: bigint({ mode: 'number' }).notNull().default(sql`app.tenant()`),
  created_at: instant().notNull().default(sql`app.now()`),
  updated_at: instant().notNull().default(sql`app.write_time()`),
}

type TenantTable = { id: PgColumn; tenant_id: PgColumn }

/** Target of composite foreign keys, and the index of a plain list (newest first). */
export const tenantKey = (table: TenantTable) => unique().on(table.tenant_id, table.id)

/**
 * A foreign key that cannot leave the tenant. Its name, `<table>_<column>_fk`, is what turns a
 * violation into a message about that field (see http/database-errors.ts).
 */
export function belongsTo(
  table: { tenant_id: PgColumn },
  column: PgColumn,
  target: TenantTable,
  onDelete: 'cascade' | 'restrict' = 'restrict',
) {
  return foreignKey({
    name: `${tableName(column)}_${column.name}_fk`,
    columns: [table.tenant_id, column],
    foreignColumns: [target.tenant_id, target.id],
  }).onDelete(onDelete)
}

const tableName = (column: PgColumn) =>
  (column.table as unknown as Record<symbol, string>)[Symbol.for('drizzle:Name')]

/** Text that a search box looks in: folded, each word after a space (see app.search_terms). */
export const searchable = (...parts: string[]) =>
  text().generatedAlwaysAs(
    sql.raw(`app.fold(${parts.map((p) => `coalesce(${p}, '')`).join(` || ' ' || `)})`),
  )

/** Without separators: "AB-12-CD" is also found as "ab12cd". */
export const squeezed = (column: string) => `regexp_replace(${column}, '[^[:alnum:]]', '', 'g')`
