import { eq, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { insert, insertMissing, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { customers, customerTags, tags } from '../customers/tables.ts'
import { invoiceWorkOrder } from '../sales/work-order-invoice.ts'
import { tasks } from '../tasks/tables.ts'
import { priorities, workOrders } from '../workshop/tables.ts'
import { addNote } from '../workshop/work-order-notes.ts'
import { changeStatus } from '../workshop/work-order-status.ts'
import { updateWorkOrder } from '../workshop/work-orders.ts'
import { action, type Done, onlyOne, type Situation } from './action.ts'

const none: Done = { skipped: 'There is no work order.' }
const soAlready: Done = { skipped: 'It is so already.' }

const touched = (id: number) => ({ entity: 'work_order', id })

/** Does something to the work order, unless it has that value already. */
async function change(
  ctx: Transacting,
  at: Situation,
  column: 'status' | 'assigned_to' | 'priority',
  value: string | number,
  act: (params: { id: number }) => Promise<unknown>,
): Promise<Done> {
  const id = at.links.work_order
  if (!id) return none
  const [present] = await ctx.db
    .select({ value: workOrders[column] })
    .from(workOrders)
    .where(eq(workOrders.id, id))
    .for('update')
  if (found(present).value === value) return soAlready
  await act({ id })
  return { did: `${column} = ${value}`, touched: touched(id) }
}

export const workActions = {
  set_status: action({
    label: 'Change the status of the work order',
    params: { status: { type: 'status', required: true } },
    needs: 'work_order',
    perform: (ctx, { status }, at) =>
      change(ctx, at, 'status', status, (params) =>
        changeStatus(ctx, { params, body: { status, note: null } }),
      ),
  }),

  assign: action({
    label: 'Assign the work order',
    params: { employee_id: { type: 'employee', required: true } },
    needs: 'work_order',
    perform: (ctx, { employee_id }, at) =>
      change(ctx, at, 'assigned_to', employee_id, (params) =>
        updateWorkOrder(ctx, { params, body: { assigned_to: employee_id } }),
      ),
  }),

  set_priority: action({
    label: 'Set the priority of the work order',
    params: { priority: { type: 'enum', values: priorities, required: true } },
    needs: 'work_order',
    perform: (ctx, { priority }, at) =>
      change(ctx, at, 'priority', priority, (params) =>
        updateWorkOrder(ctx, {
          params,
          body: { priority: priority as (typeof priorities)[number] },
        }),
      ),
  }),

  add_note: action({
    label: 'Add a note to the work order',
    params: {
      note: { type: 'text', max: 5000, required: true },
      is_internal: { type: 'boolean', description: 'Hide from the customer; true when absent' },
    },
    needs: 'work_order',
    perform: async (ctx, { note, is_internal }, at) => {
      const id = at.links.work_order
      if (!id) return none
      await addNote(ctx, { params: { id }, body: { note: at.fill(note), is_internal } })
      return { did: 'note added', touched: touched(id) }
    },
  }),

  create_invoice: action({
    label: 'Invoice the work order',
    params: {},
    needs: 'work_order',
    skips: ['nothing_to_invoice'],
    perform: async (ctx, _, at) => {
      const id = at.links.work_order
      if (!id) return none
      const invoice = await invoiceWorkOrder(ctx, { params: { id } })
      return { did: 'draft invoice made', touched: { entity: 'invoice', id: invoice.id } }
    },
  }),

  create_task: action({
    label: 'Create a task',
    params: {
      title: { type: 'text', max: 200, required: true },
      description: { type: 'text', max: 5000 },
      assigned_to: { type: 'employee' },
      due_in_days: { type: 'integer', max: 3650 },
    },
    perform: async (ctx, { title, description, assigned_to, due_in_days }, at) => {
      const [task] = await insert(ctx, tasks, {
        title: at.fill(title).slice(0, 255),
        description: description === undefined ? null : at.fill(description),
        assigned_to: assigned_to ?? null,
        due_date: due_in_days === undefined ? null : sql`app.today() + ${due_in_days}::int`,
        work_order_id: at.links.work_order ?? null,
      })
      return { did: 'task made', touched: { entity: 'task', id: found(task).id } }
    },
  }),

  add_tag: action({
    label: 'Tag the customer',
    params: {
      tag_id: { type: 'tag' },
      name: { type: 'text', max: 100, description: 'Of a tag, made when the shop has none such' },
    },
    needs: 'customer',
    problem: (given) => onlyOne(given, ['tag_id', 'name']),
    perform: async (ctx, { tag_id, name = '' }, at) => {
      const customer_id = at.links.customer
      if (!customer_id) return { skipped: 'There is no customer.' }
      const id = tag_id ?? (await tagCalled(ctx, at.fill(name).trim().slice(0, 100)))
      const added = await insertMissing(ctx, customerTags, { customer_id, tag_id: id })
      if (added.length === 0) return soAlready
      // Tags are part of the customer: its version moves, and who copies customers hears of it.
      await update(ctx, customers, customer_id, {})
      return { did: 'tagged', touched: { entity: 'customer', id: customer_id } }
    },
  }),
}

/** The id of the tag of that name, in whatever letter case. */
async function tagCalled(ctx: Transacting, name: string): Promise<number> {
  await insertMissing(ctx, tags, { name })
  const [tag] = await ctx.db
    .select({ id: tags.id })
    .from(tags)
    .where(sql`lower(${tags.name}) = lower(${name})`)
  return found(tag).id
}
