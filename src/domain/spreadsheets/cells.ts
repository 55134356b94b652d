/** A column that an import knows. */
export interface Column {
  /** What its header may say besides its own name; compared without case, spaces and signs. */
  names: readonly string[]
  /** From a cell that is not empty to what the schema takes; what it cannot read it leaves to the schema. */
  read: (cell: string) => unknown
}

export type Columns = Record<string, Column>

/** A text as a sheet holds one that Excel would take for a formula: after an apostrophe or more. */
export const guardedFormula = /^'+[=+@\t\r＝＋－＠-]/

export const asText = (cell: string) => cell

/** `1.234,56`, `1,234.56`, `€ 12,50`, `21 %` → a decimal as JSON writes it; a single mark is the decimal mark. */
export function asDecimal(cell: string): string {
  const plain = cell.replace(/[€%\s]/g, '')
  if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(plain) || /^-?\d{1,3}(\.\d{3}){2,}$/.test(plain)) {
    return plain.replaceAll('.', '').replace(',', '.')
  }
  if (/^-?\d{1,3}(,\d{3})+\.\d+$/.test(plain) || /^-?\d{1,3}(,\d{3}){2,}$/.test(plain)) {
    return plain.replaceAll(',', '')
  }
  return /^-?\d+([.,]\d+)?$/.test(plain) ? plain.replace(',', '.') : cell
}

export function asWholeNumber(cell: string): number | string {
  const value = Number(asDecimal(cell))
  return Number.isFinite(value) ? value : cell
}

const flags = new Map([
  ...['1', 'true', 'yes', 'y', 'x', 'ja', 'j', 'waar'].map((word) => [word, true] as const),
  ...['0', 'false', 'no', 'n', 'nee', 'onwaar'].map((word) => [word, false] as const),
])

export const asFlag = (cell: string) => flags.get(cell.toLowerCase()) ?? cell

/** A name of a list, or one of its other words. */
export const asOneOf = (words: Record<string, string>) => (cell: string) =>
  words[cell.toLowerCase()] ?? cell.toLowerCase()

/** `27-3-2026` and `27/03/2026` → `2026-03-27`; an ISO date stays. */
export function asDay(cell: string): string {
  const [, day = '', month = '', year] = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(cell) ?? []
  return year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : cell
}

/** The header that a column may have, for the API document. */
export const describeColumns = (columns: Columns) =>
  Object.entries(columns)
    .map(([name, { names }]) => `\`${name}\`${names.length > 0 ? ` (${names.join(', ')})` : ''}`)
    .join(', ')
