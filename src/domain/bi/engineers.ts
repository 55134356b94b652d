import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { ArrayPaging, id, money, number } from '../../schema.ts'
import { read } from '../../verb.ts'
import { employees } from '../staff/tables.ts'
import type { PeriodAsked } from './period.ts'
import { biSpec, mustBeBranch, PeriodQuery, scopeOf, spanOf } from './period.ts'

const Engineer = z.object({
  engineer_id: id().meta({ examples: [3] }),
  name: z.string().meta({ examples: ['Jan Bakker'] }),
  completed: z
    .int()
    .describe('Work orders completed in the period')
    .meta({ examples: [45] }),
  avg_hours: number(16.2)
    .nullable()
    .describe('From created to completed; null when none was completed'),
  revenue: money()
    .describe('Invoiced in the period for their work orders, less credit notes, excl. VAT')
    .meta({ examples: [9800] }),
})

interface Figures {
  from: string
  to: string
  total: number
  engineers: z.input<typeof Engineer>[]
}

/** Who completed or earned anything, the highest revenue first. */
export async function engineersOf(
  ctx: Reading,
  query: PeriodAsked,
  { page = 1, per_page = 100 }: z.output<typeof ArrayPaging>,
): Promise<Figures> {
  const scope = scopeOf(query)
  const { rows } = await ctx.db.execute<{ figures: Figures }>(sql`
    with ${spanOf(query)}, part as (
      select subject, count as completed, amount as seconds, 0 as revenue
      from span cross join lateral app.bi_by_subject('completed', ${scope}, first, last) where subject <> ''
      union all
      select subject, 0, 0, amount from span cross join lateral app.bi_by_subject('earned', ${scope}, first, last)
    ), engineer as materialized (
      select subject::bigint as id, sum(completed) as completed,
        round(sum(seconds) / nullif(sum(completed), 0) / 3600.0, 1) as avg_hours, sum(revenue) as revenue
      from part group by subject
    ), shown as (
      select e.name, engineer.* from engineer join ${employees} e on e.id = engineer.id
      order by revenue desc, lower(e.name), e.id limit ${per_page} offset ${(page - 1) * per_page}
    )
    select json_build_object('from', first, 'to', last, 'total', (select count(*) from engineer),
      'engineers', (select coalesce(json_agg(json_build_object('engineer_id', id, 'name', name, 'completed', completed,
        'avg_hours', avg_hours, 'revenue', revenue) order by revenue desc, lower(name), id), '[]') from shown)) as figures
    from span`)
  return found(rows[0]).figures
}

export const listEngineers = read(
  {
    ...biSpec,
    summary: 'Per-engineer performance stats',
    description:
      'Whoever completed a work order in the period, or had one that was invoiced or credited in it; the highest ' +
      'revenue first. A work order counts for the employee that it is assigned to, also when that was changed later.',
    query: PeriodQuery.extend(ArrayPaging.shape),
    output: z.array(Engineer),
  },
  async (ctx, { query }) => {
    const [, { total, engineers }] = await Promise.all([
      mustBeBranch(ctx, query),
      engineersOf(ctx, query, query),
    ])
    return Object.assign(engineers, { total })
  },
)
