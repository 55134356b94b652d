import { exactCost, parseDecimal } from '../../lib/money.ts'
import type { VatGroup } from './columns.ts'
import type { creditNoteLines, invoiceLines } from './tables.ts'

export type InvoiceLine = typeof invoiceLines.$inferSelect
type CreditedLine = typeof creditNoteLines.$inferSelect

/** An issued invoice, and what its notes have credited already; voided ones left out. */
export interface Creditable {
  prices_include_vat: boolean
  vat_breakdown: VatGroup[]
  lines: InvoiceLine[]
  credited: { lines: CreditedLine[]; vat_breakdown: VatGroup[] }
}

/** A line of a credit note as its table keeps it, amounts positive. */
export type CreditLine = Pick<
  CreditedLine,
  | 'position'
  | 'description'
  | 'product_id'
  | 'quantity'
  | 'unit_price'
  | 'vat_rate'
  | 'tax_rate_id'
  | 'category'
  | 'discount_pct'
  | 'total_excl_cents'
  | 'net_cents'
  | 'invoice_line_id'
>

/** What is left to credit of an invoice line. */
export interface LineLeft {
  line: InvoiceLine
  group: GroupLeft
  /** Thousandths. */
  quantity: bigint
  /** Of `exactCost`. */
  cost: bigint
  total_excl_cents: number
  net_cents: number
}

/** What is left to credit of a VAT group. */
export interface GroupLeft {
  vat: VatGroup
  rate: number
  base_cents: number
  vat_cents: number
}

/** A quantity in thousandths. */
export const milli = (quantity: string) => parseDecimal(quantity, 3) ?? 0n

/** Only S bears VAT, so every other category is one group whatever rate its lines show. */
const keyOf = (category: string, vat_rate: string | number) =>
  category === 'S' ? `S ${Number(vat_rate)}` : category

export interface Left {
  lines: LineLeft[]
  groups: GroupLeft[]
}

/** What is left to credit of each line and each VAT group. */
export function leftOf({ lines, vat_breakdown, credited }: Creditable): Left {
  const groups = new Map<string, GroupLeft>()
  for (const vat of vat_breakdown) {
    const key = keyOf(vat.category, vat.vat_rate)
    const group = groups.get(key)
    if (group) group.vat_cents += vat.vat_cents
    else {
      const rate = vat.category === 'S' ? vat.vat_rate : 0
      groups.set(key, { vat, rate, base_cents: 0, vat_cents: vat.vat_cents })
    }
  }
  const groupOf = (category: string, vat_rate: string | number) => {
    const group = groups.get(keyOf(category, vat_rate))
    if (!group) throw new Error('A line is in no VAT group of its invoice')
    return group
  }
  const linesLeft = lines.map((line) => lineLeft(line, groupOf(line.category, line.vat_rate)))
  for (const { line, group } of linesLeft) group.base_cents += line.net_cents
  for (const line of credited.lines) {
    groupOf(line.category, line.vat_rate).base_cents -= line.net_cents
    const of = linesLeft.find((found) => found.line.id === line.invoice_line_id)
    if (of) take(of, line)
  }
  for (const vat of credited.vat_breakdown) {
    groupOf(vat.category, vat.vat_rate).vat_cents -= vat.vat_cents
  }
  return { lines: linesLeft, groups: [...groups.values()] }
}

const lineLeft = (line: InvoiceLine, group: GroupLeft): LineLeft => ({
  line,
  group,
  quantity: milli(line.quantity),
  cost: exactCost(line),
  total_excl_cents: line.total_excl_cents,
  net_cents: line.net_cents,
})

function take(of: LineLeft, line: CreditLine) {
  of.quantity -= milli(line.quantity)
  of.cost -= exactCost(line)
  of.total_excl_cents -= line.total_excl_cents
  of.net_cents -= line.net_cents
}
