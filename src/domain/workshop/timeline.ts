import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading, Selecting, Writing } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { mustExist, newId, rowsBy, subquery } from '../../db/rows.ts'
import { events } from '../../db/tables.ts'
import { found } from '../../refusal.ts'
import { Id, id, instant, Named, Paging, pageOf } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { customers, devices } from '../customers/tables.ts'
import { tenants, users } from '../identity/tables.ts'
import { slaConfigs } from '../sla/configs-table.ts'
import { branches, employees } from '../staff/tables.ts'
import { workOrderStatuses, workOrders } from './tables.ts'
import { type Changes, capitalised, sentence } from './timeline-sentences.ts'
import { noteText, writeNote } from './work-order-notes.ts'

const entryKinds = [
  'created',
  'field_changed',
  'note_added',
  'engineer_assigned',
  'status_changed',
  'completed',
] as const

type EntryKind = (typeof entryKinds)[number]

/** The events of the history that a timeline shows, by what it calls them. */
const kinds: Record<string, EntryKind> = {
  'work_order.created': 'created',
  'work_order.updated': 'field_changed',
  'work_order.assigned': 'engineer_assigned',
  'work_order.status_changed': 'status_changed',
  'work_order.completed': 'completed',
  'work_order_note.created': 'note_added',
  'work_order_line.created': 'field_changed',
  'work_order_line.updated': 'field_changed',
  'work_order_line.deleted': 'field_changed',
  'attachment.created': 'field_changed',
  'attachment.deleted': 'field_changed',
  'work_order.label_created': 'field_changed',
  'work_order.label_voided': 'field_changed',
  'work_order.parcel_delivered': 'field_changed',
  'work_order.parts_arrived': 'field_changed',
  'work_order.parts_picked': 'field_changed',
  'work_order.parts_returned': 'field_changed',
  'warranty_claim.created': 'field_changed',
  'warranty_claim.updated': 'field_changed',
  'warranty_claim.deleted': 'field_changed',
  'warranty_claim.approved': 'field_changed',
  'warranty_claim.rejected': 'field_changed',
}

const namesOf = (kind: EntryKind | undefined) =>
  Object.keys(kinds).filter((name) => kind === undefined || kinds[name] === kind)

const Entry = z.object({
  id: id().meta({ examples: [301] }),
  event: z.enum(entryKinds).meta({ examples: ['status_changed'] }),
  description: z.string().meta({ examples: ['Status changed from New to In Repair'] }),
  user: Named.nullable().describe('null for the system'),
  created_at: instant(),
})

/** What the line of an event was called then: it may have been renamed or removed since. */
const lineAsKnown = sql`
  select story.changes -> 'description' ->> 1 from ${events} story
  where ${events.entity} = 'work_order_line' and story.entity = ${events.entity}
    and story.entity_id = ${events.entity_id} and story.id <= ${events.id}
    and story.changes ? 'description'
  order by story.id desc limit 1`

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: events.id,
      name: events.name,
      changes: events.changes,
      line: subquery<string | null>(lineAsKnown),
      user: { id: users.id, name: users.name },
      created_at: events.at,
    })
    .from(events)
    .leftJoin(users, eq(users.id, events.user_id))

type Row = Awaited<ReturnType<typeof rows>>[number]

/** What is told of a work order; completion taken back is told by its change of status. */
const toldOf = (work_order_id: number, kind: EntryKind | undefined) =>
  and(
    eq(events.root, 'work_order'),
    eq(events.root_id, work_order_id),
    inArray(events.name, namesOf(kind)),
    sql`not (${events.name} = 'work_order.updated' and ${events.changes} - 'completed_at' = '{}')`,
  )

type Label = { field: string; value: string; label: string | null }

/** Present names of all that a work order and its lines ever named; moments in the shop's own zone. */
async function labelsOf(ctx: Reading, work_order_id: number): Promise<Label[]> {
  const { rows: labels } = await ctx.db.execute<Label>(sql`
    with had as (
      select distinct change.key as field, pair.value
      from ${events}, jsonb_each(changes) change, jsonb_array_elements_text(change.value) pair
      where root = 'work_order' and root_id = ${work_order_id}
        and entity in ('work_order', 'work_order_line', 'warranty_claim')
        and change.key in ('status', 'assigned_to', 'customer_id', 'device_id', 'branch_id', 'sla_config_id', 'product_id', 'expected_ready_at', 'warranty_of_id', 'warranty_work_order_id')
    )
    select field, value, case field
      when 'status' then (select label from ${workOrderStatuses} where slug = value)
      when 'assigned_to' then (select name from ${employees} where id = value::bigint)
      when 'customer_id' then (select name from ${customers} where id = value::bigint)
      when 'device_id' then (select concat_ws(' ', brand, model, serial_number) from ${devices} where id = value::bigint)
      when 'branch_id' then (select name from ${branches} where id = value::bigint)
      when 'sla_config_id' then (select name from ${slaConfigs} where id = value::bigint)
      when 'warranty_of_id' then (select ticket_no from ${workOrders} where id = value::bigint)
      when 'warranty_work_order_id' then (select ticket_no from ${workOrders} where id = value::bigint)
      when 'product_id' then (select name from ${products} where id = value::bigint)
      when 'expected_ready_at' then to_char(
        value::timestamptz at time zone (select timezone from ${tenants} where id = app.tenant()),
        'YYYY-MM-DD HH24:MI')
    end as label
    from had where value is not null`)
  return labels
}

/** What people call a value; one that has no name any more is shown as it is. */
function labelling(labels: Label[]) {
  const known = new Map(labels.map(({ field, value, label }) => [`${field} ${value}`, label]))
  return (column: string, value: unknown): string => {
    const label = known.get(`${column} ${value}`)
    if (label) return label
    if (column === 'status' || column === 'priority') {
      return capitalised(String(value).replaceAll('_', ' '))
    }
    return String(value)
  }
}

function entry({ name, changes, line, ...row }: Row, label: ReturnType<typeof labelling>) {
  return {
    ...row,
    event: found(kinds[name]),
    description: sentence({ name, changes: changes as Changes, line, label }),
  }
}

export const showTimeline = read(
  {
    summary: 'Get timeline / audit log',
    can: 'work_orders:read',
    module: 'work_orders',
    params: Id,
    query: Paging.extend({ event: z.enum(entryKinds).optional() }),
    output: pageOf(Entry),
  },
  async (ctx, { params, query }) => {
    const [, list, labels] = await Promise.all([
      mustExist(ctx, workOrders, params.id),
      page(ctx, events, query, toldOf(params.id, query.event), rows),
      labelsOf(ctx, params.id),
    ])
    const label = labelling(labels)
    return { ...list, data: list.data.map((row) => entry(row, label)) }
  },
)

/** The history's row of what this transaction has just written. */
async function latest(ctx: Writing, id: SQL<number>) {
  const [row] = await rowsBy(ctx, rows, events.id, id)
  return entry(found(row), labelling([]))
}

export const addTimelineNote = write(
  {
    summary: 'Add internal note',
    description: 'Not visible to the customer.',
    can: 'work_orders:write',
    module: 'work_orders',
    params: Id,
    body: z.object({ note: noteText() }),
    output: Entry,
    on: workOrders,
    status: 201,
  },
  async (ctx, { params, body }) => {
    const [, added] = await Promise.all([
      writeNote(ctx, params.id, body),
      latest(ctx, newId(events)),
    ])
    return added
  },
)
