import { and, count, eq, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { mustExist, subquery } from '../../db/rows.ts'
import { events } from '../../db/tables.ts'
import { Id, id, instant, money, Named, number, Paging, pageOf } from '../../schema.ts'
import { read } from '../../verb.ts'
import { users } from '../identity/tables.ts'
import { employees } from '../staff/tables.ts'
import {
  workOrderLines,
  workOrderNotes,
  workOrderStatuses,
  workOrders,
} from '../workshop/tables.ts'
import { customers, devices } from './tables.ts'

const Repair = z.object({
  id: id(),
  ticket_no: z.string().meta({ examples: ['WO-2026-0101'] }),
  status: z.object({
    slug: z.string().meta({ examples: ['completed'] }),
    label: z.string().meta({ examples: ['Completed'] }),
  }),
  customer: Named.describe('Who brought it then'),
  assignee: Named.nullable(),
  problem_description: z
    .string()
    .nullable()
    .meta({ examples: ['Cracked screen'] }),
  lines: z
    .array(
      z.object({
        id: id(),
        description: z.string().meta({ examples: ['Screen replacement'] }),
        quantity: number(),
        total_excl: money(),
      }),
    )
    .describe('What was done and put in'),
  notes: z.array(z.object({ id: id(), note: z.string(), is_internal: z.boolean() })),
  created_at: instant(),
  completed_at: instant().nullable(),
})

const Change = z.object({
  name: z.string().meta({ examples: ['device.updated'] }),
  user: Named.nullable().describe('null: the system itself'),
  changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])).meta({
    description: 'Field → before and after',
    examples: [{ color: ['black', 'white'] }],
  }),
})

const Entry = z.object({
  kind: z.enum(['work_order', 'change']),
  at: instant().describe('When it was brought in, or changed'),
  work_order: Repair.nullable(),
  change: Change.nullable(),
})

export const deviceHistory = read(
  {
    summary: 'History of a device',
    description: 'Its work orders and the changes of its record, newest first.',
    can: 'customers:read',
    params: Id,
    query: Paging,
    output: pageOf(Entry),
    on: devices,
  },
  async (ctx, { params, query: { page = 1, per_page = 25 } }) => {
    const [, rows, [visits], [changes]] = await Promise.all([
      mustExist(ctx, devices, params.id),
      entries(ctx, params.id, per_page, (page - 1) * per_page),
      ctx.db.select({ total: count() }).from(workOrders).where(broughtIn(params.id)),
      ctx.db.select({ total: count() }).from(events).where(changed(params.id)),
    ])
    const total = (visits?.total ?? 0) + (changes?.total ?? 0)
    const last_page = Math.max(1, Math.ceil(total / per_page))
    return { data: rows.map(entryOf), current_page: page, last_page, per_page, total }
  },
)

const broughtIn = (device_id: number) => eq(workOrders.device_id, device_id)

const changed = (device_id: number) =>
  and(eq(events.entity, 'device'), eq(events.entity_id, device_id))

/** Which entries are on the page is found in two indexes; only those are then read in full. */
function timeline(ctx: Reading, device_id: number, limit: number, offset: number) {
  const visits = ctx.db
    .select({
      kind: sql<'work_order' | 'change'>`'work_order'`.as('entry_kind'),
      entry_id: sql<number>`${workOrders.id}`.as('entry_id'),
      at: sql<string>`${workOrders.created_at}`.as('entry_at'),
    })
    .from(workOrders)
    .where(broughtIn(device_id))
  const changes = ctx.db
    .select({
      kind: sql<'work_order' | 'change'>`'change'`.as('entry_kind'),
      entry_id: sql<number>`${events.id}`.as('entry_id'),
      at: sql<string>`${events.at}`.as('entry_at'),
    })
    .from(events)
    .where(changed(device_id))
  return unionAll(visits, changes)
    .orderBy(sql`entry_at desc, entry_kind desc, entry_id desc`)
    .limit(limit)
    .offset(offset)
    .as('timeline')
}

type Line = { id: number; description: string; quantity: number; total_excl: number }
type Note = { id: number; note: string; is_internal: boolean }

const lines = subquery<Line[]>(sql`
  select coalesce(json_agg(json_build_object('id', ${workOrderLines.id}, 'description', ${workOrderLines.description},
    'quantity', ${workOrderLines.quantity}, 'total_excl', ${workOrderLines.total_excl_cents}) order by ${workOrderLines.id}), '[]')
  from ${workOrderLines} where ${workOrderLines.work_order_id} = ${workOrders.id}`)

const notes = subquery<Note[]>(sql`
  select coalesce(json_agg(json_build_object('id', ${workOrderNotes.id}, 'note', ${workOrderNotes.note},
    'is_internal', ${workOrderNotes.is_internal}) order by ${workOrderNotes.id}), '[]')
  from ${workOrderNotes} where ${workOrderNotes.work_order_id} = ${workOrders.id}`)

function entries(ctx: Reading, device_id: number, limit: number, offset: number) {
  const entry = timeline(ctx, device_id, limit, offset)
  return ctx.db
    .select({
      kind: entry.kind,
      at: entry.at,
      work_order: {
        id: workOrders.id,
        ticket_no: workOrders.ticket_no,
        problem_description: workOrders.problem_description,
        created_at: workOrders.created_at,
        completed_at: workOrders.completed_at,
      },
      status: { slug: workOrderStatuses.slug, label: workOrderStatuses.label },
      customer: { id: customers.id, name: customers.name },
      assignee: { id: employees.id, name: employees.name },
      lines,
      notes,
      change: { name: events.name, changes: events.changes },
      user: { id: users.id, name: users.name },
    })
    .from(entry)
    .leftJoin(workOrders, and(eq(entry.kind, 'work_order'), eq(workOrders.id, entry.entry_id)))
    .leftJoin(workOrderStatuses, eq(workOrderStatuses.slug, workOrders.status))
    .leftJoin(customers, eq(customers.id, workOrders.customer_id))
    .leftJoin(employees, eq(employees.id, workOrders.assigned_to))
    .leftJoin(events, and(eq(entry.kind, 'change'), eq(events.id, entry.entry_id)))
    .leftJoin(users, eq(users.id, events.user_id))
    .orderBy(sql`${entry.at} desc, ${entry.kind} desc, ${entry.entry_id} desc`)
}

type Row = Awaited<ReturnType<typeof entries>>[number]

function entryOf({ kind, at, work_order, status, customer, change, user, ...rest }: Row) {
  return {
    kind,
    at,
    work_order: work_order && status && customer && { ...work_order, status, customer, ...rest },
    change: change && { ...change, user },
  }
}
