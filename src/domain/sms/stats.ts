import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { found } from '../../refusal.ts'
import { number } from '../../schema.ts'
import { read } from '../../verb.ts'
import { smsMessages } from './tables.ts'

export const getSmsStats = read(
  {
    summary: 'SMS statistics',
    description: 'Of the messages that the shop sent, by the calendar of its own zone.',
    can: 'sms:read',
    module: 'messaging',
    output: z.object({
      today: z.int().meta({ examples: [24] }),
      this_month: z.int().meta({ examples: [412] }),
      delivery_rate: number(98.3).describe(
        'Percentage that arrived, of this month’s messages whose end is known; 0 when there are none',
      ),
      cost_this_month: number(8.24).describe('In the currency of the account at the provider'),
      credits_this_month: z
        .int()
        .describe('Messages to the provider that they were sent in')
        .meta({ examples: [420] }),
    }),
  },
  async (ctx) => {
    const { rows } = await ctx.db.execute<Record<string, string | null>>(sql`
      select count(*) filter (where ${smsMessages.created_at} >= (select app.instant(app.today()::text))) as today,
        count(*) as this_month,
        round(100.0 * count(*) filter (where status = 'delivered')
          / nullif(count(*) filter (where status in ('delivered', 'failed')), 0), 1) as delivery_rate,
        coalesce(round(sum(cost), 2), 0) as cost_this_month,
        coalesce(sum(credits) filter (where provider_id is not null), 0) as credits_this_month
      from ${smsMessages}
      where ${eq(smsMessages.direction, 'outbound')}
        and ${smsMessages.created_at} >= (select app.instant(date_trunc('month', app.today())::date::text))`)
    const stats = found(rows[0])
    return {
      today: Number(stats.today),
      this_month: Number(stats.this_month),
      delivery_rate: Number(stats.delivery_rate),
      cost_this_month: Number(stats.cost_this_month),
      credits_this_month: Number(stats.credits_this_month),
    }
  },
)
