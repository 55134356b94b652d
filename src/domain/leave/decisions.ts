import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { guard, update } from '../../db/rows.ts'
import { Id, text } from '../../schema.ts'
import { write } from '../../verb.ts'
import { users } from '../identity/tables.ts'
import { employees } from '../staff/tables.ts'
import { mustSee, seesAll } from './access.ts'
import { LeaveRequest, mustBePending, one } from './leave-requests.ts'
import { leaveRequests } from './tables.ts'

const module = 'hrm'

const decided = { decided_by: sql`app.user_id()` }

export const approveLeaveRequest = write(
  {
    summary: 'Approve leave request',
    description: 'Somebody else’s; the own one only as administrator.',
    can: 'leave:approve',
    module,
    params: Id,
    output: LeaveRequest,
    on: leaveRequests,
  },
  async (ctx, { params: { id } }) => {
    const [, , , request] = await Promise.all([
      mustBePending(ctx, id),
      mustNotBeOwn(ctx, id),
      update(ctx, leaveRequests, id, {
        ...decided,
        status: 'approved',
        approved_at: sql`app.now()`,
      }),
      one(ctx, id),
    ])
    return request
  },
)

/** Nobody gives leave to himself, but an administrator, who may be alone in the shop. */
const mustNotBeOwn = (ctx: Writing, id: number) =>
  guard(
    ctx,
    sql`not exists (
      select from ${leaveRequests}
      join ${employees} on ${employees.id} = ${leaveRequests.employee_id}
      join ${users} on ${users.id} = ${employees.user_id}
      where ${leaveRequests.id} = ${id} and ${users.id} = app.user_id() and ${users.role} <> 'admin')`,
    { code: 'own_request', message: 'Somebody else has to approve your own leave.' },
  )

export const rejectLeaveRequest = write(
  {
    summary: 'Reject leave request',
    can: 'leave:approve',
    module,
    params: Id,
    body: z.object({ reason: text(1000).describe('The employee reads it') }),
    output: LeaveRequest,
    on: leaveRequests,
  },
  async (ctx, { params: { id }, body: { reason } }) => {
    const [, , request] = await Promise.all([
      mustBePending(ctx, id),
      update(ctx, leaveRequests, id, {
        ...decided,
        status: 'rejected',
        reason,
        rejected_at: sql`app.now()`,
      }),
      one(ctx, id),
    ])
    return request
  },
)

export const cancelLeaveRequest = write(
  {
    summary: 'Cancel leave request',
    description:
      'A pending or an approved one: the days are free again. Leave that has begun is cancelled by who may approve it.',
    can: 'leave:write',
    module,
    params: Id,
    output: LeaveRequest,
    on: leaveRequests,
  },
  async (ctx, { params: { id } }) => {
    const [, , , , request] = await Promise.all([
      mustSee(ctx, id),
      guard(ctx, isIn(id, sql`${leaveRequests.status} in ('pending', 'approved')`), {
        code: 'not_open',
        message: 'The leave was rejected or cancelled before.',
      }),
      guard(
        ctx,
        sql`${seesAll(ctx)} or ${isIn(
          id,
          sql`(${leaveRequests.status} = 'pending' or ${leaveRequests.start_date} > app.today())`,
        )}`,
        {
          code: 'leave_begun',
          message: 'The leave has begun: ask who approves leave to cancel it.',
        },
      ),
      update(ctx, leaveRequests, id, {
        ...decided,
        status: 'cancelled',
        cancelled_at: sql`app.now()`,
      }),
      one(ctx, id),
    ])
    return request
  },
)

const isIn = (id: number, condition: SQL) =>
  sql`exists (select from ${leaveRequests} where ${leaveRequests.id} = ${id} and ${condition} for update)`
