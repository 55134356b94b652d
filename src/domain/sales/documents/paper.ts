import {
  degrees,
  PDFDocument,
  type PDFFont,
  type PDFImage,
  type PDFPage,
  PDFString,
  rgb,
} from 'pdf-lib'
import { charactersOf, printable } from './printable.ts'
import { subsettingFontkit } from './subsets.ts'

/** TrueType files with the same characters in two weights. */
export type FontFiles = Record<'regular' | 'semibold', ArrayBuffer | Uint8Array>

/** `figures` is regular with digits of equal width, for columns of amounts. */
export type Face = 'regular' | 'semibold' | 'figures'

/** Sizes in points. */
export type Style = { size: number; face: Face; ink: keyof typeof inks }

export type PaperOptions = { fonts: FontFiles; language: string; title: string; author: string }

const inks = {
  text: rgb(0.1, 0.12, 0.15),
  quiet: rgb(0.4, 0.43, 0.48),
  line: rgb(0.86, 0.87, 0.89),
  panel: rgb(0.965, 0.968, 0.975),
  mark: rgb(0.93, 0.935, 0.945),
  white: rgb(1, 1, 1),
}

const a4 = { width: 595.28, height: 841.89 }
const capHeight = 0.727

/** Height of a line of text in points. */
export const leading = (style: Style): number => style.size * 1.45

/**
 * A4 pages that are filled from the top. Coordinates are in points from the top left corner; `y` is
 * where the next thing goes. Every text passes `printable`, so no input can fail or move the layout.
 */
export class Paper {
  readonly left = 56.7
  readonly right = a4.width - 56.7
  readonly width = a4.width - 2 * 56.7
  readonly height = a4.height
  y = 0
  /** Where the flowing content of a page ends; what is below belongs to the footer. */
  bottom = a4.height - 56.7
  /** Draws what opens a page; called after each page break and free to move `y`. */
  openPage: () => void = () => {}

  readonly #document: PDFDocument
  readonly #faces: Record<Face, PDFFont>
  readonly #characters: ReadonlySet<number>
  readonly #widths = new Map<string, number>()
  #page: PDFPage
  #contentTop = 0

  private constructor(document: PDFDocument, faces: Record<Face, PDFFont>) {
    this.#document = document
    this.#faces = faces
    this.#characters = new Set(faces.regular.getCharacterSet())
    this.#page = document.addPage([a4.width, a4.height])
  }

  static async of({ fonts, language, title, author }: PaperOptions): Promise<Paper> {
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
    return new Paper(document, {
      regular: await document.embedFont(fonts.regular, { subset: true, features }),
      semibold: await document.embedFont(fonts.semibold, { subset: true, features }),
      figures: await document.embedFont(fonts.regular, {
        subset: true,
        features: { ...features, tnum: true },
      }),
    })
  }

  /** Whether that height is left on the page; a page just begun takes anything. */
  fits(height: number): boolean {
    return this.y + height <= this.bottom || this.y <= this.#contentTop
  }

  /** Breaks the page when that height is not left on it. */
  ensure(height: number): void {
    if (this.fits(height)) return
    this.#page = this.#document.addPage([a4.width, a4.height])
    this.y = 0
    this.openPage()
    this.#contentTop = this.y
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
      y: a4.height - y - (leading(style) + style.size * capHeight) / 2,
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
    const y = a4.height - this.y
    const color = inks[ink]
    this.#page.drawLine({ start: { x, y }, end: { x: x + width, y }, thickness: 0.6, color })
  }

  panel(x: number, y: number, width: number, height: number, ink: Style['ink'] = 'panel'): void {
    this.#page.drawRectangle({ x, y: a4.height - y - height, width, height, color: inks[ink] })
  }

  /** Large and pale across the page, to be drawn before anything else. */
  watermark(text: string): void {
    const size = 104
    const shown = printable(text, this.#characters)
    const half = this.measure(shown, { size, face: 'semibold', ink: 'mark' }) / 2
    this.#page.drawText(shown, {
      x: a4.width / 2 - half * Math.SQRT1_2 + (size * capHeight * Math.SQRT1_2) / 2,
      y: a4.height / 2 - half * Math.SQRT1_2 - (size * capHeight * Math.SQRT1_2) / 2,
      size,
      font: this.#faces.semibold,
      color: inks.mark,
      rotate: degrees(45),
    })
  }

  /** Squares of a matrix as one shape, so that no seams show between them. */
  matrix(modules: boolean[][], x: number, y: number, size: number): void {
    const path = modules
      .flatMap((row, down) => row.map((dark, across) => (dark ? `M${across} ${down}h1v1h-1z` : '')))
      .join('')
    const scale = size / modules.length
    this.#page.drawSvgPath(path, { x, y: a4.height - y, scale, color: inks.text, borderWidth: 0 })
  }

  /** Makes a rectangle open a web address; one that is malformed stays text. */
  link(address: string, x: number, y: number, width: number, height: number): void {
    if (!URL.canParse(address)) return
    const { context } = this.#document
    const uri = new URL(address).href.replace(/[\\()]/g, '\\$&')
    const annotation = context.obj({
      Type: 'Annot',
      Subtype: 'Link',
      Rect: [x, a4.height - y - height, x + width, a4.height - y],
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
    this.#page.drawImage(image, { x, y: a4.height - this.y - size.height, ...size })
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
