import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { money } from '../../schema.ts'
import { read } from '../../verb.ts'
import type { PeriodAsked } from './period.ts'
import { biSpec, Days, mustBeBranch, PeriodQuery, scopeOf, spanOf } from './period.ts'

const Customers = z.object({
  ...Days,
  new_customers: z
    .int()
    .describe('Whose first work order or invoice is in the period')
    .meta({ examples: [14] }),
  returning_customers: z
    .int()
    .describe('With one in the period, and one before it')
    .meta({ examples: [63] }),
  active_customers: z
    .int()
    .describe('Both together')
    .meta({ examples: [77] }),
  avg_ltv: money()
    .describe('All that was ever invoiced, less credit notes, excl. VAT, by customer invoiced')
    .meta({ examples: [420.5] }),
})

type Figures = z.input<typeof Customers>

export async function customersOf(ctx: Reading, query: PeriodAsked): Promise<Figures> {
  const scope = scopeOf(query)
  const { rows } = await ctx.db.execute<{ figures: Figures }>(sql`
    with ${spanOf(query)}
    select json_build_object('from', first, 'to', last, 'new_customers', who.firsts,
      'returning_customers', who.active - who.firsts, 'active_customers', who.active,
      'avg_ltv', coalesce(round(sold.amount::numeric / nullif(who.invoiced, 0)), 0)) as figures
    from span
    cross join lateral app.bi_visitors(${scope}, first, last) who
    cross join app.bi_ever('revenue', ${scope}) sold`)
  return found(rows[0]).figures
}

export const getCustomerFigures = read(
  {
    ...biSpec,
    summary: 'Customer analytics',
    description:
      'Customers count by their work orders and issued invoices; of a branch, by those of the branch.',
    query: PeriodQuery,
    output: Customers,
  },
  async (ctx, { query }) => {
    const [, figures] = await Promise.all([mustBeBranch(ctx, query), customersOf(ctx, query)])
    return figures
  },
)
