import { isSupportedCountry } from 'libphonenumber-js/min'
import { postcodeValidator, postcodeValidatorExistsForCountry } from 'postcode-validator'
import type { Party } from '../../integrations/shipping-provider.ts'
import { type FieldErrors, invalid, refused } from '../../refusal.ts'
import { e164 } from '../customers/phone.ts'
import type { tenants } from '../identity/tables.ts'
import { type Carrier, terms } from './carriers.ts'

/** A customer's end of a parcel's way, as it was typed. */
interface TypedEnd {
  ship_to_name: string
  ship_to_address: string
  ship_to_city: string
  ship_to_postal: string
  ship_to_country: string
  contact?: string | null | undefined
  phone?: string | null | undefined
  email?: string | null | undefined
}

/** `1012 lg` → `1012LG` in the Netherlands; capitals elsewhere. */
const postalCode = (typed: string, country: string) =>
  country === 'NL' ? typed.replace(/\s/g, '').toUpperCase() : typed.trim().toUpperCase()

function isPostalCode(code: string, country: string): boolean {
  // The library knows them by their length: 0123AB would do.
  if (country === 'NL') return /^[1-9]\d{3}[A-Z]{2}$/.test(code)
  return !postcodeValidatorExistsForCountry(country) || postcodeValidator(code, country)
}

/** The customer's end, checked against what its carrier can print; 422 at the fields that it cannot. */
export function customersEnd(carrier: Carrier, typed: TypedEnd): Party {
  const { name, longestName, longestCity, problemOf } = terms[carrier]
  const country = typed.ship_to_country
  const postal_code = postalCode(typed.ship_to_postal, country)
  const phone = typed.phone ? e164(typed.phone, country) : null
  const tooLong = (text: string, most: number) =>
    text.length > most && `may not be longer than ${most} characters for ${name}`
  const problems = {
    ship_to_country: !isSupportedCountry(country) && 'must be a country of ISO 3166',
    ship_to_postal: !isPostalCode(postal_code, country) && `is no postal code of ${country}`,
    ship_to_name: tooLong(typed.ship_to_name, longestName),
    contact: typed.contact && tooLong(typed.contact, longestName),
    ship_to_city: tooLong(typed.ship_to_city, longestCity),
    ship_to_address: problemOf(typed.ship_to_address),
    phone: typed.phone && !phone && 'must be a valid phone number',
  }
  refuse(problems)
  return {
    name: typed.ship_to_name,
    contact: typed.contact ?? null,
    address: typed.ship_to_address,
    postal_code,
    city: typed.ship_to_city,
    country,
    phone,
    email: typed.email ?? null,
  }
}

function refuse(problems: Record<string, string | false | null | undefined>) {
  const errors: FieldErrors = {}
  for (const [field, problem] of Object.entries(problems)) {
    if (problem) errors[field] = [`The ${field.replaceAll('_', ' ')} field ${problem}.`]
  }
  if (Object.keys(errors).length > 0) throw invalid(errors)
}

type Shop = Pick<
  typeof tenants.$inferSelect,
  'name' | 'address' | 'postal_code' | 'city' | 'country' | 'phone' | 'email'
>

/** The shop's end, of its settings; 422 as long as a carrier could not find it. */
export function shopsEnd(carrier: Carrier, shop: Shop, other: Party): Party {
  const { address, city, country, name, email } = shop
  const { problemOf } = terms[carrier]
  const postal_code = postalCode(shop.postal_code ?? '', country)
  const phone = e164(shop.phone, country)
  const needsPhone = crossesBorder(carrier, country, other.country)
  const missing = [
    (!address || problemOf(address)) && 'street and number',
    (!postal_code || !isPostalCode(postal_code, country)) && 'postal code',
    !city && 'city',
    needsPhone && !phone && 'phone number',
  ].filter(Boolean)
  if (!address || !city || missing.length > 0) {
    const message = `The shop’s own address is not complete; see the settings: ${missing.join(', ')}.`
    throw refused('shop_address_incomplete', message)
  }
  if (needsPhone && !other.phone) {
    throw invalid({ phone: ['The phone field is required for a parcel to another country.'] })
  }
  return { name, contact: null, address, postal_code, city, country, phone, email }
}

const crossesBorder = (carrier: Carrier, from: string, to: string) =>
  terms[carrier].callsAcrossBorders && from !== to
