import { type SQL, sql } from 'drizzle-orm'
import type { Selecting } from '../../context.ts'
import type { Link, Source } from './sources.ts'
import type { Trigger } from './triggers.ts'

/** A record as rules see it. */
export interface Known {
  entity: string
  id: number
  values: Readonly<Record<string, unknown>>
  links: Readonly<Partial<Record<Link, number | null>>>
}

const objectOf = (columns: Record<string, unknown>): SQL => {
  const named = Object.entries(columns).map(
    ([name, value]) => sql`${value} as ${sql.identifier(name)}`,
  )
  return sql`(select to_jsonb(part) from (select ${sql.join(named, sql`, `)}) part)`
}

/** The records of a trigger with these ids, in no order; what is not there any more is left out. */
export async function recordsOf(
  ctx: Selecting,
  { fields }: Pick<Trigger, 'fields'>,
  source: Source,
  ids: readonly number[],
): Promise<Known[]> {
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, { value }]) => [name, value]),
  )
  const { rows } = await ctx.db.execute<{ id: string } & Pick<Known, 'values' | 'links'>>(sql`
    select ${source.id} as id, ${objectOf(values)} as values,
      ${Object.keys(source.links).length > 0 ? objectOf(source.links) : sql`'{}'::jsonb`} as links
    from ${source.from}
    where ${source.id} = any (${`{${ids.join(',')}}`}::bigint[])`)
  return rows.map(({ id, values, links }) => ({
    entity: source.entity,
    id: Number(id),
    values,
    links,
  }))
}
