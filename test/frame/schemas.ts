import type { Json } from '../harness/client.ts'
import { bankCollections } from './books-bank.ts'
import { leaveCollections } from './leave.ts'
import { tutorialCollections } from './tutorials.ts'

/** A field that a body may hold, at any depth; in a list it is the first element's. */
export interface Field {
  /** Its own name: `product_id`. */
  name: string
  /** As errors name it: `lines.0.product_id`. */
  path: string
  schema: Json
  /** A list of values, not of objects. */
  isList: boolean
  /** Writes a value into a body at this place. */
  set(body: Json, value: unknown): void
}

/** All fields of a body's JSON Schema, those of nested objects and lists of objects included. */
export function fieldsOf(schema: Json, above: string[] = []): Field[] {
  const object = variantsOf(schema).find((variant) => variant.properties)
  return Object.entries<Json>(object?.properties ?? {}).flatMap(([name, inner]) => {
    const variants = variantsOf(inner)
    const list = variants.find((variant) => variant.type === 'array')
    const holdsObjects = variantsOf(list?.items ?? {}).some((variant) => variant.properties)
    const path = [...above, name]
    const field: Field = {
      name,
      path: path.join('.'),
      schema: inner,
      isList: list !== undefined && !holdsObjects,
      set: (body, value) => write(body, path, value),
    }
    if (list && holdsObjects) return [field, ...fieldsOf(list.items, [...path, '0'])]
    if (variants.some((variant) => variant.properties)) return [field, ...fieldsOf(inner, path)]
    return [field]
  })
}

/** The alternatives of a schema; itself when there are none. */
export const variantsOf = (schema: Json): Json[] =>
  schema?.anyOf ? schema.anyOf.flatMap(variantsOf) : [schema]

function write(body: Json, path: string[], value: unknown) {
  let node = body
  path.forEach((key, depth) => {
    if (depth === path.length - 1) {
      node[key] = value
      return
    }
    node[key] ??= /^\d+$/.test(path[depth + 1] ?? '') ? [{}] : {}
    node = node[key]
  })
}

/** A client id is a provider's name for us, not a record of ours. */
export const isReference = ({ name }: Pick<Field, 'name'>) =>
  /_ids?$|^assigned_to$/.test(name) && name !== 'client_id'

/** Collections, by the fields that name their records. */
const collections: Record<string, string> = {
  customer_id: '/customers',
  company_id: '/companies',
  'licenses.company_id': '/own-shop',
  device_id: '/devices',
  tag_id: '/tags',
  tag_ids: '/tags',
  sla_config_id: '/sla/configs',
  warranty_config_id: '/warranty/configs',
  branch_id: '/branches',
  employee_id: '/employees',
  assigned_to: '/employees',
  user_id: '/users',
  product_id: '/products',
  product_ids: '/products',
  service_id: '/products',
  category_id: '/product-categories',
  parent_id: '/product-categories',
  work_order_id: '/work-orders',
  invoice_id: '/invoices',
  invoice_line_id: '/invoice-lines',
  entity_id: '/customers',
  quotation_id: '/quotations',
  subject_id: '/work-orders',
  tax_rate_id: '/tax-rates',
  replaces_id: '/tax-rates',
  diagnosis_tax_rate_id: '/tax-rates',
  task_id: '/tasks',
  'sms.template_id': '/sms/templates',
  'email.template_id': '/email/templates',
  bulk_id: '/sms/bulk',
  thread_id: '/email/threads',
  attachment_ids: '/attachments',
  bin_id: '/bins',
  default_bin_id: '/bins',
  from_bin_id: '/bins',
  to_bin_id: '/bins',
  serial_id: '/serial-numbers',
  warehouse_id: '/warehouses',
  supplier_id: '/suppliers',
  purchase_order_id: '/purchase-orders',
  po_line_id: '/purchase-order-lines',
  'purchase-invoices.account_id': '/cost-accounts',
  goods_receipt_id: '/receiving',
  goods_receipt_line_id: '/goods-receipt-lines',
  pick_list_id: '/pick-lists',
  'pick-lists.line_id': '/pick-list-lines',
  stock_count_id: '/stock-counts',
  line_id: '/stock-count-lines',
  bin_ids: '/bins',
  btw_period_id: '/btw-periods',
  ...bankCollections,
  ...tutorialCollections,
  ...leaveCollections,
}

/** Where the records are that a field of this operation names. */
export function referenced({ name }: { name: string }, { path }: { path: string }): string {
  const [, resource] = path.split('/')
  const collection = collections[`${resource}.${name}`] ?? collections[name]
  if (!collection) {
    throw new Error(
      `test/frame/schemas.ts does not know what ${name} names: add it to \`collections\``,
    )
  }
  return collection
}
