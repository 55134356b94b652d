import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { money, number } from '../../schema.ts'
import { read } from '../../verb.ts'
import type { PeriodAsked } from './period.ts'
import { biSpec, Days, mustBeBranch, PeriodQuery, scopeOf, spanOf } from './period.ts'

const buckets = ['current', '1-30', '31-60', '61-90', '90+'] as const

const Invoices = z.object({
  ...Days,
  outstanding_amount: money()
    .describe('Open of issued invoices now, incl. VAT, without what was written off')
    .meta({ examples: [8420] }),
  overdue_amount: money()
    .describe('Of it, what is past its due date')
    .meta({ examples: [1240] }),
  avg_payment_days: number(11.3)
    .nullable()
    .describe(
      'From its date until it was paid, of invoices paid in the period; null when none was',
    ),
  aging: z
    .array(
      z.object({
        bucket: z.enum(buckets).meta({ examples: ['1-30'] }),
        amount: money().meta({ examples: [840] }),
      }),
    )
    .describe('What is outstanding by how many days it is past due'),
})

type Figures = z.input<typeof Invoices>

export async function invoicesOf(ctx: Reading, query: PeriodAsked): Promise<Figures> {
  const scope = scopeOf(query)
  const { rows } = await ctx.db.execute<{ figures: Figures }>(sql`
    with ${spanOf(query)}, due as materialized (
      select case when late <= 0 then 1 when late <= 30 then 2 when late <= 60 then 3 when late <= 90 then 4 else 5 end as place,
        sum(amount) as amount
      from (select amount, (select app.today()) - day as late from app.bi_due(${scope})) open
      group by 1
    )
    select json_build_object('from', first, 'to', last,
      'outstanding_amount', (select coalesce(sum(amount), 0) from due),
      'overdue_amount', (select coalesce(sum(amount), 0) from due where place > 1),
      'avg_payment_days', (select round(sum(amount)::numeric / nullif(sum(count), 0), 1)
        from app.bi_by_subject('paid', ${scope}, first, last)),
      'aging', (select json_agg(json_build_object('bucket', bucket, 'amount', coalesce(due.amount, 0)) order by place)
        from unnest(${sql.param([...buckets])}::text[]) with ordinality bucket (bucket, place)
        left join due using (place))) as figures
    from span`)
  return found(rows[0]).figures
}

export const getInvoiceFigures = read(
  {
    ...biSpec,
    summary: 'Invoice analytics',
    query: PeriodQuery,
    output: Invoices,
  },
  async (ctx, { query }) => {
    const [, figures] = await Promise.all([mustBeBranch(ctx, query), invoicesOf(ctx, query)])
    return figures
  },
)
