import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { mustExist, onDays, same } from '../../db/rows.ts'
import { type Calendar, workingMinutes } from '../../lib/working-time.ts'
import { day, flag, id, idText, instant, number, Paging, pageOf, Stamps } from '../../schema.ts'
import { read } from '../../verb.ts'
import { ofBranch } from '../staff/of-branch.ts'
import { branches } from '../staff/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { calendarOf } from './stories.ts'
import { slaBreaches, slaKinds } from './tables.ts'

const Breach = z.object({
  id: id(),
  work_order_id: id().meta({ examples: [88] }),
  ticket_no: z.string().meta({ examples: ['WO-2026-0088'] }),
  kind: z.enum(slaKinds).describe('Which deadline was missed'),
  sla_config_id: id().nullable(),
  sla_config: z
    .string()
    .meta({ examples: ['Standard 24h'] })
    .describe('As it was called then'),
  breached_at: instant().describe('The deadline'),
  overdue_hours: number(6.5).describe(
    'Working hours from the deadline until now, or until it was answered or finished',
  ),
  resolved: z.boolean().describe('It was answered or finished after all, or given up'),
  ...Stamps,
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: slaBreaches.id,
      work_order_id: slaBreaches.work_order_id,
      ticket_no: workOrders.ticket_no,
      kind: slaBreaches.kind,
      sla_config_id: slaBreaches.sla_config_id,
      sla_config: slaBreaches.sla_config,
      breached_at: slaBreaches.breached_at,
      resolved_at: slaBreaches.resolved_at,
      created_at: slaBreaches.created_at,
      updated_at: slaBreaches.updated_at,
    })
    .from(slaBreaches)
    .innerJoin(workOrders, eq(workOrders.id, slaBreaches.work_order_id))

type Row = Awaited<ReturnType<typeof rows>>[number]

function shown({ resolved_at, ...breach }: Row, calendar: Calendar, now: Date) {
  const end = resolved_at === null ? now : new Date(resolved_at)
  const overdue_minutes = workingMinutes(calendar, new Date(breach.breached_at), end)
  return {
    ...breach,
    overdue_hours: Math.round(overdue_minutes / 6) / 10,
    resolved: resolved_at !== null,
  }
}

export const listSlaBreaches = read(
  {
    summary: 'List SLA breaches',
    description: 'Each missed deadline once, the latest first.',
    can: 'sla:read',
    module: 'work_orders',
    query: Paging.extend({
      work_order_id: idText().optional(),
      branch_id: idText().optional().describe('Of the work order'),
      kind: z.enum(slaKinds).optional(),
      open: flag().optional().describe('Those still unanswered or unfinished, or the others'),
      from: day().optional().describe('Due on this day or later'),
      to: day().optional().describe('Due on this day or earlier'),
    }),
    output: pageOf(Breach),
  },
  async (ctx, { query: { work_order_id, branch_id, kind, open, from, to, ...paging } }) => {
    const where = and(
      same(slaBreaches.work_order_id, work_order_id),
      ofBranch(slaBreaches.work_order_id, workOrders, branch_id),
      same(slaBreaches.kind, kind),
      open === undefined ? undefined : (open ? isNull : isNotNull)(slaBreaches.resolved_at),
      onDays(slaBreaches.breached_at, { from, to }),
    )
    const order = [desc(slaBreaches.breached_at), desc(slaBreaches.id)]
    const [list, { calendar, now }] = await Promise.all([
      pageInOrder(ctx, slaBreaches, paging, where, order, rows),
      calendarOf(ctx),
      mustExist(ctx, workOrders, work_order_id),
      mustExist(ctx, branches, branch_id),
    ])
    return { ...list, data: list.data.map((breach) => shown(breach, calendar, now)) }
  },
)
