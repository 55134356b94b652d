import { type SQL, sql } from 'drizzle-orm'
import type * as z from 'zod'
import { idText } from '../../schema.ts'
import { glAccounts, journalEntries, journalLines } from '../ledger/tables.ts'
import { PeriodQuery, postedIn } from './period.ts'

/** Which part of the ledger. */
export const LedgerQuery = PeriodQuery.extend({
  account_id: idText().optional().describe('Every account, one after the other, when absent'),
})

export type LedgerQuery = z.output<typeof LedgerQuery>

/** The lines `l` of an account `a` in the period. */
export const linesOf = sql`${journalLines} l where l.tenant_id = a.tenant_id and l.account_id = a.id
  and l.entry_date between first and last`

/** Tables of a with: the `span`, and each `account` with what stood on it and what was posted to it. */
export const accountsIn = (query: LedgerQuery): SQL => sql`
  ${postedIn(query)}, account as materialized (
    select first, last, a.tenant_id, a.id, a.code, a.name, opened.balance_cents as opening,
      upto.debit_cents - since.debit_cents as debit, upto.credit_cents - since.credit_cents as credit
    from span cross join ${glAccounts} a
    join opened on opened.account_id = a.id join since on since.account_id = a.id join upto on upto.account_id = a.id
    where ${query.account_id ?? null}::bigint is null or a.id = ${query.account_id ?? null}
  )`

/** A line of the ledger as its files have it; of an account without lines its balance alone. */
export interface LedgerLine extends Record<string, unknown> {
  account_id: string
  code: string
  name: string
  from: string
  to: string
  opening: string
  debit: string
  credit: string
  /** Null when the account has no line in the period. */
  date: string | null
  entry_number: string
  description: string
  reference: string | null
  debit_cents: string
  credit_cents: string
}

/** All lines of the period, by account. An account that was not asked for by name is left out when it is empty. */
export const ledgerLines = (query: LedgerQuery): SQL => sql`
  with ${accountsIn(query)}
  select a.id as account_id, a.code, a.name, first::text as from, last::text as to, opening, debit, credit, l.entry_date::text as date,
    e.entry_number, coalesce(l.description, e.description) as description, e.reference, l.debit_cents, l.credit_cents
  from account a
  left join lateral (select l.* from ${linesOf}) l on true
  left join ${journalEntries} e on e.tenant_id = l.tenant_id and e.id = l.journal_entry_id
  where l.id is not null or opening <> 0 or ${query.account_id !== undefined}
  order by a.code, a.id, l.entry_date, l.id`
