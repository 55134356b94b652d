import { type SQL, sql } from 'drizzle-orm'
import { text } from '../../schema.ts'
import { customers } from '../customers/tables.ts'
import { tenants } from '../identity/tables.ts'
import { workOrderStatuses, workOrders } from '../workshop/tables.ts'

// Texts that name what is not known before somebody gets them: `Dear {{customer_name}}`.

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g

/** What the placeholders of a text are called, each as often as it stands there. */
export const placeholdersIn = (text: string): string[] =>
  [...text.matchAll(placeholder)].map(([, name = '']) => name)

/** A text with its placeholders filled; what is not known is left out. */
export const fillPlaceholders = (
  text: string,
  valueFor: (name: string) => string | null | undefined,
  { html = false }: { html?: boolean } = {},
): string =>
  text.replace(placeholder, (_, name: string) => {
    const value = valueFor(name) ?? ''
    return html ? escapeHtml(value) : value
  })

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (value: string) => value.replace(/[&<>"']/g, (sign) => entities[sign] as string)

/** Of the customer's work orders the one that moved last; of a cancelled one there is nothing to write. */
const ofTheOrder = (value: SQL) => sql`(select ${value} from ${workOrders}
  join ${workOrderStatuses} on ${workOrderStatuses.slug} = ${workOrders.status}
  where ${workOrders.customer_id} = ${customers.id} and ${workOrderStatuses.kind} <> 'cancelled'
  order by ${workOrders.status_changed_at} desc, ${workOrders.id} desc limit 1)`

/** What the texts to a customer may name, in SQL over the customer's row and the shop's. */
const values = {
  customer_name: sql`${customers.name}`,
  first_name: sql`${customers.first_name}`,
  last_name: sql`${customers.last_name}`,
  shop_name: sql`${tenants.name}`,
  shop_phone: sql`${tenants.phone}`,
  shop_email: sql`${tenants.email}`,
  ticket_no: ofTheOrder(sql`${workOrders.ticket_no}`),
  device: ofTheOrder(sql`concat_ws(' ', ${workOrders.device_brand}, ${workOrders.device_model})`),
  status: ofTheOrder(sql`${workOrderStatuses.label}`),
} as const satisfies Record<string, SQL>

/** For descriptions in the API document. */
export const knownPlaceholders = Object.keys(values)
  .map((name) => `\`{{${name}}}\``)
  .join(', ')

/** A text of a template: names no placeholder that nobody could fill. */
export const templateText = (max: number) =>
  text(max).superRefine((value, check) => {
    const unknown = placeholdersIn(value).find((name) => !Object.hasOwn(values, name))
    if (unknown === undefined) return
    check.addIssue({
      code: 'custom',
      message: `holds an unknown placeholder: {{${unknown}}}; known are ${Object.keys(values).join(', ')}`,
    })
  })

/**
 * What these texts name, as one object by name: a column of a select from the shop (`tenants`) that is joined
 * with the customer; of a customer who is not there only the shop's values are.
 */
export function placeholderValues(...texts: readonly string[]): SQL<PlaceholderValues> {
  const named = new Set(texts.flatMap(placeholdersIn))
  const pairs = Object.entries(values).filter(([name]) => named.has(name))
  return sql`jsonb_build_object(${sql.join(
    pairs.map(([name, value]) => sql`${name}::text, ${value}`),
    sql`, `,
  )})`
}

export type PlaceholderValues = Record<string, string | null>

/** A text of a template, filled with what `placeholderValues` answered. */
export const filledTemplate = (
  text: string,
  values: PlaceholderValues,
  options: { html?: boolean } = {},
) => fillPlaceholders(text, (name) => values[name], options)
