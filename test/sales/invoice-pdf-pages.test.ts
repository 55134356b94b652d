import fc from 'fast-check'
import * as fontkit from 'fontkit'
import { decodePDFRawStream, PDFDocument, PDFRawStream } from 'pdf-lib'
import { getDocumentProxy } from 'unpdf'
import { describe, expect, test } from 'vitest'
import { renderInvoice } from '../../src/domain/sales/documents/invoice-pdf.ts'
import { printable } from '../../src/domain/sales/documents/printable.ts'
import { fonts, invoiceDocument, line, pagesOf, parts, textOf } from './invoice-document.ts'

/** How a TrueType file begins: version 1.0, or `true`. */
const trueTypeTags = [0x00010000, 0x74727565]

describe('pages', () => {
  test('sixty lines all appear once, under a repeated head, with numbered pages', async () => {
    const pages = await pagesOf(invoiceDocument({ lines: parts(60) }))
    const all = pages.join('\n')
    for (let number = 1; number <= 60; number++) {
      expect(all.split(`Onderdeel ${number}.`)).toHaveLength(2)
    }
    pages.forEach((page, index) => {
      expect(page).toContain(`Pagina ${index + 1} van ${pages.length}`)
      if (page.includes('Onderdeel')) expect(page).toContain('Omschrijving')
    })
  })

  test('totals are never without a line, wherever the page ends', async () => {
    for (let count = 9; count <= 18; count++) {
      const pages = await pagesOf(invoiceDocument({ lines: parts(count) }))
      const withTotals = pages.filter((page) => page.includes('Totaal incl. btw'))
      expect(withTotals).toHaveLength(1)
      expect(withTotals[0]).toContain(`Onderdeel ${count}.`)
      expect(withTotals[0]).toContain('Totaal excl. btw')
    }
  })

  test('a description longer than a page goes on, and totals stay with its end', async () => {
    const description = `${'Een lang verhaal. '.repeat(500)}Einde.`
    const pages = await pagesOf(invoiceDocument({ lines: [line({ description })] }))
    expect(pages.length).toBeGreaterThan(2)
    expect(pages.join('').match(/verhaal/g)).toHaveLength(500)
    expect(pages.find((page) => page.includes('Totaal incl. btw'))).toContain('Einde.')
  })

  test('a word of 300 characters is broken inside the page', async () => {
    const word = 'Bedrijfsnaam'.repeat(25)
    const bytes = await renderInvoice(
      invoiceDocument({
        buyer: { ...invoiceDocument().buyer, name: word },
        lines: [line({ description: word })],
      }),
      fonts,
    )
    const pdf = await getDocumentProxy(bytes)
    const { items } = await (await pdf.getPage(1)).getTextContent()
    const texts = items.filter((item) => 'str' in item)
    expect(
      texts
        .map((item) => item.str)
        .join('')
        .split(word),
    ).toHaveLength(3)
    for (const item of texts) expect(item.transform[4] + item.width).toBeLessThan(595.28 - 56)
  })
})

describe('characters', () => {
  test('Latin, Greek and Cyrillic are shown; what the font lacks becomes □', async () => {
    const description = 'Ćwiczenie ñ Επισκευή οθόνης Ремонт ґ İ ß 📱 手机 👩‍👩‍👧 مرحبا'
    const text = await textOf(
      invoiceDocument({ lines: [line({ description })], notes: 'Prijs -> € 5 (2x3) fi ffl' }),
    )
    const flat = text.replace(/\s+/g, ' ')
    expect(flat).toContain('Ćwiczenie ñ Επισκευή οθόνης Ремонт ґ İ ß □ □□ □ □□□□□')
    expect(flat).toContain('Prijs -> € 5 (2x3) fi ffl')
  })

  test('control, formatting and lone surrogate characters do no harm', () => {
    const latin = new Set(Array.from('abcé \u00a0').map((char) => char.codePointAt(0) ?? 0))
    const shown = (text: string) => printable(text, latin)
    expect(shown('a\u0000b\u0007\u200b\u202ec')).toBe('abc')
    expect(shown('a\tb\r\nc\u2028a')).toBe('a b\nc\na')
    expect(shown('e\u0301')).toBe('é')
    expect(shown('a\ud800b')).toBe('a□b')
    expect(shown('👩‍👩‍👧‍👦🇳🇱')).toBe('□□')
    expect(shown('a\u00a0b\u2003c')).toBe('a\u00a0b c')
  })

  test('no text makes it fail', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 120 })
    await fc.assert(
      fc.asyncProperty(text, text, text, async (name, description, notes) => {
        const { seller, buyer } = invoiceDocument()
        const document = invoiceDocument({
          seller: { ...seller, name, website: notes },
          buyer: { ...buyer, name: description, address: [notes] },
          lines: [line({ description })],
          notes,
          footer: name,
          payment_url: description,
        })
        const [page] = await pagesOf(document)
        expect(page).toContain('Totaal incl. btw')
      }),
      { numRuns: 15 },
    )
  })

  test('every embedded glyph keeps its outline', async () => {
    const bytes = await renderInvoice(invoiceDocument(), fonts)
    const pdf = await PDFDocument.load(bytes)
    const files = pdf.context
      .enumerateIndirectObjects()
      .map(([, object]) => object)
      .filter((object) => object instanceof PDFRawStream)
      .map((stream) => Buffer.from(decodePDFRawStream(stream).decode()))
      .filter((content) => content.length > 4 && trueTypeTags.includes(content.readUInt32BE(0)))
    expect(files).toHaveLength(3)
    for (const file of files) {
      const font = fontkit.create(file)
      if (!('getGlyph' in font)) throw new TypeError('A collection')
      const count = font.numGlyphs
      const blank = Array.from({ length: count }, (_, id) => font.getGlyph(id)).filter(
        (glyph) => glyph.path.commands.length === 0,
      )
      // The space, in some of them.
      expect(blank.length).toBeLessThanOrEqual(1)
    }
  })
})
