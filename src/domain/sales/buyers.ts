import type { FieldErrors } from '../../refusal.ts'
import type { companies, customers } from '../customers/tables.ts'
import type { tenants } from '../identity/tables.ts'
import type { Party, Seller } from './columns.ts'

type Customer = typeof customers.$inferSelect
type Company = typeof companies.$inferSelect
type Shop = typeof tenants.$inferSelect

/** Who is billed: the customer, or the company that the customer is of, at its own address if it has one. */
export function buyerOf(customer: Customer, company: Company | null): Party {
  const { address, postal_code, city, country } = company?.address ? company : customer
  return {
    name: customer.name ?? customer.first_name,
    company: company?.name ?? null,
    address,
    postal_code,
    city,
    country,
    email: customer.email ?? company?.email ?? null,
    vat_number: company?.vat_number ?? null,
    kvk_number: company?.kvk_number ?? null,
  }
}

/** The shop as a document names it. */
export function sellerOf(shop: Shop): Seller {
  const { name, address, postal_code, city, country, email, phone } = shop
  const { vat_number, kvk_number, iban, bic } = shop
  return {
    name,
    company: null,
    address,
    postal_code,
    city,
    country,
    email,
    phone,
    vat_number,
    kvk_number,
    iban,
    bic,
  }
}

/**
 * What an invoice to a business must show and its buyer lacks: full name and address
 * (Wet OB art. 35a). Nothing is asked of a consumer.
 */
export function missingOf({ company, address, postal_code, city }: Party): FieldErrors {
  if (company === null) return {}
  const missing = Object.entries({ address, postal_code, city }).filter(([, value]) => !value)
  return Object.fromEntries(
    missing.map(([field]) => [
      `customer.${field}`,
      [`The ${field.replaceAll('_', ' ')} of a business customer is required.`],
    ]),
  )
}

/** Member states by their code; Greece writes EL before its VAT numbers. */
const eu = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
)

/**
 * What stands in the way of VAT that the buyer owes: reverse charge (AE, Wet OB art. 12) and supply
 * to a business elsewhere in the EU (K, art. 9, Tabel II). Both need the buyer's VAT number.
 */
export function shiftProblems(buyer: Party, categories: readonly string[]): FieldErrors {
  const isReversed = categories.includes('AE')
  const isIntraEu = categories.includes('K')
  if (!isReversed && !isIntraEu) return {}
  const { company, country, vat_number } = buyer
  return {
    ...(company === null && {
      'customer.company_id': ['Only a business customer can owe the VAT.'],
    }),
    ...(!vat_number && {
      'customer.vat_number': ['The VAT number of the buyer is required.'],
    }),
    ...(isReversed &&
      country !== 'NL' && {
        'customer.country': ['The domestic reverse charge is for buyers in the Netherlands.'],
      }),
    ...(isIntraEu && intraEuProblems(country, vat_number)),
  }
}

function intraEuProblems(country: string, vat_number: string | null): FieldErrors {
  if (country === 'NL' || !eu.has(country)) {
    return { 'customer.country': ['An intra-EU supply goes to another country of the EU.'] }
  }
  const prefix = country === 'GR' ? 'EL' : country
  return vat_number &&
    !vat_number
      .replace(/[\s.-]/g, '')
      .toUpperCase()
      .startsWith(prefix)
    ? { 'customer.vat_number': [`The VAT number of the buyer must begin with ${prefix}.`] }
    : {}
}
