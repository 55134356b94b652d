import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

export const fieldTypes = [
  'string',
  'number',
  'boolean',
  'date',
  'timestamp',
  'enum',
  'id',
  'list',
] as const
export type FieldType = (typeof fieldTypes)[number]

/** What a rule can ask of a record, and its texts can say. */
export interface Field {
  type: FieldType
  /** In a select of the record. */
  value: SQL | PgColumn
  /** Of an enum that is the same in every shop. */
  values?: readonly string[]
  /** What it names: the column of the shop's own records where its value must be found. */
  names?: PgColumn
  /** An amount in euros. */
  money?: true
  /** Not of the record but of the event: what it says under this name. */
  told?: string
  /** The field that a text shows in its place: a label. */
  shown?: string
}
export type Fields = Record<string, Field>

type Value = SQL | PgColumn

const plain =
  (type: FieldType) =>
  (value: Value): Field => ({ type, value })

export const string = plain('string')
export const number = plain('number')
export const boolean = plain('boolean')
export const date = plain('date')
export const timestamp = plain('timestamp')
export const list = plain('list')

export const amount = (value: Value): Field => ({ type: 'number', value, money: true })
export const oneOf = (value: Value, values: readonly string[]): Field => ({
  type: 'enum',
  value,
  values,
})

/** What the event itself says; nothing where none started the rule. */
export const told = (name: string, field: (value: Value) => Field): Field => ({
  ...field(sql`null`),
  told: name,
})
export const idOf = (value: Value, names: PgColumn): Field => ({ type: 'id', value, names })
