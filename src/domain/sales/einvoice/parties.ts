import { type FieldErrors, refused } from '../../../refusal.ts'
import type { Party } from '../columns.ts'
import { type EInvoice, type Profile, payableOf, taxOf } from './e-invoice.ts'

/** An id and the list that it is from: ISO 6523 for companies, EAS for addresses in the Peppol network. */
export interface Identifier {
  scheme: string
  value: string
}

const compact = (text: string | null) => (text ?? '').replace(/[\s.-]/g, '').toUpperCase()

/** With its country in front (BR-CO-09); undefined when there is none in that form. */
export const vatNumberOf = ({ vat_number }: Party): string | undefined =>
  /^[A-Z]{2}[A-Z0-9+*]{2,}$/.exec(compact(vat_number))?.[0]

/** The number in the Dutch trade register; of other registers none is kept. */
export function legalIdOf({ country, kvk_number }: Party): Identifier | undefined {
  const value = /^\d{8}$/.exec(compact(kvk_number))?.[0]
  return country === 'NL' && value ? { scheme: '0106', value } : undefined
}

/** Lists of addresses that are VAT numbers, by country; where only the digits count, they alone. */
const vatSchemes: Record<string, [scheme: string, form?: RegExp]> = {
  AT: ['9914'],
  BE: ['0208', /\d{10}/],
  BG: ['9926'],
  CY: ['9928'],
  CZ: ['9929'],
  DE: ['9930'],
  DK: ['0184', /\d{8}/],
  EE: ['9931'],
  EL: ['9933'],
  ES: ['9920'],
  FI: ['0213'],
  FR: ['9957'],
  HR: ['9934'],
  HU: ['9910'],
  IE: ['9935'],
  IT: ['0211'],
  LT: ['9937'],
  LU: ['9938'],
  LV: ['9939'],
  MT: ['9943'],
  NL: ['9944'],
  PL: ['9945'],
  PT: ['9946'],
  RO: ['9947'],
  SE: ['0007', /\d{10}/],
  SI: ['9949'],
  SK: ['9950'],
}

/** Where the Peppol network delivers: the trade register number, else the VAT number. */
export function endpointOf(party: Party): Identifier | undefined {
  const legalId = legalIdOf(party)
  if (legalId) return legalId
  const vatNumber = vatNumberOf(party)
  const [scheme, form] = vatSchemes[vatNumber?.slice(0, 2) ?? ''] ?? []
  const value = form ? form.exec(vatNumber ?? '')?.[0] : vatNumber
  return scheme && value ? { scheme, value } : undefined
}

/** Legal name. */
export const nameOf = ({ company, name }: Party) => company ?? name

/**
 * Refuses what the profile asks for and the document's snapshot lacks, naming each field.
 *
 * @throws Refusal 422 `incomplete_e_invoice`
 */
export function refuseIncomplete(document: EInvoice, profile: Profile): void {
  const missing = [
    ...sellerLacks(document).map((field) => ['seller', field]),
    ...buyerLacks(document, profile).map((field) => ['buyer', field]),
  ]
  if (missing.length === 0) return
  const errors: FieldErrors = Object.fromEntries(
    missing.map(([who, field]) => [
      `${who}.${field}`,
      [`The ${field?.replaceAll('_', ' ')} of the ${who} is required for this e-invoice.`],
    ]),
  )
  throw refused('incomplete_e_invoice', 'The document lacks what an e-invoice must hold.', errors)
}

const place = ['address', 'postal_code', 'city'] as const

const categoriesOf = ({ vat_breakdown }: EInvoice) =>
  new Set(vat_breakdown.map(({ category, vat_rate }) => taxOf(category, vat_rate).category))

/** NL-R-002, NL-R-003, NL-R-007, BR-NL-1, BR-NL-3; BR-S-02 and its like. */
function sellerLacks(document: EInvoice): string[] {
  const { seller } = document
  return [
    ...place.filter((field) => !seller[field]?.trim()),
    ...(seller.country === 'NL' && !legalIdOf(seller) ? ['kvk_number'] : []),
    ...(!categoriesOf(document).has('O') && !vatNumberOf(seller) ? ['vat_number'] : []),
    ...(payableOf(document) > 0 && !seller.iban ? ['iban'] : []),
  ]
}

/** NL-R-004, PEPPOL-EN16931-R010, BR-NL-4, BR-NL-10; BR-AE-02, BR-IC-02. */
function buyerLacks(document: EInvoice, profile: Profile): string[] {
  const { buyer, seller } = document
  const isDutch = buyer.country === 'NL'
  const categories = categoriesOf(document)
  const needsRegister = isDutch && (profile === 'nlcius' || !endpointOf(buyer))
  const needsVat =
    categories.has('AE') || categories.has('K') || (profile === 'peppol' && !endpointOf(buyer))
  return [
    ...(isDutch && seller.country === 'NL' ? place.filter((field) => !buyer[field]?.trim()) : []),
    ...(needsRegister && !legalIdOf(buyer) ? ['kvk_number'] : []),
    ...(needsVat && !(isDutch && needsRegister) && !vatNumberOf(buyer) ? ['vat_number'] : []),
  ]
}
