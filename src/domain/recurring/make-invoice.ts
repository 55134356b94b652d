import { asc, eq, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { refusalOf } from '../../db/errors.ts'
import { insert, update } from '../../db/rows.ts'
import { addDays, addMonths } from '../../lib/dates.ts'
import { found, type Refusal } from '../../refusal.ts'
import { sumsOf } from '../sales/columns.ts'
import { issueInvoice } from '../sales/invoice-issue.ts'
import { dueDate } from '../sales/invoices.ts'
import { invoiceLines, invoices } from '../sales/tables.ts'
import { type frequencies, recurringInvoiceLines, recurringInvoices } from './tables.ts'

type Frequency = (typeof frequencies)[number]
type Schedule = typeof recurringInvoices.$inferSelect

const months = { monthly: 1, quarterly: 3, yearly: 12 } as const

/** The run after that of `date`; the month's own end where it has no such day. */
export const runAfter = (date: string, frequency: Frequency, anchor_day: number): string =>
  frequency === 'weekly' ? addDays(date, 7) : addMonths(date, months[frequency], anchor_day)

/** The schedule, for us alone until we commit; undefined when it is not there any more. */
export async function lockSchedule(ctx: Transacting, id: number) {
  const [row] = await ctx.db
    .select({
      schedule: recurringInvoices,
      is_due: sql<boolean>`${recurringInvoices.active} and ${recurringInvoices.next_run_date} <= app.today()`,
    })
    .from(recurringInvoices)
    .where(eq(recurringInvoices.id, id))
    .for('update')
  return row
}

/**
 * Makes the invoice of a locked schedule's next day, dated today as the law asks of a date of issue, and
 * moves the schedule on. One that mails also issues; what that lacks stays a draft, and the schedule tells why.
 */
export async function makeInvoice(ctx: Transacting, schedule: Schedule): Promise<number> {
  const { id, next_run_date, frequency, anchor_day } = schedule
  const [invoice] = await insert(ctx, invoices, {
    ...sumsOf(schedule),
    customer_id: schedule.customer_id,
    branch_id: schedule.branch_id,
    recurring_invoice_id: id,
    recurring_date: next_run_date,
    invoice_date: sql`app.today()`,
    supply_date: sql`nullif(${next_run_date}::date, app.today())`,
    due_date: dueDate(sql`app.today()`, schedule.customer_id),
    notes: schedule.notes,
  })
  const invoice_id = found(invoice).id
  await copyLines(ctx, id, invoice_id)
  const last_error = schedule.auto_send ? await issue(ctx, invoice_id) : null
  const next = runAfter(next_run_date, frequency, anchor_day)
  await update(ctx, recurringInvoices, id, {
    last_run_date: next_run_date,
    next_run_date: next,
    // A schedule that turns from weekly to monthly aims at the day where it is by then.
    anchor_day: frequency === 'weekly' ? Number(next.slice(8)) : anchor_day,
    last_error,
  })
  return invoice_id
}

async function copyLines(ctx: Transacting, recurring_invoice_id: number, invoice_id: number) {
  const lines = await ctx.db
    .select()
    .from(recurringInvoiceLines)
    .where(eq(recurringInvoiceLines.recurring_invoice_id, recurring_invoice_id))
    .orderBy(asc(recurringInvoiceLines.position))
  const copies = lines.map(
    ({ id, tenant_id, created_at, updated_at, recurring_invoice_id, ...line }) => ({
      ...line,
      invoice_id,
    }),
  )
  await insert(ctx, invoiceLines, copies)
}

/** @returns why it could not be issued; null when it was */
async function issue(ctx: Transacting, id: number): Promise<string | null> {
  await ctx.db.execute(sql`savepoint issue`)
  try {
    await issueInvoice(ctx, { params: { id }, body: {} })
    return null
  } catch (error) {
    const refusal = refusalOf(error)
    if (!refusal || refusal.status >= 500) throw error
    await ctx.db.execute(sql`rollback to savepoint issue`)
    return reasonOf(refusal)
  }
}

/** What a refusal says to people, in one text. */
export function reasonOf({ message, errors }: Refusal): string {
  const sentences = Object.values(errors ?? {}).flat()
  return sentences.length > 0 ? sentences.join(' ') : message
}
