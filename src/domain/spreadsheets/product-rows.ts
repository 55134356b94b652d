import { constraintMessages } from '../../db/constraints.ts'
import type { FieldErrors } from '../../refusal.ts'
import { refusals } from '../catalog/products.ts'
import type { ProductRow } from './product-match.ts'

/** What an import writes of a product. */
export const columns = [
  'name',
  'sku',
  'kind',
  'description',
  'barcode',
  'price_excl',
  'purchase_price',
  'vat_rate',
  'tax_rate_id',
  'min_stock',
  'max_stock',
  'category_id',
  'is_active',
  'track_serials',
  'allow_negative_stock',
] as const

export type Merged = Pick<ProductRow, (typeof columns)[number]>
export type Tax = Pick<Merged, 'vat_rate' | 'tax_rate_id'>

/** What the columns of a new product hold when nobody says otherwise. */
const usual = {
  sku: null,
  kind: 'part',
  description: null,
  barcode: null,
  purchase_price: null,
  min_stock: 0,
  max_stock: null,
  category_id: null,
  is_active: true,
  track_serials: false,
  allow_negative_stock: false,
}

/** A product as it is to be: what a line says, else what it was, else the usual. */
export function merged(
  said: { [K in keyof Merged]?: Merged[K] | undefined },
  before: ProductRow | undefined,
  tax: Tax | undefined,
): Merged {
  const all: Record<string, unknown> = { ...usual, ...before, ...tax }
  const given: Record<string, unknown> = { ...said, ...tax }
  return Object.fromEntries(columns.map((name) => [name, given[name] ?? all[name]])) as Merged
}

const decimals: ReadonlySet<string> = new Set(['price_excl', 'purchase_price', 'vat_rate'])

export const isSame = (after: Merged, before: ProductRow) =>
  columns.every((name) =>
    decimals.has(name) && after[name] !== null && before[name] !== null
      ? Number(after[name]) === Number(before[name])
      : after[name] === before[name],
  )

/** What the database, or the verb of a single product, would refuse; in the same words. */
export function brokenRule(
  after: Merged,
  before: ProductRow | undefined,
  initial: number | undefined,
): FieldErrors | undefined {
  if (after.max_stock !== null && after.max_stock < after.min_stock) {
    return ofConstraint('products_max_stock_check')
  }
  if (after.track_serials && after.allow_negative_stock) {
    return ofConstraint('products_track_serials_check')
  }
  if (!before) return after.track_serials && initial ? serialsMissing : undefined
  if (after.kind === 'service' && before.stock_quantity !== 0) return said(refusals.service)
  if (after.track_serials !== before.track_serials && before.stock_quantity !== 0) {
    return said(refusals.serials)
  }
  return !after.allow_negative_stock && before.stock_quantity < 0 ? said(refusals.short) : undefined
}

const serialsMissing: FieldErrors = {
  stock_quantity: [
    'The stock quantity field must be 0 for a product that tracks serial numbers; receive it with them.',
  ],
}

const said = ({ field, message }: { field: string; message: string }): FieldErrors => ({
  [field]: [message],
})

/** What a rule of the database says, at its field. */
export const ofConstraint = (name: string): FieldErrors =>
  said(constraintMessages[name] ?? { field: 'line', message: 'The line is invalid.' })
