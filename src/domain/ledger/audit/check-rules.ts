import { type SQL, sql } from 'drizzle-orm'
import { tenants } from '../../identity/tables.ts'
import { glAccounts, journalEntries, journalLines, ledgerBalances } from '../tables.ts'
import { bookYearRow } from './book-year.ts'
import { longestId } from './format.ts'
import { inYear, openingRows } from './rows.ts'
import { boxes } from './vat.ts'

/** A rule that an audit file has to keep, and a select of what breaks it, as one column of text. */
export interface Rule {
  rule: string
  title: string
  finds: SQL
}

/** The year, its entries, their lines, and the accounts of the file. */
export const bookOfYear = (year: number): SQL => {
  const [start, end] = [sql`(select start_date from book)`, sql`(select end_date from book)`]
  return sql`book as materialized (select start_date, end_date from ${bookYearRow(year)} year),
    entry as materialized (
      select id, entry_number, entry_date, customer_id, supplier_id from ${journalEntries} where ${inYear(start, end)}
    ),
    line as materialized (
      select l.journal_entry_id, l.account_id, l.debit_cents, l.credit_cents, l.vat_box, l.entry_date,
        entry.entry_number, entry.entry_date as entry_day, entry.customer_id, entry.supplier_id
      from entry join ${journalLines} l on l.journal_entry_id = entry.id
    ),
    account as materialized (
      select a.*, left(a.code, ${longestId}) as file_id from ${glAccounts} a
      where a.is_active or exists (select from ${ledgerBalances} b where b.account_id = a.id)
    ),
    opening as materialized (select account_id, cents from ${openingRows(start)} opening)`
}

const twice = (from: SQL, column: SQL) =>
  sql`select ${column} as found from ${from} where ${column} is not null group by 1 having count(*) > 1`

const unlike = (from: SQL) =>
  sql`select (sum(debit_cents) / 100.0)::numeric(20, 2) || ' <> ' || (sum(credit_cents) / 100.0)::numeric(20, 2) as found
    from ${from} sides having sum(debit_cents) <> sum(credit_cents)`

/** An account's months, as the lines add up to them and as they are kept for reports. */
const keptOtherwise = (side: SQL) => sql`
  select coalesce(a.code, '') || ' ' || to_char(month, 'YYYY-MM') as found from (
    select account_id, month, ${side} as kept, 0::numeric as cents from ${ledgerBalances}
    union all
    select ${journalLines.account_id}, date_trunc('month', ${journalLines.entry_date})::date, 0, ${side} from ${journalLines}
    where ${journalLines.entry_date} between (select date_trunc('month', start_date)::date from book)
      and (select (date_trunc('month', end_date) + interval '1 month - 1 day')::date from book)
  ) sums left join ${glAccounts} a on a.id = sums.account_id
  where month between (select date_trunc('month', start_date)::date from book) and (select end_date from book)
  group by a.code, month having sum(kept) <> sum(cents)`

const partyIds = sql`(
  select 'C' || customer_id as id from entry where customer_id is not null group by customer_id
  union all select 'S' || supplier_id from entry where supplier_id is not null and customer_id is null group by supplier_id) party`

const openingSides = sql`(
  select greatest(cents, 0) as debit_cents, greatest(-cents, 0) as credit_cents from opening)`

/** [0001] to [0010] are the rules of the standard that no schema checks; the others are our own. */
export const rules: Rule[] = [
  {
    rule: '0001',
    title: 'Each customer and supplier stands in it once',
    finds: twice(partyIds, sql`id`),
  },
  {
    rule: '0002',
    title: 'No two accounts have the same code',
    finds: twice(sql`account`, sql`file_id`),
  },
  {
    rule: '0003',
    title: 'No two accounts have the same RGS code',
    finds: twice(sql`account`, sql`rgs_code`),
  },
  {
    rule: '0006',
    title: 'The opening balance balances (0004, 0005: its sums are those of its lines)',
    finds: unlike(openingSides),
  },
  {
    rule: '0007',
    title: 'Debits of each account and month are those that the reports show',
    finds: keptOtherwise(sql`debit_cents`),
  },
  {
    rule: '0008',
    title: 'Credits of each account and month are those that the reports show',
    finds: keptOtherwise(sql`credit_cents`),
  },
  {
    rule: '0009',
    title: 'All entries together have as much debit as credit',
    finds: unlike(sql`(select debit_cents, credit_cents from line)`),
  },
  {
    rule: '0010',
    title: 'Each entry has two lines or more, and as much debit as credit',
    finds: sql`select entry_number as found from entry
      left join (select journal_entry_id, count(*) as lines, sum(debit_cents - credit_cents) as cents from line group by 1) sums
        on sums.journal_entry_id = entry.id
      where coalesce(lines, 0) < 2 or cents <> 0`,
  },
  {
    rule: 'entry_number',
    title: 'Each entry has a number of its own',
    finds: twice(sql`entry`, sql`left(entry_number, ${longestId})`),
  },
  {
    rule: 'account',
    title: 'The account of each line is there',
    finds: sql`select entry_number as found from line
      where not exists (select from account where account.id = line.account_id) group by 1`,
  },
  {
    rule: 'period',
    title: 'Each line is of the day of its entry',
    finds: sql`select entry_number as found from line where entry_date <> entry_day group by 1`,
  },
  {
    rule: 'party',
    title: 'Debtors and creditors are somebody',
    finds: sql`select entry_number as found from line join account on account.id = line.account_id
      where account.role in ('debtors', 'creditors') and customer_id is null and supplier_id is null group by 1`,
  },
  {
    rule: 'vat_code',
    title: 'VAT stands in boxes of the return',
    finds: sql`select entry_number as found from line
      where vat_box is not null and vat_box not in (${sql.join(
        Object.keys(boxes).map((box) => sql`${box}`),
        sql`, `,
      )}) group by 1`,
  },
  {
    rule: 'tax_number',
    title: 'The shop has a VAT number',
    finds: sql`select 'vat_number' as found from ${tenants}
      where ${tenants.id} = app.tenant() and coalesce(${tenants.vat_number}, '') = ''`,
  },
]
