import { type FontFiles, leading, Paper, type Style, squares } from './paper.ts'
import { drawSignatures, type Signature } from './signatures.ts'
import { drawTable, type Table } from './table.ts'

export type Labelled = { label: string; value: string }

/** How to pay: a sentence, the details to copy, and what a phone can scan or open. */
export type PaymentPanel = {
  heading: string
  instruction: string
  details: Labelled[]
  online: { label: string; url: string } | null
  qr: { modules: boolean[][]; caption: string } | null
}

/**
 * A business document, every text already in the language of its reader: an invoice, and as well a
 * quotation or a credit note with other words and rows.
 */
export type Sheet = {
  language: string
  title: string
  /** Written large and pale across every page: a draft, a copy. */
  mark: string | null
  created: Date
  sender: { name: string; details: string[]; logo: Uint8Array | null }
  recipient: { heading: string; name: string; details: string[] }
  meta: Labelled[]
  intro: string | null
  table: Table
  totals: (Labelled & { strong?: boolean })[]
  /** Texts the law asks for beside the totals: an exemption, "Btw verlegd". */
  clauses: string[]
  payment: PaymentPanel | null
  /** Places to sign. */
  signatures?: Signature[]
  notes: { heading: string; text: string } | null
  footer: { text: string | null; identity: string[]; pageOf: (page: number, of: number) => string }
}

const name: Style = { size: 15, face: 'semibold', ink: 'text' }
const title: Style = { size: 19, face: 'semibold', ink: 'text' }
const body: Style = { size: 9, face: 'regular', ink: 'text' }
const strong: Style = { size: 9, face: 'semibold', ink: 'text' }
const quiet: Style = { size: 9, face: 'regular', ink: 'quiet' }
const small: Style = { size: 7.5, face: 'regular', ink: 'quiet' }
const figures: Style = { size: 9, face: 'figures', ink: 'text' }
const total: Style = { size: 11, face: 'semibold', ink: 'text' }

const top = 45
/** The window of a Dutch envelope: the address starts 50 mm from the top. */
const addressTop = 142
const secondColumn = 0.56
const labelWidth = 92
const totalsRow = 16
const totalsGap = 4
const panelPadding = 14
const qrSize = 84
/** A shop's own footer may not push the document off the page. */
const maxOwnLines = 4

/** Lays a document out on A4 and returns the PDF. */
export async function drawSheet(sheet: Sheet, fonts: FontFiles): Promise<Uint8Array> {
  const paper = await Paper.of({
    fonts,
    language: sheet.language,
    title: sheet.title,
    author: sheet.sender.name,
  })
  const footerTop = measureFooter(paper, sheet)
  paper.bottom = footerTop - 20
  paper.openPage = () => {
    if (sheet.mark) paper.watermark(sheet.mark)
    paper.y = top
    const [title = ''] = paper.wrap(sheet.title, paper.width * 0.45, small)
    const [sender = ''] = paper.wrap(sheet.sender.name, paper.width * 0.5, small)
    paper.line(title, paper.left, { ...small, face: 'semibold' })
    paper.line(sender, paper.right, small, { align: 'right' })
    paper.y += 28
  }
  if (sheet.mark) paper.watermark(sheet.mark)
  await drawLetterhead(paper, sheet)
  drawAddresses(paper, sheet)
  drawTitle(paper, sheet)
  drawTable(paper, sheet.table, totalsHeight(sheet))
  const totalsTop = paper.y
  drawTotals(paper, sheet)
  const notesDrawn = drawNotesBesideTotals(paper, sheet, totalsTop)
  drawClauses(paper, sheet)
  if (sheet.payment) drawPayment(paper, sheet.payment)
  if (!notesDrawn) drawNotes(paper, sheet)
  if (sheet.signatures) await drawSignatures(paper, sheet.signatures)
  paper.eachPage((page, pages) => drawFooter(paper, sheet, footerTop, page, pages))
  return await paper.save(sheet.created)
}

async function drawLetterhead(paper: Paper, { sender }: Sheet): Promise<void> {
  const x = paper.left + paper.width * secondColumn
  paper.y = top
  const hasLogo = sender.logo ? await paper.image(sender.logo, paper.left, 180, 52) : false
  if (!hasLogo) paper.paragraph(sender.name, paper.left, paper.width * secondColumn - 20, name)
  const leftEnd = hasLogo ? top + 52 : paper.y
  paper.y = top + 3
  if (hasLogo) paper.paragraph(sender.name, x, paper.right - x, { ...small, face: 'semibold' })
  for (const detail of sender.details) {
    paper.paragraph(detail, x, paper.right - x, small)
  }
  paper.y = Math.max(addressTop, leftEnd + 20, paper.y + 20)
}

function drawAddresses(paper: Paper, { recipient, meta }: Sheet): void {
  const start = paper.y
  const x = paper.left + paper.width * secondColumn
  const recipientWidth = paper.width * secondColumn - 30
  paper.line(recipient.heading, paper.left, small)
  paper.y += 14
  paper.paragraph(recipient.name, paper.left, recipientWidth, strong)
  for (const detail of recipient.details) {
    paper.paragraph(detail, paper.left, recipientWidth, body)
  }
  const recipientEnd = paper.y
  paper.y = start
  for (const { label, value } of meta) {
    paper.line(label, x, quiet)
    paper.paragraph(value, x + labelWidth, paper.right - x - labelWidth, body)
    paper.y += 1.5
  }
  paper.y = Math.max(paper.y, recipientEnd) + 26
}

function drawTitle(paper: Paper, sheet: Sheet): void {
  paper.paragraph(sheet.title, paper.left, paper.width, title)
  paper.y += 6
  if (sheet.intro) {
    paper.paragraph(sheet.intro, paper.left, paper.width * 0.8, body)
    paper.y += 6
  }
  paper.y += 10
}

function totalsHeight({ totals }: Sheet): number {
  const strongRows = totals.filter((row) => row.strong).length
  return 2 * totalsGap + totals.length * totalsRow + strongRows * 3 * totalsGap
}

function drawTotals(paper: Paper, { totals }: Sheet): void {
  const x = paper.left + paper.width * 0.5
  paper.y += 2 * totalsGap
  for (const row of totals) {
    if (row.strong) {
      paper.y += totalsGap
      paper.rule(x, paper.right - x, 'quiet')
      paper.y += totalsGap
    }
    paper.line(row.label, x, row.strong ? total : quiet)
    paper.line(row.value, paper.right, row.strong ? total : figures, { align: 'right' })
    paper.y += totalsRow + (row.strong ? totalsGap : 0)
  }
}

/** Short notes fill the space left of the totals, which often saves a page. */
function drawNotesBesideTotals(paper: Paper, { notes }: Sheet, totalsTop: number): boolean {
  if (!notes) return false
  const totalsBottom = paper.y
  const width = paper.width * 0.5 - 36
  const lines = paper.wrap(notes.text, width, body).length + 1
  const start = totalsTop + 2 * totalsGap
  if (start + lines * leading(body) + 1 > totalsBottom) return false
  paper.y = start
  drawNoteText(paper, notes, width)
  paper.y = totalsBottom
  return true
}

function drawClauses(paper: Paper, { clauses }: Sheet): void {
  if (clauses.length > 0) paper.y += 12
  for (const clause of clauses) paper.paragraph(clause, paper.left, paper.width, body)
}

function drawPayment(paper: Paper, payment: PaymentPanel): void {
  const { qr, online, details } = payment
  const x = paper.left + panelPadding
  const width = paper.width - 2 * panelPadding - (qr ? qrSize + 40 : 0)
  const instruction = paper.wrap(payment.instruction, width, body).length * leading(body)
  const values = details.map(
    ({ value }) => paper.wrap(value, width - labelWidth, body).length * leading(body) + 1.5,
  )
  const address = online ? paper.wrap(online.url, width - labelWidth, body) : []
  const text =
    20 +
    instruction +
    6 +
    values.reduce((sum, height) => sum + height, 0) +
    address.length * leading(body)
  const height = Math.max(text, qr ? qrSize + 14 : 0) + 2 * panelPadding
  paper.ensure(height + 24)
  paper.y += 24
  const panelTop = paper.y
  paper.panel(paper.left, panelTop, paper.width, height)
  paper.y += panelPadding
  paper.line(payment.heading, x, { ...strong, size: 10 })
  paper.y += 20
  paper.paragraph(payment.instruction, x, width, body)
  paper.y += 6
  for (const { label, value } of details) {
    paper.line(label, x, quiet)
    paper.paragraph(value, x + labelWidth, width - labelWidth, body)
    paper.y += 1.5
  }
  if (online) {
    paper.link(online.url, x, paper.y, width, address.length * leading(body))
    paper.line(online.label, x, quiet)
    paper.paragraph(online.url, x + labelWidth, width - labelWidth, body)
  }
  if (qr) drawQr(paper, qr, panelTop + panelPadding)
  paper.y = panelTop + height
}

function drawQr(paper: Paper, qr: NonNullable<PaymentPanel['qr']>, y: number): void {
  const x = paper.right - panelPadding - qrSize
  // Scanners need four light modules around the code.
  const quietZone = (qrSize / qr.modules.length) * 4
  const inner = qrSize - 2 * quietZone
  paper.panel(x, y, qrSize, qrSize, 'white')
  const scale = inner / qr.modules.length
  paper.shape(squares(qr.modules), x + quietZone, y + quietZone, scale)
  const width = paper.measure(qr.caption, small)
  paper.line(qr.caption, x + (qrSize - width) / 2, small, { y: y + qrSize + 3 })
}

function drawNotes(paper: Paper, { notes }: Sheet): void {
  if (!notes) return
  paper.ensure(24 + 2 * leading(body))
  paper.y += 24
  drawNoteText(paper, notes, paper.width * 0.8)
}

function drawNoteText(paper: Paper, notes: NonNullable<Sheet['notes']>, width: number): void {
  paper.line(notes.heading, paper.left, strong)
  paper.y += leading(body) + 1
  paper.paragraph(notes.text, paper.left, width, body)
}

function footerLines(paper: Paper, { footer }: Sheet): string[] {
  const width = paper.width - 70
  const own = footer.text ? paper.wrap(footer.text, width, small).slice(0, maxOwnLines) : []
  const identity = footer.identity.join('  ·  ')
  return identity ? [...own, ...paper.wrap(identity, width, small)] : own
}

function measureFooter(paper: Paper, sheet: Sheet): number {
  return paper.height - 34 - Math.max(1, footerLines(paper, sheet).length) * leading(small)
}

function drawFooter(paper: Paper, sheet: Sheet, y: number, page: number, pages: number): void {
  paper.y = y - 7
  paper.rule(paper.left, paper.width)
  footerLines(paper, sheet).forEach((line, index) => {
    paper.line(line, paper.left, small, { y: y + index * leading(small) })
  })
  paper.line(sheet.footer.pageOf(page, pages), paper.right, small, { y, align: 'right' })
}
