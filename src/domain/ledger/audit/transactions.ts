import { sql } from 'drizzle-orm'
import type { Reading } from '../../../context.ts'
import { decimal } from '../../../lib/money.ts'
import { users } from '../../identity/tables.ts'
import { journalEntries, journalLines } from '../tables.ts'
import { type BookYear, monthsOf } from './book-year.ts'
import { branch, formats, leaf, longestId, needed, type Version } from './format.ts'
import { side } from './head.ts'
import { partyIdOf } from './parties.ts'
import { type AccountRow, dayOf, inYear, type Journal, type TaxRateRow } from './rows.ts'
import { type VatLine, vatOf } from './vat.ts'

interface Line extends VatLine {
  position: number
  account_id: number
  description: string | null
}

interface Entry {
  id: number
  entry_number: string
  entry_date: string
  document_date: string
  description: string
  reference: string | null
  source: string | null
  source_id: number | null
  customer_id: number | null
  supplier_id: number | null
  user_name: string | null
  lines: Line[]
}

/** `O` would be an opening balance, which 4.0 does not take for transactions. */
export const journalKinds: Record<Journal, { name: string; type: string }> = {
  sales: { name: 'Verkoop', type: 'S' },
  purchases: { name: 'Inkoop', type: 'P' },
  cash: { name: 'Kas', type: 'C' },
  bank: { name: 'Bank', type: 'B' },
  stock: { name: 'Voorraad', type: 'M' },
  memorial: { name: 'Memoriaal', type: 'M' },
  opening: { name: 'Beginbalans', type: 'M' },
  vat: { name: 'Btw-aangifte', type: 'M' },
}

const pageSize = 500

/** Entries of a journal in a year, by their dates. */
export async function* entriesOf(
  ctx: Reading,
  { start_date, end_date }: BookYear,
  journal: Journal,
): AsyncGenerator<Entry[]> {
  let after = { entry_date: start_date, id: 0 }
  for (;;) {
    const { rows } = await ctx.db.execute<Record<string, unknown>>(sql`
      with page as materialized (
        select * from ${journalEntries}
        where ${journalEntries.journal} = ${journal} and ${inYear(dayOf(start_date), dayOf(end_date))}
          and (${journalEntries.entry_date}, ${journalEntries.id}) > (${after.entry_date}::date, ${after.id})
        order by ${journalEntries.entry_date}, ${journalEntries.id} limit ${pageSize}
      )
      select page.id, page.entry_number, page.entry_date::text as entry_date,
        page.document_date::text as document_date, page.description, page.reference, page.source,
        page.source_id, page.customer_id, page.supplier_id, ${users.name} as user_name, line.lines
      from page left join ${users} on ${users.id} = page.user_id
      cross join lateral (
        select json_agg(json_build_object('position', l.position, 'account_id', l.account_id,
          'debit_cents', l.debit_cents, 'credit_cents', l.credit_cents, 'description', l.description,
          'vat_box', l.vat_box, 'vat_part', l.vat_part, 'tax_rate_id', l.tax_rate_id) order by l.position) as lines
        from ${journalLines} l where l.journal_entry_id = page.id
      ) line
      order by page.entry_date, page.id`)
    const page = rows.map((row) => ({ ...(row as unknown as Entry), id: Number(row.id) }))
    yield page
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    after = last
  }
}

/** What entries are written with. */
export interface Book {
  version: Version
  accounts: ReadonlyMap<number, Pick<AccountRow, 'code' | 'role'>>
  rates: ReadonlyMap<number, number>
  /** Numbers of the months, by `YYYY-MM`. */
  periods: ReadonlyMap<string, number>
}

export const bookOf = (
  year: BookYear,
  accounts: AccountRow[],
  rates: TaxRateRow[],
  version: Version,
): Book => ({
  version,
  accounts: new Map(accounts.map((account) => [account.id, account])),
  rates: new Map(rates.map(({ id, rate }) => [id, rate])),
  periods: new Map(monthsOf(year).map((month) => [month.start_date.slice(0, 7), month.number])),
})

/** An entry of the journal as a transaction. */
export function transactionElement(entry: Entry, book: Book): string {
  const { version, periods, rates } = book
  const longest = formats[version].max.source
  const [source, user] = version === '4.0' ? ['Source', 'User'] : ['sourceID', 'userID']
  const vats = vatOf(entry.lines, rates)
  return branch(
    'transaction',
    leaf('nr', entry.entry_number, longestId),
    leaf('desc', entry.description),
    leaf('periodNumber', periods.get(entry.entry_date.slice(0, 7))),
    leaf('trDt', entry.entry_date),
    leaf(source, entry.source && `${entry.source} ${entry.source_id}`, longest),
    leaf(user, entry.user_name, longest),
    ...entry.lines.map((line, index) => lineElement(entry, line, vats[index], book)),
  )
}

function lineElement(
  entry: Entry,
  line: Line,
  vat: ReturnType<typeof vatOf>[number],
  { accounts, version }: Book,
): string {
  const account = accounts.get(line.account_id)
  const { reference: longest } = formats[version].max
  const isOpenItem = account?.role === 'debtors' || account?.role === 'creditors'
  const cents = line.debit_cents - line.credit_cents
  return branch(
    'trLine',
    leaf('nr', line.position),
    needed('accID', account?.code ?? null, longestId),
    needed('docRef', entry.reference || entry.entry_number, longest),
    leaf('effDate', entry.document_date),
    leaf('desc', line.description ?? entry.description),
    leaf('amnt', decimal(Math.abs(cents))),
    leaf('amntTp', side(cents)),
    leaf('custSupID', partyIdOf(entry.customer_id, entry.supplier_id)),
    isOpenItem ? leaf('invRef', entry.reference, longest) : '',
    vat
      ? branch(
          'vat',
          leaf('vatID', vat.vat_id),
          leaf('vatPerc', vat.percent),
          leaf('vatAmnt', decimal(Math.abs(vat.cents))),
          leaf('vatAmntTp', side(vat.cents === 0 ? cents : vat.cents)),
        )
      : '',
  )
}
