import { eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { guard, subquery, update, updateWhere } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { Id, money } from '../../schema.ts'
import { write } from '../../verb.ts'
import { mustBeOpen } from './credit-note-record.ts'
import { creditNotes, invoices } from './tables.ts'

export const applyCreditNote = write(
  {
    summary: 'Apply credit note to invoice',
    description:
      'Takes its total off what is open of the invoice. Once, and never more than is open.',
    can: 'credit_notes:write',
    module: 'invoices',
    params: Id,
    output: z.object({
      message: z.string().meta({ examples: ['Credit applied'] }),
      invoice_remaining: money().meta({ examples: [71.6] }),
    }),
    on: creditNotes,
  },
  async (ctx, { params: { id } }) => {
    const note = <T>(column: SQL) =>
      subquery<T>(sql`select ${column} from ${creditNotes} where ${creditNotes.id} = ${id}`)
    const invoice_id = note<number>(sql`${creditNotes.invoice_id}`)
    const [, , , , [invoice]] = await Promise.all([
      mustBeOpen(ctx, id),
      mustBeOwed(ctx, invoice_id, note(sql`${creditNotes.total_cents}`)),
      ...settle(ctx, id, invoice_id, note(sql`${creditNotes.total_cents}`)),
      ctx.db
        .select({ invoice_remaining: invoices.due_cents })
        .from(invoices)
        .where(eq(invoices.id, invoice_id)),
    ])
    return {
      message: 'Credit applied',
      invoice_remaining: Number(found(invoice).invoice_remaining),
    }
  },
)

/** Locks the invoice; 422 when less is open than that. */
const mustBeOwed = (ctx: Writing, invoice_id: SQL, total_cents: SQL) =>
  guard(
    ctx,
    sql`exists (select from ${invoices} where ${invoices.id} = ${invoice_id}
      and ${invoices.status} in ('sent', 'paid') and ${invoices.due_cents} >= ${total_cents} for update)`,
    {
      code: 'credit_exceeds_open',
      message: 'The credit exceeds what is open on the invoice.',
    },
  )

/** Marks the note as applied and takes its total off its locked invoice, which may be paid by it. */
export function settle(
  ctx: Writing,
  id: number,
  invoice_id: number | SQL,
  total_cents: number | SQL,
): [Promise<void>, Promise<number>] {
  const isSettled = sql`${invoices.due_cents} = ${total_cents}`
  return [
    update(ctx, creditNotes, id, { status: 'applied', applied_at: sql`app.now()` }),
    updateWhere(ctx, invoices, eq(invoices.id, invoice_id), {
      credited_cents: sql`${invoices.credited_cents} + ${total_cents}`,
      status: sql`case when ${isSettled} then 'paid' else ${invoices.status} end`,
      paid_at: sql`case when ${isSettled} then coalesce(${invoices.paid_at}, app.now()) else ${invoices.paid_at} end`,
    }),
  ]
}
