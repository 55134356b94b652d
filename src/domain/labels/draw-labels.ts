import {
  bars,
  type FontFiles,
  leading,
  Paper,
  type Style,
  squares,
} from '../sales/documents/paper.ts'
import { barsOf, qrOf } from './codes.ts'
import type { LabelCode, LabelFormat } from './formats.ts'

/** What stands on a label. */
export interface Label {
  title: string
  /** Smaller, below the title. */
  details: string[]
  price: string | null
  /** What a scanner reads. */
  code: string
}

export interface LabelSheet {
  labels: Label[]
  /** Of each label, one after the other. */
  copies: number
  format: LabelFormat
  code: LabelCode
  title: string
  author: string
  language: string
  created: Date
}

const mm = 72 / 25.4
const margin = 2.5 * mm
const gap = 1 * mm
/** Bars of whole dots are sharpest at 203 dpi, the roughest printers; narrower ones only where they must. */
const wholeDots = [0.375 * mm, 0.25 * mm]
const narrowest = 0.19 * mm
/** Light modules that scanners need on either side of bars, and around a QR code. */
const quietBars = 10
const quietSquares = 4

const sizes: Record<LabelFormat, number> = { '62x29': 9, '89x28': 9, '100x50': 13 }
/** What a title is as large as that is also what a scanner reads: people look for it from afar. */
const sign = 2

interface Drawing {
  paper: Paper
  label: Label
  text: Style
  title: Style
  price: Style
  small: Style
}

/** Labels as a PDF of one page each, in black alone. Equal labels give equal bytes; no text makes it fail. */
export async function renderLabels(sheet: LabelSheet, fonts: FontFiles): Promise<Uint8Array> {
  const [width = 0, height = 0] = sheet.format.split('x').map((side) => Number(side) * mm)
  const { title, author, language } = sheet
  const paper = await Paper.of({
    fonts,
    title,
    author,
    language,
    format: { width, height, margin },
  })
  for (const [place, label] of sheet.labels.entries()) {
    if (place > 0) paper.newPage()
    drawLabel(paper, label, sheet)
    for (let copy = 1; copy < sheet.copies; copy++) paper.repeatPage()
  }
  return await paper.save(sheet.created)
}

function drawLabel(paper: Paper, label: Label, { format, code }: LabelSheet) {
  const size = sizes[format]
  const style = (size: number, face: Style['face']): Style => ({ size, face, ink: 'black' })
  const drawing = {
    paper,
    label,
    title: style(label.title === label.code ? size * sign : size, 'semibold'),
    text: style(size * 0.85, 'regular'),
    price: style(size * 1.3, 'semibold'),
    small: style(size * 0.75, 'regular'),
  }
  const modules = code === 'code128' ? barsOf(label.code) : undefined
  const width = modules && widthOfBars(paper, modules)
  if (width) drawWithBars(drawing, modules, width)
  else drawWithQr(drawing)
}

/** How wide a bar can be; undefined when a printer could not print it. */
function widthOfBars(paper: Paper, modules: string): number | undefined {
  const widest = (paper.left + paper.right) / (modules.length + 2 * quietBars)
  return wholeDots.find((width) => width <= widest) ?? (widest >= narrowest ? widest : undefined)
}

/** Title on top, details and price below it, then the bars over the width, and what they say. */
function drawWithBars(drawing: Drawing, code: string, module: number) {
  const { paper, label, title, text, price, small } = drawing
  paper.y = margin - gap
  const most = paper.height > 40 * mm ? 2 : 1
  drawLines(drawing, label.title, paper.left, paper.width, title, most)
  const priceWidth = label.price ? paper.measure(label.price, price) : 0
  const rowHeight = leading(label.price ? price : text)
  if (label.price) paper.line(label.price, paper.right, price, { align: 'right' })
  const details = fitted(paper, label.details.join(' · '), paper.width - priceWidth - gap, text)
  paper.line(details, paper.left, text, { y: paper.y + (rowHeight - leading(text)) / 2 })
  paper.y += rowHeight + gap / 2
  const captionTop = paper.bottom - (isSaid(label) ? 0 : leading(small) - gap)
  const left = paper.left + (paper.width - code.length * module) / 2
  paper.shape(bars(code, module, captionTop - paper.y), left, paper.y, 1, 'black')
  if (isSaid(label)) return
  const width = paper.measure(label.code, small)
  paper.line(label.code, paper.left + (paper.width - width) / 2, small, { y: captionTop })
}

/** The code over the full height on the left, everything else beside it. */
function drawWithQr(drawing: Drawing) {
  const { paper, label, title, text, price, small } = drawing
  const matrix = qrOf(label.code)
  const scale = Math.min(paper.height / (matrix.length + 2 * quietSquares), 1.5 * mm)
  const side = scale * matrix.length
  const top = (paper.height - side) / 2
  paper.shape(squares(matrix), top, top, scale, 'black')
  const left = top + side + quietSquares * scale
  const width = paper.right - left
  paper.y = margin
  drawLines(
    drawing,
    label.title,
    left,
    width,
    isSaid(label) ? narrowed(paper, label.title, width, title) : title,
    2,
  )
  for (const detail of label.details) drawLines(drawing, detail, left, width, text, 1)
  if (!isSaid(label)) drawLines(drawing, label.code, left, width, small, 1)
  if (!label.price) return
  paper.line(label.price, left, price, { y: paper.bottom - leading(price) })
}

/** Does the title say what the scanner reads? */
const isSaid = ({ title, code }: Label) => title === code

/** Wrapped text of so many lines at most, the last one cut; leaves `y` below it. */
function drawLines(
  { paper }: Drawing,
  text: string,
  x: number,
  width: number,
  style: Style,
  most: number,
) {
  const lines = paper.wrap(text.replaceAll('\n', ' '), width, style)
  const shown = lines.slice(0, most)
  if (lines.length > most) {
    shown[most - 1] = fitted(paper, lines.slice(most - 1).join(' '), width, style)
  }
  for (const line of shown) {
    paper.line(line, x, style)
    paper.y += leading(style)
  }
}

/** The style in which a text takes one line. */
const narrowed = (paper: Paper, text: string, width: number, style: Style): Style => ({
  ...style,
  size: Math.min(style.size, (style.size * width) / paper.measure(text, style)),
})

/** A text on one line, cut with `…` where it is wider. */
function fitted(paper: Paper, text: string, width: number, style: Style): string {
  if (paper.measure(text, style) <= width) return text
  const ellipsis = '…'
  const [piece = ''] = paper.wrap(
    text.replaceAll(' ', '\u00a0'),
    width - paper.measure(ellipsis, style),
    style,
  )
  return `${piece.trimEnd()}${ellipsis}`
}
