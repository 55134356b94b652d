import { decimal, sumCents } from '../../lib/money.ts'
import { invalid, refused } from '../../refusal.ts'
import type { Format, Statement } from './statement.ts'

const most_bytes = 10 * 1024 * 1024
const mostLines = 50_000

export interface StatementFile {
  format: Format
  statements: Statement[]
}

/** Reads a file of either format, and refuses it where its own sums do not hold. */
export async function readStatements(file: Uint8Array): Promise<StatementFile> {
  if (file.length > most_bytes) throw invalid({ file: ['The file may not be greater than 10 MB.'] })
  const text = decode(file)
  const format = /^\s*</.test(text) ? 'camt053' : 'mt940'
  const statements =
    format === 'camt053'
      ? (await import('./camt053.ts')).readCamt053(text)
      : (await import('./mt940.ts')).readMt940(text)
  const lines = statements.reduce((sum, statement) => sum + statement.lines.length, 0)
  if (lines > mostLines) {
    throw invalid({ file: [`The file may not have more than ${mostLines} transactions.`] })
  }
  for (const statement of statements) check(statement)
  return { format, statements }
}

/** UTF-16 by its mark, UTF-8 when it is, else what older bank software writes. */
function decode(file: Uint8Array): string {
  if (file[0] === 0xff && file[1] === 0xfe) return new TextDecoder('utf-16le').decode(file)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(file)
  } catch {
    return new TextDecoder('windows-1252').decode(file)
  }
}

function check({ currency, statement_number, opening_cents, closing_cents, lines }: Statement) {
  if (currency !== 'EUR') {
    const message = `Statement ${statement_number} is in ${currency || 'no currency'}; only euros can be imported.`
    throw refused('unsupported_currency', message, { file: [message] })
  }
  const moved = sumCents(lines.map((line) => line.amount_cents))
  if (opening_cents + moved === closing_cents) return
  const sums = [opening_cents, moved, closing_cents].map(decimal)
  const message = `Statement ${statement_number} does not add up: it opens at ${sums[0]}, moves ${sums[1]} and closes at ${sums[2]}.`
  throw refused('statement_unbalanced', message, { file: [message] })
}
