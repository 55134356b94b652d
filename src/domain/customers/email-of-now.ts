import { sql } from 'drizzle-orm'
import { companies, customers } from './tables.ts'

/** Where a customer, or the company that it is of, has its mail now. */
export const emailOfNow = sql<string | null>`coalesce(${customers.email}, ${companies.email})`
