import type { companies, customers } from '../customers/tables.ts'
import type { Party } from './columns.ts'

type Customer = typeof customers.$inferSelect
type Company = typeof companies.$inferSelect

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

/**
 * What an invoice to a business must show and its buyer lacks: full name and address
 * (Wet OB art. 35a). Nothing is asked of a consumer.
 */
export function missingOf({ company, address, postal_code, city }: Party): string[] {
  if (company === null) return []
  return Object.entries({ address, postal_code, city })
    .filter(([, value]) => !value)
    .map(([field]) => field)
}
