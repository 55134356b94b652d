import { type FieldErrors, invalid, Refusal, refused, unavailable } from '../refusal.ts'
import { constraintMessages } from './constraints.ts'

interface DatabaseError {
  code: string
  message: string
  detail?: string
  table?: string
  column?: string
  constraint?: string
}

/**
 * What Postgres refused, as the Refusal that the client can understand; undefined for a defect.
 * SQLSTATE is on the error itself for a batch, on its cause for a single Drizzle query.
 *
 * @param body the request's body, to name the place of a bad reference: `lines.0.product_id`
 */
export function refusalOf(error: unknown, body?: unknown): Refusal | undefined {
  // Who is asking is checked inside Drizzle's query, and Drizzle wraps what its queries throw.
  for (const thrown of [error, (error as { cause?: unknown } | null)?.cause]) {
    if (thrown instanceof Refusal) return thrown
  }
  const cause = databaseError(error)
  if (!cause) return unreachable(error)
  const raised = /^RA(\d{3})$/.exec(cause.code)
  if (raised) return raisedInSql(Number(raised[1]), cause)
  if (cause.constraint && constraintMessages[cause.constraint]) return known(cause.constraint)
  return byState(cause, body)
}

function byState(cause: DatabaseError, body: unknown): Refusal | undefined {
  switch (cause.code) {
    // PostgreSQL 18 says 23001 for what ON DELETE RESTRICT refuses.
    case '23001':
    case '23503':
      return /^update or delete on/.test(cause.message)
        ? inUse(cause)
        : unknownReference(cause, body)
    case '23505':
      return invalid(field(cause, 'unique', 'has already been taken'))
    case '23514':
      return invalid(field(cause, 'check', 'is invalid'))
    case '23502':
      return invalid({
        [cause.column ?? 'body']: [`The ${words(cause.column ?? 'body')} field is required.`],
      })
    case '40001':
    case '40P01':
      return new Refusal(409, 'conflict', 'Someone else changed the same records; try again.')
    case '53300':
    case '57P01':
    case '57P03':
      return unavailable()
    default:
      // Class 22: data that no column can hold.
      return cause.code.startsWith('22')
        ? invalid({ body: ['A value is out of range.'] })
        : undefined
  }
}

function databaseError(error: unknown): DatabaseError | undefined {
  for (const candidate of [error, (error as { cause?: unknown } | null)?.cause]) {
    if (typeof (candidate as DatabaseError | null)?.code === 'string')
      return candidate as DatabaseError
  }
  return undefined
}

function raisedInSql(status: number, cause: DatabaseError): Refusal {
  const { code, field } = JSON.parse(cause.detail ?? '{}') as { code: string; field: string | null }
  return new Refusal(status, code, cause.message, field ? { [field]: [cause.message] } : undefined)
}

function known(constraint: string): Refusal | undefined {
  const entry = constraintMessages[constraint]
  return entry && new Refusal(422, entry.code, entry.message, { [entry.field]: [entry.message] })
}

const inUse = (cause: DatabaseError) =>
  new Refusal(
    422,
    'in_use',
    `Cannot delete: it is still used by ${words(cause.table ?? 'other records')}.`,
  )

/** Waits for a deletion; a refusal because the record is in use says what can be done instead. */
export async function orSetInactive(
  deletion: Promise<unknown>,
  flag: 'is_active' | 'active' = 'is_active',
): Promise<void> {
  try {
    await deletion
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal?.code !== 'in_use') throw error
    throw refused('in_use', `${refusal.message} Set ${flag} to false instead.`)
  }
}

function unknownReference(cause: DatabaseError, body: unknown): Refusal {
  const column = columnOf(cause, 'fk')
  // Under row security Postgres often keeps the value to itself; then only a single place is sure.
  const value = /=\((?:[^,]*, )?([^)]*)\)/.exec(cause.detail ?? '')?.[1]
  const places = placesOf(body, column).filter((place) => !value || place.value === value)
  const place = places.length === 1 || value ? places[0]?.path : undefined
  return invalid({ [place ?? column]: [`The selected ${words(column)} is invalid.`] })
}

function field(cause: DatabaseError, suffix: string, sentence: string): FieldErrors {
  const column = columnOf(cause, suffix)
  return { [column]: [`The ${words(column)} ${sentence}.`] }
}

/** Constraints are named `<table>_<column>_<suffix>`. */
function columnOf(cause: DatabaseError, suffix: string): string {
  const name = cause.constraint ?? ''
  return name.replace(`${cause.table}_`, '').replace(new RegExp(`_${suffix}$`), '') || 'body'
}

/** Every place in a body where a field of that name has a value. */
function placesOf(
  node: unknown,
  key: string,
  path: string[] = [],
): { path: string; value: string }[] {
  if (node === null || typeof node !== 'object') return []
  return Object.entries(node).flatMap(([name, inner]) =>
    name === key && inner !== null
      ? [{ path: [...path, name].join('.'), value: String(inner) }]
      : placesOf(inner, key, [...path, name]),
  )
}

/** The driver could not reach the database, or lost it, or what stands before it failed. */
function unreachable(error: unknown): Refusal | undefined {
  const cause = ((error as { cause?: unknown } | null)?.cause ?? error ?? {}) as {
    name?: string
    message?: string
    sourceError?: unknown
  }
  const isLost =
    (cause.name === 'NeonDbError' &&
      (cause.sourceError || /HTTP status 5\d\d/.test(cause.message ?? ''))) ||
    /^Connection terminated|connection (was )?lost/i.test(cause.message ?? '')
  return isLost ? unavailable() : undefined
}

const words = (name: string) => name.replaceAll('_', ' ')
