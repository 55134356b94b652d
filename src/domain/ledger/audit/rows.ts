import { type SQL, sql } from 'drizzle-orm'
import type { Reading } from '../../../context.ts'
import { tenants } from '../../identity/tables.ts'
import { taxRates } from '../../tax/tables.ts'
import { glAccounts, journalEntries, journalLines, journals, ledgerBalances } from '../tables.ts'
import { type BookYear, bookYearRow } from './book-year.ts'

/** What the file says of the shop. */
export interface ShopRow extends Place {
  name: string
  vat_number: string | null
  kvk_number: string | null
  /** The shop's day. */
  today: string
}

export interface Place {
  address: string | null
  postal_code: string | null
  city: string | null
  country: string
}

export interface AccountRow {
  id: number
  code: string
  name: string
  type: string
  rgs_code: string | null
  role: string | null
}

export type Journal = (typeof journals)[number]

/** What a journal adds up to. */
export interface JournalSum {
  journal: Journal
  lines: number
  debit_cents: number
  credit_cents: number
}

/** Entries of the year's opening balance: part of what the year begins with, no transactions. */
const opens = (start: SQL) =>
  sql`(${journalEntries.journal} = 'opening' and ${journalEntries.entry_date} = ${start})`

/** Transactions of a book year. */
export const inYear = (start: SQL, end: SQL): SQL =>
  sql`${journalEntries.entry_date} between ${start} and ${end} and not ${opens(start)}`

/** Balance of each account as a year begins, as rows of `account_id` and `cents`, debit above zero. */
export const openingRows = (start: SQL): SQL => sql`(
  select account_id, sum(cents) as cents from (
    select ${ledgerBalances.account_id} as account_id, ${ledgerBalances.debit_cents} - ${ledgerBalances.credit_cents} as cents
    from ${ledgerBalances} where ${ledgerBalances.month} < date_trunc('month', ${start})::date
    union all
    select ${journalLines.account_id}, ${journalLines.debit_cents} - ${journalLines.credit_cents}
    from ${journalEntries} join ${journalLines} on ${journalLines.journal_entry_id} = ${journalEntries.id}
    where ${journalEntries.entry_date} between date_trunc('month', ${start})::date and ${start}
      and (${journalEntries.entry_date} < ${start} or ${opens(start)})
  ) before group by account_id having sum(cents) <> 0)`

export const dayOf = (date: string): SQL => sql`${date}::date`

export async function readShop(ctx: Reading, year: number): Promise<ShopRow & BookYear> {
  const { rows } = await ctx.db.execute<Record<string, unknown>>(sql`
    select ${tenants.name} as name, ${tenants.address} as address, ${tenants.postal_code} as postal_code,
      ${tenants.city} as city, ${tenants.country} as country, ${tenants.vat_number} as vat_number,
      ${tenants.kvk_number} as kvk_number, app.today()::text as today,
      year.start_date::text as start_date, year.end_date::text as end_date
    from ${tenants} cross join ${bookYearRow(year)} year where ${tenants.id} = app.tenant()`)
  return { ...(rows[0] as unknown as ShopRow & BookYear), year }
}

/** Accounts that are in use or have been. */
export async function readAccounts(ctx: Reading): Promise<AccountRow[]> {
  const { id, code, name, type, rgs_code, role, is_active } = glAccounts
  return ctx.db
    .select({ id, code, name, type, rgs_code, role })
    .from(glAccounts)
    .where(
      sql`${is_active} or exists (select from ${ledgerBalances} where ${ledgerBalances.account_id} = ${id})`,
    )
    .orderBy(code, id)
}

export async function readTaxRates(ctx: Reading) {
  const { id, name, rate, vat_box, category } = taxRates
  const rows = await ctx.db.select({ id, name, rate, vat_box, category }).from(taxRates).orderBy(id)
  return rows.map((row) => ({ ...row, rate: Number(row.rate) }))
}

export type TaxRateRow = Awaited<ReturnType<typeof readTaxRates>>[number]

export async function readOpening(ctx: Reading, { start_date }: BookYear) {
  const { rows } = await ctx.db.execute<{ account_id: string; cents: string }>(
    sql`select account_id, cents from ${openingRows(dayOf(start_date))} opening`,
  )
  return rows.map(({ account_id, cents }) => ({
    account_id: Number(account_id),
    cents: Number(cents),
  }))
}

/** Sums of the journals that have entries in a year, in the order in which files show them. */
export async function readSums(ctx: Reading, { start_date, end_date }: BookYear) {
  const { rows } = await ctx.db.execute<Record<keyof JournalSum, string>>(sql`
    select ${journalEntries.journal} as journal, count(*) as lines,
      sum(${journalLines.debit_cents}) as debit_cents, sum(${journalLines.credit_cents}) as credit_cents
    from ${journalEntries} join ${journalLines} on ${journalLines.journal_entry_id} = ${journalEntries.id}
    where ${inYear(dayOf(start_date), dayOf(end_date))} group by 1`)
  return journals.flatMap((journal): JournalSum[] => {
    const sum = rows.find((row) => row.journal === journal)
    if (!sum) return []
    return [
      {
        journal,
        lines: Number(sum.lines),
        debit_cents: Number(sum.debit_cents),
        credit_cents: Number(sum.credit_cents),
      },
    ]
  })
}
