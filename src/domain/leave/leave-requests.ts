import { and, desc, eq, gte, lte, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { page } from '../../db/pages.ts'
import {
  guard,
  insert,
  mustExist,
  newId,
  remove,
  rowsBy,
  same,
  update,
  updateWhere,
} from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  day,
  Id,
  id,
  idText,
  instant,
  Named,
  number,
  optionalText,
  Paging,
  pageOf,
  Stamps,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { branches, employees } from '../staff/tables.ts'
import { mustBeSelf, mustSee, visible } from './access.ts'
import { halves, leaveRequests, leaveStatuses, leaveTypes } from './tables.ts'
import { year } from './years.ts'

const module = 'hrm'

/** A leave request as every answer shows it. */
export const LeaveRequest = z.object({
  id: id(),
  employee_id: id(),
  employee: Named,
  leave_type_id: id(),
  leave_type: Named,
  start_date: day(),
  start_half: z.enum(halves).describe('The first half day that is off'),
  end_date: day(),
  end_half: z.enum(halves).describe('The last half day that is off'),
  days: number(5).describe('Working days of the employee, without public holidays'),
  status: z.enum(leaveStatuses),
  notes: z.string().nullable(),
  reason: z.string().nullable().describe('Why it was rejected'),
  decided_by: id().nullable().describe('The user who approved, rejected or cancelled it'),
  approved_at: instant().nullable(),
  rejected_at: instant().nullable(),
  cancelled_at: instant().nullable(),
  ...Stamps,
})

const Draft = z.object({
  employee_id: id(),
  leave_type_id: id(),
  start_date: day(),
  end_date: day().describe('The last day off; that of `start_date` for a single day'),
  start_half: z
    .enum(halves)
    .optional()
    .describe('`afternoon`: the morning of the first day is worked; `morning` when absent'),
  end_half: z
    .enum(halves)
    .optional()
    .describe('`morning`: the afternoon of the last day is worked; `afternoon` when absent'),
  notes: optionalText(2000),
})

/** Requests as rows, each with whose they are. */
export const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: leaveRequests.id,
      employee_id: leaveRequests.employee_id,
      employee: { id: employees.id, name: employees.name },
      leave_type_id: leaveRequests.leave_type_id,
      leave_type: { id: leaveTypes.id, name: leaveTypes.name },
      start_date: leaveRequests.start_date,
      start_half: leaveRequests.start_half,
      end_date: leaveRequests.end_date,
      end_half: leaveRequests.end_half,
      days: leaveRequests.days,
      status: leaveRequests.status,
      notes: leaveRequests.notes,
      reason: leaveRequests.reason,
      decided_by: leaveRequests.decided_by,
      approved_at: leaveRequests.approved_at,
      rejected_at: leaveRequests.rejected_at,
      cancelled_at: leaveRequests.cancelled_at,
      created_at: leaveRequests.created_at,
      updated_at: leaveRequests.updated_at,
    })
    .from(leaveRequests)
    .innerJoin(employees, eq(employees.id, leaveRequests.employee_id))
    .innerJoin(leaveTypes, eq(leaveTypes.id, leaveRequests.leave_type_id))

/** The request of this id; who may see it was looked at before. */
export const one = async (ctx: Selecting, id: number | SQL<number>) =>
  found((await rowsBy(ctx, rows, leaveRequests.id, id))[0])

/** Some day of it lies in these. */
const within = (from: string | undefined, to: string | undefined): SQL | undefined =>
  and(
    from === undefined ? undefined : gte(leaveRequests.end_date, from),
    to === undefined ? undefined : lte(leaveRequests.start_date, to),
  )

const inBranch = (branch_id: number | undefined): SQL | undefined =>
  branch_id === undefined
    ? undefined
    : sql`${leaveRequests.employee_id} in (
        select ${employees.id} from ${employees} where ${employees.branch_id} = ${branch_id})`

export const listLeaveRequests = read(
  {
    summary: 'List leave requests',
    description: 'The own ones; with `leave:approve` everybody’s.',
    can: 'leave:read',
    module,
    query: Paging.extend({
      employee_id: idText().optional(),
      leave_type_id: idText().optional(),
      branch_id: idText().optional().describe('Of employees of this branch'),
      status: z.enum(leaveStatuses).optional(),
      from: day().optional().describe('Off on this day or later'),
      to: day().optional().describe('Off on this day or earlier'),
      year: year().optional().describe('Off in this year'),
    }),
    output: pageOf(LeaveRequest),
  },
  async (ctx, { query }) => {
    const where = and(
      visible(ctx, leaveRequests.employee_id),
      same(leaveRequests.employee_id, query.employee_id),
      same(leaveRequests.leave_type_id, query.leave_type_id),
      inBranch(query.branch_id),
      same(leaveRequests.status, query.status),
      within(query.from, query.to),
      query.year === undefined ? undefined : within(`${query.year}-01-01`, `${query.year}-12-31`),
    )
    const [, , , list] = await Promise.all([
      mustExist(ctx, employees, query.employee_id),
      mustExist(ctx, leaveTypes, query.leave_type_id),
      mustExist(ctx, branches, query.branch_id),
      page(ctx, leaveRequests, query, where, rows),
    ])
    return list
  },
)

export const createLeaveRequest = write(
  {
    summary: 'Submit leave request',
    description:
      'For the employee that the account belongs to; with `leave:approve` for anybody. Refused where it overlaps with ' +
      'other leave of the employee, holds no working day, or takes more than is left.',
    can: 'leave:write',
    module,
    body: Draft,
    output: LeaveRequest,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, , , request] = await Promise.all([
      mustBeSelf(ctx, body.employee_id),
      insert(ctx, leaveRequests, body),
      approveUnasked(ctx, newId(leaveRequests)),
      one(ctx, newId(leaveRequests)),
    ])
    return request
  },
)

/** Approves a request of a type that nobody needs to approve. */
const approveUnasked = (ctx: Writing, id: number | SQL<number>) =>
  updateWhere(
    ctx,
    leaveRequests,
    and(
      eq(leaveRequests.id, id),
      eq(leaveRequests.status, 'pending'),
      sql`not (select ${leaveTypes.needs_approval} from ${leaveTypes}
        where ${leaveTypes.id} = ${leaveRequests.leave_type_id})`,
    ),
    { status: 'approved', approved_at: sql`app.now()` },
  )

export const getLeaveRequest = read(
  {
    summary: 'Get leave request',
    can: 'leave:read',
    module,
    params: Id,
    output: LeaveRequest,
    on: leaveRequests,
  },
  async (ctx, { params }) => {
    const where = and(eq(leaveRequests.id, params.id), visible(ctx, leaveRequests.employee_id))
    return found((await rows(ctx).where(where).orderBy(desc(leaveRequests.id)))[0])
  },
)

/** 422 when a request, which is locked, has been answered or taken back; 404 when the caller may not see it. */
export async function mustBePending(ctx: Writing, id: number) {
  await Promise.all([
    mustSee(ctx, id),
    guard(
      ctx,
      sql`exists (select from ${leaveRequests} where ${leaveRequests.id} = ${id}
        and ${leaveRequests.status} = 'pending' for update)`,
      { code: 'not_pending', message: 'Only a pending request can be changed or answered.' },
    ),
  ])
}

export const updateLeaveRequest = write(
  {
    summary: 'Update leave request',
    description: 'While it is pending. Its days are reckoned again.',
    can: 'leave:write',
    module,
    params: Id,
    body: Draft.partial(),
    output: LeaveRequest,
    on: leaveRequests,
  },
  async (ctx, { params: { id }, body }) => {
    const [, , , , request] = await Promise.all([
      mustBePending(ctx, id),
      mustBeSelf(ctx, body.employee_id),
      update(ctx, leaveRequests, id, body),
      approveUnasked(ctx, id),
      one(ctx, id),
    ])
    return request
  },
)

export const deleteLeaveRequest = write(
  {
    summary: 'Delete leave request',
    description: 'While it is pending; afterwards it can be cancelled.',
    can: 'leave:write',
    module,
    params: Id,
    on: leaveRequests,
  },
  async (ctx, { params: { id } }) => {
    await Promise.all([mustBePending(ctx, id), remove(ctx, leaveRequests, id)])
  },
)
