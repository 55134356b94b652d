import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** E.164 of a phone number in any national or international writing, or null when it is none. */
export function e164(phone: string | null | undefined, country = 'NL'): string | null {
  if (!phone) return null
  const parsed = parsePhoneNumberFromString(phone.replace(/^00/, '+'), country as CountryCode)
  return parsed?.isPossible() ? parsed.number : null
}
