import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { id, money } from '../../schema.ts'
import { read } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import type { PeriodAsked } from './period.ts'
import { biSpec, Days, mustBeBranch, PeriodQuery, scopeOf, spanOf } from './period.ts'

const shown = 20

const Parts = z.object({
  ...Days,
  top_parts: z
    .array(
      z.object({
        product_id: id().meta({ examples: [7] }),
        name: z.string().meta({ examples: ['iPhone 14 Screen'] }),
        used: z
          .int()
          .describe('Pieces picked for work orders or sold, less those that came back')
          .meta({ examples: [28] }),
      }),
    )
    .describe(`The ${shown} that were used most`),
  inventory_value: money()
    .describe('What is in stock now, at its purchase value')
    .meta({ examples: [14250] }),
})

type Figures = z.input<typeof Parts>

export async function partsOf(ctx: Reading, query: PeriodAsked): Promise<Figures> {
  const scope = scopeOf(query)
  const { rows } = await ctx.db.execute<{ figures: Figures }>(sql`
    with ${spanOf(query)}, top as materialized (
      select subject::bigint as id, amount as used
      from span cross join lateral app.bi_by_subject('used', ${scope}, first, last)
      where amount > 0 order by amount desc, subject::bigint limit ${shown}
    )
    select json_build_object('from', first, 'to', last,
      'top_parts', (select coalesce(json_agg(json_build_object('product_id', p.id, 'name', p.name, 'used', top.used)
        order by top.used desc, p.id), '[]') from top join ${products} p on p.id = top.id),
      'inventory_value', app.bi_inventory(${scope})) as figures
    from span`)
  return found(rows[0]).figures
}

export const getPartFigures = read(
  {
    ...biSpec,
    summary: 'Parts analytics',
    description: 'Of a branch: the parts out of its warehouses, and what stands in them.',
    query: PeriodQuery,
    output: Parts,
  },
  async (ctx, { query }) => {
    const [, figures] = await Promise.all([mustBeBranch(ctx, query), partsOf(ctx, query)])
    return figures
  },
)
