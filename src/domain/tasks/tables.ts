import { sql } from 'drizzle-orm'
import { check, date, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { belongsTo, instant, reference, tenantColumns, tenantKey } from '../../db/columns.ts'
import { employees } from '../staff/tables.ts'
import { workOrders } from '../workshop/tables.ts'

export const taskStatuses = ['open', 'in_progress', 'done', 'cancelled'] as const

export const tasks = pgTable(
  'tasks',
  {
    ...tenantColumns,
    title: text().notNull(),
    description: text(),
    assigned_to: reference(),
    due_date: date({ mode: 'string' }),
    /** When to remind of it; cleared by the database once it is done or cancelled. */
    remind_at: instant(),
    /** When the job reminded of it: the moment of the event. */
    reminded_at: instant(),
    status: text({ enum: taskStatuses }).notNull().default('open'),
    /**
     * Order within its status: consecutive numbers, and the first of them is shown as 0. The database places
     * new and moved tasks (app.place_task).
     */
    position: integer().notNull().default(0),
    work_order_id: reference(),
    /** Set and cleared by the database, with the status. */
    completed_at: instant(),
    /** When the job told that its day had come: the moment of the event. */
    due_told_at: instant(),
  },
  (t) => [
    tenantKey(t),
    belongsTo(t, t.assigned_to, employees),
    belongsTo(t, t.work_order_id, workOrders, 'cascade'),
    index('tasks_status_idx').on(t.tenant_id, t.status, t.position),
    index('tasks_assigned_to_idx').on(t.tenant_id, t.assigned_to, t.id.desc()),
    index('tasks_work_order_id_idx').on(t.tenant_id, t.work_order_id),
    index('tasks_completed_at_idx')
      .on(t.tenant_id, t.completed_at.desc(), t.id.desc())
      .where(sql`${t.status} = 'done'`),
    index('tasks_due_date_idx')
      .on(t.tenant_id, t.due_date)
      .where(sql`${t.status} in ('open', 'in_progress')`),
    index('tasks_untold_idx')
      .on(t.due_date)
      .where(sql`${t.status} in ('open', 'in_progress') and ${t.due_told_at} is null`),
    index('tasks_remind_at_idx')
      .on(t.remind_at)
      .where(sql`${t.remind_at} is not null and ${t.reminded_at} is null`),
    check('tasks_status_check', sql`${t.status} in ('open', 'in_progress', 'done', 'cancelled')`),
  ],
)
