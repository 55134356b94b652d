import {
  BarcodeFormat,
  BinaryBitmap,
  HybridBinarizer,
  MultiFormatReader,
  RGBLuminanceSource,
} from '@zxing/library'
import { decodePDFRawStream, PDFArray, PDFDocument, type PDFPage, PDFRawStream } from 'pdf-lib'

const scale = 6

/** What a scanner reads on each page of a PDF, and in which code. */
export async function scan(pdf: Uint8Array): Promise<{ text: string; code: string }[]> {
  const document = await PDFDocument.load(pdf)
  return document.getPages().map((page) => {
    const { width, height } = page.getSize()
    const [across, down] = [Math.round(width * scale), Math.round(height * scale)]
    const picture = new Uint8ClampedArray(across * down).fill(255)
    for (const { left, right, bottom, top } of rectanglesOf(page)) {
      for (let y = Math.round((height - top) * scale); y < (height - bottom) * scale; y++) {
        picture.fill(
          0,
          y * across + Math.round(left * scale),
          y * across + Math.round(right * scale),
        )
      }
    }
    const source = new RGBLuminanceSource(picture, across, down)
    const result = new MultiFormatReader().decode(new BinaryBitmap(new HybridBinarizer(source)))
    return { text: result.getText(), code: BarcodeFormat[result.getBarcodeFormat()] ?? '' }
  })
}

/** The filled rectangles of a page, in points from its bottom left corner. */
function rectanglesOf(page: PDFPage) {
  const stack: { x: number; y: number; across: number; down: number }[] = []
  let at = { x: 0, y: 0, across: 1, down: 1 }
  let corners: [number, number][] = []
  const rectangles: { left: number; right: number; bottom: number; top: number }[] = []
  for (const operation of contentOf(page).split('\n')) {
    const [n0 = 0, n1 = 0, , n3 = 0, n4 = 0, n5 = 0] = operation.split(' ').map(Number)
    const operator = operation.split(' ').at(-1)
    if (operator === 'q') stack.push(at)
    if (operator === 'Q') at = stack.pop() ?? at
    if (operator === 'cm') {
      at = {
        x: at.x + n4 * at.across,
        y: at.y + n5 * at.down,
        across: at.across * n0,
        down: at.down * n3,
      }
    }
    if (operator === 'm' || operator === 'l')
      corners.push([at.x + n0 * at.across, at.y + n1 * at.down])
    if (operator === 'h') {
      const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
      rectangles.push({
        left: Math.min(...xs),
        right: Math.max(...xs),
        bottom: Math.min(...ys),
        top: Math.max(...ys),
      })
      corners = []
    }
  }
  return rectangles
}

function contentOf(page: PDFPage): string {
  const contents = page.node.Contents()
  const refs = contents instanceof PDFArray ? contents.asArray() : []
  return refs
    .map((ref) => page.doc.context.lookup(ref))
    .filter((stream) => stream instanceof PDFRawStream)
    .map((stream) => new TextDecoder().decode(decodePDFRawStream(stream).decode()))
    .join('\n')
}
