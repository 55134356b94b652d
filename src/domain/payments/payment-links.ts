import * as z from 'zod'
import { refused } from '../../refusal.ts'
import { Id } from '../../schema.ts'
import { call } from '../../verb.ts'

/** Asks a provider for a page on which the invoice can be paid. */
export const createPaymentLink = call(
  {
    summary: 'Create payment link',
    can: 'payments:write',
    module: 'invoices',
    params: Id,
    body: z.object({ provider: z.enum(['mollie', 'stripe']), return_url: z.url().optional() }),
    output: z.object({ url: z.string() }),
  },
  () => Promise.reject(refused('no_provider', 'No payment provider is enabled.')),
)
