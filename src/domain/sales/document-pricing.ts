import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import type { Reading, Writing } from '../../context.ts'
import { guard, updateWhere } from '../../db/rows.ts'
import type { VatCategory } from '../../lib/money.ts'
import { found } from '../../refusal.ts'
import { amount, money, number, percent } from '../../schema.ts'
import { lookFirst } from '../../verb.ts'
import {
  areComplete,
  type Completed,
  completeLines,
  mustBePlain,
  plain,
  type Ready,
} from './line-prices.ts'
import {
  type DocumentTotals,
  type DraftLine,
  type LineInput,
  type PricedLine,
  type Pricing,
  priced,
} from './lines.ts'
import { invoiceLines, invoices, quotationLines, quotations } from './tables.ts'

/** How a document prices its lines, in a body. */
export const pricingInput = {
  prices_include_vat: z
    .boolean()
    .optional()
    .describe('Unit prices and `discount_amount` incl. VAT'),
  discount_pct: percent()
    .optional()
    .describe('Off the whole document')
    .meta({ examples: [5] }),
  discount_amount: amount()
    .optional()
    .describe('Off the whole document, in place of a percentage')
    .meta({ examples: [10] }),
}

/** The same by the names of the columns; one form of discount takes the place of the other. */
export function pricingOf({
  prices_include_vat,
  discount_pct,
  discount_amount,
}: z.output<z.ZodObject<typeof pricingInput>>): Pricing {
  return {
    prices_include_vat,
    discount_pct: Number(discount_amount) > 0 ? (discount_pct ?? '0') : discount_pct,
    discount_amount_cents: Number(discount_pct) > 0 ? (discount_amount ?? 0) : discount_amount,
  }
}

/** How a document prices its lines, as answered. */
export const pricingOutput = {
  prices_include_vat: z.boolean().meta({ examples: [false] }),
  discount_pct: number(0),
  discount_amount: money().meta({ examples: [0] }),
  discount_total: money()
    .describe('What the discount on the document takes off, excl. VAT')
    .meta({ examples: [0] }),
}

/** The columns of `pricingOutput`. */
export const pricingColumns = <T extends typeof invoices | typeof quotations>(document: T) => ({
  prices_include_vat: document.prices_include_vat as T['prices_include_vat'],
  discount_pct: document.discount_pct as T['discount_pct'],
  discount_amount: document.discount_amount_cents as T['discount_amount_cents'],
  discount_total: document.discount_cents as T['discount_cents'],
})

/** A kind of document whose lines are priced together. */
export const priceable = {
  invoice: {
    document: invoices,
    lines: invoiceLines,
    parent: invoiceLines.invoice_id,
    // A deposit is deducted from what the others come to.
    only: isNull(invoiceLines.deposit_invoice_id),
  },
  quotation: {
    document: quotations,
    lines: quotationLines,
    parent: quotationLines.quotation_id,
    only: undefined,
  },
} as const
type Kind = (typeof priceable)[keyof typeof priceable]

/** What of a change concerns the prices. */
interface Change<T extends LineInput> {
  customer_id?: number | undefined
  lines?: readonly T[] | undefined
  pricing: Pricing
  /** The day that decides price and rate. */
  day: SQL
}

const given = (pricing: Pricing): Pricing =>
  Object.fromEntries(Object.entries(pricing).filter(([, value]) => value !== undefined))

const isGiven = (pricing: Pricing) => Object.keys(given(pricing)).length > 0

/** Can the change be written without a look at the shop and the document? */
export const needsNoLook = <T extends LineInput>({ lines, pricing }: Change<T>) =>
  lines ? areComplete(lines) : !isGiven(pricing)

/** What the totals of a changed document depend on. */
export interface Seen<T extends LineInput> {
  updated_at: string
  /** As it will be. */
  pricing: Pricing
  /** The new lines; absent when those that are there stay. */
  lines: Completed<T>[] | undefined
  stored: DraftLine[]
}

export async function seeDocument<T extends LineInput>(
  ctx: Reading,
  { document, lines, parent, only }: Kind,
  id: number,
  change: Change<T>,
): Promise<Seen<T>> {
  const its = (column: PgColumn) =>
    sql`(select ${column} from ${document} where ${document.id} = ${id})`
  const [[row], completed, kept] = await Promise.all([
    ctx.db
      .select({
        updated_at: document.updated_at,
        vat_breakdown: document.vat_breakdown,
        prices_include_vat: document.prices_include_vat,
        discount_pct: document.discount_pct,
        discount_amount_cents: document.discount_amount_cents,
      })
      .from(document)
      .where(eq(document.id, id)),
    change.lines &&
      completeLines(ctx, {
        lines: change.lines,
        customer_id: change.customer_id ?? its(document.customer_id),
        day: change.day,
        prices_include_vat: change.pricing.prices_include_vat ?? its(document.prices_include_vat),
      }),
    change.lines
      ? []
      : ctx.db
          .select()
          .from(lines)
          .where(and(eq(parent, id), only))
          .orderBy(asc(lines.position)),
  ])
  const { updated_at, vat_breakdown, ...pricing } = found(row)
  const textOf = (category: string) =>
    vat_breakdown.find((group) => group.category === category)?.exemption_text ?? null
  return {
    updated_at,
    pricing: { ...pricing, ...given(change.pricing) },
    lines: completed,
    stored: kept.map((line) => ({
      ...line,
      category: line.category as VatCategory,
      exemption_text: textOf(line.category),
    })),
  }
}

interface Repriced<T extends LineInput> {
  totals: DocumentTotals
  /** Lines in place of those that are there … */
  made?: PricedLine<Ready<T>>[]
  /** … or these, which stay. */
  kept?: PricedLine[]
}

/** The new totals of a changed document; undefined when its prices stay as they are. */
export function repriced<T extends LineInput>(
  change: Change<T>,
  seen: Seen<T> | undefined,
): Repriced<T> | undefined {
  if (!change.lines) {
    if (!seen) return undefined
    const { lines, totals } = priced(seen.stored, seen.pricing)
    return { totals, kept: lines }
  }
  const drafts = (seen?.lines ?? plain(change.lines, change.day)) as Ready<T>[]
  const { lines, totals } = priced(drafts, seen?.pricing ?? change.pricing)
  return { totals, made: lines }
}

/** What was taken for granted without a look; what was looked at is still so. For the batch of the write. */
export async function mustBeAsTaken<T extends LineInput>(
  ctx: Writing,
  { document }: Kind,
  id: number,
  change: Change<T>,
  seen: Seen<T> | undefined,
) {
  const holds = (condition: SQL) =>
    guard(
      ctx,
      sql`exists (select from ${document} where ${document.id} = ${id} and ${condition})`,
      lookFirst,
    )
  if (seen) return holds(sql`${document.updated_at} = ${seen.updated_at}`)
  if (!change.lines) return
  const { prices_include_vat, discount_pct, discount_amount_cents } = change.pricing
  const usual = and(
    prices_include_vat === undefined ? eq(document.prices_include_vat, false) : undefined,
    discount_pct === undefined ? eq(document.discount_pct, '0') : undefined,
    discount_amount_cents === undefined ? eq(document.discount_amount_cents, 0) : undefined,
  )
  await Promise.all([mustBePlain(ctx, change.lines, change.day), holds(usual ?? sql`true`)])
}

/** Lines that stay get their part of the new totals; positions count from 1. */
export function reweigh(
  ctx: Writing,
  { lines, parent, only }: Kind,
  id: number,
  priced: readonly PricedLine[],
) {
  const inOrder = (amounts: number[]) =>
    sql`(${`{${amounts.join()}}`}::bigint[])[${lines.position}]`
  return updateWhere(ctx, lines, and(eq(parent, id), only), {
    total_excl_cents: inOrder(priced.map((line) => line.total_excl_cents)),
    net_cents: inOrder(priced.map((line) => line.net_cents)),
  })
}
