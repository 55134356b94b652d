import { isCalendarDate } from '../../lib/dates.ts'
import { detailsOf } from './mt940-details.ts'
import {
  accountOf,
  centsOf,
  earliest,
  optional,
  referenceOf,
  type Statement,
  type StatementLine,
  shown,
  unreadable,
} from './statement.ts'

interface Field {
  tag: string
  value: string
}

/**
 * Statements of an MT940 file (SWIFT; as Dutch banks write it, with and without envelope): each message is one,
 * also where a long statement goes over several. 422 `unreadable_statement` when it is not one.
 */
export function readMt940(text: string): Statement[] {
  const messages = messagesOf(fieldsOf(text))
  if (messages.length === 0) throw unreadable('The file is neither CAMT.053 nor MT940.')
  return messages.map(readMessage)
}

/** A field is `:86:` and what follows, to the next field or the end of the message. */
function fieldsOf(text: string): Field[] {
  const fields: Field[] = []
  let isInside = false
  for (const line of text.split(/\r\n|\r|\n/)) {
    // The envelope may stand before the first field on its line.
    const [, tag, value = ''] = /^(?:\{.*\{4:)?:(\d\d[A-Z]?):(.*)$/s.exec(line) ?? []
    const field = fields.at(-1)
    if (tag) {
      fields.push({ tag, value })
      isInside = true
    } else if (/^-\}?\s*$/.test(line)) isInside = false
    else if (isInside && field) field.value += `\n${line}`
  }
  return fields
}

function messagesOf(fields: Field[]): Field[][] {
  const messages: Field[][] = []
  for (const field of fields) {
    if (field.tag === '20') messages.push([])
    messages.at(-1)?.push(field)
  }
  return messages
}

function readMessage(fields: Field[]): Statement {
  const textOf = (...tags: string[]) =>
    fields.find(({ tag }) => tags.includes(tag))?.value.trim() ?? ''
  const account = accountOf(textOf('25').split('\n')[0] ?? '')
  if (account === '') throw unreadable('A statement in the file does not name its account.')
  const opening = readBalance(textOf('60F', '60M'))
  const closing = readBalance(textOf('62F', '62M'))
  const lines = linesOf(fields)
  return {
    account,
    currency: closing.currency,
    statement_number: optional(textOf('28C', '28'), 100) ?? '-',
    from_date: earliest(
      closing.date,
      lines.map((line) => line.booked_on),
    ),
    to_date: closing.date,
    opening_cents: opening.cents,
    closing_cents: closing.cents,
    lines,
  }
}

function readBalance(value: string) {
  const [, sign, day = '', currency = '', amount = ''] =
    /^([CD])(\d{6})([A-Z]{3})(\d[\d,]*)/.exec(value) ?? []
  if (!sign) throw unreadable('A statement in the file lacks its opening or closing balance.')
  const cents = centsOf(amount)
  return { date: dayOf(day), currency, cents: sign === 'D' ? -cents : cents }
}

/** Each `:61:` with the `:86:` right after it; one elsewhere is about the statement. */
const linesOf = (fields: Field[]): StatementLine[] =>
  fields.flatMap(({ tag, value }, place) => {
    if (tag !== '61') return []
    const next = fields[place + 1]
    const line = readLine(value, next?.tag === '86' ? next.value : '')
    return line.amount_cents === 0 ? [] : [line]
  })

const statementLine =
  /^(\d{6})(\d{4})?(R?[CD])[A-Z]?(\d[\d,]*)[A-Z][A-Z0-9]{3}([^\n]*?)(?:\/\/[^\n]*)?(?:\n(.*))?$/s

function readLine(value: string, information: string): StatementLine {
  const parts = statementLine.exec(value.trimEnd())
  if (!parts) throw unreadable(`The file has a line that cannot be read: "${shown(value)}".`)
  const [, valued = '', booked = '', sign = '', amount = '', own, more = ''] = parts
  const cents = centsOf(amount)
  const details = detailsOf(information)
  const iban = details.iban ?? accountOf(more.split('\n')[0] ?? '')
  return {
    booked_on: bookedOn(valued, booked),
    // A reversal goes the other way: RC takes a credit back.
    amount_cents: sign === 'D' || sign === 'RC' ? -cents : cents,
    counterparty_name: optional(details.name),
    counterparty_iban: /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban) ? iban : null,
    // More code words, or the account once again, say nothing to people.
    description: optional(details.description || (/^(\/|\w+$)/.test(more) ? '' : more), 1000) ?? '',
    end_to_end_id: referenceOf(details.end_to_end_id ?? own),
    // What stands after `//` is a name of the line at some banks, and a kind of line at others.
    bank_reference: null,
  }
}

/** The day of the booking has no year of its own: it is the one nearest to the day of value. */
function bookedOn(valued: string, booked: string): string {
  if (booked === '') return dayOf(valued)
  const months = Number(booked.slice(0, 2)) - Number(valued.slice(2, 4))
  const year = Number(valued.slice(0, 2)) + (months > 6 ? -1 : months < -6 ? 1 : 0)
  return dayOf(String(year).padStart(2, '0') + booked)
}

function dayOf(text: string): string {
  const day = `20${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4, 6)}`
  if (!isCalendarDate(day)) throw unreadable(`The file has a date that is none: "${shown(text)}".`)
  return day
}
