import { encode } from 'uqr'
import { decimal } from '../../../lib/money.ts'

/** A SEPA credit transfer in euros; `reference` is what the payer's bank passes on. */
export type Transfer = {
  name: string
  iban: string
  bic: string | null
  amount_cents: number
  reference: string
}

const maxAmount_cents = 999_999_999_99
const max_bytes = 331

/**
 * The text of a payment QR code after EPC069-12 version 2, or undefined when the transfer cannot be
 * put in one: nothing to pay, an amount beyond the norm, no IBAN, or too long in UTF-8.
 */
export function transferPayload(transfer: Transfer): string | undefined {
  const { amount_cents } = transfer
  const iban = transfer.iban.replace(/\s/g, '').toUpperCase()
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return undefined
  if (amount_cents <= 0 || amount_cents > maxAmount_cents) return undefined
  const payload = [
    'BCD',
    '002',
    '1',
    'SCT',
    transfer.bic?.replace(/\s/g, '').toUpperCase() ?? '',
    oneLine(transfer.name, 70),
    iban,
    `EUR${decimal(amount_cents)}`,
    '',
    '',
    oneLine(transfer.reference, 140),
  ].join('\n')
  return new TextEncoder().encode(payload).length > max_bytes ? undefined : payload
}

/** The modules of the code, true is dark; correction M, at most version 13, as the norm asks. */
export function transferQr(transfer: Transfer): boolean[][] | undefined {
  const payload = transferPayload(transfer)
  if (payload === undefined) return undefined
  return encode(payload, { ecc: 'M', boostEcc: false, maxVersion: 13, border: 0 }).data
}

// A line break in a name would shift every field after it.
function oneLine(text: string, limit: number): string {
  const plain = text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
  return Array.from(plain.trim()).slice(0, limit).join('').trim()
}
