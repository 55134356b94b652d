import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { sumCents } from '../../lib/money.ts'
import { correctionRoute, marginVat } from '../../lib/vat-return.ts'
import { day, id, money } from '../../schema.ts'
import { periodName } from './btw-periods.ts'
import { entrySources } from './tables.ts'

const OriginalPeriod = z
  .object(periodName)
  .nullable()
  .describe('Null when the shop had no period then')

export const LateEntry = z.object({
  entry_id: id(),
  entry_number: z.string().meta({ examples: ['JE-2026-0001'] }),
  source: z.enum(entrySources).nullable(),
  reference: z
    .string()
    .nullable()
    .describe('Number of the document')
    .meta({ examples: ['INV-2026-0001'] }),
  document_date: day(),
  original_period: OriginalPeriod,
  turnover: money(),
  vat: money()
    .describe('What it adds to the return')
    .meta({ examples: [18.69] }),
})

export const Correction = z.object({
  period: OriginalPeriod,
  vat: money().describe('VAT that its return lacked, net; below zero when it had too much'),
  route: z
    .enum(['next_return', 'suppletie'])
    .describe('Up to € 1,000 either way goes into the next return; more needs a suppletie'),
})

export type Late = z.input<typeof LateEntry>

/** Entries of a period with turnover or VAT of documents of an earlier one, which was closed by then. */
export async function lateEntries(ctx: Selecting, period_id: number): Promise<Late[]> {
  const { rows } = await ctx.db.execute<LateRow>(sql`
    select e.id, e.entry_number, e.source, e.reference, e.document_date::text, box.*,
      o.id as period_id, o.year, o.quarter, o.month
    from btw_periods p
    join journal_entries e on e.tenant_id = p.tenant_id and e.btw_period_id = p.id
    left join btw_periods o on o.tenant_id = p.tenant_id and e.document_date between o.start_date and o.end_date
    cross join lateral (
      select
        coalesce(sum(app.box_value(l.vat_box, l.vat_part, l.debit_cents, l.credit_cents))
          filter (where l.vat_part = 'turnover' and l.vat_box not in ('5b', 'mp')), 0) as turnover_cents,
        coalesce(sum(l.credit_cents - l.debit_cents) filter (where l.vat_part = 'vat'), 0) as vat_cents,
        coalesce(sum(l.credit_cents - l.debit_cents) filter (where l.vat_box in ('ms', 'mp', 'mi')), 0) as margin_cents
      from journal_lines l
      where l.tenant_id = e.tenant_id and l.journal_entry_id = e.id and l.vat_box is not null
      having count(*) > 0
    ) box
    where p.id = ${period_id} and e.document_date < e.entry_date and e.document_date < p.start_date
    order by e.id`)
  return rows.map((row) => ({
    entry_id: Number(row.id),
    entry_number: row.entry_number,
    source: row.source,
    reference: row.reference,
    document_date: row.document_date,
    original_period:
      row.period_id === null
        ? null
        : { id: Number(row.period_id), year: row.year, quarter: row.quarter, month: row.month },
    turnover: Number(row.turnover_cents),
    vat: sumCents([Number(row.vat_cents), marginVat(Number(row.margin_cents))]),
  }))
}

interface LateRow extends Record<string, unknown> {
  id: string
  entry_number: string
  source: Late['source']
  reference: string | null
  document_date: string
  period_id: string | null
  year: number
  quarter: number | null
  month: number | null
  turnover_cents: string
  vat_cents: string
  margin_cents: string
}

/** What late documents change in the returns of earlier periods, and how that is made known. */
export function correctionsOf(late: readonly Late[]): z.input<typeof Correction>[] {
  const byPeriod = Map.groupBy(late, ({ original_period }) => original_period?.id)
  return [...byPeriod.values()].map((entries) => {
    const vat = sumCents(entries.map((entry) => entry.vat))
    return { period: entries[0]?.original_period ?? null, vat, route: correctionRoute(vat) }
  })
}
