import { asc, eq, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import type { FieldErrors } from '../../refusal.ts'
import { text, unitPrice } from '../../schema.ts'
import { fieldErrors } from '../../sentences.ts'
import { changeStocks } from '../warehouse/moves.ts'
import { binStock, bins, warehouses } from '../warehouse/tables.ts'
import { holdNamed, isProduct, type ProductRow, productsNamed } from './product-match.ts'
import { ofConstraint } from './product-rows.ts'
import { openSheet, type SheetLine } from './reading.ts'
import { batchesOf, inOrder, leaveOut, newReport, type Report, tried } from './report.ts'
import { stockColumns } from './stock-columns.ts'

const pieces = () => z.int().max(9_999_999)

const Line = z
  .object({
    warehouse: text().optional(),
    bin: text(100).optional(),
    quantity: pieces().min(0).optional(),
    change: pieces()
      .min(-9_999_999)
      .refine((change) => change !== 0, 'must not be 0')
      .optional(),
    unit_cost: unitPrice().optional(),
    reason: text().optional(),
  })
  .refine(({ quantity, change }) => (quantity === undefined) !== (change === undefined), {
    path: ['quantity'],
    message: 'must be given, or else the change, not both',
  })

type Bin = Awaited<ReturnType<typeof readBins>>[number]

interface Job {
  ctx: Transacting
  report: Report
  bins: Bin[]
  /** Per product the bins that came before, null for the whole of its stock, and at which line. */
  seen: Map<number, Map<number | null, number>>
}

/** A change that the stock can bear. */
interface Ready {
  product_id: number
  quantity: number
  bin_id?: number | undefined
  unit_cost?: string | undefined
  reason: string
}

/** Brings stock to what a CSV file says, as movements; one transaction. */
export async function importStock(
  ctx: Transacting,
  file: Uint8Array,
  dry_run: boolean,
): Promise<Report> {
  const sheet = await openSheet(file, stockColumns)
  const report = newReport(sheet, dry_run)
  await holdNamed(ctx, sheet)
  await tried(ctx, dry_run, async () => {
    const job = { ctx, report, bins: await readBins(ctx), seen: new Map() }
    for await (const lines of batchesOf(sheet.lines())) await importBatch(job, lines)
  })
  return inOrder(report)
}

async function importBatch(job: Job, lines: SheetLine[]) {
  const { ctx, report } = job
  report.lines += lines.length
  const keyed = lines.map(({ values: { product_id: id, sku, barcode } }) =>
    id === undefined ? { sku, barcode } : { id },
  )
  const named = await productsNamed(ctx, keyed)
  const matches = keyed.map(named)
  const stands = await standing(
    ctx,
    matches.flatMap((match) => (match && isProduct(match) ? match.id : [])),
  )
  const ready = lines.flatMap((line, i) => readLine(job, line, matches[i], stands) ?? [])
  const changes = ready.filter(({ quantity }) => quantity !== 0)
  report.updated += changes.length
  report.unchanged += ready.length - changes.length
  await changeStocks(ctx, 'adjust', changes)
}

function readLine(
  job: Job,
  { line, values, errors }: SheetLine,
  product: ProductRow | FieldErrors | undefined,
  stands: ReadonlyMap<string, number>,
): Ready | undefined {
  const leave = (problem: FieldErrors) => void leaveOut(job.report, line, problem)
  if (Object.keys(errors).length > 0) return leave(errors)
  if (!product) return leave(unknownProduct(values))
  if (!isProduct(product)) return leave(renamed(product))
  const read = Line.safeParse(values)
  if (!read.success) return leave(fieldErrors(read.error.issues, values))
  const { bin, unknown } = binOf(job.bins, read.data)
  if (unknown) return leave(unknown)
  const twice = cameBefore(job, line, product.id, bin?.id ?? null)
  if (twice) return leave(twice)
  const here = bin ? (stands.get(`${product.id} ${bin.id}`) ?? 0) : product.stock_quantity
  const { quantity = 0, change = quantity - here, unit_cost, reason = 'Import' } = read.data
  const broken = brokenRule(product, bin, here, change)
  if (broken) return leave(broken)
  product.stock_quantity += change
  return { product_id: product.id, quantity: change, bin_id: bin?.id, unit_cost, reason }
}

const unknownProduct = ({ sku }: Record<string, unknown>): FieldErrors => {
  const field = sku === undefined ? 'barcode' : 'sku'
  return { [field]: [`The selected ${field} is invalid.`] }
}

/** Here the id stands in a column of another name. */
const renamed = (errors: FieldErrors): FieldErrors =>
  'id' in errors ? { product_id: ['The selected product id is invalid.'] } : errors

function cameBefore({ seen }: Job, line: number, product_id: number, bin: number | null) {
  const places = seen.get(product_id) ?? new Map<number | null, number>()
  seen.set(product_id, places)
  const earlier =
    places.get(bin) ?? places.get(null) ?? (bin === null ? [...places.values()][0] : undefined)
  if (earlier !== undefined) {
    return { line: [`The same stock came before, at line ${earlier}.`] }
  }
  places.set(bin, line)
  return undefined
}

/** The bin that a line names; a warehouse alone means where its goods come in, neither the whole stock. */
function binOf(
  all: readonly Bin[],
  { warehouse, bin }: z.output<typeof Line>,
): { bin?: Bin; unknown?: FieldErrors } {
  if (warehouse === undefined && bin === undefined) return {}
  const isMeant = (candidate: Bin) =>
    (warehouse === undefined || same(candidate.warehouse, warehouse)) &&
    (bin === undefined ? candidate.kind === 'receiving' : same(candidate.code, bin))
  const meant = all.filter(isMeant)
  const [first] = meant
  const field = bin === undefined ? 'warehouse' : 'bin'
  if (!first) return { unknown: { [field]: [`The selected ${field} is invalid.`] } }
  const own = meant.find(({ is_default }) => is_default)
  if (own || meant.length === 1) return { bin: own ?? first }
  return { unknown: { bin: ['More than one warehouse has this bin; name the warehouse too.'] } }
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** What the database would refuse, in its words. */
function brokenRule(
  product: ProductRow,
  bin: Bin | undefined,
  here: number,
  change: number,
): FieldErrors | undefined {
  const { kind, name, track_serials, allow_negative_stock, reserved_quantity } = product
  if (kind === 'service') return { line: ['A service has no stock.'] }
  if (change === 0) return undefined
  if (track_serials) return { quantity: [`${name} needs the serial number of each piece.`] }
  if (change > 0) {
    return bin?.is_active === false ? { bin: [`Bin ${bin.code} is not in use.`] } : undefined
  }
  const mayBeShort = allow_negative_stock && (!bin || bin.kind === 'receiving')
  if (here + change < 0 && !mayBeShort) return ofConstraint('products_stock_quantity_check')
  return product.stock_quantity + change < reserved_quantity
    ? ofConstraint('products_reserved_quantity_check')
    : undefined
}

const readBins = (ctx: Transacting) =>
  ctx.db
    .select({
      id: bins.id,
      code: bins.code,
      kind: bins.kind,
      is_active: bins.is_active,
      warehouse: warehouses.name,
      is_default: warehouses.is_default,
    })
    .from(bins)
    .innerJoin(warehouses, eq(warehouses.id, bins.warehouse_id))
    .orderBy(asc(bins.id))

/** What stands of these products in each bin: `product bin` → pieces. */
async function standing(ctx: Transacting, product_ids: readonly number[]) {
  const rows = await ctx.db
    .select({
      product_id: binStock.product_id,
      bin_id: binStock.bin_id,
      quantity: binStock.quantity,
    })
    .from(binStock)
    .where(sql`${binStock.product_id} = any(${sql.param([...product_ids])}::bigint[])`)
  return new Map(rows.map((row) => [`${row.product_id} ${row.bin_id}`, row.quantity]))
}
