import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { XMLParser } from 'fast-xml-parser'
import { expect } from 'vitest'
import type { Client, Json } from '../harness/client.ts'

/** The official schemas, where they lie beside the checkout; they are not part of the project. */
const schemas = join(import.meta.dirname, '../../../shared/specs/xaf')
const run = promisify(execFile)
const hasXmllint = await run('xmllint', ['--version']).then(
  () => true,
  () => false,
)

/** Why files cannot be held against the official schemas here; undefined when they can. */
export const unchecked = !existsSync(schemas)
  ? `no schemas in ${schemas}`
  : hasXmllint
    ? undefined
    : 'xmllint is not installed (Debian: libxml2-utils)'

/** What the official schema of a version has against a file; nothing, or its words. */
export async function schemaErrors(xml: string, version: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'repair-angel-audit-'))
  const file = join(folder, 'auditfile.xaf')
  await writeFile(file, xml)
  const schema = join(schemas, `XmlAuditfileFinancieel${version}.xsd`)
  const outcome = await run('xmllint', ['--noout', '--nonet', '--schema', schema, file]).then(
    () => '',
    (error: { stderr: string }) => error.stderr.slice(0, 2000),
  )
  await rm(folder, { recursive: true })
  return outcome
}

const lists = [
  'customerSupplier',
  'ledgerAccount',
  'vatCode',
  'period',
  'obLine',
  'journal',
  'transaction',
  'trLine',
]

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => lists.includes(name) })

export interface AuditFile {
  header: Json
  company: Json
  parties: Json[]
  accounts: Json[]
  vatCodes: Json[]
  periods: Json[]
  opening: Json
  transactions: Json
  journals: Json[]
  lines: Json[]
}

/** The lists of an audit file, each line with its transaction. */
export function readAuditFile(xml: string): AuditFile {
  const { header, company } = parser.parse(xml).auditfile
  const journals: Json[] = company.transactions.journal ?? []
  const lines = journals.flatMap((journal) =>
    (journal.transaction as Json[]).flatMap((transaction) =>
      (transaction.trLine as Json[]).map((line) => ({ ...line, transaction, journal })),
    ),
  )
  return {
    header,
    company,
    parties: company.customersSuppliers?.customerSupplier ?? [],
    accounts: company.generalLedger.ledgerAccount,
    vatCodes: company.vatCodes.vatCode,
    periods: company.periods.period,
    opening: company.openingBalance,
    transactions: company.transactions,
    journals,
    lines,
  }
}

/** Downloads a year and answers its text, after the official schema and the rules beside it. */
export async function auditFileOf(api: Client, year: number, version = '4.0'): Promise<string> {
  const { status, body, headers } = await api.get(`/audit-file?year=${year}&version=${version}`)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/xml; charset=utf-8')
  const xml = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  if (!unchecked) expect(await schemaErrors(xml, version)).toBe('')
  expect(brokenRules(readAuditFile(xml))).toEqual([])
  return xml
}

export const centsOf = (amount: string): number => {
  expect(amount).toMatch(/^-?\d+\.\d\d$/)
  return Number(amount.replace('.', ''))
}

interface Booked {
  amnt: string
  amntTp: string
}

/** Debit above zero. */
export const signedOf = ({ amnt, amntTp }: Booked) => centsOf(amnt) * (amntTp === 'D' ? 1 : -1)

const sumOf = (lines: Booked[], side?: string) =>
  lines
    .filter(({ amntTp }) => side === undefined || amntTp === side)
    .reduce((sum, line) => sum + (side ? centsOf(line.amnt) : signedOf(line)), 0)

/** What an audit file has to be and its schemas do not check; [0001] to [0010] are the standard's own. */
export function brokenRules(file: AuditFile): string[] {
  const broken: string[] = []
  const demand = (holds: boolean, rule: string) => {
    if (!holds) broken.push(rule)
  }
  const unique = (ids: (string | undefined)[], rule: string) => {
    const given = ids.filter((id) => id !== undefined)
    demand(new Set(given).size === given.length, rule)
    return new Set(given)
  }
  const { parties, accounts, vatCodes, periods, opening, transactions, journals, lines } = file
  const partyIds = unique(
    parties.map((p) => p.custSupID),
    '[0001]',
  )
  const accountIds = unique(
    accounts.map((a) => a.accID),
    '[0002]',
  )
  unique(
    accounts.map((a) => a.RGScode),
    '[0003]',
  )
  const obLines: Json[] = opening.obLine ?? []
  demand(centsOf(opening.totalDebit) === sumOf(obLines, 'D'), '[0004]')
  demand(centsOf(opening.totalCredit) === sumOf(obLines, 'C'), '[0005]')
  demand(opening.totalDebit === opening.totalCredit, '[0006]')
  demand(centsOf(transactions.totalDebit) === sumOf(lines, 'D'), '[0007]')
  demand(centsOf(transactions.totalCredit) === sumOf(lines, 'C'), '[0008]')
  demand(transactions.totalDebit === transactions.totalCredit, '[0009]')
  const all: Json[] = journals.flatMap((journal) => journal.transaction)
  for (const { nr, trLine } of all) demand(sumOf(trLine) === 0, `[0010] ${nr}`)
  demand(Number(opening.linesCount) === obLines.length, 'lines of the opening balance')
  demand(Number(transactions.linesCount) === lines.length, 'lines of the transactions')
  unique(
    journals.map((j) => j.jrnID),
    'journals',
  )
  unique(
    all.map(({ nr }) => nr),
    'transactions',
  )
  unique(
    obLines.map(({ nr }) => nr),
    'opening lines',
  )
  for (const { trLine } of all) {
    unique(
      (trLine as Json[]).map(({ nr }) => nr),
      'lines',
    )
  }
  const vatIds = unique(
    vatCodes.map((v) => v.vatID),
    'VAT codes',
  )
  const numbers = unique(
    periods.map((p) => p.periodNumber),
    'periods',
  )
  const named = (id: string | undefined, ids: Set<unknown>, what: string) =>
    demand(id === undefined || ids.has(id), `${what} ${id}`)
  for (const code of vatCodes) {
    named(code.vatToPayAccID, accountIds, 'account')
    named(code.vatToClaimAccID, accountIds, 'account')
  }
  for (const line of obLines) named(line.accID, accountIds, 'account')
  for (const line of lines) {
    named(line.accID, accountIds, 'account')
    named(line.custSupID, partyIds, 'party')
    named(line.vat?.vatID, vatIds, 'VAT code')
    named(line.transaction.periodNumber, numbers, 'period')
    const period = periods.find((p) => p.periodNumber === line.transaction.periodNumber)
    const { trDt } = line.transaction
    demand(period?.startDatePeriod <= trDt && trDt <= period?.endDatePeriod, `day ${trDt}`)
  }
  return broken
}
