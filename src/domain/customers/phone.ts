import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** E.164 of a phone number in any national or international writing, or null when it is none. */
export function e164(phone: string | null | undefined, country = 'NL'): string | null {
  if (!phone) return null
  const parsed = parsePhoneNumberFromString(
    phone.trim().replace(/^00/, '+'),
    country as CountryCode,
  )
  return parsed?.isPossible() ? parsed.number : null
}

/** Written with its country, so that no other knowledge is needed to read it: +32…, 0032… */
export const isInternational = (phone: string) => /^\s*(\+|00)/.test(phone)
