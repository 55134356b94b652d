import * as fontkit from 'fontkit'
import type { PDFDocument } from 'pdf-lib'

type PdfFontkit = Parameters<PDFDocument['registerFontkit']>[0]
type PdfFont = ReturnType<PdfFontkit['create']>
type SubsetStream = ReturnType<ReturnType<PdfFont['createSubset']>['encodeStream']>

/**
 * fontkit as pdf-lib calls it. The fork made for pdf-lib writes subsets in which glyphs of fonts
 * such as Inter are lost (foliojs/fontkit#191); the original writes sound ones, but returns bytes
 * where pdf-lib reads a stream.
 */
export const subsettingFontkit: PdfFontkit = {
  create(bytes) {
    const font = fontkit.create(bytes as Buffer)
    if (!('createSubset' in font)) throw new TypeError('A collection of fonts, not a font')
    const original = font.createSubset.bind(font)
    const createSubset = () => {
      const subset = original()
      return Object.assign(subset, { encodeStream: () => streamOf(subset.encode()) })
    }
    // The fork's types differ in what pdf-lib does not use.
    return Object.assign(font, { createSubset }) as unknown as PdfFont
  },
}

function streamOf(bytes: Uint8Array): SubsetStream {
  const stream: SubsetStream = {
    on(event, listener) {
      if (event === 'data' || event === 'end') listener(bytes)
      return stream
    },
  }
  return stream
}
