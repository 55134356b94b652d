import { getTableColumns, type SQL } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting } from '../../context.ts'
import { rowsBy } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { id, instant, Stamps } from '../../schema.ts'
import { vatChecks, vatOutcomes } from './tables.ts'

/** What VIES said of a number; `name` and `address` are null where the member state keeps them to itself. */
const answer = {
  name: z
    .string()
    .nullable()
    .meta({ examples: ['ACME BV'] }),
  vat_number: z.string().meta({ examples: ['NL123456789B01'] }),
  country_code: z
    .string()
    .describe('As in the number: EL for Greece, XI for Northern Ireland')
    .meta({ examples: ['NL'] }),
  address: z
    .string()
    .nullable()
    .meta({ examples: ['STRAAT 1\n1011AB AMSTERDAM'] }),
  request_identifier: z
    .string()
    .nullable()
    .describe("Proof of the consultation; VIES gives it when the shop's own VAT number is set")
    .meta({ examples: ['WAPIAAAAYhF3kEnI'] }),
  checked_at: instant(),
}

export const Validation = z.object({
  is_valid: z.boolean(),
  ...answer,
  cached: z.boolean().describe('An answer of the last 24 hours, not asked for again'),
  check_id: id(),
})

export const VatCheck = z.object({
  id: id(),
  outcome: z.enum(vatOutcomes).describe('`unknown`: VIES or the member state did not answer'),
  ...answer,
  failure: z.string().nullable(),
  invoice_id: id().nullable(),
  company_id: id().nullable(),
  ...Stamps,
})

const { tenant_id: _tenant, ...columns } = getTableColumns(vatChecks)

export const checkRows = (ctx: Selecting) => ctx.db.select(columns).from(vatChecks)

export async function oneCheck(ctx: Selecting, id: number | SQL<number>) {
  const [check] = await rowsBy(ctx, checkRows, vatChecks.id, id)
  return found(check)
}

export type StoredCheck = Awaited<ReturnType<typeof oneCheck>>
