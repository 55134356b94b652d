import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extractText, getDocumentProxy } from 'unpdf'
import {
  type InvoiceDocument,
  type PrintedLine,
  renderInvoice,
} from '../../src/domain/sales/documents/invoice-pdf.ts'
import { lineTotalCents, totalsOf } from '../../src/lib/money.ts'

const { resolve } = createRequire(import.meta.url)
const inter = (file: string) => readFile(resolve(`@expo-google-fonts/inter/${file}`))

/** The product's fonts, read from the package because Node cannot import a .ttf. */
export const fonts = {
  regular: await inter('400Regular/Inter_400Regular.ttf'),
  semibold: await inter('600SemiBold/Inter_600SemiBold.ttf'),
}

/** A line with its net amount; one screen replacement at 21 % unless said otherwise. */
export function line(given: Partial<PrintedLine> = {}): PrintedLine {
  const terms = {
    description: 'Schermvervanging',
    quantity: '1.000',
    unit_price: '89.0000',
    discount_pct: null,
    vat_rate: 21,
    category: null,
    ...given,
  }
  return { ...terms, total_excl_cents: lineTotalCents(terms) }
}

/** A complete Dutch invoice of an invented shop, whose totals follow from its lines. */
export function invoiceDocument(given: Partial<InvoiceDocument> = {}): InvoiceDocument {
  const lines = given.lines ?? [line()]
  return {
    kind: 'invoice',
    locale: 'nl',
    number: '2026-0001',
    invoice_date: '2026-03-27',
    supply_date: '2026-03-26',
    due_date: '2026-04-10',
    reminder_date: null,
    seller: {
      name: 'Reparatiehuis B.V.',
      address: ['Kerkstraat 12', '1017 GC Amsterdam'],
      vat_id: 'NL001234567B01',
      coc_number: '12345678',
      iban: 'NL91ABNA0417164300',
      bic: 'ABNANL2A',
      account_name: null,
      email: 'info@reparatiehuis.example',
      phone: '020 123 45 67',
      website: 'reparatiehuis.example',
      logo: null,
    },
    buyer: {
      name: 'Jansen Advies B.V.',
      address: ['t.a.v. de administratie', 'Dorpsweg 7', '3512 JE Utrecht'],
      vat_id: 'NL009876543B02',
      customer_number: '1042',
    },
    reference: 'PO 88-231',
    work_order: { number: 'WO-2026-0101', device: 'iPhone 14 Pro, 256 GB' },
    lines,
    ...totalsOf(lines),
    paid_cents: 0,
    credited_cents: 0,
    written_off_cents: 0,
    clauses: [],
    payment_url: null,
    notes: null,
    footer: null,
    ...given,
  }
}

/** That many lines: `Onderdeel 1.`, `Onderdeel 2.` … */
export const parts = (count: number) =>
  Array.from({ length: count }, (_, index) => line({ description: `Onderdeel ${index + 1}.` }))

/** The text of each page, as a reader of the PDF copies it. */
export async function pagesOf(document: InvoiceDocument): Promise<string[]> {
  const pdf = await getDocumentProxy(await renderInvoice(document, fonts))
  const { text } = await extractText(pdf, { mergePages: false })
  return text
}

export const textOf = async (document: InvoiceDocument) => (await pagesOf(document)).join('\n')
