import { and, asc, eq, getTableColumns, ne, type SQL, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Selecting, Writing } from '../../context.ts'
import { arrayPage } from '../../db/pages.ts'
import { guard, insert, newId, remove, rowsBy, same, update, updateWhere } from '../../db/rows.ts'
import { found } from '../../refusal.ts'
import { ArrayPaging, day, Id } from '../../schema.ts'
import { read, write } from '../../verb.ts'
import { products } from '../catalog/tables.ts'
import { taxCategories, taxRates } from './tables.ts'
import {
  coded,
  Draft,
  type NewRate,
  recoded,
  Successor,
  successor,
  TaxRate,
} from './tax-rate-record.ts'
import { documentLinesWith, productsWith } from './uses.ts'

const { tenant_id: _tenant, ...columns } = getTableColumns(taxRates)

const rows = (ctx: Selecting) => ctx.db.select(columns).from(taxRates)

const one = async (ctx: Selecting, id: number | SQL<number>) => {
  const [taxRate] = await rowsBy(ctx, rows, taxRates.id, id)
  return found(taxRate)
}

/** One after another: which rate is the default, and whether one is in use, is looked at under the lock. */
async function lockRates(ctx: Writing) {
  await ctx.db.execute(sql`select from ${taxRates} order by ${taxRates.id} for update`)
}

/** The flag moves; a unique index allows it once. */
const makeDefault = (ctx: Writing, id: number | SQL<number>) =>
  Promise.all([
    updateWhere(ctx, taxRates, and(eq(taxRates.is_default, true), ne(taxRates.id, id)), {
      is_default: false,
    }),
    updateWhere(ctx, taxRates, eq(taxRates.id, id), { is_default: true }),
  ])

/** After the write: VAT is charged by the standard and reduced categories, and by the margin scheme unseen. */
const mustFit = (ctx: Writing, id: number | SQL<number>) =>
  guard(
    ctx,
    sql`exists (select from ${taxRates} where ${taxRates.id} = ${id} and (
      ${taxRates.category} = 'margin' or (${taxRates.category} in ('standard', 'reduced')) = (${taxRates.rate} > 0)))`,
    {
      code: 'validation_failed',
      message: 'The category field does not fit the rate.',
      field: 'category',
    },
  )

export const listTaxRates = read(
  {
    summary: 'List all tax rates',
    description: 'Ordered by rate ascending.',
    can: 'tax_rates:read',
    query: ArrayPaging.extend({
      category: z.enum(taxCategories).optional(),
      valid_on: day().optional().describe('Those that count on that day'),
    }),
    output: z.array(TaxRate),
  },
  (ctx, { query: { category, valid_on, ...paging } }) =>
    arrayPage(
      ctx,
      taxRates,
      paging,
      and(same(taxRates.category, category), valid_on ? validOn(valid_on) : undefined),
      [asc(taxRates.rate), asc(taxRates.id)],
      rows,
    ),
)

const validOn = (date: string) => sql`
  coalesce(${taxRates.valid_from} <= ${date}, true) and coalesce(${taxRates.valid_until} >= ${date}, true)`

export const createTaxRate = write(
  {
    summary: 'Create tax rate',
    description:
      'With `replaces_id` and `valid_from` it succeeds another rate: that one ends the day before, hands on ' +
      'its default flag, and its category, box and text where they are not given.',
    can: 'tax_rates:write',
    body: Draft.extend(Successor).refine(
      ({ replaces_id, valid_from }) => replaces_id === undefined || Boolean(valid_from),
      { path: ['valid_from'], message: 'is required' },
    ),
    output: TaxRate,
    status: 201,
  },
  async (ctx, { body: { is_default, ...draft } }) => {
    const added = newId(taxRates)
    const [, , , , , taxRate] = await Promise.all([
      lockRates(ctx),
      insert(ctx, taxRates, draft.replaces_id ? successor(draft, draft.replaces_id) : coded(draft)),
      draft.replaces_id && retire(ctx, draft.replaces_id, draft),
      is_default ? makeDefault(ctx, added) : fillDefault(ctx, added),
      mustFit(ctx, added),
      one(ctx, added),
    ])
    return taxRate
  },
)

/**
 * A rate that was the default leaves the place empty, and `fillDefault` gives it to its successor. Products
 * follow when its day has come already; later, lines find the successor by their own day.
 */
const retire = (ctx: Writing, id: number, { rate, valid_from }: NewRate) =>
  Promise.all([
    updateWhere(ctx, taxRates, eq(taxRates.id, id), {
      valid_until: sql`${valid_from}::date - 1`,
      is_default: false,
    }),
    updateWhere(
      ctx,
      products,
      and(eq(products.tax_rate_id, id), sql`${valid_from}::date <= app.today()`),
      { tax_rate_id: newId(taxRates), vat_rate: rate },
    ),
  ])

const fillDefault = (ctx: Writing, id: SQL<number>) =>
  updateWhere(
    ctx,
    taxRates,
    and(
      eq(taxRates.id, id),
      sql`not exists (select from ${taxRates} taken where taken.is_default)`,
    ),
    { is_default: true },
  )

export const getTaxRate = read(
  { summary: 'Get tax rate', can: 'tax_rates:read', params: Id, output: TaxRate, on: taxRates },
  (ctx, { params }) => one(ctx, params.id),
)

export const updateTaxRate = write(
  {
    summary: 'Update tax rate',
    description:
      'Rate and category of one that products or documents use are fixed: make a successor with `replaces_id`.',
    can: 'tax_rates:write',
    params: Id,
    body: Draft.partial(),
    output: TaxRate,
    on: taxRates,
  },
  async (ctx, { params: { id }, body: { is_default, ...changes } }) => {
    const [, , , , , , taxRate] = await Promise.all([
      lockRates(ctx),
      mustBeUnused(ctx, id, changes),
      is_default === false ? mustNotBeDefault(ctx, id, 'is_default') : undefined,
      update(ctx, taxRates, id, { ...changes, ...recoded(changes) }),
      is_default ? makeDefault(ctx, id) : undefined,
      mustFit(ctx, id),
      one(ctx, id),
    ])
    return taxRate
  },
)

async function mustBeUnused(ctx: Writing, id: number, { rate, category }: Partial<NewRate>) {
  if (rate === undefined && category === undefined) return
  const same = sql`exists (select from ${taxRates} where ${taxRates.id} = ${id}
    and ${taxRates.rate} = coalesce(${rate ?? null}::numeric, ${taxRates.rate})
    and ${taxRates.category} = coalesce(${category ?? null}, ${taxRates.category}))`
  await guard(ctx, sql`${same} or ${productsWith(id)} + ${documentLinesWith(id)} = 0`, {
    code: 'tax_rate_in_use',
    message: 'The rate is in use; a new one can replace it from a date.',
    field: rate === undefined ? 'category' : 'rate',
  })
}

const mustNotBeDefault = (ctx: Writing, id: number, field?: string) =>
  guard(
    ctx,
    sql`not exists (select from ${taxRates} where ${taxRates.id} = ${id} and ${taxRates.is_default})`,
    {
      code: 'default_tax_rate',
      message: 'This is the default tax rate; make another one the default first.',
      ...(field && { field }),
    },
  )

export const deleteTaxRate = write(
  {
    summary: 'Delete tax rate',
    description:
      'Refused while products or document lines have it, drafts too, and for the default.',
    can: 'tax_rates:write',
    params: Id,
    on: taxRates,
  },
  async (ctx, { params: { id } }) => {
    const [goods, lines] = [productsWith(id), documentLinesWith(id)]
    await Promise.all([
      lockRates(ctx),
      guard(ctx, sql`${goods} + ${lines} = 0`, {
        code: 'in_use',
        message: sql`'Cannot delete: tax rate is assigned to ' || concat_ws(' and ',
          nullif(${goods}, 0) || ' product(s)', nullif(${lines}, 0) || ' document line(s)') || '.'`,
      }),
      mustNotBeDefault(ctx, id),
      remove(ctx, taxRates, id),
    ])
  },
)

export const setDefaultTaxRate = write(
  {
    summary: 'Set as default tax rate',
    description: 'The only default: the others lose the flag in the same transaction.',
    can: 'tax_rates:write',
    params: Id,
    output: TaxRate,
    on: taxRates,
  },
  async (ctx, { params: { id } }) => {
    const [, , taxRate] = await Promise.all([lockRates(ctx), makeDefault(ctx, id), one(ctx, id)])
    return taxRate
  },
)
