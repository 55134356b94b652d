import { leading, type Paper, type Style } from './paper.ts'

/**
 * The column `wide`, the first when absent, takes what the others leave; those before it are aligned left, those
 * after it right.
 */
export type Table = {
  headings: string[]
  rows: string[][]
  wide?: number
  /** For lists that are read by line: small, with many rows to a page. */
  is_dense?: true
  /** Places of the rows that are headings or totals. */
  strong?: ReadonlySet<number>
}

interface Look {
  head: Style
  body: Style
  figures: Style
  gap: number
  padding: number
}

const roomy: Look = {
  head: { size: 8, face: 'semibold', ink: 'quiet' },
  body: { size: 9, face: 'regular', ink: 'text' },
  figures: { size: 9, face: 'figures', ink: 'text' },
  gap: 16,
  padding: 5,
}
const dense: Look = {
  head: { ...roomy.head, size: 7.5 },
  body: { ...roomy.body, size: 8 },
  figures: { ...roomy.figures, size: 8 },
  gap: 14,
  padding: 2,
}
/** A row of at most so many lines is not split over pages. */
const keptLines = 12

interface Column {
  x: number
  align: 'left' | 'right'
}

interface Layout {
  look: Look
  columns: Column[]
  wide: number
  width: number
}

/**
 * Draws a table that flows over pages and repeats its head. The last line stays on a page with the
 * `keep` points that follow the table, so that totals never stand alone.
 */
export function drawTable(paper: Paper, table: Table, keep: number): void {
  const layout = layoutOf(paper, table)
  const { head, body, padding } = layout.look
  const drawHead = () => {
    drawCells(paper, layout.columns, table.headings, head)
    paper.y += leading(head) + 5
    paper.rule(paper.left, paper.width, 'quiet')
  }
  const { openPage } = paper
  const { rows } = table
  const oneRow = leading(body) + 2 * padding
  paper.ensure(leading(head) + 5 + oneRow + (rows.length === 1 ? keep : 0))
  drawHead()
  paper.openPage = () => {
    openPage()
    drawHead()
  }
  rows.forEach((row, index) => {
    const isStrong = table.strong?.has(index) ?? false
    drawRow(paper, row, layout, { isStrong, keep: index === rows.length - 1 ? keep : 0 })
  })
  paper.openPage = openPage
}

function drawCells(paper: Paper, columns: Column[], cells: string[], style: Style, y = paper.y) {
  columns.forEach(({ x, align }, index) => {
    paper.line(cells[index] ?? '', x, style, { y, align })
  })
}

function drawRow(
  paper: Paper,
  row: string[],
  { look, columns, wide, width }: Layout,
  { isStrong, keep }: { isStrong: boolean; keep: number },
) {
  const face = isStrong ? { face: 'semibold' as const } : {}
  const body = { ...look.body, ...face }
  const figures = { ...look.figures, ...face }
  const { padding } = look
  const lines = paper.wrap(row[wide] ?? '', width, body)
  const kept = Math.min(lines.length, keptLines)
  paper.ensure(kept * leading(body) + 2 * padding + (kept === lines.length ? keep : 0))
  paper.y += padding
  let figuresTop: number | null = paper.y
  drawCells(paper, columns.slice(0, wide), row, body)
  // After the words of the row on this page, so that a reader who copies the text gets it in order.
  const drawFigures = () => {
    const y = figuresTop
    figuresTop = null
    if (y === null) return
    drawCells(paper, columns.slice(wide + 1), row.slice(wide + 1), figures, y)
  }
  lines.forEach((line, index) => {
    const needed = leading(body) + padding + (index === lines.length - 1 ? keep : 0)
    if (!paper.fits(needed)) {
      drawFigures()
      paper.ensure(needed)
      paper.y += padding
    }
    paper.line(line, columns[wide]?.x ?? paper.left, body)
    paper.y += leading(body)
  })
  drawFigures()
  paper.y += padding
  paper.rule(paper.left, paper.width)
}

/** Every column but the wide one is as wide as its widest text. */
function layoutOf(paper: Paper, { headings, rows, wide = 0, is_dense, strong }: Table): Layout {
  const look = is_dense ? dense : roomy
  const { head, figures, gap } = look
  const widths = headings.map((heading, column) => {
    if (column === wide) return 0
    return rows.reduce(
      (widest, row, index) => {
        const face = strong?.has(index) ? 'semibold' : figures.face
        return Math.max(widest, paper.measure(row[column] ?? '', { ...figures, face }))
      },
      paper.measure(heading, head),
    )
  })
  const taken = (some: number[]) => some.reduce((sum, width) => sum + width + gap, 0)
  const columns = headings.map((_, index): Column => {
    return index <= wide
      ? { x: paper.left + taken(widths.slice(0, index)), align: 'left' }
      : { x: paper.right - taken(widths.slice(index + 1)), align: 'right' }
  })
  const others = widths.filter((_, index) => index !== wide)
  return { look, columns, wide, width: paper.width - taken(others) }
}
