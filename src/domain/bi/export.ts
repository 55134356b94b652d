import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { read } from '../../verb.ts'
import { type Cell, type Column, sheetPieces } from '../reports/printed.ts'
import { ExportQuery, sheetFile } from '../spreadsheets/separator.ts'
import { customersOf } from './customers.ts'
import { engineersOf } from './engineers.ts'
import { invoicesOf } from './invoices.ts'
import { partsOf } from './parts.ts'
import { biSpec, mustBeBranch, type PeriodAsked, PeriodQuery } from './period.ts'
import { revenueOf } from './revenue.ts'
import { workOrdersOf } from './work-orders.ts'

interface Sheet {
  from: string
  to: string
  columns: Column[]
  rows: Record<string, Cell>[]
}

const text = (key: string): Column => ({ key, kind: 'text' })
const money = (key: string): Column => ({ key, kind: 'money' })

/** A report whose figures have a name each; cents are told by theirs. */
const list = (
  { from, to }: { from: string; to: string },
  figures: Record<string, Cell>,
): Sheet => ({
  from,
  to,
  columns: [text('figure'), text('value')],
  rows: Object.entries(figures).map(([figure, value]) => ({ figure, value })),
})

const euros = (cents: number) => cents / 100

const sheets: Record<string, (ctx: Reading, query: PeriodAsked) => Promise<Sheet>> = {
  revenue: async (ctx, query) => {
    const { from, to, data } = await revenueOf(ctx, query)
    return { from, to, columns: [{ key: 'date', kind: 'day' }, money('amount')], rows: data }
  },
  'work-orders': async (ctx, query) => {
    const { status_distribution, from, to, ...figures } = await workOrdersOf(ctx, query)
    const statuses = Object.entries(status_distribution).map(([slug, orders]) => [
      `status_${slug}`,
      orders,
    ])
    const { created, completed, avg_duration_hours, completion_rate_pct } = figures
    return list(
      { from, to },
      {
        ...Object.fromEntries(statuses),
        created,
        completed,
        avg_duration_hours,
        completion_rate_pct,
      },
    )
  },
  engineers: async (ctx, query) => {
    const { from, to, engineers } = await engineersOf(ctx, query, { per_page: 1000 })
    const columns = [
      ...['engineer_id', 'name', 'completed', 'avg_hours'].map(text),
      money('revenue'),
    ]
    return { from, to, columns, rows: engineers }
  },
  customers: async (ctx, query) => {
    const { avg_ltv, from, to, ...figures } = await customersOf(ctx, query)
    return list({ from, to }, { ...figures, avg_ltv: euros(avg_ltv) })
  },
  parts: async (ctx, query) => {
    const { from, to, top_parts, inventory_value } = await partsOf(ctx, query)
    return {
      from,
      to,
      columns: [...['product_id', 'name', 'used'].map(text), money('value')],
      rows: [...top_parts, { name: 'inventory_value', value: inventory_value }],
    }
  },
  invoices: async (ctx, query) => {
    const { from, to, outstanding_amount, overdue_amount, avg_payment_days, aging } =
      await invoicesOf(ctx, query)
    return list(
      { from, to },
      {
        outstanding_amount: euros(outstanding_amount),
        overdue_amount: euros(overdue_amount),
        avg_payment_days,
        ...Object.fromEntries(aging.map(({ bucket, amount }) => [`due_${bucket}`, euros(amount)])),
      },
    )
  },
}

export const exportFigures = read(
  {
    ...biSpec,
    summary: 'Export figures',
    description:
      'One of the reports as a spreadsheet. A text that Excel would take for a formula gets an apostrophe before it.',
    query: PeriodQuery.extend({
      report: z.enum(['revenue', 'work-orders', 'engineers', 'customers', 'parts', 'invoices']),
      format: z.enum(['csv']).optional().describe('`csv`, also when absent'),
      separator: ExportQuery.shape.separator,
    }),
    file: 'text/csv',
  },
  async (ctx, { query }) => {
    const sheetOf = sheets[query.report] as (typeof sheets)[string]
    const [, { from, to, columns, rows }] = await Promise.all([
      mustBeBranch(ctx, query),
      sheetOf(ctx, query),
    ])
    const printed = rows.map((cells) => ({ cells }))
    const [whole = new Uint8Array()] = await Array.fromAsync(
      sheetPieces(columns, [printed], query.separator),
    )
    return sheetFile(`bi-${query.report}-${from}-${to}`, whole)
  },
)
