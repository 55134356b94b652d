import * as z from 'zod'
import type { Reading } from '../../context.ts'
import { formatDate } from '../../lib/dates.ts'
import { id } from '../../schema.ts'
import { type FileAnswer, read } from '../../verb.ts'
import { ExportQuery, sheetFile } from '../spreadsheets/separator.ts'
import { type PrintedReport, sheetPieces } from './printed.ts'
import { type ReportShop, shopOf } from './shop.ts'
import { type ReportName, type ReportWords, reportWords } from './words.ts'

/** Query of every report. */
export const Format = ExportQuery.extend({
  format: z.enum(['json', 'csv', 'pdf']).optional().describe('`json` when absent'),
})

/** What all reports say of themselves to the frame. */
export const reportSpec = {
  can: 'ledger:read',
  module: 'accounting',
  files: ['text/csv', 'application/pdf'],
} as const

/** An account in a report. */
export const AccountRow = z.object({
  account_id: id().meta({ examples: [1] }),
  code: z.string().meta({ examples: ['1000'] }),
  name: z.string().meta({ examples: ['Kas'] }),
})

/** What a report is printed with: words, and days as people write them. */
export interface Printing {
  words: ReportWords
  date: (day: string) => string
}

export const printingOf = ({ locale }: ReportShop): Printing => ({
  words: reportWords[locale],
  date: (day) => formatDate(day, locale),
})

/** A report as JSON; as a file when `format` asks for one. Its figures and its shop are one round trip. */
export function report<Q extends z.ZodObject, O extends z.ZodObject>(
  spec: { summary: string; description: string; query: Q; output: O },
  figuresOf: (ctx: Reading, query: z.output<Q>) => Promise<z.input<O>>,
  print: (figures: z.input<O>, printing: Printing) => PrintedReport,
) {
  return read(
    { ...reportSpec, ...spec, query: spec.query.extend(Format.shape) },
    async (ctx, input) => {
      const query = input.query as z.output<Q> & z.output<typeof Format>
      if (!query.format || query.format === 'json') return figuresOf(ctx, query)
      const [shop, figures] = await Promise.all([shopOf(ctx), figuresOf(ctx, query)])
      const printed = print(figures, printingOf(shop))
      return query.format === 'csv' ? csvOf(printed, query.separator) : pdfOf(printed, shop)
    },
  )
}

async function csvOf(
  { name, columns, rows }: PrintedReport,
  separator: z.output<typeof ExportQuery>['separator'],
): Promise<FileAnswer> {
  const [whole = new Uint8Array()] = await Array.fromAsync(sheetPieces(columns, [rows], separator))
  return sheetFile(name, whole)
}

/** The PDF; what draws it, and its fonts, are loaded when they are first needed. */
export async function pdfOf(printed: PrintedReport, shop: ReportShop): Promise<FileAnswer> {
  const [{ renderReport }, { fonts }] = await Promise.all([
    import('./report-pdf.ts'),
    import('../sales/documents/fonts.ts'),
  ])
  return {
    content: await renderReport(printed, shop, fonts),
    content_type: 'application/pdf',
    filename: `${printed.name}.pdf`,
    inline: true,
  }
}

/** `trial-balance-2026-01-01-2026-12-31`, without ending. */
export const filenameOf = (report: ReportName, ...days: string[]) => [report, ...days].join('-')
