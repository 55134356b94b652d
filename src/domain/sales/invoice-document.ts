import { asc, eq } from 'drizzle-orm'
import type { Reading } from '../../context.ts'
import { found } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { read } from '../../verb.ts'
import { companies, customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { workOrders } from '../workshop/tables.ts'
import { buyerOf, sellerOf } from './buyers.ts'
import type { Party, Seller } from './columns.ts'
import type {
  InvoiceDocument,
  PrintedLine,
  PrintedParty,
  PrintedSeller,
} from './documents/invoice-pdf.ts'
import { clausesOf, type Locale } from './documents/texts.ts'
import { invoiceLines, invoices, type quotationLines, type quotations } from './tables.ts'

type Shop = typeof tenants.$inferSelect

/** Who and what a document names besides itself. */
export const printedWith = {
  customer: customers,
  company: companies,
  shop: tenants,
  work_order: {
    ticket_no: workOrders.ticket_no,
    brand: workOrders.device_brand,
    model: workOrders.device_model,
  },
}

/** Everything that the paper and the mail of an invoice tell; two statements of one batch. */
export async function invoiceToPrint(ctx: Reading, id: number) {
  const [[row], lines] = await Promise.all([
    ctx.db
      .select({
        invoice: invoices,
        ...printedWith,
      })
      .from(invoices)
      .innerJoin(customers, eq(customers.id, invoices.customer_id))
      .innerJoin(tenants, eq(tenants.id, invoices.tenant_id))
      .leftJoin(companies, eq(companies.id, customers.company_id))
      .leftJoin(workOrders, eq(workOrders.id, invoices.work_order_id))
      .where(eq(invoices.id, id)),
    ctx.db
      .select()
      .from(invoiceLines)
      .where(eq(invoiceLines.invoice_id, id))
      .orderBy(asc(invoiceLines.position)),
  ])
  const { customer, company, ...printed } = found(row)
  const buyer = printed.invoice.buyer ?? buyerOf(customer, company)
  return { ...printed, buyer, lines, locale: localeOf(printed.shop) }
}

export type InvoiceToPrint = Awaited<ReturnType<typeof invoiceToPrint>>

/** The language in which a shop writes to its customers. */
export const localeOf = (shop: Pick<Shop, 'locale'>): Locale => (shop.locale === 'en' ? 'en' : 'nl')

/** `INV-2026-0001.pdf`; a draft has only its id. */
export const filenameOf = ({ invoice }: InvoiceToPrint) =>
  `${invoice.invoice_number ?? `draft-${invoice.id}`}.pdf`

/** What makes it a copy or a reminder of the invoice that was sent. */
type PrintedAs = Partial<Pick<InvoiceDocument, 'kind' | 'reminder_date'>>

/** The PDF; the renderer and its fonts are loaded when they are first needed. */
export async function pdfOf(printed: InvoiceToPrint, as: PrintedAs = {}): Promise<Uint8Array> {
  const [{ renderInvoice }, { fonts }] = await Promise.all([
    import('./documents/invoice-pdf.ts'),
    import('./documents/fonts.ts'),
  ])
  return renderInvoice({ ...documentOf(printed), ...as }, fonts)
}

export const getInvoicePdf = read(
  {
    summary: 'Get invoice as PDF',
    description: 'A draft is marked as such.',
    can: 'invoices:read',
    module: 'invoices',
    params: Id,
    file: 'application/pdf',
    on: invoices,
  },
  async (ctx, { params }) => {
    const printed = await invoiceToPrint(ctx, params.id)
    return {
      content: await pdfOf(printed),
      content_type: 'application/pdf',
      filename: filenameOf(printed),
      inline: true,
    }
  },
)

/** The ticket and the device of a document's work order. */
export function printedWorkOrder(work_order: InvoiceToPrint['work_order']) {
  const device = [work_order?.brand, work_order?.model].filter(Boolean).join(' ')
  return work_order && { number: work_order.ticket_no, device: device || null }
}

/** The invoice as it is printed, from the snapshot made when it was issued. */
export function documentOf({
  invoice,
  buyer,
  shop,
  work_order,
  lines,
  locale,
}: InvoiceToPrint): InvoiceDocument {
  return {
    kind: invoice.invoice_number === null ? 'draft' : 'invoice',
    locale,
    number: invoice.invoice_number,
    invoice_date: invoice.invoice_date,
    supply_date: invoice.supply_date,
    due_date: invoice.due_date,
    reminder_date: null,
    seller: printedSeller(invoice.seller ?? sellerOf(shop), shop),
    buyer: {
      ...printedBuyer(buyer, shop.country, locale),
      customer_number: String(invoice.customer_id),
    },
    reference: null,
    work_order: printedWorkOrder(work_order),
    ...printedSums(invoice, lines, locale),
    paid_cents: invoice.paid_cents,
    credited_cents: invoice.credited_cents,
    written_off_cents: invoice.written_off_cents,
    payment_url: null,
    notes: invoice.notes,
    footer: shop.invoice_footer,
  }
}

type Priced = typeof invoices.$inferSelect | typeof quotations.$inferSelect

/** Lines, sums and texts of a document as they are printed. */
export function printedSums(
  document: Priced,
  lines: (typeof invoiceLines.$inferSelect | typeof quotationLines.$inferSelect)[],
  locale: Locale,
) {
  const { subtotal_cents, total_cents, prices_include_vat, discount_pct } = document
  const vat_breakdown = document.vat_breakdown as InvoiceDocument['vat_breakdown']
  return {
    lines: lines.map(({ vat_rate, category, ...line }) => ({
      ...line,
      vat_rate: Number(vat_rate),
      category: category as PrintedLine['category'],
    })),
    prices_include_vat,
    discount_pct,
    subtotal_cents,
    vat_breakdown,
    total_cents,
    clauses: clausesOf(vat_breakdown, locale),
  }
}

/** The shop at the head of its documents: as it was, with the logo of now. */
export const printedSeller = (seller: Seller, { logo }: Pick<Shop, 'logo'>): PrintedSeller => ({
  name: seller.name,
  address: addressLines(seller),
  vat_id: seller.vat_number,
  coc_number: seller.kvk_number,
  iban: seller.iban,
  bic: seller.bic,
  account_name: null,
  email: seller.email,
  phone: seller.phone,
  website: null,
  logo: bytesOf(logo),
})

/** The buyer in the address window: the company first, a foreign country last. */
export function printedBuyer(buyer: Party, home: string, locale: Locale): PrintedParty {
  const abroad = buyer.country === home ? [] : [countryName(buyer.country, locale)]
  return {
    name: buyer.company ?? buyer.name,
    address: [...(buyer.company ? [buyer.name] : []), ...addressLines(buyer), ...abroad],
    vat_id: buyer.vat_number,
  }
}

function addressLines(party: Pick<Party, 'address' | 'postal_code' | 'city'>): string[] {
  const town = [party.postal_code, party.city].filter(Boolean).join(' ')
  return [party.address, town].filter((line): line is string => Boolean(line))
}

function countryName(code: string, locale: Locale): string {
  if (!/^[A-Z]{2}$/.test(code)) return code
  return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code
}

/** The bytes of a data URL; null when it is none. */
function bytesOf(dataUrl: string | null): Uint8Array | null {
  const base64 = /^data:image\/(?:png|jpeg);base64,([\w+/]+={0,2})$/.exec(dataUrl ?? '')?.[1]
  return base64 ? new Uint8Array(Buffer.from(base64, 'base64')) : null
}
