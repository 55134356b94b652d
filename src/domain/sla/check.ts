import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { call } from '../../verb.ts'
import { queueOncePerPeriod } from '../engine/call-shops.ts'
import { checkBatch } from './batches.ts'

export const runSlaCheck = call(
  {
    summary: 'Manually trigger SLA check',
    description: 'Runs by itself every five minutes; when it answers, it is done.',
    can: 'sla:write',
    module: 'work_orders',
    output: z.object({
      message: z.string().meta({ examples: ['SLA check completed'] }),
      new_breaches: z.int().meta({ examples: [2] }),
    }),
  },
  async (ctx) => {
    let batch = await checkBatch(ctx, { body: { after: 0 } })
    let { new_breaches } = batch
    while (batch.last !== undefined) {
      batch = await checkBatch(ctx, { body: { after: batch.last } })
      new_breaches += batch.new_breaches
    }
    return { message: 'SLA check completed', new_breaches }
  },
)

/** More shops than this wait for the next run. */
const most = 20_000

const period_ms = 5 * 60_000

/** Has the deadlines checked in every shop where one is due, or is to be warned of. */
export const queueSlaChecks = call(
  {
    summary: 'Queue SLA checks',
    can: 'tenants:manage',
    output: z.object({ shops: z.number() }),
  },
  (ctx) =>
    queueOncePerPeriod(ctx, {
      kind: 'sla_check',
      period_ms,
      shops: sql`app.shops_with_sla_due(${most})`,
    }),
)
