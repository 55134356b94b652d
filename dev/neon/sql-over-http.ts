import type { IncomingHttpHeaders } from 'node:http'
import type { Statement, StatementResult } from './flight.ts'
import type { Target } from './session.ts'

/** What a POST to /sql asks for. */
export interface SqlRequest {
  target: Target
  statements: Statement[]
  /** The statements come with BEGIN and COMMIT around them, and the answer is a list. */
  batch: boolean
  /** Per statement: rows as arrays instead of objects. */
  arrayModes: boolean[]
}

/** The request itself is wrong; the database was not asked. */
export class BadRequest extends Error {}

interface QueryBody {
  query: string
  params?: unknown[]
  arrayMode?: boolean
}

const isolationLevels: Record<string, string> = {
  ReadUncommitted: 'READ UNCOMMITTED',
  ReadCommitted: 'READ COMMITTED',
  RepeatableRead: 'REPEATABLE READ',
  Serializable: 'SERIALIZABLE',
}

/** @throws BadRequest */
export function readRequest(headers: IncomingHttpHeaders, body: string): SqlRequest {
  const payload = parseBody(body)
  const batch = 'queries' in payload
  const queries = batch ? payload.queries : [payload]
  const arrayMode = headers['neon-array-mode'] === 'true'
  const statements = queries.map(({ query, params = [] }) => ({
    text: query,
    params: params.map(parameterText),
  }))
  return {
    target: readTarget(String(headers['neon-connection-string'] ?? '')),
    statements: batch
      ? [{ text: beginText(headers), params: [] }, ...statements, { text: 'COMMIT', params: [] }]
      : statements,
    batch,
    arrayModes: queries.map((query) => query.arrayMode ?? arrayMode),
  }
}

/** Body of the answer to a request that succeeded. */
export function writeAnswer(request: SqlRequest, results: StatementResult[]): string {
  if (!request.batch) {
    const [result] = results
    return result === undefined ? '{}' : writeResult(result, request.arrayModes[0] ?? false)
  }
  const written = results
    .slice(1, -1)
    .map((result, place) => writeResult(result, request.arrayModes[place] ?? false))
  return `{"results":[${written.join()}]}`
}

function writeResult(
  { command, rowCount, fields, rows }: StatementResult,
  rowAsArray: boolean,
): string {
  return JSON.stringify({
    command,
    rowCount,
    rowAsArray,
    fields,
    rows: rowAsArray
      ? rows
      : rows.map((row) =>
          Object.fromEntries(row.map((value, place) => [fields[place]?.name ?? '', value])),
        ),
  })
}

function parseBody(body: string): QueryBody | { queries: QueryBody[] } {
  try {
    const payload: unknown = JSON.parse(body)
    if (isQuery(payload)) return payload
    if (typeof payload === 'object' && payload !== null && 'queries' in payload) {
      const { queries } = payload
      if (Array.isArray(queries) && queries.every(isQuery)) return { queries }
    }
  } catch {}
  throw new BadRequest('the body is neither {query, params} nor {queries: [{query, params}]}')
}

function isQuery(value: unknown): value is QueryBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    'query' in value &&
    typeof value.query === 'string' &&
    (!('params' in value) || Array.isArray(value.params))
  )
}

function readTarget(connectionString: string): Target {
  const url = URL.canParse(connectionString) ? new URL(connectionString) : undefined
  const database = decodeURIComponent(url?.pathname.slice(1) ?? '')
  if (url === undefined || !url.hostname || !url.username || !database) {
    throw new BadRequest('Neon-Connection-String needs a user, a host and a database')
  }
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
  }
}

function beginText(headers: IncomingHttpHeaders): string {
  const words = ['BEGIN']
  const level = headers['neon-batch-isolation-level']
  if (level !== undefined) {
    const sqlLevel = isolationLevels[String(level)]
    if (sqlLevel === undefined) throw new BadRequest('Neon-Batch-Isolation-Level is unknown')
    words.push('ISOLATION LEVEL', sqlLevel)
  }
  if (headers['neon-batch-read-only'] === 'true') words.push('READ ONLY')
  if (headers['neon-batch-deferrable'] === 'true') words.push('DEFERRABLE')
  return words.join(' ')
}

/** JSON to PostgreSQL's text input, as Neon's proxy does it. */
function parameterText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return arrayLiteral(value)
  return JSON.stringify(value)
}

function arrayLiteral(values: unknown[]): string {
  const elements = values.map((value) => {
    if (value === null) return 'NULL'
    if (Array.isArray(value)) return arrayLiteral(value)
    if (typeof value === 'string') return JSON.stringify(value)
    return typeof value === 'object' ? JSON.stringify(JSON.stringify(value)) : String(value)
  })
  return `{${elements.join()}}`
}
