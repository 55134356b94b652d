import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Writing } from '../../context.ts'
import { insert } from '../../db/rows.ts'
import { lineTotalCents, percentOf, sumCents } from '../../lib/money.ts'
import { type FieldErrors, invalid } from '../../refusal.ts'
import { id, percent, signedPrice, signedQuantity, signedVat, text } from '../../schema.ts'
import { glAccounts } from '../ledger/tables.ts'
import { goodsReceiptLines, goodsReceipts } from '../purchasing/tables.ts'
import { purchaseInvoiceLines, purchaseInvoices, vatTreatments } from './tables.ts'

const Line = z
  .object({
    description: text(2000).meta({ examples: ['iPhone 15 Screen'] }),
    account_id: id()
      .nullable()
      .optional()
      .describe('What it is booked on, where it bills no goods'),
    goods_receipt_line_id: id()
      .nullable()
      .optional()
      .describe('The received goods that it bills, in place of an account'),
    quantity: signedQuantity().optional().describe('1 when absent; below zero on a credit note'),
    unit_price: signedPrice().describe('Excl. VAT'),
    vat_treatment: z
      .enum(vatTreatments)
      .optional()
      .describe(
        'Who owes the VAT: `charged` (when absent) by the supplier; `reverse_charge` (box 2a), `intra_eu` (4b) and ' +
          '`import` (4a) by the shop; `none` by nobody',
      ),
    vat_rate: percent().optional().describe('21 when absent'),
    vat: signedVat()
      .optional()
      .describe('As printed on the paper; at most 1.00 from what is reckoned'),
  })
  .superRefine((line, issues) => {
    const refuse = (field: string, message: string) =>
      issues.addIssue({ code: 'custom', path: [field], message })
    const { account_id = null, goods_receipt_line_id = null } = line
    if (account_id === null && goods_receipt_line_id === null) {
      refuse('account_id', 'is required when goods_receipt_line_id is absent')
    } else if (account_id !== null && goods_receipt_line_id !== null) {
      refuse('goods_receipt_line_id', 'must be absent when account_id is given')
    }
  })

/** Lines in a body. */
export const LinesInput = z.array(Line).min(1).max(500)

export type LineInput = z.output<typeof Line>

/** What one invoice comes to at most; a slip of the pen is refused before it is booked. */
const maxTotal_cents = 10_000_000_000

/** So far may the VAT on the paper be from what is reckoned of a line: suppliers round by document. */
const vatTolerance_cents = 100

/**
 * The lines with their sums, and the totals of the invoice, by the names of their columns.
 *
 * @throws Refusal 422 at `lines.N.vat` that is far from what the rate comes to; on `lines` above 100 million
 */
export function reckoned(drafts: readonly LineInput[]) {
  const errors: FieldErrors = {}
  const lines = drafts.map(({ vat, ...draft }, i) => {
    const { quantity = '1', vat_treatment = 'charged' } = draft
    const vat_rate = vat_treatment === 'none' ? '0' : (draft.vat_rate ?? '21')
    const net_cents = lineTotalCents({ quantity, unit_price: draft.unit_price })
    const expected_cents = percentOf(net_cents, vat_rate)
    const tolerance_cents = vat_treatment === 'none' ? 0 : vatTolerance_cents
    if (vat !== undefined && Math.abs(vat - expected_cents) > tolerance_cents) {
      errors[`lines.${i}.vat`] = [`The vat field is too far from ${vat_rate} % of the line.`]
    }
    const vat_cents = vat ?? expected_cents
    return { ...draft, position: i + 1, quantity, vat_treatment, vat_rate, net_cents, vat_cents }
  })
  if (Object.keys(errors).length > 0) throw invalid(errors)
  const charged = lines.filter(({ vat_treatment }) => vat_treatment === 'charged')
  const subtotal_cents = sumCents(within(lines.map((line) => line.net_cents)))
  const vat_cents = sumCents(within(charged.map((line) => line.vat_cents)))
  const total_cents = subtotal_cents + vat_cents
  within([total_cents])
  return { lines, totals: { subtotal_cents, vat_cents, total_cents } }
}

function within(amounts: number[]): number[] {
  if (amounts.some((cents) => Math.abs(cents) > maxTotal_cents)) {
    throw invalid({ lines: ['The total may not be greater than 100000000.00.'] })
  }
  return amounts
}

export const insertLines = (
  ctx: Writing,
  purchase_invoice_id: number | SQL<number>,
  lines: ReturnType<typeof reckoned>['lines'],
) =>
  insert(
    ctx,
    purchaseInvoiceLines,
    lines.map((line) => ({ ...line, purchase_invoice_id })),
  )

/**
 * 422 at the first line whose account is out of use or follows from documents alone, or whose goods came from
 * another supplier. After the lines were written.
 */
export async function mustBeBookable(ctx: Writing, purchase_invoice_id: number | SQL<number>) {
  const message = {
    inactive: 'The account is not in use any more.',
    kept: 'This account follows from documents alone; choose one of costs, or of what the shop owns.',
    other: 'These goods came from another supplier.',
  }
  await ctx.db.execute(sql`
    select app.refuse(422, code, message, 'lines.' || position - 1 || '.' || field)
    from (
      select l.position, problem.*
      from ${purchaseInvoices} i
      join ${purchaseInvoiceLines} l on l.purchase_invoice_id = i.id
      left join ${glAccounts} a on a.id = l.account_id
      left join ${goodsReceiptLines} g on g.id = l.goods_receipt_line_id
      left join ${goodsReceipts} r on r.id = g.goods_receipt_id
      cross join lateral (values
        (not a.is_active, 'account_inactive', ${message.inactive}, 'account_id'),
        (a.role is not null and a.type <> 'expense', 'account_kept', ${message.kept}, 'account_id'),
        (r.supplier_id <> i.supplier_id, 'other_supplier', ${message.other}, 'goods_receipt_line_id')
      ) problem (holds, code, message, field)
      where i.id = ${purchase_invoice_id} and problem.holds
      order by l.position limit 1
    ) first`)
}
