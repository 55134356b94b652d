import { sql } from 'drizzle-orm'
import type * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { insertMany, updateMany } from '../../db/many.ts'
import type { FieldErrors } from '../../refusal.ts'
import { text } from '../../schema.ts'
import { fieldErrors } from '../../sentences.ts'
import { Draft, NewProduct } from '../catalog/products.ts'
import { products } from '../catalog/tables.ts'
import { taxOfNew } from '../tax/assigned.ts'
import { changeStocks } from '../warehouse/moves.ts'
import { Categories } from './category-paths.ts'
import { productColumns } from './product-columns.ts'
import { holdNamed, isProduct, type ProductRow, productsNamed } from './product-match.ts'
import { brokenRule, columns, isSame, type Merged, merged, type Tax } from './product-rows.ts'
import { openSheet, type SheetLine } from './reading.ts'
import { batchesOf, inOrder, leaveOut, newReport, type Report, tried } from './report.ts'

const Category = text(1000)
  .transform(Categories.path)
  .refine((path) => {
    const names = path.split(' > ')
    return names.length <= 10 && names.every((name) => name.length > 0 && name.length <= 255)
  }, 'must be at most 10 names of at most 255 characters, as Screens > OLED')
  .optional()

/** What a line may say of a product that is there, and of a new one: the schemas of the API itself. */
const Changed = Draft.partial().extend({ category: Category })
const Added = NewProduct.safeExtend({ category: Category })

/** A line that fits its schema. */
interface Read {
  line: number
  draft: z.output<typeof Changed> & { stock_quantity?: number | undefined }
  before: ProductRow | undefined
}

interface Job {
  ctx: Transacting
  report: Report
  categories: Categories
  taxes: Map<string, Promise<Tax>>
  /** Where a product came before: key → line. */
  seen: Map<string, number>
}

/** Products from a CSV file: one transaction, in which each batch is a few statements. */
export async function importProducts(
  ctx: Transacting,
  file: Uint8Array,
  dry_run: boolean,
): Promise<Report> {
  const sheet = await openSheet(file, productColumns)
  const report = newReport(sheet, dry_run)
  await holdNamed(ctx, sheet)
  await tried(ctx, dry_run, async () => {
    const job = {
      ctx,
      report,
      categories: new Categories(ctx),
      taxes: new Map(),
      seen: new Map(),
    }
    for await (const lines of batchesOf(sheet.lines())) await importBatch(job, lines)
  })
  return inOrder(report)
}

async function importBatch(job: Job, lines: SheetLine[]) {
  const { ctx, report, categories } = job
  report.lines += lines.length
  const named = await productsNamed(
    ctx,
    lines.map(({ values }) => values),
  )
  const fitting = lines.flatMap((line) => readLine(job, line, named(line.values)) ?? [])
  await categories.know(fitting.flatMap(({ draft }) => draft.category ?? []))

  const added: Ready[] = []
  const changed: (Merged & { id: number })[] = []
  for (const read of fitting) {
    const after = await afterwards(job, read)
    const broken = brokenRule(after, read.before, read.draft.stock_quantity)
    if (broken) leaveOut(report, read.line, broken)
    else if (!read.before) added.push({ read, after })
    else if (isSame(after, read.before)) report.unchanged += 1
    else changed.push({ ...after, id: read.before.id })
  }
  await updateMany(ctx, products, columns, changed)
  report.updated += changed.length
  await add(job, added)
}

function readLine(
  { report, seen }: Job,
  { line, values, errors }: SheetLine,
  match: ProductRow | FieldErrors | undefined,
): Read | undefined {
  if (Object.keys(errors).length > 0) return void leaveOut(report, line, errors)
  if (match && !isProduct(match)) return void leaveOut(report, line, match)
  const { id: _, stock_quantity, ...said } = values
  const read = match
    ? Changed.safeParse(said)
    : Added.safeParse({ ...said, ...(stock_quantity !== undefined && { stock_quantity }) })
  if (!read.success) {
    return void leaveOut(report, line, fieldErrors(read.error.issues, values))
  }
  const twice = cameBefore(seen, line, match, read.data)
  if (twice) return void leaveOut(report, line, twice)
  return { line, draft: read.data, before: match }
}

function cameBefore(
  seen: Map<string, number>,
  line: number,
  before: ProductRow | undefined,
  { sku, barcode }: { sku?: string | null | undefined; barcode?: string | null | undefined },
): FieldErrors | undefined {
  const keys = [
    ...(before ? [['id', `id ${before.id}`] as const] : []),
    ...(sku ? [['sku', `sku ${sku}`] as const] : []),
    ...(!before && !sku && barcode ? [['barcode', `barcode ${barcode}`] as const] : []),
  ]
  for (const [field, key] of keys) {
    const earlier = seen.get(key)
    if (earlier !== undefined) {
      return { [field]: [`The same product came before, at line ${earlier}.`] }
    }
  }
  for (const [, key] of keys) seen.set(key, line)
  return undefined
}

async function afterwards(job: Job, { draft, before }: Read): Promise<Merged> {
  const { vat_rate, category } = draft
  const isOther = before && vat_rate !== undefined && Number(vat_rate) !== Number(before.vat_rate)
  const tax = !before || isOther ? await taxOf(job, vat_rate) : undefined
  const category_id = category === undefined ? undefined : job.categories.id(category)
  return merged({ ...draft, category_id }, before, tax)
}

/** A percentage with its code, asked for once per file. */
function taxOf({ ctx, taxes }: Job, vat_rate: string | undefined): Promise<Tax> {
  const key = vat_rate ?? ''
  const known = taxes.get(key) ?? askTax(ctx, vat_rate)
  taxes.set(key, known)
  return known
}

async function askTax(ctx: Transacting, vat_rate: string | undefined): Promise<Tax> {
  const tax = taxOfNew({ vat_rate })
  const { rows } = await ctx.db.execute<{ tax_rate_id: string | null; vat_rate: string }>(
    sql`select ${tax.tax_rate_id} as tax_rate_id, ${tax.vat_rate} as vat_rate`,
  )
  const { tax_rate_id = null, vat_rate: rate = '21' } = rows[0] ?? {}
  return { tax_rate_id: tax_rate_id === null ? null : Number(tax_rate_id), vat_rate: rate }
}

interface Ready {
  read: Read
  after: Merged
}

/** Adds products with their initial stock. Whoever took a SKU at this very moment keeps it. */
async function add({ ctx, report }: Job, ready: Ready[]) {
  const rows = ready.map(({ after }) => after)
  const made = await insertMany(ctx, products, columns, rows, ['sku', 'barcode'])
  const ids = new Map(made.map(({ id, sku, barcode }) => [keyOf({ sku, barcode }), id]))
  const stocked = ready.flatMap(({ read: { line, draft }, after }) => {
    const product_id = ids.get(keyOf(after))
    if (product_id === undefined) {
      leaveOut(report, line, { sku: ['The sku has already been taken.'] })
      return []
    }
    const quantity = draft.stock_quantity ?? 0
    return quantity > 0 ? { product_id, quantity } : []
  })
  await changeStocks(ctx, 'initial', stocked)
  report.created += made.length
}

const keyOf = ({ sku, barcode }: { sku: string | null; barcode: string | null }) =>
  sku === null ? `barcode ${barcode}` : `sku ${sku}`
