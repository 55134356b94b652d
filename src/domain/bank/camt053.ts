import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { isCalendarDate } from '../../lib/dates.ts'
import { sumCents } from '../../lib/money.ts'
import {
  accountOf,
  centsOf,
  earliest,
  optional,
  plain,
  referenceOf,
  type Statement,
  type StatementLine,
  shown,
  unreadable,
} from './statement.ts'

/** An element as the parser gives it; text of an element with attributes is `#text`. */
type Node = { [name: string]: Node | Node[] | string | undefined }

const lists = new Set(['Stmt', 'Bal', 'Ntry', 'NtryDtls', 'TxDtls', 'Ustrd', 'Strd'])

const options = {
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name: string) => lists.has(name),
} as const

/**
 * Statements of a CAMT.053 file (ISO 20022, any version from 02 on): what is booked, in the order of the file.
 * 422 `unreadable_statement` when it is not one.
 */
export function readCamt053(xml: string): Statement[] {
  // Entities of a file's own making can grow without end; a statement has no use for them.
  if (/<!DOCTYPE/i.test(xml)) throw unreadable('The file may not have a document type.')
  if (XMLValidator.validate(xml) !== true) throw unreadable('The file is not well-formed XML.')
  const root = new XMLParser(options).parse(xml) as Node
  const message = nodeOf(root, 'Document', 'BkToCstmrStmt')
  if (!message) throw unreadable('The file is XML, but not a CAMT.053 statement.')
  return all(message, 'Stmt').map(readStatement)
}

function readStatement(stmt: Node): Statement {
  const account = textOf(stmt, 'Acct', 'Id', 'IBAN') ?? textOf(stmt, 'Acct', 'Id', 'Othr', 'Id')
  if (!account) throw unreadable('A statement in the file does not name its account.')
  const balance = (...codes: string[]) =>
    all(stmt, 'Bal').find((bal) => codes.includes(textOf(bal, 'Tp', 'CdOrPrtry', 'Cd') ?? ''))
  const opening = balance('OPBD', 'PRCD')
  const closing = balance('CLBD')
  if (!opening || !closing) {
    throw unreadable('A statement in the file lacks its opening or closing balance.')
  }
  const lines = all(stmt, 'Ntry').filter(isBooked).flatMap(readEntry)
  const to_date = dayOf(closing, 'Dt')
  return {
    account: accountOf(account),
    currency: currencyOf(closing) ?? textOf(stmt, 'Acct', 'Ccy') ?? '',
    statement_number:
      optional(
        textOf(stmt, 'ElctrncSeqNb') ?? textOf(stmt, 'LglSeqNb') ?? textOf(stmt, 'Id'),
        100,
      ) ?? '-',
    from_date: firstDay(stmt, lines, to_date),
    to_date,
    opening_cents: signed(opening),
    closing_cents: signed(closing),
    lines,
  }
}

/** The opening balance may be dated the evening before. */
function firstDay(stmt: Node, lines: StatementLine[], to_date: string): string {
  const said = textOf(stmt, 'FrToDt', 'FrDtTm') ?? textOf(stmt, 'FrToDt', 'FrDt')
  const booked = lines.map((line) => line.booked_on)
  return earliest(said ? asDay(said) : to_date, [...booked, to_date])
}

/** `<Sts>BOOK</Sts>` until version 07, `<Sts><Cd>BOOK</Cd></Sts>` since; what is pending may not come. */
function isBooked(entry: Node): boolean {
  const status = textOf(entry, 'Sts', 'Cd') ?? textOf(entry, 'Sts')
  return status === undefined || status === 'BOOK'
}

/** A batch is the payments in it where the file gives the amount of each, else it is one line. */
function readEntry(entry: Node): StatementLine[] {
  const amount_cents = signed(entry)
  const details = all(entry, 'NtryDtls').flatMap((part) => all(part, 'TxDtls'))
  const shared = {
    booked_on: dayOf(entry, 'BookgDt', 'ValDt'),
    isIncoming: textOf(entry, 'CdtDbtInd') === 'CRDT',
    text: textOf(entry, 'AddtlNtryInf'),
  }
  const reference = referenceOf(textOf(entry, 'AcctSvcrRef'))
  const amounts = details.length > 1 ? details.map((detail) => detailCents(detail, entry)) : []
  if (amounts.length === 0 || amounts.some((cents) => cents === undefined || cents === 0)) {
    return amount_cents === 0 ? [] : [lineOf(details[0], shared, amount_cents, reference)]
  }
  const each = amounts as number[]
  if (sumCents(each) !== amount_cents) return [lineOf(undefined, shared, amount_cents, reference)]
  return details.map((detail, place) =>
    lineOf(
      detail,
      shared,
      each[place] ?? 0,
      referenceOf(textOf(detail, 'Refs', 'AcctSvcrRef')) ??
        (reference && `${reference}/${place + 1}`),
    ),
  )
}

function detailCents(detail: Node, entry: Node): number | undefined {
  const amount = textOf(detail, 'Amt') ?? textOf(detail, 'AmtDtls', 'TxAmt', 'Amt')
  const currency = currencyOf(detail) ?? currencyOf(nodeOf(detail, 'AmtDtls', 'TxAmt') ?? {})
  if (amount === undefined || (currency ?? 'EUR') !== (currencyOf(entry) ?? 'EUR')) return undefined
  const isCredit = (textOf(detail, 'CdtDbtInd') ?? textOf(entry, 'CdtDbtInd')) === 'CRDT'
  return isCredit ? centsOf(amount) : -centsOf(amount)
}

function lineOf(
  detail: Node | undefined,
  {
    booked_on,
    isIncoming,
    text,
  }: { booked_on: string; isIncoming: boolean; text: string | undefined },
  amount_cents: number,
  bank_reference: string | null,
): StatementLine {
  const parties = nodeOf(detail ?? {}, 'RltdPties') ?? {}
  const [side, other] = isIncoming ? ['Dbtr', 'UltmtDbtr'] : ['Cdtr', 'UltmtCdtr']
  const name = (role: string) => textOf(parties, role, 'Nm') ?? textOf(parties, role, 'Pty', 'Nm')
  const iban = textOf(parties, `${side}Acct`, 'Id', 'IBAN')
  return {
    booked_on,
    amount_cents,
    counterparty_name: optional(name(side) ?? name(other)),
    counterparty_iban: iban ? optional(accountOf(iban), 34) : null,
    description: remittanceOf(detail ?? {}) || optional(text ?? '', 1000) || '',
    end_to_end_id: referenceOf(textOf(detail ?? {}, 'Refs', 'EndToEndId')),
    bank_reference,
  }
}

/** What the payer wrote, in words or as a reference, and what the bank adds to it. */
function remittanceOf(detail: Node): string {
  const remittance = nodeOf(detail, 'RmtInf') ?? {}
  const words = texts(remittance, 'Ustrd')
  const references = all(remittance, 'Strd').flatMap((part) => [
    textOf(part, 'CdtrRefInf', 'Ref'),
    textOf(part, 'RfrdDocInf', 'Nb'),
    textOf(part, 'AddtlRmtInf'),
  ])
  const said = [...words, ...references].filter((part) => part !== undefined)
  const parts = said.length > 0 ? said : [textOf(detail, 'AddtlTxInf') ?? '']
  return plain(parts.join(' ')).slice(0, 1000)
}

/** `RvslInd` says why, not which way: the indicator beside the amount already says that. */
const signed = (node: Node) => {
  const cents = centsOf(textOf(node, 'Amt') ?? '')
  return textOf(node, 'CdtDbtInd') === 'DBIT' ? -cents : cents
}

const currencyOf = (node: Node) => {
  const amount = node.Amt
  return typeof amount === 'object' && !Array.isArray(amount) ? textOf(amount, '@Ccy') : undefined
}

/** The day of the first of these elements that is there; a moment counts as the day that it is written in. */
function dayOf(node: Node, ...names: string[]): string {
  const found = names
    .map((name) => textOf(node, name, 'Dt') ?? textOf(node, name, 'DtTm'))
    .find((text) => text !== undefined)
  return asDay(found ?? '')
}

function asDay(text: string): string {
  const day = text.slice(0, 10)
  if (!isCalendarDate(day)) throw unreadable(`The file has a date that is none: "${shown(text)}".`)
  return day
}

function nodeOf(node: Node, ...path: string[]): Node | undefined {
  let at: Node | undefined = node
  for (const name of path) {
    const next: Node | Node[] | string | undefined = at?.[name]
    at = typeof next === 'object' && !Array.isArray(next) ? next : undefined
  }
  return at
}

function textOf(node: Node, ...path: string[]): string | undefined {
  const last = path.at(-1) ?? ''
  const value = nodeOf(node, ...path.slice(0, -1))?.[last]
  const text = typeof value === 'object' && !Array.isArray(value) ? value['#text'] : value
  return typeof text === 'string' && text !== '' ? text : undefined
}

const all = (node: Node, name: string): Node[] =>
  Array.isArray(node[name]) ? (node[name] as Node[]).filter((each) => typeof each === 'object') : []

const texts = (node: Node, name: string): string[] =>
  Array.isArray(node[name])
    ? (node[name] as unknown[]).map((each) =>
        typeof each === 'object' ? (textOf(each as Node, '#text') ?? '') : String(each),
      )
    : []
