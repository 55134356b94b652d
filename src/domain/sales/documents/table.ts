import { leading, type Paper, type Style } from './paper.ts'

/** The first column takes what the others, aligned right, leave. */
export type Table = { headings: string[]; rows: string[][] }

const head: Style = { size: 8, face: 'semibold', ink: 'quiet' }
const body: Style = { size: 9, face: 'regular', ink: 'text' }
const figures: Style = { size: 9, face: 'figures', ink: 'text' }
const gap = 16
const padding = 5
/** A row of at most so many lines is not split over pages. */
const keptLines = 12

/**
 * Draws a table that flows over pages and repeats its head. The last line stays on a page with the
 * `keep` points that follow the table, so that totals never stand alone.
 */
export function drawTable(paper: Paper, { headings, rows }: Table, keep: number): void {
  const { edges, firstWidth } = columnsOf(paper, { headings, rows })
  const drawHead = () => {
    headings.forEach((heading, index) => {
      if (index === 0) paper.line(heading, paper.left, head)
      else paper.line(heading, edges[index - 1] ?? 0, head, { align: 'right' })
    })
    paper.y += leading(head) + 5
    paper.rule(paper.left, paper.width, 'quiet')
  }
  const { openPage } = paper
  const oneRow = leading(body) + 2 * padding
  paper.ensure(leading(head) + 5 + oneRow + (rows.length === 1 ? keep : 0))
  drawHead()
  paper.openPage = () => {
    openPage()
    drawHead()
  }
  rows.forEach(([first = '', ...others], index) => {
    const lines = paper.wrap(first, firstWidth, body)
    drawRow(paper, lines, others, edges, index === rows.length - 1 ? keep : 0)
  })
  paper.openPage = openPage
}

function drawRow(paper: Paper, lines: string[], others: string[], edges: number[], keep: number) {
  const kept = Math.min(lines.length, keptLines)
  paper.ensure(kept * leading(body) + 2 * padding + (kept === lines.length ? keep : 0))
  paper.y += padding
  let figuresTop: number | null = paper.y
  // After the words of the row on this page, so that a reader who copies the text gets it in order.
  const drawFigures = () => {
    const y = figuresTop
    figuresTop = null
    if (y === null) return
    others.forEach((text, column) => {
      paper.line(text, edges[column] ?? 0, figures, { y, align: 'right' })
    })
  }
  lines.forEach((line, index) => {
    const needed = leading(body) + padding + (index === lines.length - 1 ? keep : 0)
    if (!paper.fits(needed)) {
      drawFigures()
      paper.ensure(needed)
      paper.y += padding
    }
    paper.line(line, paper.left, body)
    paper.y += leading(body)
  })
  drawFigures()
  paper.y += padding
  paper.rule(paper.left, paper.width)
}

/** Right edges of the columns after the first, each as wide as its widest text. */
function columnsOf(paper: Paper, { headings, rows }: Table) {
  const widths = headings.slice(1).map((heading, index) => {
    const cells = rows.map((row) => paper.measure(row[index + 1] ?? '', figures))
    return Math.max(paper.measure(heading, head), ...cells)
  })
  const edges = widths.map((_, index) => {
    const after = widths.slice(index + 1)
    return paper.right - after.reduce((sum, width) => sum + width + gap, 0)
  })
  const taken = widths.reduce((sum, width) => sum + width + gap, 0)
  return { edges, firstWidth: paper.width - taken }
}
