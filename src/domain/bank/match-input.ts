import * as z from 'zod'
import { amount, id, optionalText, positiveAmount } from '../../schema.ts'

export const providers = ['mollie', 'stripe', 'pin'] as const

/** Fields that name what a transaction was for. */
export const targets = [
  'invoice_id',
  'payment_id',
  'refund_id',
  'purchase_invoice_id',
  'purchase_payment_id',
  'account_id',
  'settlement',
] as const

export type Target = (typeof targets)[number]

/** One of `targets`, and how much of the transaction was for it. */
const Given = z.object({
  invoice_id: id().optional().describe('Pays it: a payment is booked'),
  payment_id: id().optional().describe('Was entered by hand before, with the bank as its method'),
  refund_id: id().optional().describe('Was entered by hand before'),
  purchase_invoice_id: id().optional().describe('Pays it, or, of a credit note, is paid by it'),
  purchase_payment_id: id()
    .optional()
    .describe('Was entered by hand before, with the bank as its method'),
  account_id: id().optional().describe('Is booked on this account'),
  settlement: z
    .object({
      provider: z.enum(providers),
      gross: positiveAmount().describe('What customers paid'),
      fee: amount().optional().describe('Excl. VAT'),
      fee_vat: amount().optional(),
      reference: optionalText(100),
    })
    .optional()
    .describe("A payment provider's payout: gross less the fee and its VAT"),
  amount: positiveAmount()
    .optional()
    .describe(
      'Needed with invoice_id, purchase_invoice_id and account_id; of others it is their own',
    ),
  description: optionalText(),
})

export type GivenAllocation = z.output<typeof Given>

export const MatchBody = z.object({ allocations: z.array(Given).min(1).max(100) })
