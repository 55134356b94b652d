import { asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { found } from '../../refusal.ts'
import { day, Id, id, Named, number, Stamps } from '../../schema.ts'
import { customers } from '../customers/tables.ts'
import { lineColumns, lineOutput, totalsColumns, totalsOutput } from '../sales/lines.ts'
import { frequencies, recurringInvoiceLines, recurringInvoices } from './tables.ts'

/** A schedule in a list. */
export const RecurringInvoice = z.object({
  id: id(),
  customer_id: id(),
  customer: Named,
  branch_id: id().nullable().describe('Of its invoices'),
  frequency: z.enum(frequencies),
  next_run_date: day().meta({ examples: ['2026-03-31'] }),
  last_run_date: day()
    .nullable()
    .describe('The day for which the last invoice was made')
    .meta({ examples: ['2026-02-28'] }),
  auto_send: z.boolean(),
  active: z.boolean(),
  ...totalsOutput,
  notes: z.string().nullable(),
  last_error: z
    .string()
    .nullable()
    .describe('Why the last run made no invoice, did not issue it or did not mail it'),
  ...Stamps,
})

/** A schedule with its lines. */
export const RecurringInvoiceDetail = RecurringInvoice.extend({
  lines: z.array(z.object({ ...lineOutput, vat_rate: number(21) })),
})

/** What every verb on one schedule has in common. */
export const writing = {
  can: 'recurring_invoices:write',
  module: 'invoices',
  params: Id,
  on: recurringInvoices,
} as const

/** Schedules as `RecurringInvoice` has them. */
export const scheduleRows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: recurringInvoices.id,
      customer_id: recurringInvoices.customer_id,
      customer: { id: customers.id, name: sql<string>`${customers.name}` },
      branch_id: recurringInvoices.branch_id,
      frequency: recurringInvoices.frequency,
      next_run_date: recurringInvoices.next_run_date,
      last_run_date: recurringInvoices.last_run_date,
      auto_send: recurringInvoices.auto_send,
      active: recurringInvoices.active,
      ...totalsColumns(recurringInvoices),
      notes: recurringInvoices.notes,
      last_error: recurringInvoices.last_error,
      created_at: recurringInvoices.created_at,
      updated_at: recurringInvoices.updated_at,
    })
    .from(recurringInvoices)
    .innerJoin(customers, eq(customers.id, recurringInvoices.customer_id))

/** One schedule with its lines, by id or by a subquery for it; its two statements start at once. */
export async function oneSchedule(ctx: Selecting, id: number | SQL<number>) {
  const [[schedule], lines] = await Promise.all([
    scheduleRows(ctx).where(eq(recurringInvoices.id, id)),
    ctx.db
      .select({
        ...lineColumns(recurringInvoiceLines),
        vat_rate: recurringInvoiceLines.vat_rate,
      })
      .from(recurringInvoiceLines)
      .where(eq(recurringInvoiceLines.recurring_invoice_id, id))
      .orderBy(asc(recurringInvoiceLines.position)),
  ])
  return { ...found(schedule), lines }
}
