import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { lineTotalCents, type Totals, totalsOf, type VatCategory } from '../../lib/money.ts'
import { invalid } from '../../refusal.ts'
import { id, money, number, percent, price, quantity, text, unitPrice } from '../../schema.ts'
import { products } from '../catalog/tables.ts'
import type {
  creditNoteLines,
  creditNotes,
  invoiceLines,
  invoices,
  quotationLines,
  quotations,
} from './tables.ts'

/** A line before it is priced; quantity and prices are decimals, `unit_price` is excl. VAT. */
export interface DraftLine {
  description: string
  product_id?: number | null | undefined
  quantity: string
  unit_price: string
  /** Percent: `'21'`. */
  vat_rate: string
  /** Percent. */
  discount_pct?: string | null | undefined
}

/** A line as its table keeps it, without its document. */
export type PricedLine<T extends DraftLine = DraftLine> = T & {
  position: number
  category: VatCategory
  discount_pct: string
  total_excl_cents: number
  net_cents: number
}

const lineInput = {
  description: text(2000).meta({ examples: ['Screen replacement'] }),
  product_id: id().nullable().optional(),
  qty: quantity().prefault(1),
  unit_price: unitPrice().describe('Excl. VAT'),
  discount_pct: percent()
    .nullable()
    .optional()
    .meta({ examples: [10] }),
}

const maxLines = 500

/** Lines in the body of an invoice. */
export const InvoiceLinesInput = z
  .array(
    z
      .object({
        ...lineInput,
        vat_rate: percent().prefault(21),
        id: id().optional().describe('A line that stays: it keeps its link to the work order'),
      })
      .transform(({ qty, ...line }) => ({ ...line, quantity: qty })),
  )
  .max(maxLines)

/** Lines in the body of a quotation, where the rate is `vat_pct`. */
export const QuotationLinesInput = z
  .array(
    z
      .object({ ...lineInput, vat_pct: percent().prefault(21) })
      .transform(
        ({ qty, vat_pct, ...line }): DraftLine => ({ ...line, quantity: qty, vat_rate: vat_pct }),
      ),
  )
  .max(maxLines)

const maxTotal_cents = 10_000_000_000

/**
 * Prices the lines of a document and adds them up.
 *
 * @returns `lines` in their order, and `totals`, both by the names of their columns
 * @throws Refusal 422 on `lines` for more than 500 lines or a total above 100 million
 */
export function priced<T extends DraftLine>(
  drafts: readonly T[],
): { lines: PricedLine<T>[]; totals: Totals } {
  if (drafts.length > maxLines) {
    throw invalid({ lines: [`The lines field may not be greater than ${maxLines} items.`] })
  }
  const lines = drafts.map((draft, index): PricedLine<T> => {
    const total_excl_cents = lineTotalCents(draft)
    if (total_excl_cents > maxTotal_cents) throw tooLarge()
    return {
      ...draft,
      position: index + 1,
      category: Number(draft.vat_rate) > 0 ? 'S' : 'Z',
      discount_pct: draft.discount_pct ?? '0',
      total_excl_cents,
      net_cents: total_excl_cents,
    }
  })
  const totals = totalsOf(lines)
  if (totals.total_cents > maxTotal_cents) throw tooLarge()
  return { lines, totals }
}

const tooLarge = () => invalid({ lines: ['The total may not be greater than 100000000.00.'] })

/**
 * 422 at the first line whose product is not there. The foreign key would refuse it too, but under row
 * security Postgres does not tell which value it was.
 */
export async function productsMustExist(ctx: Writing, drafts: readonly DraftLine[]) {
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
  total_excl: money(),
}

/** The columns of `lineOutput`. */
export const lineColumns = <
  T extends typeof invoiceLines | typeof quotationLines | typeof creditNoteLines,
>(
  lines: T,
) => ({
  id: lines.id as T['id'],
  description: lines.description as T['description'],
  product_id: lines.product_id as T['product_id'],
  qty: lines.quantity as T['quantity'],
  unit_price: lines.unit_price as T['unit_price'],
  discount_pct: lines.discount_pct as T['discount_pct'],
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
export const totalsColumns = <T extends typeof invoices | typeof quotations | typeof creditNotes>(
  document: T,
) => ({
  subtotal: document.subtotal_cents as T['subtotal_cents'],
  vat_total: document.vat_cents as T['vat_cents'],
  total: document.total_cents as T['total_cents'],
})
