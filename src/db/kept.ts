import {
  Column,
  fillPlaceholders,
  getTableName,
  is,
  type Placeholder,
  type Query,
  SQL,
  sql,
} from 'drizzle-orm'
import { NeonHttpDatabase, NeonHttpSession } from 'drizzle-orm/neon-http'
import type { PgColumn, PgSelect, SelectedFieldsOrdered } from 'drizzle-orm/pg-core'
import type { ReadOnlyDb, Selecting } from '../context.ts'
import { dialect } from './dialect.ts'

/** A select that every request builds alike, without condition, order and limit. */
export type Rows<Q extends PgSelect = PgSelect> = (ctx: Selecting) => { $dynamic(): Q }

interface Kept {
  query: Query
  decode: (rows: unknown[][]) => unknown[]
}

const shapes = new WeakMap<Rows, Map<unknown, Kept>>()
const shapesPerOwner = 200

/** Where statements are built that a later request runs: it has nothing to run them with itself. */
const blueprint = new NeonHttpDatabase(
  dialect,
  new NeonHttpSession((() => {}) as never, dialect, undefined),
  undefined,
) as unknown as ReadOnlyDb

/**
 * Runs a select of `rows` whose text depends on `shape` alone. Drizzle builds it once per isolate: building
 * costs a request more than the rest of its way through the Worker. `values` fill its placeholders.
 *
 * @param shape undefined: built anew, and not kept
 */
export async function runKept<Q extends PgSelect>(
  ctx: Selecting,
  rows: Rows<Q>,
  shape: unknown,
  finish: (select: Q) => PgSelect,
  values: Record<string, unknown> = {},
): Promise<Awaited<Q>> {
  const { query, decode } = keptOf(rows, shape, () => finish(rows({ db: blueprint }).$dynamic()))
  const { session } = ctx.db as unknown as { session: Session }
  const params = fillPlaceholders(query.params, values)
  const prepared = session.prepareQuery({ ...query, params }, undefined, undefined, true, decode)
  return (await prepared.execute()) as Awaited<Q>
}

interface Session {
  prepareQuery(
    query: Query,
    fields: undefined,
    name: undefined,
    arrayMode: true,
    decode: Kept['decode'],
  ): { execute(): Promise<unknown> }
}

function keptOf(owner: Rows, shape: unknown, build: () => PgSelect): Kept {
  if (shape === undefined) return prepare(build())
  let kept = shapes.get(owner)
  if (!kept) {
    kept = new Map()
    shapes.set(owner, kept)
  }
  let statement = kept.get(shape)
  if (!statement) {
    statement = prepare(build())
    // Pages far down are asked for seldom, and there is no end to them.
    if (kept.size < shapesPerOwner) kept.set(shape, statement)
  }
  return statement
}

function prepare(select: PgSelect): Kept {
  const prepared = select.prepare('') as unknown as {
    getQuery(): Query
    fields: SelectedFieldsOrdered
    joinsNotNullableMap?: Record<string, boolean>
  }
  return {
    query: prepared.getQuery(),
    decode: decoderOf(prepared.fields, prepared.joinsNotNullableMap ?? {}),
  }
}

/** A column of the answer. */
interface Cell {
  name: string
  /** undefined: the value as the driver gives it. */
  decode: ((value: unknown) => unknown) | undefined
  index: number
}

interface Group {
  name: string
  fields: Cell[]
  /** The first of the record's columns; when a left join found nothing it is null, and so is the record. */
  first?: { index: number; mayMiss: boolean }
}

/** What Drizzle's own mapping makes of a row, with all decisions made beforehand. */
function decoderOf(fields: SelectedFieldsOrdered, joined: Record<string, boolean>) {
  const plain: Cell[] = []
  const groups = new Map<string, Group>()
  for (const [index, { path, field }] of fields.entries()) {
    const [name = '', inner, deeper] = path
    if (deeper !== undefined) throw new Error(`Selected too deep: ${path.join('.')}`)
    if (inner === undefined) {
      plain.push({ name, index, decode: decodeOf(field) })
      continue
    }
    const group: Group = groups.get(name) ?? { name, fields: [] }
    if (is(field, Column)) {
      group.first ??= { index, mayMiss: !joined[getTableName(field.table)] }
    }
    group.fields.push({ name: inner, index, decode: decodeOf(field) })
    groups.set(name, group)
  }
  const records = [...groups.values()]
  return (rows: unknown[][]) => rows.map((row) => record(row, plain, records))
}

function record(row: unknown[], plain: Cell[], groups: Group[]) {
  const shown = fill(row, plain)
  for (const { name, fields, first } of groups) {
    shown[name] = first?.mayMiss && row[first.index] === null ? null : fill(row, fields)
  }
  return shown
}

function fill(row: unknown[], fields: Cell[]) {
  const shown: Record<string, unknown> = {}
  for (const { name, index, decode } of fields) {
    const value = row[index]
    shown[name] = value === null || decode === undefined ? value : decode(value)
  }
  return shown
}

interface Decodes {
  mapFromDriverValue(value: unknown): unknown
}
type Selected = SelectedFieldsOrdered[number]['field']

const decoderIn = (select: SQL) => (select as unknown as { decoder: Decodes }).decoder

const asIs = [Column.prototype.mapFromDriverValue, decoderIn(sql``).mapFromDriverValue] as unknown[]

function decodeOf(field: Selected): Cell['decode'] {
  const decoder: Decodes = is(field, Column)
    ? (field as PgColumn)
    : decoderIn(is(field, SQL) ? field : (field as SQL.Aliased).sql)
  if (asIs.includes(decoder.mapFromDriverValue)) return undefined
  return (value) => decoder.mapFromDriverValue(value)
}

/** A value that is known when the statement runs. */
export const placeholder = (name: string) => sql.placeholder(name) as Placeholder & SQL<number>
