import type { SQL } from 'drizzle-orm'
import * as z from 'zod'
import { newId } from '../../db/rows.ts'
import { decimal } from '../../lib/money.ts'
import { amount, id, optionalText } from '../../schema.ts'
import { turnoverBoxes } from './account-record.ts'
import { journalEntries } from './tables.ts'

/** Lines of one entry at most. */
export const maxLines = 500

const side = () => amount().nullable().optional()

/** A line by hand, without its VAT box. */
export const PlainLine = z.object({
  account_id: id().meta({ examples: [1] }),
  debit: side().describe('One of the two is above 0'),
  credit: side(),
  description: optionalText(),
})

export const LineDraft = PlainLine.extend({
  vat_box: z
    .enum(turnoverBoxes)
    .nullable()
    .optional()
    .describe('Box of the VAT return, where it is not that of the account'),
})

type Draft = Omit<z.output<typeof LineDraft>, 'account_id'>
type Adding = Pick<z.core.$RefinementCtx, 'addIssue'>

const sum = (lines: readonly Draft[], part: 'debit' | 'credit') =>
  lines.reduce((total, line) => total + (line[part] ?? 0), 0)

/** What the debit side has more, in cents. */
export const differenceOf = (lines: readonly Draft[]) => sum(lines, 'debit') - sum(lines, 'credit')

/** Issues at lines that have no side, or both. */
export function mustBeOneSided(lines: readonly Draft[], { addIssue }: Adding) {
  lines.forEach(({ debit, credit }, i) => {
    if (Boolean(debit) !== Boolean(credit)) return
    const [part, message] = debit
      ? ['credit', 'must be 0 where debit is above 0']
      : ['debit', 'must be above 0 where credit is not']
    addIssue({ code: 'custom', path: ['lines', i, part], message })
  })
}

/** Issues at all lines and at the last one when debit is not credit. */
export function mustBalance(lines: readonly Draft[], { addIssue }: Adding) {
  const difference = differenceOf(lines)
  if (difference === 0) return
  const [debit, credit] = [sum(lines, 'debit'), sum(lines, 'credit')].map(decimal)
  const message = `must balance: debit is ${debit}, credit ${credit}, the difference ${decimal(Math.abs(difference))}`
  const short = difference > 0 ? 'credit' : 'debit'
  addIssue({ code: 'custom', path: ['lines'], message })
  addIssue({
    code: 'custom',
    path: ['lines', lines.length - 1],
    message: `leaves the entry ${decimal(Math.abs(difference))} ${short} short`,
  })
}

/** Rows of the lines of an entry that this transaction has just added. */
export const lineRowsOf = (lines: readonly (Draft & { account_id: number | SQL<number> })[]) =>
  lines.map(({ account_id, debit, credit, description, vat_box }, i) => ({
    journal_entry_id: newId(journalEntries),
    position: i + 1,
    account_id,
    debit_cents: debit ?? 0,
    credit_cents: credit ?? 0,
    description: description ?? null,
    vat_box: vat_box ?? null,
    vat_part: vat_box ? ('turnover' as const) : null,
  }))
