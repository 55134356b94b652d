import { and, asc, eq, gte, inArray, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Context } from '../../context.ts'
import { mustExist, same } from '../../db/rows.ts'
import { daysBetween } from '../../lib/dates.ts'
import { invalid } from '../../refusal.ts'
import { day, id, idText } from '../../schema.ts'
import { read } from '../../verb.ts'
import { branches, employees } from '../staff/tables.ts'
import { ownEmployee, seesAll, visible } from './access.ts'
import { halves, leaveRequests, leaveTypes } from './tables.ts'

const longest_days = 366

const Absence = z.object({
  id: id().describe('Of the leave request'),
  type: z
    .string()
    .meta({ examples: ['leave'] })
    .describe('Name of the leave type, for oneself and with `leave:approve`; else `leave`'),
  start_date: day(),
  start_half: z.enum(halves),
  end_date: day(),
  end_half: z.enum(halves),
  status: z.enum(['pending', 'approved']),
})

/** A day on which nobody works. */
const Holiday = z.object({ date: day(), name: z.string().meta({ examples: ['Koningsdag'] }) })

export const getLeaveCalendar = read(
  {
    summary: 'Team calendar',
    description:
      'Who is off, per employee, and on which days nobody works. Leave that is still pending is shown to whom it ' +
      'belongs, and with `leave:approve`.',
    can: 'leave:read',
    module: 'hrm',
    query: z.object({
      from: day(),
      to: day().describe(`At most ${longest_days} days in all`),
      branch_id: idText().optional(),
    }),
    output: z.object({
      from: day(),
      to: day(),
      employees: z.array(
        z.object({
          id: id(),
          name: z.string().meta({ examples: ['Alice B.'] }),
          branch_id: id().nullable(),
          working_days: z.array(z.int()).meta({ examples: [[1, 2, 3, 4, 5]] }),
          leave: z.array(Absence),
        }),
      ),
      holidays: z.array(Holiday),
    }),
  },
  async (ctx, { query: { from, to, branch_id } }) => {
    const days = daysBetween(from, to) + 1
    if (days < 1) throw invalid({ to: ['The to field must be a date after or equal to from.'] })
    if (days > longest_days) {
      throw invalid({ to: [`The to field may be at most ${longest_days} days from from.`] })
    }
    const team = and(
      same(employees.branch_id, branch_id),
      sql`coalesce(${employees.started_on} <= ${to}, true)`,
      sql`coalesce(${employees.ended_on} >= ${from}, true)`,
    )
    const [, people, absences, { rows: holidays }] = await Promise.all([
      mustExist(ctx, branches, branch_id),
      ctx.db
        .select({
          id: employees.id,
          name: employees.name,
          branch_id: employees.branch_id,
          working_days: employees.working_days,
        })
        .from(employees)
        .where(team)
        .orderBy(asc(employees.id)),
      absencesOf(ctx, from, to),
      ctx.db.execute<{ date: string; name: string }>(
        sql`select day::text as date, name from app.public_holidays(${from}, ${to})`,
      ),
    ])
    const shown = people.map((person) => ({
      ...person,
      leave: absences.filter(({ employee_id }) => employee_id === person.id),
    }))
    return { from, to, employees: shown, holidays }
  },
)

type Reader = Context & Parameters<typeof mustExist>[0]

const absencesOf = (ctx: Reader, from: string, to: string) =>
  ctx.db
    .select({
      id: leaveRequests.id,
      employee_id: leaveRequests.employee_id,
      type: typeName(ctx),
      start_date: leaveRequests.start_date,
      start_half: leaveRequests.start_half,
      end_date: leaveRequests.end_date,
      end_half: leaveRequests.end_half,
      status: sql<'pending' | 'approved'>`${leaveRequests.status}`,
    })
    .from(leaveRequests)
    .innerJoin(leaveTypes, eq(leaveTypes.id, leaveRequests.leave_type_id))
    .where(
      and(
        inArray(leaveRequests.status, ['pending', 'approved']),
        or(ne(leaveRequests.status, 'pending'), visible(ctx, leaveRequests.employee_id)),
        gte(leaveRequests.end_date, from),
        lte(leaveRequests.start_date, to),
      ),
    )
    .orderBy(asc(leaveRequests.start_date), asc(leaveRequests.id))

/** Why a colleague is off is his own business. */
const typeName = (ctx: Context): SQL<string> =>
  sql`case when ${seesAll(ctx)} or ${leaveRequests.employee_id} = ${ownEmployee}
    then ${leaveTypes.name} else 'leave' end`
