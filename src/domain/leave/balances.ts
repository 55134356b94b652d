import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { mustExist } from '../../db/rows.ts'
import { ArrayPaging, id, idText, number } from '../../schema.ts'
import { read } from '../../verb.ts'
import { employees } from '../staff/tables.ts'
import { visible } from './access.ts'
import { leaveTypes } from './tables.ts'
import { year } from './years.ts'

const Balance = z.object({
  employee_id: id(),
  leave_type_id: id(),
  year: z.int().meta({ examples: [2026] }),
  entitled: number(20)
    .nullable()
    .describe('In proportion to the days of employment and the working days; null: no limit'),
  carried_over: number(3).describe('From the year before; below zero: taken too much then'),
  carried_over_lapsed: number(0).describe('Of these, not taken before their last day'),
  adjusted: number(0),
  taken: number(5).describe('Approved, up to today'),
  planned: number(5).describe('Approved, after today'),
  pending: number(0).describe('Asked for, not yet answered'),
  remaining: number(13)
    .nullable()
    .describe(
      'What may still be asked for: entitled + carried_over - carried_over_lapsed + adjusted - taken - planned - pending',
    ),
})

interface BalanceRow {
  [column: string]: unknown
  employee_id: string
  leave_type_id: string
  year: number
  entitled: string | null
  carried_over: string
  carried_over_lapsed: string
  adjusted: string
  taken: string
  planned: string
  pending: string
  remaining: string | null
}

export const listLeaveBalances = read(
  {
    summary: 'List leave balances',
    description:
      'Of a year, per employee and leave type: the own ones; with `leave:approve` those of everybody employed in it. ' +
      'Types that are no longer in use are shown where days were taken or corrected.',
    can: 'leave:read',
    module: 'hrm',
    query: ArrayPaging.extend({
      employee_id: idText().optional(),
      year: year().optional().describe('This year when absent'),
    }),
    output: z.array(Balance),
  },
  async (ctx, { query: { employee_id, year, page = 1, per_page = 100 } }) => {
    const chosen = sql`coalesce(${year ?? null}::int, extract(year from app.today())::int)`
    const employed =
      employee_id === undefined
        ? sql`coalesce(${employees.started_on}, '2000-01-01') <= make_date(${chosen}, 12, 31)
            and coalesce(${employees.ended_on}, '2100-12-31') >= make_date(${chosen}, 1, 1)`
        : sql`${employees.id} = ${employee_id}`
    const [, { rows }] = await Promise.all([
      mustExist(ctx, employees, employee_id),
      ctx.db.execute<BalanceRow>(sql`
        select balance.*, ${chosen} as year
        from app.leave_balances(${employee_id ?? null}, null, ${chosen}) balance
        join ${employees} on ${employees.id} = balance.employee_id
        join ${leaveTypes} on ${leaveTypes.id} = balance.leave_type_id
        where ${employed} and ${visible(ctx, employees.id)} and (${leaveTypes.active}
          or (balance.carried_over, balance.adjusted, balance.taken + balance.planned + balance.pending) <> (0, 0, 0))
        order by balance.employee_id, balance.leave_type_id`),
    ])
    const start = (page - 1) * per_page
    const shown = rows.slice(start, start + per_page).map((row) => ({
      ...row,
      employee_id: Number(row.employee_id),
      leave_type_id: Number(row.leave_type_id),
    }))
    return Object.assign(shown, { total: rows.length })
  },
)
