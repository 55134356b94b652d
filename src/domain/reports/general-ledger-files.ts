import { sql } from 'drizzle-orm'
import type { Calling, Reading } from '../../context.ts'
import { mustExist } from '../../db/rows.ts'
import { streamFrom } from '../../db/transaction.ts'
import { refused } from '../../refusal.ts'
import { type FileAnswer, read } from '../../verb.ts'
import { glAccounts } from '../ledger/tables.ts'
import { type Separator, sheetFile } from '../spreadsheets/separator.ts'
import { type LedgerLine, LedgerQuery, ledgerLines } from './ledger-lines.ts'
import { type Column, type PrintedRow, sheetPieces } from './printed.ts'
import { filenameOf, type Printing, pdfOf, printingOf, reportSpec } from './report.ts'
import { shopOf } from './shop.ts'

/** Drawn in a request's own time. */
const mostPrinted = 2000
const fetched = 1000

const figures = [
  { key: 'debit', kind: 'money' },
  { key: 'credit', kind: 'money' },
  { key: 'balance', kind: 'money' },
] as const

const sheetColumns: readonly Column[] = [
  { key: 'code', kind: 'text' },
  { key: 'name', kind: 'text' },
  { key: 'date', kind: 'day' },
  { key: 'entry_number', kind: 'text' },
  { key: 'description', kind: 'text', is_wide: true },
  { key: 'reference', kind: 'text' },
  ...figures,
]

const paperColumns: readonly Column[] = [
  { key: 'date', kind: 'day' },
  { key: 'entry_number', kind: 'text' },
  { key: 'description', kind: 'text', is_wide: true },
  ...figures,
]

/** All lines of the period as CSV, streamed. */
export async function ledgerSheet(
  ctx: Calling,
  query: LedgerQuery,
  separator: Separator | undefined,
): Promise<FileAnswer> {
  async function* pieces(inner: Reading) {
    await mustExist(inner, glAccounts, query.account_id)
    const printing = printingOf(await shopOf(inner))
    const rows = rowsOf(pagesOf(inner, query), printing, () => printing.words.opening)
    yield* sheetPieces(sheetColumns, rows, separator)
  }
  const days = [query.from, query.to].filter((day) => day !== undefined)
  return sheetFile(filenameOf('general-ledger', ...days), await streamFrom(ctx, pieces))
}

/** The same as a PDF, in one round trip; refused when it would be too long to draw. */
export const ledgerPdf = read(
  {
    ...reportSpec,
    summary: 'General ledger as PDF',
    query: LedgerQuery,
    file: 'application/pdf',
  },
  async (ctx, { query }) => {
    const [, shop, { rows: lines }] = await Promise.all([
      mustExist(ctx, glAccounts, query.account_id),
      shopOf(ctx),
      ctx.db.execute<LedgerLine>(sql`${ledgerLines(query)} limit ${mostPrinted + 1}`),
    ])
    if (lines.length > mostPrinted) {
      throw refused(
        'report_too_long',
        `The PDF would have more than ${mostPrinted} lines; ask for a shorter period, or a CSV.`,
      )
    }
    const printing = printingOf(shop)
    const { words, date } = printing
    const rows: PrintedRow[] = []
    const heading = ({ code, name }: LedgerLine) => `${code} ${name} · ${words.opening}`
    for await (const page of rowsOf([lines], printing, heading)) rows.push(...page)
    const [first] = lines
    const days = first ? [first.from, first.to] : []
    return pdfOf(
      {
        name: filenameOf('general-ledger', ...days),
        title: words.titles['general-ledger'],
        about: first ? [words.period(date(first.from), date(first.to))] : [],
        columns: paperColumns,
        rows: rows.map(withReference),
      },
      shop,
    )
  },
)

/** References are as long as suppliers make them, so on paper they wrap with the description. */
const withReference = ({ cells, ...row }: PrintedRow): PrintedRow => ({
  ...row,
  cells: {
    ...cells,
    description: [cells.description, cells.reference].filter(Boolean).join(' · '),
  },
})

/** A cursor: one moment of the books and one sort, however many pages are taken off. */
async function* pagesOf(ctx: Reading, query: LedgerQuery): AsyncGenerator<LedgerLine[]> {
  await ctx.db.execute(sql`declare ledger no scroll cursor for ${ledgerLines(query)}`)
  for (;;) {
    const { rows } = await ctx.db.execute<LedgerLine>(
      sql`fetch ${sql.raw(String(fetched))} from ledger`,
    )
    yield rows
    if (rows.length < fetched) return
  }
}

/** Lines with the balance after each, between the opening and the closing balance of their account. */
async function* rowsOf(
  pages: AsyncIterable<LedgerLine[]> | Iterable<LedgerLine[]>,
  { words }: Printing,
  opening: (line: LedgerLine) => string,
): AsyncGenerator<PrintedRow[]> {
  let last: LedgerLine | undefined
  let balance = 0
  const closing = (line: LedgerLine): PrintedRow => ({
    cells: {
      ...accountOf(line),
      date: line.to,
      description: words.closing,
      debit: Number(line.debit),
      credit: Number(line.credit),
      balance,
    },
    strong: true,
  })
  for await (const page of pages) {
    const rows: PrintedRow[] = []
    for (const line of page) {
      if (line.account_id !== last?.account_id) {
        if (last) rows.push(closing(last))
        balance = Number(line.opening)
        const cells = { ...accountOf(line), date: line.from, description: opening(line), balance }
        rows.push({ cells, strong: true })
      }
      last = line
      if (line.date === null) continue
      balance += Number(line.debit_cents) - Number(line.credit_cents)
      rows.push({ cells: { ...accountOf(line), ...shown(line), balance } })
    }
    yield rows
  }
  if (last) yield [closing(last)]
}

const accountOf = ({ code, name }: LedgerLine) => ({ code, name })

/** A side that has no amount is empty. */
const shown = (line: LedgerLine) => ({
  date: line.date,
  entry_number: line.entry_number,
  description: line.description,
  reference: line.reference,
  debit: Number(line.debit_cents) || null,
  credit: Number(line.credit_cents) || null,
})
