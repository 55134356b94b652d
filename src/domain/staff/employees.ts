import { and, getTableColumns, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { insert, mustExist, newId, remove, rowsBy, same, update } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import {
  ArrayPaging,
  amount,
  day,
  flag,
  Id,
  id,
  idText,
  money,
  optionalEmail,
  optionalText,
  Stamps,
  searchText,
  text,
} from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { branches, employees } from './tables.ts'

const Employee = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Alice B.'] }),
  role: z
    .string()
    .nullable()
    .meta({ examples: ['Technician'] }),
  email: z
    .string()
    .nullable()
    .meta({ examples: ['alice@shop.nl'] }),
  phone: z.string().nullable(),
  branch_id: id().nullable(),
  user_id: id().nullable(),
  hourly_rate: money().nullable(),
  started_on: day().nullable(),
  ended_on: day().nullable().describe('Last day of employment'),
  working_days: z
    .array(z.int())
    .meta({ examples: [[1, 2, 3, 4, 5]] })
    .describe('Of a usual week; 1 is Monday'),
  ...Stamps,
})

const Draft = z.object({
  name: text(),
  email: optionalEmail(),
  role: optionalText(100),
  phone: optionalText(50),
  branch_id: id().nullable().optional(),
  hourly_rate: amount().nullable().optional(),
  started_on: day().nullable().optional(),
  ended_on: day().nullable().optional(),
  user_id: id().nullable().optional().describe('The account that the employee logs in with'),
  working_days: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, 'must not name a day twice')
    .transform((days) => days.toSorted())
    .optional()
    .describe(
      '1 is Monday; 1 to 5 when absent. Leave counts these days, and is given by their number',
    )
    .meta({
      type: 'array',
      items: { type: 'integer', minimum: 1, maximum: 7 },
      examples: [[1, 2, 4]],
    }),
})

const { tenant_id: _tenant, hourly_rate_cents, ...columns } = getTableColumns(employees)

const rows = (ctx: Selecting) =>
  ctx.db.select({ ...columns, hourly_rate: hourly_rate_cents }).from(employees)

const one = async (ctx: Selecting, id: number | ReturnType<typeof newId>) => {
  const [employee] = await rowsBy(ctx, rows, employees.id, id)
  return found(employee)
}

const toRow = <T extends { hourly_rate?: number | null | undefined }>({
  hourly_rate,
  ...row
}: T) => ({
  ...row,
  hourly_rate_cents: hourly_rate,
})

/** Few enough to be read one by one: no index, but folded as in every search. */
const named = (q: string | undefined): SQL | undefined =>
  q
    ? sql`strpos(app.fold(concat_ws(' ', ${employees.name}, ${employees.email}, ${employees.role})), btrim(app.fold(${q}))) > 0`
    : undefined

const inRole = (role: string | undefined): SQL | undefined =>
  role === undefined ? undefined : sql`lower(${employees.role}) = lower(${role})`

/** Still employed today: the last day counts. */
const employed = (active: boolean | undefined): SQL | undefined =>
  active === undefined
    ? undefined
    : sql`coalesce(${employees.ended_on} >= app.today(), true) = ${active}`

export const listEmployees = read(
  {
    summary: 'List employees',
    can: 'employees:read',
    module: 'hrm',
    query: ArrayPaging.extend({
      q: searchText().optional().describe('Name, e-mail, role'),
      role: text(100).optional(),
      branch_id: idText().optional(),
      active: flag().optional().describe('Still employed today, or no longer'),
    }),
    output: z.array(Employee),
  },
  async (ctx, { query }) => {
    const where = and(
      named(query.q),
      inRole(query.role),
      same(employees.branch_id, query.branch_id),
      employed(query.active),
    )
    const [, list] = await Promise.all([
      mustExist(ctx, branches, query.branch_id),
      arrayPage(ctx, employees, query, where, [sql`${employees.id}`], rows),
    ])
    return list
  },
)

export const createEmployee = write(
  {
    summary: 'Create employee',
    can: 'employees:write',
    module: 'hrm',
    body: Draft,
    output: Employee,
    status: 201,
  },
  async (ctx, { body }) => {
    const [, employee] = await Promise.all([
      insert(ctx, employees, toRow(body)),
      one(ctx, newId(employees)),
    ])
    return employee
  },
)

export const getEmployee = read(
  {
    summary: 'Get employee',
    can: 'employees:read',
    module: 'hrm',
    params: Id,
    output: Employee,
    on: employees,
  },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateEmployee = write(
  {
    summary: 'Update employee',
    can: 'employees:write',
    module: 'hrm',
    params: Id,
    body: Draft.partial(),
    output: Employee,
    on: employees,
  },
  async (ctx, { params, body }) => {
    const [, employee] = await Promise.all([
      update(ctx, employees, params.id, toRow(body)),
      one(ctx, params.id),
    ])
    return employee
  },
)

export const deleteEmployee = write(
  {
    summary: 'Delete employee',
    description:
      'Refused while work orders are assigned to the employee, or leave is noted; set `ended_on` instead.',
    can: 'employees:write',
    module: 'hrm',
    params: Id,
    on: employees,
  },
  async (ctx, { params }) => {
    await remove(ctx, employees, params.id)
  },
)
