import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { day, money, number } from '../../schema.ts'
import { read } from '../../verb.ts'
import type { PeriodAsked } from './period.ts'
import { biSpec, Days, mustBeBranch, nameOf, PeriodQuery, scopeOf, spanOf } from './period.ts'

const Revenue = z.object({
  period: z.enum(['7d', '30d', '90d', 'jaar', 'custom']).meta({ examples: ['30d'] }),
  ...Days,
  data: z
    .array(
      z.object({
        date: day().meta({ examples: ['2026-02-25'] }),
        amount: money().meta({ examples: [1240.5] }),
      }),
    )
    .describe('Every day of the period'),
  total: money().meta({ examples: [38450.75] }),
  previous_total: money()
    .describe('Of as many days before the period')
    .meta({ examples: [34208.85] }),
  growth_pct: number(12.4).nullable().describe('Null when there was nothing before the period'),
})

interface Figures {
  from: string
  to: string
  data: { date: string; amount: number }[]
  previous_total: number
}

/** Cents by day, with what credit notes took back on the day of the credit note. */
export async function revenueOf(
  ctx: Reading,
  query: PeriodAsked,
): Promise<z.input<typeof Revenue>> {
  const scope = scopeOf(query)
  const { rows } = await ctx.db.execute<{ figures: Figures }>(sql`
    with ${spanOf(query)}
    select json_build_object('from', first, 'to', last,
      'data', (select json_agg(json_build_object('date', d::date, 'amount', coalesce(s.amount, 0)) order by d)
        from generate_series(first::timestamp, last, '1 day') d
        left join app.bi_by_day('revenue', ${scope}, first, last) s on s.day = d::date),
      'previous_total', (select coalesce(sum(amount), 0)
        from app.bi_by_subject('revenue', ${scope}, first - (last - first + 1), first - 1))) as figures
    from span`)
  const { figures } = found(rows[0])
  const total = figures.data.reduce((sum, { amount }) => sum + amount, 0)
  return {
    period: nameOf(query),
    ...figures,
    total,
    growth_pct: growthOf(total, figures.previous_total),
  }
}

/** In percent, one decimal; of a loss, how much of it was made good. */
const growthOf = (now: number, before: number) =>
  before === 0 ? null : Math.round(((now - before) / Math.abs(before)) * 1000) / 10

export const getRevenue = read(
  {
    ...biSpec,
    summary: 'Revenue overview',
    description:
      'Issued invoices by their date less credit notes by theirs, excl. VAT, against the period before. A deposit ' +
      'counts when it is invoiced, and the invoice that deducts it for the rest.',
    query: PeriodQuery,
    output: Revenue,
  },
  async (ctx, { query }) => {
    const [, revenue] = await Promise.all([mustBeBranch(ctx, query), revenueOf(ctx, query)])
    return revenue
  },
)
