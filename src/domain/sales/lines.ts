import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import {
  allocate,
  lineTotalCents,
  percentOf,
  sumCents,
  type Totals,
  totalsOf,
  type VatCategory,
  withoutVat,
} from '../../lib/money.ts'
import { invalid } from '../../refusal.ts'
import { id, money, number, percent, price, quantity, text, unitPrice } from '../../schema.ts'
import { products } from '../catalog/tables.ts'
import type { recurringInvoiceLines, recurringInvoices } from '../recurring/tables.ts'
import { serials } from '../warehouse/moves.ts'
import type {
  creditNoteLines,
  creditNotes,
  invoiceLines,
  invoices,
  quotationLines,
  quotations,
} from './tables.ts'

/** A line before it is priced; quantity and prices are decimals. */
export interface DraftLine {
  description: string
  product_id?: number | null | undefined
  quantity: string
  /** Excl. VAT, unless the prices of the document include it; negative where a deposit is deducted. */
  unit_price: string
  /** Percent: `'21'`. */
  vat_rate: string
  tax_rate_id?: number | SQL | null | undefined
  /** By the rate when absent: S, or Z for 0 %. */
  category?: VatCategory | null | undefined
  /** Why no VAT is charged. */
  exemption_text?: string | null | undefined
  /** Percent. */
  discount_pct?: string | null | undefined
  /** VAT of the line that is agreed on, where its rate does not tell it to the cent. */
  vat_cents?: number | null | undefined
}

/** A line as its table keeps it, without its document. */
export type PricedLine<T extends DraftLine = DraftLine> = T & {
  position: number
  category: VatCategory
  discount_pct: string
  total_excl_cents: number
  net_cents: number
}

/** A line as a body gives it; `completeLines` of line-prices.ts finds what is absent. */
export type LineInput = Omit<
  DraftLine,
  'description' | 'unit_price' | 'vat_rate' | 'tax_rate_id'
> & {
  description?: string | undefined
  unit_price?: string | undefined
  vat_rate?: string | undefined
  tax_rate_id?: number | null | undefined
}

/** How the prices of a document are meant, and what is taken off them; all by the names of their columns. */
export interface Pricing {
  prices_include_vat?: boolean | undefined
  /** Percent. */
  discount_pct?: string | undefined
  /** In place of a percentage; incl. VAT where the prices are. */
  discount_amount_cents?: number | undefined
}

/** The sums of a document, by the names of their columns. */
export type DocumentTotals = Totals & { discount_cents: number }

/** Lines of one document. */
export const maxLines = 500

const lineInput = {
  description: text(2000)
    .optional()
    .describe("Required; the product's name when absent")
    .meta({ examples: ['Screen replacement'] }),
  product_id: id().nullable().optional(),
  qty: quantity().prefault(1),
  unit_price: unitPrice()
    .optional()
    .describe(
      'Excl. VAT, or incl. with `prices_include_vat`. Required; with a product what the customer pays for it when absent',
    ),
  discount_pct: percent()
    .nullable()
    .optional()
    .meta({ examples: [10] }),
  tax_rate_id: id().nullable().optional().describe('Tax rate, in place of a bare percentage'),
}
const vatRate = () =>
  percent().optional().describe("That of the tax rate or the product, else the shop's default")

type Given = { product_id?: number | null | undefined; description?: unknown; unit_price?: unknown }

/** Only a product can tell what a line does not say. */
const saysWhat = (line: Given, { addIssue }: z.RefinementCtx<Given>) => {
  if (line.product_id) return
  for (const field of ['description', 'unit_price'] as const) {
    if (line[field] === undefined)
      addIssue({ code: 'custom', path: [field], message: 'is required' })
  }
}

/** Lines in the body of an invoice. */
export const InvoiceLinesInput = z
  .array(
    z
      .object({
        ...lineInput,
        vat_rate: vatRate(),
        serials: serials().nullable().optional(),
        id: id().optional().describe('A line that stays: it keeps its link to the work order'),
      })
      .superRefine(saysWhat)
      .transform(({ qty, ...line }) => ({ ...line, quantity: qty })),
  )
  .max(maxLines)

/** Lines in the body of a quotation, where the rate is `vat_pct`. */
export const QuotationLinesInput = z
  .array(
    z
      .object({ ...lineInput, vat_pct: vatRate() })
      .superRefine(saysWhat)
      .transform(
        ({ qty, vat_pct, ...line }): LineInput => ({ ...line, quantity: qty, vat_rate: vat_pct }),
      ),
  )
  .max(maxLines)

const maxTotal_cents = 10_000_000_000

/**
 * Prices the lines of a document and adds them up. A discount on the document is spread over its lines
 * in proportion, deductions aside. Of prices incl. VAT the VAT is taken out once per rate, so that the
 * total is what the buyer was told.
 *
 * @returns `lines` in their order, and `totals`, both by the names of their columns
 * @throws Refusal 422 on `lines` for more than 500 lines or a total above 100 million; on
 *   `discount_amount` for a discount in two forms, or above the lines
 */
export function priced<T extends DraftLine>(
  drafts: readonly T[],
  pricing: Pricing = {},
): { lines: PricedLine<T>[]; totals: DocumentTotals } {
  if (drafts.length > maxLines) {
    throw invalid({ lines: [`The lines field may not be greater than ${maxLines} items.`] })
  }
  const amounts = drafts.map(lineTotalCents)
  if (amounts.some((cents) => Math.abs(cents) > maxTotal_cents)) throw tooLarge()
  const discounts = discountsOf(amounts, pricing)
  const before = netsOf(drafts, amounts, pricing)
  const after = netsOf(
    drafts,
    amounts.map((cents, i) => cents - (discounts[i] ?? 0)),
    pricing,
  )
  const totals = totalsOf(after.map((net, i) => ({ ...(drafts[i] as T), ...net })))
  if (Math.abs(totals.total_cents) > maxTotal_cents) throw tooLarge()
  const lines = drafts.map(
    (draft, i): PricedLine<T> => ({
      ...draft,
      position: i + 1,
      category: draft.category ?? (Number(draft.vat_rate) > 0 ? 'S' : 'Z'),
      discount_pct: draft.discount_pct ?? '0',
      total_excl_cents: before[i]?.total_excl_cents ?? 0,
      net_cents: after[i]?.total_excl_cents ?? 0,
    }),
  )
  const listed_cents = sumCents(lines.map((line) => line.total_excl_cents))
  return {
    lines,
    totals: { ...totals, discount_cents: sumCents([listed_cents, -totals.subtotal_cents]) },
  }
}

const tooLarge = () => invalid({ lines: ['The total may not be greater than 100000000.00.'] })

/** What the document's discount takes off each line. */
function discountsOf(
  amounts: number[],
  { discount_pct = '0', discount_amount_cents = 0 }: Pricing,
) {
  const weights = amounts.map((cents) => Math.max(0, cents))
  const listed_cents = sumCents(weights)
  if (Number(discount_pct) > 0 && discount_amount_cents > 0) {
    throw discountRefusal('cannot be combined with a discount pct')
  }
  if (discount_amount_cents > listed_cents) {
    throw discountRefusal('may not be greater than the sum of the lines')
  }
  return allocate(discount_amount_cents || percentOf(listed_cents, discount_pct), weights)
}

const discountRefusal = (rule: string) =>
  invalid({ discount_amount: [`The discount amount field ${rule}.`] })

/** Nets of lines that come to these amounts, excl. or incl. VAT. */
function netsOf(drafts: readonly DraftLine[], amounts: number[], pricing: Pricing) {
  if (!pricing.prices_include_vat) {
    return amounts.map((total_excl_cents) => ({ total_excl_cents }))
  }
  const taken = withoutVat(
    drafts.map(({ vat_rate, category }, i) => ({
      vat_rate,
      category: category ?? null,
      incl_cents: amounts[i] ?? 0,
    })),
  )
  return taken.map(({ net_cents, vat_cents }) => ({ total_excl_cents: net_cents, vat_cents }))
}

/**
 * 422 at the first line whose product is not there. The foreign key would refuse it too, but under row
 * security Postgres does not tell which value it was.
 */
export async function productsMustExist(
  ctx: Writing,
  drafts: readonly Pick<LineInput, 'product_id'>[],
) {
  const ids = drafts.map(({ product_id }) => product_id ?? null)
  if (ids.every((id) => id === null)) return
  await ctx.db.execute(sql`
    select app.refuse(422, 'validation_failed', 'The selected product id is invalid.',
      'lines.' || line.position - 1 || '.product_id')
    from (
      select given.position
      from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) with ordinality as given(id, position)
      where given.id is not null
        and not exists (select from ${products} where ${products.id} = given.id::bigint)
      order by given.position limit 1
    ) line`)
}

/** A line as answered; the document adds its rate as `vat_rate` or `vat_pct`. */
export const lineOutput = {
  id: id(),
  description: z.string().meta({ examples: ['Screen replacement'] }),
  product_id: id().nullable(),
  qty: number(1),
  unit_price: price(),
  discount_pct: number(0),
  tax_rate_id: id().nullable(),
  total_excl: money().describe("Before the document's discount"),
}

/** The columns of `lineOutput`. */
export const lineColumns = <
  T extends
    | typeof invoiceLines
    | typeof quotationLines
    | typeof creditNoteLines
    | typeof recurringInvoiceLines,
>(
  lines: T,
) => ({
  id: lines.id as T['id'],
  description: lines.description as T['description'],
  product_id: lines.product_id as T['product_id'],
  qty: lines.quantity as T['quantity'],
  unit_price: lines.unit_price as T['unit_price'],
  discount_pct: lines.discount_pct as T['discount_pct'],
  tax_rate_id: lines.tax_rate_id as T['tax_rate_id'],
  total_excl: lines.total_excl_cents as T['total_excl_cents'],
})

/** The sums of a document as answered. */
export const totalsOutput = {
  subtotal: money().describe('Excl. VAT'),
  vat_total: money().meta({ examples: [18.69] }),
  total: money()
    .describe('Incl. VAT')
    .meta({ examples: [107.69] }),
}

/** The columns of `totalsOutput`. */
export const totalsColumns = <
  T extends typeof invoices | typeof quotations | typeof creditNotes | typeof recurringInvoices,
>(
  document: T,
) => ({
  subtotal: document.subtotal_cents as T['subtotal_cents'],
  vat_total: document.vat_cents as T['vat_cents'],
  total: document.total_cents as T['total_cents'],
})
