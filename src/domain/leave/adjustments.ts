import { and, desc, eq, type SQL } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { page } from '../../db/pages.ts'
import { insert, mustExist, newId, rowsBy, same } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { Id, id, idText, number, Paging, pageOf, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { employees } from '../staff/tables.ts'
import { visible } from './access.ts'
import { leaveAdjustments, leaveTypes } from './tables.ts'
import { year } from './years.ts'

const module = 'hrm'

const Adjustment = z.object({
  id: id(),
  employee_id: id(),
  leave_type_id: id(),
  year: z.int().meta({ examples: [2026] }),
  days: number(2.5).describe('Below zero: taken off'),
  reason: z.string().meta({ examples: ['Left over from 2025'] }),
  user_id: id().nullable().describe('Who made it'),
  ...Stamps,
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: leaveAdjustments.id,
      employee_id: leaveAdjustments.employee_id,
      leave_type_id: leaveAdjustments.leave_type_id,
      year: leaveAdjustments.year,
      days: leaveAdjustments.days,
      reason: leaveAdjustments.reason,
      user_id: leaveAdjustments.user_id,
      created_at: leaveAdjustments.created_at,
      updated_at: leaveAdjustments.updated_at,
    })
    .from(leaveAdjustments)

const one = async (ctx: Selecting, id: SQL<number>) =>
  found((await rowsBy(ctx, rows, leaveAdjustments.id, id))[0])

export const listLeaveAdjustments = read(
  {
    summary: 'List leave adjustments',
    description: 'The own ones; with `leave:approve` everybody’s.',
    can: 'leave:read',
    module,
    query: Paging.extend({
      employee_id: idText().optional(),
      leave_type_id: idText().optional(),
      year: year().optional(),
    }),
    output: pageOf(Adjustment),
  },
  async (ctx, { query }) => {
    const where = and(
      visible(ctx, leaveAdjustments.employee_id),
      same(leaveAdjustments.employee_id, query.employee_id),
      same(leaveAdjustments.leave_type_id, query.leave_type_id),
      same(leaveAdjustments.year, query.year),
    )
    const [, , list] = await Promise.all([
      mustExist(ctx, employees, query.employee_id),
      mustExist(ctx, leaveTypes, query.leave_type_id),
      page(ctx, leaveAdjustments, query, where, rows),
    ])
    return list
  },
)

export const getLeaveAdjustment = read(
  {
    summary: 'Get leave adjustment',
    can: 'leave:read',
    module,
    params: Id,
    output: Adjustment,
    on: leaveAdjustments,
  },
  async (ctx, { params }) => {
    const where = and(
      eq(leaveAdjustments.id, params.id),
      visible(ctx, leaveAdjustments.employee_id),
    )
    return found((await rows(ctx).where(where).orderBy(desc(leaveAdjustments.id)))[0])
  },
)

export const createLeaveAdjustment = write(
  {
    summary: 'Adjust a leave balance',
    description:
      'Days given or taken off besides what the type gives: what came from before this administration, what was bought ' +
      'or paid out. It stays; a mistake is undone by its opposite.',
    can: 'leave:approve',
    module,
    body: z.object({
      employee_id: id(),
      leave_type_id: id(),
      year: z
        .int()
        .min(2000)
        .max(2100)
        .meta({ examples: [2026] }),
      days: z
        .number()
        .min(-999)
        .max(999)
        .multipleOf(0.01)
        .refine((value) => value !== 0, 'must not be 0')
        .transform(String)
        .meta({ type: 'number', multipleOf: 0.01, examples: [2.5] })
        .describe('Below zero: taken off'),
      reason: text(1000),
    }),
    output: Adjustment,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, adjustment] = await Promise.all([
      insert(ctx, leaveAdjustments, body),
      one(ctx, newId(leaveAdjustments)),
    ])
    return adjustment
  },
)
