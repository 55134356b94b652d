import * as z from 'zod'

/** A year of balances in a query. */
export const year = () =>
  z
    .string()
    .regex(/^(20\d\d|2100)$/, 'must be a year from 2000 to 2100')
    .transform(Number)
    .meta({ type: 'integer', minimum: 2000, maximum: 2100, examples: [2026] })
