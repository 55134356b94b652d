import type { Separator } from '../spreadsheets/separator.ts'
import { sheetOf } from '../spreadsheets/writing.ts'

/** What stands in a row: text, a day, or whole cents in a column of money. */
export type Cell = string | number | null

/** An absent cell is empty. */
export interface PrintedRow {
  cells: Record<string, Cell>
  /** A heading or a total. */
  strong?: true
}

export interface Column {
  /** Heading in a CSV; of a PDF in the words of its language. */
  key: string
  kind: 'text' | 'day' | 'money'
  /** Takes the width that the other columns leave, and wraps. One column of a report is. */
  is_wide?: true
}

/** A report as its files show it, CSV and PDF alike. */
export interface PrintedReport {
  /** Of the file, without its ending: `trial-balance-2026-01-01-2026-12-31`. */
  name: string
  title: string
  /** Under the title: which days, which account. */
  about: string[]
  columns: readonly Column[]
  rows: readonly PrintedRow[]
}

/** A spreadsheet of rows, page by page; amounts in euros. */
export function sheetPieces(
  columns: readonly Column[],
  pages: Iterable<readonly PrintedRow[]> | AsyncIterable<readonly PrintedRow[]>,
  separator: Separator | undefined,
): AsyncGenerator<Uint8Array> {
  const keys = columns.map(({ key }) => key)
  async function* records() {
    for await (const page of pages) {
      yield page.map(({ cells }) =>
        Object.fromEntries(columns.map(({ key, kind }) => [key, written(cells[key], kind)])),
      )
    }
  }
  return sheetOf(keys, records(), separator)
}

const written = (cell: Cell | undefined, kind: Column['kind']): Cell =>
  kind === 'money' && typeof cell === 'number' ? cell / 100 : (cell ?? null)
