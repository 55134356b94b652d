import { sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Transacting } from '../../context.ts'
import type { FieldErrors } from '../../refusal.ts'
import { flag } from '../../schema.ts'
import type { Sheet } from './reading.ts'

/** What every import takes. */
export const ImportQuery = z.object({
  dry_run: flag().optional().describe('`1`: says what would happen, and lets nothing happen'),
})

export const Upload = z.object({
  file: z.custom<Uint8Array>().meta({ type: 'string', format: 'binary' }),
})

/** What every import says of the files that it takes. */
export const readable =
  'A CSV file of at most 20 MB, as the body or as `file` of a form: the first line names the columns, in any ' +
  'order and case; between cells commas, semicolons or tabs; decimals with point or comma; UTF-8 or ' +
  'Windows-1252. An empty cell says nothing: what is there stays. Good lines take effect, all in one ' +
  'transaction; bad ones are reported with their number in the file and left out.'

const mostErrors = 1000

const Problem = z.object({
  line: z
    .int()
    .describe('Of the file, whose header is line 1')
    .meta({ examples: [17] }),
  field: z
    .string()
    .nullable()
    .meta({ examples: ['price_excl'] }),
  message: z.string().meta({ examples: ['The price excl field is required.'] }),
})

const count = (example: number, says?: string) => {
  const field = z.int().meta({ examples: [example] })
  return says ? field.describe(says) : field
}

/** What every import answers. */
export const Report = z.object({
  dry_run: z.boolean(),
  lines: count(50, 'Without the header and empty lines'),
  created: count(30),
  updated: count(10),
  unchanged: count(9),
  failed: count(1, 'Lines that were left out'),
  errors: z.array(Problem).describe(`The first ${mostErrors}`),
  errors_left_out: count(0),
  ignored_columns: z.array(z.string()).meta({ examples: [['Remarks']] }),
})

export type Report = z.input<typeof Report>

/** The report on a file of which nothing was read yet. */
export const newReport = (sheet: Sheet, dry_run: boolean): Report => ({
  dry_run,
  lines: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  failed: 0,
  errors: [],
  errors_left_out: 0,
  ignored_columns: [...sheet.ignored_columns],
})

/** A line is left out; `line` in place of a field means the whole of it. */
export function leaveOut(report: Report, line: number, errors: FieldErrors) {
  report.failed += 1
  for (const [field, messages] of Object.entries(errors)) {
    for (const message of messages) {
      if (report.errors.length === mostErrors) report.errors_left_out += 1
      else report.errors.push({ line, field: field === 'line' ? null : field, message })
    }
  }
}

/** In the order of the lines: a line may fail after later ones were read. */
export const inOrder = (report: Report): Report => ({
  ...report,
  errors: report.errors.toSorted((a, b) => a.line - b.line),
})

/** Does all that an import does; for a dry run it is undone, so that its report is true. */
export async function tried<T>(ctx: Transacting, dry_run: boolean, work: () => Promise<T>) {
  await ctx.db.execute(sql`savepoint import`)
  const result = await work()
  if (dry_run) await ctx.db.execute(sql`rollback to savepoint import`)
  return result
}

/** Items by so many at a time. */
export async function* batchesOf<T>(items: AsyncIterable<T>, size = 1000): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
