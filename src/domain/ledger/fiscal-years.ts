import { desc, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { pageInOrder } from '../../db/pages.ts'
import { guard, insert, newId, remove, same, update } from '../../db/rows.ts'
import { addDays, addMonths } from '../../lib/dates.ts'
import { day, Id, Paging, pageOf } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { FiscalYear, FiscalYearDetail, one, result, rows } from './fiscal-year-record.ts'
import { holdLedger } from './lock.ts'
import { btwPeriods, fiscalYears, journalEntries } from './tables.ts'

const about = { module: 'accounting' } as const

export const listFiscalYears = read(
  {
    ...about,
    summary: 'List fiscal years',
    description: 'Newest first. The next one is added three months ahead.',
    can: 'ledger:read',
    query: Paging.extend({ status: z.enum(['open', 'closed']).optional() }),
    output: pageOf(FiscalYear),
  },
  (ctx, { query: { status, ...paging } }) => {
    const where = same(fiscalYears.status, status)
    return pageInOrder(ctx, fiscalYears, paging, where, [desc(fiscalYears.start_date)], rows)
  },
)

export const getFiscalYear = read(
  {
    ...about,
    summary: 'Get fiscal year',
    can: 'ledger:read',
    params: Id,
    output: FiscalYearDetail,
    on: fiscalYears,
  },
  (ctx, { params }) => one(ctx, params.id),
)

const longest_months = 24

const NewYear = z.object({
  year: z
    .int()
    .min(2000)
    .max(2999)
    .describe('Of its first day or its last')
    .meta({ examples: [2027] }),
  start_date: day().optional().describe('1 January of the year when absent'),
  end_date: day()
    .optional()
    .describe('The last of a month, 24 months on at most; 31 December of the year when absent'),
})

type Span = Required<z.output<typeof NewYear>>

const spanOf = (draft: z.output<typeof NewYear>): Span => ({
  ...draft,
  start_date: draft.start_date ?? `${draft.year}-01-01`,
  end_date: draft.end_date ?? `${draft.year}-12-31`,
})

const isLastOfMonth = (date: string) => addDays(date, 1).endsWith('-01')

export const createFiscalYear = write(
  {
    ...about,
    summary: 'Create fiscal year',
    description: 'It begins on the day after another one, or ends on the day before.',
    can: 'ledger:write',
    body: NewYear.superRefine((draft, { issues, addIssue }) => {
      if (issues.length > 0) return
      const { year, start_date, end_date } = spanOf(draft)
      const refuse = (field: string, message: string) =>
        addIssue({ code: 'custom', path: [field], message })
      if (![start_date, end_date].some((date) => date.startsWith(`${year}-`))) {
        refuse('year', 'must be that of the first or the last day')
      } else if (end_date <= start_date) {
        refuse('end_date', 'must be a date after start date')
      } else if (!isLastOfMonth(end_date)) {
        refuse('end_date', 'must be the last day of a month')
      } else if (end_date >= addMonths(start_date, longest_months)) {
        refuse('end_date', `must lie within ${longest_months} months of start date`)
      }
    }),
    output: FiscalYearDetail,
    status: 201,
  },
  async (ctx, { body }) => {
    const span = spanOf(body)
    const [, , , , , year] = await Promise.all([
      holdLedger(ctx),
      mustBeFree(ctx, span),
      mustAdjoin(ctx, span),
      mustFollowClosed(ctx, span),
      insert(ctx, fiscalYears, span),
      one(ctx, newId(fiscalYears)),
    ])
    return year
  },
)

/** A condition on the other years of the shop. */
const others = (condition: SQL) => sql`exists (select from ${fiscalYears} y where ${condition})`

const mustBeFree = (ctx: Writing, { start_date, end_date }: Span) =>
  guard(ctx, sql`not ${others(sql`y.start_date <= ${end_date} and y.end_date >= ${start_date}`)}`, {
    code: 'fiscal_year_overlap',
    message: 'Another fiscal year has some of the same days.',
    field: 'start_date',
  })

/** No day of the books is between two years. */
const mustAdjoin = (ctx: Writing, { start_date, end_date }: Span) =>
  guard(
    ctx,
    sql`not ${others(sql`true`)}
      or ${others(sql`y.end_date + 1 = ${start_date} or y.start_date - 1 = ${end_date}`)}`,
    {
      code: 'fiscal_year_gap',
      message: 'A fiscal year begins the day after another one, or ends the day before.',
      field: 'start_date',
    },
  )

const mustFollowClosed = (ctx: Writing, { start_date }: Span) =>
  guard(ctx, sql`not ${others(sql`y.status = 'closed' and y.start_date > ${start_date}`)}`, {
    code: 'fiscal_year_closed',
    message: 'A later fiscal year is closed.',
    field: 'start_date',
  })

const entriesOf = (id: number) => sql`
  select from ${journalEntries} e join ${fiscalYears} y on e.entry_date between y.start_date and y.end_date
  where y.id = ${id}`

/** 422 when the year is closed. */
export const mustBeOpen = (ctx: Writing, id: number) =>
  guard(ctx, others(sql`y.id = ${id} and y.status = 'open'`), {
    code: 'fiscal_year_closed',
    message: 'The fiscal year is closed.',
  })

export const deleteFiscalYear = write(
  {
    ...about,
    summary: 'Delete fiscal year',
    description: 'The first or the last one, while it is open and has no entries.',
    can: 'ledger:write',
    params: Id,
    on: fiscalYears,
  },
  async (ctx, { params: { id } }) => {
    const own = (column: SQL) =>
      sql`(select ${column} from ${fiscalYears} own where own.id = ${id})`
    const before = others(sql`y.start_date < ${own(sql`own.start_date`)}`)
    const later = others(sql`y.start_date > ${own(sql`own.start_date`)}`)
    await Promise.all([
      holdLedger(ctx),
      mustBeOpen(ctx, id),
      guard(ctx, sql`not exists (${entriesOf(id)})`, {
        code: 'in_use',
        message: 'Cannot delete: it is still used by journal entries.',
      }),
      guard(ctx, sql`not (${before} and ${later})`, {
        code: 'fiscal_year_gap',
        message: 'Cannot delete: there are fiscal years before it and after it.',
      }),
      remove(ctx, fiscalYears, id),
    ])
  },
)

/** Open VAT periods that have a day of the year, by name; null when there are none. */
const openPeriods = (id: number) => sql`(
  select string_agg(concat_ws(' ', p.year, 'Q' || p.quarter, 'M' || p.month), ', ' order by p.start_date)
  from ${btwPeriods} p join ${fiscalYears} y on p.start_date <= y.end_date and p.end_date >= y.start_date
  where y.id = ${id} and p.status = 'open')`

export const closeFiscalYear = write(
  {
    ...about,
    summary: 'Close fiscal year',
    description:
      'When all earlier years, and all VAT periods in it, are closed. Nothing is posted into it afterwards, from any ' +
      'path; its result is carried over by the reports.',
    can: 'ledger:write',
    params: Id,
    output: FiscalYearDetail,
    on: fiscalYears,
  },
  async (ctx, { params: { id } }) => {
    const own = sql`${fiscalYears} own where own.id = ${id}`
    const [, , , , , , year] = await Promise.all([
      holdLedger(ctx),
      mustBeOpen(ctx, id),
      guard(
        ctx,
        sql`not ${others(sql`y.status = 'open' and y.start_date < (select own.start_date from ${own})`)}`,
        { code: 'earlier_year_open', message: 'An earlier fiscal year is still open.' },
      ),
      guard(ctx, sql`${openPeriods(id)} is null`, {
        code: 'periods_open',
        message: sql`'These VAT periods are still open: ' || ${openPeriods(id)} || '.'`,
      }),
      guard(ctx, sql`(select app.is_booked_up(own.end_date) from ${own})`, {
        code: 'periods_open',
        message: 'The last VAT period of the year is not closed.',
      }),
      update(ctx, fiscalYears, id, {
        status: 'closed',
        closed_at: sql`app.now()`,
        result_cents: result,
      }),
      one(ctx, id),
    ])
    return year
  },
)
