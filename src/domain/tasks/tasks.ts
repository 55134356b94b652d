import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { insert, mustExist, newId, remove, rowsBy, same, subquery, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  day,
  flag,
  Id,
  id,
  idText,
  instant,
  Named,
  optionalText,
  Paging,
  pageOf,
  Stamps,
  searchText,
  text,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { employees } from '../staff/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { taskStatuses, tasks } from './tables.ts'

/** A task as every answer shows it. */
export const Task = z.object({
  id: id().meta({ examples: [10] }),
  title: z.string().meta({ examples: ['Order spare parts'] }),
  description: z.string().nullable(),
  status: z.enum(taskStatuses),
  position: z.int().describe('Place among the tasks of its status, from 0'),
  assigned_to: id().nullable().describe('Employee'),
  assignee: Named.nullable(),
  due_date: day().nullable(),
  work_order_id: id().nullable(),
  completed_at: instant().nullable(),
  ...Stamps,
})

const Draft = z.object({
  title: text(),
  description: optionalText(10_000),
  assigned_to: id().nullable().optional().describe('Employee'),
  due_date: day().nullable().optional(),
  status: z.enum(taskStatuses).optional().describe('`open` when absent'),
  work_order_id: id().nullable().optional(),
})

/** Tasks as rows, each with who does it. */
export const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: tasks.id,
      title: tasks.title,
      description: tasks.description,
      status: tasks.status,
      position: subquery<number>(sql`
        select ${tasks.position} - min(first.position) from ${tasks} first
        where first.tenant_id = ${tasks.tenant_id} and first.status = ${tasks.status}`),
      assigned_to: tasks.assigned_to,
      assignee: { id: employees.id, name: employees.name },
      due_date: tasks.due_date,
      work_order_id: tasks.work_order_id,
      completed_at: tasks.completed_at,
      created_at: tasks.created_at,
      updated_at: tasks.updated_at,
    })
    .from(tasks)
    .leftJoin(employees, eq(employees.id, tasks.assigned_to))

const one = async (ctx: Selecting, id: number | SQL<number>) =>
  found((await rowsBy(ctx, rows, tasks.id, id))[0])

const saying = (q: string | undefined): SQL | undefined =>
  q
    ? sql`strpos(app.fold(concat_ws(' ', ${tasks.title}, ${tasks.description})), btrim(app.fold(${q}))) > 0`
    : undefined

/** Not finished by the end of its day. */
const late = sql`(${tasks.status} in ('open', 'in_progress') and ${tasks.due_date} < app.today())`

export const listTasks = read(
  {
    summary: 'List tasks',
    can: 'tasks:read',
    module: 'crm',
    query: Paging.extend({
      status: z.enum(taskStatuses).optional(),
      assigned_to: idText().optional().describe('Employee'),
      work_order_id: idText().optional(),
      due_from: day().optional().describe('Due on this day or later'),
      due_before: day().optional().describe('Due before this day'),
      overdue: flag().optional().describe('Open or in progress after the day it was due, or not'),
      q: searchText().optional().describe('In title and description'),
    }),
    output: pageOf(Task),
  },
  async (ctx, { query }) => {
    const { status, assigned_to, work_order_id, due_from, due_before, overdue } = query
    const where = and(
      same(tasks.status, status),
      same(tasks.assigned_to, assigned_to),
      same(tasks.work_order_id, work_order_id),
      due_from === undefined ? undefined : gte(tasks.due_date, due_from),
      due_before === undefined ? undefined : lt(tasks.due_date, due_before),
      overdue === undefined ? undefined : overdue ? late : sql`${late} is not true`,
      saying(query.q),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, employees, assigned_to),
      mustExist(ctx, workOrders, work_order_id),
      page(ctx, tasks, query, where, rows),
    ])
    return list
  },
)

export const createTask = write(
  {
    summary: 'Create task',
    description: 'It comes in at the end of its column of the board.',
    can: 'tasks:write',
    module: 'crm',
    body: Draft,
    output: Task,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, task] = await Promise.all([insert(ctx, tasks, body), one(ctx, newId(tasks))])
    return task
  },
)

export const getTask = read(
  { summary: 'Get task', can: 'tasks:read', module: 'crm', params: Id, output: Task, on: tasks },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateTask = write(
  {
    summary: 'Update task',
    description: 'With another status it goes to the end of that column of the board.',
    can: 'tasks:write',
    module: 'crm',
    params: Id,
    body: Draft.partial(),
    output: Task,
    on: tasks,
  },
  async (ctx, { params: { id }, body }) => {
    const [, task] = await Promise.all([
      // No position: the end of another column, or where it stands in its own.
      update(ctx, tasks, id, { ...body, ...(body.status && { position: sql`null` }) }),
      one(ctx, id),
    ])
    return task
  },
)

export const deleteTask = write(
  { summary: 'Delete task', can: 'tasks:write', module: 'crm', params: Id, on: tasks },
  (ctx, { params }) => remove(ctx, tasks, params.id),
)
