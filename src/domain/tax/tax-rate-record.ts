import { sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { day, id, number, optionalText, percent, Stamps, text } from '../../schema.ts'
import { boxOf, categoryOf } from './codes.ts'
import { salesBoxes, taxCategories, taxRates } from './tables.ts'

export const TaxRate = z.object({
  id: id(),
  name: z.string().meta({ examples: ['Standard 21%'] }),
  rate: number(21),
  description: z
    .string()
    .nullable()
    .meta({ examples: ['Standard Dutch BTW'] }),
  is_default: z.boolean().meta({ examples: [true] }),
  category: z.enum(taxCategories),
  vat_box: z
    .enum(salesBoxes)
    .nullable()
    .meta({ examples: ['1a'] }),
  exemption_text: z.string().nullable(),
  valid_from: day().nullable(),
  valid_until: day().nullable(),
  replaces_id: id().nullable(),
  ...Stamps,
})

export const Draft = z.object({
  name: text().meta({ examples: ['Standard 21%'] }),
  rate: percent(),
  description: optionalText(1000),
  is_default: z.boolean().optional().describe('If true, unsets the current default first'),
  category: z
    .enum(taxCategories)
    .optional()
    .describe('By the rate when absent: zero, reduced, or from 15 % standard'),
  vat_box: z.enum(salesBoxes).nullable().optional().describe('Box of the Dutch VAT return'),
  exemption_text: optionalText(500).describe('Said on documents in place of VAT'),
  valid_from: day().nullable().optional(),
  valid_until: day().nullable().optional().describe('The last day'),
})

export const Successor = {
  replaces_id: id().optional().describe('The rate whose place this one takes on `valid_from`'),
}

/** A rate as a body gives it; the default flag moves by itself. */
export type NewRate = Omit<z.output<typeof Draft>, 'is_default'>

/** With category and box, by the rate where they are not given. */
export function coded(draft: NewRate) {
  const { category = categoryOf(draft.rate), vat_box = boxOf(category, draft.rate) } = draft
  return { ...draft, category, vat_box }
}

/** A successor is what its predecessor was, where nothing else is said. */
export function successor(draft: NewRate, replaces_id: number) {
  const old = (column: PgColumn) =>
    sql`(select ${column} from ${taxRates} where ${taxRates.id} = ${replaces_id})`
  return {
    ...draft,
    // Where there is no such rate the foreign key is to say so, not the column that may not be null.
    category: draft.category ?? sql`coalesce(${old(taxRates.category)}, 'standard')`,
    vat_box: draft.vat_box === undefined ? old(taxRates.vat_box) : draft.vat_box,
    exemption_text: draft.exemption_text ?? old(taxRates.exemption_text),
  }
}

/** Another percentage of a plain rate is another category and box, unless they are given. */
export function recoded({ rate, category, vat_box }: Partial<NewRate>) {
  if (rate === undefined) return {}
  const isAnother = sql`${taxRates.rate} <> ${rate} and ${taxRates.category} in ('standard', 'reduced', 'zero')`
  const moved = (column: PgColumn, value: string | null) =>
    sql`case when ${isAnother} then ${value} else ${column} end`
  const next = category ?? categoryOf(rate)
  return {
    category: category ?? moved(taxRates.category, next),
    vat_box: vat_box === undefined ? moved(taxRates.vat_box, boxOf(next, rate)) : vat_box,
  }
}
