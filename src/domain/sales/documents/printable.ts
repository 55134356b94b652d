const placeholder = '□'
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * Text as a font can show it: what it lacks becomes one □ per visible character (an emoji of five
 * code points is one), control and formatting characters go, line breaks stay as `\n`.
 */
export function printable(text: string, supported: ReadonlySet<number>): string {
  const plain = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[\t\v\f]|(?!\u00a0)\p{Zs}/gu, ' ')
  return Array.from(graphemes.segment(plain), ({ segment }) => {
    if (segment === '\n') return segment
    const visible = segment.replace(/\p{Cc}|\p{Cf}|\p{Variation_Selector}/gu, '')
    const known = Array.from(visible).every((char) => supported.has(char.codePointAt(0) ?? 0))
    return known ? visible : placeholder
  }).join('')
}

/** The visible characters of a text, base and accents together. */
export function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}
