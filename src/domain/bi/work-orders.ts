import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { number } from '../../schema.ts'
import { read } from '../../verb.ts'
import { workOrderStatuses } from '../workshop/tables.ts'
import type { PeriodAsked } from './period.ts'
import { biSpec, Days, mustBeBranch, PeriodQuery, scopeOf, spanOf } from './period.ts'

const WorkOrders = z.object({
  ...Days,
  status_distribution: z
    .record(z.string(), z.int())
    .describe('Work orders created in the period by their status now; every status of the shop')
    .meta({ examples: [{ new: 12, in_repair: 34, completed: 198 }] }),
  avg_duration_hours: number(18.4)
    .nullable()
    .describe('From created to completed, of those completed in the period; null when none was'),
  completion_rate_pct: number(94.2)
    .nullable()
    .describe('Done of those created in the period, without cancelled ones; null when none was'),
  created: z.int().meta({ examples: [244] }),
  completed: z
    .int()
    .describe('In the period, whenever they were created')
    .meta({ examples: [201] }),
})

type Figures = z.input<typeof WorkOrders>

export async function workOrdersOf(ctx: Reading, query: PeriodAsked): Promise<Figures> {
  const scope = scopeOf(query)
  const { rows } = await ctx.db.execute<{ figures: Figures }>(sql`
    with ${spanOf(query)}, status as materialized (
      select s.slug, s.kind, s.position, coalesce(made.count, 0) as orders
      from span
      cross join ${workOrderStatuses} s
      left join app.bi_by_subject('created', ${scope}, (select first from span), (select last from span)) made
        on made.subject = s.slug
    ), done as materialized (
      select coalesce(sum(count), 0) as orders, sum(amount) as seconds
      from span cross join lateral app.bi_by_subject('completed', ${scope}, first, last)
    )
    select json_build_object('from', first, 'to', last,
      'status_distribution', (select json_object_agg(slug, orders order by position, slug) from status),
      'avg_duration_hours', round(done.seconds / nullif(done.orders, 0) / 3600.0, 1),
      'completion_rate_pct', (select round(100.0 * sum(orders) filter (where kind = 'done')
        / nullif(sum(orders) filter (where kind <> 'cancelled'), 0), 1) from status),
      'created', (select sum(orders) from status),
      'completed', done.orders) as figures
    from span cross join done`)
  return found(rows[0]).figures
}

export const getWorkOrderFigures = read(
  {
    ...biSpec,
    summary: 'Work order statistics',
    query: PeriodQuery,
    output: WorkOrders,
  },
  async (ctx, { query }) => {
    const [, figures] = await Promise.all([mustBeBranch(ctx, query), workOrdersOf(ctx, query)])
    return figures
  },
)
