import { eq, sql } from 'drizzle-orm'
import { update } from '../../db/rows.ts'
import { type FieldErrors, found, refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { companies, customers } from '../customers/tables.ts'
import { buyerOf, missingOf } from './buyers.ts'
import type { Party } from './columns.ts'
import { InvoiceDetail, oneInvoice } from './invoice-record.ts'
import { invoiceLines, invoices } from './tables.ts'

/** Gives the invoice its number and keeps the buyer of this moment; both are for ever. */
export const issueInvoice = transact(
  {
    summary: 'Issue invoice',
    description: 'Gives a draft its number and fixes the buyer; nothing is mailed.',
    can: 'invoices:issue',
    module: 'invoices',
    params: Id,
    output: InvoiceDetail,
    on: invoices,
  },
  async (ctx, { params: { id } }) => {
    const [invoice] = await ctx.db
      .select({ status: invoices.status })
      .from(invoices)
      .where(eq(invoices.id, id))
      .for('update')
    if (found(invoice).status !== 'draft') {
      throw refused('not_draft', 'Only a draft invoice can be issued.')
    }
    // After the lock, so that what is read here is what is issued.
    const [draft] = await ctx.db
      .select({
        customer: customers,
        company: companies,
        has_lines: sql<boolean>`exists (select from ${invoiceLines} where ${invoiceLines.invoice_id} = ${id})`,
      })
      .from(invoices)
      .innerJoin(customers, eq(customers.id, invoices.customer_id))
      .leftJoin(companies, eq(companies.id, customers.company_id))
      .where(eq(invoices.id, id))
    const { customer, company, has_lines } = found(draft)
    const buyer = buyerOf(customer, company)
    refuseIncomplete(buyer, has_lines)
    await update(ctx, invoices, id, {
      // Where deposits have paid for all of it, nothing is open.
      status: sql`case when ${invoices.total_cents} = 0 then 'paid' else 'sent' end`,
      paid_at: sql`case when ${invoices.total_cents} = 0 then app.now() end`,
      invoice_number: sql`app.next_document_number('INV')`,
      buyer,
      issued_at: sql`app.now()`,
    })
    return oneInvoice(ctx, id)
  },
)

function refuseIncomplete(buyer: Party, hasLines: boolean) {
  const missing = missingOf(buyer).map((field) => [
    `customer.${field}`,
    [`The ${field.replaceAll('_', ' ')} of a business customer is required.`],
  ])
  const errors: FieldErrors = {
    ...(!hasLines && { lines: ['An invoice needs at least one line.'] }),
    ...Object.fromEntries(missing),
  }
  if (Object.keys(errors).length > 0) {
    throw refused('incomplete_invoice', 'The invoice lacks what the law asks.', errors)
  }
}
