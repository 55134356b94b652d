import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { guard, insert, mustExist, subquery, update, updateWhere } from '../../db/rows.ts'
import { ArrayPaging, day, Id, id, instant, money, Stamps, text } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { mustBePast } from '../ledger/days.ts'
import { InvoiceDetail, oneInvoice } from '../sales/invoice-record.ts'
import { creditNotes, invoices } from '../sales/tables.ts'
import { writeOffs } from './tables.ts'

const module = 'accounting'

const WriteOff = z.object({
  id: id(),
  invoice_id: id(),
  amount: money().meta({ examples: [107.69] }),
  written_off_on: day(),
  reason: z.string().meta({ examples: ['Bankrupt'] }),
  reversed_at: instant().nullable(),
  ...Stamps,
})

const rows = (ctx: Selecting) =>
  ctx.db
    .select({
      id: writeOffs.id,
      invoice_id: writeOffs.invoice_id,
      amount: writeOffs.amount_cents,
      written_off_on: writeOffs.written_off_on,
      reason: writeOffs.reason,
      reversed_at: writeOffs.reversed_at,
      created_at: writeOffs.created_at,
      updated_at: writeOffs.updated_at,
    })
    .from(writeOffs)

export const listWriteOffs = read(
  {
    summary: 'List write-offs of invoice',
    description: 'Newest first, those that were reversed included.',
    can: 'ledger:read',
    module,
    params: Id,
    query: ArrayPaging,
    output: z.array(WriteOff),
    on: invoices,
  },
  async (ctx, { params, query }) => {
    const where = eq(writeOffs.invoice_id, params.id)
    const [, list] = await Promise.all([
      mustExist(ctx, invoices, params.id),
      arrayPage(ctx, writeOffs, query, where, [desc(writeOffs.id)], rows),
    ])
    return list
  },
)

export const writeOffInvoice = write(
  {
    summary: 'Write off invoice',
    description:
      'All that is open of an issued invoice will not be paid: it becomes a loss, and its share of the VAT comes ' +
      'back in the period of that day (Wet OB 29). The invoice counts as paid, without a day of payment.',
    can: 'journal:post',
    module,
    params: Id,
    body: z.object({
      reason: text(1000).meta({ examples: ['Bankrupt'] }),
      written_off_on: day().optional().describe('Today when absent'),
    }),
    output: InvoiceDetail,
    on: invoices,
  },
  async (ctx, { params: { id }, body: { reason, written_off_on } }) => {
    const open_cents = subquery<number>(
      sql`select ${invoices.due_cents} from ${invoices} where ${invoices.id} = ${id}`,
    )
    const [, , , , , , invoice] = await Promise.all([
      guard(
        ctx,
        sql`exists (select from ${invoices} where ${invoices.id} = ${id}
          and ${invoices.status} = 'sent' and ${invoices.due_cents} > 0 for update)`,
        { code: 'nothing_open', message: 'Only what is open of an issued invoice is written off.' },
      ),
      mustHaveNoOpenNote(ctx, id),
      mustBePast(ctx, written_off_on, 'written_off_on'),
      guard(
        ctx,
        sql`${written_off_on ?? null}::date is null or exists (select from ${invoices}
          where ${invoices.id} = ${id} and ${invoices.invoice_date} <= ${written_off_on ?? null}::date)`,
        {
          code: 'validation_failed',
          message: 'The written off on field must be a date after or equal to the invoice date.',
          field: 'written_off_on',
        },
      ),
      insert(ctx, writeOffs, { invoice_id: id, amount_cents: open_cents, reason, written_off_on }),
      update(ctx, invoices, id, {
        written_off_cents: sql`${invoices.written_off_cents} + ${invoices.due_cents}`,
        status: 'paid',
      }),
      oneInvoice(ctx, id),
    ])
    return invoice
  },
)

/** A note that was sent takes off VAT already, though not yet what is open. */
const mustHaveNoOpenNote = (ctx: Writing, invoice_id: number) =>
  guard(
    ctx,
    sql`not exists (select from ${creditNotes}
      where ${creditNotes.invoice_id} = ${invoice_id} and ${creditNotes.status} = 'open')`,
    {
      code: 'open_credit_note',
      message: 'A credit note of this invoice is open: apply or delete it first.',
    },
  )

export const reverseWriteOff = write(
  {
    summary: 'Reverse write-off of invoice',
    description:
      'The customer pays after all: what was written off is open again, and owed with its VAT.',
    can: 'journal:post',
    module,
    params: Id,
    output: InvoiceDetail,
    on: invoices,
  },
  async (ctx, { params: { id } }) => {
    const [, , invoice] = await Promise.all([
      guard(
        ctx,
        sql`exists (select from ${invoices}
          where ${invoices.id} = ${id} and ${invoices.written_off_cents} > 0 for update)`,
        { code: 'not_written_off', message: 'Nothing of this invoice is written off.' },
      ),
      reopen(ctx, id),
      oneInvoice(ctx, id),
    ])
    return invoice
  },
)

/** Opens a locked invoice for what was written off of it. */
export const reopen = (ctx: Writing, invoice_id: number) =>
  Promise.all([
    updateWhere(
      ctx,
      writeOffs,
      and(eq(writeOffs.invoice_id, invoice_id), isNull(writeOffs.reversed_at)),
      { reversed_at: sql`app.now()` },
    ),
    update(ctx, invoices, invoice_id, { written_off_cents: 0, status: 'sent', paid_at: null }),
  ])
