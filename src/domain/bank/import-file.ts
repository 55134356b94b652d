import { and, eq, gte, lte, sql } from 'drizzle-orm'
import type { Transacting } from '../../context.ts'
import { insertMany } from '../../db/many.ts'
import { insert, update } from '../../db/rows.ts'
import { sha256Hex } from '../../lib/digest.ts'
import { decimal } from '../../lib/money.ts'
import { refused } from '../../refusal.ts'
import { tenants } from '../identity/tables.ts'
import { readStatements } from './read-statements.ts'
import type { Format, Statement, StatementLine } from './statement.ts'
import { bankAccounts, bankStatements, bankTransactions } from './tables.ts'

const perStatement = 1000

/** Imports what is new of a file. */
export async function importFile(ctx: Transacting, file: Uint8Array) {
  const { format, statements } = await readStatements(file)
  const accounts = await accountsOf(ctx, statements)
  const places = new Map<string, number>()
  const imported: Awaited<ReturnType<typeof importOne>>[] = []
  for (const statement of statements) {
    const bank_account_id = accounts.get(statement.account) ?? 0
    const lines = referenced(bank_account_id, statement.lines, places)
    imported.push(await importOne(ctx, bank_account_id, { ...statement, format, lines }))
  }
  return imported
}

/** The bank accounts that statements are of; held, so that two imports come one after the other. */
async function accountsOf(ctx: Transacting, statements: Statement[]): Promise<Map<string, number>> {
  const known = await ctx.db
    .select({ id: bankAccounts.id, iban: bankAccounts.iban })
    .from(bankAccounts)
    .orderBy(bankAccounts.id)
    .for('update')
  const accounts = new Map<string, number>()
  for (const { account } of statements) {
    if (accounts.has(account)) continue
    const row = known.find(({ iban }) => isAccount(iban, account))
    accounts.set(account, row?.id ?? (await openOwn(ctx, account)))
  }
  return accounts
}

/** Older files write a Dutch account as its number, the last ten digits of the IBAN. */
const isAccount = (iban: string, account: string) =>
  iban === account ||
  (/^\d{7,10}$/.test(account) &&
    /^NL.{6}/.test(iban) &&
    iban.slice(8) === account.padStart(10, '0'))

/** A bank account for the IBAN that the shop prints on its invoices. */
async function openOwn(ctx: Transacting, account: string): Promise<number> {
  const [shop] = await ctx.db
    .select({
      iban: tenants.iban,
      taken: sql<boolean>`exists (select from ${bankAccounts} where account_id = app.account_of('bank'))`,
    })
    .from(tenants)
  const iban = shop?.iban?.replace(/\s/g, '').toUpperCase()
  if (!iban || !isAccount(iban, account) || shop?.taken) {
    const message = `The file has a statement of ${account}, which is no bank account of the shop; add it first.`
    throw refused('unknown_iban', message, { file: [message] })
  }
  const [added] = await insert(ctx, bankAccounts, {
    iban,
    name: 'Bank',
    account_id: sql`app.account_of('bank')`,
  })
  return added?.id ?? 0
}

interface Referenced extends Omit<StatementLine, 'bank_reference'> {
  bank_reference: string
}

/**
 * What makes a line one in every export: day, amount, and what the bank calls it, or else all that the line says.
 * Of lines that are alike in all of it, the first, the second and so on of the file.
 */
function referenced(
  bank_account_id: number,
  lines: StatementLine[],
  places: Map<string, number>,
): Referenced[] {
  return lines.map(({ bank_reference, ...line }) => {
    const said = [
      line.counterparty_iban,
      line.counterparty_name,
      line.description,
      line.end_to_end_id,
    ]
    const name = bank_reference ?? sha256Hex(JSON.stringify(said)).slice(0, 24)
    const reference = `${line.booked_on} ${decimal(line.amount_cents)} ${name}`
    const key = `${bank_account_id} ${reference}`
    const place = (places.get(key) ?? 0) + 1
    places.set(key, place)
    return { ...line, bank_reference: place === 1 ? reference : `${reference} (${place})` }
  })
}

type Job = Omit<Statement, 'lines'> & { format: Format; lines: Referenced[] }

async function importOne(ctx: Transacting, bank_account_id: number, statement: Job) {
  const { statement_number, from_date, to_date, opening_cents, closing_cents } = statement
  const id = await statementOf(ctx, bank_account_id, statement)
  const fresh = await unknownOf(ctx, bank_account_id, statement)
  let imported = 0
  for (let at = 0; at < fresh.length; at += perStatement) {
    const rows = fresh
      .slice(at, at + perStatement)
      .map((line) => ({ ...line, bank_account_id, bank_statement_id: id }))
    imported += (await insertMany(ctx, bankTransactions, columns, rows)).length
  }
  return {
    id,
    bank_account_id,
    statement_number,
    from_date,
    to_date,
    opening: opening_cents,
    closing: closing_cents,
    imported,
    skipped: statement.lines.length - imported,
  }
}

const columns = [
  'bank_statement_id',
  'bank_account_id',
  'booked_on',
  'amount_cents',
  'counterparty_name',
  'counterparty_iban',
  'description',
  'end_to_end_id',
  'bank_reference',
] as const

/** The statement's row; one that came in the middle of its day may be longer now. */
async function statementOf(ctx: Transacting, bank_account_id: number, statement: Job) {
  const { format, statement_number, from_date, to_date, opening_cents, closing_cents } = statement
  const [known] = await ctx.db
    .select()
    .from(bankStatements)
    .where(
      and(
        eq(bankStatements.bank_account_id, bank_account_id),
        eq(bankStatements.statement_number, statement_number),
        eq(bankStatements.from_date, from_date),
        eq(bankStatements.to_date, to_date),
      ),
    )
  const sums = { opening_cents, closing_cents }
  if (!known) {
    const draft = { bank_account_id, format, statement_number, from_date, to_date, ...sums }
    const [added] = await insert(ctx, bankStatements, draft)
    return added?.id ?? 0
  }
  const isSame = known.opening_cents === opening_cents && known.closing_cents === closing_cents
  if (!isSame) await update(ctx, bankStatements, known.id, sums)
  return known.id
}

/**
 * Lines that are not there yet. The two formats call a line differently; as both have all of a day, one that the
 * other had on the same day with the same amount is the same.
 */
async function unknownOf(
  ctx: Transacting,
  bank_account_id: number,
  { format, from_date, to_date, lines }: Job,
): Promise<Referenced[]> {
  const known = await ctx.db
    .select({
      format: bankStatements.format,
      booked_on: bankTransactions.booked_on,
      amount_cents: bankTransactions.amount_cents,
      bank_reference: bankTransactions.bank_reference,
    })
    .from(bankTransactions)
    .innerJoin(bankStatements, eq(bankStatements.id, bankTransactions.bank_statement_id))
    .where(
      and(
        eq(bankTransactions.bank_account_id, bank_account_id),
        gte(bankTransactions.booked_on, from_date),
        lte(bankTransactions.booked_on, to_date),
      ),
    )
  const references = new Set(known.map((line) => line.bank_reference))
  const own = new Set(lines.map((line) => line.bank_reference))
  const keyOf = ({ booked_on, amount_cents }: { booked_on: string; amount_cents: number }) =>
    `${booked_on} ${amount_cents}`
  const others = new Map<string, number>()
  for (const line of known) {
    if (line.format === format || own.has(line.bank_reference)) continue
    others.set(keyOf(line), (others.get(keyOf(line)) ?? 0) + 1)
  }
  return lines.filter((line) => {
    if (references.has(line.bank_reference)) return false
    const left = others.get(keyOf(line)) ?? 0
    others.set(keyOf(line), left - 1)
    return left <= 0
  })
}
