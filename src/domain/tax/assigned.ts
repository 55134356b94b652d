import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Writing } from '../../context.ts'
import { guard } from '../../db/rows.ts'
import { taxRates } from './tables.ts'

/** A percentage, a tax code, or both when they say the same. */
export interface Assigned {
  vat_rate?: string | undefined
  tax_rate_id?: number | null | undefined
}

/** The percentage of a code; where there is none that of the product, or the usual one. */
const rateOf = (tax_rate_id: number | SQL, product_id: number | null) => sql`coalesce(
  (select ${taxRates.rate} from ${taxRates} where ${taxRates.id} = ${tax_rate_id}),
  (select p.vat_rate from products p where p.id = ${product_id}), 21)`

/** Percentage and code of a new record, in step; by its product, or the shop's default, when neither is given. */
export function taxOfNew({ vat_rate, tax_rate_id }: Assigned, product_id: number | null = null) {
  const code = tax_rate_id ?? sql`app.tax_rate_for(${product_id}, ${vat_rate ?? null}, app.today())`
  return { tax_rate_id: code, vat_rate: vat_rate ?? rateOf(code, product_id) }
}

/** The same of a record that has them; a percentage that stays leaves a special code as it is. */
export function taxOfChanged(
  { vat_rate, tax_rate_id }: Assigned,
  columns: { vat_rate: PgColumn; tax_rate_id: PgColumn },
  product_id: number | null = null,
) {
  if (tax_rate_id) return { tax_rate_id, vat_rate: vat_rate ?? rateOf(tax_rate_id, product_id) }
  if (vat_rate === undefined && tax_rate_id === undefined) return {}
  const rate = vat_rate === undefined ? sql`${columns.vat_rate}` : sql`${vat_rate}::numeric`
  const code = sql`app.tax_rate_for(${product_id}, ${rate}, app.today())`
  const kept = sql`case when ${columns.vat_rate} = ${rate} then ${columns.tax_rate_id} else ${code} end`
  return { vat_rate, tax_rate_id: tax_rate_id === null ? code : kept }
}

/** 422 for a code with another percentage than the one beside it. */
export async function mustAgree(ctx: Writing, { vat_rate, tax_rate_id }: Assigned) {
  if (vat_rate === undefined || !tax_rate_id) return
  await guard(
    ctx,
    sql`not exists (select from ${taxRates}
      where ${taxRates.id} = ${tax_rate_id} and ${taxRates.rate} <> ${vat_rate})`,
    {
      code: 'validation_failed',
      message: 'The tax rate has another percentage.',
      field: 'tax_rate_id',
    },
  )
}
