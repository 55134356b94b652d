import { asc, getTableColumns, or, type SQL, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import type { FieldErrors } from '../../refusal.ts'
import { products } from '../catalog/tables.ts'
import type { Sheet } from './reading.ts'

/** By what a line names its product: the id, else the SKU, else the barcode. */
export interface ProductKeys {
  id?: unknown
  sku?: unknown
  barcode?: unknown
}

interface Keys {
  ids: Set<number>
  skus: Set<string>
  barcodes: Set<string>
}

function keysOf(lines: Iterable<ProductKeys>, keys: Keys = emptyKeys()): Keys {
  for (const { id, sku, barcode } of lines) {
    if (Number.isSafeInteger(id)) keys.ids.add(id as number)
    if (typeof sku === 'string') keys.skus.add(sku)
    else if (typeof barcode === 'string') keys.barcodes.add(barcode)
  }
  return keys
}

const emptyKeys = (): Keys => ({ ids: new Set(), skus: new Set(), barcodes: new Set() })

/** Postgres knows no NUL; a line with one is left out anyway. */
const listed = (texts: Set<string>) => sql.param([...texts].filter((text) => !text.includes('\0')))

const named = ({ ids, skus, barcodes }: Keys): SQL | undefined =>
  or(
    sql`${products.id} = any(${sql.param([...ids])}::bigint[])`,
    sql`${products.sku} = any(${listed(skus)}::text[])`,
    sql`${products.barcode} = any(${listed(barcodes)}::text[])`,
  )

/**
 * Holds every product that a file names, in the order of their ids: batch by batch it would meet others
 * that hold several in a circle.
 */
export async function holdNamed(ctx: Transacting, sheet: Sheet) {
  const keys = emptyKeys()
  for await (const { values } of sheet.lines()) {
    keysOf([{ ...values, id: values.id ?? values.product_id }], keys)
  }
  await ctx.db.execute(
    sql`select app.hold_products(array(select ${products.id} from ${products} where ${named(keys)}))`,
  )
}

/** The products that these lines name, and a way from a line to its own. */
export async function productsNamed(ctx: Transacting, lines: readonly ProductKeys[]) {
  const rows = await ctx.db
    .select(productFields)
    .from(products)
    .where(named(keysOf(lines)))
    .orderBy(asc(products.id))
  const byId = new Map(rows.map((row) => [row.id, row]))
  const bySku = new Map(rows.map((row) => [row.sku, row]))
  const byBarcode = Map.groupBy(rows, (row) => row.barcode)

  return ({ id, sku, barcode }: ProductKeys): ProductRow | FieldErrors | undefined => {
    if (id !== undefined) {
      const product = byId.get(id as number)
      if (!product) return { id: ['The selected id is invalid.'] }
      const isTaken = (bySku.get(sku as string)?.id ?? product.id) !== product.id
      return isTaken ? { sku: ['The sku has already been taken.'] } : product
    }
    if (sku !== undefined) return bySku.get(sku as string)
    if (barcode === undefined) return { sku: ['The sku field is required, or a barcode.'] }
    const alike = byBarcode.get(barcode as string) ?? []
    if (alike.length > 1) {
      return { barcode: ['More than one product has this barcode; name it by its sku.'] }
    }
    return alike[0]
  }
}

const { search: _, ...fields } = getTableColumns(products)

/** All of a product but what searches look in. */
export const productFields = fields

export type ProductRow = Omit<typeof products.$inferSelect, 'search'>

export const isProduct = (match: ProductRow | FieldErrors): match is ProductRow =>
  typeof match.id === 'number'
