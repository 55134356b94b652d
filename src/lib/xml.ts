/** Text as XML 1.0 can hold it: control characters and noncharacters it cannot. */
export const xmlText = (value: string): string =>
  value
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])[\p{Cc}\ufffe\uffff]/gu, '')
    .trim()

const signs = { '&': '&amp;', '<': '&lt;', '>': '&gt;' } as const

/** The content of an element: cleaned, cut to so many characters, and what means something in XML escaped. */
export function xmlContent(value: string, max = Number.POSITIVE_INFINITY): string {
  const text = xmlText(value)
  // Length counts UTF-16 units, a schema characters: an emoji is two of one and one of the other.
  const cut = text.length > max ? [...text].slice(0, max).join('').trimEnd() : text
  return cut.replace(/[&<>]/g, (sign) => signs[sign as keyof typeof signs])
}
