import { asc, eq, sql } from 'drizzle-orm'
import type { Selecting } from '../../context.ts'
import type { Buyer, SalesDocument } from '../../integrations/bookkeeper.ts'
import type { VatCategory } from '../../lib/money.ts'
import { found } from '../../refusal.ts'
import { companies, customers } from '../customers/tables.ts'
import { buyerOf } from '../sales/buyers.ts'
import { creditNoteLines, creditNotes, invoiceLines, invoices } from '../sales/tables.ts'
import { taxRates } from '../tax/tables.ts'
import type { syncedDocuments } from './tables.ts'

export type DocumentType = (typeof syncedDocuments)[number]

/** What a bookkeeper is told of a document. */
export interface Bookable {
  buyer: Buyer
  document: SalesDocument
}

/** Kinds of documents, and what differs between them. */
const kinds = {
  invoice: {
    table: invoices,
    number: invoices.invoice_number,
    date: invoices.invoice_date,
    due_date: sql<string | null>`${invoices.due_date}`,
    lines: invoiceLines,
    parent: invoiceLines.invoice_id,
    sign: 1,
  },
  credit_note: {
    table: creditNotes,
    number: creditNotes.credit_note_number,
    date: creditNotes.credit_date,
    due_date: sql<null>`null::text`,
    lines: creditNoteLines,
    parent: creditNoteLines.credit_note_id,
    sign: -1,
  },
} as const

/** A document as it was issued, in one look; the amounts of a credit note are kept positive, and told negative. */
export async function bookableOf(
  ctx: Selecting,
  type: DocumentType,
  id: number,
): Promise<Bookable> {
  const { table, number, date, due_date, sign } = kinds[type]
  const [[row], lines] = await Promise.all([
    ctx.db
      .select({
        number,
        date,
        due_date,
        vat_breakdown: table.vat_breakdown,
        subtotal_cents: table.subtotal_cents,
        total_cents: table.total_cents,
        kept_buyer: table.buyer,
        customer: customers,
        company: companies,
      })
      .from(table)
      .innerJoin(customers, eq(customers.id, table.customer_id))
      .leftJoin(companies, eq(companies.id, customers.company_id))
      .where(eq(table.id, id)),
    linesOf(ctx, type, id),
  ])
  const { kept_buyer, customer, company, vat_breakdown, ...document } = found(row)
  return {
    // Documents of long ago did not keep it.
    buyer: { ...(kept_buyer ?? buyerOf(customer, company)), number: `RA-${customer.id}` },
    document: {
      ...document,
      number: document.number ?? '',
      lines: lines.map((line) => ({
        description: line.description,
        net_cents: sign * line.net_cents,
        vat_rate: Number(line.vat_rate),
        category: line.category as VatCategory,
        tax_name: line.tax_name,
      })),
      vat: vat_breakdown.map(({ vat_rate, category, base_cents, vat_cents }) => ({
        vat_rate,
        category: category as VatCategory,
        base_cents: sign * base_cents,
        vat_cents: sign * vat_cents,
      })),
      subtotal_cents: sign * document.subtotal_cents,
      total_cents: sign * document.total_cents,
    },
  }
}

function linesOf(ctx: Selecting, type: DocumentType, id: number) {
  const { lines, parent } = kinds[type]
  return ctx.db
    .select({
      description: lines.description,
      net_cents: lines.net_cents,
      vat_rate: lines.vat_rate,
      category: lines.category,
      tax_name: taxRates.name,
    })
    .from(lines)
    .leftJoin(taxRates, eq(taxRates.id, lines.tax_rate_id))
    .where(eq(parent, id))
    .orderBy(asc(lines.position))
}
