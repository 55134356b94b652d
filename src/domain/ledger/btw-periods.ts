import { and, desc, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { guard, newId, rowsBy, same, subquery } from '../../db/rows.ts'
import {
  carriedLosses,
  endsYear,
  type MarginPeriod,
  type PostedBox,
  type VatReturn,
  vatReturnOf,
} from '../../lib/vat-return.ts'
import { found, invalid } from '../../refusal.ts'
import { ArrayPaging, count, day, id, instant, money, Stamps } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { btwBoxes, btwPeriods } from './tables.ts'

/** A period as other records name it. */
export const periodName = {
  id: id(),
  year: z.int().meta({ examples: [2026] }),
  quarter: z
    .int()
    .nullable()
    .describe('Null for a month or a year')
    .meta({ examples: [1] }),
  month: z
    .int()
    .nullable()
    .describe('Null for a quarter or a year')
    .meta({ examples: [null] }),
}

export const BtwPeriod = z.object({
  ...periodName,
  status: z
    .enum(['open', 'closed'])
    .describe('Closed is filed: nothing is posted into it any more')
    .meta({ examples: ['open'] }),
  total_vat: money()
    .describe('Whole euros: as filed, or, while open, as it stands now; below zero comes back')
    .meta({ examples: [4821] }),
  start_date: day().meta({ examples: ['2026-01-01'] }),
  end_date: day().meta({ examples: ['2026-03-31'] }),
  due_date: day()
    .describe('To be filed and paid on that day at the latest')
    .meta({ examples: ['2026-04-30'] }),
  is_overdue: z.boolean().meta({ examples: [false] }),
  closed_at: instant().nullable(),
  ...Stamps,
})

const periodColumns = {
  id: btwPeriods.id,
  year: btwPeriods.year,
  quarter: btwPeriods.quarter,
  month: btwPeriods.month,
  status: btwPeriods.status,
  start_date: btwPeriods.start_date,
  end_date: btwPeriods.end_date,
  due_date: btwPeriods.due_date,
  closed_at: btwPeriods.closed_at,
  vat_return: btwPeriods.vat_return,
  icp: btwPeriods.icp,
  created_at: btwPeriods.created_at,
  updated_at: btwPeriods.updated_at,
  is_overdue: sql<boolean>`${btwPeriods.status} = 'open' and ${btwPeriods.due_date} < (select app.today())`,
  posted: subquery<PostedBox[]>(sql`
    select coalesce(json_agg(json_build_object(
      'box', ${btwBoxes.box}, 'turnover_cents', ${btwBoxes.turnover_cents}, 'vat_cents', ${btwBoxes.vat_cents})), '[]')
    from ${btwBoxes} where ${btwBoxes.btw_period_id} = ${btwPeriods.id} and ${btwPeriods.status} = 'open'`),
}

const rows = (ctx: Selecting) => ctx.db.select(periodColumns).from(btwPeriods)

export type PeriodRow = Awaited<ReturnType<typeof rows>>[number]

/** A period, by its id or the one that `newId` gives; with what is posted in its boxes. 404. */
export async function onePeriod(ctx: Selecting, id: number | ReturnType<typeof newId>) {
  const [period] = await rowsBy(ctx, rows, btwPeriods.id, id)
  return found(period)
}

/** Losses on margin goods that come into the periods of years in which one is open. */
export async function lossesCarried(ctx: Selecting): Promise<Map<number, number>> {
  const { rows } = await ctx.db.execute<Record<keyof MarginPeriod, string>>(sql`
    select p.id, p.year, p.end_date::text,
      (select coalesce(sum(case b.box when 'ms' then b.turnover_cents else -b.turnover_cents end), 0)
        from btw_boxes b where b.tenant_id = p.tenant_id and b.btw_period_id = p.id and b.box in ('ms', 'mp')) as margin_cents,
      case when p.status = 'closed' then coalesce((p.vat_return -> 'margin' ->> 'carry_over_cents')::bigint, 0) end as carry_over_cents
    from btw_periods p where p.year in (select o.year from btw_periods o where o.status = 'open')`)
  return carriedLosses(
    rows.map((row) => ({
      id: Number(row.id),
      year: Number(row.year),
      end_date: row.end_date,
      margin_cents: Number(row.margin_cents),
      carry_over_cents: row.carry_over_cents === null ? null : Number(row.carry_over_cents),
    })),
  )
}

/** The return as filed, or as it would be now. */
export const returnOf = (period: PeriodRow, carried: ReadonlyMap<number, number>): VatReturn =>
  period.vat_return ??
  vatReturnOf(period.posted, {
    carried_cents: carried.get(period.id) ?? 0,
    ends_year: endsYear(period),
  })

/** A period as lists show it. */
export const listed = (period: PeriodRow, carried: ReadonlyMap<number, number>) => ({
  ...period,
  total_vat: 100 * returnOf(period, carried).total.vat_filed,
})

export const listBtwPeriods = read(
  {
    summary: 'List BTW periods',
    description: 'Newest first.',
    can: 'btw:read',
    module: 'accounting',
    query: ArrayPaging.extend({
      year: count(9999).optional(),
      status: z.enum(['open', 'closed']).optional(),
    }),
    output: z.array(BtwPeriod),
  },
  async (ctx, { query }) => {
    const where = and(same(btwPeriods.year, query.year), same(btwPeriods.status, query.status))
    const [periods, carried] = await Promise.all([
      arrayPage(ctx, btwPeriods, query, where, [desc(btwPeriods.start_date)], rows),
      lossesCarried(ctx),
    ])
    const { total } = periods
    return Object.assign(
      periods.map((period) => listed(period, carried)),
      { total },
    )
  },
)

const Draft = z.object({
  year: z
    .int()
    .min(2000)
    .max(2999)
    .meta({ examples: [2027] }),
  quarter: z
    .int()
    .min(1)
    .max(4)
    .optional()
    .meta({ examples: [1] }),
  month: z
    .int()
    .min(1)
    .max(12)
    .optional()
    .describe('In place of a quarter; without either it is the whole year'),
})

export const createBtwPeriod = write(
  {
    summary: 'Open BTW period',
    description:
      'Periods open by themselves, as long as the settings say, when something is booked in them; this opens one by hand.',
    can: 'btw:close',
    module: 'accounting',
    body: Draft,
    output: BtwPeriod,
    status: 201,
  },
  async (ctx, { body }) => {
    const { first_month, months } = spanOf(body)
    const start = `${body.year}-${String(first_month).padStart(2, '0')}-01`
    const [, , period, carried] = await Promise.all([
      guard(
        ctx,
        sql`not exists (select from btw_periods where status = 'closed' and start_date > ${start}::date)`,
        {
          code: 'btw_period_closed',
          message: 'A later period is closed already.',
          field: 'year',
        },
      ),
      ctx.db.execute(sql`select app.add_btw_period(${start}::date, ${months}::int)`),
      onePeriod(ctx, newId(btwPeriods)),
      lossesCarried(ctx),
    ])
    return listed(period, carried)
  },
)

function spanOf({ quarter, month }: z.output<typeof Draft>) {
  if (month !== undefined && quarter !== undefined) {
    throw invalid({ month: ['The month field cannot be given with a quarter.'] })
  }
  if (month !== undefined) return { first_month: month, months: 1 }
  if (quarter !== undefined) return { first_month: 3 * quarter - 2, months: 3 }
  return { first_month: 1, months: 12 }
}
