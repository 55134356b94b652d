import { degrees, PDFDocument, type PDFFont, type PDFImage, PDFPage, PDFString, rgb } from 'pdf-lib'
import { charactersOf, printable } from './printable.ts'
import { subsettingFontkit } from './subsets.ts'

/** TrueType files with the same characters in two weights. */
export type FontFiles = Record<'regular' | 'semibold', ArrayBuffer | Uint8Array>

/** `figures` is regular with digits of equal width, for columns of amounts. */
export type Face = 'regular' | 'semibold' | 'figures'

/** Sizes in points. */
export type Style = { size: number; face: Face; ink: keyof typeof inks }

/** Of a page, in points. */
export type Format = { width: number; height: number; margin: number }

/** `format` is A4 when absent. */
export type PaperOptions = {
  fonts: FontFiles
  format?: Format
  language: string
  title: string
  author: string
}

const inks = {
  text: rgb(0.1, 0.12, 0.15),
  quiet: rgb(0.4, 0.43, 0.48),
  line: rgb(0.86, 0.87, 0.89),
  panel: rgb(0.965, 0.968, 0.975),
  mark: rgb(0.93, 0.935, 0.945),
  white: rgb(1, 1, 1),
  /** For printers that know no grey. */
  black: rgb(0, 0, 0),
}

const a4: Format = { width: 595.28, height: 841.89, margin: 56.7 }
const capHeight = 0.727

/** The dark squares of a matrix as an SVG path, each of size 1; neighbours in a row are one shape. */
export const squares = (modules: boolean[][]): string =>
  modules
    .map((row, down) => bars(row.map((dark) => (dark ? '1' : '0')).join(''), 1, 1, down))
    .join('')

/** A row of dark (`1`) and light modules as an SVG path; those that touch are one shape. */
export const bars = (modules: string, width: number, height: number, top = 0): string =>
  Array.from(modules.matchAll(/1+/g), ({ index, 0: dark }) => {
    const across = dark.length * width
    return `M${index * width} ${top}h${across}v${height}h-${across}z`
  }).join('')

/** Height of a line of text in points. */
export const leading = (style: Style): number => style.size * 1.45

/**
 * Pages that are filled from the top. Coordinates are in points from the top left corner; `y` is
 * where the next thing goes. Every text passes `printable`, so no input can fail or move the layout.
 */
export class Paper {
  readonly left: number
  readonly right: number
  readonly width: number
  readonly height: number
  y = 0
  /** Where the flowing content of a page ends; what is below belongs to the footer. */
  bottom: number
  /** Draws what opens a page; called after each page break and free to move `y`. */
  openPage: () => void = () => {}

  readonly #document: PDFDocument
  readonly #faces: Record<Face, PDFFont>
  readonly #characters: ReadonlySet<number>
  readonly #widths = new Map<string, number>()
  #page: PDFPage
  #contentTop = 0

  private constructor(document: PDFDocument, faces: Record<Face, PDFFont>, format: Format) {
    this.#document = document
    this.#faces = faces
    this.#characters = new Set(faces.regular.getCharacterSet())
    this.left = format.margin
    this.right = format.width - format.margin
    this.width = this.right - this.left
    this.height = format.height
    this.bottom = format.height - format.margin
    this.#page = document.addPage([format.width, format.height])
  }

  static async of({ fonts, language, title, author, format = a4 }: PaperOptions): Promise<Paper> {
    const document = await PDFDocument.create({ updateMetadata: false })
    document.registerFontkit(subsettingFontkit)
    document.setTitle(title, { showInWindowTitleBar: true })
    document.setAuthor(author)
    document.setLanguage(language)
    // Ligatures and contextual forms make two letters one glyph: bad to search and to measure.
    // pdf-lib sets no kerning or mark positions, so their large tables need not be read.
    const features = {
      calt: false,
      liga: false,
      clig: false,
      kern: false,
      mark: false,
      mkmk: false,
    }
    const faces = {
      regular: await document.embedFont(fonts.regular, { subset: true, features }),
      semibold: await document.embedFont(fonts.semibold, { subset: true, features }),
      figures: await document.embedFont(fonts.regular, {
        subset: true,
        features: { ...features, tnum: true },
      }),
    }
    return new Paper(document, faces, format)
  }

  /** Whether that height is left on the page; a page just begun takes anything. */
  fits(height: number): boolean {
    return this.y + height <= this.bottom || this.y <= this.#contentTop
  }

  /** Breaks the page when that height is not left on it. */
  ensure(height: number): void {
    if (!this.fits(height)) this.newPage()
  }

  newPage(): void {
    this.#page = this.#document.addPage([this.left + this.right, this.height])
    this.y = 0
    this.openPage()
    this.#contentTop = this.y
  }

  /** The page once more, without drawing it again. */
  repeatPage(): void {
    const { context } = this.#document
    const node = this.#page.node.clone(context)
    this.#document.addPage(PDFPage.of(node, context.register(node), this.#document))
  }

  /** One line with its top at `y` (or another height); with `align: 'right'` x is where it ends. */
  line(
    text: string,
    x: number,
    style: Style,
    { y = this.y, align = 'left' }: { y?: number; align?: 'left' | 'right' } = {},
  ): void {
    const shown = printable(text, this.#characters)
    this.#page.drawText(shown, {
      x: align === 'left' ? x : x - this.measure(shown, style),
      y: this.height - y - (leading(style) + style.size * capHeight) / 2,
      size: style.size,
      font: this.#faces[style.face],
      color: inks[style.ink],
    })
  }

  /** Wrapped text from `y` on, over pages when it must; leaves `y` below it. */
  paragraph(text: string, x: number, width: number, style: Style): void {
    for (const line of this.wrap(text, width, style)) {
      this.ensure(leading(style))
      this.line(line, x, style)
      this.y += leading(style)
    }
  }

  /** Width in points. Without ligatures and kerning it is the sum of the characters. */
  measure(text: string, { size, face }: Style): number {
    return charactersOf(printable(text, this.#characters)).reduce((sum, character) => {
      const key = face + character
      const known = this.#widths.get(key) ?? this.#faces[face].widthOfTextAtSize(character, 1)
      this.#widths.set(key, known)
      return sum + known * size
    }, 0)
  }

  /** The lines a text takes at that width; a word that is wider is broken. */
  wrap(text: string, width: number, style: Style): string[] {
    const lines: string[] = []
    for (const paragraph of printable(text, this.#characters).trim().split('\n')) {
      let line = ''
      for (const word of paragraph.split(' ').filter(Boolean)) {
        const longer = line ? `${line} ${word}` : word
        if (this.measure(longer, style) <= width) {
          line = longer
          continue
        }
        if (line) lines.push(line)
        const pieces = this.#breakWord(word, width, style)
        line = pieces.pop() ?? ''
        lines.push(...pieces)
      }
      lines.push(line)
    }
    return lines
  }

  #breakWord(word: string, width: number, style: Style): string[] {
    const pieces: string[] = []
    let piece = ''
    let used = 0
    for (const character of charactersOf(word)) {
      const advance = this.measure(character, style)
      if (piece && used + advance > width) {
        pieces.push(piece)
        piece = ''
        used = 0
      }
      piece += character
      used += advance
    }
    return [...pieces, piece]
  }

  rule(x: number, width: number, ink: Style['ink'] = 'line'): void {
    const y = this.height - this.y
    const color = inks[ink]
    this.#page.drawLine({ start: { x, y }, end: { x: x + width, y }, thickness: 0.6, color })
  }

  panel(x: number, y: number, width: number, height: number, ink: Style['ink'] = 'panel'): void {
    this.#page.drawRectangle({ x, y: this.height - y - height, width, height, color: inks[ink] })
  }

  /** Large and pale across the page, to be drawn before anything else. */
  watermark(text: string): void {
    const size = 104
    const shown = printable(text, this.#characters)
    const half = this.measure(shown, { size, face: 'semibold', ink: 'mark' }) / 2
    this.#page.drawText(shown, {
      x: (this.left + this.right) / 2 - half * Math.SQRT1_2 + (size * capHeight * Math.SQRT1_2) / 2,
      y: this.height / 2 - half * Math.SQRT1_2 - (size * capHeight * Math.SQRT1_2) / 2,
      size,
      font: this.#faces.semibold,
      color: inks.mark,
      rotate: degrees(45),
    })
  }

  /** A filled SVG path. One shape, so that no seams show between parts that touch. */
  shape(path: string, x: number, y: number, scale: number, ink: Style['ink'] = 'text'): void {
    const color = inks[ink]
    this.#page.drawSvgPath(path, { x, y: this.height - y, scale, color, borderWidth: 0 })
  }

  /** Makes a rectangle open a web address; one that is malformed stays text. */
  link(address: string, x: number, y: number, width: number, height: number): void {
    if (!URL.canParse(address)) return
    const { context } = this.#document
    const uri = new URL(address).href.replace(/[\\()]/g, '\\$&')
    const annotation = context.obj({
      Type: 'Annot',
      Subtype: 'Link',
      Rect: [x, this.height - y - height, x + width, this.height - y],
      Border: [0, 0, 0],
      A: { S: 'URI', URI: PDFString.of(uri) },
    })
    this.#page.node.addAnnot(context.register(annotation))
  }

  /** A PNG or JPEG within a box; false when the bytes are neither or are damaged. */
  async image(bytes: Uint8Array, x: number, width: number, height: number): Promise<boolean> {
    const image = await this.#embed(bytes)
    if (!image) return false
    const size = image.scaleToFit(width, height)
    this.#page.drawImage(image, { x, y: this.height - this.y - size.height, ...size })
    return true
  }

  async #embed(bytes: Uint8Array): Promise<PDFImage | undefined> {
    try {
      if (bytes[0] === 0x89) return await this.#document.embedPng(bytes)
      if (bytes[0] === 0xff) return await this.#document.embedJpg(bytes)
    } catch {
      // A shop's unreadable logo is no reason to withhold its invoices.
    }
    return undefined
  }

  /** Goes over the finished pages, for what needs to know how many there are. */
  eachPage(draw: (page: number, pages: number) => void): void {
    const pages = this.#document.getPages()
    pages.forEach((page, index) => {
      this.#page = page
      draw(index + 1, pages.length)
    })
  }

  /** The file. The same content and moment give the same bytes. */
  async save(created: Date): Promise<Uint8Array> {
    this.#document.setCreationDate(created)
    this.#document.setModificationDate(created)
    return await this.#document.save({ objectsPerTick: Number.POSITIVE_INFINITY })
  }
}
