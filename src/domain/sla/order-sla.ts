import { eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy, subquery } from '../../db/rows.ts'
import { instant, Named } from '../../schema.ts'
import { type SlaKind, slaBreaches, slaClocks, slaConfigs, slaKinds } from './tables.ts'

/** How a work order stands against its agreement, as a work order shows it. */
export const OrderSla = z
  .object({
    config: Named.extend({ name: z.string().meta({ examples: ['Standard 24h'] }) }),
    response_due_at: instant().nullable(),
    resolution_due_at: instant().nullable().describe('null while it waits'),
    responded_at: instant().nullable(),
    resolved_at: instant().nullable(),
    paused_at: instant().nullable().describe('Since when it waits for the customer or for parts'),
    breached: z.array(z.enum(slaKinds)).describe('Deadlines that were missed'),
  })
  .describe('null without an agreement; follows a change within seconds')

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      config: { id: slaConfigs.id, name: slaConfigs.name },
      response_due_at: slaClocks.response_due_at,
      resolution_due_at: slaClocks.resolution_due_at,
      responded_at: slaClocks.responded_at,
      resolved_at: slaClocks.resolved_at,
      paused_at: slaClocks.paused_at,
      breached: subquery<SlaKind[]>(sql`
        select coalesce(json_agg(${slaBreaches.kind} order by ${slaBreaches.id}), '[]')
        from ${slaBreaches} where ${slaBreaches.work_order_id} = ${slaClocks.work_order_id}`),
    })
    .from(slaClocks)
    .innerJoin(slaConfigs, eq(slaConfigs.id, slaClocks.sla_config_id))

/** The clock of a work order; null when no agreement counts for it. */
export async function slaOf(ctx: Selecting, work_order_id: number | SQL<number>) {
  const [clock] = await rowsBy(ctx, rows, slaClocks.work_order_id, work_order_id)
  return clock ?? null
}
