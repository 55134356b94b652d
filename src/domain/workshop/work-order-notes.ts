import { desc, eq, type SQL } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { insert, mustExist, newId, rowsBy, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { Id, id, Named, Paging, pageOf, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { users } from '../identity/tables.ts'
import { workOrderNotes, workOrders } from './tables.ts'

export const Note = z.object({
  id: id(),
  note: z.string().meta({ examples: ['Waiting for spare part from supplier.'] }),
  is_internal: z.boolean().describe('Hidden from the customer'),
  user: Named.nullable().describe('Who wrote it; null for the system'),
  ...Stamps,
})

/** Text of a note in a body. */
export const noteText = () =>
  text(10_000).meta({ examples: ['Waiting for spare part from supplier.'] })

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: workOrderNotes.id,
      note: workOrderNotes.note,
      is_internal: workOrderNotes.is_internal,
      user: { id: users.id, name: users.name },
      created_at: workOrderNotes.created_at,
      updated_at: workOrderNotes.updated_at,
    })
    .from(workOrderNotes)
    .leftJoin(users, eq(users.id, workOrderNotes.user_id))

/** The notes of a work order, newest first. */
export const notesOf = (ctx: Selecting, work_order_id: number | SQL<number>) =>
  rowsBy(ctx, rowsNewestFirst, workOrderNotes.work_order_id, work_order_id)

const rowsNewestFirst = (ctx: Selecting) => rows(ctx).$dynamic().orderBy(desc(workOrderNotes.id))

async function one(ctx: Selecting, id: SQL<number>) {
  const [note] = await rowsBy(ctx, rows, workOrderNotes.id, id)
  return found(note)
}

/** Adds a note, internal unless said otherwise; the work order's version moves with it. */
export const writeNote = (
  ctx: Writing,
  work_order_id: number,
  draft: { note: string; is_internal?: boolean | undefined },
) =>
  Promise.all([
    update(ctx, workOrders, work_order_id, {}),
    insert(ctx, workOrderNotes, { ...draft, work_order_id }),
  ])

export const listNotes = read(
  {
    summary: 'List work order notes',
    can: 'work_orders:read',
    module: 'work_orders',
    params: Id,
    query: Paging,
    output: pageOf(Note),
  },
  async (ctx, { params, query }) => {
    const where = eq(workOrderNotes.work_order_id, params.id)
    const [, list] = await Promise.all([
      mustExist(ctx, workOrders, params.id),
      page(ctx, workOrderNotes, query, where, rows),
    ])
    return list
  },
)

export const addNote = write(
  {
    summary: 'Add internal note',
    can: 'work_orders:write',
    module: 'work_orders',
    params: Id,
    body: z.object({
      note: noteText(),
      is_internal: z.boolean().optional().describe('Hide from customer, true when absent'),
    }),
    output: Note,
    on: workOrders,
    status: 201,
  },
  async (ctx, { params, body }) => {
    const [, note] = await Promise.all([
      writeNote(ctx, params.id, body),
      one(ctx, newId(workOrderNotes)),
    ])
    return note
  },
)
