import { asc, eq, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { guard } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { day, id, instant, money, Named, number, Stamps } from '../../schema.ts'
import { customers } from '../customers/tables.ts'
import { lineColumns, lineOutput, totalsColumns, totalsOutput } from './lines.ts'
import { creditNoteLines, creditNotes, invoices } from './tables.ts'

export const creditNoteStatuses = ['open', 'applied', 'voided'] as const

const negative = (example: number) => money().meta({ examples: [example] })

/** A credit note in a list; its amounts are below zero. */
export const CreditNote = z.object({
  id: id().meta({ examples: [9] }),
  credit_note_number: z.string().meta({ examples: ['CN-2026-0009'] }),
  status: z
    .string()
    .describe(creditNoteStatuses.join(' | '))
    .meta({ examples: ['open'] }),
  invoice_id: id(),
  invoice: z.object({ id: id(), invoice_number: z.string().meta({ examples: ['INV-2026-0001'] }) }),
  customer_id: id(),
  customer: Named,
  credit_date: day(),
  reason: z.string().meta({ examples: ['Screen was faulty'] }),
  restock: z
    .boolean()
    .describe('The goods came back too')
    .meta({ examples: [false] }),
  prices_include_vat: z.boolean().meta({ examples: [false] }),
  ...totalsOutput,
  subtotal: negative(-40).describe('Excl. VAT'),
  vat_total: negative(-8.4),
  total: negative(-48.4).describe('Incl. VAT'),
  vat_breakdown: z.array(
    z.object({
      vat_rate: number(21),
      category: z.string().meta({ examples: ['S'] }),
      base: negative(-40),
      vat: negative(-8.4),
      exemption_text: z.string().nullable(),
    }),
  ),
  applied_at: instant().nullable(),
  voided_at: instant().nullable(),
  ...Stamps,
})

/** A credit note by itself. */
export const CreditNoteDetail = CreditNote.extend({
  lines: z.array(
    z.object({
      ...lineOutput,
      total_excl: negative(-40),
      vat_pct: number(21),
      invoice_line_id: id().nullable().describe('The line that it takes back'),
    }),
  ),
})

const columns = {
  id: creditNotes.id,
  credit_note_number: creditNotes.credit_note_number,
  status: creditNotes.status,
  invoice_id: creditNotes.invoice_id,
  invoice: { id: invoices.id, invoice_number: sql<string>`${invoices.invoice_number}` },
  customer_id: creditNotes.customer_id,
  customer: { id: customers.id, name: sql<string>`${customers.name}` },
  credit_date: creditNotes.credit_date,
  reason: creditNotes.reason,
  restock: creditNotes.restock,
  prices_include_vat: creditNotes.prices_include_vat,
  ...totalsColumns(creditNotes),
  vat_breakdown: creditNotes.vat_breakdown,
  applied_at: creditNotes.applied_at,
  voided_at: creditNotes.voided_at,
  created_at: creditNotes.created_at,
  updated_at: creditNotes.updated_at,
}

/** Credit notes as `CreditNote` has them, but for `shown`. */
export const creditNoteRows = (ctx: Selecting) =>
  ctx.db
    .select(columns)
    .from(creditNotes)
    .innerJoin(invoices, eq(invoices.id, creditNotes.invoice_id))
    .innerJoin(customers, eq(customers.id, creditNotes.customer_id))

type Row = Awaited<ReturnType<typeof creditNoteRows>>[number]

/** A row of `creditNoteRows` as answered: what is kept positive is shown negative. */
export const shown = (row: Row) => ({
  ...row,
  subtotal: -row.subtotal,
  vat_total: -row.vat_total,
  total: -row.total,
  vat_breakdown: row.vat_breakdown.map(
    ({ vat_rate, category, base_cents, vat_cents, exemption_text = null }) => ({
      vat_rate,
      category: category === 'M' ? 'E' : category,
      base: -base_cents,
      vat: -vat_cents,
      exemption_text,
    }),
  ),
})

/** One credit note with its lines, by id or by a subquery for it. */
export async function oneCreditNote(ctx: Selecting, id: number | SQL<number>) {
  const [[creditNote], lines] = await Promise.all([
    creditNoteRows(ctx).where(eq(creditNotes.id, id)),
    ctx.db
      .select({
        ...lineColumns(creditNoteLines),
        vat_pct: creditNoteLines.vat_rate,
        invoice_line_id: creditNoteLines.invoice_line_id,
      })
      .from(creditNoteLines)
      .where(eq(creditNoteLines.credit_note_id, id))
      .orderBy(asc(creditNoteLines.position)),
  ])
  return {
    ...shown(found(creditNote)),
    lines: lines.map((line) => ({ ...line, total_excl: -line.total_excl })),
  }
}

/** 422 when the goods of the credit note are in stock again: then its lines stand. */
export const mustNotBeRestocked = (ctx: Writing, id: number) =>
  guard(
    ctx,
    sql`exists (select from ${creditNotes} where ${creditNotes.id} = ${id} and not ${creditNotes.restock})`,
    { code: 'restocked', message: 'The goods of this credit note are in stock again; it stands.' },
  )

/** Locks the credit note until the work is done; 422 when it is not open any more. */
export const mustBeOpen = (ctx: Writing, id: number) =>
  guard(
    ctx,
    sql`exists (select from ${creditNotes} where ${creditNotes.id} = ${id} and ${creditNotes.status} = 'open' for update)`,
    { code: 'not_open', message: 'Only an open credit note can be changed, applied or deleted.' },
  )
