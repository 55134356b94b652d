import { type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Calling, Reading, Writing } from '../../context.ts'
import { guard } from '../../db/rows.ts'
import { priceInclVat } from '../../lib/money.ts'
import { type FieldErrors, invalid } from '../../refusal.ts'
import { lookFirst, read } from '../../verb.ts'
import { customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { type LineTax, plainCategories, type TaxCategory, taxOf } from '../tax/codes.ts'
import { taxRates } from '../tax/tables.ts'
import type { DraftLine, LineInput } from './lines.ts'

/** The rate of a line that says nothing of it, as long as the shop's default is no other. */
const usualRate = '21'

/** Does each line say by itself what it is and what it costs? What `mustBePlain` checks comes beside it. */
export const areComplete = (lines: readonly LineInput[]) =>
  lines.every(
    ({ description, unit_price, tax_rate_id }) =>
      description !== undefined && unit_price !== undefined && (tax_rate_id ?? null) === null,
  )

/** Complete lines as they are priced without a look at the shop, with the code of their rate. */
export const plain = <T extends LineInput>(lines: readonly T[], day: SQL) =>
  lines.map((line) => ({
    ...line,
    description: line.description ?? '',
    unit_price: line.unit_price ?? '0',
    vat_rate: line.vat_rate ?? usualRate,
    tax_rate_id: sql`app.tax_rate_for(${line.product_id ?? null}, ${line.vat_rate ?? null}, ${day})`,
  }))

const plainCategory = sql.raw(plainCategories.map((category) => `'${category}'`).join())

/**
 * A guard of the batch that writes `plain` lines: refuses with `lookFirst` when the shop charges no VAT
 * at all (KOR), or when a product or the default tax rate makes a line something else.
 */
export async function mustBePlain(ctx: Writing, lines: readonly LineInput[], day: SQL) {
  if (lines.length === 0) return
  const asked = lines.filter((line) => line.product_id || line.vat_rate === undefined)
  const given = asked.map(({ product_id = null, vat_rate = null }) => ({ product_id, vat_rate }))
  await guard(
    ctx,
    sql`not exists (select from ${tenants} where ${tenants.id} = app.tenant() and ${tenants.kor})
      and not exists (
        select from (
          select distinct product_id, vat_rate
          from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as line (product_id bigint, vat_rate numeric)
        ) line
        left join products p on p.id = line.product_id
        left join ${taxRates} code on code.id = app.tax_rate_for(line.product_id, line.vat_rate, ${day})
        where code.category not in (${plainCategory})
          or coalesce(code.rate, p.vat_rate, ${usualRate}) <> coalesce(line.vat_rate, ${usualRate}))`,
    lookFirst,
  )
}

interface Question {
  /** Who pays; decides the price. */
  customer_id: number | SQL
  lines: readonly LineInput[]
  /** The day that decides price and rate; today when absent. */
  day?: SQL | undefined
  /** The prices found are to include VAT, as those of the document do. */
  prices_include_vat?: boolean | SQL | undefined
}

interface Found {
  customer_exists: boolean
  kor: boolean
  prices_include_vat: boolean
  product_id: string | null
  product_name: string | null
  product_rate: string | null
  price: string | null
  /** The rate that the line names. */
  named_rate: string | null
  tax_rate_id: string | null
  rate: string | null
  category: TaxCategory | null
  exemption_text: string | null
}

/** A line that can be priced. */
export type Ready<T extends LineInput> = Omit<T, keyof DraftLine> & DraftLine

/** A line of which everything is known. */
export type Completed<T> = T & LineTax & { description: string; unit_price: string }

/**
 * Fills in what lines do not say: description and price of the product for that customer, rate, tax code,
 * category and text. A line of a shop under the small-business scheme (KOR) comes out exempt.
 *
 * @param ctx any: inside a transaction it joins it, else it is one round trip
 * @throws Refusal 422 on `customer_id` or at the line, `lines.0.product_id`
 */
export async function completeLines<T extends LineInput>(
  ctx: Calling,
  question: Omit<Question, 'lines'> & { lines: readonly T[] },
): Promise<Completed<T>[]> {
  if (question.lines.length === 0) return []
  const found = await lookUp(ctx, { body: { question } })
  if (!found[0]?.customer_exists) {
    throw invalid({ customer_id: ['The selected customer id is invalid.'] })
  }
  const errors = question.lines.map((line, i) => problemsOf(line, found[i] as Found, `lines.${i}`))
  if (errors.some((fields) => Object.keys(fields).length > 0)) {
    throw invalid(Object.assign({}, ...errors))
  }
  return question.lines.map((line, i) => completed(line, found[i] as Found))
}

const lookUp = read(
  {
    summary: 'Find what lines cost',
    can: 'account',
    body: z.object({ question: z.custom<Question>() }),
    output: z.custom<Found[]>(),
  },
  (ctx, { body }) => answersTo(ctx, body.question),
)

async function answersTo(
  ctx: Reading,
  { customer_id, lines, day = sql`app.today()`, prices_include_vat = false }: Question,
): Promise<Found[]> {
  const asked = lines.map(({ product_id, vat_rate, tax_rate_id }, n) => ({
    n,
    product_id,
    vat_rate,
    tax_rate_id,
  }))
  // `offset 0`: looked up line by line. A plan that joins them instead may price every product of the shop.
  const { rows } = await ctx.db.execute(sql`
    select exists (select from ${customers} where id = asked.customer_id) as customer_exists, shop.kor, asked.prices_include_vat,
      p.id as product_id, p.name as product_name, p.vat_rate as product_rate, offer.price,
      named.rate as named_rate, code.id as tax_rate_id, code.rate, code.category, code.exemption_text
    from (select ${customer_id}::bigint as customer_id, ${day}::date as day,
      ${prices_include_vat}::boolean as prices_include_vat) asked
    join ${tenants} shop on shop.id = app.tenant()
    cross join jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      as line (n int, product_id bigint, vat_rate numeric, tax_rate_id bigint)
    left join lateral (select * from products where id = line.product_id offset 0) p on true
    left join lateral (
      select * from app.price_for(asked.customer_id, line.product_id, asked.day) offset 0) offer on true
    left join ${taxRates} named on named.id = line.tax_rate_id
    cross join lateral (select case
      when line.tax_rate_id is null then app.tax_rate_for(line.product_id, line.vat_rate, asked.day)
      else app.tax_rate_on(line.tax_rate_id, asked.day) end as id offset 0) chosen
    left join ${taxRates} code on code.id = chosen.id
    order by line.n`)
  return rows as unknown as Found[]
}

function problemsOf(line: LineInput, found: Found, place: string): FieldErrors {
  const { product_id, tax_rate_id, vat_rate } = line
  if (product_id && !found.product_id) {
    return { [`${place}.product_id`]: ['The selected product id is invalid.'] }
  }
  if (!tax_rate_id) return {}
  const field = `${place}.tax_rate_id`
  if (found.named_rate === null) return { [field]: ['The selected tax rate id is invalid.'] }
  if (!found.tax_rate_id) return { [field]: ['The tax rate does not hold on that day.'] }
  if (found.kor || vat_rate === undefined || Number(vat_rate) === Number(found.named_rate))
    return {}
  return { [field]: ['The tax rate has another percentage.'] }
}

function completed<T extends LineInput>(line: T, found: Found): Completed<T> {
  const tax = taxOf(
    {
      tax_rate_id: found.tax_rate_id === null ? null : Number(found.tax_rate_id),
      vat_rate: found.rate ?? line.vat_rate ?? found.product_rate ?? usualRate,
      category: found.category,
      exemption_text: found.exemption_text,
    },
    found.kor,
  )
  const price = found.price ?? '0'
  const {
    description = found.product_name ?? '',
    unit_price = found.prices_include_vat ? priceInclVat(price, tax) : price,
  } = line
  return { ...line, description, unit_price, ...tax }
}
