import { and, asc, eq, ne, type SQL, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { insert, subquery } from '../../db/rows.ts'
import { found, invalid, refused } from '../../refusal.ts'
import { tenants } from '../identity/tables.ts'
import { sellerOf } from './buyers.ts'
import type { Seller } from './columns.ts'
import type { Creditable, CreditLine } from './credit-left.ts'
import { type AskedLine, creditOf } from './credit-lines.ts'
import { creditNoteLines, creditNotes, invoiceLines, invoices } from './tables.ts'

type Invoice = typeof invoices.$inferSelect

/** Locks an invoice, so that what is left to credit of it stays so; 422 when it is not issued. */
export async function lockIssued(ctx: Transacting, invoice_id: number): Promise<Invoice> {
  const [row] = await ctx.db
    .select({ invoice: invoices, is_deducted: isDeducted })
    .from(invoices)
    .where(eq(invoices.id, invoice_id))
    .for('update')
  if (!row) throw invalid({ invoice_id: ['The selected invoice id is invalid.'] })
  const refuse = (code: string, message: string) =>
    refused(code, message, { invoice_id: [message] })
  if (row.is_deducted) throw refuse('deposit_deducted', 'Another invoice deducts this deposit.')
  if (row.invoice.written_off_cents > 0) {
    throw refuse('written_off', 'The invoice was written off: reverse that first.')
  }
  if (row.invoice.status === 'sent' || row.invoice.status === 'paid') return row.invoice
  throw refuse('not_issued', 'Only an issued invoice can be credited.')
}

/** A deposit that another invoice deducts: given back by itself it would be given back twice. */
const isDeducted = subquery<boolean>(sql`
  select exists (select from ${invoiceLines} where ${invoiceLines.deposit_invoice_id} = ${invoices.id})`)

/**
 * The lines and sums of a credit note for a locked invoice.
 *
 * @param except a note that is being rewritten: what it credits now does not count
 * @throws Refusal 422 beyond what is left of the invoice
 */
export async function creditFor(
  ctx: Transacting,
  invoice: Invoice,
  asked: readonly AskedLine[] | 'full',
  except?: number,
) {
  const counts = and(
    eq(creditNotes.invoice_id, invoice.id),
    ne(creditNotes.status, 'voided'),
    except === undefined ? undefined : ne(creditNotes.id, except),
  )
  const [lines, credited, notes] = await Promise.all([
    ctx.db
      .select()
      .from(invoiceLines)
      .where(eq(invoiceLines.invoice_id, invoice.id))
      .orderBy(asc(invoiceLines.position)),
    ctx.db
      .select({ line: creditNoteLines })
      .from(creditNoteLines)
      .innerJoin(creditNotes, eq(creditNotes.id, creditNoteLines.credit_note_id))
      .where(counts),
    ctx.db.select({ vat_breakdown: creditNotes.vat_breakdown }).from(creditNotes).where(counts),
  ])
  const creditable: Creditable = {
    ...invoice,
    lines,
    credited: {
      lines: credited.map(({ line }) => line),
      vat_breakdown: notes.flatMap(({ vat_breakdown }) => vat_breakdown),
    },
  }
  return creditOf(creditable, asked)
}

interface NewNote {
  reason: string | SQL
  asked: readonly AskedLine[] | 'full'
  /** The goods came back too. */
  restock?: boolean | undefined
  /** Which pieces, by line. */
  serials?: readonly (readonly string[] | null)[] | undefined
}

/** Adds an open credit note for a locked invoice and answers its id and total. */
export async function addCreditNote(
  ctx: Transacting,
  invoice: Invoice,
  { reason, asked, restock, serials = [] }: NewNote,
): Promise<{ id: number; total_cents: number }> {
  const { lines, totals } = await creditFor(ctx, invoice, asked)
  const [note] = await insert(ctx, creditNotes, {
    ...totals,
    invoice_id: invoice.id,
    customer_id: invoice.customer_id,
    reason,
    restock,
    prices_include_vat: invoice.prices_include_vat,
    discount_pct: invoice.discount_pct,
    buyer: invoice.buyer,
    seller: invoice.seller ?? (await sellerNow(ctx)),
  })
  const { id } = found(note)
  await addLines(ctx, id, lines)
  if (restock && lines.some(({ product_id }) => product_id !== null)) {
    await ctx.db.execute(sql`select app.restock(${id}, ${JSON.stringify(serials)}::jsonb)`)
  }
  return { id, total_cents: totals.total_cents }
}

export const addLines = (ctx: Transacting, credit_note_id: number, lines: CreditLine[]) =>
  insert(
    ctx,
    creditNoteLines,
    lines.map((line) => ({ ...line, credit_note_id })),
  )

/** The shop as it is now, for invoices issued before they kept their seller. */
async function sellerNow(ctx: Transacting): Promise<Seller> {
  const [shop] = await ctx.db.select().from(tenants).where(eq(tenants.id, sql`app.tenant()`))
  return sellerOf(found(shop))
}
