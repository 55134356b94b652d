import { stringify } from 'csv-stringify/sync'
import { guardedFormula } from './cells.ts'
import type { Separator } from './separator.ts'

type Cell = string | number | boolean | null

/**
 * Writes a spreadsheet piece by piece, as UTF-8 with a mark so that Excel knows it. A text that Excel would
 * take for a formula gets an apostrophe before it (OWASP ASVS 1.2.10), and one more when it has some.
 */
export async function* sheetOf<const C extends string>(
  columns: readonly C[],
  pages: AsyncIterable<readonly Record<C, Cell>[]>,
  separator: Separator = 'comma',
): AsyncGenerator<Uint8Array> {
  let isFirst = true
  const encoder = new TextEncoder()
  for await (const page of pages) {
    if (page.length === 0 && !isFirst) continue
    const text = stringify([...page], {
      columns: [...columns],
      header: isFirst,
      bom: isFirst,
      delimiter: separator === 'comma' ? ',' : ';',
      record_delimiter: 'windows',
      quote_record_delimiter: true,
      escape_formulas: true,
      cast: {
        string: (value) => (guardedFormula.test(value) ? `'${value}` : value),
        number: (value) =>
          separator === 'comma' ? String(value) : String(value).replace('.', ','),
        boolean: String,
      },
    })
    isFirst = false
    yield encoder.encode(text)
  }
}

/** Pages of a select by its key, until one is not full. */
export async function* pagesOf<T extends { id: number }>(
  next: (after: number, limit: number) => Promise<T[]>,
): AsyncGenerator<T[]> {
  const limit = 1000
  let after = 0
  for (;;) {
    const page = await next(after, limit)
    yield page
    if (page.length < limit) return
    after = page.at(-1)?.id ?? 0
  }
}
