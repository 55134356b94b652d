import { refused } from '../../refusal.ts'

/** A line of a statement, as either format says it. */
export interface StatementLine {
  /** The day on which the bank booked it. */
  booked_on: string
  /** Below zero: out of the account. */
  amount_cents: number
  counterparty_name: string | null
  counterparty_iban: string | null
  description: string
  end_to_end_id: string | null
  /** What the bank calls it, where that name is its own; null where the format has none. */
  bank_reference: string | null
}

/** A statement as a file holds it. */
export interface Statement {
  /** IBAN, or the number of the account where the bank writes no more. */
  account: string
  currency: string
  statement_number: string
  from_date: string
  to_date: string
  opening_cents: number
  closing_cents: number
  lines: StatementLine[]
}

export type Format = 'camt053' | 'mt940'

/** What cannot be read, and why. */
export const unreadable = (why: string) => refused('unreadable_statement', why, { file: [why] })

/** Digits with at most two decimals that are not zero, by point or comma → cents, exactly. */
export function centsOf(amount: string): number {
  const [, whole = '', fraction = ''] = /^(\d{1,15})(?:[.,](\d{0,2})0*)?$/.exec(amount) ?? []
  if (whole === '') throw unreadable(`The file has an amount that is none: "${shown(amount)}".`)
  const cents = Number(whole + fraction.padEnd(2, '0'))
  if (!Number.isSafeInteger(cents)) throw unreadable('The file has an amount that is too large.')
  return cents
}

/** For a sentence: what a file holds may be long, or hold anything. */
export const shown = (text: string) => plain(text).slice(0, 40)

// What a text column cannot hold, and what would break a line.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu

/** One line without control characters. */
export const plain = (text: string) => text.toWellFormed().replace(unprintable, ' ').trim()

/** One line of at most so many characters; null when nothing is left. */
export const optional = (text: string | undefined, limit = 255): string | null =>
  Array.from(plain(text ?? ''))
    .slice(0, limit)
    .join('') || null

/** The words that stand for no reference. */
const nothing = /^(NOTPROVIDED|NOT PROVIDED|NONREF|NOREF|EREF|PREF|MARF|-*)$/i

export const referenceOf = (text: string | undefined): string | null => {
  const reference = optional(text, 140)
  return reference === null || nothing.test(reference) ? null : reference
}

/** The earliest of days. */
export const earliest = (first: string, others: string[]) =>
  others.reduce((least, day) => (least.localeCompare(day) <= 0 ? least : day), first)

/** An account number without the spaces and the currency that may follow it. */
export const accountOf = (text: string) =>
  text
    .toUpperCase()
    .replace(/[\s.]/g, '')
    .replace(/(?<=\d)EUR$/, '')
