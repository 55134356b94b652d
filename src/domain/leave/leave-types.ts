import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { insert, newId, remove, rowsBy, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { ArrayPaging, flag, Id, id, number, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { leaveTypes } from './tables.ts'

const module = 'hrm'

const LeaveType = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Vakantie'] }),
  days_per_year: number(20)
    .nullable()
    .describe('Of who works five days a week, all year; null: as many as it takes'),
  paid: z.boolean(),
  carry_over_days: number(5)
    .nullable()
    .describe('What may go over into the next year at most; null: all that is left'),
  carry_over_until: z
    .string()
    .nullable()
    .meta({ examples: ['06-30'] })
    .describe('`MM-DD`, the last day on which days of the year before may be taken; null: no end'),
  needs_approval: z.boolean().describe('When not, a request is approved at once'),
  active: z.boolean(),
  counts_from: z
    .int()
    .meta({ examples: [2026] })
    .describe('The first year whose balance is kept; what came over from before is an adjustment'),
  ...Stamps,
})

const dayCount = (max: number) =>
  z
    .number()
    .min(0)
    .max(max)
    .multipleOf(0.01)
    .transform(String)
    .meta({ type: 'number', minimum: 0, maximum: max, multipleOf: 0.01, examples: [20] })

const lastDayOf = (month: number) => new Date(Date.UTC(2000, month, 0)).getUTCDate()

/** A day of any year; 29 February too. */
const monthDay = () =>
  z
    .string()
    .refine((value) => {
      const [, month = 0, day = 0] = (/^(\d\d)-(\d\d)$/.exec(value) ?? []).map(Number)
      return month >= 1 && month <= 12 && day >= 1 && day <= lastDayOf(month)
    }, 'must be a day of the year (MM-DD)')
    .meta({ type: 'string', pattern: '^\\d\\d-\\d\\d$', examples: ['06-30'] })

const Draft = z.object({
  name: text(100),
  days_per_year: dayCount(366).nullable().optional().describe('null: as many as it takes'),
  paid: z.boolean().optional().describe('true when absent'),
  carry_over_days: dayCount(999).nullable().optional().describe('0 when absent; null: all'),
  carry_over_until: monthDay().nullable().optional().describe('null: no end'),
  needs_approval: z.boolean().optional().describe('true when absent'),
  active: z.boolean().optional(),
  counts_from: z
    .int()
    .min(2000)
    .max(2100)
    .optional()
    .describe('This year when absent')
    .meta({ examples: [2026] }),
})

const { tenant_id: _tenant, ...columns } = getTableColumns(leaveTypes)

const rows = (ctx: Selecting) => ctx.db.select(columns).from(leaveTypes)

const one = async (ctx: Selecting, id: number | SQL<number>) =>
  found((await rowsBy(ctx, rows, leaveTypes.id, id))[0])

export const listLeaveTypes = read(
  {
    summary: 'List leave types',
    can: 'leave:read',
    module,
    query: ArrayPaging.extend({ active: flag().optional() }),
    output: z.array(LeaveType),
  },
  (ctx, { query }) =>
    arrayPage(
      ctx,
      leaveTypes,
      query,
      same(leaveTypes.active, query.active),
      [sql`${leaveTypes.id}`],
      rows,
    ),
)

export const createLeaveType = write(
  {
    summary: 'Create leave type',
    can: 'leave:approve',
    module,
    body: Draft,
    output: LeaveType,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, type] = await Promise.all([insert(ctx, leaveTypes, body), one(ctx, newId(leaveTypes))])
    return type
  },
)

export const getLeaveType = read(
  {
    summary: 'Get leave type',
    can: 'leave:read',
    module,
    params: Id,
    output: LeaveType,
    on: leaveTypes,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateLeaveType = write(
  {
    summary: 'Update leave type',
    description: 'Balances follow at once, those of earlier years too.',
    can: 'leave:approve',
    module,
    params: Id,
    body: Draft.partial(),
    output: LeaveType,
    on: leaveTypes,
  },
  async (ctx, { params, body }) => {
    const [, type] = await Promise.all([
      update(ctx, leaveTypes, params.id, body),
      one(ctx, params.id),
    ])
    return type
  },
)

export const deleteLeaveType = write(
  {
    summary: 'Delete leave type',
    description:
      'Refused while there are requests or adjustments of it; set `active` to false instead.',
    can: 'leave:approve',
    module,
    params: Id,
    on: leaveTypes,
  },
  (ctx, { params }) => remove(ctx, leaveTypes, params.id),
)
