import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import { mustExist, same, updateWhere } from '../../db/rows.ts'
import { invalid } from '../../refusal.ts'
import { ArrayPaging, id, idText } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { branches, employees } from '../staff/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { taskStatuses, tasks } from './tables.ts'
import { rows, Task, whoseBranch, withinBranch } from './tasks.ts'

/** Columns of the board, from left to right. */
const columns = ['open', 'in_progress', 'done'] as const

/** What was done longer ago is in the list only. */
const doneShown = 100

export const getBoard = read(
  {
    summary: 'Kanban board view',
    description: `The columns from left to right, each with its tasks in order of position; of the done ones the ${doneShown} latest.`,
    can: 'tasks:read',
    module: 'crm',
    query: ArrayPaging.extend({
      assigned_to: idText().optional().describe('Employee'),
      work_order_id: idText().optional(),
      branch_id: idText().optional().describe(whoseBranch),
    }),
    output: z.array(z.object({ status: z.enum(columns), tasks: z.array(Task) })),
  },
  async (ctx, { query }) => {
    const { page = 1, per_page = 100, assigned_to, work_order_id, branch_id } = query
    const whose = and(
      same(tasks.assigned_to, assigned_to),
      same(tasks.work_order_id, work_order_id),
      withinBranch(branch_id),
    )
    const latest = ctx.db
      .select({ id: tasks.id })
      .from(tasks)
      .where(and(eq(tasks.status, 'done'), whose))
      .orderBy(desc(tasks.completed_at), desc(tasks.id))
      .limit(doneShown)
    const [, , , unfinished, done] = await Promise.all([
      mustExist(ctx, employees, assigned_to),
      mustExist(ctx, workOrders, work_order_id),
      mustExist(ctx, branches, branch_id),
      rows(ctx)
        .where(and(inArray(tasks.status, ['open', 'in_progress']), whose))
        .orderBy(asc(tasks.position)),
      rows(ctx).where(inArray(tasks.id, latest)).orderBy(asc(tasks.position)),
    ])
    const shown = [...unfinished, ...done]
    const board = columns.map((status) => ({
      status,
      tasks: shown.filter((task) => task.status === status),
    }))
    const start = (page - 1) * per_page
    return Object.assign(board.slice(start, start + per_page), { total: board.length })
  },
)

/** No column is as long; beyond its end is its end. */
const farthest = 1_000_000_000

export const reorderTask = write(
  {
    summary: 'Reorder / move task',
    description: 'The others make room. A position beyond the end of the column is its end.',
    can: 'tasks:write',
    module: 'crm',
    body: z.object({
      task_id: id(),
      position: z
        .int()
        .min(0)
        .transform((position) => Math.min(position, farthest))
        .meta({ type: 'integer', minimum: 0, examples: [0] })
        .describe('New place in the column, from 0'),
      status: z.enum(taskStatuses).describe('Target column'),
    }),
    output: z.object({ message: z.string().meta({ examples: ['Task reordered'] }) }),
  },
  async (ctx, { body: { task_id, status, position } }) => {
    const first = sql`(select min(${tasks.position}) from ${tasks} where ${tasks.status} = ${status})`
    const [, moved] = await Promise.all([
      // Before the first position of the column is looked at.
      ctx.db.execute(sql`select app.hold_board()`),
      updateWhere(ctx, tasks, eq(tasks.id, task_id), {
        status,
        position: sql`coalesce(${first}, 0) + ${position}::int`,
      }),
    ])
    if (moved === 0) throw invalid({ task_id: ['The selected task id is invalid.'] })
    return { message: 'Task reordered' }
  },
)
