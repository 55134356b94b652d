import JsBarcode from 'jsbarcode'
import { encode } from 'uqr'

/**
 * The bars of a text, `1` is dark: an EAN-13 when it is one, else Code 128. Undefined for characters that
 * Code 128 does not have.
 */
export const barsOf = (text: string): string | undefined =>
  (/^\d{13}$/.test(text) ? encoded(text, 'EAN13') : undefined) ??
  // The library reads some letters with accents as control codes.
  (/^[\x20-\x7e]+$/.test(text) ? encoded(text, 'CODE128') : undefined)

/** Undefined when the text is none of that format: a wrong check digit. */
function encoded(text: string, format: string): string | undefined {
  const drawn: { encodings?: { data: string }[] } = {}
  let isValid = true
  const valid = (is: boolean) => {
    isValid = is
  }
  // In one piece: without the longer bars that divide an EAN-13.
  JsBarcode(drawn, text, { format, valid, ...{ flat: true } })
  return isValid ? drawn.encodings?.map(({ data }) => data).join('') : undefined
}

/** The modules of a QR code, true is dark; correction M, without the light border. */
export const qrOf = (text: string): boolean[][] => encode(text, { ecc: 'M', border: 0 }).data
