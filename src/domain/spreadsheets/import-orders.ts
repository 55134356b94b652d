import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import { lineTotalCents } from '../../lib/money.ts'
import { type FieldErrors, invalid } from '../../refusal.ts'
import { day, text, unitPrice } from '../../schema.ts'
import { fieldErrors } from '../../sentences.ts'
import { addDrafts, type NewOrder } from '../purchasing/drafts.ts'
import { maxLines, maxQuantity, maxTotal_cents } from '../purchasing/purchase-order-lines.ts'
import { supplierProducts, suppliers } from '../purchasing/tables.ts'
import { orderColumns } from './order-columns.ts'
import { isProduct, type ProductRow, productsNamed } from './product-match.ts'
import { openSheet, type SheetLine } from './reading.ts'
import { batchesOf, inOrder, leaveOut, newReport, type Report, tried } from './report.ts'

const mostLines = 10_000

const Line = z.object({
  reference: text(100).optional(),
  expected_at: day().optional(),
  article_code: text(100).optional(),
  quantity: z.int().min(1).max(maxQuantity),
  unit_price: unitPrice().optional(),
})

interface Job {
  report: Report
  supplierOf: (values: SheetLine['values']) => number | FieldErrors
  articles: Articles
  drafts: Map<string, NewOrder>
}

/** Draft purchase orders from a CSV file, one per supplier and reference; one transaction. */
export async function importOrders(
  ctx: Transacting,
  file: Uint8Array,
  dry_run: boolean,
): Promise<Report> {
  const sheet = await openSheet(file, orderColumns)
  const report = newReport(sheet, dry_run)
  await tried(ctx, dry_run, async () => {
    const job: Job = {
      report,
      supplierOf: await suppliersNamed(ctx),
      articles: await readArticles(ctx),
      drafts: new Map(),
    }
    for await (const lines of batchesOf(sheet.lines())) await readBatch(ctx, job, lines)
    await addDrafts(ctx, [...job.drafts.values()])
    report.created = job.drafts.size
  })
  return inOrder(report)
}

async function readBatch(
  ctx: Transacting,
  { report, supplierOf, articles, drafts }: Job,
  lines: SheetLine[],
) {
  report.lines += lines.length
  if (report.lines > mostLines) {
    throw invalid({ file: [`The file may not have more than ${mostLines} lines.`] })
  }
  const found = lines.map(({ values }) => {
    const supplier = supplierOf(values)
    return { supplier, key: keyOf(values, supplier, articles) }
  })
  const named = await productsNamed(
    ctx,
    found.map(({ key }) => key),
  )
  for (const [i, line] of lines.entries()) {
    const { supplier = {}, key = {} } = found[i] ?? {}
    const problem = readLine(line, supplier, named(key), { articles, drafts })
    if (problem) leaveOut(report, line.line, problem)
  }
}

/** A line names its product itself, or by what the supplier calls it. */
function keyOf(
  { product_id, sku, barcode, article_code }: SheetLine['values'],
  supplier: number | FieldErrors,
  articles: Articles,
) {
  if (product_id !== undefined) return { id: product_id }
  if (sku !== undefined || barcode !== undefined) return { sku, barcode }
  return { id: articles.byCode.get(`${supplier} ${article_code}`)?.product_id }
}

function readLine(
  { values, errors }: SheetLine,
  supplier_id: number | FieldErrors,
  product: ProductRow | FieldErrors | undefined,
  { articles, drafts }: Pick<Job, 'articles' | 'drafts'>,
): FieldErrors | undefined {
  if (Object.keys(errors).length > 0) return errors
  if (typeof supplier_id !== 'number') return supplier_id
  const read = Line.safeParse(values)
  if (!read.success) return fieldErrors(read.error.issues, values)
  if (!product || !isProduct(product)) return unknownProduct(values)
  if (product.kind === 'service') return { line: ['A service has no stock.'] }
  const { reference = null, expected_at = null, quantity } = read.data
  const article = articles.byProduct.get(`${supplier_id} ${product.id}`)
  const unit_price = read.data.unit_price ?? article?.unit_price ?? product.purchase_price
  if (unit_price === null) {
    return {
      unit_price: [
        'The unit price field is required: neither the supplier nor the product has a price.',
      ],
    }
  }
  const key = `${supplier_id} ${reference ?? ''}`
  const draft = drafts.get(key) ?? {
    supplier_id,
    reference,
    expected_at,
    lines: [],
    total_cents: 0,
  }
  const total_cents = lineTotalCents({ quantity, unit_price })
  const full = tooMuch(draft, total_cents)
  if (full) return full
  draft.expected_at ??= expected_at
  draft.total_cents += total_cents
  draft.lines.push({
    product_id: product.id,
    article_code: read.data.article_code ?? article?.article_code ?? null,
    quantity,
    unit_price,
    total_cents,
  })
  drafts.set(key, draft)
  return undefined
}

function tooMuch(order: NewOrder, total_cents: number): FieldErrors | undefined {
  if (order.lines.length === maxLines) {
    return { line: [`A purchase order may not have more than ${maxLines} lines.`] }
  }
  return order.total_cents + total_cents > maxTotal_cents
    ? { line: ['The total may not be greater than 100000000.00.'] }
    : undefined
}

function unknownProduct(values: SheetLine['values']): FieldErrors {
  const names = ['product_id', 'sku', 'barcode', 'article_code']
  const field = names.find((name) => values[name] !== undefined)
  return field
    ? { [field]: [`The selected ${field.replaceAll('_', ' ')} is invalid.`] }
    : { sku: ['The sku field is required, or an article code.'] }
}

/** The supplier of a line: by its id, else its name, else the number by which it knows the shop. */
async function suppliersNamed(ctx: Transacting) {
  const rows = await ctx.db
    .select({
      id: suppliers.id,
      name: suppliers.name,
      customer_number: suppliers.customer_number,
      is_active: suppliers.is_active,
    })
    .from(suppliers)
  const byName = Map.groupBy(rows, ({ name }) => name.toLowerCase())
  const byNumber = Map.groupBy(rows, ({ customer_number }) => customer_number)
  const ids = new Set(rows.map(({ id }) => id))

  return ({ supplier_id, supplier }: SheetLine['values']): number | FieldErrors => {
    if (supplier_id !== undefined) {
      return ids.has(supplier_id as number)
        ? (supplier_id as number)
        : { supplier_id: ['The selected supplier id is invalid.'] }
    }
    if (typeof supplier !== 'string') return { supplier: ['The supplier field is required.'] }
    const alike = byName.get(supplier.toLowerCase()) ?? byNumber.get(supplier) ?? []
    const meant = alike.length > 1 ? alike.filter(({ is_active }) => is_active) : alike
    if (meant.length > 1) {
      return { supplier: ['More than one supplier has this name; name it by its supplier_id.'] }
    }
    return meant[0]?.id ?? { supplier: ['The selected supplier is invalid.'] }
  }
}

type Articles = Awaited<ReturnType<typeof readArticles>>

/** What suppliers call products and ask for them. */
async function readArticles(ctx: Transacting) {
  const rows = await ctx.db
    .select({
      supplier_id: supplierProducts.supplier_id,
      product_id: supplierProducts.product_id,
      article_code: supplierProducts.article_code,
      unit_price: supplierProducts.unit_price,
    })
    .from(supplierProducts)
    .orderBy(sql`${supplierProducts.id} desc`)
  return {
    byCode: new Map(rows.map((row) => [`${row.supplier_id} ${row.article_code}`, row])),
    byProduct: new Map(rows.map((row) => [`${row.supplier_id} ${row.product_id}`, row])),
  }
}
