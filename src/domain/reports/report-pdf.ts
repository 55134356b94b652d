import { formatDate } from '../../lib/dates.ts'
import { decimal } from '../../lib/money.ts'
import { type FontFiles, leading, Paper, type Style } from '../sales/documents/paper.ts'
import { drawTable } from '../sales/documents/table.ts'
import { printedDecimal, wordings } from '../sales/documents/texts.ts'
import type { Column, PrintedReport, PrintedRow } from './printed.ts'
import type { ReportShop } from './shop.ts'
import { reportWords } from './words.ts'

const margin = 40
const upright = { width: 595.28, height: 841.89, margin }
const lying = { width: 841.89, height: 595.28, margin }
/** More columns of money than this do not fit beside a name on an upright page. */
const mostUpright = 4

const name: Style = { size: 9, face: 'semibold', ink: 'quiet' }
const title: Style = { size: 17, face: 'semibold', ink: 'text' }
const body: Style = { size: 9, face: 'regular', ink: 'text' }
const small: Style = { size: 7.5, face: 'regular', ink: 'quiet' }

/** A report as an A4 PDF, lying when it is wide. Equal reports give equal bytes; no text makes it fail. */
export async function renderReport(
  report: PrintedReport,
  shop: ReportShop,
  fonts: FontFiles,
): Promise<Uint8Array> {
  const { columns, rows } = report
  const { language, pageOf } = wordings[shop.locale]
  const { printedOn, columns: headings } = reportWords[shop.locale]
  const paper = await Paper.of({
    fonts,
    format: columns.length > mostUpright + 2 ? lying : upright,
    language,
    title: report.title,
    author: shop.name,
  })
  const footerTop = paper.height - 30
  paper.bottom = footerTop - 16
  paper.openPage = () => {
    paper.y = margin
  }
  drawHead(paper, report, shop)
  drawTable(
    paper,
    {
      headings: columns.map(({ key }) => headings[key] ?? key),
      rows: rows.map((row) => columns.map((column) => printedCell(row, column, shop))),
      wide: columns.findIndex(({ is_wide }) => is_wide),
      is_dense: true,
      strong: new Set(rows.flatMap(({ strong }, index) => (strong ? [index] : []))),
    },
    0,
  )
  paper.eachPage((page, pages) => {
    const [left = ''] = paper.wrap(
      [shop.name, report.title, ...report.about.slice(0, 1)].join('  ·  '),
      paper.width * 0.6,
      small,
    )
    paper.y = footerTop - 6
    paper.rule(paper.left, paper.width)
    const right = `${printedOn(formatDate(shop.today, shop.locale))}  ·  ${pageOf(page, pages)}`
    paper.line(left, paper.left, small, { y: footerTop })
    paper.line(right, paper.right, small, { y: footerTop, align: 'right' })
  })
  return paper.save(new Date(`${shop.today}T00:00:00Z`))
}

function drawHead(paper: Paper, { title: heading, about }: PrintedReport, shop: ReportShop) {
  paper.y = margin
  paper.paragraph(shop.name, paper.left, paper.width, name)
  paper.y += 2
  paper.paragraph(heading, paper.left, paper.width, title)
  paper.y += 2
  for (const line of about) paper.paragraph(line, paper.left, paper.width, body)
  paper.y += leading(body)
}

function printedCell({ cells }: PrintedRow, { key, kind }: Column, { locale }: ReportShop): string {
  const cell = cells[key] ?? ''
  if (cell === '') return ''
  if (kind === 'money') return printedDecimal(decimal(Number(cell)), locale, 2)
  // Short, so that columns of days stay narrow: 31-12-2026.
  return kind === 'day' ? String(cell).split('-').reverse().join('-') : String(cell)
}
