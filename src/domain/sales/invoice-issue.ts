import { eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import { subquery, update } from '../../db/rows.ts'
import { type FieldErrors, found, refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { transact } from '../../verb.ts'
import { companies, customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { buyerOf, missingOf, sellerOf, shiftProblems } from './buyers.ts'
import type { Party } from './columns.ts'
import { InvoiceDetail, oneInvoice } from './invoice-record.ts'
import { invoiceLines, invoices } from './tables.ts'

/** Gives the invoice its number and keeps buyer and seller of this moment, for ever. */
export const issueInvoice = transact(
  {
    summary: 'Issue invoice',
    description:
      'Gives a draft its number and fixes buyer and seller; nothing is mailed. Refused, with a list, when it ' +
      'lacks what the law asks: an address of a business, the VAT number of a buyer who owes the VAT. Its ' +
      'goods leave the stock, but for those that pick lists take; what is not there is refused when the shop ' +
      'does not sell beyond its stock. It is booked on its date; one in a closed VAT period only as `late`.',
    can: 'invoices:issue',
    module: 'invoices',
    params: Id,
    body: z.object({
      late: z
        .boolean()
        .optional()
        .describe(
          'Its VAT period is closed: it counts in the open one, and is listed there as late',
        ),
    }),
    output: InvoiceDetail,
    on: invoices,
  },
  async (ctx, { params: { id }, body: { late } }) => {
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
      .select({ customer: customers, company: companies, shop: tenants, lines: linesOf(id) })
      .from(invoices)
      .innerJoin(customers, eq(customers.id, invoices.customer_id))
      .innerJoin(tenants, eq(tenants.id, invoices.tenant_id))
      .leftJoin(companies, eq(companies.id, customers.company_id))
      .where(eq(invoices.id, id))
    const { customer, company, shop, lines } = found(draft)
    const buyer = buyerOf(customer, company)
    refuseIncomplete(buyer, lines, shop.kor)
    // With the date of issue the database takes the goods out of the stock (app.sell_goods), and posts the
    // invoice when the transaction commits (app.post_queued).
    await update(ctx, invoices, id, {
      // Where deposits have paid for all of it, nothing is open.
      status: sql`case when ${invoices.total_cents} = 0 then 'paid' else 'sent' end`,
      paid_at: sql`case when ${invoices.total_cents} = 0 then app.now() end`,
      invoice_number: sql`app.next_document_number('INV')`,
      buyer,
      seller: sellerOf(shop),
      issued_at: sql`app.now()`,
      late,
    })
    return oneInvoice(ctx, id)
  },
)

interface Line {
  category: string
  tax_rate_id: number | null
}

const linesOf = (invoice_id: number) =>
  subquery<Line[]>(sql`
    select coalesce(jsonb_agg(jsonb_build_object(
      'category', ${invoiceLines.category}, 'tax_rate_id', ${invoiceLines.tax_rate_id})), '[]')
    from ${invoiceLines} where ${invoiceLines.invoice_id} = ${invoice_id}`)

function refuseIncomplete(buyer: Party, lines: readonly Line[], kor: boolean) {
  const categories = lines.map(({ category }) => category)
  const errors: FieldErrors = {
    ...(lines.length === 0 && { lines: ['An invoice needs at least one line.'] }),
    ...(isOutdated(lines, kor) && {
      lines: ['The small-business scheme was switched since; save the lines again.'],
    }),
    ...missingOf(buyer),
    ...shiftProblems(buyer, categories),
  }
  if (Object.keys(errors).length > 0) {
    throw refused('incomplete_invoice', 'The invoice lacks what the law asks.', errors)
  }
}

/** Under the small-business scheme all lines are exempt, without a tax code; otherwise none is so. */
const isOutdated = (lines: readonly Line[], kor: boolean) =>
  lines.some(({ category, tax_rate_id }) => (category === 'E' && tax_rate_id === null) !== kor)
