import { and, eq, gte, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import {
  atShopTime,
  insert,
  mustExist,
  newId,
  remove,
  rowsBy,
  same,
  subquery,
  update,
} from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  day,
  flag,
  Id,
  id,
  idText,
  instant,
  moment,
  Named,
  optionalText,
  Paging,
  pageOf,
  Stamps,
  searchText,
  text,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { ofBranch } from '../staff/of-branch.ts'
import { branches, employees } from '../staff/tables.ts'
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
  remind_at: instant()
    .nullable()
    .describe('When to remind of it; null once it is done or cancelled'),
  reminded_at: instant().nullable().describe('When that was done'),
  work_order_id: id().nullable(),
  work_order: z
    .object({ id: id(), ticket_no: z.string().meta({ examples: ['WO-2026-0055'] }) })
    .nullable(),
  completed_at: instant().nullable(),
  ...Stamps,
})

const Draft = z.object({
  title: text(),
  description: optionalText(10_000),
  assigned_to: id().nullable().optional().describe('Employee'),
  due_date: day().nullable().optional(),
  remind_at: moment()
    .nullable()
    .optional()
    .describe('Reminds the assignee, or without one whoever made the task; to the minute, once'),
  status: z.enum(taskStatuses).optional().describe('`open` when absent'),
  work_order_id: id().nullable().optional(),
})

/** How the filter by branch is told. */
export const whoseBranch = 'Of its work order, or without one of its assignee'

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
      remind_at: tasks.remind_at,
      reminded_at: tasks.reminded_at,
      work_order_id: tasks.work_order_id,
      work_order: { id: workOrders.id, ticket_no: workOrders.ticket_no },
      completed_at: tasks.completed_at,
      created_at: tasks.created_at,
      updated_at: tasks.updated_at,
    })
    .from(tasks)
    .leftJoin(employees, eq(employees.id, tasks.assigned_to))
    .leftJoin(workOrders, eq(workOrders.id, tasks.work_order_id))

const one = async (ctx: Selecting, id: number | SQL<number>) =>
  found((await rowsBy(ctx, rows, tasks.id, id))[0])

const saying = (q: string | undefined): SQL | undefined =>
  q
    ? sql`strpos(app.fold(concat_ws(' ', ${tasks.title}, ${tasks.description})), btrim(app.fold(${q}))) > 0`
    : undefined

/** Tasks of the work orders of a branch, and of its employees where there is no work order. */
export const withinBranch = (branch_id: number | undefined): SQL | undefined =>
  or(
    ofBranch(tasks.work_order_id, workOrders, branch_id),
    branch_id === undefined
      ? undefined
      : and(isNull(tasks.work_order_id), ofBranch(tasks.assigned_to, employees, branch_id)),
  )

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
      branch_id: idText().optional().describe(whoseBranch),
      due_from: day().optional().describe('Due on this day or later'),
      due_before: day().optional().describe('Due before this day'),
      overdue: flag().optional().describe('Open or in progress after the day it was due, or not'),
      q: searchText().optional().describe('In title and description'),
    }),
    output: pageOf(Task),
  },
  async (ctx, { query }) => {
    const { status, assigned_to, work_order_id, branch_id, due_from, due_before, overdue } = query
    const where = and(
      same(tasks.status, status),
      same(tasks.assigned_to, assigned_to),
      same(tasks.work_order_id, work_order_id),
      withinBranch(branch_id),
      due_from === undefined ? undefined : gte(tasks.due_date, due_from),
      due_before === undefined ? undefined : lt(tasks.due_date, due_before),
      overdue === undefined ? undefined : overdue ? late : sql`${late} is not true`,
      saying(query.q),
    )
    const [, , , list] = await Promise.all([
      mustExist(ctx, employees, assigned_to),
      mustExist(ctx, workOrders, work_order_id),
      mustExist(ctx, branches, branch_id),
      page(ctx, tasks, query, where, rows),
    ])
    return list
  },
)

export const listWorkOrderTasks = read(
  {
    summary: 'List tasks of work order',
    can: 'tasks:read',
    module: 'work_orders',
    params: Id,
    query: Paging.extend({ status: z.enum(taskStatuses).optional() }),
    output: pageOf(Task),
    on: workOrders,
  },
  async (ctx, { params: { id }, query }) => {
    const where = and(eq(tasks.work_order_id, id), same(tasks.status, query.status))
    const [, list] = await Promise.all([
      mustExist(ctx, workOrders, id),
      page(ctx, tasks, query, where, rows),
    ])
    return list
  },
)

/** A reminder is kept as it is shown, in seconds: who sends back what he read asks for no other one. */
const columnsOf = <T extends Partial<z.output<typeof Draft>>>(draft: T) => ({
  ...draft,
  remind_at: draft.remind_at && sql<string>`date_trunc('second', ${atShopTime(draft.remind_at)})`,
})

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
    const [, task] = await Promise.all([
      insert(ctx, tasks, columnsOf(body)),
      one(ctx, newId(tasks)),
    ])
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
      update(ctx, tasks, id, { ...columnsOf(body), ...(body.status && { position: sql`null` }) }),
      one(ctx, id),
    ])
    return task
  },
)

export const deleteTask = write(
  { summary: 'Delete task', can: 'tasks:write', module: 'crm', params: Id, on: tasks },
  (ctx, { params }) => remove(ctx, tasks, params.id),
)
