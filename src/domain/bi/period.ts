import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { mustExist } from '../../db/rows.ts'
import { invalid } from '../../refusal.ts'
import { day, idText } from '../../schema.ts'
import { branches } from '../staff/tables.ts'

/** Days of a period, today included. */
const periods = { '7d': 7, '30d': 30, '90d': 90, jaar: 365 } as const
const mostDays = 3660

/** Query of all figures. */
export const PeriodQuery = z.object({
  period: z
    .enum(['7d', '30d', '90d', 'jaar'])
    .optional()
    .describe('The last days up to and including today; `jaar` is 365 of them. 30d when absent'),
  from: day().optional().describe('First day of another period; with `to`, instead of `period`'),
  to: day().optional().describe(`Last day; at most ${mostDays} days from the first`),
  branch_id: idText().optional().describe('Of one branch only'),
})

export type PeriodAsked = z.output<typeof PeriodQuery>

/** What all reports say of themselves to the frame. */
export const biSpec = { can: 'bi:read', module: 'bi' } as const

/** In every answer: the days that it is about. */
export const Days = {
  from: day().meta({ examples: ['2026-02-25'] }),
  to: day().meta({ examples: ['2026-03-26'] }),
}

/** How the answer names the period. */
export const nameOf = ({ period, from }: PeriodAsked) =>
  from === undefined ? (period ?? '30d') : 'custom'

/** The branch whose sums are asked for, 0 for the whole shop. */
export const scopeOf = ({ branch_id }: PeriodAsked): SQL => sql`${branch_id ?? 0}::bigint`

/** 404 for a branch that is not there. */
export const mustBeBranch = (ctx: Reading, { branch_id }: PeriodAsked) =>
  mustExist(ctx, branches, branch_id)

/** A table of a with: `span`, one row with the `first` and `last` day. Throws a Refusal when they make no period. */
export function spanOf({ period = '30d', from, to }: PeriodAsked): SQL {
  if (from === undefined && to === undefined) {
    const before = periods[period] - 1
    return sql`span as materialized (select app.today() - ${before}::int as first, app.today() as last)`
  }
  if (from === undefined) throw invalid({ from: ['The from field is required with to.'] })
  if (to === undefined) throw invalid({ to: ['The to field is required with from.'] })
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1
  if (days < 1) throw invalid({ to: ['The to field must be a date on or after from.'] })
  if (days > mostDays) {
    throw invalid({ to: [`The to field may be at most ${mostDays} days after from.`] })
  }
  return sql`span as materialized (select ${from}::date as first, ${to}::date as last)`
}
