import { Buffer } from 'node:buffer'
import { parse } from 'csv-parse/stream'
import { type FieldErrors, invalid } from '../../refusal.ts'
import { type Columns, guardedFormula } from './cells.ts'

/** A record of a spreadsheet, by the columns that the import knows. */
export interface SheetLine {
  /** In the file, whose header is line 1; of a record with line breaks in its cells, where it starts. */
  line: number
  /** Cells that are not empty. */
  values: Record<string, unknown>
  /** What makes the line unreadable. */
  errors: FieldErrors
}

export interface Sheet {
  columns: readonly string[]
  /** Headers that the import does not know. */
  ignored_columns: readonly string[]
  /** From the first line; may be gone through more than once. */
  lines(): AsyncGenerator<SheetLine>
}

/** Opens a CSV file. 422 when it has no column that the import knows, or one of them twice. */
export async function openSheet(file: Uint8Array, columns: Columns): Promise<Sheet> {
  const encoding = encodingOf(file)
  const delimiter = delimiterOf(file, encoding)
  const records = () => recordsOf(file, encoding, delimiter)
  const headers = (await firstOf(records()))?.record ?? []
  const places = placesOf(headers, columns)
  return {
    columns: places.filter((name) => name !== undefined),
    ignored_columns: headers.filter((header, i) => places[i] === undefined && header.trim() !== ''),
    async *lines() {
      let isHeader = true
      for await (const found of records()) {
        if (!isHeader && found.record.some((cell) => cell.trim() !== '')) {
          yield readLine(found, places, columns)
        }
        isHeader = false
      }
    },
  }
}

/** UTF-16 by its mark, UTF-8 when it is, else what Excel writes on Windows. */
function encodingOf(file: Uint8Array): string {
  if (file[0] === 0xff && file[1] === 0xfe) return 'utf-16le'
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
    for (const part of partsOf(file)) decoder.decode(part, { stream: true })
    decoder.decode()
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}

const part_bytes = 64 * 1024

function* partsOf(file: Uint8Array) {
  for (let at = 0; at < file.length; at += part_bytes) yield file.subarray(at, at + part_bytes)
}

const delimiters = [';', '\t', ',']

/** The one that the header has most of, outside quotes. */
function delimiterOf(file: Uint8Array, encoding: string): string {
  const start = new TextDecoder(encoding).decode(file.subarray(0, part_bytes))
  const [header = ''] = start.replace(/"[^"]*"/g, '').split(/[\r\n]/)
  const times = (mark: string) => header.split(mark).length
  return delimiters.reduce((most, mark) => (times(mark) > times(most) ? mark : most))
}

interface Found {
  record: string[]
  info: { lines: number }
}

/** Text with `\n` alone as line break: the parser counts a `\r\n` inside quotes as two lines. */
function* textOf(file: Uint8Array, encoding: string) {
  const decoder = new TextDecoder(encoding)
  let kept = ''
  for (const part of partsOf(file)) {
    const text = kept + decoder.decode(part, { stream: true })
    kept = text.endsWith('\r') ? '\r' : ''
    const whole = text.slice(0, text.length - kept.length)
    if (whole !== '') yield Buffer.from(whole.replace(/\r\n?/g, '\n'))
  }
  yield Buffer.from((kept + decoder.decode()).replace(/\r\n?/g, '\n'))
}

const record_bytes = 100_000

async function* recordsOf(
  file: Uint8Array,
  encoding: string,
  delimiter: string,
): AsyncGenerator<Found> {
  const parser = parse({
    delimiter,
    record_delimiter: '\n',
    info: true,
    relax_column_count: true,
    // 5" screen
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: record_bytes,
  })
  try {
    yield* streamOf(textOf(file, encoding)).pipeThrough(parser) as unknown as AsyncIterable<Found>
  } catch (error) {
    throw unreadable(error)
  }
}

const streamOf = (parts: Iterator<Buffer>) =>
  new ReadableStream<Buffer>({
    pull(controller) {
      const { value, done } = parts.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })

/** A quote that does not end takes the rest of the file into its cell: nothing of it can be trusted. */
function unreadable(error: unknown): unknown {
  const { code, lines } = error as { code?: string; lines?: number }
  const what: Record<string, string> = {
    CSV_QUOTE_NOT_CLOSED: 'A quote is opened and not closed',
    CSV_MAX_RECORD_SIZE: 'A line is too long, or a quote is not closed',
  }
  const sentence = what[code ?? '']
  return sentence ? invalid({ file: [`${sentence}, before or at line ${lines}.`] }) : error
}

async function firstOf<T>(items: AsyncGenerator<T>): Promise<T | undefined> {
  for await (const item of items) return item
  return undefined
}

const plain = (header: string) => header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** Per cell the name of its column; undefined for one that the import does not know. */
function placesOf(headers: readonly string[], columns: Columns): (string | undefined)[] {
  const known = new Map(
    Object.entries(columns).flatMap(([name, { names }]) =>
      [name, ...names].map((header) => [plain(header), name] as const),
    ),
  )
  const places = headers.map((header) => known.get(plain(header)))
  const named = places.filter((name) => name !== undefined)
  if (named.length === 0) throw invalid({ file: ['The first line names no known column.'] })
  const twice = named.find((name, i) => named.indexOf(name) !== i)
  if (twice) throw invalid({ file: [`The first line names ${twice} more than once.`] })
  return places
}

function readLine(
  { record, info }: Found,
  places: readonly (string | undefined)[],
  columns: Columns,
) {
  const breaks = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
  const found: SheetLine = { line: info.lines - breaks, values: {}, errors: {} }
  if (record.slice(places.length).some((cell) => cell.trim() !== '')) {
    found.errors.line = [
      `The line has ${record.length} cells, the first line ${places.length}; a cell that holds the delimiter needs quotes.`,
    ]
  }
  for (const [i, name] of places.entries()) {
    const cell = withoutGuard(record[i]?.trim() ?? '')
    if (name === undefined || cell === '') continue
    if (cell.includes('\0')) found.errors[name] = [`The ${name} field contains invalid characters.`]
    found.values[name] = columns[name]?.read(cell)
  }
  return found
}

/** The apostrophe that keeps a spreadsheet from taking a text for a formula (see writing.ts). */
const withoutGuard = (cell: string) => (guardedFormula.test(cell) ? cell.slice(1) : cell)
