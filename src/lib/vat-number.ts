/** VAT numbers of the EU as VIES knows them: `EL` for Greece, `XI` for Northern Ireland. */

/** What follows the country, as the Commission publishes it; no checksums, which member states change. */
const bodies = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  EL: /^\d{9}$/,
  ES: /^[A-Z0-9]\d{7}[A-Z0-9]$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^(\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W])$/,
  IT: /^\d{11}$/,
  LT: /^(\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^\d{9}B\d{2}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{10}01$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  XI: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
} as const

export type VatCountry = keyof typeof bodies

/** A number that has the form of its country. */
export interface VatNumber {
  country_code: VatCountry
  /** Without the country: `123456789B01`. */
  body: string
}

/**
 * `country_unknown`: neither the number nor the country names a member state; `country_contradicts`: they
 * name two; `malformed`: it has not the form of its country.
 */
export type VatNumberProblem = 'country_unknown' | 'country_contradicts' | 'malformed'

/**
 * Reads a VAT number as people write it, with spaces, dots, dashes or slashes, with or without its country.
 *
 * @param country ISO 3166 or as in the number; taken from the number when absent
 */
export function parseVatNumber(text: string, country?: string): VatNumber | VatNumberProblem {
  const compact = text.toUpperCase().replace(/[\s./-]/g, '')
  const named = country === undefined ? undefined : memberState(country)
  if (country !== undefined && !named) return 'country_unknown'
  const prefix = memberState(compact.slice(0, 2))
  const rest = compact.slice(2)
  const country_code = named ?? prefix
  if (!country_code) return 'country_unknown'
  if (prefix === country_code) return fitting(country_code, rest) ?? 'malformed'
  // A French number may itself begin with two letters that are a country's.
  if (prefix && bodies[prefix].test(rest)) return 'country_contradicts'
  return fitting(country_code, compact) ?? (prefix ? 'country_contradicts' : 'malformed')
}

const fitting = (country_code: VatCountry, body: string): VatNumber | undefined =>
  bodies[country_code].test(body) ? { country_code, body } : undefined

/** The member state that a country, ISO 3166 or as in VAT numbers, is; undefined for any other. */
export function memberState(text: string): VatCountry | undefined {
  const code = text.trim().toUpperCase()
  const known = code === 'GR' ? 'EL' : code
  return known in bodies ? (known as VatCountry) : undefined
}
