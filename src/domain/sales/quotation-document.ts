import { asc, eq, sql } from 'drizzle-orm'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read } from '../../verb.ts'
import { companies, customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { buyerOf, sellerOf } from './buyers.ts'
import type { QuotationDocument } from './documents/quotation-pdf.ts'
import {
  localeOf,
  printedBuyer,
  printedSeller,
  printedSums,
  printedWith,
  printedWorkOrder,
} from './invoice-document.ts'
import { shownStatus } from './quotation-record.ts'
import { quotationLines, quotations } from './tables.ts'

/** Everything that the paper and the mail of a quotation tell; two statements of one batch. */
export async function quotationToPrint(ctx: Reading, id: number) {
  const [[row], lines] = await Promise.all([
    ctx.db
      .select({
        quotation: quotations,
        status: shownStatus,
        /** The day it was sent last; today as long as it was not. */
        quotation_date: sql<string>`
          (coalesce(${quotations.sent_at}, app.now()) at time zone ${tenants.timezone})::date::text`,
        ...printedWith,
      })
      .from(quotations)
      .innerJoin(customers, eq(customers.id, quotations.customer_id))
      .innerJoin(tenants, eq(tenants.id, quotations.tenant_id))
      .leftJoin(companies, eq(companies.id, customers.company_id))
      .leftJoin(workOrders, eq(workOrders.id, quotations.work_order_id))
      .where(eq(quotations.id, id)),
    ctx.db
      .select()
      .from(quotationLines)
      .where(eq(quotationLines.quotation_id, id))
      .orderBy(asc(quotationLines.position)),
  ])
  const { customer, company, ...printed } = found(row)
  return { ...printed, buyer: buyerOf(customer, company), lines, locale: localeOf(printed.shop) }
}

export type QuotationToPrint = Awaited<ReturnType<typeof quotationToPrint>>

export const filenameOf = ({ quotation }: QuotationToPrint) => `${quotation.quotation_number}.pdf`

/** The PDF; the renderer and its fonts are loaded when they are first needed. */
export async function pdfOf(
  printed: QuotationToPrint,
  kind: QuotationDocument['kind'],
): Promise<Uint8Array> {
  const [{ renderQuotation }, { fonts }] = await Promise.all([
    import('./documents/quotation-pdf.ts'),
    import('./documents/fonts.ts'),
  ])
  return renderQuotation(documentOf(printed, kind), fonts)
}

export const getQuotationPdf = read(
  {
    summary: 'Get quotation as PDF',
    description: 'A draft is marked as such.',
    can: 'quotations:read',
    module: 'quotations',
    params: Id,
    file: 'application/pdf',
    on: quotations,
  },
  async (ctx, { params }) => {
    const printed = await quotationToPrint(ctx, params.id)
    return {
      content: await pdfOf(printed, printed.status === 'draft' ? 'draft' : 'quotation'),
      content_type: 'application/pdf',
      filename: filenameOf(printed),
      inline: true,
    }
  },
)

/** The quotation as it is printed. */
export function documentOf(
  { quotation, quotation_date, buyer, shop, work_order, lines, locale }: QuotationToPrint,
  kind: QuotationDocument['kind'],
): QuotationDocument {
  return {
    kind,
    locale,
    number: quotation.quotation_number,
    quotation_date,
    valid_until: quotation.valid_until,
    seller: printedSeller(sellerOf(shop), shop),
    buyer: {
      ...printedBuyer(buyer, shop.country, locale),
      customer_number: String(quotation.customer_id),
    },
    work_order: printedWorkOrder(work_order),
    ...printedSums(quotation, lines, locale),
    notes: quotation.notes,
  }
}
