import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'
import { newIssued } from './invoicing.ts'

/** The line of the reference's own sample: € 48.40 incl. VAT. */
export const part = { description: 'Screen replacement', qty: 1, unit_price: 40, vat_pct: 21 }

/** In place of lines: everything that was not credited yet. */
export const all = { full: true, lines: undefined }

/** An open credit note of `part`, for a new invoice of € 107.69, unless said otherwise. */
export async function newCredit(
  api: Client,
  fields: { invoice_id?: number; [field: string]: unknown } = {},
): Promise<Json> {
  const invoice_id = fields.invoice_id ?? (await newIssued(api)).id
  const { body, status } = await api.post('/credit-notes', {
    invoice_id,
    reason: 'Screen was faulty',
    lines: [part],
    ...fields,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
