import { sql } from 'drizzle-orm'
import type { Reading } from '../../../context.ts'
import { companies, customers } from '../../customers/tables.ts'
import { suppliers } from '../../purchasing/tables.ts'
import { pagesOf } from '../../spreadsheets/writing.ts'
import { glAccounts, journalEntries, journalLines } from '../tables.ts'
import type { BookYear } from './book-year.ts'
import { dayOf, type Place } from './rows.ts'

/** A customer or supplier of a year, with what was open between them; debit above zero. */
export interface PartyRow extends Place {
  id: number
  kind: 'C' | 'S'
  name: string
  vat_number: string | null
  kvk_number: string | null
  opening_cents: number
  closing_cents: number
}

/** `C12`, `S3`. */
export const partyIdOf = (customer_id: number | null, supplier_id: number | null) =>
  customer_id === null ? (supplier_id === null ? undefined : `S${supplier_id}`) : `C${customer_id}`

/** Who occurs in the entries of a year, or was owed or owing when it began: customers, then suppliers. */
export async function* partiesOf(ctx: Reading, year: BookYear): AsyncGenerator<PartyRow[]> {
  for (const kind of ['C', 'S'] as const) {
    for await (const page of pagesOf((after, limit) =>
      partiesAfter(ctx, year, kind, after, limit),
    )) {
      yield page.filter(({ occurs, opening_cents }) => occurs || opening_cents !== 0)
    }
  }
}

const people = {
  C: {
    key: journalEntries.customer_id,
    // A business is its company: that is who is invoiced.
    table: sql`(
      select c.id, coalesce(o.name, c.name) as name, o.vat_number, o.kvk_number,
        case when o.address is null then c.address else o.address end as address,
        case when o.address is null then c.postal_code else o.postal_code end as postal_code,
        case when o.address is null then c.city else o.city end as city,
        case when o.address is null then c.country else o.country end as country
      from ${customers} c left join ${companies} o on o.id = c.company_id)`,
  },
  S: { key: journalEntries.supplier_id, table: sql`${suppliers}` },
}

async function partiesAfter(
  ctx: Reading,
  { start_date, end_date }: BookYear,
  kind: PartyRow['kind'],
  after: number,
  limit: number,
) {
  const { key, table } = people[kind]
  const [start, end] = [dayOf(start_date), dayOf(end_date)]
  const { rows } = await ctx.db.execute<Record<string, unknown>>(sql`
    with page as materialized (
      select distinct ${key} as id from ${journalEntries}
      where ${key} > ${after} and ${journalEntries.entry_date} <= ${end} order by 1 limit ${limit}
    )
    select page.id, who.name, who.vat_number, who.kvk_number, who.address, who.postal_code, who.city,
      who.country, open.occurs, open.opening_cents, open.closing_cents
    from page join ${table} who on who.id = page.id
    cross join lateral (
      select bool_or(${journalEntries.entry_date} >= ${start}) as occurs,
        coalesce(sum(owed.cents) filter (where ${journalEntries.entry_date} < ${start}), 0) as opening_cents,
        coalesce(sum(owed.cents), 0) as closing_cents
      from ${journalEntries} left join lateral (
        select sum(${journalLines.debit_cents} - ${journalLines.credit_cents}) as cents from ${journalLines}
        where ${journalLines.journal_entry_id} = ${journalEntries.id}
          and ${journalLines.account_id} = any (array(select id from ${glAccounts} where role in ('debtors', 'creditors')))
      ) owed on true
      where ${key} = page.id and ${journalEntries.entry_date} <= ${end}
    ) open
    order by page.id`)
  return rows.map((row) => ({
    ...(row as unknown as PartyRow & { occurs: boolean }),
    id: Number(row.id),
    kind,
    opening_cents: Number(row.opening_cents),
    closing_cents: Number(row.closing_cents),
  }))
}
